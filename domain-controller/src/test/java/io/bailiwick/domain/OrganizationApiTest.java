package io.bailiwick.domain;

import static io.bailiwick.domain.SmallDomain.INVALID;
import static io.bailiwick.domain.SmallDomain.NOT_AUTHORIZED;
import static io.bailiwick.domain.SmallDomain.NO_SUCH_OBJECT;
import static io.bailiwick.domain.SmallDomain.USER;
import static io.bailiwick.domain.SmallDomain.byName;
import static io.bailiwick.domain.SmallDomain.call;
import static io.bailiwick.domain.SmallDomain.dict;
import static io.bailiwick.domain.SmallDomain.error;
import static io.bailiwick.domain.SmallDomain.events;
import static io.bailiwick.domain.SmallDomain.invalid;
import static io.bailiwick.domain.SmallDomain.next;
import static io.bailiwick.domain.SmallDomain.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.schema.User;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The procedures of organizations, called as users call them. */
class OrganizationApiTest {
    private static final String ALICE = "alice@example.org";
    private static final String BOB = "bob@example.org";

    @TempDir
    Path directory;

    private SmallDomain domain;
    private User bob;
    private ClientSession hers;
    private ClientSession his;

    @BeforeEach
    void start() throws Exception {
        domain = new SmallDomain(directory);
        domain.user(ALICE);
        bob = domain.user(BOB);
        hers = domain.join(ALICE);
        his = domain.join(BOB);
    }

    @AfterEach
    void stop() {
        domain.close();
    }

    private Map<String, Object> create(String name) throws Exception {
        return dict(hers, USER + "create_organization", Map.of("name", name));
    }

    private void grant(Object organization, String... roles) throws Exception {
        call(
                hers,
                USER + "set_roles_on_organization_for_user",
                organization,
                bob.oid().toString(),
                List.of(roles));
    }

    @Test
    void a_created_organization_is_answered_in_full_and_registered_by_the_domain() throws Exception {
        BlockingQueue<Map<?, ?>> created = events(hers, USER + "on_organization_created");
        long before = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        Map<String, Object> organization = dict(
                hers,
                USER + "create_organization",
                Map.of("name", "Acme Ltd.", "otype", 2, "label", "l", "tags", List.of("a"), "registered", 17));
        assertEquals("Acme Ltd.", organization.get("name"));
        assertEquals(2L, organization.get("otype"));
        assertEquals("l", organization.get("label"));
        assertNull(organization.get("description"));
        assertEquals(List.of("a"), organization.get("tags"));
        assertTrue(((Number) organization.get("registered")).longValue() >= before);
        assertEquals(organization, dict(hers, USER + "get_organization", organization.get("oid")));
        assertEquals(organization, next(created));
    }

    @Test
    void a_name_of_an_organization_is_unique_in_the_domain() throws Exception {
        create("acme");
        assertEquals(
                "crossbar.error.already_exists", refused(his, USER + "create_organization", Map.of("name", "acme")));
        Object other = create("other").get("oid");
        assertEquals(
                "crossbar.error.already_exists",
                refused(hers, USER + "modify_organization", other, Map.of("name", "acme")));
    }

    @Test
    void what_an_organization_cannot_be_is_refused_with_its_place() {
        String procedure = USER + "create_organization";
        assertEquals(
                "argument 'organization.name': expected a string, but found none",
                invalid(hers, procedure, Map.of("label", "l")));
        assertEquals(
                "argument 'organization.name': expected a string, but found an integer",
                invalid(hers, procedure, Map.of("name", 7)));
        for (String bad : List.of("", " acme", "acme ", "a\nb", "a/b", "ä")) {
            assertTrue(invalid(hers, procedure, Map.of("name", bad)).contains("organization.name"), bad);
        }
        assertTrue(invalid(hers, procedure, Map.of("name", "a".repeat(129))).contains("at most 128 characters"));
        assertEquals(
                "argument 'organization.otype': expected 0, 1, 2 or 3, but found another integer",
                invalid(hers, procedure, Map.of("name", "a", "otype", 4)));
        assertEquals(
                "argument 'organization.otype': expected an integer, but found a string",
                invalid(hers, procedure, Map.of("name", "a", "otype", "2")));
        assertEquals(
                "argument 'organization.tags[1]': expected a string, but found an integer",
                invalid(hers, procedure, Map.of("name", "a", "tags", List.of("x", 2))));
        assertTrue(invalid(hers, procedure, Map.of("name", "a", "tags", Collections.nCopies(65, "x")))
                .contains("organization.tags': expected at most 64, but found 65"));
        assertTrue(invalid(hers, procedure, Map.of("name", "a", "label", "x".repeat(257)))
                .contains("expected at most 256 characters, but found 257"));
        assertTrue(invalid(hers, procedure, Map.of("name", "a", "colour", "red"))
                .startsWith("argument 'organization.colour': expected one of name, otype, label"));
        assertEquals(INVALID, refused(hers, procedure, "acme"));
    }

    @Test
    void only_what_is_different_is_applied_returned_and_told() throws Exception {
        Object oid = create("acme").get("oid");
        BlockingQueue<Map<?, ?>> modified = events(hers, USER + "on_organization_modified");
        Map<String, Object> delta = Map.of("name", "acme", "label", "new", "otype", 1);
        assertEquals(Map.of("label", "new", "otype", 1L), dict(hers, USER + "modify_organization", oid, delta));
        assertEquals(Map.of("oid", oid, "label", "new", "otype", 1L), next(modified));
        assertEquals(Map.of(), dict(hers, USER + "modify_organization", oid, delta));
        assertEquals(Map.of("name", "acme2"), dict(hers, USER + "modify_organization", oid, Map.of("name", "acme2")));
        // What changed nothing was not told: the next event is the one after it.
        assertEquals(Map.of("oid", oid, "name", "acme2"), next(modified));
        assertEquals(List.of("acme2"), call(hers, USER + "list_organizations", true));
    }

    @Test
    void null_empties_an_attribute_and_what_was_looked_up_may_be_sent_back() throws Exception {
        Map<String, Object> organization =
                dict(hers, USER + "create_organization", Map.of("name", "acme", "label", "l", "description", "d"));
        Object oid = organization.get("oid");
        assertEquals(Map.of(), dict(hers, USER + "modify_organization", oid, organization));
        Map<String, Object> emptied =
                dict(hers, USER + "modify_organization", oid, Collections.singletonMap("label", null));
        assertEquals(Collections.singletonMap("label", null), emptied);
        assertEquals("d", dict(hers, USER + "get_organization", oid).get("description"));
        assertEquals(
                "argument 'org_delta.registered': expected what it is already, for it never changes, "
                        + "but found something else",
                invalid(hers, USER + "modify_organization", oid, Map.of("registered", 1)));
    }

    @Test
    void arguments_are_given_by_position_and_by_either_keyword() throws Exception {
        Object oid = create("acme").get("oid");
        for (String keyword : List.of("org_oid", "org_id")) {
            Object found = byName(hers, USER + "get_organization", Map.of(keyword, oid));
            assertEquals("acme", ((Map<?, ?>) found).get("name"));
        }
        assertEquals(INVALID, refused(hers, USER + "get_organization", "acme"));
    }

    @Test
    void an_organization_is_hidden_from_who_has_no_role_in_it_like_one_that_is_not_there() throws Exception {
        Object oid = create("acme").get("oid");
        assertEquals(List.of(), call(his, USER + "list_organizations"));
        String absent = UUID.randomUUID().toString();
        for (Object[] request : new Object[][] {
            {"get_organization"},
            {"modify_organization", Map.of("label", "x")},
            {"modify_organization", Map.of("nonsense", "x")},
            {"delete_organization", true},
            {"list_users_by_organization"},
            {"list_roles_on_organization_for_user"}
        }) {
            String procedure = USER + request[0];
            Object[] hidden = Arrays.copyOf(request, request.length);
            hidden[0] = oid;
            Object[] missing = Arrays.copyOf(request, request.length);
            missing[0] = absent;
            ApplicationError one = error(his, procedure, hidden);
            ApplicationError other = error(his, procedure, missing);
            assertEquals(NO_SUCH_OBJECT, one.uri(), procedure);
            assertEquals(other.getMessage(), one.getMessage(), procedure);
        }
    }

    @Test
    void what_a_member_may_do_follows_from_its_role() throws Exception {
        Object oid = create("acme").get("oid");
        grant(oid, "guest");
        assertEquals(List.of(oid), call(his, USER + "list_organizations"));
        assertEquals(NOT_AUTHORIZED, refused(his, USER + "list_users_by_organization", oid));
        grant(oid, "user");
        assertEquals(2, ((List<?>) call(his, USER + "list_users_by_organization", oid)).size());
        assertEquals(NOT_AUTHORIZED, refused(his, USER + "modify_organization", oid, Map.of("label", "x")));
        grant(oid, "admin");
        assertEquals(Map.of("label", "x"), dict(his, USER + "modify_organization", oid, Map.of("label", "x")));
        assertEquals(NOT_AUTHORIZED, refused(his, USER + "delete_organization", oid, true));
    }

    @Test
    void an_organization_with_others_in_it_is_deleted_only_by_cascade_and_its_name_is_free_again() throws Exception {
        Map<String, Object> organization = create("acme");
        Object oid = organization.get("oid");
        grant(oid, "guest");
        ApplicationError dependent = error(hers, USER + "delete_organization", oid);
        assertEquals("crossbar.error.dependent_objects", dependent.uri());
        assertEquals(List.of(bob.oid().toString()), dependent.arguments().map().get("users"));
        assertEquals(List.of(oid), call(his, USER + "list_organizations"));

        BlockingQueue<Map<?, ?>> deleted = events(his, USER + "on_organization_deleted");
        assertEquals(organization, dict(hers, USER + "delete_organization", oid, true));
        assertEquals(organization, next(deleted));
        assertEquals(List.of(), call(his, USER + "list_organizations"));
        assertEquals(List.of(), call(domain.join("superuser"), USER + "list_organizations"));
        assertEquals(
                0,
                domain.population
                        .store
                        .read(tx -> domain.population
                                .schema()
                                .usersOrganizationRoles
                                .count(tx))
                        .longValue());
        create("acme");
    }

    @Test
    void an_organization_of_its_owner_alone_is_deleted_without_cascade() throws Exception {
        Object oid = create("acme").get("oid");
        dict(hers, USER + "delete_organization", oid);
        assertEquals(List.of(), call(hers, USER + "list_organizations"));
    }

    @Test
    void a_user_owns_no_more_organizations_than_one_may() throws Exception {
        for (int i = 0; i < 100; i++) {
            create("acme" + i);
        }
        assertEquals(
                "fabric.too-many-organizations",
                refused(hers, USER + "create_organization", Map.of("name", "one more")));
        dict(his, USER + "create_organization", Map.of("name", "one more"));
    }
}
