package io.bailiwick.domain;

import static io.bailiwick.domain.Crowd.CLIENTS;
import static io.bailiwick.domain.Crowd.OK;
import static io.bailiwick.domain.Crowd.oneWinsTheOthersGet;
import static io.bailiwick.domain.SmallDomain.MREALM;
import static io.bailiwick.domain.SmallDomain.USER;
import static io.bailiwick.domain.SmallDomain.call;
import static io.bailiwick.domain.SmallDomain.dict;
import static io.bailiwick.domain.SmallDomain.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.Crowd.Request;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.cryptosign.SigningKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred clients at once: of what only one can have, one has it; what all may do, all have done, one after the other. */
class HundredClientsTest {
    private static final String ALICE = "alice@example.org";
    private static final String ALREADY_EXISTS = "crossbar.error.already_exists";

    @TempDir
    static Path directory;

    private static SmallDomain domain;
    private static Crowd crowd;
    private static ClientSession first;

    @BeforeAll
    static void start() throws Exception {
        domain = new SmallDomain(directory);
        domain.user(ALICE);
        crowd = new Crowd(domain, ALICE);
        first = crowd.session(0);
    }

    @AfterAll
    static void stop() {
        domain.close();
    }

    private static Map<String, Integer> all(IntFunction<Request> requests) throws Exception {
        return crowd.all(requests);
    }

    private static String realm(String name) throws Exception {
        return (String)
                dict(first, MREALM + "create_mrealm", Map.of("name", name)).get("oid");
    }

    private static String organization(String name) throws Exception {
        return (String)
                dict(first, USER + "create_organization", Map.of("name", name)).get("oid");
    }

    private static String pair(SigningKey key, String realm, String name) throws Exception {
        return (String) dict(first, MREALM + "pair_node", key.publicKey().hex(), realm, name)
                .get("oid");
    }

    private static String fresh() {
        return SigningKey.generate().publicKey().hex();
    }

    @Test
    void one_name_of_a_realm_is_given_once() throws Exception {
        assertEquals(
                oneWinsTheOthersGet(ALREADY_EXISTS),
                all(i -> new Request(MREALM + "create_mrealm", Map.of("name", "contested"))));
    }

    @Test
    void one_name_of_an_organization_is_given_once() throws Exception {
        assertEquals(
                oneWinsTheOthersGet(ALREADY_EXISTS),
                all(i -> new Request(USER + "create_organization", Map.of("name", "contested"))));
    }

    @Test
    void one_organization_is_deleted_once() throws Exception {
        String oid = organization("doomed");
        assertEquals(
                oneWinsTheOthersGet("crossbar.error.no_such_object"),
                all(i -> new Request(USER + "delete_organization", oid)));
    }

    @Test
    void of_a_hundred_changes_of_a_realm_none_undoes_another() throws Exception {
        String oid = realm("changed");
        assertEquals(
                Map.of(OK, CLIENTS),
                all(i -> new Request(
                        MREALM + "modify_mrealm",
                        oid,
                        i % 2 == 0 ? Map.of("label", "l" + i) : Map.of("description", "d" + i))));
        Map<String, Object> after = dict(first, MREALM + "get_mrealm", oid);
        assertTrue(((String) after.get("label")).matches("l\\d+"));
        assertTrue(((String) after.get("description")).matches("d\\d+"));
    }

    @Test
    void of_a_hundred_names_an_organization_has_one_and_the_others_are_free() throws Exception {
        String oid = organization("named");
        assertEquals(
                Map.of(OK, CLIENTS),
                all(i -> new Request(USER + "modify_organization", oid, Map.of("name", "named" + i))));
        Object name = dict(first, USER + "get_organization", oid).get("name");
        assertEquals(
                1,
                ((List<?>) call(first, USER + "list_organizations", true))
                        .stream()
                                .filter(other -> ((String) other).startsWith("named"))
                                .count());
        organization(name.equals("named0") ? "named1" : "named0");
    }

    @Test
    void a_hundred_changes_of_a_user_are_told_in_the_order_in_which_they_were_made() throws Exception {
        String oid = (String) ((List<?>) call(first, USER + "list_users")).get(0);
        var told = SmallDomain.events(first, USER + "on_user_modified");
        assertEquals(
                Map.of(OK, CLIENTS), all(i -> new Request(USER + "modify_user", oid, Map.of("label", "label" + i))));
        Object last = null;
        Set<Object> labels = new HashSet<>();
        for (int i = 0; i < CLIENTS; i++) {
            last = SmallDomain.next(told).get("label");
            labels.add(last);
        }
        assertEquals(CLIENTS, labels.size());
        assertEquals(dict(first, USER + "get_user", oid).get("label"), last);
    }

    @Test
    void of_two_owners_who_remove_each_other_one_stays() throws Exception {
        String bob = "bob@example.org";
        String bobOid = domain.user(bob).oid().toString();
        String aliceOid = (String) ((List<?>) call(first, USER + "list_users"))
                .stream().filter(oid -> !oid.equals(bobOid)).findFirst().orElseThrow();
        for (String[] names : new String[][] {
            {MREALM + "set_roles_on_mrealm_for_user", MREALM + "remove_roles_on_mrealm_for_user", realm("shared")},
            {
                USER + "set_roles_on_organization_for_user",
                USER + "remove_roles_on_organization_for_user",
                organization("shared")
            }
        }) {
            call(first, names[0], names[2], bobOid, List.of("owner"));
            ClientSession his = domain.join(bob);
            Map<String, Integer> outcomes = new TreeMap<>();
            List<CompletableFuture<Arguments>> calls = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                ClientSession session = i % 2 == 0 ? crowd.session(i) : his;
                calls.add(session.call(names[1], names[2], i % 2 == 0 ? bobOid : aliceOid));
            }
            for (CompletableFuture<Arguments> each : calls) {
                try {
                    within(each);
                    outcomes.merge(OK, 1, Integer::sum);
                } catch (ExecutionException e) {
                    outcomes.merge(((ApplicationError) e.getCause()).uri(), 1, Integer::sum);
                }
            }
            assertTrue(outcomes.get(OK) >= 1, outcomes.toString());
            Object owners = call(domain.join("superuser"), names[1].replace("remove_roles", "list_roles"), names[2]);
            assertEquals(1, ((List<?>) owners).size(), String.valueOf(owners));
        }
    }

    @Test
    void one_key_is_paired_once_and_one_name_is_given_once() throws Exception {
        realm("crowd");
        String key = fresh();
        assertEquals(
                oneWinsTheOthersGet("fabric.node-already-paired"),
                all(i -> new Request(MREALM + "pair_node", key, "crowd", "n" + i)));
        assertEquals(
                oneWinsTheOthersGet(ALREADY_EXISTS),
                all(i -> new Request(MREALM + "pair_node", fresh(), "crowd", "same")));
    }

    @Test
    void one_node_is_deleted_once() throws Exception {
        realm("leaving");
        String node = pair(SigningKey.generate(), "leaving", "n1");
        assertEquals(
                oneWinsTheOthersGet("crossbar.error.no_such_object"),
                all(i -> new Request(MREALM + "delete_node", node, true)));
    }

    @Test
    void a_hundred_changes_of_a_node_leave_one_whole_one() throws Exception {
        realm("described");
        String node = pair(SigningKey.generate(), "described", "n1");
        assertEquals(
                Map.of(OK, CLIENTS),
                all(i -> new Request(MREALM + "modify_node", node, Map.of("label", "x" + i, "description", "x" + i))));
        Map<String, Object> after = dict(first, MREALM + "get_node", node);
        assertEquals(after.get("label"), after.get("description"));
        assertEquals("n1", after.get("authid"));
    }

    @Test
    void one_new_key_goes_to_one_node() throws Exception {
        realm("keys");
        List<String> nodes = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            nodes.add(pair(SigningKey.generate(), "keys", "n" + i));
        }
        String key = fresh();
        Map<String, Integer> outcomes = all(i -> new Request(MREALM + "replace_node_key", nodes.get(i % 10), key));
        // Who asks once more for the node that has it already is told that it is the same.
        assertEquals(1, outcomes.get(OK), outcomes.toString());
        assertEquals(Set.of(OK, "fabric.node-already-paired", "wamp.error.invalid_argument"), outcomes.keySet());
    }

    @Test
    void moving_unpairing_and_another_key_at_once_leave_a_node_whole_and_online_only_where_it_belongs()
            throws Exception {
        String from = realm("from");
        String to = realm("onto");
        SigningKey key = SigningKey.generate();
        String node = pair(key, "from", "n1");
        List<ClientSession> there = List.of(domain.node(key));
        SigningKey fresh = SigningKey.generate();
        Map<String, Integer> outcomes = all(i -> switch (i % 4) {
            case 0 -> new Request(MREALM + "move_node", node, i % 8 == 0 ? to : from);
            case 1 ->
                new Request(MREALM + "replace_node_key", node, fresh.publicKey().hex());
            case 2 -> new Request(MREALM + "unpair_node", node);
            default -> new Request(MREALM + "modify_node", node, Map.of("label", "l" + i));
        });
        assertTrue(
                Set.of(OK, "fabric.node-not-paired", "wamp.error.invalid_argument")
                        .containsAll(outcomes.keySet()),
                outcomes.toString());
        // Unpairing is the last word on the place, and one replacement that on the key.
        Map<String, Object> after = dict(first, MREALM + "get_node", node);
        assertEquals(null, after.get("mrealm_oid"));
        assertEquals(null, after.get("authid"));
        assertEquals(fresh.publicKey().hex(), after.get("pubkey"));
        assertEquals("offline", after.get("status"));
        for (ClientSession session : there) {
            assertEquals("wamp.close.auth-changed", within(session.closed()).reason());
        }
        assertEquals("fabric.auth-failed.node-unpaired", domain.refusal(Identity.of(null, null, "node", key)));
        for (String realm : List.of("from", "onto")) {
            assertEquals(List.of(), call(first, MREALM + "list_nodes_by_mrealm_name", realm));
        }
        assertEquals(
                node,
                dict(first, MREALM + "pair_node", fresh.publicKey().hex(), "onto", "n1")
                        .get("oid"));
        ClientSession again = domain.node(fresh);
        assertEquals("onto", again.realm());
        assertFalse(again.closed().isDone());
    }

    @Test
    void one_realm_is_deleted_once() throws Exception {
        String oid = realm("short-lived");
        var told = SmallDomain.events(first, MREALM + "on_realm_deleted");
        assertEquals(
                oneWinsTheOthersGet("crossbar.error.no_such_object"),
                all(i -> new Request(MREALM + "delete_mrealm", oid)));
        assertEquals(oid, SmallDomain.next(told).get("oid"));
    }
}
