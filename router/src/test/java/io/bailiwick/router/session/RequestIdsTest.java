package io.bailiwick.router.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.session.RequestIds.Order;
import java.util.List;
import org.junit.jupiter.api.Test;

@Conforms(Feature.IDS)
class RequestIdsTest {

    @Test
    void a_strict_sequence_starts_at_1_and_takes_only_the_next() {
        RequestIds ids = new RequestIds(Order.STRICT);
        assertFalse(ids.accept(2));
        assertTrue(ids.accept(1));
        assertFalse(ids.accept(1));
        assertFalse(ids.accept(3));
        assertTrue(ids.accept(2));
        assertEquals(2, ids.last());
    }

    @Test
    void a_lenient_sequence_takes_every_id_and_remembers_the_highest() {
        RequestIds ids = new RequestIds(Order.LENIENT);
        List.of(789L, 123L, 123L, 1L).forEach(id -> assertTrue(ids.accept(id)));
        assertEquals(789, ids.last());
        assertEquals(790, ids.next());
    }

    @Test
    void after_2_to_the_53_comes_1() {
        RequestIds ids = new RequestIds(Order.LENIENT);
        assertTrue(ids.accept(1L << 53));
        assertEquals(1, ids.next());
    }
}
