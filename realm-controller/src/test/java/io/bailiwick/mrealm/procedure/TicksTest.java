package io.bailiwick.mrealm.procedure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TicksTest {
    @Test
    void durations_are_told_in_their_largest_unit() {
        assertEquals("0 seconds", Ticks.words(Duration.ZERO));
        assertEquals("1 minute", Ticks.words(Duration.ofSeconds(119)));
        assertEquals("2 minutes", Ticks.words(Duration.ofMinutes(2)));
        assertEquals("23 hours", Ticks.words(Duration.ofHours(23)));
        assertEquals("2 days", Ticks.words(Duration.ofHours(49)));
    }

    @Test
    void ticks_are_counted_and_told_in_the_status() {
        Ticks ticks = new Ticks("default");
        ticks.next();
        assertEquals(2L, ticks.next().get("tick"));
        RealmProcedures.Status status = ticks.status();
        assertEquals("management", status.type());
        assertEquals("default", status.realm());
        assertEquals(2, status.tick());
        assertTrue(status.started().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"), status.started());
    }
}
