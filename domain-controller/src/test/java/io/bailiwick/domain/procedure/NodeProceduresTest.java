package io.bailiwick.domain.procedure;

import static io.bailiwick.domain.testing.Calls.by;
import static io.bailiwick.domain.testing.Calls.refused;
import static io.bailiwick.domain.testing.Calls.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.testing.Population;
import io.bailiwick.domain.testing.RecordingDomain;
import io.bailiwick.router.cryptosign.SigningKey;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeProceduresTest {
    private static final String ALICE = "alice@example.org";
    private static final String BOB = "bob@example.org";
    private static final String NO_SUCH_OBJECT = "crossbar.error.no_such_object";
    private static final String INVALID = "wamp.error.invalid_argument";

    @TempDir
    Path directory;

    private final RecordingDomain live = new RecordingDomain();
    private final String key = SigningKey.generate().publicKey().hex();
    private Population population;
    private User alice;
    private User bob;
    private ManagementRealm realm;
    private Work work;
    private NodeProcedures procedures;

    @BeforeEach
    void populate() {
        population = new Population(directory);
        alice = population.user(ALICE);
        bob = population.user(BOB);
        realm = population.realm("mrealm1", alice);
        work = new Work(population.store, ForkJoinPool.commonPool());
        procedures = new NodeProcedures(work, live);
    }

    @AfterEach
    void close() {
        population.close();
    }

    private CompletableFuture<Map<String, Object>> pair(String pubkey, String realmName, String authid, String caller) {
        return procedures.pairNode(pubkey, realmName, authid, null, by(caller));
    }

    private Node stored(Object oid) {
        return population.store.read(tx ->
                population.schema().nodes.get(tx, UUID.fromString((String) oid)).orElseThrow());
    }

    @Test
    void a_paired_node_belongs_to_the_realm_and_everybody_concerned_is_told() {
        Map<String, Object> extra = Map.of("site", "north", "cluster_ip", "10.0.0.7");
        Map<String, Object> node = result(procedures.pairNode(key, "mrealm1", "n1", extra, by(ALICE)));
        assertEquals(key, node.get("pubkey"));
        assertEquals(realm.oid().toString(), node.get("mrealm_oid"));
        assertEquals("n1", node.get("authid"));
        assertEquals(alice.oid().toString(), node.get("owner_oid"));
        assertEquals("10.0.0.7", node.get("cluster_ip"));
        assertEquals(extra, node.get("authextra"));
        assertTrue(node.containsKey("label") && node.containsKey("tags") && node.containsKey("description"));
        assertEquals(List.of("announce crossbarfabriccenter.mrealm.on_node_paired", "paired mrealm1 n1"), live.asked);
        assertEquals(node, live.announcements.get(0).object());
        assertEquals(List.of(ALICE, "superuser"), live.announcements.get(0).readers());
        assertTrue(stored(node.get("oid")).isPaired());
    }

    @Test
    void a_key_in_upper_case_is_stored_in_lower_case() {
        Map<String, Object> node = result(pair(key.toUpperCase(Locale.ROOT), "mrealm1", "n1", ALICE));
        assertEquals(key, node.get("pubkey"));
        refused("fabric.node-already-paired", () -> pair(key, "mrealm1", "n2", ALICE));
    }

    @Test
    void a_malformed_key_is_refused_and_nothing_is_stored() {
        for (String bad : List.of("", "abc", key.substring(1), key + "0", "g" + key.substring(1), " " + key)) {
            String text = refused(INVALID, () -> pair(bad, "mrealm1", "n1", ALICE));
            assertTrue(text.startsWith("pubkey: "), text);
        }
        assertEquals(
                0,
                population.store.read(tx -> population.schema().nodes.count(tx)).longValue());
    }

    @Test
    void a_name_that_is_not_one_component_of_a_uri_is_refused() {
        for (String bad : Arrays.asList("", "n.1", "n 1", "n#1", "-n", "ä", "n".repeat(129), "n\n")) {
            refused(INVALID, () -> pair(key, "mrealm1", bad, ALICE));
        }
    }

    @Test
    void a_name_that_reads_as_an_object_id_is_refused_in_a_pairing_and_a_move() {
        Map<String, Object> first = result(pair(key, "mrealm1", "n1", ALICE));
        String oid = (String) first.get("oid");
        String other = SigningKey.generate().publicKey().hex();
        NodeChangeProcedures changes = new NodeChangeProcedures(work, live, Clock.systemUTC());
        for (String bad :
                List.of(oid, oid.toUpperCase(Locale.ROOT), UUID.randomUUID().toString())) {
            String text = refused(INVALID, () -> pair(other, "mrealm1", bad, ALICE));
            assertTrue(text.contains("UUID"), text);
            refused(INVALID, () -> changes.moveNode(UUID.fromString(oid), realm.oid(), bad, by(ALICE)));
        }
        assertEquals(
                "1-2-3-4-5", result(pair(other, "mrealm1", "1-2-3-4-5", ALICE)).get("authid"));
    }

    @Test
    void an_authextra_that_is_too_big_or_has_no_address_is_refused() {
        Map<String, Object> big = Map.of("a", "x".repeat(9000));
        refused(INVALID, () -> procedures.pairNode(key, "mrealm1", "n1", big, by(ALICE)));
        Map<String, Object> wrong = Map.of("cluster_ip", 17);
        refused(INVALID, () -> procedures.pairNode(key, "mrealm1", "n1", wrong, by(ALICE)));
    }

    @Test
    void an_unknown_realm_is_said_to_be_so_and_a_hidden_one_too() {
        refused("fabric.no-such-realm", () -> pair(key, "nowhere", "n1", ALICE));
        refused("fabric.no-such-realm", () -> pair(key, "mrealm1", "n1", BOB));
    }

    @Test
    void who_does_not_own_the_realm_may_not_pair_to_it() {
        population.grant(bob, realm, Role.ADMIN);
        refused("fabric.not-authorized", () -> pair(key, "mrealm1", "n1", BOB));
        assertEquals(List.of(), live.asked);
    }

    @Test
    void a_key_that_is_paired_elsewhere_is_refused_without_telling_where() {
        ManagementRealm his = population.realm("his", bob);
        population.node(bob, his, "n1", SigningKey.generate().publicKey(), null);
        result(pair(key, "his", "n2", BOB));
        String text = refused("fabric.node-already-paired", () -> pair(key, "mrealm1", "n1", ALICE));
        assertTrue(!text.contains("his"), text);
    }

    @Test
    void a_name_is_unique_in_its_realm_and_free_in_another() {
        population.realm("mrealm2", alice);
        result(pair(key, "mrealm1", "n1", ALICE));
        String other = SigningKey.generate().publicKey().hex();
        refused("crossbar.error.already_exists", () -> pair(other, "mrealm1", "n1", ALICE));
        assertEquals("n1", result(pair(other, "mrealm2", "n1", ALICE)).get("authid"));
    }

    @Test
    void a_node_that_is_paired_again_keeps_its_oid_and_gets_its_new_owner() {
        Map<String, Object> first = result(pair(key, "mrealm1", "n1", ALICE));
        result(procedures.unpairNodeByPubkey(key, by(ALICE)));
        population.realm("his", bob);
        Map<String, Object> second = result(pair(key, "his", "n1", BOB));
        assertEquals(first.get("oid"), second.get("oid"));
        assertEquals(bob.oid().toString(), second.get("owner_oid"));
    }

    @Test
    void what_one_owner_wrote_of_a_node_is_neither_kept_nor_told_when_another_pairs_it() {
        Map<String, Object> first = result(pair(key, "mrealm1", "n1", ALICE));
        describe(first);
        result(procedures.unpairNodeByPubkey(key, by(ALICE)));
        population.realm("his", bob);
        Map<String, Object> second = result(pair(key, "his", "n1", BOB));
        assertEquals(first.get("oid"), second.get("oid"));
        assertNull(second.get("label"));
        assertNull(second.get("description"));
        assertNull(second.get("tags"));
        String record = newest();
        assertTrue(record.contains(bob.oid().toString()), record);
        assertFalse(record.contains(alice.oid().toString()) || record.contains("secret"), record);
    }

    @Test
    void who_pairs_its_own_node_again_keeps_what_it_wrote() {
        describe(result(pair(key, "mrealm1", "n1", ALICE)));
        result(procedures.unpairNodeByPubkey(key, by(ALICE)));
        assertEquals("secret label", result(pair(key, "mrealm1", "n2", ALICE)).get("label"));
    }

    private void describe(Map<String, Object> paired) {
        Node node = stored(paired.get("oid"));
        Node described = node.described("secret label", "secret text", List.of("secret"), "10.0.0.9", null);
        population.store.writeAll(tx -> population.schema().nodes.update(tx, node.oid(), described));
    }

    /** The newest record of the log. */
    private String newest() {
        return population.store.read(tx -> population
                .schema()
                .auditLog
                .all(tx)
                .reduce((older, newer) -> newer)
                .orElseThrow()
                .row()
                .toString());
    }

    @Test
    void unpairing_ends_sessions_answers_the_former_realm_and_tells() {
        Node node = population.node(alice, realm, "n1");
        live.killed = List.of(17L);
        Map<String, Object> unpaired = result(procedures.unpairNode(node.oid(), by(ALICE)));
        assertEquals(realm.oid().toString(), unpaired.get("mrealm_oid"));
        assertNull(unpaired.get("authid"));
        assertEquals(List.of(17L), unpaired.get("killed"));
        assertEquals(
                List.of("unpaired mrealm1 n1", "announce crossbarfabriccenter.mrealm.on_node_unpaired"), live.asked);
        assertEquals(unpaired, live.announcements.get(0).object());
        assertEquals(node.unpaired(), stored(node.oid().toString()));
    }

    @Test
    void a_node_is_unpaired_by_key_and_by_name_too() {
        Node first = population.node(alice, realm, "n1");
        Node second = population.node(alice, realm, "n2");
        String upper = first.pubkey().toUpperCase(Locale.ROOT);
        assertEquals(
                first.oid().toString(),
                result(procedures.unpairNodeByPubkey(upper, by(ALICE))).get("oid"));
        assertEquals(
                second.oid().toString(),
                result(procedures.unpairNodeByName("mrealm1", "n2", by(ALICE))).get("oid"));
    }

    @Test
    void what_is_not_paired_cannot_be_unpaired() {
        Node node = population.unpairedNode(alice, SigningKey.generate().publicKey());
        refused("fabric.node-not-paired", () -> procedures.unpairNode(node.oid(), by(ALICE)));
        refused("fabric.node-not-paired", () -> procedures.unpairNodeByPubkey(node.pubkey(), by("superuser")));
        refused(NO_SUCH_OBJECT, () -> procedures.unpairNode(node.oid(), by(BOB)));
    }

    @Test
    void unknown_and_hidden_nodes_are_answered_alike() {
        Node node = population.node(alice, realm, "n1");
        String hidden = refused(NO_SUCH_OBJECT, () -> procedures.unpairNode(node.oid(), by(BOB)));
        assertEquals(hidden, refused(NO_SUCH_OBJECT, () -> procedures.unpairNode(UUID.randomUUID(), by(BOB))));
        refused(NO_SUCH_OBJECT, () -> procedures.unpairNodeByPubkey(node.pubkey(), by(BOB)));
        refused(NO_SUCH_OBJECT, () -> procedures.unpairNodeByPubkey(key, by(BOB)));
        refused(NO_SUCH_OBJECT, () -> procedures.unpairNodeByName("mrealm1", "n1", by(BOB)));
        refused(NO_SUCH_OBJECT, () -> procedures.unpairNodeByName("nowhere", "n1", by(ALICE)));
        refused(NO_SUCH_OBJECT, () -> procedures.getNode(node.oid(), by(BOB)));
        refused(NO_SUCH_OBJECT, () -> procedures.getNodeByName("mrealm1", "n1", by(BOB)));
        refused(NO_SUCH_OBJECT, () -> procedures.getNodeByName("mrealm1", "n2", by(ALICE)));
        refused(NO_SUCH_OBJECT, () -> procedures.listNodesByMrealm(realm.oid(), null, by(BOB)));
        refused(NO_SUCH_OBJECT, () -> procedures.listNodesByMrealmName("mrealm1", null, by(BOB)));
        assertEquals(List.of(), live.asked);
    }

    @Test
    void who_sees_a_node_without_owning_its_realm_may_not_unpair_it() {
        Node node = population.node(alice, realm, "n1");
        population.grant(bob, realm, Role.OPERATOR);
        refused("fabric.not-authorized", () -> procedures.unpairNode(node.oid(), by(BOB)));
    }

    @Test
    void lists_hold_what_the_caller_may_see() {
        ManagementRealm his = population.realm("his", bob);
        Node first = population.node(alice, realm, "b");
        Node second = population.node(alice, realm, "a");
        population.node(bob, his, "c");
        Node loose = population.unpairedNode(alice, SigningKey.generate().publicKey());
        assertEquals(List.of("a", "b"), result(procedures.listNodesByMrealm(realm.oid(), true, by(ALICE))));
        assertEquals(
                List.of(second.oid().toString(), first.oid().toString()),
                result(procedures.listNodesByMrealmName("mrealm1", false, by(ALICE))));
        List<String> mine = result(procedures.listNodes(null, by(ALICE)));
        assertEquals(3, mine.size());
        assertTrue(mine.contains(loose.oid().toString()));
        assertEquals(List.of("c"), result(procedures.listNodes(true, by(BOB))));
        assertEquals(4, result(procedures.listNodes(null, by("superuser"))).size());
    }

    @Test
    void a_node_is_found_by_oid_and_by_name() {
        Node node = population.node(alice, realm, "n1");
        assertEquals("n1", result(procedures.getNode(node.oid(), by(ALICE))).get("authid"));
        assertEquals(
                node.oid().toString(),
                result(procedures.getNodeByName("mrealm1", "n1", by(ALICE))).get("oid"));
    }

    @Test
    void the_controller_of_a_realm_gets_all_its_nodes_and_nobody_else_does() {
        ManagementRealm his = population.realm("his", bob);
        Node node = population.node(alice, realm, "n1");
        population.node(bob, his, "n2");
        ControllerProcedures nodes = new ControllerProcedures(work, realm.oid());
        List<Map<String, Object>> listed = listed(nodes, null);
        assertEquals(List.of(new HashMap<>(WireForm.of(node))), listed);
        refused("wamp.error.not_authorized", () -> nodes.listNodes(null, by("superuser", "owner")));
    }

    @Test
    void the_controller_of_a_realm_gets_no_more_nodes_at_once_than_a_message_holds() {
        List<String> names = new ArrayList<>();
        for (int i = 100; i < 140; i++) {
            names.add("n" + i);
            population.node(
                    alice, realm, "n" + i, SigningKey.generate().publicKey(), Map.of("blob", "x".repeat(8_000)));
        }
        ControllerProcedures nodes = new ControllerProcedures(work, realm.oid());
        List<Object> told = new ArrayList<>();
        String after = null;
        for (int page = 0; page < 2; page++) {
            List<Map<String, Object>> listed = listed(nodes, after);
            assertTrue(!listed.isEmpty() && listed.size() <= 40 - told.size() && listed.size() < 40);
            listed.forEach(row -> told.add(row.get("authid")));
            after = String.valueOf(told.get(told.size() - 1));
        }
        assertEquals(names, told);
        assertEquals(List.of(), listed(nodes, after));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> listed(ControllerProcedures nodes, @Nullable String after) {
        return (List<Map<String, Object>>) result(nodes.listNodes(after, by("realm-controller", "backend")))
                .list()
                .get(0);
    }
}
