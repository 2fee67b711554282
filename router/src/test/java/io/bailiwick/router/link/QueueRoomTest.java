package io.bailiwick.router.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How much may wait for one peer, and for all of them. */
@Conforms(Feature.LIMITS)
class QueueRoomTest {
    private static final long STEP = QueueRoom.STEP;

    private static QueueRoom room(QueueBudget together) {
        QueueRoom room = new QueueRoom(1 << 20, 4 << 20);
        room.narrow(Integer.MAX_VALUE, together);
        return room;
    }

    @Test
    void less_room_lowers_the_mark_in_proportion_and_more_room_is_not_given() {
        QueueRoom room = new QueueRoom(1_000, 4_000);
        assertTrue(room.keepsUp(999));
        assertTrue(room.holds(4_000));
        room.narrow(400, new QueueBudget(Long.MAX_VALUE));
        assertTrue(room.keepsUp(99));
        assertFalse(room.keepsUp(100));
        assertTrue(room.holds(400));
        assertFalse(room.holds(401));
        assertTrue(String.valueOf(room.excess(401).getMessage()).contains("at most 400 bytes"));
        QueueRoom wide = new QueueRoom(1_000, 4_000);
        wide.narrow(1 << 30, new QueueBudget(Long.MAX_VALUE));
        assertTrue(wide.keepsUp(999));
        assertFalse(wide.holds(4_001));
    }

    @Test
    void what_waits_for_each_counts_from_64_KiB_on_and_comes_back() {
        QueueBudget budget = new QueueBudget(10 * STEP);
        QueueRoom room = room(budget);
        assertTrue(room.holds(QueueRoom.FREE));
        assertEquals(0, budget.taken());
        assertTrue(room.holds(QueueRoom.FREE + 1));
        assertEquals(STEP, budget.taken());
        assertTrue(room.holds(QueueRoom.FREE + 3 * STEP));
        assertEquals(3 * STEP, budget.taken());
        room.left(QueueRoom.FREE + STEP);
        assertEquals(STEP, budget.taken());
        room.left(0);
        assertEquals(0, budget.taken());
    }

    @Test
    void a_room_that_is_widened_has_nothing_of_the_budget_and_may_take_of_another() {
        QueueBudget first = new QueueBudget(10 * STEP);
        QueueBudget second = new QueueBudget(10 * STEP);
        QueueRoom room = new QueueRoom(1 << 20, 4 << 20);
        room.narrow(3 * STEP, first);
        assertTrue(room.holds(3 * STEP));
        assertFalse(room.holds(3 * STEP + 1));
        room.widen();
        assertEquals(0, first.taken());
        assertTrue(room.holds(4 << 20));
        assertEquals(0, first.taken());
        room.narrow(Integer.MAX_VALUE, second);
        assertTrue(room.holds(QueueRoom.FREE + STEP));
        assertEquals(STEP, second.taken());
        room.end();
        room.widen();
        assertEquals(0, second.taken());
    }

    @Test
    void when_half_of_what_may_wait_for_all_does_those_count_as_slow_who_have_a_part_in_it() {
        QueueBudget budget = new QueueBudget(4 * STEP);
        QueueRoom greedy = room(budget);
        QueueRoom modest = room(budget);
        assertTrue(greedy.holds(QueueRoom.FREE + 2 * STEP));
        assertTrue(greedy.keepsUp(QueueRoom.FREE + 2 * STEP));
        assertTrue(greedy.holds(QueueRoom.FREE + 3 * STEP));
        assertFalse(greedy.keepsUp(QueueRoom.FREE + 3 * STEP));
        assertTrue(modest.keepsUp(QueueRoom.FREE));
        assertFalse(modest.keepsUp(QueueRoom.FREE + 1));
    }

    @Test
    void what_would_be_too_much_for_all_is_refused_and_named_and_taken_again_when_one_is_gone() {
        QueueBudget budget = new QueueBudget(4 * STEP);
        QueueRoom greedy = room(budget);
        QueueRoom other = room(budget);
        assertTrue(greedy.holds(QueueRoom.FREE + 4 * STEP));
        assertFalse(other.holds(QueueRoom.FREE + 1));
        assertEquals(4 * STEP, budget.taken());
        String why = String.valueOf(other.excess(QueueRoom.FREE + 1).getMessage());
        assertTrue(why.contains("at most " + 4 * STEP + " bytes waiting for all peers"), why);
        greedy.end();
        assertEquals(0, budget.taken());
        assertTrue(other.holds(QueueRoom.FREE + 1));
        greedy.left(0);
        greedy.end();
        assertTrue(greedy.holds(1 << 20), "what is sent after the end is not counted");
        assertEquals(STEP, budget.taken());
    }

    @Test
    void nothing_of_the_budget_is_lost_whatever_threads_come_and_go() throws InterruptedException {
        QueueBudget budget = new QueueBudget(1_000 * STEP);
        QueueRoom room = room(budget);
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            SplittableRandom random = new SplittableRandom(i);
            threads[i] = new Thread(() -> {
                for (int j = 0; j < 20_000; j++) {
                    room.holds(random.nextLong(8 * STEP));
                    room.left(random.nextLong(8 * STEP));
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        room.left(0);
        assertEquals(0, budget.taken());
    }
}
