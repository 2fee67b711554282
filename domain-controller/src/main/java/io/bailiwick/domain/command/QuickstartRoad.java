package io.bailiwick.domain.command;

import io.bailiwick.domain.admission.DomainAdmission;
import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.client.JoinRefusedException;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.command.MasterFile;
import io.bailiwick.router.command.Output;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.Network;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What the quickstart starts, knows and does; {@link QuickstartCommand} says in which order. */
final class QuickstartRoad implements AutoCloseable {
    private static final String REALM = "quickstart";
    private static final String DOMAIN = "com.crossbario.fabric";
    private static final String MREALM = "crossbarfabriccenter.mrealm.";
    private static final String REMOTE = "crossbarfabriccenter.remote.node.";
    private static final List<String> NODES = List.of("node1", "node2");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path directory;
    private final PrintWriter out;
    private final Network network = Network.open(1);
    private final ExecutorService callbacks = Executors.newSingleThreadExecutor();
    private final Map<String, Process> processes = new LinkedHashMap<>();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private String url = "";
    private @Nullable ClientSession domain;
    private @Nullable ClientSession realm;

    QuickstartRoad(Path directory, PrintWriter out) {
        this.directory = directory;
        this.out = out;
    }

    String startMaster() throws Exception {
        Path data = directory.resolve("master");
        Process master = start("master", "master", "run", "--data", data.toString(), "--listen", "tcp://127.0.0.1:0");
        url = until("the master says where it listens", () -> {
            if (!master.isAlive()) {
                throw new IOException("the master ended with exit code " + master.exitValue());
            }
            return MasterFile.url(data).orElse(null);
        });
        return "pid " + master.pid() + ", " + url;
    }

    String createRealm() throws Exception {
        domain = join(DOMAIN, null, superuserKey());
        subscribe(domain, MREALM + "on_", MatchPolicy.PREFIX);
        call(domain, MREALM + "create_mrealm", Map.of("name", REALM));
        realm = join(REALM, null, superuserKey());
        subscribe(realm, MREALM + "on_node_", MatchPolicy.PREFIX);
        subscribe(realm, "crossbarfabriccenter.node.on_heartbeat", MatchPolicy.EXACT);
        return "\"" + REALM + "\", its controller is process " + controllerPid();
    }

    String pairNodes() throws Exception {
        for (String node : NODES) {
            start(node, "node", "run", "--directory", nodeDirectory(node).toString(), "--url", url, "--heartbeat", "1");
        }
        for (String node : NODES) {
            Path keyFile = nodeDirectory(node).resolve("key.pub");
            until(node + " makes its key", () -> Files.exists(keyFile) ? keyFile : null);
            String key = KeyFiles.readPublicKey(keyFile).hex();
            call(joined(domain), MREALM + "pair_node", key, REALM, node, Map.of());
        }
        until("both nodes are online", () -> onlineNodes().equals(NODES) ? NODES : null);
        return String.join(", ", NODES);
    }

    String callNodes() throws Exception {
        List<String> told = new ArrayList<>();
        for (String node : NODES) {
            // A node is online from the moment it joins; its procedures follow one by one.
            Map<String, @Nullable Object> status = until(
                    "the procedures of " + node, () -> dictionary(call(joined(realm), REMOTE + "get_status", node)));
            Map<String, @Nullable Object> stats = until(
                    "the figures of " + node, () -> dictionary(call(joined(realm), REMOTE + "get_system_stats", node)));
            told.add(node + " has pid " + status.get("controller_pid") + " and "
                    + Output.json(((Map<?, ?>) nonNull(stats.get("memory"), "memory")).get("percent"))
                    + " % of its memory in use");
        }
        for (String node : NODES) {
            until("a heartbeat of " + node, () -> seen.contains("heartbeat of " + node) ? node : null);
        }
        return String.join("; ", told);
    }

    String killController() throws Exception {
        long before = controllerPid();
        Map<String, Object> sessions = nodeSessions();
        int stored = until("a stored heartbeat", () -> storedHeartbeats() == 0 ? null : storedHeartbeats());
        ProcessHandle.of(before).orElseThrow().destroyForcibly();
        long after = until("another realm controller", () -> {
            long pid = controllerPid();
            return pid == before || pid < 0 ? null : pid;
        });
        until("the realm's procedures", () -> dictionary(call(joined(realm), MREALM + "get_status")));
        until("both nodes online", () -> onlineNodes().equals(NODES) ? NODES : null);
        if (!nodeSessions().equals(sessions)) {
            throw new IOException(
                    "expected the nodes to keep their sessions " + sessions + ", but they have " + nodeSessions());
        }
        if (storedHeartbeats() < stored) {
            throw new IOException(
                    "expected at least " + stored + " stored heartbeats, but found " + storedHeartbeats());
        }
        return "process " + before + " is now " + after + ", both nodes kept their sessions, all " + stored
                + " stored heartbeats are there";
    }

    String refuseStranger() throws Exception {
        try {
            join(null, "node", SigningKey.generate()).close();
        } catch (CompletionException | java.util.concurrent.ExecutionException failure) {
            if (failure.getCause() instanceof JoinRefusedException refused
                    && refused.reason().equals(DomainAdmission.NODE_WAITING)) {
                return refused.reason();
            }
            throw failure;
        }
        throw new IOException("expected the router to refuse an unpaired key, but it let it in");
    }

    String stopAll() throws Exception {
        closeSessions();
        List<ProcessHandle> all = new ArrayList<>();
        processes.values().forEach(process -> {
            all.add(process.toHandle());
            process.descendants().forEach(all::add);
        });
        List<String> names = new ArrayList<>(processes.keySet());
        java.util.Collections.reverse(names);
        for (String name : names) {
            Process process = nonNull(processes.get(name), name);
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new IOException(name + " (pid " + process.pid() + ") did not stop within 20 seconds");
            }
        }
        for (ProcessHandle each : all) {
            awaitEnd(each);
        }
        return all.size() + " processes, none is left";
    }

    /** What stands around a realm controller, as a sandbox does, may take a moment longer than the master that waits for it. */
    private static void awaitEnd(ProcessHandle process) throws Exception {
        try {
            process.onExit().get(5, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IOException("expected no process to be left, but " + process.pid() + " is", e);
        }
    }

    String logs() {
        return directory.toString();
    }

    /** Ends what is still there, at once; for the case that the quickstart itself is interrupted or a step failed. */
    void killAll() {
        processes.values().forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    @Override
    public void close() {
        closeSessions();
        killAll();
        callbacks.shutdownNow();
        network.close();
    }

    private void closeSessions() {
        for (ClientSession session : new @Nullable ClientSession[] {realm, domain}) {
            if (session != null) {
                session.close();
            }
        }
    }

    private Process start(String name, String... arguments) throws IOException {
        List<String> commandLine = new ArrayList<>();
        commandLine.add(ProcessHandle.current().info().command().orElse("java"));
        commandLine.addAll(List.of(
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.bailiwick.router.command.Bailiwick"));
        commandLine.addAll(List.of(arguments));
        Process process = new ProcessBuilder(commandLine)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".log").toFile())
                .start();
        process.getOutputStream().close();
        processes.put(name, process);
        return process;
    }

    private Path nodeDirectory(String node) {
        return directory.resolve(node);
    }

    private SigningKey superuserKey() throws IOException {
        return KeyFiles.readSigningKey(MasterFile.superuserKey(directory.resolve("master")));
    }

    private ClientSession join(@Nullable String realmName, @Nullable String role, SigningKey key) throws Exception {
        var connector = network.connector(Endpoint.of(url), Format.CBOR, Optional.empty());
        return Client.join(connector, Identity.of(realmName, null, role, key), callbacks)
                .get(20, TimeUnit.SECONDS);
    }

    private static Arguments call(ClientSession session, String procedure, @Nullable Object... arguments)
            throws Exception {
        return session.call(procedure, Arguments.of(arguments), PATIENCE)
                .get(PATIENCE.toSeconds() + 1, TimeUnit.SECONDS);
    }

    private void subscribe(ClientSession session, String topic, MatchPolicy match) throws Exception {
        session.subscribe(topic, match, this::show).get(10, TimeUnit.SECONDS);
    }

    /** Prints an event, the first of each kind and node in short. */
    private void show(ClientSession.Event event) {
        String name = event.topic().substring(event.topic().lastIndexOf('.') + 1);
        Object first = event.arguments().list().isEmpty()
                ? ""
                : event.arguments().list().get(0);
        String subject = first instanceof Map<?, ?> object
                ? String.valueOf(object.get("authid") == null ? object.get("name") : object.get("authid"))
                : String.valueOf(first);
        if (seen.add(name.equals("on_heartbeat") ? "heartbeat of " + subject : name + " " + subject)) {
            out.println("      event " + event.topic() + ": " + subject);
        }
    }

    private long controllerPid() throws Exception {
        Map<String, @Nullable Object> row = dictionary(call(joined(domain), MREALM + "get_mrealm_by_name", REALM));
        return row.get("controller") instanceof Map<?, ?> controller && controller.get("pid") instanceof Number pid
                ? pid.longValue()
                : -1;
    }

    private List<?> onlineNodes() throws Exception {
        return (List<?>) nonNull(
                call(joined(realm), MREALM + "get_nodes", "online", true).list().get(0), "nodes");
    }

    private Map<String, Object> nodeSessions() throws Exception {
        Map<String, Object> sessions = new LinkedHashMap<>();
        for (String node : NODES) {
            Map<String, @Nullable Object> status = dictionary(call(joined(realm), REMOTE + "get_status", node));
            sessions.put(node, nonNull(status.get("management_session_id"), "management_session_id"));
        }
        return sessions;
    }

    private int storedHeartbeats() throws Exception {
        Arguments result = call(joined(realm), "io.bailiwick.mrealm.get_heartbeats", NODES.get(0), null, null, 500);
        return ((List<?>) nonNull(result.list().get(0), "heartbeats")).size();
    }

    /** Tries again until the answer is there; an error counts as "not yet" until the patience ends. */
    private static <T> T until(String what, Callable<@Nullable T> attempt) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Exception last = new TimeoutException("nothing yet");
        while (System.nanoTime() < end) {
            try {
                T answer = attempt.call();
                if (answer != null) {
                    return answer;
                }
            } catch (IOException fatal) {
                throw fatal;
            } catch (Exception notYet) {
                last = notYet;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new TimeoutException("waited " + PATIENCE.toSeconds() + " s for " + what + ": " + last.getMessage());
    }

    private static ClientSession joined(@Nullable ClientSession session) {
        return nonNull(session, "session");
    }

    private static <T> T nonNull(@Nullable T value, String what) {
        if (value == null) {
            throw new IllegalStateException("expected " + what + " to be there");
        }
        return value;
    }

    @SuppressWarnings("unchecked") // a dictionary on the wire has text keys
    private static Map<String, @Nullable Object> dictionary(Arguments result) {
        return (Map<String, @Nullable Object>) nonNull(result.list().get(0), "a dictionary");
    }
}
