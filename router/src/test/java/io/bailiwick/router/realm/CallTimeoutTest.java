package io.bailiwick.router.realm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.dealer.DealerOptions;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Cancel;
import io.bailiwick.router.message.Message.ErrorReply;
import io.bailiwick.router.message.Message.Interrupt;
import io.bailiwick.router.message.Message.Invocation;
import io.bailiwick.router.message.Message.Register;
import io.bailiwick.router.message.Message.Result;
import io.bailiwick.router.message.Message.Welcome;
import io.bailiwick.router.message.Message.Yield;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Calls that take too long. Times are in milliseconds. */
@Conforms(Feature.CALL_TIMEOUT)
class CallTimeoutTest {
    private static final String ADD = "com.example.add";
    private static final Dict PROGRESS = Dict.of("progress", true);
    private static final Interrupt INTERRUPT = new Interrupt(1, Dict.of("mode", "killnowait"));

    private final Scenario scenario = new Scenario();
    private final TestTime time = scenario.time();
    private final TestPeer caller = scenario.joins("caller");
    private final TestPeer callee = scenario.joins("callee");

    private static Dict timeout(long millis) {
        return Dict.of("timeout", millis);
    }

    @Test
    void a_call_that_is_not_answered_in_time_fails_and_its_callee_is_interrupted() {
        callee.registers(ADD);
        caller.calls(1, ADD, timeout(100));
        callee.receives(Invocation.class);
        time.passes(99);
        caller.receivesNothing();
        time.passes(1);
        caller.receivesError(Call.CODE, 1, Uris.TIMEOUT);
        callee.receives(INTERRUPT);
        callee.yields(1);
        caller.receivesNothing();
        assertEquals(true, callee.isOpen());
    }

    @Test
    void a_callee_that_cannot_be_interrupted_is_not() {
        TestPeer plain = scenario.joinsPlainly("plain");
        plain.registers(ADD);
        caller.calls(1, ADD, timeout(100));
        plain.receives(Invocation.class);
        time.passes(100);
        plain.receivesNothing();
        caller.receivesError(Call.CODE, 1, Uris.TIMEOUT);
    }

    @Test
    void an_answer_in_time_stops_the_timer() {
        callee.registers(ADD);
        caller.calls(1, ADD, timeout(100));
        callee.yields(1);
        assertEquals(0, time.waiting());
        caller.receives(Result.class);
        time.passes(1_000);
        caller.receivesNothing();
    }

    @Test
    void no_timeout_or_zero_means_for_ever() {
        callee.registers(ADD);
        caller.calls(1, ADD);
        caller.calls(2, ADD, timeout(0));
        assertEquals(0, time.waiting());
    }

    @Test
    void every_progressive_result_begins_the_time_anew() {
        callee.registers(ADD);
        caller.calls(1, ADD, Dict.of("timeout", 100L, "receive_progress", true));
        for (int i = 0; i < 5; i++) {
            time.passes(80);
            callee.sends(new Yield(1, PROGRESS, Payload.EMPTY));
            caller.receives(Result.class);
        }
        time.passes(99);
        caller.receivesNothing();
        time.passes(1);
        caller.receivesError(Call.CODE, 1, Uris.TIMEOUT);
        assertEquals(0, time.waiting());
    }

    @Test
    void a_killed_call_still_ends_in_time_and_its_callee_is_interrupted_once() {
        callee.registers(ADD);
        caller.calls(1, ADD, timeout(100));
        callee.receives(Invocation.class);
        caller.sends(new Cancel(1, Dict.of("mode", "kill")));
        callee.receives(Interrupt.class);
        time.passes(100);
        caller.receivesError(Call.CODE, 1, Uris.TIMEOUT);
        callee.receivesNothing();
    }

    @Test
    void the_time_that_a_call_waits_for_room_counts() {
        callee.registers(ADD, Dict.of("concurrency", 1L));
        caller.calls(1, ADD);
        caller.calls(2, ADD, timeout(100));
        caller.calls(3, ADD, timeout(100));
        callee.receives(Invocation.class);
        time.passes(60);
        callee.yields(1);
        caller.receives(Result.class);
        callee.receives(Invocation.class);
        time.passes(40);
        caller.receivesError(Call.CODE, 2, Uris.TIMEOUT);
        caller.receivesError(Call.CODE, 3, Uris.TIMEOUT);
        callee.receives(new Interrupt(2, Dict.of("mode", "killnowait")));
        assertEquals(3, callee.isInvoked(), "it had room between the two, which came due in one moment");
    }

    @Test
    void a_callee_that_asks_for_it_is_told_the_timeout_and_the_dealer_keeps_none() {
        TestPeer keeper = scenario.joinsWith("keeper", "call_timeout", "call_canceling");
        long id = keeper.registers(ADD, Dict.of("forward_timeout", true));
        caller.calls(1, ADD, timeout(100));
        keeper.receives(new Invocation(1, id, timeout(100), Payload.EMPTY));
        assertEquals(0, time.waiting());
        caller.calls(2, ADD);
        keeper.receives(new Invocation(2, id, Dict.EMPTY, Payload.EMPTY));
    }

    @Test
    void a_timeout_is_forwarded_only_if_it_is_asked_for_and_announced() {
        TestPeer announces = scenario.joinsWith("announces", "call_timeout");
        announces.registers(ADD);
        callee.registers("com.example.sub", Dict.of("forward_timeout", true));
        caller.calls(1, ADD, timeout(100));
        caller.calls(2, "com.example.sub", timeout(100));
        assertEquals(Dict.EMPTY, announces.receives(Invocation.class).details());
        assertEquals(Dict.EMPTY, callee.receives(Invocation.class).details());
        assertEquals(2, time.waiting());
    }

    @Test
    void a_timeout_of_the_dealer_ends_when_the_call_comes_to_a_callee_that_keeps_its_own() {
        TestPeer keeper = scenario.joinsWith("keeper", "call_timeout", "call_reroute");
        keeper.registers(ADD, Dict.of(Map.of("forward_timeout", true, "concurrency", 1L)));
        caller.calls(1, ADD);
        caller.calls(2, ADD, timeout(100));
        assertEquals(1, time.waiting());
        keeper.yields(1);
        assertEquals(0, time.waiting());
    }

    @Test
    void the_realm_may_have_a_timeout_for_calls_that_name_none_and_a_longest_one() {
        DealerOptions options = DealerOptions.DEFAULT.withTimeouts(50, 200);
        Scenario bounded = new Scenario(RealmOptions.DEFAULT.with(options));
        TestPeer both = bounded.joins("both");
        both.registers(ADD);
        both.calls(1, ADD);
        both.calls(2, ADD, timeout(100));
        both.calls(3, ADD, timeout(Long.MAX_VALUE));
        both.inbox().clear();
        bounded.time().passes(50);
        both.receives(INTERRUPT);
        both.receivesError(Call.CODE, 1, Uris.TIMEOUT);
        bounded.time().passes(50);
        both.receives(Interrupt.class);
        both.receivesError(Call.CODE, 2, Uris.TIMEOUT);
        bounded.time().passes(99);
        both.receivesNothing();
        bounded.time().passes(1);
        both.receives(Interrupt.class);
        both.receivesError(Call.CODE, 3, Uris.TIMEOUT);
    }

    @Test
    void a_longest_timeout_holds_for_calls_that_name_none() {
        Scenario bounded = new Scenario(RealmOptions.DEFAULT.with(DealerOptions.DEFAULT.withTimeouts(0, 200)));
        TestPeer both = bounded.joins("both");
        both.registers(ADD);
        both.calls(1, ADD);
        both.inbox().clear();
        bounded.time().passes(200);
        both.receives(INTERRUPT);
        both.receivesError(Call.CODE, 1, Uris.TIMEOUT);
    }

    @Test
    void a_callee_that_watches_the_timeout_itself_is_held_to_the_longest_one() {
        Scenario bounded = new Scenario(RealmOptions.DEFAULT.with(DealerOptions.DEFAULT.withTimeouts(0, 200)));
        TestPeer asks = bounded.joins("asks");
        TestPeer keeper = bounded.joinsWith("keeper", "call_timeout", "call_canceling", "progressive_call_results");
        long id = keeper.registers(ADD, Dict.of("forward_timeout", true));
        asks.calls(1, ADD, Dict.of("timeout", 100L, "receive_progress", true));
        asks.calls(2, ADD);
        keeper.receives(new Invocation(1, id, Dict.of("timeout", 100L, "receive_progress", true), Payload.EMPTY));
        keeper.receives(new Invocation(2, id, timeout(200), Payload.EMPTY));
        bounded.time().passes(150);
        keeper.sends(new Yield(1, PROGRESS, Payload.EMPTY));
        asks.receives(Result.class);
        bounded.time().passes(50);
        asks.receivesError(Call.CODE, 2, Uris.TIMEOUT);
        keeper.receives(new Interrupt(2, Dict.of("mode", "killnowait")));
        bounded.time().passes(149);
        asks.receivesNothing();
        bounded.time().passes(1);
        asks.receivesError(Call.CODE, 1, Uris.TIMEOUT);
        keeper.receives(INTERRUPT);
        assertEquals(0, bounded.time().waiting());
    }

    @Test
    void a_call_that_goes_on_to_a_callee_that_does_not_watch_it_has_its_own_timeout_again() {
        Scenario bounded = new Scenario(RealmOptions.DEFAULT.with(DealerOptions.DEFAULT.withTimeouts(0, 200)));
        TestPeer asks = bounded.joins("asks");
        TestPeer keeper = bounded.joinsWith("keeper", "call_timeout", "call_reroute");
        TestPeer second = bounded.joins("second");
        keeper.registers(ADD, Dict.of(Map.of("forward_timeout", true, "invoke", "first")));
        second.registers(ADD, Dict.of("invoke", "first"));
        asks.calls(1, ADD, timeout(100));
        keeper.isInvoked();
        keeper.sends(new ErrorReply(Invocation.CODE, 1, Dict.EMPTY, Uris.UNAVAILABLE, Payload.EMPTY));
        second.isInvoked();
        bounded.time().passes(100);
        asks.receivesError(Call.CODE, 1, Uris.TIMEOUT);
        assertEquals(0, bounded.time().waiting());
    }

    @Test
    void a_timeout_below_zero_is_refused_and_one_that_is_no_number_breaks_the_protocol() {
        callee.registers(ADD);
        caller.calls(1, ADD, timeout(-1));
        caller.receivesError(Call.CODE, 1, Uris.INVALID_ARGUMENT);
        caller.calls(2, ADD, Dict.of("timeout", "soon"));
        caller.isAborted(Uris.PROTOCOL_VIOLATION);
        callee.receivesNothing();
    }

    @Test
    void a_timer_that_fires_late_finds_its_call_gone_or_begun_anew() {
        List<Runnable> tasks = new ArrayList<>();
        Scenario queued = new Scenario(Limits.DEFAULT, (session, action, uri, match) -> Permission.ALLOWED, tasks::add);
        TestPeer both = queued.newPeer("both", "user", Scenario.roles("callee", "progressive_call_results"));
        queued.realm().join(both, new Welcome(1, Dict.EMPTY));
        both.sends(new Register(1, Dict.EMPTY, ADD));
        both.calls(2, ADD, timeout(100));
        both.calls(3, ADD, Dict.of("timeout", 100L, "receive_progress", true));
        runAll(tasks);
        both.yields(1);
        both.sends(new Yield(2, PROGRESS, Payload.EMPTY));
        queued.time().passes(100);
        both.inbox().clear();
        runAll(tasks);
        both.receives(new Result(2, Dict.EMPTY, Payload.EMPTY));
        both.receives(new Result(3, PROGRESS, Payload.EMPTY));
        both.receivesNothing();
        queued.time().passes(100);
        runAll(tasks);
        both.receivesError(Call.CODE, 3, Uris.TIMEOUT);
    }

    private static void runAll(List<Runnable> tasks) {
        while (!tasks.isEmpty()) {
            tasks.remove(0).run();
        }
    }
}
