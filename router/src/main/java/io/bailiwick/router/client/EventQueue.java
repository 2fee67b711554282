package io.bailiwick.router.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
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
    private int ahead = Integer.MAX_VALUE;
    private Consumer<Boolean> reading = wanted -> {};
    private boolean paused;
    private boolean held;

    EventQueue(Executor executor, Backlog backlog) {
        this.executor = executor;
        this.backlog = backlog;
    }

    /**
     * From now on more than so many do not wait, but for those that are on their way.
     *
     * @param most how many; it is read on when half of them wait
     * @param link asks the link to be read from, or not to be; returns at once
     */
    void readAhead(int most, Consumer<Boolean> link) {
        synchronized (waiting) {
            ahead = most;
            reading = link;
        }
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
            if (!paused && waiting.size() > ahead) {
                // Under the lock, as below: the link hears the two in the order in which they are meant.
                paused = true;
                reading.accept(false);
            }
            if (running || held) {
                return;
            }
            running = true;
        }
        start();
    }

    /** Lets those in line wait, or go on. */
    void take(boolean wanted) {
        synchronized (waiting) {
            held = !wanted;
            if (held || running || waiting.isEmpty()) {
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
                if (held) {
                    running = false;
                    return;
                }
                next = waiting.poll();
                if (paused && waiting.size() <= ahead / 2) {
                    paused = false;
                    reading.accept(true);
                }
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
