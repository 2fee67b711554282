package io.bailiwick.router.realm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.ErrorReply;
import io.bailiwick.router.message.Message.Invocation;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls with {@code runmode} partition: each key has its callee. */
@Conforms(Feature.SHARDED_REGISTRATION)
class PartitionTest {
    private static final String ADD = "com.example.add";
    private static final int KEYS = 300;
    private static final String[] FEATURES = {"sharded_registration", "call_reroute"};

    private final Scenario scenario = new Scenario();
    private final TestPeer caller = scenario.joins("caller");
    private final List<TestPeer> callees = new ArrayList<>();
    private long request;

    private static Dict key(String key) {
        return Dict.of("runmode", "partition", "rkey", key);
    }

    private TestPeer joins(String authid, Dict options) {
        TestPeer callee = scenario.joinsWith(authid, FEATURES);
        callee.registers(ADD, options);
        callees.add(callee);
        return callee;
    }

    private TestPeer joins(String authid) {
        return joins(authid, Dict.of("invoke", "roundrobin"));
    }

    /** Who is called for each key. */
    private Map<String, TestPeer> shards() {
        Map<String, TestPeer> shards = new HashMap<>();
        for (int i = 0; i < KEYS; i++) {
            shards.put("key-" + i, called("key-" + i));
        }
        return shards;
    }

    private TestPeer called(String key) {
        caller.calls(++request, ADD, key(key));
        List<TestPeer> invoked = new ArrayList<>();
        for (TestPeer callee : callees) {
            if (callee.inbox().poll() instanceof Invocation invocation) {
                callee.yields(invocation.request());
                invoked.add(callee);
            }
        }
        assertEquals(1, invoked.size(), "one callee is called");
        caller.inbox().clear();
        return invoked.get(0);
    }

    @Test
    void a_key_has_the_same_callee_each_time_and_the_keys_are_spread() {
        List.of("a", "b", "c", "d").forEach(this::joins);
        Map<String, TestPeer> shards = shards();
        assertEquals(shards, shards());
        for (TestPeer callee : callees) {
            long keys = shards.values().stream().filter(callee::equals).count();
            assertTrue(keys > 40, callee + " has " + keys + " of " + KEYS);
        }
    }

    @Test
    void only_the_keys_of_a_callee_that_leaves_move_and_it_has_them_again_when_it_comes_back() {
        List.of("a", "b", "c").forEach(this::joins);
        Map<String, TestPeer> before = shards();
        TestPeer leaving = callees.remove(1);
        leaving.leaves();
        Map<String, TestPeer> meanwhile = shards();
        before.forEach((key, callee) -> {
            if (callee != leaving) {
                assertEquals(callee, meanwhile.get(key), key + " stays");
            }
        });
        TestPeer back = joins(leaving.toString());
        Map<String, TestPeer> after = shards();
        before.forEach((key, callee) -> assertEquals(callee == leaving ? back : callee, after.get(key), key));
    }

    @Test
    void sessions_of_one_authid_share_its_keys() {
        List.of("a", "a", "a").forEach(this::joins);
        Map<String, TestPeer> shards = shards();
        callees.forEach(callee ->
                assertTrue(shards.values().stream().filter(callee::equals).count() > 50));
    }

    @Test
    void without_a_run_mode_the_policy_decides_whatever_the_key() {
        List.of("a", "b").forEach(this::joins);
        caller.calls(1, ADD, Dict.of("rkey", "same"));
        caller.calls(2, ADD, Dict.of("rkey", "same"));
        callees.forEach(TestPeer::isInvoked);
    }

    @Test
    void a_partition_needs_a_key() {
        joins("a");
        caller.calls(1, ADD, Dict.of("runmode", "partition"));
        caller.receivesError(Call.CODE, 1, Uris.INVALID_ARGUMENT);
        caller.calls(2, ADD, key("k".repeat(256)));
        caller.receivesError(Call.CODE, 2, Uris.INVALID_ARGUMENT);
        caller.calls(3, ADD, Dict.of("runmode", "partition", "rkey", 17L));
        caller.isAborted(Uris.PROTOCOL_VIOLATION);
        callees.get(0).receivesNothing();
    }

    @ParameterizedTest
    @ValueSource(strings = {"all", "any", ""})
    void another_run_mode_is_refused(String mode) {
        joins("a");
        caller.calls(1, ADD, Dict.of("runmode", mode, "rkey", "key"));
        caller.receivesError(Call.CODE, 1, Uris.INVALID_ARGUMENT);
    }

    @Test
    @Conforms(Feature.CONCURRENCY)
    void a_key_whose_callee_has_no_room_goes_to_no_other() {
        Dict one = Dict.of("invoke", "roundrobin", "concurrency", 1L);
        List.of("a", "b").forEach(authid -> joins(authid, one));
        caller.calls(1, ADD, key("same"));
        caller.calls(2, ADD, key("same"));
        caller.receivesError(Call.CODE, 2, Uris.MAX_CONCURRENCY_REACHED);
    }

    @Test
    @Conforms(Feature.CALL_REROUTE)
    void a_key_whose_callee_turns_it_away_goes_where_it_would_go_without_that_one() {
        List.of("a", "b", "c").forEach(this::joins);
        TestPeer first = called("same");
        caller.calls(++request, ADD, key("same"));
        first.sends(new ErrorReply(Invocation.CODE, first.isInvoked(), Dict.EMPTY, Uris.UNAVAILABLE, Payload.EMPTY));
        TestPeer second = callees.stream()
                .filter(callee -> !callee.inbox().isEmpty())
                .findAny()
                .orElseThrow();
        second.yields(second.isInvoked());
        callees.remove(first);
        first.leaves();
        assertEquals(second, called("same"));
    }
}
