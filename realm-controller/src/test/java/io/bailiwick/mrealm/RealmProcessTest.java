package io.bailiwick.mrealm;

import static io.bailiwick.mrealm.TestRealm.call;
import static io.bailiwick.mrealm.TestRealm.get;
import static io.bailiwick.mrealm.TestRealm.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.router.child.ChildProcess;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.store.Store;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A controller as it is in production: a process. */
class RealmProcessTest {
    @TempDir
    Path directory;

    private final List<String> log = new CopyOnWriteArrayList<>();
    private TestRealm realm;
    private ChildProcess child;

    @BeforeEach
    void open() throws Exception {
        realm = new TestRealm(directory);
    }

    @AfterEach
    void close() throws Exception {
        if (child != null) {
            child.stop(Duration.ofSeconds(5)).get(20, TimeUnit.SECONDS);
        }
        realm.close();
    }

    private void start(String settings, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.bailiwick.mrealm.RealmController"));
        child = ChildProcess.start(command, settings, log::add);
    }

    private String settings() {
        return realm.settings(directory.resolve("store"), "");
    }

    private int exit() throws Exception {
        return child.exited().get(30, TimeUnit.SECONDS);
    }

    private void refused(int code, String text) throws Exception {
        assertEquals(code, exit(), log.toString());
        assertThrows(ExecutionException.class, () -> child.ready().get(1, TimeUnit.SECONDS));
        assertTrue(log.stream().anyMatch(line -> line.contains(text)), log.toString());
        assertFalse(log.toString().contains(realm.controllerKey.seed()), "the key is in the log");
    }

    @Test
    void what_is_ready_answers_and_the_end_of_stdin_ends_it_well() throws Exception {
        start(settings());
        child.ready().get(30, TimeUnit.SECONDS);
        ClientSession owner = realm.local("owner", "owner");
        assertEquals(List.of(), call(owner, TestRealm.MREALM + "get_nodes"));
        assertEquals(
                RealmController.LEFT, child.stop(Duration.ofSeconds(20)).get(30, TimeUnit.SECONDS), log.toString());
        Store.open(directory.resolve("store"), new MrealmSchema()).close();
        assertFalse(log.toString().contains(realm.controllerKey.seed()), "the key is in the log");
    }

    @Test
    void it_loads_no_class_of_jawampa_nor_of_what_jawampa_needs() throws Exception {
        Path classes = directory.resolve("classes.log");
        start(settings(), "-Xlog:class+load:file=" + classes);
        child.ready().get(30, TimeUnit.SECONDS);
        realm.pair("n1");
        ClientSession owner = realm.local("owner", "owner");
        ClientSession node = realm.local("n1", "node");
        until("the node", () -> call(owner, TestRealm.MREALM + "get_nodes", "online", true)
                .equals(List.of("n1")));
        node.close();
        assertEquals(RealmController.LEFT, child.stop(Duration.ofSeconds(20)).get(30, TimeUnit.SECONDS));
        List<String> loaded = Files.readAllLines(classes);
        assertTrue(
                loaded.stream().anyMatch(line -> line.contains(" io.bailiwick.router.client.session.DirectSession ")));
        assertEquals(
                List.of(),
                loaded.stream()
                        .filter(line -> line.matches(
                                ".* (ws\\.wamp|rx|org\\.msgpack|io\\.bailiwick\\.router\\.client\\.jawampa)\\..*"))
                        .toList());
    }

    @Test
    void a_signal_ends_it_as_well_as_the_end_of_stdin_with_what_it_was_about_to_store() throws Exception {
        start(settings());
        child.ready().get(30, TimeUnit.SECONDS);
        realm.pair("n1");
        ClientSession owner = realm.local("owner", "owner");
        ClientSession node = realm.local("n1", "node");
        until("the node", () -> call(owner, TestRealm.MREALM + "get_nodes", "online", true)
                .equals(List.of("n1")));
        Map<String, Object> beat = Map.of(
                "timestamp",
                1_700_000_000_000_000_000L,
                "period",
                10,
                "mrealm_id",
                TestRealm.REALM,
                "seq",
                7,
                "state",
                1);
        get(node.publish("crossbarfabriccenter.node.on_heartbeat", "n1", beat));
        // The answer says that the heartbeat was taken, but a write waits for others to join it.
        until("the heartbeat", () -> Long.valueOf(7)
                .equals(((Map<?, ?>) call(owner, TestRealm.MREALM + "get_node", "n1")).get("heartbeat")));
        assertTrue(ProcessHandle.of(child.pid()).orElseThrow().destroy());
        exit();
        start(settings());
        child.ready().get(30, TimeUnit.SECONDS);
        List<?> stored = (List<?>) call(owner, "io.bailiwick.mrealm.get_heartbeats", "n1");
        assertEquals(1, stored.size());
    }

    @Test
    void what_was_acknowledged_to_a_node_is_there_after_a_kill() throws Exception {
        start(settings());
        child.ready().get(30, TimeUnit.SECONDS);
        ClientSession owner = realm.local("owner", "owner");
        ClientSession node = paired(owner);
        List<Long> acknowledged = new CopyOnWriteArrayList<>();
        CountDownLatch enough = new CountDownLatch(20);
        Thread beating = new Thread(() -> {
            try {
                for (long seq = 1; true; seq++) {
                    beat(node, seq);
                    acknowledged.add(seq);
                    enough.countDown();
                }
            } catch (Exception killed) {
                // That is how it ends.
            }
        });
        beating.start();
        assertTrue(enough.await(30, TimeUnit.SECONDS), log.toString());
        assertTrue(ProcessHandle.of(child.pid()).orElseThrow().destroyForcibly());
        exit();
        beating.join();
        start(settings());
        child.ready().get(30, TimeUnit.SECONDS);
        List<Object> stored = new ArrayList<>();
        for (Object row : (List<?>) call(owner, "io.bailiwick.mrealm.get_heartbeats", "n1", null, null, 500)) {
            stored.add(((Map<?, ?>) row).get("seq"));
        }
        assertTrue(stored.containsAll(acknowledged), "acknowledged " + acknowledged + ", stored " + stored);
    }

    @Test
    void a_disk_that_was_full_in_the_middle_of_a_commit_ends_neither_folding_nor_what_follows_from_it()
            throws Exception {
        Path places = Files.createDirectory(directory.resolve("places"));
        // Where twenty heartbeats are kept, five are worth a fold.
        start(
                realm.settings(directory.resolve("store"), ",\"retention_count\":20"),
                "-Dbailiwick.failpoints=" + places);
        child.ready().get(30, TimeUnit.SECONDS);
        ClientSession owner = realm.local("owner", "owner");
        ClientSession node = paired(owner);
        for (long seq = 1; seq <= 4; seq++) {
            beat(node, seq);
        }
        Path full = Files.writeString(places.resolve("store.full"), "");
        assertThrows(ExecutionException.class, () -> beat(node, 5));
        assertThrows(ExecutionException.class, () -> beat(node, 6));
        Files.delete(full);
        AtomicLong last = new AtomicLong(6);
        until("the oldest to be removed, with what was folded", () -> {
            beat(node, last.incrementAndGet());
            return stored(owner) < last.get() - 2;
        });
    }

    @Test
    void a_clock_that_is_a_month_ahead_for_a_while_removes_no_heartbeats_over_a_restart_too() throws Exception {
        Path places = Files.createDirectory(directory.resolve("places"));
        String settings = realm.settings(directory.resolve("store"), ",\"retention_count\":40");
        String[] armed = {"-Dbailiwick.failpoints=" + places};
        start(settings, armed);
        child.ready().get(30, TimeUnit.SECONDS);
        ClientSession owner = realm.local("owner", "owner");
        ClientSession node = paired(owner);
        for (long seq = 1; seq <= 12; seq++) {
            beat(node, seq);
        }
        Path ahead = Files.writeString(places.resolve("clock.ahead"), "");
        for (long seq = 13; seq <= 24; seq++) {
            beat(node, seq);
        }
        assertEquals(24, stored(owner));
        child.stop(Duration.ofSeconds(20)).get(30, TimeUnit.SECONDS);
        start(settings, armed);
        child.ready().get(30, TimeUnit.SECONDS);
        for (long seq = 25; seq <= 36; seq++) {
            beat(node, seq);
        }
        assertEquals(36, stored(owner));
        Files.delete(ahead);
        beat(node, 37);
        assertEquals(37, stored(owner));
    }

    /** The session of a node that the controller has learnt of. */
    private ClientSession paired(ClientSession owner) throws Exception {
        realm.pair("n1");
        until("the node", () -> call(owner, TestRealm.MREALM + "get_nodes", null, true)
                .equals(List.of("n1")));
        return realm.local("n1", "node");
    }

    private static int stored(ClientSession owner) throws Exception {
        return ((List<?>) call(owner, "io.bailiwick.mrealm.get_heartbeats", "n1", null, null, 500)).size();
    }

    private static void beat(ClientSession node, long seq) throws Exception {
        Map<String, Object> beat =
                Map.of("timestamp", seq, "period", 10, "mrealm_id", TestRealm.REALM, "seq", seq, "state", 1);
        call(node, "io.bailiwick.mrealm.store_heartbeat", "n1", beat);
    }

    @Test
    void a_lost_session_ends_it_so_that_it_is_started_again() throws Exception {
        start(settings());
        child.ready().get(30, TimeUnit.SECONDS);
        realm.end("realm-controller");
        assertEquals(RealmController.SESSION_LOST, exit(), log.toString());
    }

    @Test
    void a_store_that_fails_ends_it_so_that_it_is_opened_anew() throws Exception {
        start(settings());
        child.ready().get(30, TimeUnit.SECONDS);
        // Another process takes the directory over, past both locks, as nobody should.
        Path identity = directory.resolve("store").resolve("identity");
        byte[] content = Files.readAllBytes(identity);
        Files.delete(identity);
        Files.delete(directory.resolve("store").resolve("xd.lck"));
        Files.write(identity, content);
        Store<MrealmSchema> thief = Store.open(directory.resolve("store"), new MrealmSchema());
        try {
            realm.pair("n1");
            realm.local("n1", "node");
            assertEquals(RealmController.STORE_UNUSABLE, exit(), log.toString());
        } finally {
            thief.close();
        }
        assertTrue(log.stream().anyMatch(line -> line.contains("The store has failed: ")), log.toString());
    }

    @Test
    void wrong_settings_are_told_without_the_key() throws Exception {
        start(settings().replace("\"realm_oid\"", "\"oid\""));
        refused(RealmController.WRONG_SETTINGS, "realm_oid: expected a text, but found nothing");
    }

    @Test
    void settings_that_are_no_json_are_told_without_the_key() throws Exception {
        start(settings().replace("}", ","));
        refused(RealmController.WRONG_SETTINGS, "settings: expected one line of JSON");
    }

    @Test
    void a_store_in_use_is_told() throws Exception {
        Store<MrealmSchema> held = Store.open(directory.resolve("store"), new MrealmSchema());
        try {
            start(settings());
            refused(RealmController.STORE_UNUSABLE, "Realm controller cannot run (exit code 4)");
        } finally {
            held.close();
        }
    }

    @Test
    void a_router_that_refuses_is_told() throws Exception {
        start(settings().replace(realm.controllerKey.seed(), "7".repeat(64)));
        refused(RealmController.NOT_JOINED, "joining realm realm1 failed: wamp.error.authentication_failed");
    }

    @Test
    void a_router_that_is_not_there_is_told() throws Exception {
        start(settings().replace("r.sock", "no.sock"));
        refused(RealmController.NOT_JOINED, "joining realm realm1 failed");
    }

    @Test
    void the_end_of_stdin_ends_a_start_that_waits_for_its_router() throws Exception {
        Path socket = directory.resolve("s.sock");
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            silent.bind(UnixDomainSocketAddress.of(socket));
            start(settings().replace("r.sock", "s.sock"));
            try (SocketChannel joining = silent.accept()) {
                // So far the router goes along; then the controller would wait for WELCOME until it gave up.
                ByteBuffer handshake = ByteBuffer.allocate(4);
                while (handshake.hasRemaining() && joining.read(handshake) >= 0) {}
                joining.write(handshake.flip());
                assertEquals(
                        RealmController.LEFT, child.stop(Duration.ofMinutes(1)).get(15, TimeUnit.SECONDS));
                assertTrue(joining.isOpen());
            }
        }
    }
}
