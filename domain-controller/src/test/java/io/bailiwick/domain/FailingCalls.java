package io.bailiwick.domain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Lets system calls of a running process fail from now on, by strace; until it ends, or until this is closed. */
final class FailingCalls {
    /** Something that fails until this is closed. */
    interface Failure extends AutoCloseable {
        @Override
        void close();
    }

    private static final String ATTACHED = "TracerPid:\t";

    private FailingCalls() {}

    /**
     * Begins.
     *
     * @param pid the process; where it is in a sandbox, what runs in that
     * @param calls their names, with commas between them
     * @param error as {@code EIO}
     * @param first the number of the first call of each thread that fails
     * @return empty where there is no strace, or it may not do that
     */
    static Optional<Failure> of(long pid, String calls, String error, int first) throws Exception {
        return ofThreads(leaf(pid), calls, error, first);
    }

    private static long leaf(long pid) {
        return ProcessHandle.of(pid).stream()
                .filter(process -> process.info().command().orElse("").endsWith("bwrap"))
                .flatMap(ProcessHandle::descendants)
                .filter(each -> each.children().findAny().isEmpty())
                .mapToLong(ProcessHandle::pid)
                .findFirst()
                .orElse(pid);
    }

    private static Optional<Failure> ofThreads(long pid, String calls, String error, int first) throws Exception {
        Process strace;
        try {
            strace = new ProcessBuilder(List.of(
                            "strace",
                            "-f",
                            "-qq",
                            "-o",
                            "/dev/null",
                            "-e",
                            "trace=" + calls,
                            "-e",
                            "inject=" + calls + ":error=" + error + ":when=" + first + "+",
                            "-p",
                            String.valueOf(pid)))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException none) {
            System.out.println("no system call can be made to fail: " + none.getMessage());
            return Optional.empty();
        }
        Fleet.until("strace", () -> !strace.isAlive() || isAttached(pid));
        if (!strace.isAlive()) {
            System.out.println("no system call can be made to fail: strace left with " + strace.exitValue());
            return Optional.empty();
        }
        return Optional.of(() -> end(strace));
    }

    /** Whether each thread of the process is watched. */
    private static boolean isAttached(long pid) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
            for (Path task : tasks.toList()) {
                String status = Files.readString(task.resolve("status"));
                if (status.contains(ATTACHED + "0\n")) {
                    return false;
                }
            }
        }
        return true;
    }

    private static void end(Process strace) {
        strace.destroy();
        if (strace.onExit()
                .completeOnTimeout(strace, 20, TimeUnit.SECONDS)
                .join()
                .isAlive()) {
            strace.destroyForcibly();
        }
    }
}
