package io.bailiwick.node;

import io.bailiwick.node.procedure.FigureProcedures;
import io.bailiwick.node.procedure.NodeProcedures;
import io.bailiwick.node.procedure.ProcessFigures;
import io.bailiwick.node.procedure.SystemFigures;
import io.bailiwick.node.uplink.Heartbeat;
import io.bailiwick.node.uplink.NodeUplink;
import io.bailiwick.node.uplink.UplinkStatus;
import io.bailiwick.router.client.Procedures;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.transport.Network;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A running node agent: the node's key, its uplink, and what may be called on it. */
public final class NodeAgent implements AutoCloseable {
    private final SigningKey key;
    private final Network network;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(daemon("node-agent"));
    private final ExecutorService figures = Executors.newSingleThreadExecutor(daemon("node-figures"));
    private final NodeUplink uplink;
    private final CompletableFuture<Ended> ended = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Why an agent has ended.
     *
     * @param reason a sentence
     * @param restart whether whoever asked it to leave wants it to be started again
     */
    public record Ended(String reason, boolean restart) {}

    private NodeAgent(NodeOptions options, SigningKey key, Network network) {
        this.key = key;
        this.network = network;
        Heartbeat heartbeat = new Heartbeat(
                options.startupDelay(),
                options.period(),
                new SystemFigures()::poll,
                new ProcessFigures()::poll,
                figures,
                thread);
        List<Connector> connectors = options.urls().stream()
                .map(url -> network.connector(url, options.format(), options.trust()))
                .toList();
        Instant started = Instant.now();
        SystemFigures system = new SystemFigures();
        ProcessFigures process = new ProcessFigures();
        this.uplink = new NodeUplink(
                connectors,
                key,
                options.joining(),
                session -> Procedures.bind(
                        session,
                        Map.of("authid", session.authid()),
                        List.of(
                                new NodeProcedures(
                                        session,
                                        options.directory(),
                                        key.publicKey().hex(),
                                        started,
                                        this::leave,
                                        thread),
                                new FigureProcedures(system, process, figures))),
                heartbeat,
                thread);
    }

    /**
     * Starts an agent: reads or makes the node's key, then begins to connect. Returns at once; {@link #onStatus} tells how
     * it goes on.
     *
     * @throws IOException when the key cannot be read or made, naming the file and what is wrong with it
     */
    public static NodeAgent start(NodeOptions options) throws IOException {
        SigningKey key = NodeKey.of(options.directory());
        NodeAgent agent = new NodeAgent(options, key, Network.open(1));
        agent.uplink.begin();
        return agent;
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** The public half of the node's key, 64 hexadecimal characters: what it is paired by. */
    public String publicKey() {
        return key.publicKey().hex();
    }

    /** How the node stands with its domain. */
    public UplinkStatus status() {
        return uplink.status();
    }

    /** Tells of each change of {@link #status} from now on, in order, on the agent's thread: must not block. */
    public void onStatus(Consumer<UplinkStatus> listener) {
        uplink.onStatus(listener);
    }

    /** Completes when the agent has ended. */
    public CompletableFuture<Ended> ended() {
        return ended.copy();
    }

    /** Waits until the agent has ended: closed here, or asked to leave by its realm. */
    public Ended awaitEnd() throws InterruptedException {
        try {
            return ended.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of an agent does not fail", e);
        }
    }

    private void leave(String reason, boolean restart) {
        Thread leaving = new Thread(() -> end(new Ended(reason, restart)), "node-end");
        leaving.start();
    }

    /** Leaves the realm and ends. Idempotent. */
    @Override
    public void close() {
        end(new Ended("closed", false));
    }

    private void end(Ended how) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        uplink.close();
        thread.shutdownNow();
        figures.shutdownNow();
        network.close();
        ended.complete(how);
    }
}
