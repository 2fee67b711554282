package io.bailiwick.router.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import jetbrains.exodus.env.EnvironmentConfig;

/**
 * An open store: one directory, one schema, one process. May be used by any number of threads.
 *
 * <p>What a write has acknowledged is on disk. What a read returns was written: each value carries a checksum, each table
 * a count, and the whole store is checked when it is opened.
 *
 * @param <S> the schema
 */
public final class Store<S extends Schema> implements AutoCloseable {
    /** How long opening waits for another process to leave the store: as long as one takes that is just ending. */
    public static final Duration LOCK_WAIT = Duration.ofSeconds(5);

    private final S schema;
    private final StoreDirectory directory;
    private final Engine engine;
    private final Writer writer;
    private final Manifest manifest;
    private final ReentrantReadWriteLock open = new ReentrantReadWriteLock();
    private volatile boolean closed;

    Store(S schema, StoreDirectory directory, Engine engine, Manifest manifest, long commits) {
        this.schema = schema;
        this.directory = directory;
        this.engine = engine;
        this.manifest = manifest;
        this.writer = new Writer(engine, directory, schema, commits);
    }

    /**
     * Opens (or makes) the store of a directory, which gets mode 0700 when it is made. Waits up to {@link #LOCK_WAIT} for
     * another process to leave it. Reads and checks all that is stored.
     *
     * @throws StoreLockedException when another process has it, naming that process; or this process
     * @throws NewerStoreException when a newer version of the schema wrote it; nothing is touched
     * @throws CorruptStoreException when it cannot be read or is not whole
     * @throws DuplicateKeyException when an index that is new finds two rows with the same key
     * @throws IllegalStateException when the store is of another schema, or a table has another form of key; nothing is
     *     touched. Or when the JVM was started without {@code --add-opens=java.base/sun.nio.ch=ALL-UNNAMED}
     */
    public static <S extends Schema> Store<S> open(Path directory, S schema) {
        return open(directory, schema, LOCK_WAIT);
    }

    /** As {@link #open(Path, Schema)}, with another time to wait for the lock. */
    public static <S extends Schema> Store<S> open(Path directory, S schema, Duration lockWait) {
        return open(directory, schema, lockWait, config -> {});
    }

    static <S extends Schema> Store<S> open(
            Path directory, S schema, Duration lockWait, Consumer<EnvironmentConfig> adjust) {
        return new Opening<>(schema).open(directory, lockWait, adjust);
    }

    /** The schema. */
    public S schema() {
        return schema;
    }

    /**
     * Reads a consistent snapshot, on the caller's thread.
     *
     * @throws IllegalStateException when the store is closed
     */
    public <T> T read(Function<ReadTransaction, T> work) {
        return snapshot(bytes -> {
            try (SnapshotTransaction transaction = new SnapshotTransaction(bytes, schema)) {
                return work.apply(transaction);
            }
        });
    }

    /**
     * Writes: runs the work on the store's one writer thread and returns when it is on disk. An exception of the work
     * undoes all of it and is thrown here; that of others in the same commit is not touched. Interrupting the caller does
     * not end the wait, nor the write.
     *
     * @throws StoreFailedException when a write to the disk failed, now or before; what came of this one is not known
     * @throws StoreFullException when there is no room on the disk; nothing was written
     * @throws IllegalStateException when called from inside a write or from an action after a commit, or the store is
     *     closed
     * @throws java.util.concurrent.RejectedExecutionException when too many writes wait
     */
    public <T> T write(Function<WriteTransaction, T> work) {
        if (writer.isCurrentThread()) {
            throw new IllegalStateException("expected a write from a thread that may wait for it, but it came from the "
                    + "thread that writes: from inside a write, or from an action after one");
        }
        try {
            return writer.submit(work).join();
        } catch (CompletionException e) {
            throw unwrapped(e);
        }
    }

    /** As {@link #write(Function)}, without a result. */
    @SuppressWarnings("NullAway") // the result that nobody looks at
    public void writeAll(Consumer<WriteTransaction> work) {
        write(transaction -> {
            work.accept(transaction);
            return null;
        });
    }

    /**
     * As {@link #write(Function)}, but does not wait: the future is complete when the write is on disk, or has failed with
     * what {@code write} would throw. What is chained to it without an executor runs on the writer's thread and must not
     * wait there.
     *
     * @throws IllegalStateException when called from inside a write, or the store is closed
     * @throws java.util.concurrent.RejectedExecutionException when too many writes wait
     */
    public <T> CompletableFuture<T> writeAsync(Function<WriteTransaction, T> work) {
        return writer.submit(work);
    }

    /**
     * Completes when a write to the disk has failed, whoever asked for it: the store takes no more writes then, and opening it
     * anew is what helps. What is chained to it without an executor may run on the writer's thread and must not wait there.
     */
    public CompletableFuture<StoreFailedException> failed() {
        return writer.failed();
    }

    /** Whether the last write was refused because the disk is full; the next one that is not says no again. */
    public boolean isFull() {
        return writer.isFull();
    }

    /**
     * Asks before each write whether there is room for it. While there is none, writes are refused with
     * {@link StoreFullException} before anything is touched, and reads go on. Who knows nothing of room is never asked.
     *
     * @param room must answer at once, on any thread
     */
    public void writeOnlyWith(BooleanSupplier room) {
        writer.askFirst(room);
    }

    /** How many pieces of work were written since the store was opened, those that failed included. */
    public long writes() {
        return writer.writes();
    }

    /** How many commits were synced to disk for them. */
    public long syncs() {
        return writer.syncs();
    }

    /** Reads and checks all that is stored, in a snapshot: also that rows and indexes agree. Others go on meanwhile. */
    public StoreReport check() {
        return snapshot(bytes -> {
            Verifier verifier = new Verifier(bytes).tables(manifest.tables());
            schema.attach().forEach(verifier::indexes);
            return verifier.report(manifest);
        });
    }

    /**
     * Checks the store of a directory that no process has open. Needs no schema; writes nothing, whatever it finds.
     *
     * @throws StoreLockedException when a process has it open
     * @throws IllegalArgumentException when there is no store
     */
    public static StoreReport check(Path directory) {
        return new Closed(directory, config -> {}).check();
    }

    /** Writes all rows in the neutral format of {@code docs/store-format.md}, of one snapshot. Others go on meanwhile. */
    public void export(OutputStream to) throws IOException {
        Optional<IOException> failed = snapshot(bytes -> {
            try {
                Dump.export(bytes, manifest, to);
                return Optional.empty();
            } catch (IOException e) {
                return Optional.of(e);
            }
        });
        if (failed.isPresent()) {
            throw failed.get();
        }
    }

    /**
     * Writes all rows of a store that no process has open. Needs no schema; changes nothing in the directory.
     *
     * @throws StoreLockedException when a process has it open
     * @throws CorruptStoreException when a row is damaged or one is missing; what was written until then has no trailer
     * @throws IllegalArgumentException when there is no store
     */
    public static void export(Path directory, OutputStream to) throws IOException {
        new Closed(directory, config -> {}).export(to);
    }

    /**
     * Makes a store from an export: all of it or nothing. Needs no schema; the indexes are built when the store is opened
     * with it.
     *
     * @param directory a directory that is empty or not there
     * @throws IllegalArgumentException when the directory is not empty, or the export is cut short or was changed
     */
    public static void importInto(Path directory, InputStream from) throws IOException {
        new Import(directory).run(from);
    }

    /**
     * Does the writes that wait, lets the reads end that run, closes, and lets go of the directory.
     *
     * @throws IllegalStateException when called from inside a read or a write
     */
    @Override
    public void close() {
        if (writer.isCurrentThread() || open.getReadHoldCount() > 0) {
            throw new IllegalStateException("expected to close from outside, but came from inside a read or write");
        }
        writer.close();
        open.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                try (directory) {
                    engine.close();
                }
            }
        } finally {
            open.writeLock().unlock();
        }
    }

    private <T> T snapshot(Function<ByteTransaction, T> work) {
        open.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("expected an open store, but it is closed");
            }
            try (ByteTransaction bytes = engine.snapshot()) {
                return work.apply(bytes);
            }
        } finally {
            open.readLock().unlock();
        }
    }

    private static RuntimeException unwrapped(CompletionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException unchecked ? unchecked : e;
    }
}
