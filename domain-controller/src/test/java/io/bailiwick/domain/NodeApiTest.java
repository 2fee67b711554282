package io.bailiwick.domain;

import static io.bailiwick.domain.SmallDomain.INVALID;
import static io.bailiwick.domain.SmallDomain.MREALM;
import static io.bailiwick.domain.SmallDomain.NOT_AUTHORIZED;
import static io.bailiwick.domain.SmallDomain.NO_SUCH_OBJECT;
import static io.bailiwick.domain.SmallDomain.byName;
import static io.bailiwick.domain.SmallDomain.call;
import static io.bailiwick.domain.SmallDomain.dict;
import static io.bailiwick.domain.SmallDomain.error;
import static io.bailiwick.domain.SmallDomain.events;
import static io.bailiwick.domain.SmallDomain.invalid;
import static io.bailiwick.domain.SmallDomain.next;
import static io.bailiwick.domain.SmallDomain.refused;
import static io.bailiwick.domain.SmallDomain.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.schema.User;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.cryptosign.SigningKey;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of realms and nodes by calls, with nodes that are there. */
class NodeApiTest {
    private static final String ALICE = "alice@example.org";
    private static final String BOB = "bob@example.org";
    private static final String UNPAIRED = "fabric.auth-failed.node-unpaired";
    private static final String AUTH_CHANGED = "wamp.close.auth-changed";

    @TempDir
    Path directory;

    private final SigningKey key = SigningKey.generate();
    private SmallDomain domain;
    private String bob;
    private ClientSession hers;
    private ClientSession his;
    private String plant;
    private String shop;
    private String node;

    @BeforeEach
    void start() throws Exception {
        domain = new SmallDomain(directory);
        domain.user(ALICE);
        bob = domain.user(BOB).oid().toString();
        hers = domain.join(ALICE);
        his = domain.join(BOB);
        plant = create(hers, "plant");
        shop = create(hers, "shop");
        node = (String) dict(hers, MREALM + "pair_node", key.publicKey().hex(), "plant", "n1")
                .get("oid");
    }

    @AfterEach
    void stop() {
        domain.close();
    }

    private static String create(ClientSession user, String realm) throws Exception {
        return (String)
                dict(user, MREALM + "create_mrealm", Map.of("name", realm)).get("oid");
    }

    private void grant(String realm, String... roles) throws Exception {
        call(hers, MREALM + "set_roles_on_mrealm_for_user", realm, bob, List.of(roles));
    }

    // management realms

    @Test
    void only_what_is_different_in_a_realm_is_applied_returned_and_told() throws Exception {
        BlockingQueue<Map<?, ?>> modified = events(hers, MREALM + "on_mrealm_modified");
        Map<String, Object> diff = Map.of("label", "Plant", "tags", List.of("a"));
        assertEquals(diff, dict(hers, MREALM + "modify_mrealm", plant, diff));
        assertEquals(Map.of(), dict(hers, MREALM + "modify_mrealm", plant, diff));
        assertEquals(Map.of("oid", plant, "label", "Plant", "tags", List.of("a")), next(modified));
        Map<String, Object> shown = dict(hers, MREALM + "get_mrealm", plant);
        assertEquals("Plant", shown.get("label"));
        // What was looked up may be sent back as it is.
        assertEquals(Map.of(), dict(hers, MREALM + "modify_mrealm", plant, shown));
        Map<String, Object> emptied = Collections.singletonMap("label", null);
        assertEquals(
                emptied, byName(hers, MREALM + "modify_mrealm", Map.of("mrealm_id", plant, "mrealm_diff", emptied)));
    }

    @Test
    void the_name_of_a_realm_never_changes() throws Exception {
        assertEquals(
                "argument 'mrealm_diff.name': expected what it is already, for nodes and users join by it, "
                        + "but found something else",
                invalid(hers, MREALM + "modify_mrealm", plant, Map.of("name", "factory")));
        assertEquals(Map.of(), dict(hers, MREALM + "modify_mrealm", plant, Map.of("name", "plant")));
        for (String attribute : List.of("oid", "owner", "created")) {
            assertEquals(INVALID, refused(hers, MREALM + "modify_mrealm", plant, Map.of(attribute, "x")));
        }
        assertTrue(invalid(hers, MREALM + "modify_mrealm", plant, Map.of("colour", "red"))
                .startsWith("argument 'mrealm_diff.colour': expected one of label, description, tags"));
        assertTrue(invalid(hers, MREALM + "create_mrealm", Map.of("name", "x1x", "colour", "red"))
                .startsWith("argument 'mrealm.colour': expected one of name, label, description, tags"));
    }

    @Test
    void a_realm_is_described_by_admins_and_not_by_weaker_ones() throws Exception {
        assertEquals(NO_SUCH_OBJECT, refused(his, MREALM + "modify_mrealm", plant, Map.of("label", "x")));
        grant(plant, "operator");
        assertEquals(NOT_AUTHORIZED, refused(his, MREALM + "modify_mrealm", plant, Map.of("label", "x")));
        grant(plant, "admin");
        assertEquals(Map.of("label", "x"), dict(his, MREALM + "modify_mrealm", plant, Map.of("label", "x")));
    }

    @Test
    void a_realm_with_nodes_names_them_when_it_is_not_deleted() {
        assertEquals(
                List.of(node),
                error(hers, MREALM + "delete_mrealm", plant).arguments().map().get("nodes"));
    }

    // nodes

    @Test
    void the_state_of_a_node_is_told_even_where_its_realm_does_not_answer() throws Exception {
        assertEquals("offline", dict(hers, MREALM + "get_node", node).get("status"));
        ClientSession there = domain.node(key);
        assertEquals("online", dict(hers, MREALM + "get_node", node).get("status"));
        assertEquals(
                "online", dict(hers, MREALM + "get_node_by_name", "plant", "n1").get("status"));
        Map<String, Object> stat = dict(hers, MREALM + "stat_node", node);
        assertEquals(node, stat.get("oid"));
        assertEquals("n1", stat.get("authid"));
        assertEquals(plant, stat.get("mrealm_oid"));
        assertEquals("online", stat.get("status"));
        assertEquals(there.id(), stat.get("session"));
        assertNull(stat.get("heartbeat"));
        call(hers, MREALM + "unpair_node", node);
        assertEquals("offline", dict(hers, MREALM + "stat_node", node).get("status"));
        assertEquals(NO_SUCH_OBJECT, refused(his, MREALM + "stat_node", node));
    }

    @Test
    void only_what_is_different_in_a_node_is_applied_returned_and_told_and_it_is_told_when_it_joins() throws Exception {
        BlockingQueue<Map<?, ?>> modified = events(hers, MREALM + "on_node_modified");
        Map<String, Object> delta =
                Map.of("label", "Press", "cluster_ip", "10.0.0.7", "authextra", Map.of("site", "north", "floor", 2));
        ClientSession there = domain.node(key);
        Map<String, Object> applied = dict(hers, MREALM + "modify_node", node, delta);
        assertEquals("Press", applied.get("label"));
        assertEquals(3, applied.size());
        assertEquals(Map.of(), dict(hers, MREALM + "modify_node", node, delta));
        assertEquals(node, next(modified).get("oid"));
        assertFalse(there.closed().isDone());
        there.close();
        Map<String, Object> extra = domain.node(key).welcome().dict("authextra").entries();
        assertEquals("north", extra.get("site"));
        assertEquals("10.0.0.7", extra.get("cluster_ip"));
        assertEquals(Map.of(), dict(hers, MREALM + "modify_node", node, dict(hers, MREALM + "get_node", node)));
    }

    @Test
    void a_delta_of_a_node_is_checked_key_by_key() {
        String procedure = MREALM + "modify_node";
        assertEquals(
                "argument 'node_delta.cluster_ip': expected a string, but found an integer",
                invalid(hers, procedure, node, Map.of("cluster_ip", 7)));
        assertEquals(
                "argument 'node_delta.authextra': expected a dictionary, but found a list",
                invalid(hers, procedure, node, Map.of("authextra", List.of())));
        assertTrue(invalid(hers, procedure, node, Map.of("authextra", Map.of("a", "x".repeat(9000))))
                .startsWith("argument 'node_delta.authextra': expected at most 8192 bytes as JSON"));
        assertEquals(
                "argument 'node_delta.pubkey': expected what it is already, for replace_node_key replaces it, "
                        + "but found something else",
                invalid(hers, procedure, node, Map.of("pubkey", "00")));
        assertEquals(
                "argument 'node_delta.authid': expected what it is already, for move_node moves a node, "
                        + "but found something else",
                invalid(hers, procedure, node, Map.of("authid", "n2")));
        assertTrue(invalid(hers, procedure, node, Map.of("colour", "red")).contains("node_delta.colour"));
    }

    @Test
    void a_node_is_described_by_operators_and_placed_by_owners() throws Exception {
        grant(plant, "developer");
        assertEquals(NOT_AUTHORIZED, refused(his, MREALM + "modify_node", node, Map.of("label", "x")));
        grant(plant, "admin");
        assertEquals(Map.of("label", "x"), dict(his, MREALM + "modify_node", node, Map.of("label", "x")));
        assertEquals(NOT_AUTHORIZED, refused(his, MREALM + "delete_node", node, true));
        assertEquals(NOT_AUTHORIZED, refused(his, MREALM + "move_node", node, plant, "n2"));
        String fresh = SigningKey.generate().publicKey().hex();
        assertEquals(NOT_AUTHORIZED, refused(his, MREALM + "replace_node_key", node, fresh));
        assertEquals(NOT_AUTHORIZED, refused(his, MREALM + "unpair_node", node));
    }

    @Test
    void a_paired_node_is_deleted_only_by_cascade_and_its_session_ends() throws Exception {
        ClientSession there = domain.node(key);
        assertEquals("crossbar.error.dependent_objects", refused(hers, MREALM + "delete_node", node));
        BlockingQueue<Map<?, ?>> deleted = events(hers, MREALM + "on_node_deleted");
        BlockingQueue<Map<?, ?>> unpaired = events(hers, MREALM + "on_node_unpaired");
        Map<String, Object> answer = dict(hers, MREALM + "delete_node", node, true);
        assertEquals(List.of(there.id()), answer.get("killed"));
        assertEquals(AUTH_CHANGED, within(there.closed()).reason());
        assertEquals(node, next(unpaired).get("oid"));
        assertEquals(node, next(deleted).get("oid"));
        assertEquals(NO_SUCH_OBJECT, refused(hers, MREALM + "get_node", node));
        assertEquals("io.bailiwick.domain.node_waiting", domain.refusal(Identity.of(null, null, "node", key)));
        assertNotEquals(
                node,
                dict(hers, MREALM + "pair_node", key.publicKey().hex(), "plant", "n1")
                        .get("oid"));
    }

    @Test
    void a_node_that_is_not_paired_is_deleted_by_who_had_it_last() throws Exception {
        call(hers, MREALM + "unpair_node", node);
        assertEquals(NO_SUCH_OBJECT, refused(his, MREALM + "delete_node", node));
        assertEquals(node, dict(hers, MREALM + "delete_node", node).get("oid"));
        assertEquals(List.of(), call(hers, MREALM + "list_nodes"));
    }

    @Test
    void a_moved_node_is_sent_away_and_comes_up_in_its_new_realm() throws Exception {
        call(hers, MREALM + "modify_node", node, Map.of("label", "Press"));
        grant(plant, "guest");
        BlockingQueue<Map<?, ?>> toBob = events(his, MREALM + "on_node_unpaired");
        BlockingQueue<Map<?, ?>> paired = events(his, MREALM + "on_node_paired");
        BlockingQueue<Map<?, ?>> moved = events(hers, MREALM + "on_node_moved");
        ClientSession there = domain.node(key);
        Map<String, Object> answer = dict(hers, MREALM + "move_node", node, shop);
        assertEquals(shop, answer.get("mrealm_oid"));
        assertEquals(plant, answer.get("from_mrealm_oid"));
        assertEquals("n1", answer.get("authid"));
        assertEquals("Press", answer.get("label"));
        assertEquals(List.of(there.id()), answer.get("killed"));
        assertEquals(answer, next(moved));
        assertEquals(AUTH_CHANGED, within(there.closed()).reason());
        ClientSession again = domain.node(key);
        assertEquals("shop", again.realm());
        assertEquals(node, again.welcome().dict("authextra").entries().get("node_oid"));
        // Who sees the old realm only hears that the node has left it.
        assertEquals(plant, next(toBob).get("mrealm_oid"));
        assertTrue(paired.isEmpty());
        assertEquals(List.of("n1"), call(hers, MREALM + "list_nodes_by_mrealm", shop, true));
    }

    @Test
    void a_node_is_renamed_by_moving_it_within_its_realm() throws Exception {
        ClientSession there = domain.node(key);
        assertEquals(
                "press1",
                dict(hers, MREALM + "move_node", node, plant, "press1").get("authid"));
        assertEquals(AUTH_CHANGED, within(there.closed()).reason());
        ClientSession again = domain.node(key);
        assertEquals("press1", again.authid());
        // The look at late ones finds that it fits.
        assertEquals(List.of(), dict(hers, MREALM + "move_node", node, plant).get("killed"));
        assertFalse(again.closed().isDone());
        assertEquals(INVALID, refused(hers, MREALM + "move_node", node, plant, "a.b"));
    }

    @Test
    void a_node_is_not_moved_to_where_its_name_is_taken_or_the_caller_owns_nothing() throws Exception {
        String other = SigningKey.generate().publicKey().hex();
        call(hers, MREALM + "pair_node", other, "shop", "n1");
        assertEquals("crossbar.error.already_exists", refused(hers, MREALM + "move_node", node, shop));
        String foreign = create(his, "foreign");
        assertEquals(NO_SUCH_OBJECT, refused(hers, MREALM + "move_node", node, foreign));
        assertEquals(
                NO_SUCH_OBJECT,
                refused(hers, MREALM + "move_node", node, UUID.randomUUID().toString()));
        assertEquals(NO_SUCH_OBJECT, refused(his, MREALM + "move_node", node, foreign));
        call(hers, MREALM + "unpair_node", node);
        assertEquals("fabric.node-not-paired", refused(hers, MREALM + "move_node", node, shop));
    }

    @Test
    void a_node_with_another_key_is_the_same_node_and_the_old_key_is_worth_nothing() throws Exception {
        call(hers, MREALM + "modify_node", node, Map.of("label", "Press", "authextra", Map.of("site", "north")));
        ClientSession there = domain.node(key);
        SigningKey fresh = SigningKey.generate();
        BlockingQueue<Map<?, ?>> replaced = events(hers, MREALM + "on_node_key_replaced");
        Map<String, Object> answer =
                dict(hers, MREALM + "replace_node_key", node, fresh.publicKey().hex());
        assertEquals(List.of(there.id()), answer.get("killed"));
        assertEquals(answer, next(replaced));
        assertEquals(AUTH_CHANGED, within(there.closed()).reason());
        assertEquals(UNPAIRED, domain.refusal(Identity.of(null, null, "node", key)));
        ClientSession again = domain.node(fresh);
        assertEquals("plant", again.realm());
        assertEquals("n1", again.authid());
        assertEquals(node, again.welcome().dict("authextra").entries().get("node_oid"));
        assertEquals("north", again.welcome().dict("authextra").entries().get("site"));
        assertEquals("Press", dict(hers, MREALM + "get_node", node).get("label"));
        assertEquals(
                "fabric.key-revoked",
                refused(hers, MREALM + "pair_node", key.publicKey().hex(), "shop", "n2"));
        assertEquals(
                "fabric.key-revoked",
                refused(hers, MREALM + "replace_node_key", node, key.publicKey().hex()));
    }

    @Test
    void a_key_that_is_of_a_node_is_not_the_new_key_of_another() throws Exception {
        SigningKey second = SigningKey.generate();
        String procedure = MREALM + "replace_node_key";
        Object other = dict(hers, MREALM + "pair_node", second.publicKey().hex(), "shop", "n2")
                .get("oid");
        assertEquals(
                "fabric.node-already-paired",
                refused(hers, procedure, node, second.publicKey().hex()));
        call(hers, MREALM + "unpair_node", other);
        assertEquals(
                "crossbar.error.already_exists",
                refused(hers, procedure, node, second.publicKey().hex()));
        call(hers, MREALM + "delete_node", other);
        call(hers, procedure, node, second.publicKey().hex());
        assertEquals(INVALID, refused(hers, procedure, node, second.publicKey().hex()));
        assertEquals(INVALID, refused(hers, procedure, node, "abc"));
        assertEquals(
                NO_SUCH_OBJECT, refused(his, procedure, node, key.publicKey().hex()));
    }

    @Test
    void lists_hold_the_nodes_that_the_caller_sees() throws Exception {
        String loose = SigningKey.generate().publicKey().hex();
        Object unpaired = dict(hers, MREALM + "pair_node", loose, "shop", "n2").get("oid");
        call(hers, MREALM + "unpair_node_by_name", "shop", "n2");
        assertEquals(2, ((List<?>) call(hers, MREALM + "list_nodes")).size());
        assertEquals(List.of(), call(his, MREALM + "list_nodes"));
        grant(plant, "guest");
        assertEquals(List.of(node), call(his, MREALM + "list_nodes"));
        assertEquals(List.of("n1"), call(his, MREALM + "list_nodes_by_mrealm_name", "plant", true));
        assertEquals(NO_SUCH_OBJECT, refused(his, MREALM + "list_nodes_by_mrealm", shop));
        assertEquals(NO_SUCH_OBJECT, refused(his, MREALM + "get_node", unpaired));
        assertEquals(2, ((List<?>) call(domain.join(User.SUPERUSER), MREALM + "list_nodes")).size());
    }
}
