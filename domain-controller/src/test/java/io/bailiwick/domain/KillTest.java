package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.cryptosign.SigningKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * SIGKILL at random points under load, of each kind of process. How often: {@code -Dbailiwick.kills=50}; a few times in an
 * ordinary build. The seed is printed.
 */
class KillTest {
    private static final int KILLS = Integer.getInteger("bailiwick.kills", 3);
    private static final long SEED = Long.getLong("bailiwick.seed", System.nanoTime());
    private static final String RESTARTS = "restarts: {waits: [0], budget: 1000000}\n";

    private final Random random = new Random(SEED);

    private static Path options(Fleet fleet) throws Exception {
        return Files.writeString(fleet.directory.resolve("options.yaml"), RESTARTS);
    }

    private void pause(int atMostMillis) throws InterruptedException {
        // The point of the kill is random in time: this is the fault, not a wait for a condition.
        TimeUnit.MILLISECONDS.sleep(random.nextInt(atMostMillis));
    }

    @Test
    void killsOfARealmControllerLoseNothingStoredAndNoOtherRealmNotices() throws Exception {
        System.out.println("realm controller: " + KILLS + " kills, seed " + SEED);
        try (Fleet fleet = new Fleet()) {
            fleet.startMaster("--config", options(fleet).toString());
            ClientSession domain = fleet.join(Fleet.DOMAIN);
            Fleet.call(domain, Fleet.MREALM + "create_mrealm", Map.of("name", "victim"));
            Fleet.call(domain, Fleet.MREALM + "create_mrealm", Map.of("name", "bystander"));
            Fleet.call(domain, Fleet.MREALM + "pair_node", fleet.startNode("n1"), "victim", "n1", Map.of());
            ClientSession victim = fleet.join("victim");
            ClientSession bystander = fleet.join("bystander");
            Fleet.until("a stored heartbeat", () -> !heartbeats(victim).isEmpty());
            long bystanderPid = Fleet.controllerPid(domain, "bystander");
            Object nodeSession = nodeSession(victim);
            try (Load load = new Load(() -> Fleet.call(bystander, Fleet.MREALM + "get_status"));
                    Load pressed = new Load(() -> answered(victim))) {
                for (int kill = 0; kill < KILLS; kill++) {
                    List<?> seen = heartbeats(victim);
                    pause(300);
                    long pid = Fleet.controllerPid(domain, "victim");
                    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
                    Fleet.until("another controller", () -> {
                        long now = Fleet.controllerPid(domain, "victim");
                        return now != pid && now > 0;
                    });
                    List<?> after = Fleet.until("its procedures", () -> heartbeats(victim));
                    assertTrue(after.containsAll(seen), "kill " + kill + " lost a stored heartbeat, seed " + SEED);
                    assertEquals(
                            nodeSession,
                            Fleet.until("the node", () -> nodeSession(victim)),
                            "the node kept its session");
                }
                load.assertNothingFailed();
                pressed.assertNothingFailed();
            }
            assertEquals(bystanderPid, Fleet.controllerPid(domain, "bystander"), "the other controller was left alone");
        }
    }

    @Test
    void killsOfTheMasterLoseNothingAcknowledgedAndLeaveNoProcessBehind() throws Exception {
        System.out.println("master: " + KILLS + " kills, seed " + SEED);
        try (Fleet fleet = new Fleet()) {
            Process master = fleet.startMaster("--config", options(fleet).toString());
            ClientSession first = fleet.join(Fleet.DOMAIN);
            Fleet.call(first, Fleet.MREALM + "pair_node", fleet.startNode("n2"), "default", "n2", Map.of());
            Map<String, String> acknowledged = new HashMap<>();
            AtomicInteger names = new AtomicInteger();
            for (int kill = 0; kill < KILLS; kill++) {
                ClientSession domain = fleet.join(Fleet.DOMAIN);
                assertAllPaired(domain, acknowledged, kill);
                ConcurrentLinkedQueue<Map.Entry<String, String>> answered = new ConcurrentLinkedQueue<>();
                try (Load load = new Load(() -> {
                    String name = "node" + names.incrementAndGet();
                    String key = newKey();
                    Fleet.call(domain, Fleet.MREALM + "pair_node", key, "default", name, Map.of());
                    answered.add(Map.entry(name, key));
                    return name;
                })) {
                    pause(400);
                    List<ProcessHandle> children = master.descendants().toList();
                    assertFalse(children.isEmpty());
                    master.destroyForcibly();
                    for (ProcessHandle child : children) {
                        child.onExit().get(20, TimeUnit.SECONDS);
                    }
                    assertTrue(load.hasEnded(), "a call to a dead master fails, it does not hang");
                }
                answered.forEach(entry -> acknowledged.put(entry.getKey(), entry.getValue()));
                master = fleet.startMaster("--config", options(fleet).toString());
            }
            assertAllPaired(fleet.join(Fleet.DOMAIN), acknowledged, KILLS);
            assertFalse(acknowledged.isEmpty(), "something was acknowledged under load");
            Map<String, Object> log = Fleet.dictionary(fleet.join(Fleet.DOMAIN), "io.bailiwick.domain.verify_audit");
            assertEquals(true, log.get("ok"), "the audit log is whole: " + log);
            ClientSession realm = fleet.join("default");
            Fleet.until(
                    "the real node comes back",
                    () -> ((List<?>) Fleet.call(realm, Fleet.MREALM + "get_nodes", "online", true)).contains("n2"));
        }
    }

    @Test
    void aKilledNodeComesBackAsItself() throws Exception {
        System.out.println("node: " + KILLS + " kills, seed " + SEED);
        try (Fleet fleet = new Fleet()) {
            fleet.startMaster();
            String key = fleet.startNode("n1");
            ClientSession domain = fleet.join(Fleet.DOMAIN);
            Fleet.call(domain, Fleet.MREALM + "pair_node", key, "default", "n1", Map.of());
            ClientSession realm = fleet.join("default");
            for (int kill = 0; kill < KILLS; kill++) {
                Object before = Fleet.until("the node", () -> nodeSession(realm));
                pause(300);
                fleet.process("n1").destroyForcibly().waitFor();
                Fleet.until("it is offline", () -> ((List<?>)
                                Fleet.call(realm, Fleet.MREALM + "get_nodes", "offline", true))
                        .contains("n1"));
                assertEquals(key, fleet.startNode("n1"), "the same key");
                Fleet.until("it is back in another session", () -> !before.equals(nodeSession(realm)));
            }
            assertTrue(domain.closed().getNow(null) == null, "the manager's session was left alone");
        }
    }

    /** Calls a realm whose controller may be dead: the call must end, be it with a result or with an error. */
    private static Object answered(ClientSession realm) throws Exception {
        try {
            return Fleet.call(realm, Fleet.MREALM + "get_status");
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof ApplicationError error
                    && Set.of("wamp.error.canceled", "wamp.error.no_such_procedure")
                            .contains(error.uri())) {
                return error;
            }
            throw failure;
        }
    }

    private static List<?> heartbeats(ClientSession realm) throws Exception {
        return (List<?>) Fleet.call(realm, "io.bailiwick.mrealm.get_heartbeats", "n1", null, null, 500);
    }

    private static Object nodeSession(ClientSession realm) throws Exception {
        return Fleet.dictionary(realm, Fleet.REMOTE + "get_status", "n1").get("management_session_id");
    }

    private static String newKey() {
        return SigningKey.generate().publicKey().hex();
    }

    private static void assertAllPaired(ClientSession domain, Map<String, String> acknowledged, int kill)
            throws Exception {
        for (String name : acknowledged.keySet()) {
            Map<String, Object> node = Fleet.dictionary(domain, Fleet.MREALM + "get_node_by_name", "default", name);
            assertEquals(acknowledged.get(name), node.get("pubkey"), name + " after kill " + kill + ", seed " + SEED);
        }
    }

    /** Does the same thing again and again until it is closed. */
    private static final class Load implements AutoCloseable {
        private final AtomicBoolean stop = new AtomicBoolean();
        private final List<Exception> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        private final CompletableFuture<Void> ended;

        Load(java.util.concurrent.Callable<?> work) {
            this.ended = CompletableFuture.runAsync(
                    () -> {
                        while (!stop.get()) {
                            try {
                                work.call();
                            } catch (Exception failure) {
                                failures.add(failure);
                                return;
                            }
                        }
                    },
                    task -> new Thread(task, "load").start());
        }

        boolean hasEnded() {
            ended.orTimeout(30, TimeUnit.SECONDS).join();
            return true;
        }

        void assertNothingFailed() {
            assertEquals(List.of(), failures);
        }

        @Override
        public void close() {
            stop.set(true);
            ended.orTimeout(90, TimeUnit.SECONDS).join();
        }
    }
}
