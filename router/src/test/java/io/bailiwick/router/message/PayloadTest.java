package io.bailiwick.router.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PayloadTest {
    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_payload_is_the_slice_it_was_made_of_whatever_the_buffer() throws IOException {
        ByteBuffer array = bytes("xx[1]yy").position(2).limit(5);
        ByteBuffer direct = ByteBuffer.allocateDirect(3).put(array.duplicate()).flip();
        for (ByteBuffer buffer : List.of(array, array.slice(), array.asReadOnlyBuffer(), direct)) {
            Payload payload = Payload.view(Format.JSON, buffer, 1);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            payload.copyTo(out);
            assertEquals("[1]", out.toString(StandardCharsets.UTF_8));
            assertEquals(bytes("[1]"), payload.bytes());
            assertTrue(payload.bytes().isReadOnly());
            assertEquals(3, payload.length());
            assertEquals(Payload.owned(Format.JSON, bytes("[1]"), 1), payload);
            assertEquals(Payload.owned(Format.JSON, bytes("[1]"), 1).hashCode(), payload.hashCode());
        }
    }

    @Test
    void a_kept_view_outlives_its_frame() {
        byte[] frame = "[1]".getBytes(StandardCharsets.UTF_8);
        Payload view = Payload.view(Format.JSON, ByteBuffer.wrap(frame), 1);
        Payload kept = view.keep();
        assertNotSame(view, kept);
        frame[1] = '2';
        assertEquals(bytes("[1]"), kept.bytes());
        assertEquals(bytes("[2]"), view.bytes());
        assertSame(kept, kept.keep());
    }

    @Test
    void an_owned_payload_is_kept_without_a_copy() {
        Payload owned = Payload.owned(Format.CBOR, bytes("x"), 1);
        assertSame(owned, owned.keep());
    }

    @Test
    void a_kept_payload_holds_its_own_bytes_and_nothing_else_of_the_message() {
        byte[] frame = new byte[10_000];
        for (int length : new int[] {1, 1_000, 9_000}) {
            Payload view = Payload.view(Format.CBOR, frame, 9, 9 + length, 1);
            Payload kept = view.keep();
            assertNotSame(view, kept);
            assertEquals(view, kept);
            assertEquals(length, kept.length());
            assertSame(kept, kept.keep());
        }
        assertSame(Payload.EMPTY, Payload.EMPTY.keep());
    }

    @Test
    void a_payload_is_copied_into_the_place_that_is_named() {
        byte[] target = new byte[5];
        Payload.view(Format.CBOR, new byte[] {1, 2, 3, 4}, 1, 3, 1).copyTo(target, 2);
        assertArrayEquals(new byte[] {0, 0, 2, 3, 0}, target);
    }

    @Test
    void a_view_beyond_its_array_is_refused() {
        assertThrows(IndexOutOfBoundsException.class, () -> Payload.view(Format.CBOR, new byte[4], 2, 5, 1));
    }

    @Test
    void reading_the_bytes_leaves_the_payload_as_it_is() {
        Payload payload = Payload.owned(Format.JSON, bytes("[1]"), 1);
        byte[] first = new byte[3];
        payload.bytes().get(first);
        byte[] second = new byte[3];
        payload.bytes().get(second);
        assertArrayEquals(first, second);
    }

    @Test
    void payloads_differ_by_format_count_and_bytes() {
        Payload payload = Payload.owned(Format.CBOR, bytes("ab"), 1);
        assertNotEquals(payload, Payload.owned(Format.MSGPACK, bytes("ab"), 1));
        assertNotEquals(payload, Payload.owned(Format.CBOR, bytes("ab"), 2));
        assertNotEquals(payload, Payload.owned(Format.CBOR, bytes("ac"), 1));
        assertNotEquals(payload, Payload.EMPTY);
        assertTrue(Payload.EMPTY.isEmpty());
        assertFalse(payload.isEmpty());
    }

    @Test
    void the_text_of_a_payload_does_not_show_it() {
        assertEquals(
                "cbor payload, 6 bytes",
                Payload.owned(Format.CBOR, bytes("secret"), 1).toString());
        assertEquals("no payload", Payload.EMPTY.toString());
    }
}
