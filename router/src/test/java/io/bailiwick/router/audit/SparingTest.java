package io.bailiwick.router.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Nobody fills the log with what it may not do. */
class SparingTest {
    private final AtomicLong now = new AtomicLong();
    private final Sparing sparing = new Sparing(now::get);

    private int written(String who, int times) {
        int written = 0;
        for (int i = 0; i < times; i++) {
            written += sparing.admit(who).isPresent() ? 1 : 0;
        }
        return written;
    }

    @Test
    void of_one_who_floods_few_are_written_and_the_next_tells_how_many_were_not() {
        assertEquals(20, written("guest", 5_000));
        assertEquals(OptionalLong.of(4_980), sparing.admit("other"));
        assertEquals(OptionalLong.of(0), sparing.admit("other"));
        now.addAndGet(Duration.ofSeconds(31).toNanos());
        assertEquals(1, written("guest", 100));
    }

    @Test
    void many_who_flood_together_are_bounded_too() {
        int written = 0;
        for (int i = 0; i < 1_000; i++) {
            written += written("guest" + i, 10);
        }
        assertTrue(written <= 1_000, written + " written");
    }
}
