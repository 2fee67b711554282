package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DrawnIdsTest {
    /** A source of the same octet again and again. */
    private static Random constant(int octet) {
        return new Random() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] octets) {
                Arrays.fill(octets, (byte) octet);
            }
        };
    }

    @Test
    void ids_go_from_1_to_2_to_the_power_of_53() {
        assertEquals(1, new DrawnIds(constant(0)).getAsLong());
        assertEquals(1L << 53, new DrawnIds(constant(0xff)).getAsLong());
    }

    @Test
    void what_was_drawn_is_given_once() {
        DrawnIds ids = new DrawnIds(new Random(1));
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            assertTrue(seen.add(ids.getAsLong()));
        }
    }
}
