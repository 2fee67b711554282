package io.bailiwick.router.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of one session on their way to its consumers: on the owner's executor, one at a time and in order. What
 * does not fit in the backlog is dropped, as WAMP allows for events, and said once in the log.
 */
final class EventQueue {
    private static final Logger LOG = LoggerFactory.getLogger(EventQueue.class);
    /** How many events are delivered before other tasks of the executor get their turn. */
    private static final int BURST = 64;

    private record Delivery(int size, Runnable task) {}

    private final Executor executor;
    private final Backlog backlog;
    private final Deque<Delivery> waiting = new ArrayDeque<>();
    private boolean running;
    private long dropped;

    EventQueue(Executor executor, Backlog backlog) {
        this.executor = executor;
        this.backlog = backlog;
    }

    /** Puts a delivery in line. Returns at once. */
    void add(int size, Runnable task) {
        synchronized (waiting) {
            if (!backlog.enter(size)) {
                if (dropped++ == 0) {
                    LOG.warn("events are dropped: {} wait already, their consumer does not keep up", waiting.size());
                }
                return;
            }
            waiting.add(new Delivery(size, task));
            if (running) {
                return;
            }
            running = true;
        }
        start();
    }

    private void start() {
        try {
            executor.execute(this::burst);
        } catch (RejectedExecutionException closed) {
            synchronized (waiting) {
                LOG.debug("{} events are dropped: their executor is shut down", waiting.size());
                waiting.forEach(delivery -> backlog.leave(delivery.size()));
                waiting.clear();
                running = false;
            }
        }
    }

    private void burst() {
        for (int i = 0; i < BURST; i++) {
            Delivery next;
            synchronized (waiting) {
                next = waiting.poll();
                if (next == null) {
                    running = false;
                    if (dropped > 0) {
                        LOG.warn("{} events were dropped; the consumer has caught up", dropped);
                        dropped = 0;
                    }
                    return;
                }
            }
            backlog.leave(next.size());
            try {
                next.task().run();
            } catch (Throwable e) {
                // Whatever it was, the events behind this one must not wait for ever.
                LOG.error("a consumer of events failed; its subscription stays", e);
            }
        }
        start();
    }
}
