package io.bailiwick.router.store;

import java.util.Arrays;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import jetbrains.exodus.ArrayByteIterable;
import jetbrains.exodus.env.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * A walk over the entries of a space in the order of their keys. Sees what its transaction changes meanwhile: after a
 * change it finds its place again by the last key. Ends with the piece of work that began it.
 */
final class Scan {
    private static final Entry END = new Entry(new byte[0], new byte[0], new byte[0]);

    private final ByteTransaction transaction;
    private final String space;
    private final byte @Nullable [] from;
    private final byte @Nullable [] until;
    private final boolean reverse;
    private final long changesAtStart;
    private @Nullable Cursor cursor;
    private long changesAtCursor;
    private byte @Nullable [] last;
    private long seen;
    private boolean exhausted;
    private boolean over;

    Scan(ByteTransaction transaction, String space, byte @Nullable [] from, byte @Nullable [] until, boolean reverse) {
        this.transaction = transaction;
        this.space = space;
        this.from = from;
        this.until = until;
        this.reverse = reverse;
        this.changesAtStart = transaction.changes(space);
    }

    /** A key and its value, checked. */
    static final class Entry {
        private final byte[] key;
        private final byte[] value;
        private final byte[] sealed;

        Entry(byte[] key, byte[] value, byte[] sealed) {
            this.key = key;
            this.value = value;
            this.sealed = sealed;
        }

        byte[] key() {
            return key;
        }

        byte[] value() {
            return value;
        }

        byte[] sealed() {
            return sealed;
        }
    }

    /** The entries as a stream, which is closed when it ends, when it is closed, or when the work is over. */
    <T> Stream<T> stream(Function<Entry, T> as) {
        Spliterator<T> entries =
                new Spliterators.AbstractSpliterator<>(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL) {
                    @Override
                    public boolean tryAdvance(Consumer<? super T> action) {
                        Entry entry = next();
                        if (entry == null) {
                            return false;
                        }
                        action.accept(as.apply(entry));
                        return true;
                    }
                };
        return StreamSupport.stream(entries, false).onClose(this::close);
    }

    /**
     * The next entry, or null after the last.
     *
     * @throws CorruptStoreException when it is damaged, out of order, or there were fewer than there should be
     * @throws IllegalStateException when the work is over
     */
    @Nullable
    Entry next() {
        if (over) {
            throw new IllegalStateException(
                    "expected " + space + " to be read inside its transaction, but that is over");
        }
        transaction.requireThread();
        if (exhausted) {
            return null;
        }
        Entry entry = Engine.guarded(space, () -> step() ? entry() : END);
        if (entry == END || isBeyond(entry.key)) {
            close();
            requireAll();
            return null;
        }
        requireOrder(entry.key);
        last = entry.key;
        seen++;
        return new Entry(entry.key, Envelope.open(space, entry.key, entry.sealed), entry.sealed);
    }

    /** How many entries came so far, damaged ones included. */
    long seen() {
        return seen;
    }

    /** Lets go of the cursor. */
    void close() {
        exhausted = true;
        closeCursor();
        transaction.forget(this);
    }

    /** The work is over: lets go of the cursor, and nothing may be read any more. */
    void end() {
        over = true;
        close();
    }

    private Entry entry() {
        Cursor at = Objects.requireNonNull(cursor);
        byte[] sealed = ByteTransaction.array(at.getValue());
        return new Entry(ByteTransaction.array(at.getKey()), sealed, sealed);
    }

    private boolean step() {
        Cursor at = cursor;
        if (at != null && changesAtCursor == transaction.changes(space)) {
            return reverse ? at.getPrev() : at.getNext();
        }
        closeCursor();
        at = transaction.cursor(space);
        cursor = at;
        changesAtCursor = transaction.changes(space);
        return reverse ? seekBackward(at) : seekForward(at);
    }

    private boolean seekForward(Cursor at) {
        byte[] start = last == null ? from : last;
        if (start == null) {
            return at.getNext();
        }
        if (at.getSearchKeyRange(new ArrayByteIterable(start)) == null) {
            return false;
        }
        boolean again = last != null && Arrays.equals(ByteTransaction.array(at.getKey()), last);
        return !again || at.getNext();
    }

    private boolean seekBackward(Cursor at) {
        byte[] end = last == null ? until : last;
        if (end == null || at.getSearchKeyRange(new ArrayByteIterable(end)) == null) {
            return at.getLast();
        }
        return at.getPrev();
    }

    private boolean isBeyond(byte[] key) {
        return reverse
                ? from != null && Arrays.compareUnsigned(key, from) < 0
                : until != null && Arrays.compareUnsigned(key, until) >= 0;
    }

    private void requireOrder(byte[] key) {
        byte[] before = last;
        if (before != null) {
            int order = Arrays.compareUnsigned(before, key);
            if (reverse ? order <= 0 : order >= 0) {
                throw new CorruptStoreException("expected in " + space + " another key than " + Envelope.shown(key)
                        + " after " + Envelope.shown(before));
            }
        }
    }

    private void requireAll() {
        boolean counted = !space.equals(Engine.META);
        if (counted && from == null && until == null && changesAtStart == transaction.changes(space)) {
            long count = transaction.digest(space).count();
            if (seen != count) {
                throw new CorruptStoreException("expected " + count + " entries in " + space + ", but found " + seen);
            }
        }
    }

    private void closeCursor() {
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
    }
}
