package io.bailiwick.domain;

import static io.bailiwick.domain.SmallDomain.DOMAIN;
import static io.bailiwick.domain.SmallDomain.INVALID;
import static io.bailiwick.domain.SmallDomain.MREALM;
import static io.bailiwick.domain.SmallDomain.NOT_AUTHORIZED;
import static io.bailiwick.domain.SmallDomain.NO_SUCH_OBJECT;
import static io.bailiwick.domain.SmallDomain.USER;
import static io.bailiwick.domain.SmallDomain.call;
import static io.bailiwick.domain.SmallDomain.dict;
import static io.bailiwick.domain.SmallDomain.events;
import static io.bailiwick.domain.SmallDomain.invalid;
import static io.bailiwick.domain.SmallDomain.next;
import static io.bailiwick.domain.SmallDomain.refused;
import static io.bailiwick.domain.SmallDomain.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.bailiwick.domain.schema.User;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.MatchPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is what, given and taken by calls, and what becomes of the sessions of who loses a role. */
class RoleApiTest {
    private static final String ALICE = "alice@example.org";
    private static final String BOB = "bob@example.org";
    private static final String SET_REALM = MREALM + "set_roles_on_mrealm_for_user";
    private static final String GET_REALM = MREALM + "get_roles_on_mrealm_for_user";
    private static final String LIST_REALM = MREALM + "list_roles_on_mrealm_for_user";
    private static final String REMOVE_REALM = MREALM + "remove_roles_on_mrealm_for_user";
    private static final String SET_ORG = USER + "set_roles_on_organization_for_user";
    private static final String GET_ORG = USER + "get_roles_on_organization_for_user";
    private static final String LIST_ORG = USER + "list_roles_on_organization_for_user";
    private static final String REMOVE_ORG = USER + "remove_roles_on_organization_for_user";

    @TempDir
    Path directory;

    private SmallDomain domain;
    private String alice;
    private String bob;
    private ClientSession hers;
    private ClientSession his;
    private String realm;
    private String acme;

    @BeforeEach
    void start() throws Exception {
        domain = new SmallDomain(directory);
        alice = domain.user(ALICE).oid().toString();
        bob = domain.user(BOB).oid().toString();
        hers = domain.join(ALICE);
        his = domain.join(BOB);
        realm = (String)
                dict(hers, MREALM + "create_mrealm", Map.of("name", "mrealm1")).get("oid");
        acme = (String)
                dict(hers, USER + "create_organization", Map.of("name", "acme")).get("oid");
    }

    @AfterEach
    void stop() {
        domain.close();
    }

    @Test
    void roles_are_replaced_each_once_the_strongest_first_and_both_sides_hear_of_it() throws Exception {
        for (String[] names : new String[][] {
            {SET_REALM, GET_REALM, realm, MREALM + "on_mrealm_roles_modified", "mrealm_oid"},
            {SET_ORG, GET_ORG, acme, USER + "on_organization_roles_modified", "organization_oid"}
        }) {
            BlockingQueue<Map<?, ?>> toAlice = events(hers, names[3]);
            BlockingQueue<Map<?, ?>> toBob = events(his, names[3]);
            assertEquals(
                    List.of("admin", "guest"), call(hers, names[0], names[2], bob, List.of("guest", "admin", "guest")));
            assertEquals(List.of("admin", "guest"), call(hers, names[1], names[2], bob));
            assertEquals(List.of("admin", "guest"), call(his, names[1], names[2], bob));
            Map<?, ?> told = next(toBob);
            assertEquals(names[2], told.get(names[4]));
            assertEquals(bob, told.get("user_oid"));
            assertEquals(List.of("admin", "guest"), told.get("roles"));
            assertEquals(ALICE, told.get("caller"));
            assertEquals(told, next(toAlice));
            assertEquals(List.of("operator"), call(hers, names[0], names[2], bob, List.of("operator")));
            assertEquals(List.of(), call(hers, names[0], names[2], bob, List.of()));
            // Who has lost all still hears that it has.
            assertEquals(List.of("operator"), next(toBob).get("roles"));
            assertEquals(List.of(), next(toBob).get("roles"));
            assertEquals(NO_SUCH_OBJECT, refused(his, names[1], names[2], bob));
        }
    }

    @Test
    void a_role_that_is_none_is_refused_with_its_place() {
        assertEquals(
                "argument 'user_roles[1]': expected owner, admin, operator, developer, user or guest, "
                        + "but found another text",
                invalid(hers, SET_REALM, realm, bob, List.of("guest", "king")));
        assertEquals(
                "argument 'roles[0]': expected owner, admin, operator, developer, user or guest, "
                        + "but found another text",
                invalid(hers, SET_ORG, acme, bob, List.of("OWNER")));
        assertEquals(INVALID, refused(hers, SET_REALM, realm, bob, "guest"));
        assertEquals(INVALID, refused(hers, SET_REALM, realm, BOB, List.of("guest")));
    }

    @Test
    void roles_are_set_and_listed_by_owners_and_given_up_by_whom_they_are_of() throws Exception {
        for (String[] names :
                new String[][] {{SET_REALM, LIST_REALM, REMOVE_REALM, realm}, {SET_ORG, LIST_ORG, REMOVE_ORG, acme}}) {
            assertEquals(NO_SUCH_OBJECT, refused(his, names[0], names[3], bob, List.of("owner")));
            assertEquals(NO_SUCH_OBJECT, refused(his, names[2], names[3], bob));
            call(hers, names[0], names[3], bob, List.of("admin"));
            assertEquals(NOT_AUTHORIZED, refused(his, names[0], names[3], bob, List.of("owner")));
            assertEquals(NOT_AUTHORIZED, refused(his, names[2], names[3], alice));
            assertEquals(NOT_AUTHORIZED, refused(his, names[1], names[3]));
            List<?> rows = (List<?>) call(hers, names[1], names[3]);
            assertEquals(2, rows.size());
            assertEquals(
                    List.of(Map.of("user_oid", bob, "authid", BOB, "roles", List.of("admin"))),
                    call(hers, names[1], names[3], bob));
            assertEquals(List.of(), call(his, names[2], names[3], bob));
            assertEquals(1, ((List<?>) call(hers, names[1], names[3])).size());
        }
    }

    @Test
    void nobody_is_found_out_by_asking_for_roles() {
        String absent = UUID.randomUUID().toString();
        for (String[] names : new String[][] {{GET_REALM, SET_REALM, realm}, {GET_ORG, SET_ORG, acme}}) {
            assertEquals(NO_SUCH_OBJECT, refused(hers, names[0], names[2], bob));
            assertEquals(NO_SUCH_OBJECT, refused(hers, names[0], names[2], absent));
            assertEquals(NO_SUCH_OBJECT, refused(hers, names[1], names[2], absent, List.of("guest")));
        }
    }

    @Test
    void there_is_always_an_owner_left() throws Exception {
        ClientSession superuser = domain.join(User.SUPERUSER);
        for (String[] names : new String[][] {{SET_REALM, REMOVE_REALM, realm}, {SET_ORG, REMOVE_ORG, acme}}) {
            assertEquals("fabric.last-owner", refused(hers, names[0], names[2], alice, List.of("admin")));
            assertEquals("fabric.last-owner", refused(hers, names[1], names[2], alice));
            assertEquals("fabric.last-owner", refused(superuser, names[1], names[2], alice));
            call(hers, names[0], names[2], bob, List.of("owner"));
            assertEquals(List.of(), call(hers, names[1], names[2], alice));
            assertEquals("fabric.last-owner", refused(his, names[1], names[2], bob));
        }
    }

    @Test
    void the_row_of_a_realm_names_somebody_who_owns_it() throws Exception {
        call(hers, SET_REALM, realm, bob, List.of("owner"));
        BlockingQueue<Map<?, ?>> modified = events(his, MREALM + "on_mrealm_modified");
        call(hers, REMOVE_REALM, realm, alice);
        assertEquals(Map.of("oid", realm, "owner", bob), next(modified));
        assertEquals(bob, dict(his, MREALM + "get_mrealm", realm).get("owner"));
    }

    @Test
    void who_loses_a_role_loses_its_sessions_in_it_and_keeps_the_others() throws Exception {
        call(hers, SET_REALM, realm, bob, List.of("admin"));
        ClientSession asAdmin = domain.join(BOB, "mrealm1", "admin");
        ClientSession asGuest = domain.join(BOB, "mrealm1", "guest");
        ClientSession owner = domain.join(ALICE, "mrealm1", "owner");
        BlockingQueue<Map<?, ?>> told = events(his, MREALM + "on_mrealm_roles_modified");
        call(hers, SET_REALM, realm, bob, List.of("operator"));
        assertEquals("wamp.close.auth-changed", within(asAdmin.closed()).reason());
        assertEquals(List.of(asAdmin.id()), next(told).get("killed"));
        assertFalse(asGuest.closed().isDone());
        call(hers, SET_REALM, realm, bob, List.of());
        assertEquals("wamp.close.auth-changed", within(asGuest.closed()).reason());
        assertEquals(
                "wamp.error.authentication_failed",
                domain.refusal(Identity.of("mrealm1", null, "guest", domain.key(BOB))));
        assertFalse(owner.closed().isDone());
        // What one is in a realm says nothing of the domain realm.
        assertFalse(his.closed().isDone());
        assertEquals(DOMAIN, his.realm());
    }

    @Test
    void the_superuser_keeps_its_sessions_whatever_its_row_holds() throws Exception {
        String superuser = domain.population.superuser.oid().toString();
        call(hers, SET_REALM, realm, superuser, List.of("guest"));
        ClientSession owner = domain.join(User.SUPERUSER, "mrealm1", "owner");
        call(hers, REMOVE_REALM, realm, superuser);
        assertFalse(owner.closed().isDone());
        assertEquals(List.of(), call(domain.join(User.SUPERUSER), GET_REALM, realm, superuser));
    }

    @Test
    void without_a_role_asked_for_a_user_joins_in_the_weakest_that_it_was_given() throws Exception {
        assertEquals("guest", domain.join(ALICE, "mrealm1", null).authrole());
        call(hers, SET_REALM, realm, bob, List.of("admin", "developer"));
        assertEquals("developer", domain.join(BOB, "mrealm1", null).authrole());
        assertEquals("owner", domain.join(User.SUPERUSER, "mrealm1", null).authrole());
    }

    @Test
    void owners_take_nothing_from_the_controllers_by_the_meta_api() throws Exception {
        ClientSession owner = domain.join(ALICE, "mrealm1", "owner");
        Object registration = call(owner, "wamp.registration.match", "io.bailiwick.domain.list_nodes");
        List<?> callees = (List<?>) call(owner, "wamp.registration.list_callees", registration);
        assertEquals(
                "wamp.error.not_authorized",
                refused(owner, "wamp.registration.remove_callee", registration, callees.get(0)));
        assertEquals(callees, call(owner, "wamp.registration.list_callees", registration));
        within(owner.subscribe("com.example.shop", MatchPolicy.EXACT, event -> {}));
        Object subscription = call(owner, "wamp.subscription.lookup", "com.example.shop");
        assertEquals(
                "wamp.error.not_authorized",
                refused(owner, "wamp.subscription.remove_subscriber", subscription, owner.id()));
        // A procedure that is new in the meta API is to be looked at before it is added here.
        List<String> may = ((List<?>) call(owner, "wamp.reflection.procedure.list"))
                .stream()
                        .map(String::valueOf)
                        .filter(uri -> uri.startsWith("wamp.") && isAuthorized(owner, uri))
                        .sorted()
                        .toList();
        assertEquals(
                List.of(
                        "wamp.reflect.define",
                        "wamp.reflect.describe",
                        "wamp.reflection.error.describe",
                        "wamp.reflection.error.list",
                        "wamp.reflection.procedure.describe",
                        "wamp.reflection.procedure.list",
                        "wamp.reflection.topic.describe",
                        "wamp.reflection.topic.list",
                        "wamp.registration.count_callees",
                        "wamp.registration.get",
                        "wamp.registration.list",
                        "wamp.registration.list_callees",
                        "wamp.registration.lookup",
                        "wamp.registration.match",
                        "wamp.session.add_testament",
                        "wamp.session.count",
                        "wamp.session.flush_testaments",
                        "wamp.session.get",
                        "wamp.session.list",
                        "wamp.subscription.count_subscribers",
                        "wamp.subscription.get",
                        "wamp.subscription.get_events",
                        "wamp.subscription.list",
                        "wamp.subscription.list_subscribers",
                        "wamp.subscription.lookup",
                        "wamp.subscription.match"),
                may);
    }

    /** Whether a call without arguments is not refused for who makes it. */
    private static boolean isAuthorized(ClientSession session, String procedure) {
        return session.call(procedure, Arguments.NONE, Duration.ofSeconds(30))
                .handle((result, failure) -> !(failure instanceof ApplicationError error
                        && error.uri().equals("wamp.error.not_authorized")))
                .join();
    }
}
