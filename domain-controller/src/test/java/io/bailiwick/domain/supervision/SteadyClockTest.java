package io.bailiwick.domain.supervision;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private Instant shown = BEGIN;
    private long nanos = 17;

    private final SteadyClock clock = new SteadyClock(new Wall(), () -> nanos);

    /** The clock of the machine, which anybody may set. */
    private final class Wall extends Clock {
        @Override
        public Instant instant() {
            return shown;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void it_runs_by_the_monotonic_time_whatever_the_clock_of_the_machine_does() {
        shown = BEGIN.minus(Duration.ofDays(30));
        nanos += Duration.ofSeconds(5).toNanos();
        assertEquals(BEGIN.plusSeconds(5), clock.instant());
        shown = BEGIN.plus(Duration.ofDays(30));
        assertEquals(BEGIN.plusSeconds(5), clock.instant());
    }

    @Test
    void a_moment_is_shown_to_people_by_the_clock_of_the_machine_as_it_is_set_now() {
        Instant moment = clock.instant();
        nanos += Duration.ofSeconds(5).toNanos();
        shown = BEGIN.plus(Duration.ofDays(1));
        assertEquals(BEGIN.plus(Duration.ofDays(1)).minusSeconds(5), clock.onWall(moment));
    }
}
