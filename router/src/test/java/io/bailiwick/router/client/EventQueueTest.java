package io.bailiwick.router.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventQueueTest {
    private final Queue<Runnable> executor = new ArrayDeque<>();
    private final EventQueue events = new EventQueue(executor::add, new Backlog(10_000, 1 << 20));
    private final List<Boolean> asked = new ArrayList<>();
    private final List<Integer> delivered = new ArrayList<>();

    private void add(int from, int to) {
        for (int i = from; i < to; i++) {
            int number = i;
            events.add(1, () -> delivered.add(number));
        }
    }

    @Test
    void the_link_is_not_read_from_while_more_wait_than_may_and_read_again_at_half_of_them() {
        events.readAhead(100, asked::add);
        add(0, 100);
        assertEquals(List.of(), asked);
        add(100, 150);
        assertEquals(List.of(false), asked, "asked once; what was on its way is taken");
        executor.remove().run();
        assertEquals(List.of(false), asked);
        executor.remove().run();
        assertEquals(List.of(false, true), asked);
        while (!executor.isEmpty()) {
            executor.remove().run();
        }
        assertEquals(150, delivered.size());
        assertEquals(List.of(false, true), asked);
        add(150, 300);
        assertEquals(List.of(false, true, false), asked);
    }

    @Test
    void events_wait_while_they_are_not_wanted_and_come_then_in_order() {
        events.readAhead(100, asked::add);
        add(0, 10);
        events.take(false);
        executor.remove().run();
        assertEquals(List.of(), delivered);
        add(10, 101);
        assertEquals(List.of(), List.copyOf(executor), "nothing is begun");
        assertEquals(List.of(false), asked);
        events.take(true);
        while (!executor.isEmpty()) {
            executor.remove().run();
        }
        assertEquals(IntStream.range(0, 101).boxed().toList(), delivered);
        assertEquals(List.of(false, true), asked);
        events.take(true);
        assertEquals(List.of(), List.copyOf(executor));
    }

    @Test
    void without_that_the_link_is_always_read_from() {
        add(0, 5_000);
        executor.remove().run();
        assertEquals(List.of(), asked);
    }
}
