package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Cancel;
import io.bailiwick.router.message.Message.ErrorReply;
import io.bailiwick.router.message.Message.Interrupt;
import io.bailiwick.router.message.Message.Invocation;
import io.bailiwick.router.message.Message.Result;
import io.bailiwick.router.message.Message.Unregister;
import io.bailiwick.router.message.Message.Yield;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that are canceled, and calls whose caller or callee leaves. */
@Conforms(Feature.CALL_CANCELING)
class CancelTest {
    private static final String ADD = "com.example.add";

    private final Scenario scenario = new Scenario();
    private final TestPeer caller = scenario.joins("caller");
    private final TestPeer callee = scenario.joins("callee");

    private static Dict mode(String mode) {
        return Dict.of("mode", mode);
    }

    // ---- canceling

    @Test
    void skip_answers_the_caller_and_leaves_the_callee_alone() {
        callee.registers(ADD);
        caller.calls(1, ADD);
        callee.receives(Invocation.class);
        caller.sends(new Cancel(1, mode("skip")));
        caller.receivesError(Call.CODE, 1, Uris.CANCELED);
        callee.receivesNothing();
        callee.sends(new Yield(1, Dict.EMPTY, Payload.EMPTY));
        caller.receivesNothing();
    }

    @Test
    void kill_interrupts_the_callee_and_passes_on_its_answer() {
        callee.registers(ADD);
        caller.calls(1, ADD);
        caller.calls(2, ADD);
        callee.receives(Invocation.class);
        callee.receives(Invocation.class);
        caller.sends(new Cancel(1, mode("kill")));
        caller.sends(new Cancel(2, mode("kill")));
        callee.receives(new Interrupt(1, mode("kill")));
        callee.receives(new Interrupt(2, mode("kill")));
        caller.receivesNothing();
        callee.sends(new Yield(1, Dict.EMPTY, payload("done in time")));
        callee.sends(new ErrorReply(Invocation.CODE, 2, Dict.EMPTY, Uris.CANCELED, Payload.EMPTY));
        caller.receives(new Result(1, Dict.EMPTY, payload("done in time")));
        caller.receivesError(Call.CODE, 2, Uris.CANCELED);
        caller.receivesNothing();
    }

    @ParameterizedTest
    @CsvSource({"killnowait", ","})
    void killnowait_which_is_the_default_interrupts_the_callee_and_answers_at_once(String mode) {
        callee.registers(ADD);
        caller.calls(1, ADD);
        callee.receives(Invocation.class);
        caller.sends(new Cancel(1, mode == null ? Dict.EMPTY : mode(mode)));
        callee.receives(new Interrupt(1, mode("killnowait")));
        caller.receivesError(Call.CODE, 1, Uris.CANCELED);
        callee.sends(new ErrorReply(Invocation.CODE, 1, Dict.EMPTY, Uris.CANCELED, Payload.EMPTY));
        caller.receivesNothing();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill", "killnowait", "skip"})
    void a_callee_that_did_not_announce_canceling_is_not_interrupted(String mode) {
        TestPeer plain = scenario.joinsPlainly("plain");
        plain.registers(ADD);
        caller.calls(1, ADD);
        plain.receives(Invocation.class);
        caller.sends(new Cancel(1, mode(mode)));
        caller.receivesError(Call.CODE, 1, Uris.CANCELED);
        plain.receivesNothing();
        plain.sends(new Yield(1, Dict.EMPTY, Payload.EMPTY));
        caller.receivesNothing();
    }

    @Test
    void a_killed_call_may_still_be_given_up() {
        callee.registers(ADD);
        caller.calls(1, ADD);
        callee.receives(Invocation.class);
        caller.sends(new Cancel(1, mode("kill")));
        caller.sends(new Cancel(1, mode("kill")));
        caller.sends(new Cancel(1, mode("killnowait")));
        callee.receives(new Interrupt(1, mode("kill")));
        callee.receivesNothing();
        caller.receivesError(Call.CODE, 1, Uris.CANCELED);
        caller.receivesNothing();
    }

    @Test
    void a_mode_that_does_not_exist_ends_the_call_with_an_error_of_the_call() {
        callee.registers(ADD);
        caller.calls(1, ADD);
        caller.sends(new Cancel(1, mode("softly")));
        caller.receivesError(Call.CODE, 1, Uris.INVALID_ARGUMENT);
        callee.sends(new Yield(1, Dict.EMPTY, Payload.EMPTY));
        caller.receivesNothing();
    }

    @Test
    void a_cancel_of_a_call_that_is_not_open_is_ignored() {
        callee.registers(ADD);
        callee.calls(8, ADD);
        caller.sends(new Cancel(8, Dict.EMPTY));
        caller.receivesNothing();
        assertEquals(true, caller.isOpen());
        assertEquals(1, scenario.view().pendingCalls());
    }

    @Test
    void the_misspelled_announcement_of_older_clients_counts() {
        TestPeer old = scenario.joins("old", "user", Scenario.roles("callee", "call_cancelling"));
        old.registers(ADD);
        caller.calls(1, ADD);
        old.receives(Invocation.class);
        caller.sends(new Cancel(1, Dict.EMPTY));
        old.receives(new Interrupt(1, mode("killnowait")));
    }

    // ---- leaving

    @Test
    @Conforms(Feature.CALLEE_LEAVES)
    void when_the_callee_leaves_each_of_its_calls_is_canceled_once() {
        callee.registers(ADD);
        caller.calls(1, ADD);
        caller.calls(2, ADD);
        caller.sends(new Cancel(2, mode("kill")));
        callee.leaves();
        caller.receivesError(Call.CODE, 1, Uris.CANCELED);
        caller.receivesError(Call.CODE, 2, Uris.CANCELED);
        caller.receivesNothing();
        caller.calls(3, ADD);
        caller.receivesError(Call.CODE, 3, Uris.NO_SUCH_PROCEDURE);
    }

    @Test
    @Conforms(Feature.CALLER_LEAVES)
    void when_the_caller_leaves_the_callee_is_interrupted_and_its_answer_discarded() {
        callee.registers(ADD);
        caller.calls(1, ADD);
        callee.receives(Invocation.class);
        caller.leaves();
        callee.receives(new Interrupt(1, mode("killnowait")));
        callee.sends(new Yield(1, Dict.EMPTY, Payload.EMPTY));
        assertEquals(true, callee.isOpen());
        caller.receivesNothing();
    }

    @Test
    @Conforms(Feature.CALLER_LEAVES)
    void when_the_caller_leaves_a_callee_that_did_not_announce_canceling_is_not_interrupted() {
        TestPeer plain = scenario.joinsPlainly("plain");
        plain.registers(ADD);
        caller.calls(1, ADD);
        plain.receives(Invocation.class);
        caller.leaves();
        plain.receivesNothing();
        plain.sends(new Yield(1, Dict.EMPTY, Payload.EMPTY));
        assertEquals(true, plain.isOpen());
    }

    @Test
    @Conforms(Feature.CALLER_LEAVES)
    void a_session_that_calls_itself_leaves_without_a_word() {
        callee.registers(ADD);
        callee.calls(1, ADD);
        callee.receives(Invocation.class);
        callee.leaves();
        callee.receivesNothing();
        assertEquals(0, scenario.view().registrations());
    }

    @Test
    void a_call_that_is_on_its_way_outlives_the_registration() {
        long registration = callee.registers(ADD);
        caller.calls(1, ADD);
        callee.receives(Invocation.class);
        callee.sends(new Unregister(2, registration));
        callee.sends(new Yield(1, Dict.EMPTY, Payload.EMPTY));
        caller.receives(new Result(1, Dict.EMPTY, Payload.EMPTY));
    }
}
