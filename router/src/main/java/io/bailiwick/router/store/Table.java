package io.bailiwick.router.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table of rows under keys, kept together with its indexes. Made by {@link Schema#table} only.
 *
 * <p>Every method may also throw {@link IllegalStateException} when the transaction is over or used on another thread than
 * its own, and {@link CorruptStoreException} when what it reads is not what was written.
 *
 * @param <K> keys
 * @param <R> rows, records
 */
public final class Table<K, R> {
    private final Schema schema;
    private final String name;
    private final Form<K> form;
    private final RowFormat<R> rows;
    private final List<Index<?, K, R>> indexes = new ArrayList<>();

    Table(Schema schema, String name, Form<K> form, RowFormat<R> rows) {
        this.schema = schema;
        this.name = name;
        this.form = form;
        this.rows = rows;
    }

    /**
     * Declares a unique index: two rows may not have the same index key.
     *
     * @param key the index key of a row; never null
     */
    public <I> Index<I, K, R> unique(String name, Form<I> form, Function<R, I> key) {
        return declared(new Index<>(this, name, form, (at, row) -> key.apply(row), false));
    }

    /**
     * Declares a unique index by the keys of the rows themselves, for example with their components in another order.
     *
     * @param key the index key of a key; never null, and of no two keys the same
     */
    public <I> Index<I, K, R> uniqueByKey(String name, Form<I> form, Function<K, I> key) {
        return declared(new Index<>(this, name, form, (at, row) -> key.apply(key(at)), false));
    }

    /** Declares a unique index over the rows whose key is not null. */
    public <I> Index<I, K, R> uniqueWhenPresent(String name, Form<I> form, Function<R, @Nullable I> key) {
        return declared(new Index<>(this, name, form, (at, row) -> key.apply(row), true));
    }

    private <I> Index<I, K, R> declared(Index<I, K, R> index) {
        schema.claim(index.name());
        indexes.add(index);
        return index;
    }

    /** The row of a key. @throws CorruptStoreException when its checksum does not hold */
    public Optional<R> get(ReadTransaction tx, K key) {
        byte[] at = form.bytes(key);
        byte[] value = bytes(tx).get(name, at);
        return value == null ? Optional.empty() : Optional.of(rows.row(at, value));
    }

    /** Adds a row. @throws DuplicateKeyException when the key, or a key of a unique index, is taken */
    public void insert(WriteTransaction tx, K key, R row) {
        byte[] at = form.bytes(key);
        if (bytes(tx).get(name, at) != null) {
            throw new DuplicateKeyException("expected a key that is free in " + name + ", but " + key + " is taken");
        }
        write(bytes(tx), at, null, row);
    }

    /**
     * Replaces a row that must be there.
     *
     * @throws NoSuchElementException when it is not
     * @throws DuplicateKeyException when a key of a unique index is taken by another row
     */
    public void update(WriteTransaction tx, K key, R row) {
        byte[] at = form.bytes(key);
        byte[] before = bytes(tx).get(name, at);
        if (before == null) {
            throw new NoSuchElementException("expected a row in " + name + " under " + key + ", but found none");
        }
        write(bytes(tx), at, before, row);
    }

    /** Adds or replaces. @throws DuplicateKeyException when a key of a unique index is taken by another row */
    public void upsert(WriteTransaction tx, K key, R row) {
        byte[] at = form.bytes(key);
        write(bytes(tx), at, bytes(tx).get(name, at), row);
    }

    /** Removes a row and its index entries; returns what was there. */
    public Optional<R> delete(WriteTransaction tx, K key) {
        ByteTransaction bytes = bytes(tx);
        byte[] at = form.bytes(key);
        byte[] before = bytes.get(name, at);
        if (before == null) {
            return Optional.empty();
        }
        R row = rows.row(at, before);
        for (Index<?, K, R> index : indexes) {
            index.replace(bytes, index.entry(at, row), null, at);
        }
        bytes.delete(name, at);
        return Optional.of(row);
    }

    /**
     * Removes the first of the rows with {@code from <= key < until}, without reading what is in them; null leaves that side open.
     * For tables without indexes.
     *
     * @param most how many are removed at most
     * @return how many were removed
     */
    public int clear(WriteTransaction tx, @Nullable K from, @Nullable K until, int most) {
        if (!indexes.isEmpty()) {
            throw new IllegalStateException("expected a table without indexes, but " + name + " has some");
        }
        byte[] first = from == null ? null : form.bytes(from);
        byte[] end = until == null ? null : form.bytes(until);
        return bytes(tx).clear(name, first, end, most);
    }

    /** All rows in key order; valid inside the transaction. */
    public Stream<Row<K, R>> all(ReadTransaction tx) {
        return range(tx, null, null, false);
    }

    /**
     * The rows with {@code from <= key < until}; null leaves that side open. Descending from the last when reversed. Valid
     * inside the transaction. In a transaction that writes, the stream sees what is written while it is read.
     */
    public Stream<Row<K, R>> range(ReadTransaction tx, @Nullable K from, @Nullable K until, boolean reverse) {
        byte[] first = from == null ? null : form.bytes(from);
        byte[] end = until == null ? null : form.bytes(until);
        return bytes(tx).scan(name, first, end, reverse).stream(this::row);
    }

    /**
     * The rows whose keys begin with these components, in key order; valid inside the transaction.
     *
     * @param first the form of the first component or components of the key
     */
    public <P> Stream<Row<K, R>> startingWith(ReadTransaction tx, Form<P> first, P value) {
        requireBeginning(name, form, first);
        byte[] from = first.bytes(value);
        return bytes(tx).scan(name, from, after(from), false).stream(this::row);
    }

    /** How many rows there are. */
    public long count(ReadTransaction tx) {
        return bytes(tx).count(name);
    }

    /**
     * Says whether the table is as it was: equal to what was returned before if nothing was changed in it since then, also not by
     * other pieces of work in the same commit. Never equal to that of another snapshot or another commit.
     */
    public Version version(ReadTransaction tx) {
        return bytes(tx).version(name);
    }

    /**
     * A state of a table.
     *
     * @param commit stands for the snapshot, or for what is written in one commit
     * @param changes how many there were to the table in it
     */
    public record Version(Object commit, long changes) {}

    /** A key and its row. */
    public record Row<K, R>(K key, R row) {}

    String name() {
        return name;
    }

    List<Index<?, K, R>> indexes() {
        return indexes;
    }

    Manifest.Space described() {
        return Manifest.Space.of(
                name, form, indexes.stream().map(Index::described).toList());
    }

    ByteTransaction bytes(ReadTransaction tx) {
        return schema.bytes(tx);
    }

    K key(byte[] bytes) {
        return form.key(bytes);
    }

    R row(byte[] key, byte[] value) {
        return rows.row(key, value);
    }

    /** Fills an index from the rows. @throws DuplicateKeyException when two rows have the same index key */
    void build(ByteTransaction bytes, Index<?, K, R> index) {
        bytes.truncate(index.name());
        Scan scan = bytes.scan(name, null, null, false);
        for (Scan.Entry entry = scan.next(); entry != null; entry = scan.next()) {
            byte[] indexKey = index.entry(entry.key(), rows.row(entry.key(), entry.value()));
            index.requireFree(bytes, indexKey, entry.key());
            index.replace(bytes, null, indexKey, entry.key());
        }
    }

    private void write(ByteTransaction bytes, byte[] at, byte @Nullable [] before, R row) {
        byte[] after = rows.bytes(row, before);
        R old = before == null || indexes.isEmpty() ? null : rows.row(at, before);
        List<byte @Nullable []> entries = new ArrayList<>(indexes.size());
        for (Index<?, K, R> index : indexes) {
            byte[] entry = index.entry(at, row);
            index.requireFree(bytes, entry, at);
            entries.add(entry);
        }
        for (int i = 0; i < indexes.size(); i++) {
            Index<?, K, R> index = indexes.get(i);
            index.replace(bytes, index.entry(at, old), entries.get(i), at);
        }
        bytes.put(name, at, after);
    }

    private Row<K, R> row(Scan.Entry entry) {
        return new Row<>(form.key(entry.key()), rows.row(entry.key(), entry.value()));
    }

    static void requireBeginning(String name, Form<?> whole, Form<?> first) {
        int parts = first.components().size();
        if (parts > whole.components().size()
                || !whole.components().subList(0, parts).equals(first.components())) {
            throw new IllegalArgumentException("expected the first components of " + whole.components() + " for " + name
                    + ", but came " + first.components());
        }
    }

    /** The first bytes after all that begin with these; null when there are none. */
    static byte @Nullable [] after(byte[] prefix) {
        for (int i = prefix.length - 1; i >= 0; i--) {
            if (prefix[i] != (byte) 0xFF) {
                byte[] next = Arrays.copyOf(prefix, i + 1);
                next[i]++;
                return next;
            }
        }
        return null;
    }
}
