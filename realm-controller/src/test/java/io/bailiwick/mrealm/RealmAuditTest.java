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
        List<?> records = records(owner);
        assertEquals(1, records.size());
        Map<?, ?> record = (Map<?, ?>) records.get(0);
        assertEquals(REMOTE + "stop_worker", record.get("action"));
        assertEquals(Map.of("kind", "node", "oid", oid.toString()), record.get("object"));
        assertEquals(List.of(TestRealm.OID.toString()), record.get("mrealms"));
        Map<?, ?> actor = (Map<?, ?>) record.get("actor");
        assertEquals("owner@example.com", actor.get("authid"));
        assertEquals(owner.id(), actor.get("session"));
        assertEquals("local local", actor.get("address"));
        assertTrue(!record.toString().contains("secret"), record.toString());
        Map<?, ?> verdict = assertInstanceOf(Map.class, call(owner, OURS + "verify_audit"));
        assertNull(verdict.get("fault"));
        assertEquals(
                verdict.get("head"),
                assertInstanceOf(Map.class, call(owner, OURS + "get_audit_head"))
                        .get("hash"));
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
        controller.close();
        start();
        call(owner, REMOTE + "stop_worker", "n1", "w1");
        assertEquals(2, records(owner).size());
        assertEquals(true, ((Map<?, ?>) call(owner, OURS + "verify_audit")).get("ok"));
    }
}
