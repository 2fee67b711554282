package io.bailiwick.router.child;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A started child JVM. It is given its settings on stdin, says READY on stdout as the last step of its start, and leaves
 * when its stdin ends. So it needs no port and no file to be watched by, and cannot outlive its parent.
 */
public final class ChildProcess implements Child {
    static final String READY = "READY";
    /** A question for a sign of life, on stdin, with its number. */
    static final String PING = "PING ";
    /** The answer, on stdout, with the number of the question and what is wrong. */
    static final String PONG = "PONG ";

    private static final int REMEMBERED_LINES = 50;

    /** How long a pipe may stay open after the child has left: somebody else may hold its other end. */
    private static final long DRAIN_MILLIS = 1000;

    private final Process process;
    private final Consumer<String> log;
    private final Deque<String> lastLines = new ArrayDeque<>();
    private final CompletableFuture<Void> written = new CompletableFuture<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Integer> exited;
    /** The last question; guarded by this. */
    private Question question = new Question(0, CompletableFuture.completedFuture(""));

    private record Question(long number, CompletableFuture<String> answer) {}

    /**
     * What surrounds a child in place of what surrounds us. It has none of our open files: those that are not its pipes are closed in
     * it.
     *
     * @param environment all of its environment
     * @param directory the directory it works in
     */
    public record Surroundings(Map<String, String> environment, Path directory) {
        private static final Set<String> SPEECH = Set.of("LANG", "LANGUAGE", "TZ");

        /** Copies the map. */
        public Surroundings {
            environment = Map.copyOf(environment);
        }

        /** Of our environment only what says in which language and time zone the machine speaks, and some more. */
        public static Surroundings bare(Map<String, String> more, Path directory) {
            Map<String, String> environment = new HashMap<>();
            System.getenv().forEach((name, value) -> {
                if (SPEECH.contains(name) || name.startsWith("LC_")) {
                    environment.put(name, value);
                }
            });
            environment.putAll(more);
            return new Surroundings(environment, directory);
        }
    }

    private ChildProcess(Process process, Consumer<String> log) {
        this.process = process;
        this.log = log;
        CompletableFuture<?> stdout = read("stdout", process.getInputStream(), this::stdout);
        CompletableFuture<?> stderr = read("stderr", process.getErrorStream(), this::remember);
        CompletableFuture<?> drained = CompletableFuture.allOf(stdout, stderr);
        // What it wrote last is why it left: that must be read before anybody is told.
        this.exited = process.onExit().thenCompose(left -> drained.copy()
                .completeOnTimeout(null, DRAIN_MILLIS, TimeUnit.MILLISECONDS)
                .handle((none, failure) -> {
                    closeOutputs();
                    return left.exitValue();
                }));
        exited.thenAccept(code -> ready.completeExceptionally(new ChildLeftException(code, lastLines())));
    }

    /**
     * Starts a child.
     *
     * @param command java, its flags, the class path and the main class: no secret, for everybody can read it
     * @param settings one line of JSON (no line break), written to stdin, which then stays open
     * @param log takes each line the child writes to stderr, and what it writes to stdout besides READY; called by
     *     one thread at a time, and must return soon: the child waits for it once its pipe is full
     * @throws IOException when the process cannot be started, naming the command and the reason
     */
    public static ChildProcess start(List<String> command, String settings, Consumer<String> log) throws IOException {
        return start(new ProcessBuilder(command), settings, log);
    }

    /** As {@link #start(List, String, Consumer)}, in surroundings of its own in place of ours. */
    public static ChildProcess start(List<String> command, Surroundings around, String settings, Consumer<String> log)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(around.directory().toFile());
        builder.environment().clear();
        builder.environment().putAll(around.environment());
        return start(builder, settings, log);
    }

    private static ChildProcess start(ProcessBuilder builder, String settings, Consumer<String> log)
            throws IOException {
        if (settings.indexOf('\n') >= 0 || settings.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("settings: expected one line, but found a line break");
        }
        Process process = null;
        try {
            process = builder.start();
            ChildProcess child = new ChildProcess(process, log);
            child.thread("stdin", () -> child.write(settings));
            return child;
        } catch (IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("cannot start " + builder.command().get(0) + ": " + cause.getMessage(), e);
        } catch (OutOfMemoryError e) {
            // This is how the JVM says that the system gives it no more threads. Nobody would watch the child.
            if (process != null) {
                process.destroyForcibly();
            }
            throw new IOException("cannot start " + builder.command().get(0) + ": " + e.getMessage(), e);
        }
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public CompletableFuture<Void> ready() {
        return ready.copy();
    }

    @Override
    public CompletableFuture<Integer> exited() {
        return exited.copy();
    }

    @Override
    public List<String> lastLines() {
        synchronized (lastLines) {
            return List.copyOf(lastLines);
        }
    }

    @Override
    public CompletableFuture<Integer> stop(Duration grace) {
        // Not before the settings are written: the child would see half of them. If it does not read, SIGTERM comes
        // next.
        written.thenRun(this::closeStdin);
        unlessLeftWithin(grace, () -> {
            process.destroy();
            unlessLeftWithin(grace, this::end);
        });
        return exited();
    }

    private void unlessLeftWithin(Duration grace, Runnable next) {
        exited().orTimeout(grace.toMillis(), TimeUnit.MILLISECONDS).whenComplete((code, failure) -> {
            if (failure instanceof TimeoutException) {
                next.run();
            }
        });
    }

    @Override
    public CompletableFuture<Integer> kill() {
        end();
        return exited();
    }

    @Override
    public CompletableFuture<String> ping() {
        Question asked;
        synchronized (this) {
            if (!question.answer().isDone()) {
                return question.answer().copy();
            }
            asked = new Question(question.number() + 1, new CompletableFuture<>());
            question = asked;
        }
        try {
            // One question at a time: the pipe has room for it, whatever the child does.
            OutputStream stdin = process.getOutputStream();
            stdin.write((PING + asked.number() + "\n").getBytes(StandardCharsets.UTF_8));
            stdin.flush();
        } catch (IOException e) {
            // The child is leaving, which is told by exited().
            return asked.answer().copy();
        }
        return asked.answer().copy();
    }

    @Override
    public void dumpThreads() {
        // Whoever stands between us and the JVM, to shield or to bound it, would end of this signal.
        Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .filter(each -> each.children().findAny().isEmpty())
                .forEach(each -> quit(each.pid()));
    }

    private static void quit(long pid) {
        try {
            new ProcessBuilder("kill", "-QUIT", String.valueOf(pid))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // Where there is no such command, there will be no such text in the log.
            return;
        }
    }

    @Override
    public Vitals vitals() {
        return Vitals.of(process.toHandle());
    }

    private void end() {
        // Asked for first: afterwards nobody knows any more whose they were.
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
    }

    private void stdout(String line) {
        if (line.equals(READY)) {
            ready.complete(null);
        } else if (!isAnswer(line)) {
            remember(line);
        }
    }

    /** Only the answer to the question that is open is one: whatever else a child may say goes into its log. */
    private boolean isAnswer(String line) {
        Question open;
        synchronized (this) {
            open = question;
        }
        String expected = PONG + open.number();
        if (!line.equals(expected) && !line.startsWith(expected + " ")) {
            return false;
        }
        return open.answer().complete(line.substring(expected.length()).strip());
    }

    private void remember(String line) {
        synchronized (lastLines) {
            if (lastLines.size() == REMEMBERED_LINES) {
                lastLines.removeFirst();
            }
            lastLines.addLast(line);
            try {
                log.accept(line);
            } catch (RuntimeException e) {
                // A log that fails must not end the reading: the child would wait on a full pipe for ever.
                return;
            }
        }
    }

    private void write(String settings) {
        try {
            OutputStream stdin = process.getOutputStream();
            stdin.write((settings + "\n").getBytes(StandardCharsets.UTF_8));
            stdin.flush();
        } catch (IOException e) {
            // The child has left, or closed its stdin: then it will leave, and that is told by exited().
            return;
        } finally {
            written.complete(null);
        }
    }

    private void closeStdin() {
        close(process.getOutputStream());
    }

    /** What somebody else still writes into the pipes of a child that has left is not read: its next word ends a reader. */
    private void closeOutputs() {
        close(process.getInputStream());
        close(process.getErrorStream());
    }

    private static void close(Closeable pipe) {
        try {
            pipe.close();
        } catch (IOException e) {
            // Closed already, or the child has left.
            return;
        }
    }

    private CompletableFuture<Void> read(String name, InputStream in, Consumer<String> lines) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        thread(name, () -> {
            try (in) {
                Lines.read(in, lines);
            } catch (IOException e) {
                // The pipe was closed under the reader because the child has left.
                return;
            } finally {
                done.complete(null);
            }
        });
        return done;
    }

    private void thread(String name, Runnable work) {
        Thread thread = new Thread(work, "child-" + process.pid() + "-" + name);
        thread.setDaemon(true);
        thread.start();
    }
}
