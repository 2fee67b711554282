package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.ErrorReply;
import io.bailiwick.router.message.Message.Interrupt;
import io.bailiwick.router.message.Message.Invocation;
import io.bailiwick.router.message.Message.Result;
import io.bailiwick.router.message.Message.Yield;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Payloads of calls that the router passes on without understanding them, and what says how to read them. */
@Conforms(Feature.PAYLOAD_PASSTHRU)
class PassthruTest {
    private static final String ADD = "com.example.add";
    private static final String ERROR = "com.example.error";
    private static final Dict PPT = Dict.of(Map.of(
            "ppt_scheme", "wamp",
            "ppt_serializer", "cbor",
            "ppt_cipher", "xsalsa20poly1305",
            "ppt_keyid", "a1b2"));
    private static final Dict ENC =
            Dict.of(Map.of("enc_algo", "cryptobox", "enc_key", "a1b2", "enc_serializer", "json"));
    private static final Payload PACKED =
            Payload.owned(Format.CBOR, ByteBuffer.wrap(new byte[] {(byte) 0x81, 0x40}), 1);

    private final Scenario scenario = new Scenario();
    private final TestPeer caller = scenario.joinsWith("caller", "payload_passthru_mode", "payload_transparency");
    private final TestPeer callee = scenario.joinsWith(
            "callee",
            "payload_passthru_mode",
            "payload_transparency",
            "call_canceling",
            "progressive_call_results",
            "progressive_call_invocations");
    private final TestPeer plain = scenario.joinsWith("plain", "call_canceling", "progressive_call_results");

    @Test
    void the_payload_and_all_four_attributes_arrive_as_they_were_sent() {
        long id = callee.registers(ADD);
        caller.sends(new Call(1, PPT, ADD, PACKED));
        callee.receives(new Invocation(1, id, PPT, PACKED));
        callee.sends(new Yield(1, PPT, PACKED));
        caller.receives(new Result(1, PPT, PACKED));
        caller.calls(2, ADD);
        callee.receives(Invocation.class);
        callee.sends(new ErrorReply(Invocation.CODE, 2, PPT, ERROR, PACKED));
        caller.receives(new ErrorReply(Call.CODE, 2, PPT, ERROR, PACKED));
    }

    @Test
    void progressive_results_carry_them_too() {
        callee.registers(ADD);
        caller.calls(1, ADD, Dict.of("receive_progress", true));
        Dict partly = PPT.with("progress", true);
        callee.sends(new Yield(1, partly, PACKED));
        caller.receives(new Result(1, partly, PACKED));
    }

    @Test
    void other_attributes_are_not_passed_on() {
        long id = callee.registers(ADD);
        caller.calls(1, ADD, Dict.of("x_mine", 1L, "ppt_cipher", "without a scheme"));
        callee.receives(new Invocation(1, id, Dict.EMPTY, Payload.EMPTY));
        callee.sends(new Yield(1, Dict.of("x_mine", 1L, "ppt_scheme", ""), Payload.EMPTY));
        caller.receives(new Result(1, Dict.EMPTY, Payload.EMPTY));
    }

    @Test
    void a_caller_that_did_not_announce_it_breaks_the_protocol() {
        callee.registers(ADD);
        plain.sends(new Call(1, PPT, ADD, PACKED));
        plain.isAborted(Uris.PROTOCOL_VIOLATION);
        callee.receivesNothing();
    }

    @Test
    void a_callee_that_did_not_announce_it_is_not_called() {
        plain.registers(ADD);
        caller.sends(new Call(1, PPT, ADD, PACKED));
        caller.receivesError(Call.CODE, 1, Uris.FEATURE_NOT_SUPPORTED);
        plain.receivesNothing();
    }

    @Test
    @Conforms(Feature.SHARED_REGISTRATION)
    void of_several_callees_one_that_announced_it_is_called() {
        plain.registers(ADD, Dict.of("invoke", "first"));
        callee.registers(ADD, Dict.of("invoke", "first"));
        caller.sends(new Call(1, PPT, ADD, PACKED));
        callee.receives(Invocation.class);
        plain.receivesNothing();
    }

    @Test
    void a_callee_that_answers_so_and_did_not_announce_it_breaks_the_protocol_and_the_call_ends() {
        plain.registers(ADD);
        caller.calls(1, ADD);
        plain.receives(Invocation.class);
        plain.sends(new Yield(1, PPT, PACKED));
        plain.isAborted(Uris.PROTOCOL_VIOLATION);
        caller.receivesError(Call.CODE, 1, Uris.CANCELED);
    }

    @Test
    void a_caller_that_did_not_announce_it_is_answered_by_an_error_instead() {
        callee.registers(ADD);
        plain.calls(1, ADD);
        plain.calls(2, ADD);
        callee.inbox().clear();
        callee.sends(new Yield(1, PPT, PACKED));
        callee.sends(new ErrorReply(Invocation.CODE, 2, PPT, ERROR, PACKED));
        plain.receivesError(Call.CODE, 1, Uris.FEATURE_NOT_SUPPORTED);
        plain.receivesError(Call.CODE, 2, Uris.FEATURE_NOT_SUPPORTED);
        callee.receivesNothing();
        assertEquals(true, callee.isOpen());
    }

    @Test
    void a_progressive_result_that_the_caller_cannot_take_ends_the_call() {
        callee.registers(ADD);
        plain.calls(1, ADD, Dict.of("receive_progress", true));
        callee.receives(Invocation.class);
        callee.sends(new Yield(1, PPT.with("progress", true), PACKED));
        plain.receivesError(Call.CODE, 1, Uris.FEATURE_NOT_SUPPORTED);
        callee.receives(new Interrupt(1, Dict.of("mode", "killnowait")));
        callee.yields(1);
        plain.receivesNothing();
    }

    @Test
    void an_attribute_that_is_no_text_breaks_the_protocol() {
        callee.registers(ADD);
        caller.sends(new Call(1, PPT.with("ppt_keyid", 17L), ADD, PACKED));
        caller.isAborted(Uris.PROTOCOL_VIOLATION);
        callee.receivesNothing();
    }

    @Test
    @Conforms(Feature.PROGRESSIVE_CALL_INVOCATIONS)
    void each_part_of_a_progressive_call_has_the_attributes_of_its_own_payload() {
        long id = callee.registers(ADD);
        Dict more = Dict.of("progress", true);
        callee.sends(new Call(1, PPT.with("progress", true), ADD, PACKED));
        callee.sends(new Call(1, more, ADD, payload(1)));
        callee.sends(new Call(1, PPT, ADD, PACKED));
        callee.receives(new Invocation(1, id, PPT.with("progress", true), PACKED));
        callee.receives(new Invocation(1, id, more, payload(1).keep()));
        callee.receives(new Invocation(1, id, PPT, PACKED));
    }

    @Test
    @Conforms(Feature.PROGRESSIVE_CALL_INVOCATIONS)
    void a_part_that_the_callee_cannot_take_ends_the_call() {
        TestPeer half = scenario.joinsWith("half", "call_canceling", "progressive_call_invocations");
        half.registers(ADD);
        Dict more = Dict.of("progress", true);
        callee.calls(1, ADD, more);
        callee.sends(new Call(1, PPT, ADD, PACKED));
        half.receives(Invocation.class);
        half.receives(new Interrupt(1, Dict.of("mode", "killnowait")));
        callee.receivesError(Call.CODE, 1, Uris.FEATURE_NOT_SUPPORTED);
        half.receivesNothing();
    }

    @Test
    @Conforms({Feature.PAYLOAD_TRANSPARENCY, Feature.PAYLOAD_ENCRYPTION})
    void autobahns_opaque_payload_is_passed_on_between_those_that_announced_it() {
        Payload bare = Payload.owned(Format.CBOR, ByteBuffer.wrap(new byte[] {0x41, 0x17}), 1);
        long id = callee.registers(ADD);
        caller.sends(new Call(1, ENC, ADD, bare));
        callee.receives(new Invocation(1, id, ENC, bare));
        callee.sends(new Yield(1, ENC, bare));
        caller.receives(new Result(1, ENC, bare));
        plain.calls(1, ADD);
        callee.sends(new Yield(2, ENC, bare));
        plain.receivesError(Call.CODE, 1, Uris.FEATURE_NOT_SUPPORTED);
        plain.registers("com.example.plain");
        caller.sends(new Call(2, ENC, "com.example.plain", bare));
        caller.receivesError(Call.CODE, 2, Uris.FEATURE_NOT_SUPPORTED);
        plain.receivesNothing();
    }

    @Test
    void a_payload_is_one_of_both_kinds() {
        callee.registers(ADD);
        caller.sends(new Call(1, PPT.with("enc_algo", "cryptobox"), ADD, PACKED));
        caller.isAborted(Uris.PROTOCOL_VIOLATION);
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void the_way_of_a_message_is_believed_only_of_a_router_and_told_only_to_one() {
        Object way = List.of(Map.of("session", 17L, "authid", "ada", "authrole", "user"));
        Dict forwarded = Dict.of("forward_for", way);
        TestPeer link = scenario.joins("link", "rlink");
        TestPeer other = scenario.joins("other", "rlink");
        long id = link.registers(ADD);
        caller.calls(1, ADD, forwarded);
        link.receives(new Invocation(1, id, Dict.EMPTY, Payload.EMPTY));
        link.sends(new Yield(1, forwarded, Payload.EMPTY));
        caller.receives(new Result(1, Dict.EMPTY, Payload.EMPTY));
        other.calls(1, ADD, forwarded);
        link.receives(new Invocation(2, id, forwarded, Payload.EMPTY));
        link.sends(new Yield(2, forwarded, Payload.EMPTY));
        other.receives(new Result(1, forwarded, Payload.EMPTY));
        long sub = callee.registers("com.example.sub");
        link.calls(1, "com.example.sub", forwarded);
        callee.receives(new Invocation(1, sub, Dict.EMPTY, Payload.EMPTY));
        callee.sends(new Yield(1, forwarded, Payload.EMPTY));
        link.receives(new Result(1, Dict.EMPTY, Payload.EMPTY));
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void who_stands_behind_a_link_is_told_to_nobody_else_in_an_error_or_beside_other_details() {
        Object way = List.of(Map.of("session", 17L, "authid", "ada", "authrole", "user"));
        Dict forwarded = Dict.of("forward_for", way);
        TestPeer link = scenario.joins("link", "rlink");
        link.registers(ADD);
        caller.calls(1, ADD);
        caller.calls(2, ADD, Dict.of("receive_progress", true));
        link.sends(new ErrorReply(Invocation.CODE, 1, forwarded, ERROR, Payload.EMPTY));
        caller.receives(new ErrorReply(Call.CODE, 1, Dict.EMPTY, ERROR, Payload.EMPTY));
        link.sends(new Yield(2, forwarded.with("progress", true), Payload.EMPTY));
        caller.receives(new Result(2, Dict.of("progress", true), Payload.EMPTY));
        callee.registers("com", Dict.of("match", "prefix"));
        link.inbox().clear();
        link.calls(1, "com.example.sub", forwarded.with("disclose_me", true));
        Dict told = callee.receives(Invocation.class).details();
        assertEquals(
                Set.of("procedure", "caller", "caller_authid", "caller_authrole"),
                told.entries().keySet());
        assertEquals(17, told.integer("caller").orElseThrow(), "the caller is known, the way to it is not");
    }

    @Test
    @Conforms({Feature.ROUTER_LINKS, Feature.PROGRESSIVE_CALL_INVOCATIONS})
    void nor_in_a_later_part_of_a_call() {
        Object way = List.of(Map.of("session", 17L, "authid", "ada", "authrole", "user"));
        Dict more = Dict.of("forward_for", way, "progress", true);
        TestPeer link = scenario.joins("link", "rlink", Scenario.roles("caller", "progressive_call_invocations"));
        long id = callee.registers(ADD);
        link.calls(1, ADD, more);
        link.calls(1, ADD, more);
        callee.receives(new Invocation(1, id, Dict.of("progress", true), Payload.EMPTY));
        callee.receives(new Invocation(1, id, Dict.of("progress", true), Payload.EMPTY));
    }
}
