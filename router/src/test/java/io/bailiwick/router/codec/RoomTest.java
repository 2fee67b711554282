package io.bailiwick.router.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages that are written behind one another into one array. */
class RoomTest {
    private static final class Space implements Codec.Room {
        private byte[] array = new byte[8];
        private int taken;

        @Override
        public byte[] array() {
            return array;
        }

        @Override
        public int taken() {
            return taken;
        }

        @Override
        public void take(byte[] other, int octets) {
            array = other;
            taken = octets;
        }

        byte[] octets() {
            return Arrays.copyOf(array, taken);
        }
    }

    @ParameterizedTest
    @EnumSource
    void messages_in_a_room_are_those_of_a_stream_behind_one_another(Format format) throws Exception {
        Codec codec = Codec.of(format);
        Space space = new Space();
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (Format other : Format.values()) {
            for (Message message : Samples.all(other)) {
                codec.write(message, space);
                codec.write(message, stream);
            }
            Message large =
                    new Message.Result(1, Dict.EMPTY, Payloads.encode(other, Arguments.of("x".repeat(200_000))));
            codec.write(large, space);
            codec.write(large, stream);
        }
        assertArrayEquals(stream.toByteArray(), space.octets());
    }

    @Test
    void a_message_that_has_no_form_leaves_the_room_as_it_was() {
        Codec codec = Codec.of(Format.JSON);
        Space space = new Space();
        Message good = new Message.Published(1, 2);
        codec.write(good, space);
        byte[] before = space.octets();
        Message bad = new Message.Result(
                1, Dict.of("a".repeat(500), 1), Payloads.encode(Format.CBOR, Arguments.of(Double.POSITIVE_INFINITY)));
        assertThrows(UntranslatablePayloadException.class, () -> codec.write(bad, space));
        assertArrayEquals(before, space.octets());
        codec.write(good, space);
        assertEquals(2 * before.length, space.octets().length);
    }

    @Test
    void the_array_of_a_room_is_not_kept_by_the_writer() throws Exception {
        Codec codec = Codec.of(Format.MSGPACK);
        Space space = new Space();
        codec.write(new Message.Published(1, 2), space);
        byte[] before = space.octets();
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (Message message : List.of(new Message.Published(3, 4), new Message.Subscribed(5, 6))) {
            codec.write(message, stream);
        }
        assertArrayEquals(before, space.octets());
        assertTrue(stream.size() > 0);
    }
}
