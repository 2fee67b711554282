package io.bailiwick.router.child;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.child.Lifecycle.Action;
import io.bailiwick.router.child.Lifecycle.Event;
import io.bailiwick.router.child.Lifecycle.Next;
import io.bailiwick.router.child.Lifecycle.Phase;
import io.bailiwick.router.child.Lifecycle.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifecycleTest {
    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");
    private static final Event EXITED = Event.exited("it broke");

    private final Lifecycle lifecycle = Lifecycle.STANDARD;
    private State state = lifecycle.wanted(EPOCH);
    private Action action = Action.NONE;
    private Instant now = EPOCH;

    /** Each row: where it is, what happens how many seconds later, where it is then, what is done. */
    @ParameterizedTest
    @CsvSource({
        "WANTED,   TICK,     9, WANTED,   NONE",
        "WANTED,   TURN,     0, STARTING, START",
        "WANTED,   READY,    0, WANTED,   NONE",
        "WANTED,   EXITED,   0, WANTED,   NONE",
        "WANTED,   WANTED,   0, WANTED,   NONE",
        "WANTED,   UNWANTED, 0, STOPPED,  NONE",
        "WANTED,   RETRY,    0, WANTED,   NONE",
        "STARTING, TICK,    29, STARTING, NONE",
        "STARTING, TICK,    30, STOPPING, STOP",
        "STARTING, TURN,     0, STARTING, NONE",
        "STARTING, READY,    1, READY,    NONE",
        "STARTING, EXITED,   1, WAITING,  NONE",
        "STARTING, UNWANTED, 1, STOPPING, STOP",
        "STARTING, RETRY,    1, STARTING, NONE",
        "READY,    TICK,   599, READY,    NONE",
        "READY,    TICK,   600, READY,    NONE",
        "READY,    TURN,     0, READY,    NONE",
        "READY,    READY,    0, READY,    NONE",
        "READY,    EXITED,   1, WAITING,  NONE",
        "READY,    UNWANTED, 1, STOPPING, STOP",
        "READY,    WANTED,   1, READY,    NONE",
        "READY,    RETRY,    1, READY,    NONE",
        "READY,    HUNG,     1, STOPPING, KILL",
        "READY,    UNNEEDED, 1, STOPPING, STOP",
        "STARTING, HUNG,     1, STARTING, NONE",
        "STARTING, UNNEEDED, 1, STARTING, NONE",
        "IDLE,     TICK,    99, IDLE,     NONE",
        "IDLE,     TURN,     0, IDLE,     NONE",
        "IDLE,     UNNEEDED, 0, IDLE,     NONE",
        "IDLE,     WANTED,   0, WANTED,   NONE",
        "IDLE,     RETRY,    0, WANTED,   NONE",
        "IDLE,     UNWANTED, 0, STOPPED,  NONE",
        "STOPPING, HUNG,     0, STOPPING, NONE",
        "WAITING,  TICK,     0, WAITING,  NONE",
        "WAITING,  TICK,     1, WANTED,   NONE",
        "WAITING,  TURN,     0, WAITING,  NONE",
        "WAITING,  EXITED,   0, WAITING,  NONE",
        "WAITING,  UNWANTED, 0, STOPPED,  NONE",
        "WAITING,  RETRY,    0, WANTED,   NONE",
        "FAILED,   TICK,   299, FAILED,   NONE",
        "FAILED,   TICK,   300, WANTED,   NONE",
        "FAILED,   TURN,     0, FAILED,   NONE",
        "FAILED,   UNWANTED, 0, STOPPED,  NONE",
        "FAILED,   RETRY,    0, WANTED,   NONE",
        "STOPPING, TICK,    99, STOPPING, NONE",
        "STOPPING, TURN,     0, STOPPING, NONE",
        "STOPPING, READY,    0, STOPPING, NONE",
        "STOPPING, EXITED,   1, STOPPED,  NONE",
        "STOPPING, WANTED,   1, STOPPING, NONE",
        "STOPPED,  TICK,    99, STOPPED,  NONE",
        "STOPPED,  TURN,     0, STOPPED,  NONE",
        "STOPPED,  EXITED,   0, STOPPED,  NONE",
        "STOPPED,  UNWANTED, 0, STOPPED,  NONE",
        "STOPPED,  RETRY,    0, STOPPED,  NONE",
        "STOPPED,  WANTED,   0, WANTED,   NONE",
    })
    void from_each_phase_each_event_leads_where_the_table_says(
            Phase from, Lifecycle.Kind kind, int seconds, Phase to, Action done) {
        bringTo(from);
        happen(new Event(kind, "it broke"), seconds);
        assertEquals(to, state.phase());
        assertEquals(done, action);
    }

    private void bringTo(Phase phase) {
        switch (phase) {
            case WANTED -> {}
            case STARTING -> happen(Event.TURN, 0);
            case READY -> run(Event.TURN, Event.READY);
            case WAITING -> run(Event.TURN, EXITED);
            case FAILED -> failFiveTimes();
            case STOPPING -> run(Event.TURN, Event.READY, Event.UNWANTED);
            case STOPPED -> run(Event.UNWANTED);
            case IDLE -> run(Event.TURN, Event.READY, Event.UNNEEDED, EXITED);
        }
        assertEquals(phase, state.phase());
    }

    @Test
    void the_waits_grow_and_the_fifth_failure_within_five_minutes_is_the_last() {
        assertEquals(List.of(1L, 5L, 10L, 15L), failFiveTimes());
        assertEquals(Phase.FAILED, state.phase());
        assertEquals("crash loop, 5 starts within 300 s; the last: it broke", state.reason());
        assertEquals(5, state.launches());
    }

    @Test
    void the_last_wait_repeats_for_a_child_that_fails_slowly() {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            happen(Event.TURN, 0);
            happen(Event.READY, 1);
            happen(EXITED, 100);
            waits.add(state.due().getEpochSecond() - now.getEpochSecond());
            happen(Event.TICK, waits.get(i).intValue());
        }
        assertEquals(List.of(1L, 5L, 10L, 15L, 30L, 30L, 30L, 30L), waits);
        assertEquals(Phase.WANTED, state.phase());
    }

    @Test
    void after_the_budget_one_start_every_five_minutes_is_tried() {
        failFiveTimes();
        happen(Event.TICK, 300);
        happen(Event.TURN, 0);
        assertEquals(Action.START, action);
        happen(Event.exited("broke again"), 1);
        assertEquals(Phase.FAILED, state.phase());
        assertEquals("crash loop, 5 starts within 300 s; the last: broke again", state.reason());
        assertEquals(now.plusSeconds(300), state.due());
    }

    @Test
    void an_operators_order_gives_a_failed_child_a_new_budget() {
        failFiveTimes();
        happen(Event.RETRY, 1);
        assertEquals(List.of(1L, 5L, 10L, 15L), failFiveTimes());
    }

    @Test
    void ten_minutes_of_health_forget_the_failures() {
        happen(Event.TURN, 0);
        happen(EXITED, 1);
        happen(Event.TICK, 1);
        run(Event.TURN, Event.READY);
        happen(Event.TICK, 600);
        assertEquals(0, state.failures());
        assertNull(state.due());
        happen(EXITED, 1);
        assertEquals(now.plusSeconds(1), state.due());
    }

    @Test
    void less_health_does_not_forget_the_failures() {
        happen(Event.TURN, 0);
        happen(EXITED, 1);
        happen(Event.TICK, 1);
        run(Event.TURN, Event.READY);
        happen(Event.TICK, 599);
        happen(EXITED, 0);
        assertEquals(now.plusSeconds(5), state.due());
    }

    @Test
    void a_child_that_is_too_slow_is_stopped_first_and_started_again_after_it_has_left() {
        happen(Event.TURN, 0);
        happen(Event.TICK, 30);
        assertEquals(Action.STOP, action);
        happen(Event.TURN, 1);
        assertEquals(Action.NONE, action);
        happen(Event.READY, 1);
        assertEquals(Phase.STOPPING, state.phase());
        happen(Event.exited("left with exit code 137"), 1);
        assertEquals(Phase.WAITING, state.phase());
        assertEquals("start timeout: expected READY within 30 s, but it did not come", state.reason());
    }

    @Test
    void a_child_that_is_wanted_again_while_it_leaves_is_started_without_a_wait() {
        run(Event.TURN, Event.READY, Event.UNWANTED, Event.WANTED, EXITED);
        assertEquals(Phase.WANTED, state.phase());
        assertEquals(0, state.failures());
    }

    @Test
    void a_child_that_is_not_wanted_any_more_while_it_leaves_is_not_started() {
        happen(Event.TURN, 0);
        happen(Event.TICK, 30);
        run(Event.UNWANTED, EXITED);
        assertEquals(Phase.STOPPED, state.phase());
    }

    @Test
    void the_reason_is_kept_until_the_child_is_ready_again() {
        run(Event.TURN, EXITED);
        happen(Event.TICK, 1);
        happen(Event.TURN, 0);
        assertEquals("it broke", state.reason());
        happen(Event.READY, 1);
        assertNull(state.reason());
    }

    @Test
    void a_child_that_hangs_is_killed_and_started_again_like_one_that_broke() {
        run(Event.TURN, Event.READY, Event.hung("no sign of life"), Event.TURN);
        assertEquals(Phase.STOPPING, state.phase());
        assertEquals("no sign of life", state.reason());
        happen(EXITED, 1);
        assertEquals(Phase.WAITING, state.phase());
        assertEquals("no sign of life", state.reason());
        assertEquals(1, state.failures());
    }

    @Test
    void a_child_that_nobody_needs_rests_without_a_failure_until_it_is_wanted() {
        run(Event.TURN, Event.READY, Event.UNNEEDED, EXITED);
        assertEquals(Phase.IDLE, state.phase());
        assertNull(state.reason());
        run(Event.WANTED, Event.TURN);
        assertEquals(Action.START, action);
        assertEquals(0, state.failures());
    }

    @Test
    void a_child_that_is_needed_again_while_it_goes_to_rest_is_started_at_once() {
        run(Event.TURN, Event.READY, Event.UNNEEDED, Event.WANTED, EXITED);
        assertEquals(Phase.WANTED, state.phase());
    }

    @Test
    void a_child_that_begins_at_rest_has_never_been_started() {
        state = lifecycle.idle(EPOCH);
        run(Event.TURN, Event.TICK);
        assertEquals(Phase.IDLE, state.phase());
        assertEquals(0, state.launches());
    }

    @Test
    void whatever_happens_there_are_never_two_children() {
        List<Event> events = List.of(
                Event.TICK,
                Event.TURN,
                Event.READY,
                Event.hung("silent"),
                Event.UNNEEDED,
                Event.UNWANTED,
                Event.WANTED,
                Event.RETRY,
                EXITED,
                EXITED);
        Random random = new Random(1);
        boolean alive = false;
        int starts = 0;
        for (int i = 0; i < 200_000; i++) {
            Event event = events.get(random.nextInt(events.size()));
            if (event.equals(EXITED) && !alive) {
                continue;
            }
            happen(event, random.nextInt(40));
            if (event.equals(EXITED)) {
                alive = false;
            }
            if (action == Action.START) {
                assertFalse(alive);
                alive = true;
                starts++;
            }
            assertTrue(state.starts().size() <= 5);
        }
        assertTrue(starts > 1000, "starts " + starts);
    }

    private List<Long> failFiveTimes() {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            assertEquals(Phase.WANTED, state.phase());
            run(Event.TURN, EXITED);
            if (state.phase() == Phase.WAITING) {
                waits.add(state.due().getEpochSecond() - now.getEpochSecond());
                happen(Event.TICK, waits.get(i).intValue());
            }
        }
        return waits;
    }

    private void run(Event... events) {
        for (Event event : events) {
            happen(event, 0);
        }
    }

    private void happen(Event event, int secondsLater) {
        now = now.plusSeconds(secondsLater);
        Next next = lifecycle.next(state, event, now);
        state = next.state();
        action = next.action();
    }
}
