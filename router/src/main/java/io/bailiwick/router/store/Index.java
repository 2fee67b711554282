package io.bailiwick.router.store;

import java.util.Optional;

/**
 * A unique index of a table: index key to row. Kept by the table on every write.
 *
 * @param <I> index keys
 * @param <K> keys of the table
 * @param <R> rows
 */
public final class Index<I, K, R> {
    Index() {}

    /** The key of the row with this index key. */
    public Optional<K> key(ReadTransaction tx, I indexKey) {
        throw new UnsupportedOperationException();
    }

    /** The row with this index key. */
    public Optional<R> get(ReadTransaction tx, I indexKey) {
        throw new UnsupportedOperationException();
    }
}
