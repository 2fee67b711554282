package io.bailiwick.mrealm;

import static io.bailiwick.mrealm.TestRealm.get;
import static io.bailiwick.mrealm.TestRealm.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.child.ChildProcess;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metering in a process that is killed at any moment, with a domain that fails before it has stored and after. */
class MeterProcessTest {
    private static final int KILLS = Integer.getInteger("bailiwick.kills", 4);
    private static final long SEED = Long.getLong("bailiwick.seed", System.nanoTime());

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private final List<String> log = new CopyOnWriteArrayList<>();
    /** What the domain has, by the end of the interval. */
    private final TreeMap<Long, Map<String, Object>> stored = new TreeMap<>();

    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private TestRealm realm;
    private ChildProcess child;
    private ClientSession node;
    private long calls;
    private long firstCalls = -1;

    @BeforeEach
    void open() throws Exception {
        realm = new TestRealm(directory);
        get(realm.domain.register(
                "io.bailiwick.domain.store_usage",
                Dict.EMPTY,
                call -> CompletableFuture.completedFuture(store(call.arguments()))));
    }

    @AfterEach
    void close() throws Exception {
        if (child != null) {
            child.stop(Duration.ofSeconds(5)).get(20, TimeUnit.SECONDS);
        }
        realm.close();
    }

    @SuppressWarnings("unchecked")
    private synchronized Arguments store(Arguments arguments) {
        int chance = random.nextInt(6);
        if (chance == 0) {
            throw new ApplicationError("test.error", "not stored");
        }
        for (Object record : (List<Object>) arguments.list().get(0)) {
            Map<String, Object> told = new HashMap<>((Map<String, Object>) record);
            Map<String, Object> before = stored.putIfAbsent(((Number) told.get("until")).longValue(), told);
            if (before != null && !before.equals(told)) {
                wrong.add("other usage for one interval: " + before + " and " + told);
            }
        }
        if (chance == 1) {
            throw new ApplicationError("test.error", "stored, but not said so");
        }
        return Arguments.of(Map.of());
    }

    private synchronized List<Map<String, Object>> records() {
        return new ArrayList<>(stored.values());
    }

    private long sum(String figure) {
        return records().stream()
                .mapToLong(record -> ((Number) record.get(figure)).longValue())
                .sum();
    }

    private void start() throws Exception {
        child = ChildProcess.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.bailiwick.mrealm.RealmController"),
                realm.settings(directory.resolve("store"), ",\"meter_seconds\":1,\"meter_grace_seconds\":0.1"),
                log::add);
        child.ready().get(60, TimeUnit.SECONDS);
    }

    /** A heartbeat of the node and of its router, which has handled some more calls; the first one that is stored sets the base. */
    private void beat() throws Exception {
        calls += random.nextInt(100);
        Map<String, Object> beat = new LinkedHashMap<>();
        beat.put("timestamp", 1);
        beat.put("period", 10);
        beat.put("seq", 1);
        beat.put("state", 1);
        beat.put("workers", Map.of("controller", 1, "router", 1));
        Map<String, Object> worker = new LinkedHashMap<>(beat);
        worker.put("type", "router");
        worker.put("router", Map.of("sessions", 1, "roles", 1, "messages", Map.of("call", calls, "ERROR", calls / 2)));
        get(node.publish("crossbarfabriccenter.node.on_worker_heartbeat", "n1", "r1", worker));
        get(node.publish("crossbarfabriccenter.node.on_heartbeat", "n1", beat));
    }

    private void beatFor(int millis) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < end) {
            beat();
            // The pace of the node, not a wait for a condition.
            TimeUnit.MILLISECONDS.sleep(40);
        }
    }

    private static void untilStored(ClientSession owner, int heartbeats) throws Exception {
        until(
                "so many heartbeats are on disk",
                () -> ((List<?>) TestRealm.call(owner, "io.bailiwick.mrealm.get_worker_heartbeats", "n1")).size()
                        >= heartbeats);
    }

    @Test
    void what_was_used_is_settled_at_once_when_the_domain_asks_for_it_and_for_nobody_else() throws Exception {
        start();
        realm.pair("n1");
        node = realm.local("n1", "node");
        ClientSession owner = realm.local("owner", "owner");
        beat();
        firstCalls = calls;
        untilStored(owner, 1);
        for (int more = 2; more <= 10; more++) {
            beat();
            untilStored(owner, more);
        }
        until("the domain has taken it", () -> {
            try {
                long asked = System.currentTimeMillis() * 1_000_000;
                Object settled = TestRealm.call(realm.domain, "io.bailiwick.mrealm.settle_usage");
                return ((Number) ((Map<?, ?>) settled).get("until")).longValue() >= asked;
            } catch (ExecutionException notStored) {
                return false;
            }
        });
        assertEquals(calls - firstCalls, sum("msgs_call"));
        ExecutionException refused =
                assertThrows(ExecutionException.class, () -> get(owner.call("io.bailiwick.mrealm.settle_usage")));
        assertEquals("wamp.error.not_authorized", ((ApplicationError) refused.getCause()).uri());
        assertEquals(List.of(), wrong);
    }

    @Test
    void kills_at_any_moment_lose_no_interval_and_double_none() throws Exception {
        System.out.println("metering of a realm: " + KILLS + " kills, seed " + SEED);
        start();
        realm.pair("n1");
        node = realm.local("n1", "node");
        ClientSession owner = realm.local("owner", "owner");
        calls = 5_000;
        beat();
        firstCalls = calls;
        untilStored(owner, 1);
        for (int kill = 0; kill < KILLS; kill++) {
            beatFor(500 + random.nextInt(2_000));
            ProcessHandle.of(child.pid()).orElseThrow().destroyForcibly();
            child.exited().get(20, TimeUnit.SECONDS);
            start();
        }
        beatFor(1_500);
        long handled = calls - firstCalls;
        until("all that was handled is metered", () -> {
            beat();
            return sum("msgs_call") >= handled;
        });
        List<Map<String, Object>> records = records();
        long seq = 1;
        for (Map<String, Object> record : records) {
            assertEquals(seq++, ((Number) record.get("seq")).longValue(), "numbered without a gap, seed " + SEED);
        }
        assertEquals(List.of(), wrong);
        assertTrue(sum("msgs_call") <= calls - firstCalls, "never more than was handled, seed " + SEED);
        assertTrue(sum("msgs_error") <= calls / 2 - firstCalls / 2 && sum("msgs_error") > 0);
        List<?> ofNode = (List<?>) TestRealm.call(owner, "io.bailiwick.mrealm.list_node_usage", "n1", null, null, 500);
        assertTrue(ofNode.size() >= records.size(), "each interval has its nodes");
    }
}
