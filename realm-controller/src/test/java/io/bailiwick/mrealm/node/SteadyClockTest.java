package io.bailiwick.mrealm.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private long wall = TimeUnit.DAYS.toNanos(20_000);
    private long monotonic = 5;
    private final SteadyClock clock = new SteadyClock(() -> wall, () -> monotonic);

    private void pass(long nanos) {
        wall += nanos;
        monotonic += nanos;
    }

    @Test
    void it_is_the_systems_clock_as_long_as_nobody_sets_that_back() {
        for (int i = 0; i < 10; i++) {
            assertEquals(wall, clock.nanos());
            pass(1_000_000);
        }
        wall += TimeUnit.DAYS.toNanos(3);
        assertEquals(wall, clock.nanos(), "forward it is followed");
    }

    @Test
    void a_clock_that_is_set_back_is_waited_for_at_half_speed() {
        long before = clock.nanos();
        wall -= TimeUnit.MINUTES.toNanos(10);
        pass(TimeUnit.SECONDS.toNanos(2));
        assertEquals(before + TimeUnit.SECONDS.toNanos(1), clock.nanos());
        pass(TimeUnit.MINUTES.toNanos(20));
        assertEquals(wall, clock.nanos(), "caught up");
    }

    @Test
    void a_clock_that_was_wrong_by_hours_is_followed_at_once() {
        clock.nanos();
        wall -= TimeUnit.HOURS.toNanos(2);
        assertEquals(wall, clock.nanos());
    }

    @Test
    void each_time_is_later_than_the_one_before() {
        Random random = new Random(7);
        long last = clock.nanos();
        for (int i = 0; i < 10_000; i++) {
            if (random.nextInt(100) == 0) {
                wall += random.nextLong(TimeUnit.MINUTES.toNanos(20)) - TimeUnit.MINUTES.toNanos(10);
            }
            pass(random.nextInt(3) * 1_000_000L);
            long now = clock.nanos();
            // Set back again and again it may be behind by hours at last; then it is followed.
            assertTrue(now > last || last - now > TimeUnit.HOURS.toNanos(1), "at " + i);
            last = now;
        }
    }
}
