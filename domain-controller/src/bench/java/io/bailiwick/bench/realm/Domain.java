package io.bailiwick.bench.realm;

import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.command.MasterFile;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A master that runs, as {@code bailiwick master run} starts it, and the superuser's session in its realm. */
public final class Domain implements AutoCloseable {
    /** Before the name of each procedure of a domain. */
    public static final String MREALM = "crossbarfabriccenter.mrealm.";

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);
    private static final Pattern PORT = Pattern.compile("running: ws://127\\.0\\.0\\.1:([0-9]+)");
    private static final Pattern READY = Pattern.compile("superuser's key is");

    private final Path data;
    private final ServerProcess process;
    private final Network network = Network.open(1);
    private final ExecutorService callbacks = Executors.newSingleThreadExecutor();
    private final ClientSession session;

    /**
     * What to start.
     *
     * @param directory where its file and its data are; what is there already is used
     * @param yaml its options, beyond where it listens
     * @param pinned whether it and its realm controllers have the servers' processor alone
     * @param environment more of it
     */
    public record Setting(Path directory, String yaml, boolean pinned, Map<String, String> environment) {
        /** In our environment. */
        public Setting(Path directory, String yaml, boolean pinned) {
            this(directory, yaml, pinned, Map.of());
        }
    }

    /**
     * A realm controller that is ready.
     *
     * @param ready when it said so, exact to 1 ms
     */
    public record Controller(long pid, Instant ready) {
        /** Seconds from the fork to READY, exact to 10 ms. */
        public double start() throws IOException {
            return Duration.between(forked(), ready).toMillis() / 1e3;
        }

        /** When it was forked. */
        public Instant forked() throws IOException {
            return Footprint.forked(pid);
        }
    }

    private Domain(Path data, ServerProcess process) throws IOException {
        this.data = data;
        this.process = process;
        this.session = join(Identity.of(
                "com.crossbario.fabric", null, null, KeyFiles.readSigningKey(MasterFile.superuserKey(data))));
    }

    /** Starts a master and waits until it listens. Its stored realms may still be on their way. */
    public static Domain start(Path home, Setting setting) throws IOException {
        Path file = Files.writeString(setting.directory().resolve("master.yaml"), setting.yaml());
        List<String> command = List.of(
                home.resolve("bailiwick").toString(),
                "master",
                "run",
                "--config",
                file.toString(),
                "--data",
                setting.directory().resolve("data").toString(),
                "--listen",
                "tcp://127.0.0.1:0");
        ServerProcess process = ServerProcess.start(
                new ServerProcess.Start(
                        "master", command, setting.directory(), setting.environment(), setting.pinned()),
                PORT,
                READY);
        try {
            return new Domain(setting.directory().resolve("data"), process);
        } catch (IOException | RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /** Joins as somebody else, or in another realm. */
    public ClientSession join(Identity identity) throws IOException {
        Endpoint endpoint = Endpoint.of("rs://127.0.0.1:" + process.port());
        return await(
                Client.join(network.connector(endpoint, Format.CBOR, Optional.empty()), identity, callbacks),
                "joining");
    }

    /** The superuser in a management realm. */
    public ClientSession owner(String realm) throws IOException {
        return join(Identity.of(realm, null, null, KeyFiles.readSigningKey(MasterFile.superuserKey(data))));
    }

    /** The master. */
    public ServerProcess process() {
        return process;
    }

    /** Where it keeps everything. */
    public Path data() {
        return data;
    }

    /** The superuser's session in the domain's realm. */
    public ClientSession session() {
        return session;
    }

    /** Calls a procedure of the domain and waits for the first value of its result. */
    public @Nullable Object call(String procedure, @Nullable Object... arguments) throws IOException {
        List<@Nullable Object> result = await(
                        session.call(MREALM + procedure, Arguments.of(arguments), PATIENCE), procedure)
                .list();
        return result.isEmpty() ? null : result.get(0);
    }

    /** Creates a realm; seconds until the answer, which comes when its controller is ready. */
    public double create(String realm) throws IOException {
        long began = System.nanoTime();
        call("create_mrealm", Map.of("name", realm));
        return (System.nanoTime() - began) / 1e9;
    }

    /** Waits until the controller of a realm is ready. */
    public Controller controller(String realm) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            Map<?, ?> controller = state(realm);
            if ("ready".equals(controller.get("state")) && controller.get("pid") instanceof Number pid) {
                return new Controller(pid.longValue(), Instant.parse(String.valueOf(controller.get("since"))));
            }
            LockSupport.parkNanos(PAUSE);
        }
        throw new IOException("expected realm " + realm + " to be ready, but it is not");
    }

    /** What the domain tells of a realm's controller: {@code state}, {@code pid}, {@code since}, {@code reason} and more. */
    public Map<?, ?> state(String realm) throws IOException {
        return call("get_mrealm_by_name", realm) instanceof Map<?, ?> row
                        && row.get("controller") instanceof Map<?, ?> controller
                ? controller
                : Map.of();
    }

    /** The store of a realm's controller. */
    public Path store(String realm) throws IOException {
        if (call("get_mrealm_by_name", realm) instanceof Map<?, ?> row) {
            return data.resolve("realms").resolve(String.valueOf(row.get("oid")));
        }
        throw new IOException("expected a realm " + realm + ", but found none");
    }

    /** Waits for an answer. */
    public static <T> T await(CompletableFuture<T> future, String what) throws IOException {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(what + " failed: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IOException(what + ": expected an answer, but found none", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(what + " was interrupted", e);
        }
    }

    /** Ends it as its users do, so that another may go on with what it kept. */
    public void stop() {
        session.close();
        process.stop();
        close();
    }

    /** Kills it and its realm controllers. */
    public void kill() {
        process.kill();
        close();
    }

    @Override
    public void close() {
        process.close();
        callbacks.shutdownNow();
        network.close();
    }
}
