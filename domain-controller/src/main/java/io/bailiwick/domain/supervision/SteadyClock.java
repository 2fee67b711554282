package io.bailiwick.domain.supervision;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;

/**
 * A clock that never jumps: it was set once, by another, and runs by the system's monotonic time since. Whoever waits by it
 * waits neither an hour too long nor fires at once when somebody sets the clock of the machine.
 */
public final class SteadyClock extends Clock {
    private final Clock wall;
    private final LongSupplier nanos;
    private final Instant set;
    private final long setAt;

    /** A clock that is set by another, now. */
    public static SteadyClock setBy(Clock wall) {
        return new SteadyClock(wall, System::nanoTime);
    }

    SteadyClock(Clock wall, LongSupplier nanos) {
        this.wall = wall;
        this.nanos = nanos;
        this.set = wall.instant();
        this.setAt = nanos.getAsLong();
    }

    @Override
    public Instant instant() {
        return set.plusNanos(nanos.getAsLong() - setAt);
    }

    /** What the other clock would have shown at a moment of this one, going by what it shows now: for people to read. */
    Instant onWall(Instant moment) {
        return wall.instant().minus(Duration.between(moment, instant()));
    }

    @Override
    public ZoneId getZone() {
        return wall.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new SteadyClock(wall.withZone(zone), nanos);
    }
}
