package io.bailiwick.router.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
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
    void a_payload_is_copied_for_long_only_where_that_frees_a_good_part() {
        byte[] frame = new byte[10_000];
        for (int length : new int[] {1, 1_000, 7_000}) {
            Payload small = Payload.part(Format.CBOR, ByteBuffer.wrap(frame, 9, length), 1, frame.length);
            assertEquals(frame.length, small.held());
            Payload compact = small.compact();
            assertEquals(small, compact);
            assertEquals(length, compact.held());
            assertSame(compact, compact.compact());
        }
        Payload most = Payload.part(Format.CBOR, ByteBuffer.wrap(frame, 9, 9_000), 1, frame.length);
        assertSame(most, most.compact());
        Payload view = Payload.view(Format.CBOR, ByteBuffer.wrap(frame, 9, 9_000), 1);
        assertNotSame(view, view.compact());
        assertSame(Payload.EMPTY, Payload.EMPTY.compact());
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
