package io.bailiwick.domain.supervision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.bailiwick.router.child.Lifecycle;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clock of the machine is set while controllers run; and this process stands still for a while. */
class ClockJumpTest {
    private final VirtualTime time = new VirtualTime();
    private final Instant begin = time.clock().instant();
    private final List<FakeChild> children = new ArrayList<>();
    private final WantedRealm realm = new WantedRealm(UUID.randomUUID(), "realm1");
    private Duration jump = Duration.ZERO;

    private final RealmControllers controllers = new RealmControllers(
            wanted -> {
                children.add(new FakeChild(children.size() + 1));
                return children.get(children.size() - 1);
            },
            time,
            new SteadyClock(
                    new Jumping(),
                    () -> Duration.between(begin, time.clock().instant()).toNanos()),
            2,
            status -> {},
            Lifecycle.STANDARD,
            Duration.ofMillis(100));

    private final class Jumping extends Clock {
        @Override
        public Instant instant() {
            return time.clock().instant().plus(jump);
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

    private RealmStatus status() {
        return controllers.statuses().get(realm.oid());
    }

    @ParameterizedTest
    @ValueSource(ints = {-720, -1, 1, 720})
    void a_clock_that_is_set_by_hours_ends_nobody_and_keeps_nobody_waiting(int hours) {
        controllers.want(realm);
        children.get(0).sayReady();
        time.advance(Duration.ofMinutes(1));
        jump = Duration.ofHours(hours);
        time.advance(Duration.ofMinutes(1));
        assertEquals("ready", status().state());
        assertEquals(1, children.size());
        assertEquals(begin.plus(jump), status().since(), "shown by the clock as it is now");
        children.get(0).leave(1);
        jump = Duration.ZERO;
        time.advance(Duration.ofMillis(900));
        assertEquals(1, children.size());
        time.advance(Duration.ofMillis(200));
        assertEquals(2, children.size());
    }

    @Test
    void who_stood_still_itself_blames_nobody_for_the_silence() {
        FakeChild child = new FakeChild(1);
        child.fallSilent();
        Pulse pulse = new Pulse(child, Duration.ofSeconds(1));
        // An hour may have passed between two rounds: they are two, whatever the clocks say.
        for (int round = 1; round < Pulse.ROUNDS; round++) {
            assertFalse(pulse.round().isPresent());
        }
        child.speak("");
        assertFalse(pulse.round().isPresent());
        assertFalse(child.isKilled());
    }
}
