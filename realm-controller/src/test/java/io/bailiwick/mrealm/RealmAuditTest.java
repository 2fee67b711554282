package io.bailiwick.mrealm;

import static io.bailiwick.mrealm.TestRealm.call;
import static io.bailiwick.mrealm.TestRealm.get;
import static io.bailiwick.mrealm.TestRealm.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.mrealm.schema.AuditLine;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a management realm, over a real router, a real socket and a real store. */
class RealmAuditTest {
    private static final String OURS = "io.bailiwick.mrealm.";
    private static final String REMOTE = "crossbarfabriccenter.remote.node.";
    private static final String NODE = "crossbarfabriccenter.node.n1.";

    @TempDir
    Path directory;

    private final AtomicInteger stopped = new AtomicInteger();
    private TestRealm realm;
    private ClientSession owner;
    private ClientSession node;
    private UUID oid;
    private RealmController controller;

    @BeforeEach
    void open() throws Exception {
        realm = new TestRealm(directory);
        owner = realm.local("owner@example.com", "owner");
        oid = realm.pair("n1");
        node = realm.local("n1", "node");
        get(node.register(NODE + "stop_worker", Dict.EMPTY, call -> {
            stopped.incrementAndGet();
            return CompletableFuture.completedFuture(Arguments.of("stopped"));
        }));
        get(node.register(
                NODE + "get_status", Dict.EMPTY, call -> CompletableFuture.completedFuture(Arguments.of("well"))));
    }

    @AfterEach
    void close() {
        if (controller != null) {
            controller.close();
        }
        realm.close();
    }

    private void start() throws Exception {
        start("");
    }

    private void start(String more) throws Exception {
        controller = RealmController.start(RealmSettings.of(realm.settings(directory.resolve("store"), more)));
        until("online", () -> ((Map<?, ?>) call(owner, TestRealm.MREALM + "get_node", "n1"))
                .get("status")
                .equals("online"));
    }

    private static List<?> records(ClientSession session) throws Exception {
        Map<?, ?> page = assertInstanceOf(Map.class, call(session, OURS + "list_audit"));
        return (List<?>) page.get("records");
    }

    @Test
    void what_is_passed_on_to_a_node_is_recorded_and_what_only_looks_is_not() throws Exception {
        start();
        assertEquals("well", call(owner, REMOTE + "get_status", "n1"));
        assertEquals(List.of(), records(owner));
        assertEquals("stopped", call(owner, REMOTE + "stop_worker", "n1", "w1", "a secret"));
        Map<?, ?> record = recorded(2).get(1);
        assertEquals(REMOTE + "stop_worker", record.get("action"));
        assertEquals(Map.of("kind", "node", "oid", oid.toString()), record.get("object"));
        assertEquals(List.of(TestRealm.OID.toString()), record.get("mrealms"));
        Map<?, ?> actor = (Map<?, ?>) record.get("actor");
        assertEquals("owner@example.com", actor.get("authid"));
        assertEquals(owner.id(), actor.get("session"));
        assertEquals("begun", record.get("result"));
        assertTrue(!record.toString().contains("secret"), record.toString());
        Map<?, ?> verdict = assertInstanceOf(Map.class, call(owner, OURS + "verify_audit"));
        assertNull(verdict.get("fault"));
        assertEquals(
                verdict.get("head"),
                assertInstanceOf(Map.class, call(owner, OURS + "get_audit_head"))
                        .get("hash"));
    }

    /** What came of a call is recorded when its caller has the answer already. */
    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> recorded(int count) throws Exception {
        until(count + " records", () -> records(owner).size() == count);
        return (List<Map<String, Object>>) records(owner);
    }

    @Test
    void a_record_names_the_user_the_key_and_the_address_that_the_domain_tells_of() throws Exception {
        String user = UUID.randomUUID().toString();
        Map<String, Object> told = Map.of("user_oid", user, "pubkey", "9a1f", "address", "listener1 tcp:192.0.2.7:5");
        realm.callers.put(owner.id(), told);
        start();
        // What a caller says of itself is nobody's business.
        Map<String, Object> lies = Map.of("user_oid", "x", "pubkey", "y", "caller_authid", "somebody");
        get(owner.call(REMOTE + "stop_worker", new Arguments(List.of("n1", "w1"), lies), Duration.ofSeconds(8)));
        for (Map<String, Object> record : recorded(2)) {
            Map<?, ?> actor = assertInstanceOf(Map.class, record.get("actor"));
            assertEquals("owner@example.com", actor.get("authid"));
            assertEquals("owner", actor.get("authrole"));
            assertEquals(owner.id(), actor.get("session"));
            told.forEach((key, value) -> assertEquals(value, actor.get(key), key));
        }
    }

    @Test
    void what_came_of_a_call_is_recorded_behind_the_record_of_its_beginning() throws Exception {
        get(node.register(
                NODE + "start_worker",
                Dict.EMPTY,
                call -> CompletableFuture.failedFuture(
                        new ApplicationError("crossbar.error.cannot_start", "a secret of the node"))));
        start();
        call(owner, REMOTE + "stop_worker", "n1", "w1");
        List<Map<String, Object>> done = recorded(2);
        assertEquals("done", done.get(0).get("result"));
        assertEquals(done.get(1).get("seq"), done.get(0).get("begun_by"));
        assertEquals(done.get(1).get("action"), done.get(0).get("action"));
        assertEquals(done.get(1).get("object"), done.get(0).get("object"));
        assertThrows(ExecutionException.class, () -> get(owner.call(REMOTE + "start_worker", "n1", "w1")));
        List<Map<String, Object>> failed = recorded(4);
        assertEquals("crossbar.error.cannot_start", failed.get(0).get("result"));
        assertEquals(failed.get(1).get("seq"), failed.get(0).get("begun_by"));
        assertTrue(!failed.toString().contains("a secret"), failed.toString());
        assertEquals(true, ((Map<?, ?>) call(owner, OURS + "verify_audit")).get("ok"));
    }

    @Test
    void who_cannot_be_named_does_nothing() throws Exception {
        get(realm.domain.unregister("io.bailiwick.domain.get_caller"));
        start();
        ExecutionException refused =
                assertThrows(ExecutionException.class, () -> get(owner.call(REMOTE + "stop_worker", "n1", "w1")));
        assertEquals("wamp.error.unavailable", ((ApplicationError) refused.getCause()).uri());
        assertEquals(0, stopped.get());
    }

    @Test
    void what_is_refused_for_its_arguments_its_caller_or_an_absent_node_is_recorded_and_what_only_looks_is_not()
            throws Exception {
        start();
        ClientSession guest = realm.local("guest@example.com", "guest");
        refused("wamp.error.invalid_argument", owner, OURS + "metadata.add_tags", 7);
        refused("wamp.error.not_authorized", guest, OURS + "metadata.add_tags", "n1", List.of("a"));
        refused("wamp.error.invalid_argument", owner, REMOTE + "stop_worker");
        refused("wamp.error.not_authorized", guest, REMOTE + "stop_worker", oid.toString(), "w1");
        refused("crossbar.error.no_such_object", owner, "crossbarfabriccenter.start_worker", "n7", "w1");
        refused("wamp.error.invalid_argument", owner, REMOTE + "get_status");
        refused("wamp.error.invalid_argument", owner, "crossbarfabriccenter.show_worker");
        refused("wamp.error.invalid_argument", owner, TestRealm.MREALM + "get_node");
        refused("wamp.error.invalid_argument", node, OURS + "store_heartbeat", 7);
        List<Map<String, Object>> records = recorded(5);
        assertEquals(
                List.of(
                        "crossbar.error.no_such_object",
                        "wamp.error.not_authorized",
                        "wamp.error.invalid_argument",
                        "wamp.error.not_authorized",
                        "wamp.error.invalid_argument"),
                records.stream().map(record -> record.get("result")).toList());
        assertEquals("crossbarfabriccenter.start_worker", records.get(0).get("action"));
        assertEquals(
                List.of(TestRealm.OID.toString(), oid.toString()),
                ((Map<?, ?>) records.get(1).get("object")).get("named"));
        assertEquals("guest@example.com", ((Map<?, ?>) records.get(3).get("actor")).get("authid"));
        assertEquals(0, stopped.get());
    }

    @Test
    void a_flood_of_refused_calls_does_not_fill_the_log() throws Exception {
        start();
        for (int i = 0; i < 100; i++) {
            refused("wamp.error.invalid_argument", owner, REMOTE + "stop_worker");
        }
        call(owner, REMOTE + "stop_worker", "n1", "w1");
        List<?> records = records(owner);
        assertTrue(records.size() >= 20 && records.size() <= 30, records.size() + " records");
    }

    private static void refused(String expected, ClientSession session, String procedure, Object... arguments) {
        ExecutionException error =
                assertThrows(ExecutionException.class, () -> get(session.call(procedure, arguments)), procedure);
        assertEquals(expected, ((ApplicationError) error.getCause()).uri(), procedure);
    }

    @Test
    void who_does_not_run_the_realm_reads_only_what_it_did() throws Exception {
        start();
        call(owner, REMOTE + "stop_worker", "n1", "w1");
        ClientSession developer = realm.local("dev@example.com", "developer");
        assertEquals(List.of(), records(developer));
        ExecutionException refused =
                assertThrows(ExecutionException.class, () -> get(developer.call(OURS + "verify_audit")));
        assertEquals("wamp.error.not_authorized", ((ApplicationError) refused.getCause()).uri());
    }

    @Test
    void where_it_cannot_be_recorded_nothing_reaches_the_node() throws Exception {
        try (Store<MrealmSchema> store = Store.open(directory.resolve("store"), new MrealmSchema())) {
            store.writeAll(tx -> store.schema().auditLog.insert(tx, 1L, new AuditLine("{}")));
        }
        start();
        assertThrows(ExecutionException.class, () -> get(owner.call(REMOTE + "stop_worker", "n1", "w1")));
        assertEquals(0, stopped.get());
        assertEquals("well", call(owner, REMOTE + "get_status", "n1"));
    }

    @Test
    void without_room_nothing_reaches_the_node_and_the_error_says_why() throws Exception {
        start(",\"disk_floor\":" + Long.MAX_VALUE);
        ExecutionException refused =
                assertThrows(ExecutionException.class, () -> get(owner.call(REMOTE + "stop_worker", "n1", "w1")));
        assertEquals("fabric.no-space", ((ApplicationError) refused.getCause()).uri());
        assertEquals(0, stopped.get());
        assertEquals("well", call(owner, REMOTE + "get_status", "n1"));
    }

    @Test
    void the_log_outlives_its_controller() throws Exception {
        start();
        call(owner, REMOTE + "stop_worker", "n1", "w1");
        recorded(2);
        controller.close();
        start();
        call(owner, REMOTE + "stop_worker", "n1", "w1");
        recorded(4);
        assertEquals(true, ((Map<?, ?>) call(owner, OURS + "verify_audit")).get("ok"));
    }
}
