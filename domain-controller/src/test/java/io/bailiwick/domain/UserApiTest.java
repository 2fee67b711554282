package io.bailiwick.domain;

import static io.bailiwick.domain.SmallDomain.INVALID;
import static io.bailiwick.domain.SmallDomain.MREALM;
import static io.bailiwick.domain.SmallDomain.NOT_AUTHORIZED;
import static io.bailiwick.domain.SmallDomain.NO_SUCH_OBJECT;
import static io.bailiwick.domain.SmallDomain.USER;
import static io.bailiwick.domain.SmallDomain.call;
import static io.bailiwick.domain.SmallDomain.dict;
import static io.bailiwick.domain.SmallDomain.error;
import static io.bailiwick.domain.SmallDomain.events;
import static io.bailiwick.domain.SmallDomain.invalid;
import static io.bailiwick.domain.SmallDomain.next;
import static io.bailiwick.domain.SmallDomain.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserKey;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.cryptosign.SigningKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The procedures of users, called as users call them. */
class UserApiTest {
    private static final String ALICE = "alice@example.org";
    private static final String BOB = "bob@example.org";
    private static final String CAROL = "carol@example.org";

    @TempDir
    Path directory;

    private SmallDomain domain;
    private User alice;
    private User bob;
    private User carol;
    private ClientSession hers;
    private ClientSession his;

    @BeforeEach
    void start() throws Exception {
        domain = new SmallDomain(directory);
        alice = domain.user(ALICE);
        bob = domain.user(BOB);
        carol = domain.user(CAROL);
        hers = domain.join(ALICE);
        his = domain.join(BOB);
    }

    @AfterEach
    void stop() {
        domain.close();
    }

    private static String oid(User user) {
        return user.oid().toString();
    }

    private static List<String> sorted(User... users) {
        return Stream.of(users).map(UserApiTest::oid).sorted().toList();
    }

    @Test
    void a_user_finds_itself_by_oid_key_and_mail() throws Exception {
        Map<String, Object> found = dict(hers, USER + "get_user", oid(alice));
        assertEquals(ALICE, found.get("email"));
        assertEquals(domain.key(ALICE).publicKey().hex(), found.get("pubkey"));
        assertEquals(found, dict(hers, USER + "get_user_by_email", ALICE));
        String upper = domain.key(ALICE).publicKey().hex().toUpperCase(Locale.ROOT);
        assertEquals(found, dict(hers, USER + "get_user_by_pubkey", upper));
        assertEquals(List.of(oid(alice)), call(hers, USER + "list_users"));
        assertEquals(4, ((List<?>) call(domain.join("superuser"), USER + "list_users")).size());
    }

    @Test
    void a_user_is_found_by_each_of_its_keys_but_not_by_a_revoked_one() throws Exception {
        String another = SigningKey.generate().publicKey().hex();
        domain.population.store.writeAll(tx ->
                domain.population.schema().userKeys.insert(tx, another, new UserKey(another, alice.oid(), 1, null)));
        assertEquals(ALICE, dict(hers, USER + "get_user_by_pubkey", another).get("email"));
        call(hers, USER + "revoke_key", another);
        assertEquals(NO_SUCH_OBJECT, refused(hers, USER + "get_user_by_pubkey", another));
    }

    @Test
    void who_sees_a_user_and_is_another_is_refused_its_keys() throws Exception {
        Object acme =
                dict(hers, USER + "create_organization", Map.of("name", "acme")).get("oid");
        call(hers, USER + "set_roles_on_organization_for_user", acme, oid(bob), List.of("user"));
        String key = domain.key(ALICE).publicKey().hex();
        assertEquals(NOT_AUTHORIZED, refused(his, USER + "list_keys", ALICE));
        assertEquals(NOT_AUTHORIZED, refused(his, USER + "revoke_key", key));
        assertEquals(1, ((List<?>) call(hers, USER + "list_keys")).size());
    }

    @Test
    void a_user_that_the_caller_does_not_see_is_answered_like_one_that_is_not_there() throws Exception {
        String absent =
                error(his, USER + "get_user", UUID.randomUUID().toString()).getMessage();
        assertEquals(absent, error(his, USER + "get_user", oid(alice)).getMessage());
        assertEquals(absent, error(his, USER + "get_user_by_email", ALICE).getMessage());
        assertEquals(
                absent,
                error(his, USER + "get_user_by_email", "nobody@example.org").getMessage());
        assertEquals(
                absent,
                error(
                                his,
                                USER + "get_user_by_pubkey",
                                domain.key(ALICE).publicKey().hex())
                        .getMessage());
        assertEquals(
                absent,
                error(his, USER + "modify_user", oid(alice), Map.of("label", "x"))
                        .getMessage());
        assertEquals(
                absent,
                error(his, USER + "list_organizations_by_user", oid(alice)).getMessage());
        assertEquals(INVALID, refused(his, USER + "get_user_by_pubkey", "abc"));
    }

    @Test
    void those_who_belong_to_one_organization_see_each_other_and_guests_see_nobody() throws Exception {
        Object acme =
                dict(hers, USER + "create_organization", Map.of("name", "acme")).get("oid");
        call(hers, USER + "set_roles_on_organization_for_user", acme, oid(bob), List.of("user"));
        call(hers, USER + "set_roles_on_organization_for_user", acme, oid(carol), List.of("guest"));
        assertEquals(sorted(alice, bob, carol), call(hers, USER + "list_users"));
        assertEquals(sorted(alice, bob, carol), call(his, USER + "list_users"));
        assertEquals(sorted(carol), call(domain.join(CAROL), USER + "list_users"));
        assertEquals(sorted(alice, bob, carol), call(his, USER + "list_users_by_organization", acme));
        assertEquals(ALICE, dict(his, USER + "get_user", oid(alice)).get("email"));
    }

    @Test
    void who_runs_a_realm_sees_its_users_and_they_do_not_see_each_other() throws Exception {
        Object realm =
                dict(hers, MREALM + "create_mrealm", Map.of("name", "mrealm1")).get("oid");
        call(hers, MREALM + "set_roles_on_mrealm_for_user", realm, oid(bob), List.of("operator"));
        assertEquals(sorted(alice, bob), call(hers, USER + "list_users"));
        assertEquals(sorted(bob), call(his, USER + "list_users"));
        assertEquals(BOB, dict(hers, USER + "get_user", oid(bob)).get("email"));
        assertEquals(NO_SUCH_OBJECT, refused(his, USER + "get_user", oid(alice)));
    }

    @Test
    void lists_hold_exactly_those_who_can_be_looked_up() throws Exception {
        Object acme =
                dict(hers, USER + "create_organization", Map.of("name", "acme")).get("oid");
        call(hers, USER + "set_roles_on_organization_for_user", acme, oid(bob), List.of("user"));
        List<?> listed = (List<?>) call(his, USER + "list_users");
        for (User user : List.of(alice, bob, carol, domain.population.superuser)) {
            boolean seen;
            try {
                seen = dict(his, USER + "get_user", oid(user)).containsKey("oid");
            } catch (Exception hidden) {
                seen = false;
            }
            assertEquals(listed.contains(oid(user)), seen, user.authid());
        }
    }

    @Test
    void a_user_changes_what_it_says_of_itself_and_those_who_see_it_hear_of_it() throws Exception {
        Object acme =
                dict(hers, USER + "create_organization", Map.of("name", "acme")).get("oid");
        call(hers, USER + "set_roles_on_organization_for_user", acme, oid(bob), List.of("user"));
        BlockingQueue<Map<?, ?>> toBob = events(his, USER + "on_user_modified");
        BlockingQueue<Map<?, ?>> toCarol = events(domain.join(CAROL), USER + "on_user_modified");
        Map<String, Object> delta = Map.of("label", "Alice", "tags", List.of("a"), "email", ALICE);
        Map<String, Object> applied = Map.of("label", "Alice", "tags", List.of("a"));
        assertEquals(applied, dict(hers, USER + "modify_user", oid(alice), delta));
        assertEquals(Map.of(), dict(hers, USER + "modify_user", oid(alice), delta));
        assertEquals(Map.of("oid", oid(alice), "label", "Alice", "tags", List.of("a")), next(toBob));
        assertEquals("Alice", dict(his, USER + "get_user", oid(alice)).get("label"));
        assertTrue(toCarol.isEmpty());
        assertEquals(NOT_AUTHORIZED, refused(his, USER + "modify_user", oid(alice), Map.of("label", "x")));
    }

    @Test
    void the_mail_address_and_the_key_of_a_user_do_not_change() {
        for (String attribute : List.of("email", "pubkey", "registered", "oid")) {
            String text = invalid(hers, USER + "modify_user", oid(alice), Map.of(attribute, "other"));
            assertTrue(text.startsWith("argument 'user_delta." + attribute + "': expected what it is already"), text);
        }
        assertTrue(invalid(hers, USER + "modify_user", oid(alice), Map.of("roles", "x"))
                .startsWith("argument 'user_delta.roles': expected one of label, description, tags"));
    }

    @Test
    void the_organizations_of_another_user_are_told_as_far_as_the_caller_belongs_to_them() throws Exception {
        Object acme =
                dict(hers, USER + "create_organization", Map.of("name", "acme")).get("oid");
        Object secret = dict(hers, USER + "create_organization", Map.of("name", "secret"))
                .get("oid");
        call(hers, USER + "set_roles_on_organization_for_user", acme, oid(bob), List.of("user"));
        assertEquals(List.of(acme), call(his, USER + "list_organizations_by_user", oid(alice)));
        assertEquals(new TreeSet<>(List.of((String) acme, (String) secret)), new TreeSet<>((List<?>)
                call(hers, USER + "list_organizations_by_user", oid(alice))));
    }
}
