package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.ErrorReply;
import io.bailiwick.router.message.Message.Interrupt;
import io.bailiwick.router.message.Message.Invocation;
import io.bailiwick.router.message.Message.Result;
import io.bailiwick.router.message.Message.Yield;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls and their answers: each test is a rule of the WAMP specification, or a choice that it leaves open. */
@Conforms(Feature.REGISTER_AND_CALL)
class CallTest {
    private static final String ADD = "com.example.add";

    private final Scenario scenario = new Scenario();
    private final TestPeer caller = scenario.joins("caller");
    private final TestPeer callee = scenario.joins("callee");

    private static Dict mode(String mode) {
        return Dict.of("mode", mode);
    }

    // ---- calling

    @Test
    void a_call_goes_to_the_callee_and_its_result_comes_back() {
        long registration = callee.registers(ADD);
        caller.sends(new Call(5, Dict.EMPTY, ADD, payload(23, 7)));
        callee.receives(
                new Invocation(1, registration, Dict.EMPTY, payload(23, 7).keep()));
        callee.sends(new Yield(1, Dict.EMPTY, payload(30)));
        caller.receives(new Result(5, Dict.EMPTY, payload(30)));
        caller.receivesNothing();
        assertEquals(0, scenario.view().pendingCalls());
    }

    @Test
    void an_error_of_the_callee_comes_back_to_the_caller() {
        callee.registers(ADD);
        caller.calls(5, ADD);
        callee.receives(Invocation.class);
        callee.sends(new ErrorReply(Invocation.CODE, 1, Dict.EMPTY, "com.example.overflow", payload("too big")));
        caller.receives(new ErrorReply(Call.CODE, 5, Dict.EMPTY, "com.example.overflow", payload("too big")));
    }

    @Test
    void a_call_of_an_unknown_procedure_fails() {
        caller.calls(1, "com.example.unknown");
        caller.receivesError(Call.CODE, 1, Uris.NO_SUCH_PROCEDURE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "com..add", "com.example.", ".com", "com.exa mple", "com.#"})
    void a_call_of_what_is_no_uri_fails(String procedure) {
        caller.calls(1, procedure);
        caller.receivesError(Call.CODE, 1, Uris.INVALID_URI);
    }

    @Test
    void a_session_may_call_itself() {
        callee.registers(ADD);
        callee.calls(9, ADD);
        callee.receives(Invocation.class);
        callee.sends(new Yield(1, Dict.EMPTY, payload(1)));
        callee.receives(new Result(9, Dict.EMPTY, payload(1)));
    }

    @Test
    @Conforms(Feature.IDS)
    void invocation_ids_of_each_callee_count_from_one() {
        TestPeer other = scenario.joins("other");
        callee.registers(ADD);
        other.registers("com.example.sub");
        caller.calls(1, ADD);
        caller.calls(2, "com.example.sub");
        caller.calls(3, ADD);
        assertEquals(1, callee.receives(Invocation.class).request());
        assertEquals(2, callee.receives(Invocation.class).request());
        assertEquals(1, other.receives(Invocation.class).request());
    }

    @Test
    @Conforms(Feature.ORDERING)
    void invocations_of_one_caller_keep_their_order_across_procedures() {
        long add = callee.registers(ADD);
        long sub = callee.registers("com.example.sub");
        caller.calls(1, ADD);
        caller.calls(2, "com.example.sub");
        caller.calls(3, ADD);
        assertEquals(add, callee.receives(Invocation.class).registration());
        assertEquals(sub, callee.receives(Invocation.class).registration());
        assertEquals(add, callee.receives(Invocation.class).registration());
    }

    @Test
    @Conforms(Feature.IDS)
    void the_id_of_an_open_call_is_not_used_again() {
        callee.registers(ADD);
        caller.calls(1, ADD);
        caller.calls(1, "no uri at all");
        caller.isAborted(Uris.PROTOCOL_VIOLATION);
    }

    @Test
    @Conforms(Feature.IDS)
    void request_ids_need_not_be_sequential() {
        callee.registers(ADD);
        caller.calls(123, ADD);
        caller.calls(7, ADD);
        callee.sends(new Yield(1, Dict.EMPTY, Payload.EMPTY));
        caller.receives(new Result(123, Dict.EMPTY, Payload.EMPTY));
        caller.calls(123, ADD);
        assertEquals(3, scenario.joins("x").id());
        assertEquals(2, scenario.view().pendingCalls());
    }

    @Test
    @Conforms(Feature.PATTERN_BASED_REGISTRATION)
    void a_pattern_registration_learns_which_procedure_was_called() {
        long registration = callee.registers("com.example", Dict.of("match", "prefix"));
        caller.calls(1, ADD);
        callee.receives(new Invocation(1, registration, Dict.of("procedure", ADD), Payload.EMPTY));
        long wildcard = callee.registers("org..add", Dict.of("match", "wildcard"));
        caller.calls(2, "org.example.add");
        callee.receives(new Invocation(2, wildcard, Dict.of("procedure", "org.example.add"), Payload.EMPTY));
    }

    @Test
    @Conforms(Feature.PROTOCOL_VIOLATIONS)
    void an_option_of_the_wrong_type_breaks_the_protocol_and_an_unknown_one_does_not() {
        callee.registers(ADD);
        caller.calls(1, ADD, Dict.of("x_unknown", 17L));
        callee.receives(Invocation.class);
        caller.calls(2, ADD, Dict.of("disclose_me", 1L));
        caller.isAborted(Uris.PROTOCOL_VIOLATION);
        callee.receives(new Interrupt(1, mode("killnowait")));
        callee.receivesNothing();
    }

    // ---- answering

    @Test
    @Conforms(Feature.PROTOCOL_VIOLATIONS)
    void nobody_answers_for_another_session() {
        TestPeer thief = scenario.joins("thief");
        thief.registers("com.example.bait");
        callee.registers(ADD);
        caller.calls(1, ADD);
        thief.sends(new Yield(1, Dict.EMPTY, payload("forged")));
        thief.isAborted(Uris.PROTOCOL_VIOLATION);
        caller.receivesNothing();
        callee.sends(new Yield(1, Dict.EMPTY, payload("true")));
        caller.receives(new Result(1, Dict.EMPTY, payload("true")));
    }

    @Test
    @Conforms(Feature.PROTOCOL_VIOLATIONS)
    void an_answer_to_what_was_never_asked_breaks_the_protocol() {
        TestPeer other = scenario.joins("other");
        callee.sends(new Yield(1, Dict.EMPTY, Payload.EMPTY));
        callee.isAborted(Uris.PROTOCOL_VIOLATION);
        other.sends(new ErrorReply(Invocation.CODE, 1, Dict.EMPTY, "com.example.error", Payload.EMPTY));
        other.isAborted(Uris.PROTOCOL_VIOLATION);
    }

    @Test
    void a_second_answer_is_discarded() {
        callee.registers(ADD);
        caller.calls(1, ADD);
        callee.sends(new Yield(1, Dict.EMPTY, Payload.EMPTY));
        callee.sends(new Yield(1, Dict.EMPTY, Payload.EMPTY));
        callee.sends(new ErrorReply(Invocation.CODE, 1, Dict.EMPTY, "com.example.error", Payload.EMPTY));
        caller.receives(Result.class);
        caller.receivesNothing();
        assertEquals(true, callee.isOpen());
    }

    @Test
    @Conforms(Feature.PROTOCOL_VIOLATIONS)
    void an_error_of_a_client_answers_an_invocation_and_nothing_else() {
        callee.registers(ADD);
        caller.calls(1, ADD);
        callee.sends(new ErrorReply(Call.CODE, 1, Dict.EMPTY, "com.example.error", Payload.EMPTY));
        callee.isAborted(Uris.PROTOCOL_VIOLATION);
        caller.receivesError(Call.CODE, 1, Uris.CANCELED);
    }

    @Test
    @Conforms(Feature.PROTOCOL_VIOLATIONS)
    void an_error_that_is_no_uri_breaks_the_protocol_and_is_not_passed_on() {
        callee.registers(ADD);
        caller.calls(1, ADD);
        callee.sends(new ErrorReply(Invocation.CODE, 1, Dict.EMPTY, "no uri", Payload.EMPTY));
        callee.isAborted(Uris.PROTOCOL_VIOLATION);
        caller.receivesError(Call.CODE, 1, Uris.CANCELED);
    }

    // ---- progressive results

    @Test
    @Conforms(Feature.PROGRESSIVE_CALL_RESULTS)
    void progressive_results_come_in_order_and_end_with_one_that_is_not() {
        long registration = callee.registers(ADD);
        Dict progress = Dict.of("progress", true);
        caller.calls(1, ADD, Dict.of("receive_progress", true));
        callee.receives(new Invocation(1, registration, Dict.of("receive_progress", true), Payload.EMPTY));
        callee.sends(new Yield(1, progress, payload(1)));
        callee.sends(new Yield(1, progress, payload(2)));
        callee.sends(new Yield(1, Dict.EMPTY, payload(3)));
        callee.sends(new Yield(1, progress, payload(4)));
        caller.receives(new Result(1, progress, payload(1)));
        caller.receives(new Result(1, progress, payload(2)));
        caller.receives(new Result(1, Dict.EMPTY, payload(3)));
        caller.receivesNothing();
    }

    @Test
    @Conforms(Feature.PROGRESSIVE_CALL_RESULTS)
    void progress_that_was_not_asked_for_is_dropped() {
        callee.registers(ADD);
        caller.calls(1, ADD);
        callee.sends(new Yield(1, Dict.of("progress", true), payload(1)));
        caller.receivesNothing();
        callee.sends(new Yield(1, Dict.EMPTY, payload(2)));
        caller.receives(new Result(1, Dict.EMPTY, payload(2)));
    }

    @Test
    @Conforms(Feature.PROGRESSIVE_CALL_RESULTS)
    void a_callee_that_did_not_announce_progress_is_not_asked_for_it() {
        TestPeer plain = scenario.joinsPlainly("plain");
        long registration = plain.registers(ADD);
        caller.calls(1, ADD, Dict.of("receive_progress", true));
        plain.receives(new Invocation(1, registration, Dict.EMPTY, Payload.EMPTY));
    }
}
