package io.bailiwick.domain;

import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.client.Procedures;
import io.bailiwick.router.client.Procedures.Refusals;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.message.Dict;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The domain's own session in one realm, with its procedures bound. A session over an in-process link is not lost in ordinary
 * life; if it is lost none the less, another one takes its place a second later, and what is published meanwhile waits for it.
 * All state is touched on the timer's one
 * thread only; methods may be called from any.
 */
final class HeldSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeldSession.class);
    /** Publications that may wait for a session. */
    private static final int MAX_WAITING = 10_000;

    /** An event that waits for a session. */
    private record Publication(String topic, Dict options, Arguments arguments) {}

    private final String realm;
    private final Connector connector;
    private final Executor callbacks;
    private final ScheduledExecutorService timer;
    private List<?> groups = List.of();
    private Refusals refusals = Refusals.UNTOLD;
    /** In the order of the calls; empty while there is a session. */
    private final Deque<Publication> waiting = new ArrayDeque<>();

    private @Nullable ClientSession session;
    private boolean closed;

    /**
     * A session that is not yet joined.
     *
     * @param realm the realm, for the log
     * @param connector leads into the realm
     * @param callbacks runs the procedures
     * @param timer one thread
     */
    HeldSession(String realm, Connector connector, Executor callbacks, ScheduledExecutorService timer) {
        this.realm = realm;
        this.connector = connector;
        this.callbacks = callbacks;
        this.timer = timer;
    }

    /**
     * Joins and binds. Completes when both are done; when it fails it is not tried again.
     *
     * @param procedures objects with procedures
     */
    CompletableFuture<Void> open(List<?> procedures) {
        return open(procedures, Refusals.UNTOLD);
    }

    /**
     * As above.
     *
     * @param told of what these procedures refuse
     */
    CompletableFuture<Void> open(List<?> procedures, Refusals told) {
        return CompletableFuture.runAsync(
                        () -> {
                            groups = List.copyOf(procedures);
                            refusals = told;
                        },
                        timer)
                .thenComposeAsync(ready -> join(), timer)
                .thenAccept(joined -> {});
    }

    private CompletableFuture<ClientSession> join() {
        CompletableFuture<ClientSession> joined = Client.join(
                        connector, Identity.anonymous(realm), callbacks, Client.Carrier.DIRECT)
                .thenCompose(fresh -> Procedures.bind(fresh, Map.of(), groups, Procedures.Guard.NONE, refusals)
                        .handle((bound, failure) -> {
                            if (failure != null) {
                                fresh.close();
                                return CompletableFuture.<ClientSession>failedFuture(failure);
                            }
                            return CompletableFuture.completedFuture(fresh);
                        }))
                .thenCompose(outcome -> outcome);
        return joined.whenCompleteAsync(this::adopt, timer);
    }

    private void adopt(@Nullable ClientSession fresh, @Nullable Throwable failure) {
        if (fresh == null) {
            // Who asked for the session is told; publications wait for the next one.
            return;
        }
        if (closed) {
            callbacks.execute(fresh::close);
            return;
        }
        session = fresh;
        for (Publication next = waiting.poll(); next != null; next = waiting.poll()) {
            send(fresh, next);
        }
        fresh.closed().thenAcceptAsync(this::lost, timer);
    }

    private void lost(ClientSession.Closed reason) {
        if (closed) {
            return;
        }
        LOG.warn("The domain's own session in realm {} ended ({}); joining again", realm, reason.reason());
        session = null;
        rejoin();
    }

    private void rejoin() {
        timer.schedule(
                () -> {
                    if (!closed) {
                        join().whenCompleteAsync(
                                        (joined, failure) -> {
                                            if (failure != null && !closed) {
                                                LOG.warn("Could not join realm {} again", realm, failure);
                                                rejoin();
                                            }
                                        },
                                        timer);
                    }
                },
                1,
                TimeUnit.SECONDS);
    }

    /**
     * Publishes, as soon as the session is there; a failure is logged. Events are sent in the order of the calls. While there
     * is no session, {@value #MAX_WAITING} wait for it; what comes after them is logged and not published.
     */
    void publish(String topic, Dict options, Object argument) {
        publishAll(topic, options, Arguments.of(argument));
    }

    /** As {@link #publish}, with any number of arguments. */
    void publishAll(String topic, Dict options, Arguments arguments) {
        timer.execute(() -> {
            Publication publication = new Publication(topic, options, arguments);
            ClientSession joined = session;
            if (joined != null) {
                send(joined, publication);
            } else if (closed || waiting.size() >= MAX_WAITING) {
                LOG.warn("Could not publish {} in realm {}: there is no session", topic, realm);
            } else {
                waiting.add(publication);
            }
        });
    }

    /** Calls; fails when there is no session now, or no answer in time. */
    CompletableFuture<Arguments> call(String procedure, Arguments arguments, Duration limit) {
        return CompletableFuture.supplyAsync(() -> Optional.ofNullable(session), timer)
                .thenCompose(joined -> joined.map(to -> to.call(procedure, arguments, limit))
                        .orElseGet(() -> CompletableFuture.failedFuture(new IllegalStateException(
                                "expected a session of the domain in realm " + realm + ", but found none"))));
    }

    private void send(ClientSession joined, Publication event) {
        // A session that has just ended may throw: that must not keep the next event from its turn.
        CompletableFuture.completedFuture(joined)
                .thenCompose(to -> to.publish(event.topic(), event.arguments(), event.options()))
                .exceptionally(failure -> {
                    LOG.warn("Could not publish {} in realm {}: {}", event.topic(), realm, failure.toString());
                    return null;
                });
    }

    /** Leaves the realm, and does not come back. Returns at once. */
    @Override
    public void close() {
        timer.execute(() -> {
            closed = true;
            ClientSession joined = session;
            if (joined != null) {
                callbacks.execute(joined::close);
            }
            if (!waiting.isEmpty()) {
                LOG.warn("{} events could not be published in realm {}: it is left", waiting.size(), realm);
                waiting.clear();
            }
        });
    }
}
