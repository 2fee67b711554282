package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.dealer.DealerTables;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Cancel;
import io.bailiwick.router.message.Message.ErrorReply;
import io.bailiwick.router.message.Message.Interrupt;
import io.bailiwick.router.message.Message.Invocation;
import io.bailiwick.router.message.Message.Result;
import io.bailiwick.router.message.Message.Unregister;
import io.bailiwick.router.message.Message.Unregistered;
import io.bailiwick.router.message.Message.Yield;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Calls whose arguments come in parts: several CALLs with one request id. */
@Conforms(Feature.PROGRESSIVE_CALL_INVOCATIONS)
class ProgressiveCallTest {
    private static final String ADD = "com.example.add";
    private static final Dict MORE = Dict.of("progress", true);
    private static final String[] FEATURES = {
        "progressive_call_invocations", "call_canceling", "progressive_call_results"
    };

    private final Scenario scenario = new Scenario();
    private final TestPeer caller = scenario.joinsWith("caller", FEATURES);
    private final TestPeer callee = scenario.joinsWith("callee", FEATURES);

    private void part(long request, Dict options, Payload payload) {
        caller.sends(new Call(request, options, ADD, payload));
    }

    @Test
    void every_part_is_an_invocation_with_the_same_id_and_one_result_ends_the_call() {
        long id = callee.registers(ADD);
        part(1, MORE, payload(1));
        part(1, MORE, payload(2));
        part(1, Dict.EMPTY, payload(3));
        callee.receives(new Invocation(1, id, MORE, payload(1).keep()));
        callee.receives(new Invocation(1, id, MORE, payload(2).keep()));
        callee.receives(new Invocation(1, id, Dict.EMPTY, payload(3).keep()));
        callee.sends(new Yield(1, Dict.EMPTY, payload(6)));
        caller.receives(new Result(1, Dict.EMPTY, payload(6)));
        assertEquals(0, scenario.view().pendingCalls());
    }

    @Test
    void calls_and_results_may_both_come_in_parts() {
        callee.registers(ADD);
        part(1, Dict.of("progress", true, "receive_progress", true), payload(1));
        callee.receives(Invocation.class);
        callee.sends(new Yield(1, MORE, payload("half")));
        caller.receives(new Result(1, MORE, payload("half")));
        part(1, Dict.EMPTY, payload(2));
        callee.receives(Invocation.class);
        callee.sends(new Yield(1, Dict.EMPTY, payload("whole")));
        caller.receives(new Result(1, Dict.EMPTY, payload("whole")));
    }

    @Test
    void the_options_of_the_first_part_are_those_of_the_call() {
        long id = callee.registers("com", Dict.of("match", "prefix"));
        part(1, Dict.of(Map.of("progress", true, "timeout", 100L, "disclose_me", true)), Payload.EMPTY);
        Dict first = callee.receives(Invocation.class).details();
        assertEquals(ADD, first.text("procedure").orElseThrow());
        assertEquals(caller.id(), first.integer("caller").orElseThrow());
        part(1, Dict.of(Map.of("progress", true, "timeout", 5_000L, "receive_progress", true)), Payload.EMPTY);
        callee.receives(new Invocation(1, id, MORE, Payload.EMPTY));
        callee.sends(new Yield(1, MORE, Payload.EMPTY));
        caller.receivesNothing();
        scenario.time().passes(100);
        caller.receivesError(Call.CODE, 1, Uris.TIMEOUT);
    }

    @Test
    void all_parts_go_to_the_same_callee_whatever_the_policy() {
        TestPeer second = scenario.joinsWith("second", FEATURES);
        callee.registers(ADD, Dict.of("invoke", "roundrobin"));
        second.registers(ADD, Dict.of("invoke", "roundrobin"));
        part(1, MORE, payload(1));
        part(1, MORE, payload(2));
        part(2, Dict.EMPTY, payload(3));
        part(1, Dict.EMPTY, payload(4));
        assertEquals(3, callee.inbox().size());
        assertEquals(1, second.inbox().size());
    }

    @Test
    void all_parts_go_to_the_callee_even_when_it_has_unregistered() {
        long id = callee.registers(ADD);
        part(1, MORE, payload(1));
        callee.sends(new Unregister(9, id));
        part(1, Dict.EMPTY, payload(2));
        callee.receives(Invocation.class);
        callee.receives(Unregistered.class);
        callee.receives(new Invocation(1, id, Dict.EMPTY, payload(2).keep()));
    }

    @Test
    void a_callee_that_did_not_announce_it_is_not_called() {
        TestPeer old = scenario.joinsWith("old", "call_canceling");
        old.registers(ADD);
        part(1, MORE, Payload.EMPTY);
        caller.receivesError(Call.CODE, 1, Uris.FEATURE_NOT_SUPPORTED);
        part(1, Dict.EMPTY, Payload.EMPTY);
        caller.receivesNothing();
        old.receivesNothing();
    }

    @Test
    void a_callee_needs_call_canceling_too() {
        TestPeer half = scenario.joinsWith("half", "progressive_call_invocations");
        half.registers(ADD);
        part(1, MORE, Payload.EMPTY);
        caller.receivesError(Call.CODE, 1, Uris.FEATURE_NOT_SUPPORTED);
    }

    @Test
    void of_several_callees_one_that_announced_it_is_called() {
        TestPeer old = scenario.joinsPlainly("old");
        old.registers(ADD, Dict.of("invoke", "first"));
        callee.registers(ADD, Dict.of("invoke", "first"));
        part(1, MORE, Payload.EMPTY);
        callee.receives(Invocation.class);
        old.receivesNothing();
    }

    @Test
    void a_caller_that_did_not_announce_it_breaks_the_protocol() {
        callee.registers(ADD);
        TestPeer old = scenario.joinsWith("old", "call_canceling");
        old.calls(1, ADD, MORE);
        old.isAborted(Uris.PROTOCOL_VIOLATION);
        callee.receivesNothing();
    }

    @Test
    void parts_that_come_after_an_early_result_are_dropped() {
        callee.registers(ADD);
        part(1, MORE, payload(1));
        callee.receives(Invocation.class);
        callee.yields(1);
        caller.receives(Result.class);
        part(1, MORE, payload(2));
        part(1, Dict.EMPTY, payload(3));
        caller.receivesNothing();
        callee.receivesNothing();
        part(1, Dict.EMPTY, payload(4));
        callee.receives(Invocation.class);
    }

    @Test
    void parts_that_come_after_a_cancel_are_dropped() {
        callee.registers(ADD);
        part(1, MORE, payload(1));
        callee.receives(Invocation.class);
        caller.sends(new Cancel(1, Dict.EMPTY));
        callee.receives(Interrupt.class);
        caller.receivesError(Call.CODE, 1, Uris.CANCELED);
        part(1, Dict.EMPTY, payload(2));
        caller.receivesNothing();
        callee.receivesNothing();
    }

    @Test
    void parts_of_a_call_that_was_refused_are_dropped() {
        Scenario strict = new Scenario((session, action, uri, match) -> new Permission(uri.equals(ADD), false));
        TestPeer peer = strict.joinsWith("peer", FEATURES);
        peer.calls(1, "com.example.forbidden", MORE);
        peer.receivesError(Call.CODE, 1, Uris.NOT_AUTHORIZED);
        peer.calls(1, "com.example.forbidden", MORE);
        peer.calls(1, "com.example.forbidden", Dict.EMPTY);
        peer.receivesNothing();
        peer.calls(2, ADD, MORE);
        peer.receivesError(Call.CODE, 2, Uris.NO_SUCH_PROCEDURE);
        peer.calls(2, ADD, Dict.EMPTY);
        peer.receivesNothing();
    }

    @Test
    void what_is_remembered_of_calls_that_ended_early_is_bounded() {
        Scenario small = new Scenario(new Limits(9, 9, 9, 1, 99));
        TestPeer peer = small.joinsWith("peer", FEATURES);
        for (long request = 1; request <= 3; request++) {
            peer.calls(request, ADD, MORE);
            peer.receivesError(Call.CODE, request, Uris.NO_SUCH_PROCEDURE);
        }
        peer.calls(2, ADD);
        peer.calls(3, ADD);
        peer.receivesNothing();
        peer.calls(1, ADD);
        peer.receivesError(Call.CODE, 1, Uris.NO_SUCH_PROCEDURE);
    }

    @Test
    @Conforms(Feature.LIMITS)
    void of_a_procedure_that_is_longer_than_any_no_more_is_remembered_than_tells_its_parts_from_others() {
        Scenario small = new Scenario(new Limits(9, 9, 9, 2, 99));
        TestPeer peer = small.joinsWith("peer", FEATURES);
        String first = "x".repeat(1 << 20);
        for (long request = 1; request <= 9; request++) {
            peer.calls(request, first, MORE);
            peer.receivesError(Call.CODE, request, Uris.INVALID_URI);
        }
        Seat seat = small.realm().roster().get(peer.id());
        assertEquals(4 * 100, DealerTables.keptOfUnfinished(seat.rpc()));
        peer.calls(9, first, MORE);
        peer.calls(9, first);
        peer.receivesNothing();
        peer.calls(8, "x".repeat(99));
        peer.receivesError(Call.CODE, 8, Uris.NO_SUCH_PROCEDURE);
    }

    @Test
    void a_part_behind_the_last_one_breaks_the_protocol() {
        callee.registers(ADD);
        part(1, MORE, payload(1));
        part(1, Dict.EMPTY, payload(2));
        part(1, Dict.EMPTY, payload(3));
        caller.isAborted(Uris.PROTOCOL_VIOLATION);
    }

    @Test
    void a_part_of_a_call_that_is_not_progressive_breaks_the_protocol() {
        callee.registers(ADD);
        part(1, Dict.EMPTY, payload(1));
        part(1, MORE, payload(2));
        caller.isAborted(Uris.PROTOCOL_VIOLATION);
    }

    @Test
    void a_part_with_another_procedure_breaks_the_protocol() {
        callee.registers(ADD);
        part(1, MORE, payload(1));
        caller.calls(1, "com.example.sub", MORE);
        caller.isAborted(Uris.PROTOCOL_VIOLATION);
    }

    @Test
    void a_callee_may_end_the_call_with_an_error_at_any_time() {
        callee.registers(ADD);
        part(1, MORE, payload(1));
        callee.sends(new ErrorReply(Invocation.CODE, 1, Dict.EMPTY, "com.example.enough", Payload.EMPTY));
        caller.receivesError(Call.CODE, 1, "com.example.enough");
    }

    @Test
    @Conforms({Feature.CALLER_LEAVES, Feature.CALLEE_LEAVES})
    void when_one_of_the_two_leaves_the_other_is_told() {
        callee.registers(ADD);
        part(1, MORE, payload(1));
        callee.receives(Invocation.class);
        caller.leaves();
        callee.receives(new Interrupt(1, Dict.of("mode", "killnowait")));
        TestPeer next = scenario.joinsWith("next", FEATURES);
        next.calls(1, ADD, MORE);
        callee.leaves();
        next.receivesError(Call.CODE, 1, Uris.CANCELED);
        next.calls(1, ADD, Dict.EMPTY);
        next.receivesNothing();
    }
}
