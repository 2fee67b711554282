package io.bailiwick.router.realm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.dealer.DealerOptions;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Cancel;
import io.bailiwick.router.message.Message.Interrupt;
import io.bailiwick.router.message.Message.Register;
import io.bailiwick.router.message.Message.Result;
import io.bailiwick.router.message.Message.Unregister;
import io.bailiwick.router.message.Message.Unregistered;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callees that work on a bounded number of calls at a time; what exceeds it waits in order, within a bound. */
@Conforms(Feature.CONCURRENCY)
class ConcurrencyTest {
    private static final String ADD = "com.example.add";
    private static final DealerOptions TWO_WAIT = DealerOptions.DEFAULT.withBounds(2, 100);

    private final Scenario scenario = new Scenario(RealmOptions.DEFAULT.with(TWO_WAIT));
    private final TestPeer caller = scenario.joins("caller");
    private final TestPeer other = scenario.joins("other");
    private final TestPeer callee = scenario.joins("callee");
    private final TestPeer second = scenario.joins("second");

    private static Dict concurrency(long most) {
        return Dict.of("concurrency", most);
    }

    private static Dict shared(String invoke, long most) {
        return Dict.of("concurrency", most, "invoke", invoke);
    }

    @Test
    void what_exceeds_it_waits_and_is_sent_in_order() {
        callee.registers(ADD, concurrency(2));
        caller.calls(1, ADD);
        caller.calls(2, ADD);
        other.calls(1, ADD);
        caller.calls(3, ADD);
        assertEquals(1, callee.isInvoked());
        assertEquals(2, callee.isInvoked());
        callee.receivesNothing();
        callee.yields(2);
        assertEquals(3, callee.isInvoked());
        callee.receivesNothing();
        callee.yields(3);
        other.receives(Result.class);
        assertEquals(4, callee.isInvoked());
    }

    @Test
    void what_exceeds_the_bound_of_what_waits_is_refused() {
        callee.registers(ADD, concurrency(1));
        for (long request = 1; request <= 4; request++) {
            caller.calls(request, ADD);
        }
        caller.receivesError(Call.CODE, 4, Uris.MAX_CONCURRENCY_REACHED);
        caller.receivesNothing();
    }

    @Test
    void what_exceeds_the_bytes_that_are_held_for_a_caller_is_refused() {
        callee.registers(ADD, concurrency(1));
        Payload sixty = Payload.view(Format.CBOR, ByteBuffer.allocate(60), 1);
        caller.calls(1, ADD);
        caller.sends(new Call(2, Dict.EMPTY, ADD, sixty));
        caller.sends(new Call(3, Dict.EMPTY, ADD, sixty));
        caller.receivesError(Call.CODE, 3, Uris.MAX_CONCURRENCY_REACHED);
        callee.isInvoked();
        callee.yields(1);
        callee.receivesPayload(sixty.keep());
        caller.inbox().clear();
        caller.sends(new Call(4, Dict.EMPTY, ADD, sixty));
        caller.receivesNothing();
    }

    @Test
    void of_several_callees_the_next_one_that_has_room_is_called() {
        callee.registers(ADD, shared("first", 1));
        second.registers(ADD, shared("first", 2));
        for (long request = 1; request <= 4; request++) {
            caller.calls(request, ADD);
        }
        callee.isInvoked();
        callee.receivesNothing();
        second.isInvoked();
        second.isInvoked();
        second.receivesNothing();
        second.yields(2);
        second.isInvoked();
    }

    @Test
    void at_random_one_that_has_room_is_drawn() {
        callee.registers(ADD, shared("random", 1));
        second.registers(ADD, shared("random", 1));
        caller.calls(1, ADD);
        caller.calls(2, ADD);
        callee.isInvoked();
        second.isInvoked();
    }

    @Test
    void a_callee_that_joins_takes_what_waits_after_it_was_told_that_it_is_registered() {
        callee.registers(ADD, shared("first", 1));
        caller.calls(1, ADD);
        caller.calls(2, ADD);
        second.registers(ADD, shared("first", 1));
        second.isInvoked();
    }

    @ParameterizedTest
    @ValueSource(strings = {"skip", "kill", "killnowait"})
    void what_waits_is_canceled_without_a_word_to_any_callee(String mode) {
        callee.registers(ADD, concurrency(1));
        caller.calls(1, ADD);
        caller.calls(2, ADD);
        callee.isInvoked();
        caller.sends(new Cancel(2, Dict.of("mode", mode)));
        caller.receivesError(Call.CODE, 2, Uris.CANCELED);
        callee.yields(1);
        callee.receivesNothing();
    }

    @Test
    @Conforms(Feature.CALLER_LEAVES)
    void what_waits_is_forgotten_when_its_caller_leaves() {
        callee.registers(ADD, concurrency(1));
        caller.calls(1, ADD);
        caller.calls(2, ADD);
        other.calls(1, ADD);
        callee.isInvoked();
        caller.leaves();
        callee.receives(new Interrupt(1, Dict.of("mode", "killnowait")));
        assertEquals(2, callee.isInvoked());
        callee.yields(2);
        other.receives(Result.class);
        callee.receivesNothing();
    }

    @Test
    @Conforms(Feature.CALLEE_LEAVES)
    void what_waits_is_canceled_when_no_callee_is_left() {
        long id = callee.registers(ADD, concurrency(1));
        caller.calls(1, ADD);
        caller.calls(2, ADD);
        callee.isInvoked();
        callee.sends(new Unregister(9, id));
        callee.receives(Unregistered.class);
        caller.receivesError(Call.CODE, 2, Uris.CANCELED);
        caller.receivesNothing();
        callee.leaves();
        caller.receivesError(Call.CODE, 1, Uris.CANCELED);
    }

    @Test
    void a_callee_that_still_works_on_an_old_registration_begins_the_new_one_at_zero() {
        long id = callee.registers(ADD, concurrency(1));
        caller.calls(1, ADD);
        callee.isInvoked();
        callee.sends(new Unregister(9, id));
        callee.receives(Unregistered.class);
        callee.registers(ADD, concurrency(1));
        caller.calls(2, ADD);
        assertEquals(2, callee.isInvoked());
    }

    @Test
    void progressive_calls_do_not_wait_since_their_further_parts_could_not() {
        TestPeer modern = scenario.joinsWith("modern", "call_canceling", "progressive_call_invocations");
        modern.registers(ADD, concurrency(1));
        modern.calls(1, ADD, Dict.of("progress", true));
        modern.calls(2, ADD, Dict.of("progress", true));
        modern.isInvoked();
        modern.receivesError(Call.CODE, 2, Uris.MAX_CONCURRENCY_REACHED);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void it_is_at_least_one(long most) {
        callee.sends(new Register(1, concurrency(most), ADD));
        callee.receivesError(Register.CODE, 1, Uris.INVALID_ARGUMENT);
    }

    @Test
    void it_is_a_number() {
        callee.sends(new Register(1, Dict.of(Map.of("concurrency", "many")), ADD));
        callee.isAborted(Uris.PROTOCOL_VIOLATION);
    }
}
