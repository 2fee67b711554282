package io.bailiwick.router.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the elements of a message; that they hold in all formats alike is shown by {@link SameVerdictTest}. */
class MessageReaderTest {

    private static String refusal(String json) {
        return assertThrows(ProtocolViolation.class, () -> Samples.json(json), json)
                .getMessage();
    }

    private static String payload(String json) {
        Payload payload = Samples.json(json) instanceof Message.Call call ? call.payload() : null;
        return StandardCharsets.UTF_8.decode(payload.bytes()) + " " + payload.elements();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[48,1,{},7] | CALL[3]: expected a string, but found an integer",
                "[48,1,[],`p`] | CALL[2]: expected a dictionary, but found a list",
                "[48,1,null,`p`] | CALL[2]: expected a dictionary, but found null",
                "[48,0,{},`p`] | CALL[1]: expected an id from 1 to 2^53, but found 0",
                "[48,1.5,{},`p`] | CALL[1]: expected an id from 1 to 2^53, but found a float",
                "[48,`1`,{},`p`] | CALL[1]: expected an id from 1 to 2^53, but found a string",
                "[48,9007199254740993,{},`p`] | CALL[1]: expected an id from 1 to 2^53, but found 9007199254740993",
                "[48,99999999999999999999,{},`p`] | CALL[1]: expected an id from 1 to 2^53, but found an integer of more than 64 bits",
                "[48,1,{}] | CALL: expected 4 to 6 elements, but found 3 elements",
                "[48,1,{},`p`,[],{},0] | CALL: expected 4 to 6 elements, but found 7 elements",
                "[64,1,{},`p`,[]] | REGISTER: expected 4 elements, but found 5 elements",
                "[48,1,{},`p`,{}] | CALL[4]: expected a list, but found a dictionary",
                "[48,1,{},`p`,`text`] | CALL[4]: expected a list, but found a string",
                "[48,1,{},`p`,[],[]] | CALL[5]: expected a dictionary, but found a list",
                "[48,1,{`enc_algo`:`x`},`p`,`text`,{}] | CALL[5]: expected nothing behind an opaque payload, but found a dictionary",
                "[48,1,{`enc_algo`:null},`p`,`text`] | CALL[4]: expected a list, but found a string",
                "[8,47,1,{},`e`] | ERROR[1]: expected the code of a request, but found 47",
                "[35,0] | UNSUBSCRIBED[1]: expected an id from 1 to 2^53, but found 0",
                "[67,5,{}] | UNREGISTERED[1]: expected 0, as in a revocation, but found 5",
                "[34,5,6,7] | UNSUBSCRIBE[3]: expected a dictionary, but found an integer",
                "[1,7,{}] | HELLO[1]: expected a string, but found an integer",
                "[7,1,{}] | message[0]: expected the code of a WAMP message, but found 7",
                "[338] | message[0]: expected the code of a WAMP message, but found 338",
                "[-1] | message[0]: expected the code of a WAMP message, but found -1",
                "[4294967344,1,{},`p`] | message[0]: expected the code of a WAMP message, but found 4294967344",
                "[] | message[0]: expected the code of a WAMP message, but found null",
                "[[]] | message[0]: expected the code of a WAMP message, but found a list",
                "{} | message at byte 0: expected a list, but found a dictionary",
                "[48,1,{},`p`][] | message at byte 13: expected the end of the message, but found 2 bytes more",
                "[48,1,{`a`:1,`a`:2},`p`] | message at byte 13: expected keys that differ, but found the same key again",
                "[48,1,{},`p`,[{`a`:1,`\\u0061`:2}]] | message at byte 21: expected keys that differ, but found the same key again",
                "[48,1,{},`p`,[1,]] | message at byte 16: expected a value, but found ']'",
            })
    void a_fault_names_message_position_expected_and_found(String json, String text) {
        assertEquals(text.strip(), refusal(json.strip().replace('`', '"')));
    }

    @Test
    void a_type_that_is_wrong_inside_a_dictionary_is_told_with_its_place() {
        Message.Call call = (Message.Call) Samples.json("[48,1,{\"timeout\":\"soon\"},\"p\"]");
        ProtocolViolation violation =
                assertThrows(ProtocolViolation.class, () -> call.options().integer("timeout"));
        assertEquals("CALL[2].timeout: expected an integer, but found a string", violation.getMessage());
    }

    @Test
    void an_authenticate_with_null_has_an_empty_extra_in_all_formats() {
        Message.Authenticate expected = new Message.Authenticate("s", Dict.EMPTY);
        assertEquals(expected, Samples.json("[5,\"s\",null]"));
        assertEquals(expected, Samples.read(Format.MSGPACK, HexFormat.of().parseHex("9305a173c0")));
        assertEquals(expected, Samples.read(Format.CBOR, HexFormat.of().parseHex("83056173f6")));
        assertEquals("AUTHENTICATE: expected 3 elements, but found 2 elements", refusal("[5,\"s\"]"));
        assertEquals("AUTHENTICATE[2]: expected a dictionary, but found a list", refusal("[5,\"s\",[]]"));
    }

    @Test
    void a_hello_without_realm_leaves_it_to_the_router() {
        assertNull(((Message.Hello) Samples.json("[1,null,{\"roles\":{}}]")).realm());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",null", ",[]", ",null,null", ",[],{}", ",[ ] , { } ", ",null,{}", ",[],null"})
    void absent_null_and_empty_arguments_are_no_payload(String arguments) {
        Message.Call call = (Message.Call) Samples.json("[48,1,{},\"p\"" + arguments + "]");
        assertSame(Payload.EMPTY, call.payload());
        assertEquals("[48,1,{},\"p\"]", new String(Samples.write(Format.JSON, call), StandardCharsets.UTF_8));
    }

    @Test
    void empty_keyword_arguments_are_left_out() {
        assertEquals("[1] 1", payload("[48,1,{},\"p\",[1],{}]"));
        assertEquals("[1] 1", payload("[48,1,{},\"p\",[1],null]"));
    }

    @Test
    void keyword_arguments_alone_get_an_empty_list_in_front() {
        assertEquals("[],{\"a\":1} 2", payload("[48,1,{},\"p\",null,{\"a\":1}]"));
        assertEquals("[],{\"a\":1} 2", payload("[48,1,{},\"p\",[],{\"a\":1}]"));
        Message msgPack = Samples.read(Format.MSGPACK, HexFormat.of().parseHex("96300180a170c081a16101"));
        assertEquals("9081a16101", hex(((Message.Call) msgPack).payload().bytes()));
        Message cbor = Samples.read(Format.CBOR, HexFormat.of().parseHex("86183001a06170f6a1616101"));
        assertEquals("80a1616101", hex(((Message.Call) cbor).payload().bytes()));
    }

    private static String hex(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void an_opaque_payload_passes_as_it_is_when_the_options_say_so() {
        String json = "[48,1,{\"enc_algo\":\"cryptobox\"},\"p\",\"\\u0000AAEC\"]";
        assertEquals("\"\\u0000AAEC\" 1", payload(json));
        Message message = Samples.json(json);
        assertEquals(json, new String(Samples.write(Format.JSON, message), StandardCharsets.UTF_8));
        Message.Call bridged = (Message.Call) Samples.read(Format.CBOR, Samples.write(Format.CBOR, message));
        assertEquals("43000102", hex(bridged.payload().bytes()));
    }

    @Test
    void the_payload_is_the_bytes_as_they_came() {
        assertEquals("[ 1 , 1e2 ] , {\"k\" : 1} 2", payload("[48,1,{},\"p\", [ 1 , 1e2 ] , {\"k\" : 1} ]"));
    }

    @Test
    void the_payload_is_a_view_of_the_frame_and_outlives_it_when_it_is_kept() {
        byte[] frame = "[48,1,{},\"p\",[7]]".getBytes(StandardCharsets.UTF_8);
        Payload payload = ((Message.Call) Samples.read(Format.JSON, frame)).payload();
        Payload kept = payload.keep();
        frame[frame.length - 3] = '8';
        assertEquals(List.of(8L), Payloads.decode(payload).list());
        assertEquals(List.of(7L), Payloads.decode(kept).list());
        assertSame(kept, kept.keep());
        assertEquals(3, kept.length());
    }

    @Test
    void arguments_of_abort_and_goodbye_are_read_over() {
        Message abort = new Message.Abort(Dict.EMPTY, "r");
        assertEquals(abort, Samples.json("[3,{},\"r\"]"));
        assertEquals(abort, Samples.json("[3,{},\"r\",[1],{\"a\":2}]"));
        assertEquals(new Message.Goodbye(Dict.EMPTY, "r"), Samples.json("[6,{},\"r\",[]]"));
        assertTrue(refusal("[3,{},\"r\",[],{},1]").startsWith("ABORT: expected 3 to 5 elements"));
    }

    @Test
    void the_dictionary_that_autobahn_adds_to_unsubscribe_and_unregister_is_read_and_written_where_there_is_one() {
        Dict way = Dict.of("forward_for", List.of());
        Map<String, Message> written = Map.of(
                "[34,5,6]", new Message.Unsubscribe(5, 6),
                "[34,5,6,{\"forward_for\":[]}]", new Message.Unsubscribe(5, 6, way),
                "[66,5,6]", new Message.Unregister(5, 6),
                "[66,5,6,{\"forward_for\":[]}]", new Message.Unregister(5, 6, way));
        written.forEach((text, message) -> {
            assertEquals(message, Samples.json(text));
            assertEquals(text, new String(Samples.write(Format.JSON, message), StandardCharsets.UTF_8));
        });
        assertEquals(new Message.Unregister(5, 6), Samples.json("[66,5,6,{}]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9007199254740992.0", "9.007199254740992e15", "9007199254740992"})
    void a_whole_float_is_an_id(String id) {
        assertEquals(1L << 53, ((Message.EventReceived) Samples.json("[337," + id + "]")).publication());
    }

    @ParameterizedTest
    @ValueSource(strings = {"fb4340000000000000", "fa5a000000", "1b0020000000000000", "c2490000200000000000" + "00"})
    void the_greatest_id_is_read_in_each_form_that_javascript_sends(String id) {
        byte[] bytes = HexFormat.of().parseHex("82190151" + id);
        assertEquals(1L << 53, ((Message.EventReceived) Samples.read(Format.CBOR, bytes)).publication());
    }

    @Test
    void keys_that_nobody_knows_are_kept() {
        Message.Call call = (Message.Call) Samples.json("[48,1,{\"x_new\":[1,{\"a\":null}],\"_y\":2.5},\"p\"]");
        assertEquals("[1, {a=null}]", String.valueOf(call.options().entries().get("x_new")));
        assertEquals(2.5, call.options().entries().get("_y"));
        assertEquals(
                "[48,1,{\"x_new\":[1,{\"a\":null}],\"_y\":2.5},\"p\"]",
                new String(Samples.write(Format.JSON, call), StandardCharsets.UTF_8));
    }

    @Test
    void a_header_text_that_starts_with_nul_stays_a_text_in_json() {
        Message.Challenge challenge = (Message.Challenge) Samples.json("[4,\"m\",{\"salt\":\"\\u0000AAEC\"}]");
        assertEquals("\0AAEC", challenge.extra().textOrNull("salt"));
        byte[] json = Samples.write(Format.JSON, challenge);
        assertEquals("[4,\"m\",{\"salt\":\"\\u0000AAEC\"}]", new String(json, StandardCharsets.UTF_8));
    }

    @Test
    void binary_in_a_header_becomes_nul_and_base64_in_json() {
        Message message = new Message.Challenge("m", Dict.of(Map.of("salt", new byte[] {0, 1, 2})));
        byte[] json = Samples.write(Format.JSON, message);
        assertEquals("[4,\"m\",{\"salt\":\"\\u0000AAEC\"}]", new String(json, StandardCharsets.UTF_8));
    }
}
