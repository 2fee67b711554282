package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.dealer.DealerOptions;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Cancel;
import io.bailiwick.router.message.Message.ErrorReply;
import io.bailiwick.router.message.Message.Interrupt;
import io.bailiwick.router.message.Message.Invocation;
import io.bailiwick.router.message.Message.Result;
import io.bailiwick.router.message.Message.Yield;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A callee that says {@code wamp.error.unavailable} sends the call to the next one. */
@Conforms(Feature.CALL_REROUTE)
class RerouteTest {
    private static final String ADD = "com.example.add";
    private static final String[] FEATURES = {"call_reroute", "call_canceling", "progressive_call_results"};

    private final Scenario scenario = new Scenario();
    private final TestPeer caller = scenario.joins("caller");
    private final TestPeer a = scenario.joinsWith("a", FEATURES);
    private final TestPeer b = scenario.joinsWith("b", FEATURES);
    private final TestPeer c = scenario.joinsWith("c", FEATURES);
    private final List<TestPeer> all = List.of(a, b, c);

    private static void turnsAway(TestPeer callee, long invocation) {
        callee.sends(new ErrorReply(Invocation.CODE, invocation, Dict.EMPTY, Uris.UNAVAILABLE, payload("busy")));
    }

    private void allRegister(String policy) {
        all.forEach(callee -> callee.registers(ADD, Dict.of("invoke", policy)));
    }

    @ParameterizedTest
    @CsvSource({"first, abc", "last, cba", "roundrobin, abc", "random, abc"})
    void the_call_goes_on_by_the_policy_until_nobody_is_left(String policy, String order) {
        allRegister(policy);
        caller.sends(new Call(7, Dict.of("disclose_me", true), ADD, payload(1)));
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            for (TestPeer callee : all) {
                if (callee.inbox().poll() instanceof Invocation invocation) {
                    asked.add(callee.toString());
                    assertEquals(payload(1), invocation.payload());
                    assertEquals(
                            caller.id(), invocation.details().integer("caller").orElseThrow());
                    caller.receivesNothing();
                    turnsAway(callee, invocation.request());
                    break;
                }
            }
        }
        assertEquals(order, String.join("", asked));
        caller.receivesError(Call.CODE, 7, Uris.NO_AVAILABLE_CALLEE);
        caller.receivesNothing();
        assertEquals(0, scenario.view().pendingCalls());
    }

    @Test
    void the_next_one_answers_as_if_it_had_been_the_first() {
        allRegister("first");
        caller.sends(new Call(7, Dict.EMPTY, ADD, payload(1)));
        turnsAway(a, a.isInvoked());
        b.sends(new Yield(b.isInvoked(), Dict.EMPTY, payload(2)));
        caller.receives(new Result(7, Dict.EMPTY, payload(2)));
        a.sends(new Yield(1, Dict.EMPTY, payload("too late")));
        caller.receivesNothing();
    }

    @Test
    void roundrobin_goes_on_behind_the_one_that_took_the_call() {
        allRegister("roundrobin");
        caller.calls(1, ADD);
        turnsAway(a, a.isInvoked());
        b.isInvoked();
        caller.calls(2, ADD);
        c.isInvoked();
    }

    @Test
    void a_single_callee_has_no_next_one() {
        a.registers(ADD);
        caller.calls(1, ADD);
        turnsAway(a, 1);
        caller.receivesError(Call.CODE, 1, Uris.NO_AVAILABLE_CALLEE);
    }

    @Test
    void a_callee_that_did_not_announce_it_answers_with_an_error_like_any_other() {
        TestPeer plain = scenario.joinsPlainly("plain");
        plain.registers(ADD, Dict.of("invoke", "first"));
        b.registers(ADD, Dict.of("invoke", "first"));
        caller.calls(1, ADD);
        turnsAway(plain, 1);
        caller.receivesError(Call.CODE, 1, Uris.UNAVAILABLE);
        b.receivesNothing();
    }

    @Test
    void the_payload_outlives_its_frame() {
        allRegister("first");
        byte[] frame = "[1]".getBytes(StandardCharsets.UTF_8);
        caller.sends(new Call(1, Dict.EMPTY, ADD, Payload.view(Format.JSON, ByteBuffer.wrap(frame), 1)));
        frame[1] = '9';
        turnsAway(a, 1);
        b.receivesPayload(Payload.owned(Format.JSON, ByteBuffer.wrap("[1]".getBytes(StandardCharsets.UTF_8)), 1));
    }

    @Test
    void a_call_too_large_to_be_held_is_not_rerouted() {
        Scenario small = new Scenario(RealmOptions.DEFAULT.with(DealerOptions.DEFAULT.withBounds(9, 10)));
        TestPeer one = small.joinsWith("one", FEATURES);
        TestPeer two = small.joinsWith("two", FEATURES);
        one.registers(ADD, Dict.of("invoke", "first"));
        two.registers(ADD, Dict.of("invoke", "first"));
        two.sends(new Call(1, Dict.EMPTY, ADD, Payload.view(Format.CBOR, ByteBuffer.allocate(11), 1)));
        turnsAway(one, 1);
        two.receivesError(Call.CODE, 1, Uris.NO_AVAILABLE_CALLEE);
    }

    @Test
    void a_killed_call_is_canceled_not_rerouted() {
        allRegister("first");
        caller.calls(1, ADD);
        caller.sends(new Cancel(1, Dict.of("mode", "kill")));
        turnsAway(a, 1);
        caller.receivesError(Call.CODE, 1, Uris.CANCELED);
        b.receivesNothing();
    }

    @Test
    void a_call_that_was_answered_in_part_is_not_rerouted() {
        allRegister("first");
        caller.calls(1, ADD, Dict.of("receive_progress", true));
        a.sends(new Yield(1, Dict.of("progress", true), payload(1)));
        turnsAway(a, 1);
        caller.receives(Result.class);
        caller.receivesError(Call.CODE, 1, Uris.NO_AVAILABLE_CALLEE);
    }

    @Test
    void a_progressive_call_is_rerouted_only_while_it_has_one_part() {
        TestPeer modern = scenario.joinsWith("m", "progressive_call_invocations", "call_canceling", "call_reroute");
        TestPeer other = scenario.joinsWith("o", "progressive_call_invocations", "call_canceling", "call_reroute");
        modern.registers(ADD, Dict.of("invoke", "first"));
        other.registers(ADD, Dict.of("invoke", "first"));
        modern.calls(1, ADD, Dict.of("progress", true));
        turnsAway(modern, modern.isInvoked());
        other.isInvoked();
        modern.calls(1, ADD, Dict.EMPTY);
        other.isInvoked();
        modern.calls(2, ADD, Dict.of("progress", true));
        modern.calls(2, ADD, Dict.EMPTY);
        turnsAway(modern, 2);
        modern.isInvoked();
        modern.isInvoked();
        modern.receivesError(Call.CODE, 2, Uris.NO_AVAILABLE_CALLEE);
        other.receivesNothing();
    }

    @Test
    @Conforms(Feature.CALL_CANCELING)
    void a_rerouted_call_is_canceled_at_the_callee_that_has_it() {
        allRegister("first");
        caller.calls(1, ADD);
        turnsAway(a, a.isInvoked());
        b.isInvoked();
        caller.sends(new Cancel(1, Dict.EMPTY));
        b.receives(new Interrupt(1, Dict.of("mode", "killnowait")));
        a.receivesNothing();
        caller.receivesError(Call.CODE, 1, Uris.CANCELED);
    }

    @Test
    @Conforms(Feature.CALL_TIMEOUT)
    void the_time_of_a_call_goes_on_while_it_is_rerouted() {
        allRegister("first");
        caller.calls(1, ADD, Dict.of("timeout", 100L));
        scenario.time().passes(60);
        turnsAway(a, a.isInvoked());
        b.isInvoked();
        scenario.time().passes(40);
        caller.receivesError(Call.CODE, 1, Uris.TIMEOUT);
        b.receives(Interrupt.class);
    }

    @Test
    @Conforms(Feature.CONCURRENCY)
    void a_callee_without_room_is_passed_over_and_the_room_of_the_first_is_free_again() {
        Dict one = Dict.of("invoke", "first", "concurrency", 1L);
        a.registers(ADD, one);
        b.registers(ADD, one);
        for (long request = 1; request <= 3; request++) {
            caller.calls(request, ADD);
        }
        turnsAway(a, 1);
        caller.receivesError(Call.CODE, 1, Uris.NO_AVAILABLE_CALLEE);
        a.isInvoked();
        assertEquals(2, a.isInvoked());
    }

    @Test
    @Conforms(Feature.CALLEE_LEAVES)
    void a_callee_that_leaves_cancels_its_calls_and_reroutes_none() {
        allRegister("first");
        caller.calls(1, ADD);
        a.leaves();
        caller.receivesError(Call.CODE, 1, Uris.CANCELED);
        b.receivesNothing();
    }
}
