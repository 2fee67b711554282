package io.bailiwick.mrealm.node;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Time of day that never goes back by a little: where the system's clock is set back, this one goes on at half its speed until
 * the other has caught up, so that what is received later has a later time. A clock that is behind by more than {@value
 * #GIVE_UP_HOURS} hour is followed at once: it was wrong before. Any thread.
 */
final class SteadyClock {
    private static final int GIVE_UP_HOURS = 1;

    private final LongSupplier wall;
    private final LongSupplier monotonic;
    private long told = Long.MIN_VALUE;
    private long toldAt;

    /**
     * @param wall the system's clock, nanoseconds since the epoch
     * @param monotonic nanoseconds since some moment, which nobody sets
     */
    SteadyClock(LongSupplier wall, LongSupplier monotonic) {
        this.wall = wall;
        this.monotonic = monotonic;
    }

    /** Nanoseconds since the epoch, later than any before. */
    synchronized long nanos() {
        long now = wall.getAsLong();
        long at = monotonic.getAsLong();
        if (told != Long.MIN_VALUE && now <= told && told - now <= TimeUnit.HOURS.toNanos(GIVE_UP_HOURS)) {
            now = told + Math.max(1, (at - toldAt) / 2);
        }
        told = now;
        toldAt = at;
        return now;
    }
}
