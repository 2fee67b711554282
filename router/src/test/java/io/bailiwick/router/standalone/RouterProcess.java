package io.bailiwick.router.standalone;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.command.Bailiwick;
import io.bailiwick.router.transport.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** {@code bailiwick router run} as a process of its own. */
final class RouterProcess implements AutoCloseable {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
    private final Process process;
    private final Path log;

    private RouterProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts, and waits until it is ready. */
    static RouterProcess start(Ground ground) throws IOException {
        Path log = ground.directory.resolve("router.log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Bailiwick.class.getName(),
                        "router",
                        "run",
                        "--config",
                        ground.file.toString())
                .redirectError(log.toFile())
                .start();
        RouterProcess started = new RouterProcess(process, log);
        // Not closed: the process goes on writing to it.
        BufferedReader out = process.inputReader();
        String line = out.readLine();
        while (line != null && !line.equals("READY")) {
            String[] parts = line.split(" ", 2);
            started.endpoints.put(parts[0], Endpoint.of(parts[1]));
            line = out.readLine();
        }
        if (line == null) {
            throw new IllegalStateException("expected READY, but found the end: " + Files.readString(log));
        }
        return started;
    }

    /** Sends a signal. */
    void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        kill.waitFor();
    }

    /** Sends SIGHUP, and waits until it had its effect. */
    void reload(BooleanSupplier effect) throws IOException, InterruptedException {
        Hangup.send(process);
        await(effect);
    }

    void await(BooleanSupplier condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, Files.readString(log));
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** What it has logged so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Waits for the end; returns the exit code. */
    int end() throws InterruptedException {
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
