package io.bailiwick.domain;

import static io.bailiwick.domain.SmallDomain.INVALID;
import static io.bailiwick.domain.SmallDomain.MREALM;
import static io.bailiwick.domain.SmallDomain.NOT_AUTHORIZED;
import static io.bailiwick.domain.SmallDomain.NO_SUCH_OBJECT;
import static io.bailiwick.domain.SmallDomain.call;
import static io.bailiwick.domain.SmallDomain.dict;
import static io.bailiwick.domain.SmallDomain.events;
import static io.bailiwick.domain.SmallDomain.next;
import static io.bailiwick.domain.SmallDomain.refused;
import static io.bailiwick.domain.SmallDomain.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.User;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.cryptosign.Fingerprint;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.message.Dict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that knock: over real sockets, with keys that are proven, to a real store. */
class WaitingApiTest {
    private static final String OWN = "io.bailiwick.domain.";
    private static final String WAITING = OWN + "node_waiting";
    private static final String CODE_REFUSED = OWN + "join_code_refused";
    private static final String ALICE = "alice@example.org";
    private static final String BOB = "bob@example.org";
    private static int names;

    @TempDir
    static Path directory;

    private static SmallDomain domain;
    private static ClientSession root;
    private static ClientSession alice;
    private static ClientSession bob;
    private String realm;

    @BeforeAll
    static void start() throws Exception {
        domain = new SmallDomain(directory);
        domain.user(ALICE);
        domain.user(BOB);
        root = domain.join(User.SUPERUSER);
        alice = domain.join(ALICE);
        bob = domain.join(BOB);
    }

    @AfterAll
    static void stop() {
        domain.close();
    }

    @BeforeEach
    void create() throws Exception {
        realm = "realm" + names++;
        call(alice, MREALM + "create_mrealm", Map.of("name", realm));
    }

    private static Identity node(SigningKey key, Dict extra) {
        return new Identity(null, null, "node", key, extra);
    }

    private static Identity withCode(SigningKey key, String name, String code) {
        return new Identity(null, name, "node", key, Dict.of("join_code", code));
    }

    private static String knock(SigningKey key) {
        return domain.refusal(node(key, Dict.of("agent", "a node 1.0")));
    }

    @SuppressWarnings("unchecked") // dictionaries on the wire have text keys
    private static List<Map<String, Object>> list(ClientSession caller, String procedure, Object... arguments)
            throws Exception {
        return (List<Map<String, Object>>) call(caller, OWN + procedure, arguments);
    }

    private static Map<String, Object> waiting(SigningKey key) throws Exception {
        return list(root, "list_waiting_nodes").stream()
                .filter(row -> key.publicKey().hex().equals(row.get("pubkey")))
                .findFirst()
                .orElse(null);
    }

    private static Map<String, Object> code(String realm, Object... more) throws Exception {
        List<Object> arguments = new ArrayList<>(List.of(realm));
        for (Object each : more) {
            arguments.add(each);
        }
        return dict(alice, OWN + "create_join_code", arguments.toArray());
    }

    @Test
    void a_node_that_knocks_is_listed_with_its_fingerprint_and_told_of_once() throws Exception {
        BlockingQueue<Map<?, ?>> told = events(root, OWN + "on_node_waiting");
        SigningKey key = SigningKey.generate();
        assertEquals(WAITING, knock(key));
        assertEquals(WAITING, knock(key));
        Map<String, Object> row = waiting(key);
        Fingerprint fingerprint = Fingerprint.of(key.publicKey());
        assertEquals(fingerprint.words(), row.get("words"));
        assertEquals(fingerprint.groups(), row.get("fingerprint"));
        assertEquals("a node 1.0", row.get("version"));
        assertTrue(String.valueOf(row.get("address")).startsWith("tcp:127.0.0.1:"), row.toString());
        assertEquals(2L, row.get("attempts"));
        assertTrue(String.valueOf(row.get("first_seen")).compareTo(String.valueOf(row.get("last_seen"))) <= 0);
        assertEquals(key.publicKey().hex(), next(told).get("pubkey"));
        assertNull(told.poll(), "a second knock is no news");
    }

    @Test
    void who_waits_is_for_the_superuser_alone() throws Exception {
        SigningKey key = SigningKey.generate();
        knock(key);
        assertEquals(NOT_AUTHORIZED, refused(alice, OWN + "list_waiting_nodes"));
        assertEquals(NOT_AUTHORIZED, refused(alice, OWN + "list_denied_nodes"));
        assertEquals(
                NOT_AUTHORIZED,
                refused(alice, OWN + "deny_node", key.publicKey().hex(), true));
        assertEquals(
                NOT_AUTHORIZED,
                refused(alice, OWN + "forgive_node", key.publicKey().hex()));
    }

    @Test
    void an_owner_approves_by_the_words_and_the_node_joins() throws Exception {
        BlockingQueue<Map<?, ?>> paired = events(alice, MREALM + "on_node_paired");
        SigningKey key = SigningKey.generate();
        knock(key);
        String words = Fingerprint.of(key.publicKey()).words();
        assertEquals("fabric.no-such-realm", refused(bob, OWN + "approve_node", words, realm, "n1"));
        assertEquals(INVALID, refused(alice, OWN + "approve_node", words, realm, "n.1"));
        Map<String, Object> node = dict(
                alice, OWN + "approve_node", words.replace('-', ' '), realm, "n1", Map.of("cluster_ip", "10.0.0.7"));
        assertEquals("n1", node.get("authid"));
        assertEquals("10.0.0.7", node.get("cluster_ip"));
        assertEquals(node, next(paired));
        assertNull(waiting(key));
        ClientSession joined = domain.node(key);
        assertEquals(realm, joined.realm());
        assertEquals("n1", joined.authid());
    }

    @Test
    void a_node_is_approved_by_its_key_and_by_the_hexadecimal_fingerprint_too() throws Exception {
        SigningKey one = SigningKey.generate();
        SigningKey other = SigningKey.generate();
        assertEquals(
                NO_SUCH_OBJECT,
                refused(alice, OWN + "approve_node", one.publicKey().hex(), realm, "n1"));
        knock(one);
        knock(other);
        dict(alice, OWN + "approve_node", one.publicKey().hex(), realm, "n1");
        dict(alice, OWN + "approve_node", Fingerprint.of(other.publicKey()).groups(), realm, "n2");
        assertEquals("n1", domain.node(one).authid());
        assertEquals("n2", domain.node(other).authid());
    }

    @Test
    void a_node_that_is_paired_by_its_key_waits_no_more() throws Exception {
        SigningKey key = SigningKey.generate();
        knock(key);
        dict(alice, MREALM + "pair_node", key.publicKey().hex(), realm, "n1");
        assertNull(waiting(key));
        within(domain.nodes.write(true));
        assertTrue(domain.population
                .store
                .read(tx -> domain.population
                        .schema()
                        .waitingNodes
                        .get(tx, key.publicKey().hex()))
                .isEmpty());
    }

    @Test
    void who_is_denied_once_is_listed_again_when_it_knocks_again() throws Exception {
        SigningKey key = SigningKey.generate();
        knock(key);
        BlockingQueue<Map<?, ?>> denied = events(root, OWN + "on_node_denied");
        dict(root, OWN + "deny_node", key.publicKey().hex());
        assertEquals(false, next(denied).get("always"));
        assertNull(waiting(key));
        knock(key);
        assertEquals(1L, waiting(key).get("attempts"));
    }

    @Test
    void who_is_denied_always_hears_what_all_hear_and_comes_in_by_no_way_until_it_is_forgiven() throws Exception {
        SigningKey key = SigningKey.generate();
        String hex = key.publicKey().hex();
        knock(key);
        dict(root, OWN + "deny_node", Fingerprint.of(key.publicKey()).words(), true);
        assertEquals(WAITING, knock(key), "a denied node is told what a waiting one is told");
        assertNull(waiting(key));
        assertEquals(OWN + "node_denied", refused(alice, MREALM + "pair_node", hex, realm, "n1"));
        assertEquals(NO_SUCH_OBJECT, refused(alice, OWN + "approve_node", hex, realm, "n1"));
        String code = (String) code(realm).get("code");
        assertEquals(CODE_REFUSED, domain.refusal(withCode(key, null, code)));
        assertEquals(
                OWN + "node_denied",
                list(alice, "import_nodes", realm, List.of(Map.of("pubkey", hex, "authid", "n1")))
                        .get(0)
                        .get("result"));
        assertTrue(list(root, "list_denied_nodes").stream()
                .anyMatch(row -> hex.equals(row.get("pubkey")) && "superuser".equals(row.get("denied_by"))));
        // What nobody is told is in the store, too: a restart forgets no denial.
        assertTrue(domain.population
                .store
                .read(tx -> domain.population.schema().deniedNodeKeys.get(tx, hex))
                .isPresent());

        dict(root, OWN + "forgive_node", hex);
        assertEquals(NO_SUCH_OBJECT, refused(root, OWN + "forgive_node", hex));
        knock(key);
        assertEquals(1L, waiting(key).get("attempts"));
        dict(alice, OWN + "approve_node", hex, realm, "n1");
    }

    @Test
    void a_paired_node_is_not_denied_and_a_key_may_be_denied_before_it_knocks() throws Exception {
        SigningKey key = SigningKey.generate();
        String hex = key.publicKey().hex();
        dict(root, OWN + "deny_node", hex, true);
        assertEquals(OWN + "node_denied", refused(alice, MREALM + "pair_node", hex, realm, "n1"));
        dict(root, OWN + "forgive_node", hex);
        dict(alice, MREALM + "pair_node", hex, realm, "n1");
        assertEquals("fabric.node-already-paired", refused(root, OWN + "deny_node", hex, true));
        assertEquals(NO_SUCH_OBJECT, refused(root, OWN + "deny_node", hex));
    }

    @Test
    void a_code_lets_one_node_in_at_once_and_no_second() throws Exception {
        Map<String, Object> made = code(realm, "press-*");
        assertTrue(String.valueOf(made.get("code")).startsWith(made.get("id") + "-"));
        BlockingQueue<Map<?, ?>> paired = events(alice, MREALM + "on_node_paired");
        SigningKey key = SigningKey.generate();
        ClientSession joined = domain.join(withCode(key, "press-1", (String) made.get("code")));
        assertEquals(realm, joined.realm());
        assertEquals("press-1", joined.authid());
        assertEquals("press-1", next(paired).get("authid"));
        assertEquals(0L, list(alice, "list_join_codes", realm).get(0).get("uses_left"));
        assertEquals(
                CODE_REFUSED, domain.refusal(withCode(SigningKey.generate(), "press-2", (String) made.get("code"))));
        // It does not come back when the node goes.
        dict(alice, MREALM + "delete_node", paired(key), true);
        assertEquals(CODE_REFUSED, domain.refusal(withCode(key, "press-1", (String) made.get("code"))));
    }

    private static Object paired(SigningKey key) {
        return domain.population.store.read(tx -> domain.population
                .schema()
                .idxNodesByPubkey
                .get(tx, key.publicKey().hex())
                .orElseThrow()
                .oid()
                .toString());
    }

    @Test
    void a_code_says_what_names_there_may_be_and_makes_them_where_a_node_has_none() throws Exception {
        String one = (String) code(realm, "boiler").get("code");
        SigningKey key = SigningKey.generate();
        assertEquals(CODE_REFUSED, domain.refusal(withCode(key, "press", one)));
        assertEquals("boiler", domain.join(withCode(key, null, one)).authid());

        String many = (String) code(realm, "press-*", 3).get("code");
        SigningKey nameless = SigningKey.generate();
        String[] words = Fingerprint.of(nameless.publicKey()).words().split("-", 3);
        assertEquals(
                "press-" + words[0] + "-" + words[1],
                domain.join(withCode(nameless, null, many)).authid());
        assertEquals(CODE_REFUSED, domain.refusal(withCode(SigningKey.generate(), "pump-1", many)));
        assertEquals(CODE_REFUSED, domain.refusal(withCode(SigningKey.generate(), "press-1.2", many)));
        domain.join(withCode(SigningKey.generate(), "press-1", many));
        assertEquals(CODE_REFUSED, domain.refusal(withCode(SigningKey.generate(), "press-1", many)), "taken");
        domain.join(withCode(SigningKey.generate(), "press-2", many));
        assertEquals(CODE_REFUSED, domain.refusal(withCode(SigningKey.generate(), "press-3", many)), "used up");

        assertEquals(INVALID, refused(alice, OWN + "create_join_code", realm, "boiler", 2));
        assertEquals(INVALID, refused(alice, OWN + "create_join_code", realm, "a.b"));
        assertEquals(INVALID, refused(alice, OWN + "create_join_code", realm, paired(key)));
        assertEquals(INVALID, refused(alice, OWN + "create_join_code", realm, null, 0));
        assertEquals(INVALID, refused(alice, OWN + "create_join_code", realm, null, 1, 31 * 86_400));
    }

    @Test
    void with_no_code_and_by_no_list_a_node_is_called_like_the_object_id_of_another() throws Exception {
        String any = (String) code(realm, null, 2).get("code");
        SigningKey first = SigningKey.generate();
        domain.join(withCode(first, "press-1", any));
        String oid = String.valueOf(paired(first));
        SigningKey impostor = SigningKey.generate();
        assertEquals(CODE_REFUSED, domain.refusal(withCode(impostor, oid, any)));
        Map<String, Object> item =
                Map.of("pubkey", impostor.publicKey().hex(), "authid", oid.toUpperCase(java.util.Locale.ROOT));
        assertEquals(
                INVALID,
                list(alice, "import_nodes", realm, List.of(item)).get(0).get("result"));
        domain.join(withCode(impostor, "press-2", any));
    }

    @Test
    void wrong_ended_and_revoked_codes_are_answered_alike_and_the_node_waits() throws Exception {
        Map<String, Object> revoked = code(realm);
        dict(alice, OWN + "revoke_join_code", revoked.get("id"));
        assertEquals(NO_SUCH_OBJECT, refused(alice, OWN + "revoke_join_code", revoked.get("id")));
        Map<String, Object> good = code(realm);
        String wrong = good.get("id") + "-AAAA-AAAA-AAAA-AAAA";
        List<String> texts = new ArrayList<>();
        for (String each :
                List.of((String) revoked.get("code"), wrong, "ABCD-ABCD-ABCD-ABCD-ABCD-ABCD", "nonsense", "")) {
            SigningKey key = SigningKey.generate();
            ExecutionException failure = org.junit.jupiter.api.Assertions.assertThrows(
                    ExecutionException.class, () -> domain.join(withCode(key, null, each)));
            texts.add(String.valueOf(failure.getCause().getMessage())
                    .replace(Fingerprint.of(key.publicKey()).words(), "WORDS"));
            assertFalse(waiting(key) == null, "who brings a bad code waits to be approved");
        }
        assertEquals(1, texts.stream().distinct().count(), texts.toString());
        domain.join(
                withCode(SigningKey.generate(), null, ((String) good.get("code")).toLowerCase(java.util.Locale.ROOT)));
    }

    @Test
    void a_code_does_no_more_than_who_made_it_and_is_kept_as_a_hash() throws Exception {
        ManagementRealm owned = domain.population.store.read(
                tx -> domain.population.schema().idxMrealmsByName.get(tx, realm).orElseThrow());
        User carol = domain.user("carol" + realm + "@example.org");
        domain.population.grant(carol, owned, io.bailiwick.domain.schema.Role.OWNER);
        ClientSession hers = domain.join(carol.authid());
        Map<String, Object> made = dict(hers, OWN + "create_join_code", realm);
        String stored = domain.population.store.read(tx -> domain.population
                .schema()
                .joinCodes
                .get(tx, (String) made.get("id"))
                .orElseThrow()
                .toString());
        String secret = ((String) made.get("code")).substring(10);
        assertFalse(stored.contains(secret), "the secret is nowhere");
        assertFalse(list(alice, "list_join_codes", realm).toString().contains(secret));
        domain.population.grant(carol, owned, io.bailiwick.domain.schema.Role.ADMIN);
        assertEquals(NOT_AUTHORIZED, refused(hers, OWN + "create_join_code", realm));
        assertEquals(NOT_AUTHORIZED, refused(hers, OWN + "list_join_codes", realm));
        assertEquals(NO_SUCH_OBJECT, refused(hers, OWN + "revoke_join_code", made.get("id")));
        assertEquals("fabric.no-such-realm", refused(bob, OWN + "list_join_codes", realm));
        assertEquals(CODE_REFUSED, domain.refusal(withCode(SigningKey.generate(), null, (String) made.get("code"))));
    }

    @Test
    void of_a_hundred_nodes_with_one_code_for_one_one_comes_in() throws Exception {
        String code = (String) code(realm).get("code");
        assertEquals(1, succeeded(100, i -> domain.join(withCode(SigningKey.generate(), "n" + i, code))));
        assertEquals(1, ((List<?>) call(alice, MREALM + "list_nodes_by_mrealm_name", realm)).size());
    }

    @Test
    void of_a_hundred_who_approve_one_node_one_does() throws Exception {
        SigningKey key = SigningKey.generate();
        knock(key);
        String words = Fingerprint.of(key.publicKey()).words();
        assertEquals(1, succeeded(100, i -> dict(alice, OWN + "approve_node", words, realm, "n" + i)));
    }

    private interface Attempt {
        Object make(int number) throws Exception;
    }

    private static int succeeded(int clients, Attempt attempt) throws Exception {
        ExecutorService crowd = Executors.newFixedThreadPool(clients);
        try {
            List<CompletableFuture<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int number = i;
                all.add(CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                attempt.make(number);
                                return true;
                            } catch (Exception refused) {
                                return false;
                            }
                        },
                        crowd));
            }
            int succeeded = 0;
            for (CompletableFuture<Boolean> each : all) {
                succeeded += within(each) ? 1 : 0;
            }
            return succeeded;
        } finally {
            crowd.shutdownNow();
        }
    }

    @Test
    void a_list_is_paired_item_by_item_and_may_be_given_twice() throws Exception {
        String one = SigningKey.generate().publicKey().hex();
        String two = SigningKey.generate().publicKey().hex();
        BlockingQueue<Map<?, ?>> paired = events(alice, MREALM + "on_node_paired");
        List<Map<String, Object>> items = List.of(
                Map.of("pubkey", one, "authid", "n1", "authextra", Map.of("cluster_ip", "10.0.0.1")),
                Map.of("pubkey", "nonsense", "authid", "n2"),
                Map.of("pubkey", two, "authid", "n1"),
                Map.of("pubkey", two, "authid", "n3", "label", "x"),
                Map.of("pubkey", two.toUpperCase(java.util.Locale.ROOT), "authid", "n2"));
        List<Object> results = list(alice, "import_nodes", realm, items).stream()
                .map(row -> row.get("result"))
                .toList();
        assertEquals(List.of("paired", INVALID, "crossbar.error.already_exists", INVALID, "paired"), results);
        assertEquals(
                List.of("n1", "n2"),
                List.of(next(paired).get("authid"), next(paired).get("authid")));
        List<Object> again = list(alice, "import_nodes", realm, items).stream()
                .map(row -> row.get("result"))
                .toList();
        assertEquals(List.of("unchanged", INVALID, "fabric.node-already-paired", INVALID, "unchanged"), again);
        assertNull(paired.poll());
        assertEquals("fabric.no-such-realm", refused(bob, OWN + "import_nodes", realm, items));
    }

    @Test
    void a_list_that_is_to_be_paired_whole_is_paired_whole_or_not_at_all() throws Exception {
        String one = SigningKey.generate().publicKey().hex();
        List<Map<String, Object>> items =
                List.of(Map.of("pubkey", one, "authid", "n1"), Map.of("pubkey", "nonsense", "authid", "n2"));
        String text = SmallDomain.invalid(alice, OWN + "import_nodes", realm, items, true);
        assertTrue(text.startsWith("nodes[1]: "), text);
        assertEquals(List.of(), call(alice, MREALM + "list_nodes_by_mrealm_name", realm));
        list(alice, "import_nodes", realm, items.subList(0, 1), true);
        assertEquals(List.of("n1"), call(alice, MREALM + "list_nodes_by_mrealm_name", realm, true));
    }

    @Test
    void a_second_session_with_the_key_of_one_that_answers_is_refused_and_told_of() throws Exception {
        SigningKey key = SigningKey.generate();
        Object oid = dict(alice, MREALM + "pair_node", key.publicKey().hex(), realm, "n1")
                .get("oid");
        assertNull(dict(alice, MREALM + "stat_node", oid).get("duplicate"));
        BlockingQueue<Map<?, ?>> told = events(alice, OWN + "on_node_duplicate");
        ClientSession first = domain.node(key);
        assertEquals("fabric.auth-failed.node-already-connected", domain.refusal(node(key, Dict.EMPTY)));
        assertFalse(first.closed().isDone());
        Map<?, ?> event = next(told);
        assertEquals("n1", event.get("authid"));
        assertNotEquals(event.get("address"), event.get("other_address"));
        assertEquals("fabric.auth-failed.node-already-connected", domain.refusal(node(key, Dict.EMPTY)));
        assertNull(told.poll(), "told once a minute");
        Map<?, ?> seen = (Map<?, ?>) dict(alice, MREALM + "stat_node", oid).get("duplicate");
        assertEquals(2L, seen.get("attempts"));
        assertEquals(event.get("address"), seen.get("address"));
        assertEquals(
                oid,
                list(alice, "list_duplicate_nodes").stream()
                        .filter(row -> oid.equals(row.get("oid")))
                        .findFirst()
                        .orElseThrow()
                        .get("oid"));
        assertTrue(list(bob, "list_duplicate_nodes").isEmpty(), "who does not see the node does not see this");
        // When the first is gone, the other comes in.
        first.close();
        assertEquals("n1", domain.node(key).authid());
    }

    @Test
    void of_a_hundred_with_one_key_one_is_in() throws Exception {
        SigningKey key = SigningKey.generate();
        dict(alice, MREALM + "pair_node", key.publicKey().hex(), realm, "n1");
        assertEquals(1, succeeded(100, i -> domain.node(key)));
    }

    @Test
    void who_proves_nothing_sees_one_end_whatever_it_claims_and_leaves_nothing() throws Exception {
        SigningKey paired = SigningKey.generate();
        SigningKey denied = SigningKey.generate();
        SigningKey pending = SigningKey.generate();
        SigningKey unknown = SigningKey.generate();
        dict(alice, MREALM + "pair_node", paired.publicKey().hex(), realm, "n1");
        dict(root, OWN + "deny_node", denied.publicKey().hex(), true);
        knock(pending);
        List<String> ends = new ArrayList<>();
        for (SigningKey each : List.of(paired, denied, pending, unknown)) {
            ends.add(Unproven.hears(
                    domain.endpoint.port(),
                    "\"authrole\":\"node\",\"authextra\":{\"pubkey\":\""
                            + each.publicKey().hex() + "\"}"));
        }
        assertEquals(1, ends.stream().distinct().count(), ends.toString());
        assertTrue(ends.get(0).startsWith("CHALLENGE wamp.error.authentication_failed"), ends.toString());
        assertNull(waiting(unknown));
        assertEquals(1L, waiting(pending).get("attempts"));
    }
}
