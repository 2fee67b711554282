package io.bailiwick.router.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.TokenBuckets.Rate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Rates by key, under the load of somebody who wants to get around them. */
@Conforms(Feature.THROTTLING)
class TokenBucketsTest {
    private long nanos;

    private TokenBuckets buckets(Rate rate) {
        return new TokenBuckets(rate, 3, () -> nanos);
    }

    private void passMillis(long millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void a_full_table_frees_nobody() {
        TokenBuckets buckets = buckets(new Rate(2, Duration.ofSeconds(1)));
        assertTrue(buckets.take("victim"));
        assertTrue(buckets.take("victim"));
        assertFalse(buckets.take("victim"));
        int passed = 0;
        for (int i = 0; i < 100; i++) {
            passed += buckets.take("filler" + i) ? 1 : 0;
        }
        // Two with a bucket of their own, two from the bucket that the rest share.
        assertEquals(4, passed);
        assertEquals(3, buckets.size());
        assertFalse(buckets.take("victim"));
        passMillis(2000);
        assertTrue(buckets.take("newcomer"));
        assertEquals(3, buckets.size());
    }

    @Test
    void a_clock_that_is_set_back_gives_and_takes_nothing() {
        TokenBuckets buckets = buckets(new Rate(1, Duration.ofSeconds(1)));
        assertTrue(buckets.take("a"));
        passMillis(-60_000);
        assertFalse(buckets.take("a"));
        passMillis(1000);
        assertTrue(buckets.take("a"));
        assertThrows(IllegalArgumentException.class, () -> buckets(new Rate(0, Duration.ofSeconds(1))));
        assertThrows(IllegalArgumentException.class, () -> buckets(new Rate(1, Duration.ofSeconds(-1))));
    }

    @Test
    @Conforms(Feature.RATES)
    void so_many_in_a_second_come_back_evenly() {
        TokenBuckets buckets = buckets(Rate.perSecond(2000, 3));
        for (int i = 0; i < 3; i++) {
            assertTrue(buckets.take("a"));
        }
        assertFalse(buckets.take("a"));
        passMillis(1);
        assertTrue(buckets.take("a"));
        assertTrue(buckets.take("a"));
        assertFalse(buckets.take("a"));
    }

    @Test
    void a_rate_of_zero_is_no_bound() {
        TokenBuckets buckets = buckets(Rate.perSecond(0, 0));
        for (int i = 0; i < 1000; i++) {
            assertTrue(buckets.take("a"));
        }
        assertEquals(0, buckets.size());
    }
}
