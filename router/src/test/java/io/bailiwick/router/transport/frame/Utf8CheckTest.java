package io.bailiwick.router.transport.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.codec.Codec;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.ProtocolViolation;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The check of text against the JDK's. */
@Conforms(Feature.WEBSOCKET)
class Utf8CheckTest {

    private static boolean jdk(byte[] octets) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static boolean ours(byte[] octets, int cut) {
        Utf8Check check = new Utf8Check();
        return check.take(octets, 0, cut) && check.take(octets, cut, octets.length) && check.end();
    }

    @Test
    void every_octet_sequence_of_up_to_three_is_judged_as_the_jdk_does() {
        for (int length = 1; length <= 3; length++) {
            byte[] octets = new byte[length];
            for (int value = 0; value < 1 << (8 * length); value += length == 3 ? 61 : 1) {
                for (int i = 0; i < length; i++) {
                    octets[i] = (byte) (value >>> (8 * i));
                }
                assertEquals(jdk(octets), ours(octets, value % (length + 1)));
            }
        }
    }

    @Test
    void every_character_is_taken_wherever_it_is_cut() {
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
            if (!surrogate) {
                byte[] octets = Character.toString(point).getBytes(StandardCharsets.UTF_8);
                assertEquals(true, ours(octets, point % (octets.length + 1)));
            }
        }
    }

    @Test
    void long_texts_with_a_flaw_somewhere_are_judged_as_the_jdk_does() {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            byte[] octets = "some ASCII, caf\u00e9, \u20ac, \ud83d\ude00 and more ASCII behind it"
                    .getBytes(StandardCharsets.UTF_8);
            octets[random.nextInt(octets.length)] = (byte) random.nextInt();
            assertEquals(jdk(octets), ours(octets, random.nextInt(octets.length)));
        }
    }

    /** Since a text of WAMP is not looked at twice. */
    @Test
    void what_the_reader_of_json_takes_is_utf8() {
        Random random = new Random(8);
        int[] octets = {
            0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee
        };
        int[] more = {0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff};
        byte[] before = "[48,1,{},\"com.example.p\",[\"".getBytes(StandardCharsets.UTF_8);
        byte[] behind = "\"]]".getBytes(StandardCharsets.UTF_8);
        int taken = 0;
        for (int round = 0; round < 100_000; round++) {
            int length = 1 + random.nextInt(4);
            ByteBuffer text =
                    ByteBuffer.allocate(before.length + length + behind.length).put(before);
            for (int i = 0; i < length; i++) {
                int pick = random.nextInt(octets.length + more.length);
                text.put((byte) (pick < octets.length ? octets[pick] : more[pick - octets.length]));
            }
            byte[] message = text.put(behind).array();
            boolean read;
            try {
                Codec.of(Format.JSON).read(ByteBuffer.wrap(message));
                read = true;
                taken++;
            } catch (ProtocolViolation violation) {
                read = false;
            }
            assertEquals(Utf8Check.isUtf8(message, 0, message.length), read);
        }
        assertTrue(taken > 1_000 && taken < 99_000, taken + " were taken");
    }
}
