package io.bailiwick.router.store;

import io.bailiwick.router.fault.FailPoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import jetbrains.exodus.OutOfDiskSpaceException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes to a store. While one commit is being synced, further writes queue up; they run one after
 * the other in the next transaction and share its sync. Each is still all or nothing for itself. A caller hears of its
 * write, good or bad, only when the transaction that it ran in is on disk.
 *
 * <p>The thread is nobody else's, so nobody can interrupt it; what a piece of work does to its interrupt flag is undone.
 */
final class Writer implements AutoCloseable {
    /** The most writes that may wait. */
    static final int MAX_WAITING = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int MAX_GROUP = 256;
    private static final long MAX_GROUP_BYTES = 4L << 20;

    private final Engine engine;
    private final StoreDirectory directory;
    private final Schema schema;
    private final BlockingQueue<Job<?>> queue = new LinkedBlockingQueue<>(MAX_WAITING);
    private final Thread thread;
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong syncs = new AtomicLong();
    private final CompletableFuture<StoreFailedException> failed = new CompletableFuture<>();
    private volatile @Nullable StoreFailedException failure;
    private volatile boolean full;
    private volatile BooleanSupplier room = () -> true;
    private boolean closed;
    // Used by the writer's thread only.
    private long commits;
    private boolean working;

    Writer(Engine engine, StoreDirectory directory, Schema schema, long commits) {
        this.engine = engine;
        this.directory = directory;
        this.schema = schema;
        this.commits = commits;
        this.thread = new Thread(this::run, "store-writer-" + directory.path().getFileName());
        thread.setDaemon(true);
        thread.start();
    }

    /** A piece of work and who waits for it. */
    private static final class Job<T> {
        private final Function<WriteTransaction, T> work;
        private final CompletableFuture<T> future = new CompletableFuture<>();
        private List<Runnable> afterCommit = List.of();
        private @Nullable T result;
        private @Nullable Throwable failure;

        Job(Function<WriteTransaction, T> work) {
            this.work = work;
        }

        boolean run(WriteTransaction transaction) {
            try {
                result = work.apply(transaction);
                afterCommit = transaction.actions();
                return true;
            } catch (Throwable e) {
                failure = e;
                return false;
            }
        }

        @SuppressWarnings("NullAway") // a work may give null to its own caller
        void release() {
            if (failure != null) {
                future.completeExceptionally(failure);
                return;
            }
            for (Runnable action : afterCommit) {
                try {
                    action.run();
                } catch (RuntimeException | Error e) {
                    LOG.error("An action after a commit failed; the commit stands", e);
                }
            }
            future.complete(result);
        }

        void refuse(RuntimeException reason) {
            future.completeExceptionally(reason);
        }
    }

    /** Whether this is the thread of the writer. */
    boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    /** Asks this before each write, and refuses it where there is none. */
    void askFirst(BooleanSupplier forRoom) {
        room = forRoom;
    }

    <T> CompletableFuture<T> submit(Function<WriteTransaction, T> work) {
        if (isCurrentThread() && working) {
            throw new IllegalStateException("expected a write on its own, but it came from inside a write");
        }
        Job<T> job = new Job<>(work);
        if (!room.getAsBoolean()) {
            full = true;
            job.refuse(new StoreFullException("expected more room on the disk of " + directory.path()));
            return job.future;
        }
        // Under the lock, so that nothing can queue behind the last look of a closing writer.
        synchronized (this) {
            StoreFailedException failed = failure;
            if (failed != null) {
                job.refuse(again(failed));
            } else if (closed) {
                throw new IllegalStateException("expected an open store, but it is closed");
            } else if (!queue.offer(job)) {
                throw new RejectedExecutionException(
                        "expected at most " + MAX_WAITING + " waiting writes, but came another");
            }
        }
        return job.future;
    }

    /** Completes when a commit has failed for good. */
    CompletableFuture<StoreFailedException> failed() {
        return failed.copy();
    }

    /** Whether the last commit found no room on the disk. */
    boolean isFull() {
        return full;
    }

    long writes() {
        return writes.get();
    }

    long syncs() {
        return syncs.get();
    }

    /** Does what is queued, then ends. Waits for that, whatever interrupts come. */
    @Override
    public void close() {
        synchronized (this) {
            if (!closed) {
                closed = true;
                // Wakes the thread when it waits for work. A full queue has no need of that.
                queue.offer(new Job<>(transaction -> null));
            }
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (true) {
            Job<?> first = take();
            if (first == null) {
                return;
            }
            List<Job<?>> group = new ArrayList<>();
            try {
                write(first, group);
            } catch (OutOfDiskSpaceException e) {
                full = true;
                refuse(group, new StoreFullException("expected room on the disk of " + directory.path(), e));
            } catch (Throwable e) {
                fail(e, group);
            }
            for (Job<?> job : group) {
                release(job);
            }
        }
    }

    private @Nullable Job<?> take() {
        while (true) {
            synchronized (this) {
                if (closed && queue.isEmpty()) {
                    return null;
                }
            }
            try {
                return queue.take();
            } catch (InterruptedException e) {
                // Something that ran here interrupted the thread it ran on; it was not meant for us.
            }
        }
    }

    private void write(Job<?> first, List<Job<?>> group) throws IOException {
        try (ByteTransaction bytes = engine.exclusive()) {
            Job<?> job = first;
            while (job != null) {
                group.add(job);
                perform(job, bytes);
                boolean full = group.size() >= MAX_GROUP || bytes.bytes() >= MAX_GROUP_BYTES;
                job = full ? null : queue.poll();
            }
            // An interrupt during the commit could close the file that is written.
            Thread.interrupted();
            if (bytes.hasChanges()) {
                commit(bytes);
            }
        }
        writes.addAndGet(group.size());
    }

    private void perform(Job<?> job, ByteTransaction bytes) {
        WriteTransaction transaction = new WriteTransaction(bytes, schema);
        bytes.beginWork();
        working = true;
        try {
            if (!job.run(transaction)) {
                bytes.undoWork();
            }
        } finally {
            working = false;
            transaction.end();
            bytes.endWork();
        }
        RuntimeException broken = bytes.broken();
        if (broken != null) {
            throw broken;
        }
    }

    private void commit(ByteTransaction bytes) throws IOException {
        requireOurs();
        FailPoint.hit("store.before-commit");
        if (FailPoint.given("store.full")) {
            throw new OutOfDiskSpaceException(new IOException("no room, as the fail point store.full says"));
        }
        bytes.commit(commits + 1);
        full = false;
        FailPoint.hit("store.committed");
        commits++;
        syncs.incrementAndGet();
        requireOurs();
        directory.acknowledge(commits);
    }

    private void requireOurs() {
        if (!directory.ours()) {
            throw new IllegalStateException("another process opened the store");
        }
    }

    private void release(Job<?> job) {
        try {
            job.release();
        } catch (Throwable e) {
            LOG.error("A caller could not be told of its write", e);
        }
    }

    private static void refuse(List<Job<?>> group, RuntimeException reason) {
        for (Job<?> job : group) {
            job.afterCommit = List.of();
            job.failure = reason;
        }
    }

    private void fail(Throwable cause, List<Job<?>> group) {
        StoreFailedException reason = new StoreFailedException(
                "expected to write to " + directory.path() + ", but it failed; it takes no more writes: " + cause,
                cause);
        LOG.error("The store in {} takes no more writes", directory.path(), cause);
        List<Job<?>> waiting = new ArrayList<>();
        synchronized (this) {
            failure = reason;
            queue.drainTo(waiting);
        }
        refuse(group, reason);
        for (Job<?> job : waiting) {
            job.refuse(again(reason));
        }
        failed.complete(reason);
    }

    private static StoreFailedException again(StoreFailedException failed) {
        return new StoreFailedException(String.valueOf(failed.getMessage()), failed);
    }
}
