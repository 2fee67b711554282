package io.bailiwick.mrealm.node;

import io.bailiwick.router.fault.FailPoint;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Time of day in the unit of the logs. Never for leases and deadlines: it may be set. */
final class WallClock {
    /** By how much a test sets the clock forward. */
    private static final int AHEAD_DAYS = 30;

    private static final SteadyClock STEADY = new SteadyClock(WallClock::system, System::nanoTime);

    private WallClock() {}

    /** Nanoseconds since the epoch, later each time: see {@link SteadyClock}. */
    static long nanos() {
        return STEADY.nanos();
    }

    private static long system() {
        Instant now = Instant.now();
        long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        return FailPoint.given("clock.ahead") ? nanos + TimeUnit.DAYS.toNanos(AHEAD_DAYS) : nanos;
    }
}
