package io.bailiwick.node.uplink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofSeconds(60);

    @Test
    void the_bound_grows_by_half_up_to_its_cap() {
        Backoff backoff = new Backoff(SECOND, MINUTE, () -> 1);
        assertEquals(1000, backoff.next().toMillis());
        assertEquals(1500, backoff.next().toMillis());
        assertEquals(2250, backoff.next().toMillis());
        for (int i = 0; i < 100; i++) {
            backoff.next();
        }
        assertEquals(60_000, backoff.next().toMillis());
    }

    @Test
    void waits_are_spread_from_nothing_to_the_bound() {
        Random random = new Random(1);
        int[] quarters = new int[4];
        for (int node = 0; node < 10_000; node++) {
            Backoff backoff = new Backoff(SECOND, MINUTE, random::nextDouble);
            quarters[(int) (backoff.next().toMillis() / 250)]++;
        }
        for (int quarter : quarters) {
            assertTrue(quarter > 2_000, "a quarter of the nodes in each quarter of the time, but found " + quarter);
        }
    }

    @Test
    void a_reset_begins_anew() {
        Backoff backoff = new Backoff(SECOND, MINUTE, () -> 1);
        backoff.next();
        backoff.next();
        backoff.reset();
        assertEquals(1000, backoff.next().toMillis());
    }
}
