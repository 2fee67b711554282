package io.bailiwick.router.realm;

import io.bailiwick.router.session.Timer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;

/** Time that passes when a test says so: clock and timer of a realm. */
final class TestTime implements InstantSource, Timer {
    private final PriorityQueue<Step> steps = new PriorityQueue<>();
    private long now = 1_700_000_000_000L;
    private long posted;
    private boolean failing;

    private record Step(long at, long order, Runnable action) implements Comparable<Step> {
        @Override
        public int compareTo(Step other) {
            int byTime = Long.compare(at, other.at);
            return byTime == 0 ? Long.compare(order, other.order) : byTime;
        }
    }

    @Override
    public Instant instant() {
        if (failing) {
            throw new IllegalStateException("nobody knows the time");
        }
        return Instant.ofEpochMilli(now);
    }

    @Override
    public Timeout after(long millis, Runnable step) {
        Step waiting = new Step(now + millis, ++posted, step);
        steps.add(waiting);
        return () -> steps.remove(waiting);
    }

    /** From here on nobody can tell the time. */
    void fails() {
        failing = true;
    }

    /** Lets time pass; whatever comes due runs, in order. */
    void passes(long millis) {
        long end = now + millis;
        for (Step next = steps.peek(); next != null && next.at <= end; next = steps.peek()) {
            steps.remove(next);
            now = next.at;
            next.action.run();
        }
        now = end;
    }

    /** How many steps wait for their time. */
    int waiting() {
        return steps.size();
    }
}
