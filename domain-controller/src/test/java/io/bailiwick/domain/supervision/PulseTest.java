package io.bailiwick.domain.supervision;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.child.Vitals;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Why a controller is silent, by what the system tells of its process in three seconds. */
class PulseTest {
    private final FakeChild child = new FakeChild(1);
    private final Pulse pulse = new Pulse(child, Duration.ofSeconds(1));

    @BeforeEach
    void silence() {
        child.fallSilent();
        pulse.round();
    }

    private String reason(Vitals before, Vitals after) {
        child.show(before);
        for (int round = 1; round < Pulse.ROUNDS; round++) {
            assertEquals(Optional.empty(), pulse.round());
        }
        child.show(after);
        return pulse.round().orElseThrow();
    }

    private static Vitals vitals(int used, Map<String, Duration> threads) {
        return new Vitals(false, Optional.of(Duration.ofMillis(used)), threads);
    }

    @Test
    void a_thread_that_goes_round_is_busy_though_the_machine_leaves_it_a_fifth_of_a_processor() {
        assertEquals(
                "hung: no sign of life for 4.0 s; it is busy without end: in the last 3.0 s one thread had work for 2.9 s, and"
                        + " all used 0.6 s of processor time; what its threads did is in its log, if it was able to tell",
                reason(
                        vitals(2000, Map.of("7", Duration.ofMillis(5000), "8", Duration.ZERO)),
                        vitals(2600, Map.of("7", Duration.ofMillis(7900), "8", Duration.ZERO))));
    }

    @Test
    void threads_with_a_little_work_each_wait_for_something_though_all_together_are_busy() {
        assertEquals(
                "hung: no sign of life for 4.0 s; it waits for something: in the last 3.0 s one thread had work for 1.2 s, and"
                        + " all used 2.4 s of processor time; what its threads did is in its log, if it was able to tell",
                reason(
                        vitals(0, Map.of("7", Duration.ofMillis(9000))),
                        vitals(2400, Map.of("7", Duration.ofMillis(10200), "8", Duration.ofMillis(1100)))));
    }

    @Test
    void where_nothing_is_told_of_threads_it_is_judged_by_the_processor_time_of_all() {
        assertEquals(
                "hung: no sign of life for 4.0 s; it is busy without end: in the last 3.0 s one thread had work for 2.8 s, and"
                        + " all used 2.8 s of processor time; what its threads did is in its log, if it was able to tell",
                reason(vitals(100, Map.of()), vitals(2900, Map.of())));
    }

    @Test
    void where_nothing_is_told_at_all_no_cause_is_made_up() {
        assertEquals(
                "hung: no sign of life for 4.0 s; it does not come to its work; what its threads did is in its log, if it was"
                        + " able to tell",
                reason(Vitals.UNKNOWN, Vitals.UNKNOWN));
    }
}
