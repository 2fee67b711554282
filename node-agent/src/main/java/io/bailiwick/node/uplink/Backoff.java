package io.bailiwick.node.uplink;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next try: anything from nothing to a bound that grows with each try ("full jitter"), so that
 * ten thousand nodes that lost their router at the same moment do not come back at the same moment.
 */
final class Backoff {
    private static final double GROWTH = 1.5;

    private final Duration first;
    private final Duration cap;
    private final DoubleSupplier random;
    private int tries;

    /**
     * A wait that has not grown yet.
     *
     * @param first the bound of the first wait
     * @param cap the bound of the bound
     * @param random numbers from 0 (inclusive) to 1 (exclusive)
     */
    Backoff(Duration first, Duration cap, DoubleSupplier random) {
        this.first = first;
        this.cap = cap;
        this.random = random;
    }

    /** The next wait. */
    Duration next() {
        double most = (double) cap.toMillis();
        double bound = Math.min(most, first.toMillis() * Math.pow(GROWTH, tries));
        if (bound < most) {
            tries++;
        }
        return Duration.ofMillis((long) (random.getAsDouble() * bound));
    }

    /** From the beginning again. */
    void reset() {
        tries = 0;
    }
}
