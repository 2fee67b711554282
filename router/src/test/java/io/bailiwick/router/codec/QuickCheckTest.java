package io.bailiwick.router.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way through a message finds what the long way finds, and takes nothing that that one refuses. */
class QuickCheckTest {
    private static final int ROUNDS = 40_000;

    private static RawCheck check(Format format, byte[] bytes) {
        return new RawCheck(format, TokenReader.of(format, bytes, 0, bytes.length));
    }

    private static String notes(RawCheck check) {
        List<String> notes = new ArrayList<>();
        notes.add(check.elements() + " elements");
        for (int i = 0; i < Math.min(check.elements(), 7); i++) {
            notes.add(check.kind(i) + " " + check.start(i) + "-" + check.end(i) + " " + fact(check, i));
        }
        return notes.toString();
    }

    private static long fact(RawCheck check, int element) {
        return switch (check.kind(element)) {
            case INTEGER, TEXT, LIST, DICT -> check.fact(element);
            default -> 0;
        };
    }

    private static String refusal(RawCheck check) {
        return assertThrows(ProtocolViolation.class, check::walk).getMessage();
    }

    /** Goes both ways; whether the short one led to the end. */
    private static boolean isPassed(Format format, byte[] bytes) {
        RawCheck quick = check(format, bytes);
        boolean passed;
        try {
            passed = quick.isPassedQuickly();
        } catch (ProtocolViolation fault) {
            assertEquals(refusal(check(format, bytes)), fault.getMessage());
            return false;
        }
        if (passed) {
            RawCheck slow = check(format, bytes);
            slow.walk();
            assertEquals(notes(slow), notes(quick), () -> HexFormat.of().formatHex(bytes));
        }
        return passed;
    }

    @ParameterizedTest
    @EnumSource(names = {"MSGPACK", "CBOR"})
    void a_message_as_routers_and_clients_write_it_is_passed_quickly(Format format) {
        for (Message message : Samples.all(format)) {
            assertTrue(isPassed(format, Samples.write(format, message)), message::toString);
        }
        Object[] values = {
            "\u00e9\u20ac\ud83d\ude00",
            -1,
            -33,
            -129,
            -40_000,
            Integer.MIN_VALUE,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            255,
            70_000,
            1.5,
            null,
            List.of(),
            Map.of("a", 1, "b", true, "c", List.of(Map.of("k", "x".repeat(300), "l", "y".repeat(70_000))))
        };
        Message rich = new Message.Publish(1, Dict.EMPTY, "t", Payloads.encode(format, Arguments.of(values)));
        assertTrue(isPassed(format, Samples.write(format, rich)));
    }

    @Test
    void json_has_no_short_way() {
        assertFalse(isPassed(Format.JSON, Rendering.of(Format.JSON, List.of(1, "r", Map.of()))));
    }

    @ParameterizedTest
    @EnumSource(names = {"MSGPACK", "CBOR"})
    void what_is_passed_quickly_is_right_and_found_to_be_the_same(Format format) {
        List<byte[]> corpus = Samples.all(format).stream()
                .map(message -> Samples.write(format, message))
                .toList();
        Random random = new Random(815);
        int passed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = corpus.get(random.nextInt(corpus.size())).clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            int length = random.nextInt(8) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
            passed += isPassed(format, Arrays.copyOf(bytes, length)) ? 1 : 0;
        }
        assertTrue(passed > 1_000, passed + " passed");
        assertTrue(passed < ROUNDS / 2, passed + " passed");
    }

    @ParameterizedTest
    @EnumSource(names = {"MSGPACK", "CBOR"})
    void the_same_key_again_is_refused_on_the_short_way_too(Format format) {
        byte[] bytes =
                Rendering.of(format, List.of(50, 1, new Rendering.Entries(List.of("a", "b", "a"), List.of(1, 2, 3))));
        assertTrue(refusal(check(format, bytes)).contains("the same key again"));
        assertFalse(isPassed(format, bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"81c0c0", "9302cfffffffffffffffff80", "930201c1", "930201d400", "930201c40580"})
    void what_the_table_does_not_know_is_left_to_the_long_way(String hex) {
        assertFalse(isPassed(Format.MSGPACK, HexFormat.of().parseHex(hex)));
    }

    @Test
    void the_table_of_each_format_knows_each_first_octet_as_the_reader_does() {
        for (Format format : List.of(Format.MSGPACK, Format.CBOR)) {
            for (int head = 0; head < 256; head++) {
                for (int tail : new int[] {0, 1, 2, 0x61, 0xff}) {
                    byte[] bytes = new byte[40];
                    Arrays.fill(bytes, (byte) tail);
                    bytes[0] = (byte) (format == Format.MSGPACK ? 0x91 : 0x81);
                    bytes[1] = (byte) head;
                    for (int length = 1; length <= bytes.length; length++) {
                        isPassed(format, Arrays.copyOf(bytes, length));
                    }
                }
            }
        }
    }
}
