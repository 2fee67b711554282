package io.bailiwick.mrealm;

import static io.bailiwick.mrealm.TestRealm.call;
import static io.bailiwick.mrealm.TestRealm.events;
import static io.bailiwick.mrealm.TestRealm.get;
import static io.bailiwick.mrealm.TestRealm.next;
import static io.bailiwick.mrealm.TestRealm.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.mrealm.schema.NodeRuntime;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Event;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.Table;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A controller in this process, over a real router, a real socket and a real store. */
class RealmControllerTest {
    private static final String MREALM = TestRealm.MREALM;
    private static final String REMOTE = "crossbarfabriccenter.remote.";

    @TempDir
    Path directory;

    private TestRealm realm;
    private ClientSession owner;
    private RealmController controller;

    @BeforeEach
    void open() throws Exception {
        realm = new TestRealm(directory);
        owner = realm.local("owner@example.com", "owner");
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
    }

    private Map<?, ?> node(String node) throws Exception {
        return assertInstanceOf(Map.class, call(owner, MREALM + "get_node", node));
    }

    private String errorOf(String procedure, Object... arguments) {
        ExecutionException e = assertThrows(ExecutionException.class, () -> get(owner.call(procedure, arguments)));
        return assertInstanceOf(ApplicationError.class, e.getCause()).uri();
    }

    private static Map<String, Object> beat(long seq) {
        Map<String, Object> beat = new LinkedHashMap<>();
        beat.put("timestamp", 1_700_000_000_000_000_000L + seq);
        beat.put("period", 10);
        beat.put("mrealm_id", TestRealm.REALM);
        beat.put("seq", seq);
        beat.put("state", 1);
        beat.put("workers", Map.of("controller", 1));
        beat.put("system", Map.of("cpu", Map.of("iowait", 1.5)));
        return beat;
    }

    private static void heartbeat(ClientSession node, String authid, long seq) throws Exception {
        get(node.publish("crossbarfabriccenter.node.on_heartbeat", authid, beat(seq)));
    }

    @Test
    void the_status_is_told_in_the_form_of_the_wire() throws Exception {
        start();
        Map<?, ?> status = assertInstanceOf(Map.class, call(owner, MREALM + "get_status"));
        assertEquals("management", status.get("type"));
        assertEquals(TestRealm.REALM, status.get("realm"));
        assertTrue(status.keySet().containsAll(List.of("now", "started", "uptime", "tick")), status.toString());
    }

    @Test
    void ticks_are_published() throws Exception {
        BlockingQueue<Event> ticks = events(owner, MREALM + "on_tick");
        start(",\"tick_seconds\":0.05");
        Map<?, ?> first =
                assertInstanceOf(Map.class, next(ticks).arguments().list().get(0));
        Map<?, ?> second =
                assertInstanceOf(Map.class, next(ticks).arguments().list().get(0));
        assertEquals((Long) first.get("tick") + 1, second.get("tick"));
    }

    @Test
    void nodes_are_listed_by_state_in_order_of_authid() throws Exception {
        UUID b = realm.pair("b");
        UUID a = realm.pair("a");
        realm.local("b", "node");
        start();
        assertEquals(List.of(a.toString(), b.toString()), call(owner, MREALM + "get_nodes"));
        assertEquals(List.of("b"), call(owner, MREALM + "get_nodes", "online", true));
        assertEquals(List.of("a"), call(owner, MREALM + "get_nodes", "offline", true));
        assertEquals("wamp.error.invalid_argument", errorOf(MREALM + "get_nodes", "asleep"));
    }

    @Test
    void a_node_is_found_by_object_id_and_by_authid_in_both_procedures() throws Exception {
        UUID oid = realm.pair("n1");
        start();
        for (String procedure : List.of("get_node", "get_node_by_authid")) {
            for (String name : List.of("n1", oid.toString())) {
                Map<?, ?> node = assertInstanceOf(Map.class, call(owner, MREALM + procedure, name));
                assertEquals(oid.toString(), node.get("oid"));
                assertEquals("offline", node.get("status"));
                assertNull(node.get("heartbeat"));
                assertNull(node.get("last_seen_age"));
            }
            assertEquals(
                    "crossbar.error.no_such_object",
                    errorOf(MREALM + procedure, UUID.randomUUID().toString()));
        }
        Arguments keyword = get(owner.call(
                MREALM + "get_node", new Arguments(List.of(), Map.of("node_id", "n1")), Duration.ofSeconds(5)));
        assertEquals(oid.toString(), ((Map<?, ?>) keyword.list().get(0)).get("oid"));
    }

    @Test
    void a_node_comes_with_its_first_session_and_goes_with_its_last() throws Exception {
        UUID oid = realm.pair("n1");
        BlockingQueue<Event> ready = events(owner, MREALM + "on_node_ready");
        BlockingQueue<Event> shutdown = events(owner, MREALM + "on_node_shutdown");
        start();
        ClientSession first = realm.local("n1", "node");
        Event came = next(ready);
        assertEquals(oid.toString(), came.arguments().list().get(0));
        Map<?, ?> runtime = assertInstanceOf(Map.class, came.arguments().list().get(1));
        assertEquals("n1", runtime.get("authid"));
        assertEquals("online", runtime.get("status"));
        assertEquals(2L, runtime.get("last_activity"));

        ClientSession second = realm.local("n1", "node");
        until("two sessions", () -> node("n1").get("sessions").equals(2L));
        first.close();
        until("one session", () -> node("n1").get("sessions").equals(1L));
        assertEquals("online", node("n1").get("status"));
        second.close();
        assertEquals("offline", ((Map<?, ?>) next(shutdown).arguments().list().get(1)).get("status"));
        assertTrue(ready.isEmpty(), "one node came, once");
    }

    @Test
    void a_heartbeat_is_shown_and_stored() throws Exception {
        realm.pair("n1");
        start();
        ClientSession node = realm.local("n1", "node");
        heartbeat(node, "n1", 7);
        get(node.publish("crossbarfabriccenter.node.on_worker_heartbeat", "n1", "controller", beat(7)));
        until("the heartbeat", () -> Long.valueOf(7).equals(node("n1").get("heartbeat")));
        assertEquals(1_700_000_000_000_000_007L, node("n1").get("timestamp"));
        until("it is stored", () -> !((List<?>) call(owner, "io.bailiwick.mrealm.get_heartbeats", "n1")).isEmpty());
        Map<?, ?> log =
                (Map<?, ?>) ((List<?>) call(owner, "io.bailiwick.mrealm.get_heartbeats", "n1", null, null, 1)).get(0);
        assertEquals(7L, log.get("seq"));
        assertEquals(1.5, ((Map<?, ?>) log.get("cpu")).get("iowait"));
        until(
                "that of the worker is stored",
                () -> !((List<?>) call(owner, "io.bailiwick.mrealm.get_worker_heartbeats", "n1")).isEmpty());
        List<?> many = (List<?>) call(owner, "io.bailiwick.mrealm.get_heartbeats", "n1", null, null, 100_000);
        assertEquals(1, many.size());
        assertEquals("wamp.error.invalid_argument", errorOf("io.bailiwick.mrealm.get_heartbeats", "n1", null, null, 0));
        assertEquals("crossbar.error.no_such_object", errorOf("io.bailiwick.mrealm.get_heartbeats", "n2"));
    }

    @Test
    void heartbeats_are_told_as_series_for_plots() throws Exception {
        UUID oid = realm.pair("n1");
        start();
        ClientSession node = realm.local("n1", "node");
        long first = (Long) call(node, "io.bailiwick.mrealm.store_heartbeat", "n1", beat(1));
        long last = (Long) call(node, "io.bailiwick.mrealm.store_heartbeat", "n1", beat(2));
        get(node.publish("crossbarfabriccenter.node.on_worker_heartbeat", "n1", "w1", workerBeat(5)));
        get(node.publish("crossbarfabriccenter.node.on_worker_heartbeat", "n1", "w2", workerBeat(500)));
        String procedure = "io.bailiwick.mrealm.get_heartbeat_series";
        Map<?, ?> series =
                (Map<?, ?>) call(owner, procedure, oid.toString(), first - 10, last + 1, 1, List.of("cpu.iowait"));
        assertEquals("n1", series.get("node_authid"));
        assertEquals(2L, series.get("heartbeats"));
        assertEquals(true, series.get("complete"));
        assertEquals(List.of(2L), series.get("counts"));
        Map<?, ?> iowait = (Map<?, ?>) ((Map<?, ?>) series.get("figures")).get("cpu.iowait");
        assertEquals(Map.of("min", List.of(1.5), "avg", List.of(1.5), "max", List.of(1.5)), iowait);
        Map<?, ?> usual = (Map<?, ?>) call(owner, procedure, "n1");
        assertEquals(60, ((List<?>) usual.get("times")).size());
        until(
                "the beats of workers",
                () -> ((List<?>) call(owner, "io.bailiwick.mrealm.get_worker_heartbeats", "n1")).size() == 2);
        String ofWorker = "io.bailiwick.mrealm.get_worker_heartbeat_series";
        Map<?, ?> worker = (Map<?, ?>) call(owner, ofWorker, "n1", "w1", first, null, 1, List.of("process.num_fds"));
        assertEquals(1L, worker.get("heartbeats"), "of this worker only");
        assertEquals(List.of(5.0), ((Map<?, ?>) ((Map<?, ?>) worker.get("figures")).get("process.num_fds")).get("max"));
        assertEquals("wamp.error.invalid_argument", errorOf(procedure, "n1", null, null, null, List.of("cpu.nothing")));
        assertEquals("crossbar.error.no_such_object", errorOf(procedure, "n2"));
    }

    private static Map<String, Object> workerBeat(long descriptors) {
        Map<String, Object> beat = beat(1);
        beat.put("type", "router");
        beat.put("process", Map.of("num_fds", descriptors));
        return beat;
    }

    @Test
    void the_lease_of_a_node_is_told_as_long_as_it_runs() throws Exception {
        realm.pair("n1");
        realm.pair("n2");
        start(",\"lease_seconds\":40");
        realm.local("n1", "node");
        until("online", () -> node("n1").get("status").equals("online"));
        assertEquals(40.0, node("n1").get("lease_seconds"));
        double left = (Double) node("n1").get("lease_left");
        assertTrue(left > 20 && left <= 40, "lease_left " + left);
        assertNull(node("n2").get("lease_left"));
        Map<?, ?> counts = (Map<?, ?>) ((Map<?, ?>) call(owner, MREALM + "get_status")).get("nodes");
        assertEquals(Map.of("paired", 2L, "online", 1L, "offline", 1L), counts);
        Map<?, ?> stranger = (Map<?, ?>) call(realm.local("someone", "public"), MREALM + "get_status");
        assertTrue(!stranger.containsKey("nodes"), stranger.toString());
        List<?> all = (List<?>) call(owner, "io.bailiwick.mrealm.list_nodes");
        assertEquals(2, all.size());
        assertEquals(40.0, ((Map<?, ?>) all.get(0)).get("lease_seconds"));
        List<?> after = (List<?>) call(owner, "io.bailiwick.mrealm.list_nodes", null, "n1", 10);
        assertEquals("n2", ((Map<?, ?>) after.get(0)).get("authid"));
        assertEquals(List.of(), call(owner, "io.bailiwick.mrealm.list_nodes", "online", "n1"));
    }

    @Test
    void each_procedure_refuses_who_has_not_the_right() throws Exception {
        realm.pair("n1");
        start();
        Map<String, ClientSession> sessions = new LinkedHashMap<>();
        for (String role : List.of("operator", "developer", "guest", "node", "public")) {
            sessions.put(role, realm.local("n1", role));
        }
        Map<String, List<String>> allowed = Map.of(
                MREALM + "get_status",
                List.of("operator", "developer", "guest", "node", "public"),
                MREALM + "get_nodes",
                List.of("operator", "developer", "guest"),
                MREALM + "get_node",
                List.of("operator", "developer", "guest"),
                MREALM + "get_node_by_authid",
                List.of("operator", "developer", "guest"),
                "io.bailiwick.mrealm.list_nodes",
                List.of("operator", "developer", "guest"),
                "io.bailiwick.mrealm.get_heartbeats",
                List.of("operator"),
                "io.bailiwick.mrealm.get_worker_heartbeats",
                List.of("operator"),
                "io.bailiwick.mrealm.get_heartbeat_series",
                List.of("operator"),
                "io.bailiwick.mrealm.get_worker_heartbeat_series",
                List.of("operator"),
                "io.bailiwick.mrealm.store_heartbeat",
                List.of("node"));
        allowed.forEach((procedure, roles) -> sessions.forEach((role, session) -> {
            // Without arguments: whoever may call it is told of these.
            String error = session.call(procedure)
                    .handle((result, failure) -> failure == null ? "" : String.valueOf(failure))
                    .join();
            assertEquals(
                    roles.contains(role),
                    !error.contains("wamp.error.not_authorized"),
                    procedure + " as " + role + ": " + error);
        }));
    }

    @Test
    void a_heartbeat_that_is_called_with_is_answered_when_it_is_stored() throws Exception {
        realm.pair("n1");
        start();
        ClientSession node = realm.local("n1", "node");
        Object received = call(node, "io.bailiwick.mrealm.store_heartbeat", "n1", beat(7));
        Map<?, ?> log = (Map<?, ?>) ((List<?>) call(owner, "io.bailiwick.mrealm.get_heartbeats", "n1")).get(0);
        assertEquals(7L, log.get("seq"));
        assertEquals(received, log.get("timestamp"));
        assertEquals(7L, node("n1").get("heartbeat"));
        assertEquals(
                "wamp.error.not_authorized",
                errorOf("io.bailiwick.mrealm.store_heartbeat", "n1", beat(8)),
                "of one who is no node");
    }

    @Test
    void of_heartbeats_that_come_faster_than_they_are_stored_none_is_lost() throws Exception {
        realm.pair("n1");
        start();
        ClientSession node = realm.distant("n1", "node");
        int many = 25_000;
        List<CompletableFuture<Void>> acknowledged = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            acknowledged.add(
                    node.publish("crossbarfabriccenter.node.on_worker_heartbeat", "n1", "w" + i, Map.copyOf(beat(i))));
        }
        CompletableFuture.allOf(acknowledged.toArray(CompletableFuture<?>[]::new))
                .get(30, TimeUnit.SECONDS);
        until("the last is stored", () -> stored("n1", null, 1).contains("w" + (many - 1)));
        Set<String> workers = new HashSet<>();
        for (Long until = null; ; ) {
            List<?> page = (List<?>) call(owner, "io.bailiwick.mrealm.get_worker_heartbeats", "n1", null, until, 500);
            if (page.isEmpty()) {
                break;
            }
            page.forEach(beat -> workers.add((String) ((Map<?, ?>) beat).get("worker_id")));
            until = (Long) ((Map<?, ?>) page.get(page.size() - 1)).get("timestamp");
        }
        assertEquals(many, workers.size());
    }

    private List<String> stored(String node, Long until, int limit) throws Exception {
        List<?> page = (List<?>) call(owner, "io.bailiwick.mrealm.get_worker_heartbeats", node, null, until, limit);
        return page.stream()
                .map(beat -> (String) ((Map<?, ?>) beat).get("worker_id"))
                .toList();
    }

    @Test
    void a_heartbeat_in_the_name_of_another_node_changes_nothing() throws Exception {
        realm.pair("n1");
        realm.pair("n2");
        start();
        ClientSession forger = realm.local("n2", "node");
        heartbeat(forger, "n1", 7);
        get(forger.publish("crossbarfabriccenter.node.on_heartbeat", "n2", "nonsense"));
        get(owner.publish("crossbarfabriccenter.node.on_heartbeat", "n1", beat(8)));
        heartbeat(forger, "n2", 9);
        until("the true heartbeat", () -> Long.valueOf(9).equals(node("n2").get("heartbeat")));
        assertNull(node("n1").get("heartbeat"));
        assertEquals("offline", node("n1").get("status"));
    }

    @Test
    void a_node_that_is_not_heard_goes_when_its_lease_ends_and_comes_back_when_it_is() throws Exception {
        realm.pair("n1");
        BlockingQueue<Event> ready = events(owner, MREALM + "on_node_ready");
        BlockingQueue<Event> shutdown = events(owner, MREALM + "on_node_shutdown");
        start(",\"lease_seconds\":0.2");
        ClientSession node = realm.local("n1", "node");
        next(ready);
        next(shutdown);
        assertEquals(1L, node("n1").get("sessions"), "its session is still there");
        heartbeat(node, "n1", 1);
        assertEquals(4L, ((Map<?, ?>) next(ready).arguments().list().get(1)).get("last_activity"));
    }

    @Test
    void a_controller_that_starts_again_knows_who_is_online_and_what_was_stored() throws Exception {
        realm.pair("n1");
        realm.pair("n2");
        start();
        ClientSession node = realm.local("n1", "node");
        ClientSession gone = realm.local("n2", "node");
        heartbeat(node, "n1", 3);
        heartbeat(gone, "n2", 4);
        until(
                "both heartbeats",
                () -> node("n2").get("heartbeat") != null && node("n1").get("heartbeat") != null);
        Object seen = node("n2").get("last_seen");
        controller.close();
        gone.close();
        start();
        assertEquals("online", node("n1").get("status"));
        assertEquals(3L, node("n1").get("heartbeat"));
        assertEquals("offline", node("n2").get("status"));
        assertEquals(4L, node("n2").get("heartbeat"));
        assertEquals(seen, node("n2").get("last_seen"));
        assertTrue((Double) node("n2").get("last_seen_age") < 60);
    }

    @Test
    void nodes_that_do_not_fit_into_a_message_are_told_in_parts_and_who_wants_all_of_them_is_told_so()
            throws Exception {
        start();
        List<String> oids = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 10; i < 24; i++) {
            names.add(i + "n".repeat(100_000));
            oids.add(realm.pair(names.get(names.size() - 1)).toString());
        }
        until("all of them", () -> call(owner, MREALM + "get_nodes").equals(oids));
        ExecutionException refused =
                assertThrows(ExecutionException.class, () -> call(owner, MREALM + "get_nodes", null, true));
        ApplicationError error = assertInstanceOf(ApplicationError.class, refused.getCause());
        assertEquals("wamp.error.payload_size_exceeded", error.uri());
        assertTrue(String.valueOf(error.getMessage()).contains("expected a limit, as 14 nodes"), error.getMessage());
        List<?> first = (List<?>) call(owner, MREALM + "get_nodes", null, true, null, 1_000_000);
        assertEquals(names.subList(0, 9), first, "as many as there is room for");
        assertEquals(
                names.subList(9, 14),
                call(owner, MREALM + "get_nodes", null, true, first.get(8), 100),
                "and the others");
        assertEquals(oids.subList(0, 3), call(owner, MREALM + "get_nodes", null, false, null, 3));
        assertEquals(oids.subList(3, 5), call(owner, MREALM + "get_nodes", null, false, oids.get(2), 2));
        assertEquals(List.of(), call(owner, MREALM + "get_nodes", null, false, oids.get(13)));
        Arguments byName = new Arguments(List.of(), Map.of("limit", 2, "after", oids.get(11)));
        assertEquals(
                List.of(oids.subList(12, 14)),
                get(owner.call(MREALM + "get_nodes", byName, Duration.ofSeconds(10)))
                        .list());
        assertEquals("wamp.error.invalid_argument", errorOf(MREALM + "get_nodes", null, false, null, 0));
        assertEquals(
                "crossbar.error.no_such_object",
                errorOf(MREALM + "get_nodes", null, false, UUID.randomUUID().toString(), 5));
    }

    @Test
    void pairing_and_unpairing_is_followed() throws Exception {
        BlockingQueue<Event> ready = events(owner, MREALM + "on_node_ready");
        BlockingQueue<Event> shutdown = events(owner, MREALM + "on_node_shutdown");
        start();
        realm.local("n1", "node");
        UUID oid = realm.pair("n1");
        assertEquals(oid.toString(), next(ready).arguments().list().get(0));
        realm.unpair("n1");
        List<Object> gone = next(shutdown).arguments().list();
        assertEquals(oid.toString(), gone.get(0));
        assertEquals(
                "offline", ((Map<?, ?>) gone.get(1)).get("status"), "its session is still there, but not as a node");
        assertEquals("crossbar.error.no_such_object", errorOf(MREALM + "get_node", "n1"));
        assertEquals(List.of(), call(owner, MREALM + "get_nodes"));
    }

    @Test
    void of_a_node_that_is_unpaired_nothing_is_kept_but_its_heartbeats_and_paired_again_it_starts_anew()
            throws Exception {
        BlockingQueue<Event> ready = events(owner, MREALM + "on_node_ready");
        start();
        UUID oid = realm.pair("n1");
        ClientSession node = realm.local("n1", "node");
        next(ready);
        heartbeat(node, "n1", 7);
        until("the heartbeat", () -> !nodeBeats().isEmpty());
        node.close();
        until("it to leave", () -> node("n1").get("status").equals("offline"));
        realm.unpair("n1");
        until("it to be gone", () -> call(owner, MREALM + "get_nodes").equals(List.of()));
        realm.pair("n1", oid);
        until("it to be back", () -> call(owner, MREALM + "get_nodes").equals(List.of(oid.toString())));
        assertNull(node("n1").get("first_seen"));
        assertNull(node("n1").get("heartbeat"));
        assertEquals(1, nodeBeats().size(), "those go in their time");
        controller.close();
        assertEquals(List.of(), known());
    }

    @Test
    void what_is_known_of_nodes_that_were_unpaired_while_no_controller_ran_is_removed_at_its_start() throws Exception {
        start();
        BlockingQueue<Event> ready = events(owner, MREALM + "on_node_ready");
        UUID oid = realm.pair("n1");
        realm.local("n1", "node");
        next(ready);
        controller.close();
        try (Store<MrealmSchema> store = Store.open(directory.resolve("store"), new MrealmSchema())) {
            store.writeAll(tx -> {
                for (long i = 0; i < 1_200; i++) {
                    store.schema().nodes.insert(tx, new UUID(1, i), new NodeRuntime(1, 1, 0, 0));
                }
            });
        }
        start();
        controller.close();
        assertEquals(List.of(oid), known());
    }

    private List<?> nodeBeats() throws Exception {
        return (List<?>) call(owner, "io.bailiwick.mrealm.get_heartbeats", "n1");
    }

    private List<UUID> known() {
        try (Store<MrealmSchema> store = Store.open(directory.resolve("store"), new MrealmSchema())) {
            return store.read(
                    tx -> store.schema().nodes.all(tx).map(Table.Row::key).toList());
        }
    }

    @Test
    void what_the_domain_changes_of_a_node_is_told_and_is_no_new_pairing() throws Exception {
        BlockingQueue<Event> ready = events(owner, MREALM + "on_node_ready");
        start();
        ClientSession node = realm.local("n1", "node");
        UUID oid = realm.pair("n1");
        next(ready);
        realm.modify("n1", "label", "Press");
        until("the label is there", () -> "Press".equals(node("n1").get("label")));
        assertEquals(oid.toString(), node("n1").get("oid"));
        assertEquals(node.id(), node("n1").get("session"));
        assertTrue((Long) node("n1").get("online_since") <= (Long) node("n1").get("last_seen"));
        assertTrue(ready.isEmpty());
        // What is not paired does not become so by a change.
        realm.unpair("n1");
        realm.modified(Map.of("oid", oid.toString(), "authid", "n1"));
        realm.pair("n2");
        until("the next pairing", () -> call(owner, MREALM + "get_nodes", null, true)
                .equals(List.of("n2")));
    }

    @Test
    void only_the_domain_can_pair() throws Exception {
        start();
        ClientSession node = realm.local("n1", "node");
        Map<String, String> row = Map.of("oid", UUID.randomUUID().toString(), "authid", "evil");
        get(node.publish("io.bailiwick.domain.on_node_paired", row));
        realm.pair("n2");
        until("the true pairing", () -> call(owner, MREALM + "get_nodes", null, true)
                .equals(List.of("n2")));
    }

    @Test
    void calls_are_forwarded_to_the_node_with_arguments_results_and_errors_unchanged() throws Exception {
        UUID oid = realm.pair("n1");
        start();
        ClientSession node = realm.local("n1", "node");
        get(node.register(
                "crossbarfabriccenter.node.n1.get_worker_log",
                Dict.EMPTY,
                call -> CompletableFuture.completedFuture(call.arguments())));
        get(node.register("crossbarfabriccenter.node.n1.worker.w1.get_profile", Dict.EMPTY, call -> {
            throw new ApplicationError("com.example.error", new Arguments(List.of("why"), Map.of("code", 7)));
        }));
        until("online", () -> node("n1").get("status").equals("online"));
        Arguments given = new Arguments(List.of(oid.toString(), 1, "two"), Map.of("three", 3));
        Arguments echoed = get(owner.call(REMOTE + "node.get_worker_log", given, Duration.ofSeconds(5)));
        assertEquals(new Arguments(List.of(1L, "two"), Map.of("three", 3L)), echoed);
        Arguments byKeyword = new Arguments(List.of(1), Map.of("node_id", "n1"));
        assertEquals(
                List.of(1L),
                get(owner.call(REMOTE + "node.get_worker_log", byKeyword, Duration.ofSeconds(5)))
                        .list());

        ExecutionException e = assertThrows(
                ExecutionException.class, () -> get(owner.call(REMOTE + "worker.get_profile", "n1", "w1")));
        ApplicationError error = assertInstanceOf(ApplicationError.class, e.getCause());
        assertEquals("com.example.error", error.uri());
        assertEquals(new Arguments(List.of("why"), Map.of("code", 7L)), error.arguments());
        assertEquals("wamp.error.no_such_procedure", errorOf(REMOTE + "node.nothing", "n1"));
    }

    @Test
    void a_call_to_a_node_that_is_offline_is_answered_at_once() throws Exception {
        UUID oid = realm.pair("n1");
        start();
        ExecutionException e = assertThrows(
                ExecutionException.class, () -> get(owner.call(REMOTE + "node.get_status", oid.toString())));
        ApplicationError error = assertInstanceOf(ApplicationError.class, e.getCause());
        assertEquals("fabric.node-offline", error.uri());
        assertEquals("n1", error.arguments().map().get("node_authid"));
        assertTrue(error.getMessage().contains("never seen"), error.getMessage());
        assertEquals("crossbar.error.no_such_object", errorOf(REMOTE + "node.get_status", "n2"));
        assertEquals("wamp.error.not_authorized", errorOf(REMOTE + "node.sign", "n1"));
    }

    @Test
    void a_node_cannot_call_another_node() throws Exception {
        realm.pair("n1");
        start();
        ClientSession node = realm.local("n2", "node");
        ExecutionException e =
                assertThrows(ExecutionException.class, () -> get(node.call(REMOTE + "node.shutdown", "n1")));
        assertEquals("wamp.error.not_authorized", ((ApplicationError) e.getCause()).uri());
    }

    @Test
    void events_of_a_node_are_published_again_and_forged_ones_are_not() throws Exception {
        realm.pair("n1");
        realm.pair("n2");
        BlockingQueue<Event> started = events(owner, REMOTE + "node.on_node_started");
        start();
        ClientSession forger = realm.local("n2", "node");
        get(forger.publish("crossbarfabriccenter.node.n1.on_node_started", "forged"));
        ClientSession node = realm.local("n1", "node");
        get(node.publish("crossbarfabriccenter.node.n1.on_node_started", "true"));
        assertEquals(List.of("n1", "true"), next(started).arguments().list());
        assertTrue(started.isEmpty());
    }

    @Test
    void the_end_of_its_session_is_told() throws Exception {
        start();
        realm.end("realm-controller");
        assertEquals("wamp.close.killed", get(controller.ended()).reason());
    }
}
