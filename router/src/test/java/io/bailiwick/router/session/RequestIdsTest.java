package io.bailiwick.router.session;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.ProtocolViolation;
import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sequence of request ids. */
@Conforms(Feature.IDS)
class RequestIdsTest {
    private final RequestIds strict = new RequestIds(RequestIds.Rule.STRICT);

    @Test
    void strict_ids_are_one_two_three() {
        strict.next("CALL[1]", 1);
        strict.next("SUBSCRIBE[1]", 2);
        assertDoesNotThrow(() -> strict.next("CALL[1]", 3));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 4, 1L << 53})
    void a_strict_id_that_is_used_again_or_leaves_a_gap_breaks_the_protocol(long id) {
        strict.next("CALL[1]", 1);
        strict.next("CALL[1]", 2);
        ProtocolViolation violation = assertThrows(ProtocolViolation.class, () -> strict.next("CALL[1]", id));
        assertEquals("CALL[1]: expected the request id 3, but found " + id, violation.getMessage());
        assertDoesNotThrow(() -> strict.next("CALL[1]", 3), "what was refused does not count");
    }

    @Test
    void after_the_last_id_comes_the_first() throws ReflectiveOperationException {
        Field last = RequestIds.class.getDeclaredField("last");
        last.setAccessible(true);
        last.setLong(strict, (1L << 53) - 1);
        strict.next("CALL[1]", 1L << 53);
        assertThrows(ProtocolViolation.class, () -> strict.next("CALL[1]", (1L << 53) + 1));
        assertDoesNotThrow(() -> strict.next("CALL[1]", 1));
    }

    @Test
    void lenient_ids_come_in_any_order() {
        RequestIds lenient = new RequestIds(RequestIds.Rule.LENIENT);
        for (long id : new long[] {123, 7, 123, 1L << 53}) {
            assertDoesNotThrow(() -> lenient.next("CALL[1]", id));
        }
    }
}
