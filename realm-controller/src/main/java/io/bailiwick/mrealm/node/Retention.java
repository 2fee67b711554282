package io.bailiwick.mrealm.node;

import java.time.Duration;

/**
 * How much of a log is kept: what is older or beyond the count is removed, oldest first, in parts of at most a quarter of the
 * count; a part goes when all of it may.
 *
 * @param age how long a heartbeat is kept
 * @param count how many heartbeats of all nodes together are kept, and as many of all workers
 */
public record Retention(Duration age, long count) {
    /** A week, and a million: some 100 MB in all. */
    public static final Retention DEFAULT = new Retention(Duration.ofDays(7), 1_000_000);

    /** Checks the bounds. */
    public Retention {
        if (age.isNegative() || age.isZero() || count < 1) {
            throw new IllegalArgumentException(
                    "expected a retention of more than nothing, but found " + age + ", " + count);
        }
    }
}
