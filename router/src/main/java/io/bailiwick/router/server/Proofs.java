package io.bailiwick.router.server;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Where proofs are checked, beside the event loops: threads of their own, half as many as there are processors.
 *
 * <p>Where processors are scarce, who has joined does not wait for all who log in: as long as sessions speak, a thread gives way
 * after each proof, and not when its time slice is over. While there are only logins it does not, since the loop then reads and
 * writes for many of them at once.
 */
final class Proofs implements Executor, AutoCloseable {
    /** More than are checked within the deadline of a handshake. */
    private static final int MAX_WAITING = 16_384;
    /** Sessions that spoke not longer ago are expected to speak again. */
    private static final long POLITE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ThreadPoolExecutor threads;
    private final Runnable giveWay;
    private final LongSupplier clock;
    private volatile boolean heard;
    private volatile long heardAt;

    /** On threads that give way to others of this machine. */
    @SuppressWarnings("ThreadPriorityCheck") // no result depends on it, only who waits for whom
    Proofs() {
        this(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), Thread::yield, System::nanoTime);
    }

    /**
     * On so many threads.
     *
     * @param giveWay lets others have the processor, if any wait for it
     * @param clock nanoseconds
     */
    Proofs(int threads, Runnable giveWay, LongSupplier clock) {
        this.giveWay = giveWay;
        this.clock = clock;
        this.heardAt = clock.getAsLong() - POLITE_NANOS;
        this.threads = new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "bailiwick-verifier");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Checks a proof, or makes one, soon.
     *
     * @throws RejectedExecutionException when too many wait, or this is closed
     */
    @Override
    public void execute(Runnable check) {
        threads.execute(() -> {
            check.run();
            if (isPolite()) {
                giveWay.run();
            }
        });
    }

    /** A session has spoken. Any thread, for each message: it costs a look, and a write once between two proofs. */
    void heard() {
        if (!heard) {
            heard = true;
        }
    }

    private boolean isPolite() {
        long now = clock.getAsLong();
        if (heard) {
            heard = false;
            heardAt = now;
        }
        return now - heardAt < POLITE_NANOS;
    }

    /** Checks no more; what waits is not checked. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
