package io.bailiwick.domain.supervision;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A clock that stands still until it is moved, and an executor that lives by it. Runs tasks in order, on the caller. */
final class VirtualTime extends AbstractExecutorService implements ScheduledExecutorService {
    private final PriorityQueue<Alarm> alarms =
            new PriorityQueue<>(Comparator.comparing((Alarm alarm) -> alarm.due).thenComparing(alarm -> alarm.number));
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long scheduled;
    private boolean running;
    private boolean shutdown;

    Clock clock() {
        return new Standing();
    }

    /** Lets time pass and runs what falls due, each at its own time. */
    void advance(Duration duration) {
        Instant end = now.plus(duration);
        while (!alarms.isEmpty() && !alarms.peek().due.isAfter(end)) {
            Alarm alarm = alarms.poll();
            now = alarm.due;
            if (!alarm.isCancelled()) {
                execute(alarm);
            }
        }
        now = end;
    }

    /** How many alarms are set. */
    long alarms() {
        return alarms.stream().filter(alarm -> !alarm.isCancelled()).count();
    }

    @Override
    public void execute(Runnable command) {
        if (shutdown) {
            throw new RejectedExecutionException("shut down");
        }
        tasks.add(command);
        if (running) {
            return;
        }
        running = true;
        try {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        } finally {
            running = false;
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        Alarm alarm = new Alarm(command, now.plus(Duration.of(delay, unit.toChronoUnit())), scheduled++);
        alarms.add(alarm);
        return alarm;
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutdown;
    }

    private final class Alarm extends FutureTask<Void> implements ScheduledFuture<Void> {
        private final Instant due;
        private final long number;

        private Alarm(Runnable command, Instant due, long number) {
            super(command, null);
            this.due = due;
            this.number = number;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(Duration.between(now, due));
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    private final class Standing extends Clock {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
