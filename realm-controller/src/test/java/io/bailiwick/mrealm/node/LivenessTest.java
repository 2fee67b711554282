package io.bailiwick.mrealm.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.mrealm.node.Liveness.Change;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LivenessTest {
    private static final Duration TEN = Duration.ofSeconds(10);

    private final Liveness liveness = new Liveness(Duration.ofSeconds(30));

    private static long seconds(long seconds) {
        // Far from zero, as monotonic clocks are, and across their overflow.
        return Long.MAX_VALUE
                - Duration.ofSeconds(20).toNanos()
                + Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    void a_node_comes_with_its_first_session_only() {
        assertEquals(Change.CAME, liveness.joined("n", 1, seconds(0)));
        assertEquals(Change.NONE, liveness.joined("n", 2, seconds(1)));
        assertEquals(2, liveness.sessions("n"));
    }

    @Test
    void a_node_goes_when_the_last_of_its_sessions_has_left() {
        liveness.joined("n", 1, seconds(0));
        liveness.joined("n", 2, seconds(0));
        assertEquals(Change.NONE, liveness.left(1));
        assertTrue(liveness.online("n"));
        assertEquals(Change.WENT, liveness.left(2));
        assertFalse(liveness.online("n"));
    }

    @Test
    void a_stale_leave_changes_nothing() {
        liveness.joined("n", 2, seconds(0));
        assertEquals(Change.NONE, liveness.left(1));
        assertEquals(Change.NONE, liveness.left(1));
        assertTrue(liveness.online("n"));
    }

    @Test
    void a_session_told_twice_leaves_once() {
        liveness.joined("n", 1, seconds(0));
        liveness.joined("n", 1, seconds(0));
        assertEquals(Change.WENT, liveness.left(1));
    }

    @Test
    void a_node_that_is_not_heard_goes_when_its_lease_runs_out() {
        liveness.joined("n", 1, seconds(0));
        assertEquals(List.of(), liveness.expire(seconds(30)));
        assertEquals(List.of("n"), liveness.expire(seconds(31)));
        assertEquals(List.of(), liveness.expire(seconds(32)));
        assertFalse(liveness.online("n"));
        assertEquals(Change.NONE, liveness.left(1), "it has gone already");
    }

    @Test
    void a_heartbeat_renews_the_lease() {
        liveness.joined("n", 1, seconds(0));
        liveness.beat("n", 1L, TEN, seconds(25));
        assertEquals(List.of(), liveness.expire(seconds(50)));
    }

    @Test
    void a_heartbeat_brings_back_a_node_whose_lease_ran_out() {
        liveness.joined("n", 1, seconds(0));
        liveness.expire(seconds(31));
        assertEquals(Change.CAME, liveness.beat("n", 1L, TEN, seconds(32)));
        assertEquals(Change.WENT, liveness.left(1));
    }

    @Test
    void a_heartbeat_makes_its_session_known() {
        assertEquals(Change.CAME, liveness.beat("n", 7L, TEN, seconds(0)));
        assertEquals(Change.WENT, liveness.left(7));
    }

    @Test
    void a_node_that_beats_slowly_has_three_periods() {
        liveness.beat("n", 1L, Duration.ofSeconds(60), seconds(0));
        assertEquals(List.of(), liveness.expire(seconds(180)));
        assertEquals(List.of("n"), liveness.expire(seconds(181)));
    }

    @Test
    void nodes_that_are_gone_leave_nothing_behind() {
        liveness.beat("n", null, TEN, seconds(0));
        liveness.expire(seconds(31));
        assertEquals(Change.CAME, liveness.joined("n", 1, seconds(32)));
        assertEquals(1, liveness.sessions("n"));
    }

    @Test
    void it_is_known_since_when_a_node_is_online_and_by_which_session_it_came_last() {
        assertEquals(Optional.empty(), liveness.onlineFor("n", seconds(0)));
        assertEquals(Optional.empty(), liveness.session("n"));
        liveness.joined("n", 1, seconds(0));
        liveness.joined("n", 2, seconds(5));
        liveness.beat("n", 1L, TEN, seconds(6));
        assertEquals(Optional.of(Duration.ofSeconds(25).toNanos()), liveness.onlineFor("n", seconds(25)));
        assertEquals(Optional.of(2L), liveness.session("n"));
        liveness.left(2);
        assertEquals(Optional.of(1L), liveness.session("n"));
        liveness.expire(seconds(60));
        assertEquals(Optional.empty(), liveness.onlineFor("n", seconds(60)));
        liveness.beat("n", 1L, TEN, seconds(70));
        assertEquals(Optional.of(Duration.ofSeconds(2).toNanos()), liveness.onlineFor("n", seconds(72)));
    }
}
