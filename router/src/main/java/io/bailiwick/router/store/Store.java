package io.bailiwick.router.store;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * An open store: one directory, one schema, one process.
 *
 * @param <S> the schema
 */
public final class Store<S extends Schema> implements AutoCloseable {
    private Store() {}

    /**
     * Opens (or makes) the store of a directory.
     *
     * @throws StoreLockedException when another process has it, naming that process
     * @throws NewerStoreException when a newer version of the schema wrote it; nothing is touched
     * @throws CorruptStoreException when it cannot be read
     */
    public static <S extends Schema> Store<S> open(Path directory, S schema) {
        throw new UnsupportedOperationException();
    }

    /** The schema. */
    public S schema() {
        throw new UnsupportedOperationException();
    }

    /** Reads a consistent snapshot, on the caller's thread. */
    public <T> T read(Function<ReadTransaction, T> work) {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes: runs the work on the store's one writer thread and returns when it is on disk. An exception of the work
     * undoes all of it and is thrown here.
     */
    public <T> T write(Function<WriteTransaction, T> work) {
        throw new UnsupportedOperationException();
    }

    /** As {@link #write(Function)}, without a result. */
    public void writeAll(Consumer<WriteTransaction> work) {
        throw new UnsupportedOperationException();
    }

    /** Finishes the running transaction, closes, and lets go of the directory. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
