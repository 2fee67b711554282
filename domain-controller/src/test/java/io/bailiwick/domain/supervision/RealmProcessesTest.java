package io.bailiwick.domain.supervision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.child.ChildProcess;
import io.bailiwick.router.child.Lifecycle;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The supervision with real processes. The name of a realm says how its controller behaves. */
@Timeout(60)
class RealmProcessesTest {
    private static final Duration DEADLINE = Duration.ofSeconds(40);
    private static final Lifecycle QUICK = new Lifecycle(
            List.of(Duration.ofMillis(50)),
            Duration.ofSeconds(20),
            3,
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1));

    private final ScheduledExecutorService supervisor = Executors.newSingleThreadScheduledExecutor();
    private final BlockingQueue<RealmStatus> changes = new LinkedBlockingQueue<>();
    private final List<Long> pids = new CopyOnWriteArrayList<>();
    private final RealmControllers controllers = new RealmControllers(
            realm -> {
                ChildProcess child = ChildProcess.start(SomeController.command(realm.name()), "{}", line -> {});
                pids.add(child.pid());
                return child;
            },
            supervisor,
            Clock.systemUTC(),
            2,
            changes::add,
            QUICK,
            Duration.ofMillis(500),
            Duration.ofSeconds(3));

    @AfterEach
    void leaveNothingBehind() {
        controllers.close();
        supervisor.shutdownNow();
        pids.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    @Test
    void a_killed_controller_is_back_soon_with_another_process() throws Exception {
        WantedRealm realm = want("ready");
        await(controllers.ready(realm.oid(), DEADLINE));
        long first = statusWhen("ready").pid();
        ProcessHandle.of(first).orElseThrow().destroyForcibly();
        RealmStatus waiting = statusWhen("waiting");
        assertTrue(waiting.reason().startsWith("left with exit code 137 (signal 9)"), waiting.reason());
        RealmStatus back = statusWhen("ready");
        assertNotEquals(first, back.pid());
        assertEquals(1, back.restarts());
    }

    @Test
    void a_controller_that_cannot_start_fails_with_its_last_words_while_others_run() throws Exception {
        WantedRealm broken = want("exits");
        WantedRealm fine = want("ready");
        await(controllers.ready(fine.oid(), DEADLINE));
        ExecutionException failure =
                assertThrows(ExecutionException.class, () -> await(controllers.ready(broken.oid(), DEADLINE)));
        assertInstanceOf(RealmFailedException.class, failure.getCause());
        assertEquals(
                "crash loop, 3 starts within 60 s; the last: left with exit code 3; its last words: the store is locked",
                controllers.statuses().get(broken.oid()).reason());
        assertEquals("ready", controllers.statuses().get(fine.oid()).state());
    }

    @Test
    void a_controller_that_was_stopped_by_a_signal_is_noticed_killed_and_back() throws Exception {
        WantedRealm realm = want("ready");
        await(controllers.ready(realm.oid(), DEADLINE));
        long first = statusWhen("ready").pid();
        new ProcessBuilder("kill", "-STOP", String.valueOf(first)).start().waitFor();
        RealmStatus waiting = statusWhen("waiting");
        assertTrue(
                waiting.reason().startsWith("hung: no sign of life for 3.0 s; the process was stopped by a signal"),
                waiting.reason());
        assertNotEquals(first, statusWhen("ready").pid());
    }

    @Test
    void a_controller_that_loops_is_noticed_with_the_processor_time_it_took() throws Exception {
        want("loops");
        String reason = statusWhen("waiting").reason();
        assertTrue(reason.startsWith("hung: ") && reason.contains("it is busy without end"), reason);
    }

    @Test
    void a_controller_whose_threads_wait_for_each_other_is_noticed_as_that() throws Exception {
        want("deadlocks");
        String reason = statusWhen("waiting").reason();
        assertTrue(reason.startsWith("hung: ") && reason.contains("threads wait for each other"), reason);
    }

    @Test
    void a_controller_that_is_out_of_memory_ends_and_that_is_its_reason() throws Exception {
        want("exhausts");
        String reason = statusWhen("waiting").reason();
        assertTrue(reason.startsWith("out of memory (Java heap space)"), reason);
    }

    @Test
    void unwant_and_close_leave_no_process_behind() throws Exception {
        WantedRealm first = want("ready");
        WantedRealm second = want("ready");
        WantedRealm stubborn = want("stubborn");
        for (WantedRealm realm : List.of(first, second, stubborn)) {
            await(controllers.ready(realm.oid(), DEADLINE));
        }
        await(controllers.unwant(first.oid()));
        assertEquals(2, controllers.statuses().size());
        controllers.close();
        assertEquals(3, pids.size());
        for (long pid : pids) {
            assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false), "pid " + pid);
        }
        assertTrue(controllers.statuses().isEmpty());
    }

    private WantedRealm want(String behaviour) {
        WantedRealm realm = new WantedRealm(UUID.randomUUID(), behaviour);
        controllers.want(realm);
        return realm;
    }

    private RealmStatus statusWhen(String state) throws InterruptedException {
        RealmStatus status = changes.take();
        while (!status.state().equals(state)) {
            status = changes.take();
        }
        return status;
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(50, TimeUnit.SECONDS);
    }
}
