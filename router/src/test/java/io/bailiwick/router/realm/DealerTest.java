package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Cancel;
import io.bailiwick.router.message.Message.ErrorReply;
import io.bailiwick.router.message.Message.Interrupt;
import io.bailiwick.router.message.Message.Invocation;
import io.bailiwick.router.message.Message.Register;
import io.bailiwick.router.message.Message.Result;
import io.bailiwick.router.message.Message.Unregister;
import io.bailiwick.router.message.Message.Unregistered;
import io.bailiwick.router.message.Message.Yield;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.realm.Authorizer.Action;
import io.bailiwick.router.realm.Authorizer.Permission;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls and registrations: each test is a rule of the WAMP specification, or a choice that it leaves open. */
class DealerTest {
    private static final String ADD = "com.example.add";

    private final Scenario scenario = new Scenario();
    private final TestPeer caller = scenario.joins("caller");
    private final TestPeer callee = scenario.joins("callee");

    private static Dict mode(String mode) {
        return Dict.of("mode", mode);
    }

    private static Dict disclosed(TestPeer peer) {
        return Dict.of(callerOf(peer));
    }

    private static Map<String, Object> callerOf(TestPeer peer) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("caller", peer.id());
        details.put("caller_authid", peer.details().authid());
        details.put("caller_authrole", peer.details().authrole());
        return details;
    }

    // ---- registering

    @Test
    void a_procedure_is_registered_once() {
        callee.registers(ADD);
        caller.sends(new Register(7, Dict.EMPTY, ADD));
        caller.receivesError(Register.CODE, 7, Uris.PROCEDURE_ALREADY_EXISTS);
        callee.sends(new Register(2, Dict.EMPTY, ADD));
        callee.receivesError(Register.CODE, 2, Uris.PROCEDURE_ALREADY_EXISTS);
    }

    @Test
    void the_same_uri_may_be_registered_once_for_each_match_policy() {
        long exact = callee.registers(ADD);
        long prefix = caller.registers(ADD, Dict.of("match", "prefix"));
        long wildcard = callee.registers(ADD, Dict.of("match", "wildcard"));
        assertNotEquals(exact, prefix);
        assertNotEquals(prefix, wildcard);
        caller.sends(new Register(2, Dict.of("match", "prefix"), ADD));
        caller.receivesError(Register.CODE, 2, Uris.PROCEDURE_ALREADY_EXISTS);
    }

    @Test
    void a_procedure_can_be_registered_again_after_it_was_unregistered() {
        long registration = callee.registers(ADD);
        callee.sends(new Unregister(2, registration));
        callee.receives(new Unregistered(2, Dict.EMPTY));
        caller.calls(1, ADD);
        caller.receivesError(Call.CODE, 1, Uris.NO_SUCH_PROCEDURE);
        assertNotEquals(registration, caller.registers(ADD));
    }

    @Test
    void nobody_unregisters_what_another_session_has_registered() {
        long registration = callee.registers(ADD);
        caller.sends(new Unregister(3, registration));
        caller.receivesError(Unregister.CODE, 3, Uris.NO_SUCH_REGISTRATION);
        caller.sends(new Unregister(4, 999));
        caller.receivesError(Unregister.CODE, 4, Uris.NO_SUCH_REGISTRATION);
        caller.calls(1, ADD);
        callee.receives(Invocation.class);
    }

    @Test
    void a_shared_registration_is_refused_since_it_is_not_announced() {
        callee.sends(new Register(1, Dict.of("invoke", "roundrobin"), ADD));
        callee.receivesError(Register.CODE, 1, Uris.OPTION_NOT_ALLOWED);
        callee.registers(ADD, Dict.of("invoke", "single"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"wamp.session.get", "wamp.something", "wamp"})
    void reserved_uris_are_not_registered_by_clients(String procedure) {
        callee.sends(new Register(1, Dict.EMPTY, procedure));
        callee.receivesError(Register.CODE, 1, Uris.INVALID_URI);
        callee.registers("wampum.shells");
    }

    @Test
    void no_pattern_of_a_client_is_responsible_for_a_reserved_procedure() {
        callee.registers("", Dict.of("match", "prefix"));
        callee.registers("..", Dict.of("match", "wildcard"));
        caller.calls(1, "wamp.session.unheard");
        caller.receivesError(Call.CODE, 1, Uris.NO_SUCH_PROCEDURE);
        callee.receivesNothing();
    }

    @Test
    void an_unknown_match_policy_breaks_the_protocol() {
        callee.sends(new Register(1, Dict.of("match", "regex"), ADD));
        callee.isAborted(Uris.PROTOCOL_VIOLATION);
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
    void the_id_of_an_open_call_is_not_used_again() {
        callee.registers(ADD);
        caller.calls(1, ADD);
        caller.calls(1, "no uri at all");
        caller.isAborted(Uris.PROTOCOL_VIOLATION);
    }

    @Test
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
    void a_pattern_registration_learns_which_procedure_was_called() {
        long registration = callee.registers("com.example", Dict.of("match", "prefix"));
        caller.calls(1, ADD);
        callee.receives(new Invocation(1, registration, Dict.of("procedure", ADD), Payload.EMPTY));
        long wildcard = callee.registers("org..add", Dict.of("match", "wildcard"));
        caller.calls(2, "org.example.add");
        callee.receives(new Invocation(2, wildcard, Dict.of("procedure", "org.example.add"), Payload.EMPTY));
    }

    @Test
    void a_progressive_call_breaks_the_protocol_since_it_is_not_announced() {
        callee.registers(ADD);
        caller.calls(1, ADD, Dict.of("progress", true));
        caller.isAborted(Uris.PROTOCOL_VIOLATION);
        callee.receivesNothing();
    }

    @Test
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
    void an_error_of_a_client_answers_an_invocation_and_nothing_else() {
        callee.registers(ADD);
        caller.calls(1, ADD);
        callee.sends(new ErrorReply(Call.CODE, 1, Dict.EMPTY, "com.example.error", Payload.EMPTY));
        callee.isAborted(Uris.PROTOCOL_VIOLATION);
        caller.receivesError(Call.CODE, 1, Uris.CANCELED);
    }

    @Test
    void an_error_that_is_no_uri_breaks_the_protocol_and_is_not_passed_on() {
        callee.registers(ADD);
        caller.calls(1, ADD);
        callee.sends(new ErrorReply(Invocation.CODE, 1, Dict.EMPTY, "no uri", Payload.EMPTY));
        callee.isAborted(Uris.PROTOCOL_VIOLATION);
        caller.receivesError(Call.CODE, 1, Uris.CANCELED);
    }

    // ---- progressive results

    @Test
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
    void progress_that_was_not_asked_for_is_dropped() {
        callee.registers(ADD);
        caller.calls(1, ADD);
        callee.sends(new Yield(1, Dict.of("progress", true), payload(1)));
        caller.receivesNothing();
        callee.sends(new Yield(1, Dict.EMPTY, payload(2)));
        caller.receives(new Result(1, Dict.EMPTY, payload(2)));
    }

    @Test
    void a_callee_that_did_not_announce_progress_is_not_asked_for_it() {
        TestPeer plain = scenario.joinsPlainly("plain");
        long registration = plain.registers(ADD);
        caller.calls(1, ADD, Dict.of("receive_progress", true));
        plain.receives(new Invocation(1, registration, Dict.EMPTY, Payload.EMPTY));
    }

    // ---- caller identification

    @Test
    void a_caller_is_not_made_known_unless_somebody_asks() {
        long registration = callee.registers(ADD);
        caller.calls(1, ADD);
        callee.receives(new Invocation(1, registration, Dict.EMPTY, Payload.EMPTY));
    }

    @Test
    void a_caller_may_make_itself_known() {
        long registration = callee.registers(ADD);
        caller.calls(1, ADD, Dict.of("disclose_me", true));
        callee.receives(new Invocation(1, registration, disclosed(caller), Payload.EMPTY));
    }

    @Test
    void a_callee_may_ask_to_know_all_its_callers() {
        long registration = callee.registers(ADD, Dict.of("disclose_caller", true));
        caller.calls(1, ADD);
        callee.receives(new Invocation(1, registration, disclosed(caller), Payload.EMPTY));
    }

    @Test
    void the_rights_of_a_role_may_make_its_callers_known() {
        Scenario strict = new Scenario((session, action, uri, match) -> new Permission(true, action == Action.CALL));
        TestPeer shy = strict.joins("shy");
        TestPeer server = strict.joins("server");
        long registration = server.registers(ADD);
        shy.calls(1, ADD);
        server.receives(new Invocation(1, registration, disclosed(shy), Payload.EMPTY));
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

    // ---- rights and limits

    @Test
    void who_may_not_call_is_told_so_whether_the_procedure_exists_or_not() {
        Scenario strict = new Scenario((session, action, uri, match) ->
                session.authrole().equals("guest") ? Permission.DENIED : Permission.ALLOWED);
        TestPeer guest = strict.joins("guest", "guest");
        strict.joins("server").registers(ADD);
        guest.calls(1, ADD);
        guest.receivesError(Call.CODE, 1, Uris.NOT_AUTHORIZED);
        guest.calls(2, "com.example.unknown");
        guest.receivesError(Call.CODE, 2, Uris.NOT_AUTHORIZED);
        guest.sends(new Register(3, Dict.EMPTY, ADD));
        guest.receivesError(Register.CODE, 3, Uris.NOT_AUTHORIZED);
    }

    @Test
    void a_right_to_one_procedure_is_no_right_to_a_pattern() {
        Scenario strict = new Scenario((session, action, uri, match) ->
                new Permission(match == io.bailiwick.router.message.MatchPolicy.EXACT, false));
        TestPeer server = strict.joins("server");
        server.sends(new Register(1, Dict.of("match", "prefix"), ADD));
        server.receivesError(Register.CODE, 1, Uris.NOT_AUTHORIZED);
        server.registers(ADD);
    }

    @Test
    void rights_that_cannot_be_decided_are_no_rights() {
        Scenario broken = new Scenario((session, action, uri, match) -> {
            throw new IllegalStateException("planted");
        });
        TestPeer peer = broken.joins("peer");
        peer.calls(1, ADD);
        peer.receivesError(Call.CODE, 1, Uris.AUTHORIZATION_FAILED);
    }

    @Test
    void what_exceeds_a_limit_is_refused_with_its_name_and_value() {
        Scenario small = new Scenario(new Limits(1, 2, 1, 2, 20));
        TestPeer peer = small.joins("peer");
        peer.registers("a.b");
        peer.registers("a..", Dict.of("match", "wildcard"));
        peer.sends(new Register(3, Dict.EMPTY, "a.c"));
        assertEquals(
                payload("expected at most 2 registrations of a session, but found one more"),
                peer.receives(ErrorReply.class).payload());
        peer.calls(4, "a.b");
        peer.calls(5, "a.b");
        peer.receives(Invocation.class);
        peer.receives(Invocation.class);
        peer.calls(6, "a.b");
        peer.receives(new ErrorReply(
                Call.CODE,
                6,
                Dict.EMPTY,
                Limits.EXCEEDED,
                payload("expected at most 2 pending calls of a session, but found one more")));
        peer.sends(new Yield(1, Dict.EMPTY, Payload.EMPTY));
        peer.receives(Result.class);
        peer.calls(6, "a.b");
        peer.receives(Invocation.class);
        peer.calls(7, "a.b.c.d.e.f.g.h.i.j.k");
        peer.receivesError(Call.CODE, 7, Uris.INVALID_URI);
    }

    @Test
    void wildcards_of_registrations_and_subscriptions_count_together() {
        Scenario small = new Scenario(new Limits(9, 9, 2, 9, 99));
        Dict wildcard = Dict.of("match", "wildcard");
        TestPeer peer = small.joins("peer");
        long registration = peer.registers("a..", wildcard);
        peer.subscribes("b..", wildcard);
        peer.sends(new Register(3, wildcard, "c.."));
        peer.receivesError(Register.CODE, 3, Limits.EXCEEDED);
        peer.sends(new Message.Subscribe(4, wildcard, "c.."));
        peer.receivesError(Message.Subscribe.CODE, 4, Limits.EXCEEDED);
        peer.sends(new Unregister(5, registration));
        peer.receives(Unregistered.class);
        peer.registers("c..", wildcard);
    }
}
