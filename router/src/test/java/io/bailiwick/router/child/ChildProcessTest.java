package io.bailiwick.router.child;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ChildProcessTest {
    private static final String SETTINGS = "{\"secret\":\"s3cret-value\"}";
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private final List<ChildProcess> children = new ArrayList<>();

    @AfterEach
    void leaveNothingBehind() {
        children.forEach(child -> ProcessHandle.of(child.pid()).ifPresent(ProcessHandle::destroyForcibly));
    }

    @Test
    void a_child_gets_its_settings_says_ready_and_leaves_when_its_stdin_ends() throws Exception {
        ChildProcess child = start("ready");
        await(child.ready());
        assertTrue(ProcessHandle.of(child.pid()).orElseThrow().isAlive());
        assertEquals("settings of " + SETTINGS.length() + " characters", log.take());
        assertEquals(0, await(child.stop(LONG)));
        assertEquals(0, await(child.exited()));
        assertTrue(log.isEmpty());
    }

    @Test
    void a_child_that_leaves_before_ready_tells_why() throws Exception {
        ChildProcess child = start("exits");
        ChildLeftException failure = assertInstanceOf(
                ChildLeftException.class,
                assertThrows(ExecutionException.class, () -> await(child.ready()))
                        .getCause());
        assertEquals("left with exit code 3; its last words: the store is locked", failure.getMessage());
        assertEquals(3, await(child.exited()));
    }

    @Test
    void what_a_child_wrote_last_is_known_when_it_has_left() throws Exception {
        ChildProcess child = start("ready-then-exits");
        assertEquals(4, await(child.exited()));
        await(child.ready());
        assertEquals(List.of("something broke"), child.lastLines());
    }

    @Test
    void a_child_that_is_never_ready_can_be_stopped() throws Exception {
        ChildProcess child = start("never-ready");
        assertFalse(child.ready().isDone());
        assertEquals(143, await(child.stop(SHORT)));
        assertThrows(ExecutionException.class, () -> await(child.ready()));
    }

    @Test
    void the_first_step_of_a_stop_is_the_end_of_stdin_and_needs_no_signal() throws Exception {
        ChildProcess child = start("ready");
        await(child.ready());
        assertEquals(0, await(child.stop(LONG)));
    }

    @Test
    void the_second_step_of_a_stop_is_sigterm_after_the_grace() throws Exception {
        ChildProcess child = start("deaf");
        await(child.ready());
        long begin = System.nanoTime();
        assertEquals(143, await(child.stop(SHORT)));
        assertTrue(System.nanoTime() - begin >= SHORT.toNanos());
    }

    @Test
    void the_third_step_of_a_stop_is_sigkill_after_the_same_grace_again() throws Exception {
        ChildProcess child = start("stubborn");
        await(child.ready());
        long begin = System.nanoTime();
        assertEquals(137, await(child.stop(SHORT)));
        assertTrue(System.nanoTime() - begin >= 2 * SHORT.toNanos());
    }

    @Test
    void a_child_that_does_not_read_its_settings_can_still_be_stopped() throws Exception {
        // Larger than any pipe: the write of it is still under way when the stop begins.
        ChildProcess child = keep(ChildProcess.start(TestChild.command("never-reads"), "x".repeat(900_000), log::add));
        await(child.ready());
        assertEquals(143, await(child.stop(SHORT)));
    }

    @Test
    void what_a_killed_child_has_started_is_killed_with_it() throws Exception {
        ChildProcess child = start("breeds");
        await(child.ready());
        long grandchild = Long.parseLong(log.take().substring("grandchild ".length()));
        await(child.stop(SHORT));
        awaitGone(grandchild);
    }

    @Test
    void noise_does_not_fill_the_memory_nor_stop_the_child() throws Exception {
        ChildProcess child = start("noisy");
        await(child.ready());
        List<String> last = child.lastLines();
        assertTrue(last.size() <= 50, "lines " + last.size());
        assertTrue(last.stream().allMatch(line -> line.length() <= Lines.MAX_LENGTH));
        assertTrue(log.contains("READY?"), "only the whole word is the word");
        await(child.stop(LONG));
        assertTrue(log.size() >= 20_000);
    }

    @Test
    void a_log_that_fails_does_not_stop_the_child() throws Exception {
        ChildProcess child = keep(ChildProcess.start(TestChild.command("noisy"), SETTINGS, line -> {
            throw new IllegalStateException("disk full");
        }));
        await(child.ready());
        assertEquals(0, await(child.stop(LONG)));
    }

    @Test
    void settings_are_neither_in_the_arguments_nor_in_the_environment() throws Exception {
        ChildProcess child = start("shows-environment");
        await(child.ready());
        await(child.stop(LONG));
        assertEquals(2, log.size());
        assertTrue(log.stream().noneMatch(line -> line.contains("s3cret-value")));
    }

    @Test
    void a_child_in_surroundings_of_its_own_has_nothing_of_our_environment_and_works_elsewhere(@TempDir Path home)
            throws Exception {
        ChildProcess.Surroundings around = ChildProcess.Surroundings.bare(Map.of("OWN", "1"), home);
        ChildProcess child =
                keep(ChildProcess.start(TestChild.command("shows-environment"), around, SETTINGS, log::add));
        await(child.ready());
        await(child.stop(LONG));
        String environment = log.stream()
                .filter(line -> line.startsWith("environment"))
                .findFirst()
                .orElseThrow();
        assertTrue(environment.contains("OWN=1"), environment);
        assertFalse(environment.contains("PATH="), environment);
        log.clear();
        ChildProcess other = keep(ChildProcess.start(TestChild.command("shows-directory"), around, SETTINGS, log::add));
        await(other.ready());
        assertEquals(home.toRealPath().toString(), log.take());
    }

    @Test
    void a_child_has_none_of_our_open_files(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("ours"), "x");
        try (FileInputStream open = new FileInputStream(file.toFile())) {
            ChildProcess child = start("shows-files");
            await(child.ready());
            await(child.stop(LONG));
            assertTrue(open.available() > 0);
        }
        assertFalse(log.isEmpty());
        assertTrue(log.stream().noneMatch(line -> line.endsWith("ours")), log.toString());
    }

    @Test
    void a_sign_of_life_comes_from_the_thread_that_works_with_one_line_of_what_is_wrong() throws Exception {
        ChildProcess child = start("works");
        await(child.ready());
        assertEquals("the disk is full", await(child.ping()));
        assertEquals("the disk is full", await(child.ping()));
        assertTrue(log.isEmpty(), "signs of life are not its log");
    }

    @Test
    void a_child_whose_thread_does_not_come_to_its_work_gives_no_sign_and_tells_what_its_threads_do() throws Exception {
        ChildProcess child = start("stuck");
        await(child.ready());
        CompletableFuture<String> first = child.ping();
        child.ping();
        child.dumpThreads();
        String line = log.poll(40, TimeUnit.SECONDS);
        while (line != null && !line.contains("the-worker")) {
            line = log.poll(40, TimeUnit.SECONDS);
        }
        assertTrue(line != null, "the dump names the thread");
        assertFalse(first.isDone());
        assertEquals(137, await(child.kill()));
    }

    @Test
    void a_child_that_was_stopped_by_a_signal_is_seen_to_be_and_can_be_killed() throws Exception {
        ChildProcess child = start("works");
        await(child.ready());
        assertFalse(child.vitals().stopped());
        new ProcessBuilder("kill", "-STOP", String.valueOf(child.pid())).start().waitFor();
        while (!child.vitals().stopped()) {
            Thread.onSpinWait();
        }
        assertTrue(child.vitals().processor().isPresent());
        assertEquals(137, await(child.kill()));
    }

    @Test
    void a_child_that_is_out_of_memory_ends_and_that_is_its_reason() throws Exception {
        List<String> command = TestChild.command("exhausts");
        command.add(1, "-XX:+ExitOnOutOfMemoryError");
        ChildProcess child = keep(ChildProcess.start(command, SETTINGS, log::add));
        int code = await(child.exited());
        String reason = new ChildLeftException(code, child.lastLines()).getMessage();
        assertTrue(reason.startsWith("out of memory (Java heap space): left with exit code 3"), reason);
    }

    @Test
    void settings_of_two_lines_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> ChildProcess.start(List.of("true"), "{\n}", log::add));
    }

    @Test
    void a_command_that_does_not_exist_is_named_with_the_reason() {
        IOException failure = assertThrows(
                IOException.class, () -> ChildProcess.start(List.of("/nowhere/java", "-version"), "{}", log::add));
        // The words between are the JDK's, and differ from one to the next.
        assertTrue(failure.getMessage().startsWith("cannot start /nowhere/java: "), failure.getMessage());
        assertTrue(failure.getMessage().contains("No such file or directory"), failure.getMessage());
    }

    @Test
    void a_bad_flag_of_the_jvm_is_told() throws Exception {
        List<String> command = TestChild.command("ready");
        command.add(1, "-XX:+NoSuchFlag");
        ChildProcess child = keep(ChildProcess.start(command, "{}", log::add));
        String text = assertThrows(ExecutionException.class, () -> await(child.ready()))
                .getMessage();
        assertTrue(text.contains("left with exit code 1") && text.contains("NoSuchFlag"), text);
    }

    @Test
    void a_child_leaves_when_its_parent_is_killed() throws Exception {
        ChildProcess parent = start("grandparent");
        await(parent.ready());
        long child = Long.parseLong(log.take().substring("child ".length()));
        assertTrue(ProcessHandle.of(child).orElseThrow().isAlive());
        ProcessHandle.of(parent.pid()).orElseThrow().destroyForcibly();
        assertEquals(137, await(parent.exited()));
        awaitGone(child);
    }

    private ChildProcess start(String behaviour) throws IOException {
        return keep(ChildProcess.start(TestChild.command(behaviour), SETTINGS, log::add));
    }

    private ChildProcess keep(ChildProcess child) {
        children.add(child);
        return child;
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(40, TimeUnit.SECONDS);
    }

    private static void awaitGone(long pid) throws Exception {
        ProcessHandle.of(pid).map(ProcessHandle::onExit).ifPresent(gone -> gone.orTimeout(40, TimeUnit.SECONDS)
                .join());
        assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    }

    @Test
    void nobody_reads_on_for_a_child_that_has_left_what_its_descendants_write() throws Exception {
        // The grandchild holds the pipes, waits for longer than they are drained, and speaks for as long as it is
        // heard.
        String grandchild = "(trap '' PIPE; sleep 2; while echo late >&2; do sleep 0.05; done) & exit 0";
        ChildProcess child = keep(ChildProcess.start(List.of("sh", "-c", grandchild), "{}", log::add));
        assertEquals(0, await(child.exited()));
        String reader = "child-" + child.pid() + "-stderr";
        long deadline = System.nanoTime() + LONG.toNanos();
        while (Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(reader))) {
            assertTrue(System.nanoTime() < deadline, "the reader goes on");
            Thread.onSpinWait();
        }
        assertTrue(log.size() <= 1, () -> "lines " + log);
    }
}
