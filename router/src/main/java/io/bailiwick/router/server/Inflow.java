package io.bailiwick.router.server;

import io.bailiwick.router.message.Message;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds what waits in the queue of a realm from one link: a peer that sends faster than its realm works is not read from
 * until the realm has caught up. What the realm handles at once never waits, and does not come here.
 *
 * <p>Every so many bytes a marker is put in the realm's queue behind the messages; when its turn comes, they are done.
 * {@code paused} is set by the link's thread only and cleared by the realm's only, each after it has told the link, so that
 * the link hears the two in the order in which they are meant.
 */
final class Inflow {
    /** What may wait before the peer is not read from, in bytes; below half of it reading goes on. */
    static final long BOUND_BYTES = 1 << 20;

    private static final long MARKER_BYTES = 64 << 10;

    private static final Logger log = LoggerFactory.getLogger(Inflow.class);

    private final Executor realm;
    private final Valve valve;
    private final AtomicLong waiting = new AtomicLong();
    private volatile boolean paused;
    /** Bytes behind the last marker; of the link's thread only. */
    private long unmarked;

    /** Watches what goes from a link to what runs on this executor, which keeps the order of its tasks. */
    Inflow(Executor realm, Valve valve) {
        this.realm = realm;
        this.valve = valve;
    }

    /** A message was put in the realm's queue. */
    void posted(Message.FromClient message) {
        long bytes = message.held();
        unmarked += bytes;
        boolean tooMuch = waiting.addAndGet(bytes) > BOUND_BYTES;
        boolean stop = tooMuch && !paused;
        if (stop) {
            valve.close(Valve.Reason.BACKLOG);
            paused = true;
        }
        // A marker always follows a stop: it is what ends it.
        if (stop || unmarked >= MARKER_BYTES) {
            mark();
        }
    }

    private void mark() {
        long done = unmarked;
        unmarked = 0;
        try {
            realm.execute(() -> handled(done));
        } catch (RejectedExecutionException e) {
            log.debug("the network is closed, and the link with it", e);
        }
    }

    private void handled(long bytes) {
        long rest = waiting.addAndGet(-bytes);
        if (paused && rest < BOUND_BYTES / 2) {
            valve.open(Valve.Reason.BACKLOG);
            paused = false;
        }
    }
}
