package io.bailiwick.bench.harness;

import java.time.Duration;

/**
 * How long and how often is measured.
 *
 * @param rounds in which all contestants take turns
 * @param window of one measurement
 * @param warmUp at most, for each
 * @param tries for a window that is clean
 * @param noise processors that others may use in a clean window
 */
public record Pace(int rounds, Duration window, Duration warmUp, int tries, double noise) {
    private static final double NOISE = 0.12;

    /** For figures that are to be believed. */
    public static final Pace FULL = new Pace(5, Duration.ofSeconds(2), Duration.ofSeconds(15), 5, NOISE);

    /** For CI. */
    public static final Pace SMOKE = new Pace(3, Duration.ofSeconds(1), Duration.ofSeconds(6), 3, NOISE);

    /** The same with another number of rounds. */
    public Pace withRounds(int other) {
        return new Pace(other, window, warmUp, tries, noise);
    }

    /** The same with a warm-up that may take so long; never less than before. */
    public Pace withWarmUp(Duration atMost) {
        return new Pace(rounds, window, atMost.compareTo(warmUp) > 0 ? atMost : warmUp, tries, noise);
    }

    /** The same with another bound on noise. */
    public Pace withNoise(double other) {
        return new Pace(rounds, window, warmUp, tries, other);
    }
}
