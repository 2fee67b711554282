package io.bailiwick.node.uplink;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heartbeats of one node: one for the node and one for its own process, every period, as long as there is a session. Each is
 * acknowledged by the router before the next is sent, so that a slow connection gathers none. Numbered from 1 in each
 * session.
 */
public final class Heartbeat {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    @Topic(
            carries = "[authid, {timestamp, period, mrealm_id, seq, workers, system, state}]",
            when = "a node is alive, every ten seconds")
    private static final String NODE_TOPIC = "crossbarfabriccenter.node.on_heartbeat";

    @Topic(
            carries = "[authid, worker, {process, timestamp, period, mrealm_id, seq, type, state}]",
            when = "a process of a node is alive, every ten seconds")
    private static final String WORKER_TOPIC = "crossbarfabriccenter.node.on_worker_heartbeat";
    /** The node's own process, as a worker id, and as a type of workers. */
    private static final String CONTROLLER = "controller";

    private final Duration startupDelay;
    private final Duration period;
    private final Supplier<Map<String, Object>> system;
    private final Supplier<Map<String, Object>> process;
    private final Executor figures;
    private final ScheduledExecutorService thread;

    private @Nullable Future<?> timer;
    private long seq;
    private boolean underWay;
    private boolean complained;

    /**
     * Heartbeats that are not sent yet.
     *
     * @param startupDelay from the session being ready to the first beat
     * @param period from beat to beat
     * @param system figures of the system, as {@code get_system_stats}
     * @param process figures of this process
     * @param figures runs the two suppliers
     * @param thread the agent's thread
     */
    public Heartbeat(
            Duration startupDelay,
            Duration period,
            Supplier<Map<String, Object>> system,
            Supplier<Map<String, Object>> process,
            Executor figures,
            ScheduledExecutorService thread) {
        this.startupDelay = startupDelay;
        this.period = period;
        this.system = system;
        this.process = process;
        this.figures = figures;
        this.thread = thread;
    }

    /** Begins to beat over a session. On the agent's thread. */
    void begin(ClientSession session) {
        end();
        seq = 0;
        underWay = false;
        complained = false;
        timer = thread.scheduleAtFixedRate(
                () -> beat(session), startupDelay.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Stops. On the agent's thread. */
    void end() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void beat(ClientSession session) {
        if (underWay) {
            return;
        }
        underWay = true;
        Future<?> mine = timer;
        CompletableFuture.supplyAsync(system, figures)
                .thenCombine(CompletableFuture.supplyAsync(process, figures), Map::entry)
                .thenComposeAsync(
                        // A session that was lost meanwhile takes no number from the one that follows it.
                        both -> mine == timer
                                ? send(session, both.getKey(), both.getValue())
                                : CompletableFuture.<Void>completedFuture(null),
                        thread)
                .whenCompleteAsync((done, failure) -> sent(mine, failure), thread);
    }

    private void sent(@Nullable Future<?> of, @Nullable Throwable failure) {
        if (of != timer) {
            // The session it was for is gone, and its failure with it.
            return;
        }
        underWay = false;
        if (failure != null && !complained) {
            complained = true;
            LOG.warn("A heartbeat could not be sent: {}", failure.toString());
        }
    }

    private CompletableFuture<Void> send(
            ClientSession session, Map<String, Object> system, Map<String, Object> process) {
        seq++;
        Map<String, Object> node = common(session.realm());
        node.put("workers", Map.of(CONTROLLER, 1));
        node.put("system", system);
        Map<String, Object> worker = common(session.realm());
        worker.put("type", CONTROLLER);
        worker.putAll(process);
        return CompletableFuture.allOf(
                session.publish(NODE_TOPIC, session.authid(), node),
                session.publish(WORKER_TOPIC, session.authid(), CONTROLLER, worker));
    }

    private Map<String, Object> common(String realm) {
        Instant now = Instant.now();
        Map<String, Object> beat = new LinkedHashMap<>();
        beat.put("timestamp", TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano());
        // The wire knows whole seconds only.
        beat.put("period", (period.toMillis() + 999) / 1000);
        beat.put("mrealm_id", realm);
        beat.put("seq", seq);
        beat.put("state", 1);
        return beat;
    }
}
