package io.bailiwick.mrealm.node;

import java.time.Duration;

/**
 * How much of a log is kept: what is older, or beyond the count or the bytes, is removed, oldest first, in parts of about a
 * quarter of what may be kept at most. By age and count a part goes when all of it may, so that no less is kept; by bytes as soon
 * as there are more, so that no more is.
 *
 * @param age how long a heartbeat is kept
 * @param count how many heartbeats of all nodes together are kept, and as many of all workers
 * @param bytes how much they may take in all, as they are stored; the files of the store have more than that
 */
public record Retention(Duration age, long count, long bytes) {
    /** A week, and a million, which take some 100 MB; a gibibyte at most. */
    public static final Retention DEFAULT = new Retention(Duration.ofDays(7), 1_000_000, 1L << 30);

    /** Checks the bounds. */
    public Retention {
        if (age.isNegative() || age.isZero() || count < 1 || bytes < 1) {
            throw new IllegalArgumentException(
                    "expected a retention of more than nothing, but found " + age + ", " + count + ", " + bytes);
        }
    }
}
