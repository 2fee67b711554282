package io.bailiwick.bench.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that is measured: a process on the servers' processor. Its output is in a file. */
public final class ServerProcess implements AutoCloseable {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    /** Of a processor, while it rests; and how long that is looked at. */
    private static final double REST = 0.1;

    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(300);
    private static final double NANOS = 1e9;

    private static final double KILO = 1024;

    private final String name;
    private final Process process;
    private final Path log;
    private int port;

    private ServerProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * What to start.
     *
     * @param directory where, and where its output goes
     * @param pinned whether it has the servers' processor; else it takes any
     */
    public record Start(
            String name, List<String> command, Path directory, Map<String, String> environment, boolean pinned) {
        /** A server on the servers' processor. */
        public Start(String name, List<String> command, Path directory, Map<String, String> environment) {
            this(name, command, directory, environment, true);
        }

        private ServerProcess launch() throws IOException {
            Files.createDirectories(directory);
            Path log = directory.resolve("output.txt");
            ProcessBuilder builder = new ProcessBuilder(pinned ? Machine.pinned(command) : Machine.anywhere(command))
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            return new ServerProcess(name, builder.start(), log);
        }
    }

    /** Starts a server that prints its port as group 1 of one pattern, and then something that fits another. */
    public static ServerProcess start(Start start, Pattern portPattern, Pattern ready) throws IOException {
        ServerProcess server = start.launch();
        server.await("its port and that it is ready", () -> {
            String output = Files.readString(server.log);
            Matcher found = portPattern.matcher(output);
            if (!found.find() || !ready.matcher(output).find()) {
                return false;
            }
            server.port = Integer.parseInt(found.group(1));
            return true;
        });
        return server;
    }

    /** Starts a server that was told its port, and waits until somebody listens there. */
    public static ServerProcess start(Start start, int port) throws IOException {
        ServerProcess server = start.launch();
        server.port = port;
        server.await("it to listen on port " + port, () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                return true;
            } catch (IOException notYet) {
                return false;
            }
        });
        return server;
    }

    /** A port that is free now. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private void await(String what, Condition condition) throws IOException {
        long end = System.nanoTime() + PATIENCE;
        while (!condition.holds()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                close();
                String output = Files.readString(log);
                throw new IOException(name + ": expected " + what + ", but found: "
                        + output.substring(Math.max(0, output.length() - 2_000)));
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** The process, for who wants to look into it. */
    public long pid() {
        return process.pid();
    }

    /** Processor seconds that it and its children have used. */
    public double cpu() {
        return Machine.cpu(process.toHandle());
    }

    /** Processor seconds that a JVM's compilers have used, in it and its children; 0 where there are none. */
    public double compilers() {
        return Machine.compilers(process.toHandle());
    }

    /**
     * Waits until it has next to nothing to do.
     *
     * @throws IllegalStateException when it goes on for a minute
     */
    public void awaitRest() {
        long end = System.nanoTime() + PATIENCE;
        while (System.nanoTime() < end) {
            double before = cpu();
            long began = System.nanoTime();
            LockSupport.parkNanos(LOOK);
            if ((cpu() - before) / ((System.nanoTime() - began) / NANOS) < REST) {
                return;
            }
        }
        throw new IllegalStateException("expected " + name + " to come to rest, but it goes on");
    }

    /** Resident kilobytes of it and its children. */
    public long residentKilobytes() {
        return Machine.residentKilobytes(process.toHandle());
    }

    /** Kilobytes of the heap that are alive after a full collection; not a number where it is no JVM. */
    public double liveKilobytes() throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process asked = new ProcessBuilder(jcmd.toString(), Long.toString(pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines = asked.inputReader()) {
            return lines.lines()
                    .filter(line -> line.startsWith("Total "))
                    .mapToDouble(line -> Long.parseLong(line.trim().split("\\s+")[2]) / KILO)
                    .findFirst()
                    .orElse(Double.NaN);
        }
    }

    /** As its users end it: a signal, and time for the close. */
    public void stop() {
        process.destroy();
        try {
            process.waitFor(PATIENCE, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it and what it started, without a word. */
    public void kill() {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.forEach(each -> each.onExit().join());
    }

    /** Ends it and what it started. */
    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
