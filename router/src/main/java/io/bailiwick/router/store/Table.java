package io.bailiwick.router.store;

import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table of rows under keys, kept together with its indexes. Made by {@link Schema#table} only.
 *
 * @param <K> keys
 * @param <R> rows, records
 */
public final class Table<K, R> {
    Table() {}

    /**
     * Declares a unique index: two rows may not have the same index key.
     *
     * @param key the index key of a row; never null
     */
    public <I> Index<I, K, R> unique(String name, Form<I> form, Function<R, I> key) {
        throw new UnsupportedOperationException();
    }

    /** Declares a unique index over the rows whose key is not null. */
    public <I> Index<I, K, R> uniqueWhenPresent(String name, Form<I> form, Function<R, @Nullable I> key) {
        throw new UnsupportedOperationException();
    }

    /** The row of a key. @throws CorruptStoreException when its checksum does not hold */
    public Optional<R> get(ReadTransaction tx, K key) {
        throw new UnsupportedOperationException();
    }

    /** Adds a row. @throws DuplicateKeyException when the key, or a key of a unique index, is taken */
    public void insert(WriteTransaction tx, K key, R row) {
        throw new UnsupportedOperationException();
    }

    /** Replaces a row that must be there. @throws DuplicateKeyException when a key of a unique index is taken by another row */
    public void update(WriteTransaction tx, K key, R row) {
        throw new UnsupportedOperationException();
    }

    /** Adds or replaces. */
    public void upsert(WriteTransaction tx, K key, R row) {
        throw new UnsupportedOperationException();
    }

    /** Removes a row and its index entries; returns what was there. */
    public Optional<R> delete(WriteTransaction tx, K key) {
        throw new UnsupportedOperationException();
    }

    /** All rows in key order; valid inside the transaction. */
    public Stream<Row<K, R>> all(ReadTransaction tx) {
        throw new UnsupportedOperationException();
    }

    /** The rows with {@code from <= key < until}; null leaves that side open. Descending from the last when reversed. */
    public Stream<Row<K, R>> range(ReadTransaction tx, @Nullable K from, @Nullable K until, boolean reverse) {
        throw new UnsupportedOperationException();
    }

    /** How many rows there are. */
    public long count(ReadTransaction tx) {
        throw new UnsupportedOperationException();
    }

    /** A key and its row. */
    public record Row<K, R>(K key, R row) {}
}
