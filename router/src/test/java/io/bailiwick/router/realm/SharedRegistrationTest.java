package io.bailiwick.router.realm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Invocation;
import io.bailiwick.router.message.Message.Register;
import io.bailiwick.router.message.Message.Registered;
import io.bailiwick.router.message.Message.Unregister;
import io.bailiwick.router.message.Message.Unregistered;
import io.bailiwick.router.message.Uris;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several callees of one registration, and which of them gets a call. */
@Conforms(Feature.SHARED_REGISTRATION)
class SharedRegistrationTest {
    private static final String ADD = "com.example.add";

    private final Scenario scenario = new Scenario();
    private final TestPeer caller = scenario.joins("caller");
    private final List<TestPeer> callees = List.of(scenario.joins("a"), scenario.joins("b"), scenario.joins("c"));
    private long request;

    private static Dict invoke(String policy) {
        return Dict.of("invoke", policy);
    }

    private void allRegister(String policy) {
        callees.forEach(callee -> callee.registers(ADD, invoke(policy)));
    }

    /** Who got the next call: a, b or c. */
    private String called() {
        caller.calls(++request, ADD);
        List<String> invoked = new ArrayList<>();
        callees.forEach(callee -> {
            if (callee.inbox().poll() instanceof Invocation) {
                invoked.add(callee.toString());
            }
        });
        assertEquals(1, invoked.size(), "one callee gets a call");
        return invoked.get(0);
    }

    private String called(int times) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < times; i++) {
            all.append(called());
        }
        return all.toString();
    }

    @ParameterizedTest
    @CsvSource({"first, aaaa", "last, cccc", "roundrobin, abca", "random, aaaa"})
    void the_policy_decides_who_is_called(String policy, String expected) {
        allRegister(policy);
        assertEquals(expected, called(4));
    }

    @Test
    void at_random_each_is_as_likely_as_the_others() {
        Random random = new Random(7);
        scenario.draws(random::nextInt);
        allRegister("random");
        int[] times = new int[3];
        for (int i = 0; i < 300; i++) {
            times[called().charAt(0) - 'a']++;
            callees.forEach(callee -> callee.inbox().clear());
            caller.inbox().clear();
        }
        assertEquals(0, Arrays.stream(times).filter(count -> count < 70).count(), Arrays.toString(times));
    }

    @Test
    void all_callees_are_given_the_same_registration_id() {
        long id = callees.get(0).registers(ADD, invoke("first"));
        assertEquals(id, callees.get(1).registers(ADD, invoke("first")));
        assertEquals(1, scenario.view().registrations());
    }

    @ParameterizedTest
    @CsvSource({"first, last", "first, single", "single, first", "single, single", "random, roundrobin"})
    void another_policy_is_refused(String present, String asked) {
        callees.get(0).registers(ADD, invoke(present));
        callees.get(1).sends(new Register(1, invoke(asked), ADD));
        callees.get(1).receivesError(Register.CODE, 1, Uris.PROCEDURE_ALREADY_EXISTS);
    }

    @Test
    void each_match_policy_has_a_policy_of_its_own() {
        long exact = callees.get(0).registers(ADD, invoke("first"));
        long prefix = callees.get(1).registers(ADD, Dict.of("match", "prefix", "invoke", "last"));
        assertNotEquals(exact, prefix);
    }

    @Test
    void a_callee_that_registers_twice_is_in_it_once() {
        TestPeer twice = callees.get(0);
        long id = twice.registers(ADD, invoke("roundrobin"));
        twice.sends(new Register(2, invoke("roundrobin"), ADD));
        twice.receives(new Registered(2, id));
        callees.get(1).registers(ADD, invoke("roundrobin"));
        assertEquals("abab", called(4));
        twice.sends(new Unregister(3, id));
        twice.receives(Unregistered.class);
        assertEquals("bb", called(2));
    }

    @Test
    void a_registration_lasts_until_its_last_callee_is_gone() {
        allRegister("first");
        callees.get(0).leaves();
        assertEquals("bb", called(2));
        long id = callees.get(1).registers(ADD, invoke("first"));
        callees.get(1).sends(new Unregister(5, id));
        callees.get(1).receives(Unregistered.class);
        assertEquals("c", called());
        callees.get(2).leaves();
        caller.inbox().clear();
        caller.calls(++request, ADD);
        caller.receivesError(Call.CODE, request, Uris.NO_SUCH_PROCEDURE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void roundrobin_goes_on_in_order_when_a_callee_leaves(int leaving) {
        allRegister("roundrobin");
        assertEquals("ab", called(2));
        callees.get(leaving).leaves();
        String rest = List.of("cbcb", "caca", "abab").get(leaving);
        assertEquals(rest, called(4));
    }

    @Test
    void patterns_are_shared_too() {
        Dict prefix = Dict.of("match", "prefix", "invoke", "roundrobin");
        callees.forEach(callee -> callee.registers("com", prefix));
        assertEquals("abca", called(4));
    }

    @Test
    void each_callee_decides_for_itself_whether_it_wants_to_know_the_caller() {
        callees.get(0).registers(ADD, invoke("roundrobin"));
        callees.get(1).registers(ADD, Dict.of("invoke", "roundrobin", "disclose_caller", true));
        caller.calls(1, ADD);
        caller.calls(2, ADD);
        assertEquals(Dict.EMPTY, callees.get(0).receives(Invocation.class).details());
        assertEquals(true, callees.get(1).receives(Invocation.class).details().has("caller"));
    }
}
