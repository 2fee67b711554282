package io.bailiwick.bench.harness;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SteadinessTest {
    private static final double QUIET = 0.01;
    private static final double BUSY = 0.2;

    private static boolean holds(double compilers, double... rates) {
        Steadiness steadiness = new Steadiness();
        for (double rate : rates) {
            steadiness.add(rate, compilers);
        }
        return steadiness.holds();
    }

    @Test
    void threeWindowsWithinATwentiethAreSteady() {
        assertTrue(holds(QUIET, 50, 96, 100, 98));
    }

    @Test
    void twoAreNot() {
        assertFalse(holds(QUIET, 100, 100));
    }

    @Test
    void aRateThatStillGrowsIsNot() {
        assertFalse(holds(QUIET, 90, 96, 102));
    }

    @Test
    void asLongAsCompilersWorkNothingIs() {
        assertFalse(holds(BUSY, 100, 100, 100, 100));
    }

    @Test
    void compilersMustHaveRestedInAllThreeWindows() {
        Steadiness steadiness = new Steadiness();
        steadiness.add(100, QUIET);
        steadiness.add(100, BUSY);
        steadiness.add(100, QUIET);
        steadiness.add(100, QUIET);
        assertFalse(steadiness.holds());
        steadiness.add(100, QUIET);
        assertTrue(steadiness.holds());
    }
}
