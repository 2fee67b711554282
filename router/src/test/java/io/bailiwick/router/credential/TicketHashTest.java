package io.bailiwick.router.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import java.util.List;
import org.junit.jupiter.api.Test;

@Conforms(Feature.TICKET)
class TicketHashTest {
    @Test
    void a_ticket_matches_its_hash_and_no_other() {
        for (TicketHash hash : List.of(TicketHash.ofRandom("ticket"), TicketHash.ofChosen("ticket"))) {
            assertTrue(hash.matches("ticket"));
            assertFalse(hash.matches("Ticket"));
            assertFalse(hash.matches(""));
            assertTrue(TicketHash.parse(hash.text()).matches("ticket"));
            assertFalse(hash.text().contains("ticket"));
            assertFalse(
                    hash.toString().contains(hash.text().substring(hash.text().lastIndexOf('$') + 1)));
        }
    }

    @Test
    void each_hash_has_its_own_salt() {
        assertNotEquals(
                TicketHash.ofRandom("ticket").text(),
                TicketHash.ofRandom("ticket").text());
    }

    @Test
    void a_hash_that_another_tool_wrote_is_read() {
        // $ argon2 somesalt -id -t 2 -m 16 -p 1 <<< password (RFC 9106 reference implementation, its own test value)
        TicketHash hash = TicketHash.parse(
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");
        assertTrue(hash.matches("password"));
    }

    @Test
    void another_text_is_no_hash_and_is_not_repeated() {
        for (String text : List.of(
                "",
                "secret",
                "$sha256$AAAA$AAAA",
                "$argon2id$v=19$m=1,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
                "$argon2id$v=19$m=99999999999,t=1,p=1$AAAA$AAAA",
                "$argon2i$v=19$m=64,t=1,p=1$AAAAAAAAAAA$AAAA")) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> TicketHash.parse(text));
            assertFalse(!text.isEmpty() && String.valueOf(refused.getMessage()).contains(text));
        }
    }

    @Test
    void a_new_ticket_has_256_bits() {
        assertEquals(43, TicketHash.newTicket().length());
        assertNotEquals(TicketHash.newTicket(), TicketHash.newTicket());
    }

    @Test
    void what_is_too_long_for_a_ticket_is_not_hashed() {
        assertFalse(TicketHash.ofRandom("ticket").matches("t".repeat(1 << 20)));
        assertThrows(IllegalArgumentException.class, () -> TicketHash.ofRandom(""));
    }
}
