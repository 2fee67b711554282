package io.bailiwick.bench.harness;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a server has warmed up: its rate has been the same for three windows, and the compilers of a JVM have had next to
 * nothing to do in any of them.
 */
public final class Steadiness {
    private static final double TOLERANCE = 0.05;
    private static final int WINDOWS = 3;
    /** Of a processor. */
    private static final double COMPILERS = 0.05;

    private final List<Double> rates = new ArrayList<>();
    private int quiet;

    /**
     * One more window.
     *
     * @param rate of what was done in it
     * @param compilers the share of a processor that compilers had
     */
    public void add(double rate, double compilers) {
        rates.add(rate);
        quiet = compilers <= COMPILERS ? quiet + 1 : 0;
    }

    /** Whether it has warmed up. */
    public boolean holds() {
        if (rates.size() < WINDOWS || quiet < WINDOWS) {
            return false;
        }
        List<Double> last = rates.subList(rates.size() - WINDOWS, rates.size());
        double least = last.stream().mapToDouble(Double::doubleValue).min().orElse(0);
        double most = last.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        return most - least <= TOLERANCE * most;
    }
}
