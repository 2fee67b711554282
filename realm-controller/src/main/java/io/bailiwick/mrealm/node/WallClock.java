package io.bailiwick.mrealm.node;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Time of day in the unit of the logs. Never for leases and deadlines: it may be set. */
final class WallClock {
    private WallClock() {}

    /** Nanoseconds since the epoch. */
    static long nanos() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }
}
