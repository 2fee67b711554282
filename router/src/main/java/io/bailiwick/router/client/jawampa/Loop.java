package io.bailiwick.router.client.jawampa;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which all client sessions of this process keep their state, in turns: what is handed over first runs
 * first. It is a {@link ScheduledExecutorService} because jawampa asks for one, and its shutdown does nothing, because
 * jawampa shuts its scheduler down with each session. Nothing that runs here may block or call a user's code.
 */
final class Loop extends AbstractExecutorService implements ScheduledExecutorService {
    static final Loop SHARED = new Loop();

    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    private final ExecutorService turns = Executors.newSingleThreadExecutor(daemon("client"));
    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, daemon("client-timer"));

    private Loop() {
        // A call that was answered in time must not leave its timer behind for the rest of that time.
        timers.setRemoveOnCancelPolicy(true);
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public void execute(Runnable task) {
        turns.execute(guarded(task));
    }

    /** jawampa submits its turns and never looks at what became of them: a failure would be lost. */
    @Override
    protected <T> RunnableFuture<T> newTaskFor(Runnable task, T value) {
        return super.newTaskFor(guarded(task), value);
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("a turn of the client loop failed; the loop goes on", e);
            }
        };
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return timers.schedule(() -> execute(task), delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("a session schedules runnables only");
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long first, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("a session repeats nothing");
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("a session repeats nothing");
    }

    /** Does nothing: other sessions go on. */
    @Override
    public void shutdown() {}

    /** Does nothing: other sessions go on. */
    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }
}
