package io.bailiwick.router.codec;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.ProtocolViolation;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before anything is believed: the bombs of other serializers, and every rule of the check. */
class RawCheckTest {
    private static final Duration BOUND = Duration.ofSeconds(5);

    private static void check(Format format, byte[] bytes) {
        RawCheck.of(format, TokenReader.of(format, bytes, 0, bytes.length));
    }

    private static void accepted(Format format, Object value) {
        assertDoesNotThrow(() -> check(format, Rendering.of(format, value)));
    }

    private static String refusal(Format format, byte[] bytes) {
        return assertTimeoutPreemptively(BOUND, () -> assertThrows(ProtocolViolation.class, () -> check(format, bytes))
                .getMessage());
    }

    private static String refusal(Format format, Object value) {
        return refusal(format, Rendering.of(format, value));
    }

    private static String cborRefusal(String hex) {
        return refusal(Format.CBOR, HexFormat.of().parseHex(hex));
    }

    private static Object nested(int depth) {
        Object value = List.of();
        for (int i = 1; i < depth; i++) {
            value = i % 2 == 0 ? List.of(value) : Map.of("k", value);
        }
        return List.of(value);
    }

    // ---- depth and number

    @ParameterizedTest
    @EnumSource
    void sixty_four_levels_are_allowed_and_no_more(Format format) {
        accepted(format, nested(63));
        assertTrue(refusal(format, nested(64)).contains("expected at most 64 levels of nesting"));
    }

    @ParameterizedTest
    @EnumSource
    void sixteen_million_open_lists_are_refused_at_once(Format format) {
        byte[] bytes = new byte[16 << 20];
        Arrays.fill(bytes, (byte) (format == Format.JSON ? '[' : format == Format.MSGPACK ? 0x91 : 0x81));
        assertTrue(refusal(format, bytes).contains("64 levels"));
    }

    @Test
    void sixteen_million_open_lists_of_indefinite_length_are_refused_at_once() {
        byte[] bytes = new byte[16 << 20];
        Arrays.fill(bytes, (byte) 0x9f);
        assertTrue(refusal(Format.CBOR, bytes).contains("64 levels"));
    }

    @ParameterizedTest
    @EnumSource
    void a_hundred_thousand_values_are_allowed_and_no_more(Format format) {
        accepted(format, Collections.nCopies(99_999, 1));
        assertTrue(refusal(format, Collections.nCopies(100_000, 1)).contains("expected at most 100000 values in all"));
        assertTrue(refusal(format, keys(100_000, "k")).contains("100000 values"));
    }

    private static Object keys(int count, String prefix) {
        List<Object> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(prefix + i);
        }
        return List.of(new Rendering.Entries(keys, Collections.nCopies(count, 1)));
    }

    // ---- announced lengths

    @ParameterizedTest
    @ValueSource(
            strings = {
                "91c67fffffff00",
                "91db7fffffff00",
                "91c97fffffff0100",
                "dd7fffffff",
                "91df7fffffff",
                "91c6ffffffff",
                "91dbffffffff",
                "ddffffffff",
                "91dfffffffff",
                "91a3",
                "dc0001",
                "91c9ffffffff01",
                "91da0002c3"
            })
    void a_length_beyond_the_end_is_refused_in_messagepack(String hex) {
        refusal(Format.MSGPACK, HexFormat.of().parseHex(hex));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "815a7fffffff00",
                "817a7fffffff00",
                "9a7fffffff",
                "81ba7fffffff",
                "815bffffffffffffffff",
                "817b7fffffffffffffff",
                "9bffffffffffffffff",
                "81bb7fffffffffffffff",
                "8162",
                "815f5a7fffffff00ff",
                "817f7bffffffffffffffff00ff",
                "81c25a7fffffff00",
                "9f",
                "9f00",
                "bf",
                "81bf6161"
            })
    void a_length_beyond_the_end_is_refused_in_cbor(String hex) {
        cborRefusal(hex);
    }

    @ParameterizedTest
    @ValueSource(strings = {"91c67fffffff00", "91db7fffffff00", "dd7fffffff", "91df7fffffff", "91c91dcd650001"})
    void what_is_only_announced_takes_no_memory(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        refusal(Format.MSGPACK, bytes);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThrows(ProtocolViolation.class, () -> check(Format.MSGPACK, bytes));
        assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 64 * 1024);
    }

    // ---- keys

    @ParameterizedTest
    @EnumSource
    void a_key_that_is_there_twice_is_refused(Format format) {
        Object twice = new Rendering.Entries(List.of("a", "b", "a"), List.of(1, 2, 3));
        assertTrue(refusal(format, List.of(twice)).endsWith("expected keys that differ, but found the same key again"));
        assertTrue(refusal(format, List.of(Map.of("x", List.of(1, twice)))).endsWith("the same key again"));
        accepted(format, List.of(Map.of("a", Map.of("a", 1)), Map.of("a", Map.of("a", 1))));
    }

    @ParameterizedTest
    @EnumSource
    void keys_of_equal_hash_are_compared_as_texts(Format format) {
        accepted(format, List.of(new Rendering.Entries(List.of("Aa", "BB"), List.of(1, 2))));
        refusal(format, List.of(new Rendering.Entries(List.of("Aa", "BB", "Aa"), List.of(1, 2, 3))));
    }

    @ParameterizedTest
    @EnumSource
    void a_hundred_thousand_keys_made_to_collide_cost_no_more_than_others(Format format) {
        List<Object> keys = new ArrayList<>();
        for (int i = 0; i < 65_536; i++) {
            StringBuilder key = new StringBuilder();
            for (int bit = 0; bit < 16; bit++) {
                key.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            keys.add(key.toString());
        }
        Object collided = List.of(new Rendering.Entries(keys, Collections.nCopies(keys.size(), 1)));
        assertTimeoutPreemptively(BOUND, () -> accepted(format, collided));
        keys.set(65_535, keys.get(7));
        refusal(format, collided);
    }

    @ParameterizedTest
    @EnumSource
    void keys_must_be_texts(Format format) {
        for (Object key : List.of(1, true, 1.5, List.of(1), Map.of("a", 1))) {
            Object value = List.of(new Rendering.Entries(List.of(key), List.of(1)));
            assertTrue(refusal(format, value).contains("expected a string as key"), format + " " + key);
        }
    }

    @Test
    void keys_in_chunks_and_with_escapes_are_compared_by_what_they_say() {
        assertTrue(cborRefusal("81a2626162017f61616162ff02").contains("the same key"));
        byte[] json = "[{\"ab\":1,\"a\\u0062\":2}]".getBytes(StandardCharsets.UTF_8);
        assertTrue(refusal(Format.JSON, json).contains("the same key"));
    }

    // ---- one value, a list

    @ParameterizedTest
    @EnumSource
    void a_message_is_one_list_and_nothing_more(Format format) {
        assertTrue(refusal(format, new byte[0]).contains("expected a value, but found the end of the message"));
        for (Object value : Arrays.asList(1, "text", true, null, Map.of(), 1.5)) {
            assertTrue(refusal(format, value).contains("expected a list"));
        }
        byte[] one = Rendering.of(format, List.of(1));
        byte[] two = Arrays.copyOf(one, 2 * one.length);
        System.arraycopy(one, 0, two, one.length, one.length);
        assertTrue(refusal(format, two).contains("expected the end of the message, but found " + one.length));
    }

    @ParameterizedTest
    @EnumSource
    void every_cut_of_a_message_is_refused(Format format) {
        byte[] whole = Rendering.of(
                format, List.of(48, 1, Map.of("a", 1.5), "né", List.of(true, -7, new byte[3]), Map.of("k", List.of())));
        check(format, whole);
        for (int length = 0; length < whole.length; length++) {
            refusal(format, Arrays.copyOf(whole, length));
        }
    }

    // ---- UTF-8

    private static boolean isUtf8(byte[] octets) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
            return true;
        } catch (CharacterCodingException notUtf8) {
            return false;
        }
    }

    private static void sameAsTheJdk(Format format, byte[] octets) {
        byte[] bytes = Rendering.of(format, List.of(new Rendering.Octets(octets)));
        if (isUtf8(octets)) {
            assertDoesNotThrow(() -> check(format, bytes), () -> HexFormat.of().formatHex(octets));
        } else {
            String text = assertThrows(ProtocolViolation.class, () -> check(format, bytes))
                    .getMessage();
            assertTrue(text.contains("expected valid UTF-8, but found octet 0x"), text);
        }
    }

    @ParameterizedTest
    @EnumSource
    void utf8_is_checked_like_the_jdk_does_for_all_beginnings(Format format) {
        for (int first = 0x80; first < 0x100; first++) {
            sameAsTheJdk(format, new byte[] {(byte) first});
            for (int second = 0x70; second < 0x100; second++) {
                sameAsTheJdk(format, new byte[] {(byte) first, (byte) second});
                for (int third : new int[] {0x80, 0xc0}) {
                    sameAsTheJdk(format, new byte[] {(byte) first, (byte) second, (byte) third});
                    sameAsTheJdk(format, new byte[] {(byte) first, (byte) second, (byte) third, (byte) 0x80});
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void utf8_is_checked_like_the_jdk_does_for_all_characters_and_random_octets(Format format) {
        for (int character = 0x20; character <= Character.MAX_CODE_POINT; character += 7) {
            if (character < 0xd800 || character > 0xdfff) {
                sameAsTheJdk(format, Character.toString(character).getBytes(StandardCharsets.UTF_8));
            }
        }
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] octets = new byte[1 + random.nextInt(6)];
            random.nextBytes(octets);
            octets[0] |= (byte) 0xc0;
            sameAsTheJdk(format, octets);
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_octet_that_is_no_utf8_is_found_wherever_it_stands_in_a_text(Format format) {
        for (int length = 1; length <= 100; length++) {
            byte[] message = Rendering.of(format, List.of("x".repeat(length)));
            accepted(format, List.of("x".repeat(length - 1) + "é" + "x".repeat(100 - length)));
            for (int i = 0; i < message.length; i++) {
                if (message[i] == 'x') {
                    byte[] broken = message.clone();
                    broken[i] = (byte) 0xff;
                    String fault = assertThrows(ProtocolViolation.class, () -> check(format, broken))
                            .getMessage();
                    assertTrue(fault.contains("byte " + i + ": expected valid UTF-8"), fault);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void keys_must_be_valid_utf8_too(Format format) {
        Object key = new Rendering.Octets(new byte[] {'a', (byte) 0xc0, (byte) 0x80});
        assertTrue(refusal(format, List.of(new Rendering.Entries(List.of(key), List.of(1))))
                .contains("valid UTF-8"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "\\udc00", "\\ud800\\ud800", "\\ud800x", "\\udc00\\ud800", "\\ud83d\\u0041"})
    void half_a_surrogate_pair_is_refused_in_json(String text) {
        byte[] json = ("[\"" + text + "\"]").getBytes(StandardCharsets.US_ASCII);
        assertTrue(refusal(Format.JSON, json).contains("expected a surrogate pair, but found half of one"));
    }

    // ---- JSON

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[01]",
                "[-]",
                "[+1]",
                "[1.]",
                "[.5]",
                "[1e]",
                "[1e+]",
                "[0x1]",
                "[NaN]",
                "[Infinity]",
                "[-Infinity]",
                "[tru]",
                "[nul",
                "[truee]",
                "['a']",
                "[\"a]",
                "[\"\\x\"]",
                "[\"\\u12g4\"]",
                "[\"\\u12",
                "[\"a\nb\"]",
                "[1,]",
                "[,1]",
                "[1 2]",
                "[1;2]",
                "[1}",
                "[{]}",
                "[{\"a\"}]",
                "[{\"a\":}]",
                "[{\"a\":1,}]",
                "[{,}]",
                "[{a:1}]",
                "[{\"a\" 1}]",
                "[1]//",
                "/**/[1]",
                "\uFEFF[1]",
                "[1]\0",
                "[-01]",
                "[1.5.5]",
                "[--1]"
            })
    void what_is_no_json_is_refused(String text) {
        refusal(Format.JSON, text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                " \t\r\n[ 1 , 2 ] \n",
                "[-0,0,-0.0,1E5,1e+5,1.5e-5]",
                "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"]",
                "[\"\\ud83d\\uDE80\",\"\u007f\"]",
                "[{},{\"\":{}},[[]]]",
                "[1e308,1e-999,true,false,null]"
            })
    void what_is_json_is_accepted(String text) {
        check(Format.JSON, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void numbers_of_json_are_bounded_in_digits_and_in_size() {
        check(Format.JSON, json("[-" + "9".repeat(100) + "]"));
        assertTrue(refusal(Format.JSON, json("[" + "9".repeat(101) + "]")).contains("at most 100 digits"));
        assertTrue(refusal(Format.JSON, json("[" + "9".repeat(1_000_000) + "]")).contains("at most 100 digits"));
        assertTrue(refusal(Format.JSON, json("[0." + "9".repeat(1000) + "]")).contains("at most 100 digits"));
        assertTrue(refusal(Format.JSON, json("[1e999999999]")).contains("range of a double"));
        assertTrue(refusal(Format.JSON, json("[-1e309]")).contains("range of a double"));
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // ---- MessagePack

    @ParameterizedTest
    @ValueSource(strings = {"91c1", "91d400aa", "91d6ff00000000", "91c70100aa", "91c8000100aa", "91c9000000010011"})
    void extension_types_and_the_unused_octet_are_refused(String hex) {
        String text = refusal(Format.MSGPACK, HexFormat.of().parseHex(hex));
        assertTrue(text.startsWith("message at byte 1: expected a value, but found "), text);
    }

    // ---- CBOR

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9fff",
                "819fff",
                "81bf616101ff",
                "817f61616161ff",
                "815f4101420203ff",
                "815fff",
                "817fff",
                "81f7",
                "81f93c00",
                "81fa3f800000",
                "81c074323031332d30332d32315432303a30343a30305a",
                "81c11a514b67b0",
                "d9d9f781d9d9f701",
                "81c249010000000000000000",
                "81c3420100",
                "81d8256161"
            })
    void indefinite_lengths_and_tags_that_only_annotate_are_accepted(String hex) {
        check(Format.CBOR, HexFormat.of().parseHex(hex));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "81c48201190f",
                "81d81c80",
                "81d81d00",
                "81d9010080",
                "81f0",
                "81f820",
                "81f8ff",
                "811c",
                "815c",
                "81fc",
                "811f",
                "813f",
                "81ff",
                "81df00",
                "815f6161ff",
                "817f4101ff",
                "817f7f6161ffff",
                "81c20a",
                "81c25f4101ff",
                "81bf6161ff",
                "817f61c361a9ff",
                "81c1",
                "81dbffffffffffffffff00"
            })
    void other_tags_and_malformed_heads_are_refused(String hex) {
        cborRefusal(hex);
    }

    @Test
    void bignums_have_as_many_digits_as_the_integers_of_json() {
        BigInteger greatest = BigInteger.TEN.pow(100).subtract(BigInteger.ONE);
        check(Format.CBOR, bignum(greatest.toByteArray()));
        assertTrue(refusal(Format.CBOR, bignum(greatest.add(BigInteger.ONE).toByteArray()))
                .contains("at most 100 digits"));
        assertTrue(refusal(Format.CBOR, bignum(new byte[1 << 20])).contains("at most 100 digits"));
    }

    private static byte[] bignum(byte[] magnitude) {
        return ByteBuffer.allocate(7 + magnitude.length)
                .put((byte) 0x81)
                .put((byte) 0xc2)
                .put((byte) 0x5a)
                .putInt(magnitude.length)
                .put(magnitude)
                .array();
    }

    @Test
    void a_million_tags_and_a_million_chunks_are_passed_over_in_one_pass() {
        byte[] tags = new byte[1_000_002];
        Arrays.fill(tags, (byte) 0xc1);
        tags[0] = (byte) 0x81;
        tags[tags.length - 1] = 1;
        assertTimeoutPreemptively(BOUND, () -> check(Format.CBOR, tags));
        byte[] chunks = new byte[2_000_003];
        Arrays.fill(chunks, (byte) 0x60);
        chunks[0] = (byte) 0x81;
        chunks[1] = 0x7f;
        chunks[chunks.length - 1] = (byte) 0xff;
        assertTimeoutPreemptively(BOUND, () -> check(Format.CBOR, chunks));
    }

    @Test
    void the_elements_are_where_they_are_said_to_be() {
        byte[] bytes = json("[ 1 ,\"a\" , [ ] ]");
        RawCheck check = RawCheck.of(Format.JSON, TokenReader.of(Format.JSON, bytes, 0, bytes.length));
        assertEquals(3, check.elements());
        assertEquals("1", new String(bytes, check.start(0), check.end(0) - check.start(0), StandardCharsets.UTF_8));
        assertEquals("[ ]", new String(bytes, check.start(2), check.end(2) - check.start(2), StandardCharsets.UTF_8));
    }
}
