package io.bailiwick.domain.procedure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DomainProceduresTest {
    private static final class Hand extends Clock {
        Instant now = Instant.parse("2026-11-21T17:13:59.636999Z");

        @Override
        public Instant instant() {
            return now;
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

    private final Hand clock = new Hand();
    private final DomainProcedures procedures = new DomainProcedures(clock);

    @Test
    void the_status_is_whole_from_the_first_moment() {
        clock.now = clock.now.plusSeconds(125);
        assertEquals(
                Map.of(
                        "type", "domain",
                        "realm", "com.crossbario.fabric",
                        "now", "2026-11-21T17:16:04.636Z",
                        "started", "2026-11-21T17:13:59.636Z",
                        "uptime", "2 minutes",
                        "tick", 0L),
                procedures.getStatus());
    }

    @Test
    void the_license_limits_nothing() {
        Map<String, Object> license = procedures.getLicense();
        assertEquals(List.of("product", "description", "terms", "features", "limits"), List.copyOf(license.keySet()));
        assertEquals(Map.of(), license.get("limits"));
    }

    @Test
    void ticks_are_counted_from_one() {
        assertEquals(1L, procedures.tick().get("tick"));
        assertEquals(2L, procedures.tick().get("tick"));
        assertEquals(2L, procedures.getStatus().get("tick"));
    }

    @Test
    void times_have_three_digits_of_a_second_even_when_they_are_round() {
        clock.now = Instant.parse("2026-01-02T03:04:00Z");
        assertEquals("2026-01-02T03:04:00.000Z", procedures.tick().get("now"));
    }

    @Test
    void durations_are_told_in_their_largest_whole_unit() {
        assertEquals("0 seconds", DomainProcedures.inWords(Duration.ZERO));
        assertEquals("0 seconds", DomainProcedures.inWords(Duration.ofSeconds(-5)));
        assertEquals("1 minute", DomainProcedures.inWords(Duration.ofSeconds(119)));
        assertEquals("23 hours", DomainProcedures.inWords(Duration.ofMinutes(1439)));
        assertEquals("1 day", DomainProcedures.inWords(Duration.ofHours(24)));
    }

    @Test
    void the_version_names_the_formats_and_no_path_of_the_machine() {
        Map<String, Object> version = procedures.getVersion();
        assertEquals(List.of("json", "msgpack", "cbor"), version.get("supported_serializers"));
        assertTrue(version.values().stream().noneMatch(value -> value.toString().contains("/")), version.toString());
    }
}
