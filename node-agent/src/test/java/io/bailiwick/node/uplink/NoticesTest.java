package io.bailiwick.node.uplink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoticesTest {
    private final Notices notices = new Notices();

    private static long minutes(long minutes) {
        return Duration.ofMinutes(minutes).toNanos();
    }

    @Test
    void the_same_is_said_ever_less_often() {
        List<Integer> said = new ArrayList<>();
        for (int minute = 0; minute < 300; minute++) {
            if (notices.due("same", minutes(minute))) {
                said.add(minute);
            }
        }
        assertEquals(List.of(0, 1, 3, 7, 15, 31, 63, 123, 183, 243), said);
    }

    @Test
    void something_else_is_said_at_once() {
        assertTrue(notices.due("one", 0));
        assertTrue(notices.due("other", 1));
        assertFalse(notices.due("other", 2));
    }

    @Test
    void after_the_trouble_is_over_the_same_is_new() {
        notices.due("same", 0);
        notices.reset();
        assertTrue(notices.due("same", 1));
    }
}
