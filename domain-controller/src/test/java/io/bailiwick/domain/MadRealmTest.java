package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.fault.FailPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One realm goes mad, in each way there is, while another is called without end. The mad one is noticed, shown with its reason
 * and started again; of the other no call fails, and none waits as if it were mad itself.
 */
@Timeout(180)
class MadRealmTest {
    private static final String OPTIONS =
            "restarts: {waits: [1], budget: 1000000}\ncontrollers: {hung_after: 4, heap: 48}\n";

    /** Less than a mad realm goes unnoticed: a call that waits with the mad one waits longer than this. */
    private static final Duration BLOCKED = Duration.ofSeconds(3);
    /** On a machine where even this many times the median of calm is longer, that counts. */
    private static final int BUSY = 100;

    private Fleet fleet;
    private Path places;
    private ClientSession domain;
    private ClientSession victim;
    private ClientSession bystander;
    /** How long a call of the bystander may take, in nanoseconds. */
    private long bound;

    @BeforeEach
    void start() throws Exception {
        fleet = new Fleet();
        places = Files.createDirectories(fleet.directory.resolve("places/victim"));
        Path options = Files.writeString(fleet.directory.resolve("options.yaml"), OPTIONS);
        fleet.environment.put("JAVA_TOOL_OPTIONS", "-D" + FailPoint.PROPERTY + "=" + places.getParent());
        fleet.startMaster("--config", options.toString());
        domain = fleet.join(Fleet.DOMAIN);
        Fleet.call(domain, Fleet.MREALM + "create_mrealm", Map.of("name", "victim"));
        Fleet.call(domain, Fleet.MREALM + "create_mrealm", Map.of("name", "bystander"));
        victim = fleet.join("victim");
        bystander = fleet.join("bystander");
    }

    @AfterEach
    void stop() throws Exception {
        fleet.close();
    }

    private Map<?, ?> controller(String realm) throws Exception {
        return (Map<?, ?>) Fleet.dictionary(domain, Fleet.MREALM + "get_mrealm_by_name", realm)
                .get("controller");
    }

    /** Waits until the victim has a reason, then until it is ready as another process. */
    private String recovers(String what, Callable<?> trouble) throws Exception {
        long before = Fleet.controllerPid(domain, "victim");
        trouble.call();
        String reason = Fleet.until(
                "the reason of " + what, () -> (String) controller("victim").get("reason"));
        Fleet.until(
                "the end of " + what, () -> "ready".equals(controller("victim").get("state")));
        assertNotEquals(before, Fleet.controllerPid(domain, "victim"), what);
        Fleet.until("its procedures", () -> Fleet.call(victim, Fleet.MREALM + "get_status"));
        return reason;
    }

    private Callable<?> arm(String place, String what) {
        return () -> Files.writeString(places.resolve(place), what);
    }

    @Test
    void a_realm_that_loops_hangs_is_stopped_or_takes_all_memory_is_back_with_its_reason_and_no_other_realm_fails()
            throws Exception {
        long bystanderPid = Fleet.controllerPid(domain, "bystander");
        List<Long> calm = Calls.during(bystander, () -> TimeUnit.SECONDS.sleep(2));
        print("calm", calm);
        bound = bound(calm);
        assertReason("out of memory", "exhaust", arm("controller.working", "exhaust"));
        assertReason(
                "hung: no sign of life for 4.0 s; it is busy without end", "spin", arm("controller.working", "spin"));
        assertReason(
                "hung: no sign of life for 4.0 s; it waits for something", "hang", arm("controller.working", "hang"));
        assertReason("hung: no sign of life for 4.0 s; the process was stopped", "stop", () -> new ProcessBuilder(
                        "kill", "-STOP", String.valueOf(leaf(Fleet.controllerPid(domain, "victim"))))
                .start()
                .waitFor());
        assertReason("left with exit code 4", "a failing store", () -> {
            // Nothing is written in a realm without nodes: this one gets its first.
            Files.writeString(places.resolve("store.before-commit"), "throw");
            return Fleet.call(domain, Fleet.MREALM + "pair_node", fleet.startNode("n1"), "victim", "n1", Map.of());
        });
        assertEquals(bystanderPid, Fleet.controllerPid(domain, "bystander"), "the other controller was left alone");
    }

    private static long leaf(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .filter(each -> each.children().findAny().isEmpty())
                .mapToLong(ProcessHandle::pid)
                .findFirst()
                .orElse(pid);
    }

    private void assertReason(String expected, String what, Callable<?> trouble) throws Exception {
        String[] reason = {""};
        List<Long> taken = Calls.during(bystander, () -> reason[0] = recovers(what, trouble));
        print(what, taken);
        assertTrue(reason[0].startsWith(expected), what + ": " + reason[0]);
        long longest = taken.get(taken.size() - 1);
        assertTrue(
                longest <= bound,
                "expected that no call of the other realm takes more than " + bound / 1e9 + " s beside " + what
                        + ", but found one of " + longest / 1e9 + " s");
    }

    /** What a neighbour's call may take, by what its calls took in calm: no figure of a machine, but no wait for the mad one. */
    private static long bound(List<Long> calm) {
        return Math.max(BLOCKED.toNanos(), BUSY * calm.get(calm.size() / 2));
    }

    @Test
    void a_realm_whose_disk_is_full_says_so_goes_on_and_stores_again_when_there_is_room_without_a_restart()
            throws Exception {
        Fleet.call(domain, Fleet.MREALM + "pair_node", fleet.startNode("n1"), "victim", "n1", Map.of());
        Fleet.until("a stored heartbeat", () -> stored() > 0);
        long pid = Fleet.controllerPid(domain, "victim");
        Path full = Files.writeString(places.resolve("store.full"), "");
        Fleet.until(
                "the full disk to be seen",
                () -> String.valueOf(controller("victim").get("reason")).startsWith("the disk is full"));
        assertEquals("ready", controller("victim").get("state"));
        Fleet.call(victim, Fleet.MREALM + "get_status");
        int before = stored();
        Files.delete(full);
        Fleet.until("room again to be seen", () -> controller("victim").get("reason") == null);
        Fleet.until("another stored heartbeat", () -> stored() > before);
        assertEquals(pid, Fleet.controllerPid(domain, "victim"));
        assertEquals(null, controller("bystander").get("reason"));
    }

    private int stored() throws Exception {
        return ((List<?>) Fleet.call(victim, "io.bailiwick.mrealm.get_heartbeats", "n1", null, null, 500)).size();
    }

    private static void print(String what, List<Long> nanos) {
        System.out.printf(
                "calls of another realm, %s: %d, median %.2f ms, p99 %.2f ms, longest %.2f ms%n",
                what,
                nanos.size(),
                nanos.get(nanos.size() / 2) / 1e6,
                nanos.get(nanos.size() * 99 / 100) / 1e6,
                nanos.get(nanos.size() - 1) / 1e6);
    }

    /** Calls at a rate while something happens, whether or not those before were answered: who blocks meets many. */
    private static final class Calls {
        private static final int APART_MILLIS = 20;
        private static final Duration PATIENCE = Duration.ofSeconds(60);

        private interface Happening {
            void happen() throws Exception;
        }

        /** How long each took, sorted. Fails when one has failed, or was not answered. */
        static List<Long> during(ClientSession session, Happening happening) throws Exception {
            ScheduledExecutorService rate = Executors.newSingleThreadScheduledExecutor();
            List<CompletableFuture<Long>> calls = Collections.synchronizedList(new ArrayList<>());
            rate.scheduleAtFixedRate(() -> calls.add(call(session)), 0, APART_MILLIS, TimeUnit.MILLISECONDS);
            try {
                happening.happen();
            } finally {
                rate.shutdown();
            }
            assertTrue(rate.awaitTermination(70, TimeUnit.SECONDS), "the end of the calls");
            List<Long> sorted = new ArrayList<>();
            for (CompletableFuture<Long> call : calls) {
                sorted.add(call.get(70, TimeUnit.SECONDS));
            }
            Collections.sort(sorted);
            return sorted;
        }

        private static CompletableFuture<Long> call(ClientSession session) {
            long begin = System.nanoTime();
            try {
                return session.call(Fleet.MREALM + "get_status", Arguments.NONE, PATIENCE)
                        .thenApply(answer -> System.nanoTime() - begin);
            } catch (RuntimeException failure) {
                return CompletableFuture.failedFuture(failure);
            }
        }
    }
}
