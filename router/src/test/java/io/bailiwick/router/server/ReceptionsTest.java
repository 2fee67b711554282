package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.bailiwick.router.message.Dict;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What links have in common. */
class ReceptionsTest {
    private final Receptions receptions = new Receptions();

    private static Dict roles(String feature) {
        return Dict.of(Map.of("caller", Map.of("features", Map.of(feature, true))));
    }

    @Test
    void clients_that_announce_the_same_share_one_dictionary_of_it() {
        Dict first = receptions.shared(roles("call_timeout"));
        assertSame(first, receptions.shared(roles("call_timeout")));
        assertEquals(
                Map.of("call_canceling", true),
                receptions
                        .shared(roles("call_canceling"))
                        .dict("caller")
                        .entries()
                        .get("features"));
    }

    @Test
    void what_strangers_announce_is_kept_neither_for_ever_nor_when_it_is_long() {
        Dict first = receptions.shared(roles("call_timeout"));
        for (int i = 0; i < 100; i++) {
            receptions.shared(roles("feature_" + i));
        }
        Dict later = roles("call_timeout");
        assertNotSame(first, receptions.shared(later));
        Dict longOne = roles("x".repeat(10_000));
        assertSame(longOne, receptions.shared(longOne));
        Dict again = roles("x".repeat(10_000));
        assertSame(again, receptions.shared(again));
    }
}
