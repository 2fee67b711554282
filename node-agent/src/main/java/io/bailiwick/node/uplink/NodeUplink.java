package io.bailiwick.node.uplink;

import io.bailiwick.node.uplink.UplinkStatus.State;
import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.client.JoinRefusedException;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.cryptosign.Fingerprint;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Uris;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one session of a node, kept alive: joins with the node's key and is assigned realm and name, registers the node's
 * procedures, waits until the realm's controller answers, sends heartbeats, and when the session is lost does it all again.
 * A node that is not paired goes on asking, for pairing it is all that it waits for.
 */
public final class NodeUplink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeUplink.class);

    /** The domain knows no node of this key (Crossbar.io). */
    public static final String UNPAIRED = "fabric.auth-failed.node-unpaired";
    /** The node is to wait until it is approved, and to knock again. */
    public static final String WAITING = "io.bailiwick.domain.node_waiting";
    /** The join code is not good, or not any more; the node waits. */
    public static final String CODE_REFUSED = "io.bailiwick.domain.join_code_refused";

    private static final String GET_STATUS = "crossbarfabriccenter.mrealm.get_status";
    /** Longer than a master lets a newcomer wait until its realm is ready. */
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(45);

    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final Duration LONGEST_WAIT_UNPAIRED = Duration.ofSeconds(5);
    /** From a code that was refused to bringing it again: others may have used up the tries of this network. */
    private static final Duration CODE_WAIT = Duration.ofMinutes(1);

    private static final String AGENT = "bailiwick node agent"
            + Optional.ofNullable(NodeUplink.class.getPackage().getImplementationVersion())
                    .map(version -> " " + version)
                    .orElse("");
    /** A session that lasted so long was a good one: what follows is new trouble and not the old. */
    private static final Duration LIVED = Duration.ofSeconds(10);

    private static final Duration CONTROLLER_FIRST_WAIT = Duration.ofMillis(250);
    private static final Duration CONTROLLER_LONGEST_WAIT = Duration.ofSeconds(5);
    private static final long CLOSE_SECONDS = 5;

    private final List<Connector> connectors;
    private final SigningKey key;
    private final Function<ClientSession, ? extends CompletionStage<Void>> attach;
    private final Heartbeat heartbeat;
    private final ScheduledExecutorService thread;
    private final List<Consumer<UplinkStatus>> listeners = new CopyOnWriteArrayList<>();
    private final Backoff backoff = jitter(FIRST_WAIT, LONGEST_WAIT);
    private final Backoff unpairedBackoff = jitter(FIRST_WAIT, LONGEST_WAIT_UNPAIRED);
    private final Backoff controllerBackoff = jitter(CONTROLLER_FIRST_WAIT, CONTROLLER_LONGEST_WAIT);
    private final Notices notices = new Notices();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    private volatile UplinkStatus status = UplinkStatus.outside(State.CONNECTING, "starting");
    private @Nullable ClientSession session;
    private int tries;
    private long joinedAt;
    /** How to come in by itself; by hand once it was in. */
    private Joining joining;

    private long codeAt = System.nanoTime();
    private boolean closing;

    /**
     * An uplink that is not begun.
     *
     * @param connectors ways to the domain, tried in turn
     * @param key the node's key
     * @param joining how to come into a realm while the key is not paired
     * @param attach registers the node's procedures at a session that has just joined
     * @param heartbeat sent while the session is ready
     * @param thread the agent's one thread
     */
    public NodeUplink(
            List<Connector> connectors,
            SigningKey key,
            Joining joining,
            Function<ClientSession, ? extends CompletionStage<Void>> attach,
            Heartbeat heartbeat,
            ScheduledExecutorService thread) {
        this.connectors = List.copyOf(connectors);
        this.key = key;
        this.joining = joining;
        this.attach = attach;
        this.heartbeat = heartbeat;
        this.thread = thread;
    }

    private static Backoff jitter(Duration first, Duration cap) {
        return new Backoff(first, cap, () -> ThreadLocalRandom.current().nextDouble());
    }

    /** Begins, and returns at once. */
    public void begin() {
        thread.execute(this::connect);
    }

    /** How the node stands now. */
    public UplinkStatus status() {
        return status;
    }

    /** Tells of each change from now on, in order, on the agent's thread. */
    public void onStatus(Consumer<UplinkStatus> listener) {
        listeners.add(listener);
    }

    private void become(UplinkStatus next) {
        status = next;
        for (Consumer<UplinkStatus> listener : listeners) {
            try {
                listener.accept(next);
            } catch (RuntimeException e) {
                LOG.warn("A listener failed at {}", next.state(), e);
            }
        }
    }

    private void connect() {
        if (closing) {
            return;
        }
        become(UplinkStatus.outside(State.CONNECTING, "connecting"));
        Connector connector = connectors.get(tries++ % connectors.size());
        Client.join(connector, identity(), thread, Client.Carrier.JAWAMPA, JOIN_LIMIT)
                .whenCompleteAsync(
                        (joined, failure) -> {
                            if (failure == null) {
                                joined(joined);
                            } else {
                                failed(failure);
                            }
                        },
                        thread);
    }

    private Identity identity() {
        Optional<String> code = joining.code().filter(known -> System.nanoTime() - codeAt >= 0);
        return code.isEmpty()
                ? new Identity(null, null, "node", key, Dict.of("agent", AGENT))
                : new Identity(
                        null,
                        joining.name().orElse(null),
                        "node",
                        key,
                        Dict.of("agent", AGENT).with("join_code", code.get()));
    }

    private void failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String text = String.valueOf(cause.getMessage());
        if (!(cause instanceof JoinRefusedException refused)) {
            again(State.WAITING, text, backoff, "The domain cannot be reached: " + text);
        } else if (refused.reason().equals(UNPAIRED)) {
            again(
                    State.UNPAIRED,
                    text,
                    unpairedBackoff,
                    pairing("pair " + key.publicKey().hex()));
        } else if (refused.reason().equals(WAITING)) {
            String words = Fingerprint.of(key.publicKey()).words();
            again(State.UNPAIRED, text, unpairedBackoff, pairing("approve " + words));
        } else if (refused.reason().equals(CODE_REFUSED)) {
            codeAt = System.nanoTime() + CODE_WAIT.toNanos();
            again(State.UNPAIRED, text, unpairedBackoff, "The join code was refused: " + text);
        } else {
            again(State.REFUSED, text, backoff, "The domain refuses this node: " + text);
        }
    }

    private String pairing(String command) {
        Fingerprint fingerprint = Fingerprint.of(key.publicKey());
        return String.join(
                System.lineSeparator(),
                "This node is not paired with a management realm yet. Its public key is",
                "",
                "    " + key.publicKey().hex(),
                "",
                "with the fingerprint",
                "",
                "    " + fingerprint.words(),
                "    " + fingerprint.groups(),
                "",
                "and it comes up by itself within seconds of",
                "",
                "    bailiwick node " + command + " <realm> <name>",
                "");
    }

    /**
     * Waits and tries again.
     *
     * @param notice for the log, said ever less often while it stays the same
     */
    private void again(State state, String text, Backoff backoff, String notice) {
        if (closing) {
            return;
        }
        if (notices.due(notice, System.nanoTime())) {
            LOG.warn("{}", notice);
        }
        Duration wait = backoff.next();
        become(UplinkStatus.outside(state, text));
        thread.schedule(this::connect, wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void joined(ClientSession joined) {
        if (closing) {
            joined.close();
            return;
        }
        session = joined;
        joining = Joining.BY_HAND;
        joinedAt = System.nanoTime();
        unpairedBackoff.reset();
        controllerBackoff.reset();
        become(inside(joined, State.JOINED, "registering procedures"));
        joined.closed().thenAcceptAsync(closed -> lost(joined, closed), thread);
        attach.apply(joined)
                .whenCompleteAsync(
                        (done, failure) -> {
                            if (failure == null) {
                                askController(joined);
                            } else if (session == joined) {
                                // Perhaps a session of ours that the router takes for alive still holds the names.
                                LOG.warn("The procedures of this node could not be registered: {}", failure.toString());
                                leave(joined);
                            }
                        },
                        thread);
    }

    private static UplinkStatus inside(ClientSession session, State state, String text) {
        return new UplinkStatus(state, session.realm(), session.authid(), session.id(), text);
    }

    /** The controller of the realm may be a moment later than the router: asks until it answers. */
    private void askController(ClientSession asking) {
        if (session != asking) {
            return;
        }
        asking.call(GET_STATUS, Arguments.NONE, CONTROLLER_LONGEST_WAIT)
                .whenCompleteAsync(
                        (answer, failure) -> {
                            if (session != asking) {
                                return;
                            }
                            if (failure == null) {
                                ready(asking);
                                return;
                            }
                            become(inside(
                                    asking,
                                    State.JOINED,
                                    "the realm's controller does not answer: " + failure.getMessage()));
                            thread.schedule(
                                    () -> askController(asking),
                                    controllerBackoff.next().toMillis(),
                                    TimeUnit.MILLISECONDS);
                        },
                        thread);
    }

    private void ready(ClientSession joined) {
        notices.reset();
        LOG.info("Node {} is up in realm {}", joined.authid(), joined.realm());
        heartbeat.begin(joined);
        become(inside(joined, State.READY, "up"));
        publish(joined, "on_node_started");
    }

    private static CompletableFuture<Void> publish(ClientSession session, String event) {
        return session.publish("crossbarfabriccenter.node." + session.authid() + "." + event)
                .exceptionally(failure -> {
                    LOG.debug("Event {} could not be published: {}", event, failure.toString());
                    return null;
                });
    }

    private void lost(ClientSession ended, ClientSession.Closed closed) {
        if (session != ended) {
            return;
        }
        session = null;
        heartbeat.end();
        if (System.nanoTime() - joinedAt >= LIVED.toNanos()) {
            backoff.reset();
        }
        String text = closed.reason() + (closed.message().isEmpty() ? "" : ": " + closed.message());
        String what = closed.reason().equals(Uris.AUTH_CHANGED)
                ? "The rights of this node were changed, joining anew: "
                : "The session has ended: ";
        again(State.WAITING, text, backoff, what + text);
    }

    /** Closes a session without blocking the agent's thread. */
    private static CompletableFuture<Void> leave(ClientSession session) {
        return CompletableFuture.runAsync(session::close, task -> {
            Thread closer = new Thread(task, "node-leave");
            closer.setDaemon(true);
            closer.start();
        });
    }

    /** Leaves the realm with GOODBYE and stays away. Waits at most five seconds. Idempotent. */
    @Override
    public void close() {
        thread.execute(this::leaveForGood);
        try {
            stopped.get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            LOG.warn("The session did not end in time");
        }
    }

    private void leaveForGood() {
        if (closing) {
            return;
        }
        closing = true;
        heartbeat.end();
        ClientSession current = session;
        CompletableFuture<Void> left = current == null
                ? CompletableFuture.completedFuture(null)
                : publish(current, "on_node_stopping")
                        .completeOnTimeout(null, 1, TimeUnit.SECONDS)
                        .thenCompose(published -> leave(current));
        left.whenCompleteAsync(
                (done, failure) -> {
                    session = null;
                    become(UplinkStatus.outside(State.STOPPED, "stopped"));
                    stopped.complete(null);
                },
                thread);
    }
}
