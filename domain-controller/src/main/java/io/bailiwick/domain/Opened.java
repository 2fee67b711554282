package io.bailiwick.domain;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a domain has opened, closed in reverse; and the threads that it runs on. Used by the thread that opens and closes. */
final class Opened implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Opened.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MAX_WAITING = 10_000;

    /** Last first. */
    private final Deque<AutoCloseable> all = new ArrayDeque<>();

    /** Closes it when it is its turn. */
    <T extends AutoCloseable> T later(T resource) {
        all.push(resource);
        return resource;
    }

    /** Lets it finish what it does when it is its turn: an interrupt in the middle of a read would close the store's file. */
    <T extends ExecutorService> T finished(T executor) {
        all.push(() -> {
            executor.shutdown();
            if (!executor.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("Expected all work to end within {} s, but some did not", PATIENCE.toSeconds());
            }
        });
        return executor;
    }

    @Override
    public void close() {
        while (!all.isEmpty()) {
            AutoCloseable next = all.pop();
            try {
                next.close();
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                LOG.warn("Closing {} failed", next, e);
            }
        }
    }

    /** Waits for what must come for the domain to open. */
    static void await(CompletableFuture<?> future, String what) throws IOException {
        try {
            future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(what + " failed: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IOException(what + ": expected an end within " + PATIENCE.toSeconds() + " s, but found none", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(what + " was interrupted", e);
        }
    }

    /** Threads that end when they have nothing to do; so much work may wait for them, and what comes then is refused. */
    static ExecutorService pool(String name, int number) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                number, number, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), threads(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** One thread that also does what is to be done later. What is done again and again goes on when it has failed once. */
    static ScheduledExecutorService timer(String name) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, threads(name)) {
            @Override
            public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long first, long period, TimeUnit unit) {
                return super.scheduleAtFixedRate(lasting(task), first, period, unit);
            }

            @Override
            public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
                return super.scheduleWithFixedDelay(lasting(task), first, delay, unit);
            }
        };
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** An executor does not begin again what has thrown: a store that had too much to do once would never be cleaned again. */
    private static Runnable lasting(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("What is done again and again failed; it goes on at its next time", e);
            }
        };
    }

    private static ThreadFactory threads(String name) {
        return task -> {
            Thread thread = new Thread(task, "bailiwick-" + name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
