package io.bailiwick.domain;

import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.command.MasterFile;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Real processes for end-to-end tests: a master, its realm controllers, node agents. Everything is stopped by pid. */
final class Fleet implements AutoCloseable {
    static final String DOMAIN = "com.crossbario.fabric";
    static final String MREALM = "crossbarfabriccenter.mrealm.";
    static final String REMOTE = "crossbarfabriccenter.remote.node.";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final Path directory = Files.createTempDirectory("fleet-");
    final Path data = directory.resolve("master");
    private final Network network = Network.open(1);
    private final ExecutorService callbacks = Executors.newFixedThreadPool(2);
    /** What the processes have in their environment besides what we have. */
    final Map<String, String> environment = new LinkedHashMap<>();

    private final Map<String, Process> processes = new LinkedHashMap<>();
    private final List<ClientSession> sessions = new ArrayList<>();
    private final Programs programs;
    private String url = "";

    Fleet() throws IOException {
        this(Programs.COMPILED);
    }

    /** Of processes that are started from these. */
    Fleet(Programs programs) throws IOException {
        this.programs = programs;
        programs.prepare(data);
    }

    /** Starts the master, or starts it again, and waits until it serves. */
    Process startMaster(String... more) throws Exception {
        Process master = beginMaster(more);
        url = until("the master", () -> {
            if (!master.isAlive()) {
                throw new AssertionError("the master ended: " + log("master"));
            }
            return MasterFile.url(data).orElse(null);
        });
        return master;
    }

    /** Starts the master again, and does not wait for it. */
    Process beginMaster(String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("master", "run", "--data", data.toString(), "--listen"));
        arguments.add(
                url.isEmpty()
                        ? "tcp://127.0.0.1:0"
                        : "tcp://127.0.0.1:" + Endpoint.of(url).port());
        arguments.addAll(List.of(more));
        Files.deleteIfExists(data.resolve("master.json"));
        return start("master", arguments);
    }

    /** Starts a node agent, or starts it again; its public key. */
    String startNode(String name) throws Exception {
        Path home = directory.resolve(name);
        start(name, List.of("node", "run", "--directory", home.toString(), "--url", url, "--heartbeat", "1"));
        until("the key of " + name, () -> Files.exists(home.resolve("key.pub")) ? home : null);
        return KeyFiles.readPublicKey(home.resolve("key.pub")).hex();
    }

    /** Runs one command of the command line in a process of its own; stdout and stderr, one after the other. */
    Outcome run(String... arguments) throws Exception {
        Path out = Files.createTempFile(directory, "command-", ".out");
        Path err = Files.createTempFile(directory, "command-", ".err");
        Process process = new ProcessBuilder(command(List.of(arguments)))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the command did not end: " + List.of(arguments));
        }
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** What came of a command. */
    record Outcome(int exitCode, String out, String err) {}

    Process start(String name, List<String> arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(arguments));
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(name + ".log").toFile()))
                .start();
        Process before = processes.put(name, process);
        if (before != null && before.isAlive()) {
            throw new AssertionError(name + " runs already");
        }
        return process;
    }

    private List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m"));
        command.addAll(programs.flags(arguments));
        command.add("io.bailiwick.router.command.Bailiwick");
        command.addAll(arguments);
        return command;
    }

    Process process(String name) {
        return processes.get(name);
    }

    String url() {
        return url;
    }

    Path superuserKeyFile() {
        return MasterFile.superuserKey(data);
    }

    SigningKey superuserKey() throws IOException {
        return KeyFiles.readSigningKey(superuserKeyFile());
    }

    /** A session of the superuser in a realm. */
    ClientSession join(String realm) throws Exception {
        return join(Identity.of(realm, null, null, superuserKey()));
    }

    ClientSession join(Identity identity) throws Exception {
        var connector = network.connector(Endpoint.of(url), Format.CBOR, Optional.empty());
        ClientSession session = Client.join(connector, identity, callbacks).get(30, TimeUnit.SECONDS);
        synchronized (sessions) {
            sessions.add(session);
        }
        return session;
    }

    /** The first result of a call. */
    static Object call(ClientSession session, String procedure, Object... arguments) throws Exception {
        return session.call(procedure, Arguments.of(arguments), PATIENCE)
                .get(PATIENCE.toSeconds() + 5, TimeUnit.SECONDS)
                .list()
                .get(0);
    }

    @SuppressWarnings("unchecked") // a dictionary on the wire has text keys
    static Map<String, Object> dictionary(ClientSession session, String procedure, Object... arguments)
            throws Exception {
        return (Map<String, Object>) call(session, procedure, arguments);
    }

    /** The process id of the realm's controller, or -1. */
    static long controllerPid(ClientSession domain, String realm) throws Exception {
        Object controller =
                dictionary(domain, MREALM + "get_mrealm_by_name", realm).get("controller");
        return controller instanceof Map<?, ?> known && known.get("pid") instanceof Number pid ? pid.longValue() : -1;
    }

    /** Waits for a condition: an answer that is not null, false or an exception. An AssertionError ends it at once. */
    static <T> T until(String what, Callable<T> attempt) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Exception last = null;
        while (System.nanoTime() < end) {
            try {
                T answer = attempt.call();
                if (answer != null && !Boolean.FALSE.equals(answer)) {
                    return answer;
                }
            } catch (Exception notYet) {
                last = notYet;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError("waited " + PATIENCE.toSeconds() + " s for " + what, last);
    }

    String log(String name) {
        try {
            return Files.readString(directory.resolve(name + ".log"));
        } catch (IOException none) {
            return "no log";
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (sessions) {
            sessions.forEach(ClientSession::close);
        }
        List<ProcessHandle> all = new ArrayList<>();
        for (Process process : processes.values()) {
            process.descendants().forEach(all::add);
            all.add(process.toHandle());
            process.destroy();
        }
        for (ProcessHandle process : all) {
            process.onExit().completeOnTimeout(process, 30, TimeUnit.SECONDS).join();
            if (process.isAlive()) {
                process.destroyForcibly();
                throw new AssertionError("process " + process.pid() + " did not stop: " + process.info());
            }
        }
        callbacks.shutdownNow();
        network.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
