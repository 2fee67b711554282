package io.bailiwick.router.server;

import io.bailiwick.router.session.RealmMetrics;
import io.bailiwick.router.session.RoleLimits.Traffic;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a peer to its rate: a bucket of tokens that is refilled evenly. Who takes more than there are is not read from until the
 * bucket holds one again, so that the peer has to wait and nothing is lost.
 */
final class Pacer {
    private static final Logger log = LoggerFactory.getLogger(Pacer.class);

    private final long interval;
    private final long burst;
    private final LongSupplier nanos;
    private final ScheduledExecutorService loop;
    private final Valve valve;
    private final RealmMetrics metrics;

    /** When the bucket is full again, if no message comes until then. */
    private long full;

    private boolean waiting;

    /** A full bucket. */
    Pacer(Traffic traffic, LongSupplier nanos, ScheduledExecutorService loop, Valve valve, RealmMetrics metrics) {
        this(traffic, nanos, loop, valve, metrics, nanos.getAsLong());
    }

    /** A bucket that is full at this time: what a session before took of it still counts. */
    Pacer(
            Traffic traffic,
            LongSupplier nanos,
            ScheduledExecutorService loop,
            Valve valve,
            RealmMetrics metrics,
            long full) {
        this.interval = Math.max(1, TimeUnit.SECONDS.toNanos(1) / traffic.messagesPerSecond());
        this.burst = interval * traffic.burst();
        this.nanos = nanos;
        this.loop = loop;
        this.valve = valve;
        this.metrics = metrics;
        this.full = full;
    }

    /** A message came. */
    synchronized void received() {
        long now = nanos.getAsLong();
        full = (full - now > 0 ? full : now) + interval;
        if (!waiting && excess(now) > 0) {
            waiting = true;
            valve.close(Valve.Reason.RATE);
            metrics.throttled();
            lookAgain(excess(now));
        }
    }

    /** When the bucket is full again, if no message comes until then. */
    synchronized long full() {
        return full;
    }

    /** For how long nothing may be read. */
    private long excess(long now) {
        return full - now - burst;
    }

    /** What was on its way when reading stopped counts as well. */
    private synchronized void goOn() {
        long excess = excess(nanos.getAsLong());
        if (excess > 0) {
            lookAgain(excess);
        } else {
            waiting = false;
            valve.open(Valve.Reason.RATE);
        }
    }

    private void lookAgain(long after) {
        try {
            loop.schedule(this::goOn, after, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("the network is closed, and the link with it", e);
        }
    }
}
