package io.bailiwick.router.transport;

import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices a peer that has vanished without a word: after a silence it is pinged, twice; whatever it sends counts as an
 * answer. Needs at most twice the interval. While we do not read, nobody is silent. On the channel's loop.
 */
final class Heartbeat implements Runnable {
    private static final int PINGS = 2;

    private final Connection connection;
    private final long interval;

    /** Written by the loop alone; others ask for signs of life. */
    private volatile long heardAt;

    private int unanswered;
    private boolean watched;
    private @Nullable Future<?> timer;

    /** A heartbeat that pings after a silence of this interval; zero for never. */
    Heartbeat(Connection connection, Duration interval) {
        this.connection = connection;
        this.interval = interval.toNanos();
    }

    void start() {
        heard();
        if (interval > 0) {
            schedule(interval);
        }
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** Something arrived. */
    void heard() {
        heardAt = System.nanoTime();
        unanswered = 0;
    }

    /** Whether something has arrived since a moment of {@link System#nanoTime()}. For any thread. */
    boolean heardSince(long moment) {
        return heardAt - moment > 0;
    }

    private void schedule(long delay) {
        timer = connection.channel().eventLoop().schedule(this, delay, TimeUnit.NANOSECONDS);
    }

    /** Looks how long the silence has lasted. */
    @Override
    public void run() {
        if (!watched) {
            // Most of those who leave soon are gone by now. The kernel counts a silence from the last octet.
            watched = true;
            Network.watch(connection.channel(), Duration.ofNanos(interval));
        }
        if (connection.isPaused()) {
            heard();
        }
        long silence = System.nanoTime() - heardAt;
        if (silence < interval) {
            schedule(interval - silence);
        } else if (unanswered == PINGS) {
            connection.peerIsSilent(Duration.ofNanos(silence));
        } else if (connection.ping()) {
            unanswered++;
            schedule(interval / 2);
        } else {
            schedule(interval);
        }
    }
}
