package io.bailiwick.mrealm.metering;

import java.time.Duration;

/**
 * How a realm's usage is metered.
 *
 * @param interval how long an interval is; intervals begin at whole multiples since 1970 UTC
 * @param grace how long after its end an interval stays open for heartbeats that are on their way to the disk
 */
public record MeterOptions(Duration interval, Duration grace) {
    private static final Duration DAY = Duration.ofDays(1);

    /** Five minutes, and five seconds. */
    public static final MeterOptions DEFAULT = new MeterOptions(Duration.ofMinutes(5), Duration.ofSeconds(5));

    /** Checks them: an interval that fits a day a whole number of times never lies in two. */
    public MeterOptions {
        if (interval.isNegative() || interval.isZero() || DAY.toMillis() % Math.max(1, interval.toMillis()) != 0) {
            throw new IllegalArgumentException(
                    "expected an interval that fits a day a whole number of times, but found " + interval);
        }
        if (grace.isNegative() || grace.compareTo(DAY) > 0) {
            throw new IllegalArgumentException("expected a grace from nothing to a day, but found " + grace);
        }
    }

    /** The start of the interval that a moment is in, both in nanoseconds since the epoch. */
    long startOf(long moment) {
        return moment - Math.floorMod(moment, interval.toNanos());
    }
}
