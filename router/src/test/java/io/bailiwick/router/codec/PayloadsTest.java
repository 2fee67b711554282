package io.bailiwick.router.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadsTest {

    record Reading(String sensorName, double valueNow, List<Tag> allTags, Map<String, Object> rawParts) {}

    record Tag(int tagId) {}

    private static Payload json(String text, int elements) {
        return Payload.owned(Format.JSON, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), elements);
    }

    private static Payload bytes(Format format, String hex) {
        return Payload.owned(format, ByteBuffer.wrap(HexFormat.of().parseHex(hex)), 1);
    }

    private static String text(Payload payload) {
        return StandardCharsets.UTF_8.decode(payload.bytes()).toString();
    }

    private static String hex(Payload payload) {
        byte[] bytes = new byte[payload.length()];
        payload.bytes().get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static Object first(Payload payload) {
        return Payloads.decode(payload).list().get(0);
    }

    private static final List<Object> INTEGERS = List.of(
            0L,
            1L,
            -1L,
            23L,
            24L,
            127L,
            128L,
            255L,
            256L,
            65535L,
            65536L,
            -24L,
            -25L,
            -32L,
            -33L,
            -128L,
            -129L,
            -32768L,
            -32769L,
            4294967295L,
            4294967296L,
            -2147483648L,
            -2147483649L,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            new BigInteger("9223372036854775808"),
            new BigInteger("18446744073709551615"),
            (1L << 53) + 1);

    @ParameterizedTest
    @EnumSource
    void integers_keep_all_their_digits_through_every_format(Format format) {
        Arguments arguments = new Arguments(INTEGERS, Map.of());
        for (Format other : Format.values()) {
            Payload payload = Payloads.transcode(Payloads.encode(format, arguments), other);
            assertEquals(other, payload.format());
            assertEquals(arguments, Payloads.decode(payload));
        }
    }

    @Test
    void integers_of_more_than_64_bits_pass_between_json_and_cbor_and_have_no_form_in_messagepack() {
        for (String digits : List.of("18446744073709551616", "-18446744073709551617", "9".repeat(100))) {
            Payload json = json("[" + digits + "]", 1);
            Payload cbor = Payloads.transcode(json, Format.CBOR);
            assertEquals(new BigInteger(digits), first(cbor));
            assertEquals("[" + digits + "]", text(Payloads.transcode(cbor, Format.JSON)));
            assertThrows(UntranslatablePayloadException.class, () -> Payloads.transcode(json, Format.MSGPACK), digits);
        }
        Payload belowLong = json("[-9223372036854775809]", 1);
        assertEquals(
                "[-9223372036854775809]",
                text(Payloads.transcode(Payloads.transcode(belowLong, Format.CBOR), Format.JSON)));
        assertThrows(UntranslatablePayloadException.class, () -> Payloads.transcode(belowLong, Format.MSGPACK));
        assertThrows(
                UntranslatablePayloadException.class,
                () -> Payloads.encode(Format.JSON, Arguments.of(BigInteger.TEN.pow(100))));
    }

    @ParameterizedTest
    @EnumSource
    void every_kind_of_value_passes_through_every_format(Format format) {
        Map<String, Object> map = new HashMap<>();
        map.put("näme", Arrays.asList(null, true, false));
        map.put("", Map.of("a\"\\\b\f\n\r\t\u0001", "é\u0000節🚀\u007f"));
        map.put("long", "x".repeat(70_000));
        map.put("many", Collections.nCopies(70_000, 1L));
        Arguments arguments = new Arguments(
                Arrays.asList(1.5, -0.0, Double.MIN_VALUE, Double.MAX_VALUE, 0.1, 1e100, List.of(), Map.of(), null),
                map);
        for (Format other : Format.values()) {
            assertEquals(arguments, Payloads.decode(Payloads.transcode(Payloads.encode(format, arguments), other)));
        }
    }

    @Test
    void no_arguments_are_no_bytes_and_keyword_arguments_follow_a_list() {
        assertSame(Payload.EMPTY, Payloads.encode(Format.CBOR, Arguments.NONE));
        assertSame(Arguments.NONE, Payloads.decode(Payload.EMPTY));
        Payload keywords = Payloads.encode(Format.JSON, new Arguments(List.of(), Map.of("a", 1)));
        assertEquals("[],{\"a\":1}", text(keywords));
        assertEquals(2, keywords.elements());
        assertEquals(1, Payloads.encode(Format.JSON, Arguments.of(1)).elements());
    }

    @Test
    void a_payload_of_the_same_format_is_passed_untouched() {
        Payload payload = json("[ 1e2 ]", 1);
        assertSame(payload, Payloads.transcode(payload, Format.JSON));
    }

    @ParameterizedTest
    @EnumSource
    void records_are_written_with_names_in_snake_case(Format format) {
        Reading reading = new Reading("p1", 1.5, List.of(new Tag(7)), Map.of("a", new byte[] {1, 2}));
        Arguments arguments = Arguments.of(reading, List.of(new Tag(8)), Set.of(true), new int[] {1, 2}, Format.CBOR);
        List<Object> decoded =
                Payloads.decode(Payloads.encode(format, arguments)).list();
        Map<?, ?> map = (Map<?, ?>) decoded.get(0);
        assertEquals(List.of("sensor_name", "value_now", "all_tags", "raw_parts"), List.copyOf(map.keySet()));
        assertEquals(List.of(Map.of("tag_id", 7L)), map.get("all_tags"));
        assertArrayEquals(new byte[] {1, 2}, (byte[]) ((Map<?, ?>) map.get("raw_parts")).get("a"));
        assertEquals(
                List.of(List.of(Map.of("tag_id", 8L)), List.of(true), List.of(1L, 2L), "CBOR"), decoded.subList(1, 5));
    }

    @Test
    void trees_of_jackson_and_numbers_of_all_classes_are_plain_values_too() {
        var node = JsonNodeFactory.instance.objectNode().put("a", 1).putNull("b");
        Arguments arguments = Arguments.of(
                node, JsonNodeFactory.instance.nullNode(), (byte) 1, (short) 2, 3, 4f, new BigDecimal("5.5"));
        assertEquals("[{\"a\":1,\"b\":null},null,1,2,3,4.0,5.5]", text(Payloads.encode(Format.JSON, arguments)));
    }

    static final class Loop {
        public Loop getNext() {
            return this;
        }
    }

    @Test
    void what_cannot_be_written_is_refused() {
        Map<Object, Object> numbered = Map.of(1, 2);
        Object deep = 1;
        for (int i = 0; i < 63; i++) {
            deep = List.of(deep);
        }
        List<Object> refused = List.of(
                new Object(), new Loop(), numbered, deep, "half \ud800", "\udc00", "\ud800\ud800", List.of(numbered));
        for (Object value : refused) {
            for (Format format : Format.values()) {
                assertThrows(UntranslatablePayloadException.class, () -> Payloads.encode(format, Arguments.of(value)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_is_written_as_deep_as_allowed_is_read_by_a_peer_and_what_is_deeper_is_not_written(Format format) {
        Object deep = 1L;
        for (int i = 0; i < 62; i++) {
            deep = List.of(deep);
        }
        Message.Call call = new Message.Call(1, Dict.EMPTY, "p", Payloads.encode(format, Arguments.of(deep)));
        assertEquals(call, Samples.read(format, Samples.write(format, call)));
    }

    // ---- binary

    @Test
    void binary_is_nul_and_base64_in_json_and_binary_elsewhere() {
        Payload cbor = bytes(Format.CBOR, "814310ff00");
        assertEquals("[\"\\u0000EP8A\"]", text(Payloads.transcode(cbor, Format.JSON)));
        assertEquals("91c40310ff00", hex(Payloads.transcode(cbor, Format.MSGPACK)));
        Payload json = json("[\"\\u0000EP8A\"]", 1);
        assertEquals("814310ff00", hex(Payloads.transcode(json, Format.CBOR)));
        assertArrayEquals(new byte[] {0x10, (byte) 0xff, 0}, (byte[]) first(json));
        assertEquals("8140", hex(Payloads.transcode(json("[\"\\u0000\"]", 1), Format.CBOR)));
        assertEquals("[\"\\u0000EP8A\"]", text(Payloads.encode(Format.JSON, Arguments.of(first(cbor)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"!!!!", "EP8", "E", "EP8A=", "EP 8", "\\u0000\\u0000\\u0000\\u0000", "éé"})
    void a_json_text_of_nul_and_no_base64_stays_the_text_it_is(String rest) {
        Payload json = json("[\"\\u0000" + rest + "\"]", 1);
        String text = (String) first(json);
        assertEquals(0, text.charAt(0));
        assertEquals(text, first(Payloads.transcode(json, Format.CBOR)));
        assertEquals(text, first(Payloads.transcode(json, Format.MSGPACK)));
    }

    @Test
    void nul_elsewhere_in_a_text_and_in_keys_says_nothing() {
        Payload json = json("[{\"\\u0000EP8A\":\"a\\u0000EP8A\"}]", 1);
        assertEquals(Map.of("\0EP8A", "a\0EP8A"), first(json));
        Payload cbor = Payloads.transcode(json, Format.CBOR);
        assertEquals(Map.of("\0EP8A", "a\0EP8A"), first(cbor));
        assertEquals(text(json), text(Payloads.transcode(cbor, Format.JSON)));
    }

    @Test
    void a_text_that_starts_with_nul_has_no_form_in_json() {
        for (Format format : List.of(Format.CBOR, Format.MSGPACK)) {
            Payload payload = Payloads.encode(format, Arguments.of("\0text"));
            UntranslatablePayloadException refusal =
                    assertThrows(UntranslatablePayloadException.class, () -> Payloads.transcode(payload, Format.JSON));
            assertTrue(refusal.getMessage().contains("starts with U+0000"), refusal.getMessage());
        }
        assertThrows(UntranslatablePayloadException.class, () -> Payloads.encode(Format.JSON, Arguments.of("\0text")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"81f97e00", "81f97c00", "81f9fc00", "81fa7f800000", "81fb7ff8000000000000"})
    void not_a_number_and_infinity_have_no_form_in_json_and_pass_elsewhere(String cbor) {
        Payload payload = bytes(Format.CBOR, cbor);
        assertThrows(UntranslatablePayloadException.class, () -> Payloads.transcode(payload, Format.JSON));
        assertEquals(first(payload), first(Payloads.transcode(payload, Format.MSGPACK)));
        assertThrows(
                UntranslatablePayloadException.class, () -> Payloads.encode(Format.JSON, Arguments.of(first(payload))));
    }

    @ParameterizedTest
    @EnumSource(names = {"CBOR", "MSGPACK"})
    void nothing_is_written_when_a_value_has_no_form(Format source) {
        Payload payload = Payloads.encode(source, Arguments.of(1, 2, "\0"));
        List<Message> messages = List.of(
                new Message.Call(1, Dict.EMPTY, "p", payload),
                new Message.Call(1, Dict.of("x", Double.NaN), "p", Payload.EMPTY));
        for (Message message : messages) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertThrows(UntranslatablePayloadException.class, () -> Codec.of(Format.JSON)
                    .write(message, out));
            assertEquals(0, out.size());
        }
    }

    // ---- forms of CBOR

    @Test
    void forms_that_other_formats_lack_are_translated() {
        assertEquals(
                "[[1,2],{\"a\":\"bc\"},null]",
                text(Payloads.transcode(bytes(Format.CBOR, "9f9f0102ffbf61617f61626163fff" + "ff7ff"), Format.JSON)));
        assertEquals(
                "939201028" + "1a161a26263c0",
                hex(Payloads.transcode(bytes(Format.CBOR, "9f9f0102ffbf61617f61626163fff" + "ff7ff"), Format.MSGPACK)));
        assertEquals(
                "[\"\\u0000AQID\"]",
                text(Payloads.transcode(bytes(Format.CBOR, "815f41014202" + "03ff"), Format.JSON)));
        assertEquals("[1363896240]", text(Payloads.transcode(bytes(Format.CBOR, "81c11a514b67b0"), Format.JSON)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "f90000:0.0",
                "f98000:-0.0",
                "f93c00:1.0",
                "f97bff:65504.0",
                "f90001:5.960464477539063E-8",
                "f90400:6.103515625E-5",
                "f9c400:-4.0",
                "fa47c35000:100000.0",
                "fb3ff199999999999a:1.1"
            })
    void floats_of_all_widths_are_read(String form) {
        String[] parts = form.split(":");
        assertEquals(Double.valueOf(parts[1]), first(bytes(Format.CBOR, "81" + parts[0])));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"", "\\", "\n", "\u0001", "é", "🚀"})
    void json_escapes_what_it_must_wherever_it_stands(String special) {
        for (int at = 0; at <= 40; at++) {
            String value = "x".repeat(at) + special + "x".repeat(40 - at);
            Payload there = Payloads.transcode(Payloads.encode(Format.CBOR, Arguments.of(value)), Format.JSON);
            assertEquals(value, first(there));
            assertEquals(text(Payloads.encode(Format.JSON, Arguments.of(value))), text(there));
            assertEquals(special.charAt(0) >= 0x80, text(there).equals("[\"" + value + "\"]"));
        }
    }

    @Test
    void bytes_that_are_not_what_the_payload_says_are_a_violation() {
        assertThrows(ProtocolViolation.class, () -> Payloads.decode(json("[1],[2]", 2)));
        assertThrows(ProtocolViolation.class, () -> Payloads.decode(json("[1] 2", 1)));
        assertThrows(ProtocolViolation.class, () -> Payloads.transcode(json("[1] 2", 1), Format.CBOR));
        assertThrows(ProtocolViolation.class, () -> Payloads.transcode(bytes(Format.MSGPACK, "910102"), Format.CBOR));
        assertThrows(ProtocolViolation.class, () -> Payloads.transcode(bytes(Format.CBOR, "810102"), Format.JSON));
        assertThrows(ProtocolViolation.class, () -> Payloads.decode(json("[".repeat(100_000), 1)));
    }

    @Test
    void an_opaque_payload_decodes_to_one_argument() {
        assertEquals(List.of("sealed"), Payloads.decode(json("\"sealed\"", 1)).list());
    }

    @Test
    void arguments_are_copied_and_closed() {
        assertThrows(
                UnsupportedOperationException.class,
                () -> Arguments.of(1).list().clear());
        assertThrows(
                UnsupportedOperationException.class, () -> Arguments.of(1).map().put("a", 1));
    }
}
