package io.bailiwick.router.store;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A unique index of a table: index key to row. Kept by the table on every write. Where many rows share a value, the key of
 * the index is a {@link Form#pair} of the value and the key of the row, read by {@link #startingWith}.
 *
 * @param <I> index keys
 * @param <K> keys of the table
 * @param <R> rows
 */
public final class Index<I, K, R> {
    private final Table<K, R> table;
    private final String name;
    private final Form<I> form;
    private final Keyed<I, R> key;
    private final boolean nullable;

    /** What makes the index key of a row, or null when the row is not in the index. */
    @FunctionalInterface
    interface Keyed<I, R> {
        /** That of the row under a key of the table. */
        @Nullable
        I of(byte[] at, R row);
    }

    Index(Table<K, R> table, String name, Form<I> form, Keyed<I, R> key, boolean nullable) {
        this.table = table;
        this.name = name;
        this.form = form;
        this.key = key;
        this.nullable = nullable;
    }

    /** The key of the row with this index key. */
    public Optional<K> key(ReadTransaction tx, I indexKey) {
        byte[] row = table.bytes(tx).get(name, form.bytes(indexKey));
        return Optional.ofNullable(row).map(table::key);
    }

    /**
     * The row with this index key.
     *
     * @throws CorruptStoreException when a checksum does not hold, or the index names a row that is not there or has another
     *     index key
     */
    public Optional<R> get(ReadTransaction tx, I indexKey) {
        ByteTransaction bytes = table.bytes(tx);
        byte[] entry = form.bytes(indexKey);
        byte[] row = bytes.get(name, entry);
        return row == null ? Optional.empty() : Optional.of(follow(bytes, entry, row));
    }

    /**
     * The rows whose index keys begin with these components, in the order of the index keys; valid inside the transaction.
     *
     * @param first the form of the first component or components of the index key
     */
    public <P> Stream<Table.Row<K, R>> startingWith(ReadTransaction tx, Form<P> first, P value) {
        Table.requireBeginning(name, form, first);
        ByteTransaction bytes = table.bytes(tx);
        byte[] from = first.bytes(value);
        return bytes.scan(name, from, Table.after(from), false).stream(
                entry -> new Table.Row<>(table.key(entry.value()), follow(bytes, entry.key(), entry.value())));
    }

    /** The rows whose index keys come after this one, in the order of the index keys; valid inside the transaction. */
    public Stream<Table.Row<K, R>> after(ReadTransaction tx, I after) {
        ByteTransaction bytes = table.bytes(tx);
        byte[] key = form.bytes(after);
        byte[] from = Arrays.copyOf(key, key.length + 1);
        return bytes.scan(name, from, null, false).stream(
                entry -> new Table.Row<>(table.key(entry.value()), follow(bytes, entry.key(), entry.value())));
    }

    /** As above, of those only whose index keys come after this one. */
    public <P> Stream<Table.Row<K, R>> startingWith(ReadTransaction tx, Form<P> first, P value, I after) {
        Table.requireBeginning(name, form, first);
        ByteTransaction bytes = table.bytes(tx);
        byte[] key = form.bytes(after);
        // Nothing lies between a key and the same with a zero behind it.
        byte[] from = Arrays.copyOf(key, key.length + 1);
        return bytes.scan(name, from, Table.after(first.bytes(value)), false).stream(
                entry -> new Table.Row<>(table.key(entry.value()), follow(bytes, entry.key(), entry.value())));
    }

    String name() {
        return name;
    }

    Manifest.Space described() {
        return Manifest.Space.of(name, form, List.of());
    }

    /** The bytes of the index key of the row under a key, or null when there is no row or it is not in the index. */
    byte @Nullable [] entry(byte[] at, @Nullable R row) {
        if (row == null) {
            return null;
        }
        I value = key.of(at, row);
        if (value != null) {
            return form.bytes(value);
        }
        if (nullable) {
            return null;
        }
        throw new IllegalArgumentException("expected a key for index " + name + ", but came null");
    }

    /** @throws DuplicateKeyException when another row than this one has the entry */
    void requireFree(ByteTransaction bytes, byte @Nullable [] entry, byte[] row) {
        byte[] holder = entry == null ? null : bytes.get(name, entry);
        if (entry != null && holder != null && !Arrays.equals(holder, row)) {
            throw new DuplicateKeyException(
                    "expected a key that is free in " + name + ", but " + form.key(entry) + " is taken");
        }
    }

    /** Moves the entry of a row. */
    void replace(ByteTransaction bytes, byte @Nullable [] before, byte @Nullable [] after, byte[] row) {
        if (before != null && !Arrays.equals(bytes.get(name, before), row)) {
            throw new CorruptStoreException("expected in " + name + " under key " + Envelope.shown(before) + " the row "
                    + Envelope.shown(row) + ", but found none or another");
        }
        if (before != null && !Arrays.equals(before, after)) {
            bytes.delete(name, before);
        }
        if (after != null && !Arrays.equals(before, after)) {
            bytes.put(name, after, row);
        }
    }

    /** Whether the index has a row under its key, or rightly has not. */
    boolean holds(ByteTransaction bytes, byte @Nullable [] entry, byte[] row) {
        return entry == null || Arrays.equals(bytes.get(name, entry), row);
    }

    private R follow(ByteTransaction bytes, byte[] entry, byte[] row) {
        byte[] value = bytes.get(table.name(), row);
        if (value == null) {
            throw new CorruptStoreException("expected the row " + Envelope.shown(row) + " in " + table.name()
                    + ", which " + name + " names under key " + Envelope.shown(entry) + ", but found none");
        }
        R found = table.row(row, value);
        if (!Arrays.equals(entry(row, found), entry)) {
            throw new CorruptStoreException("expected in " + name + " under key " + Envelope.shown(entry)
                    + " a row with that key, but found " + Envelope.shown(row) + " with another");
        }
        return found;
    }
}
