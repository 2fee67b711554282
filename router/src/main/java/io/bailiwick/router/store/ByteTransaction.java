package io.bailiwick.router.store;

import io.bailiwick.router.store.Engine.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jetbrains.exodus.ArrayByteIterable;
import jetbrains.exodus.ByteIterable;
import jetbrains.exodus.env.Cursor;
import jetbrains.exodus.env.Transaction;
import jetbrains.exodus.log.BlockByteIterator;
import org.jspecify.annotations.Nullable;

/**
 * A transaction over bytes: every value that comes out was checked, every change is counted in the digest of its space and
 * can be undone. Belongs to the thread that made it.
 *
 * <p>One of these that writes serves many pieces of work, one after the other: {@link #beginWork} marks where one begins,
 * {@link #undoWork} goes back there, without touching what the ones before it did.
 */
final class ByteTransaction implements AutoCloseable {
    /** Values that are remembered, at most. */
    private static final int MOST_KNOWN = 4_096;

    /** Bytes of one of them, at most. */
    private static final int LONGEST_KNOWN = 1_024;

    private static final byte[] NONE = {};

    private final Engine engine;
    private final Transaction transaction;
    private final Thread thread = Thread.currentThread();
    private final Map<String, Digest> digests = new HashMap<>();
    private final Deque<Change> undo = new ArrayDeque<>();
    private final List<Scan> scans = new ArrayList<>();
    private final Map<String, Long> changes = new HashMap<>();
    private final Map<Place, byte[]> known = new HashMap<>();
    private final Object identity = new Object();
    private boolean kept;
    private long bytes;
    private @Nullable RuntimeException broken;

    ByteTransaction(Engine engine, Transaction transaction) {
        this.engine = engine;
        this.transaction = transaction;
    }

    private static final class Change {
        private final String space;
        private final byte[] key;
        private final byte @Nullable [] before;

        Change(String space, byte[] key, byte @Nullable [] before) {
            this.space = space;
            this.key = key;
            this.before = before;
        }
    }

    /** A key of a space. */
    private static final class Place {
        private final String space;
        private final byte[] key;

        Place(String space, byte[] key) {
            this.space = space;
            this.key = key;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Place that && space.equals(that.space) && Arrays.equals(key, that.key);
        }

        @Override
        public int hashCode() {
            return 31 * space.hashCode() + Arrays.hashCode(key);
        }
    }

    /** The value of a key, checked; null when there is none. */
    byte @Nullable [] get(String space, byte[] key) {
        byte[] sealed = sealed(space, key);
        return sealed == null ? null : Envelope.open(space, key, sealed);
    }

    void put(String space, byte[] key, byte[] value) {
        change(space, key, Envelope.seal(space, key, value));
    }

    void delete(String space, byte[] key) {
        change(space, key, null);
    }

    /** How many entries a space has, and what they add up to. */
    Digest digest(String space) {
        Digest known = digests.get(space);
        if (known != null) {
            return known;
        }
        byte[] stored = get(Engine.META, digestKey(space));
        Digest digest = stored == null ? Digest.EMPTY : Digest.of(stored);
        digests.put(space, digest);
        return digest;
    }

    /** How many entries a space has. @throws CorruptStoreException when the engine and our own count do not agree */
    long count(String space) {
        requireThread();
        long counted = digest(space).count();
        long found =
                Engine.guarded("the size of " + space, () -> engine.space(space).count(transaction));
        if (counted != found) {
            throw new CorruptStoreException(
                    "expected " + counted + " entries in " + space + ", but found " + found + " in the log");
        }
        return counted;
    }

    /** The entries with {@code from <= key < until}, in order; null leaves a side open. */
    Scan scan(String space, byte @Nullable [] from, byte @Nullable [] until, boolean reverse) {
        requireThread();
        Scan scan = new Scan(this, space, from, until, reverse);
        scans.add(scan);
        return scan;
    }

    /**
     * Deletes the first of the entries with {@code from <= key < until}; null leaves a side open. What is in them is not checked:
     * nobody gets to see it.
     *
     * @return how many were deleted
     */
    int clear(String space, byte @Nullable [] from, byte @Nullable [] until, int most) {
        requireThread();
        List<Change> found = Engine.guarded(space, () -> first(space, from, until, most));
        for (Change change : found) {
            undo.addLast(change);
            apply(space, change.key, change.before, null);
        }
        return found.size();
    }

    private List<Change> first(String space, byte @Nullable [] from, byte @Nullable [] until, int most) {
        List<Change> found = new ArrayList<>();
        try (Cursor at = cursor(space)) {
            boolean there = from == null ? at.getNext() : at.getSearchKeyRange(new ArrayByteIterable(from)) != null;
            while (there && found.size() < most) {
                byte[] key = array(at.getKey());
                if (until != null && Arrays.compareUnsigned(key, until) >= 0) {
                    break;
                }
                found.add(new Change(space, key, array(at.getValue())));
                there = at.getNext();
            }
        }
        return found;
    }

    /** Empties a space. Cannot be undone but with the whole transaction. */
    void truncate(String space) {
        requireThread();
        changes.merge(space, 1L, Long::sum);
        Engine.guarded(space, () -> {
            engine.truncate(space, transaction);
            return space;
        });
        known.clear();
        kept = true;
        digests.put(space, Digest.EMPTY);
    }

    /** Counts the changes made to a space so far: says whether a scan still stands where it stood. */
    long changes(String space) {
        return changes.getOrDefault(space, 0L);
    }

    /** What a space holds now: the same as long as nothing is changed in it, and never the same in another transaction. */
    Table.Version version(String space) {
        requireThread();
        return new Table.Version(identity, changes(space));
    }

    /** Whether there is something to commit: a change that was not undone. */
    boolean hasChanges() {
        return kept;
    }

    /** Whether the piece of work that runs has changed anything. */
    boolean hasWorked() {
        return !undo.isEmpty();
    }

    /** How many bytes were written so far. */
    long bytes() {
        return bytes;
    }

    Cursor cursor(String space) {
        return Engine.guarded(space, () -> engine.space(space).openCursor(transaction));
    }

    void forget(Scan scan) {
        scans.remove(scan);
    }

    void requireThread() {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException("expected the transaction to be used on " + thread.getName() + ", but came "
                    + Thread.currentThread().getName());
        }
    }

    void beginWork() {
        undo.clear();
    }

    /** Ends a piece of work: what it left open is closed. */
    void endWork() {
        List.copyOf(scans).forEach(Scan::end);
        kept |= !undo.isEmpty();
        undo.clear();
    }

    /** Takes back every change since {@link #beginWork}. */
    void undoWork() {
        while (!undo.isEmpty()) {
            Change change = undo.removeLast();
            apply(change.space, change.key, sealed(change.space, change.key), change.before);
        }
    }

    /** What made the engine fail in the middle of a change; nothing of this transaction may be committed then. */
    @Nullable
    RuntimeException broken() {
        return broken;
    }

    /** Writes the digests and commits; durable when it returns. */
    void commit(long number) {
        for (Map.Entry<String, Digest> digest : List.copyOf(digests.entrySet())) {
            byte[] key = digestKey(digest.getKey());
            byte[] bytes = digest.getValue().bytes();
            if (!Arrays.equals(get(Engine.META, key), bytes)) {
                put(Engine.META, key, bytes);
            }
        }
        Engine.commits(this, number);
        if (!transaction.commit()) {
            throw new IllegalStateException("expected an exclusive transaction to commit, but it did not");
        }
    }

    @Override
    public void close() {
        endWork();
        if (!transaction.isFinished()) {
            transaction.abort();
        }
    }

    /**
     * The value of a key as it is stored. One that writes remembers what it has read and written: most of what one piece of
     * work looks for, it or the one before it has looked for already.
     */
    private byte @Nullable [] sealed(String space, byte[] key) {
        requireThread();
        if (transaction.isReadonly()) {
            return stored(space, key);
        }
        Place place = new Place(space, key);
        byte[] value = known.get(place);
        if (value == null) {
            byte[] stored = stored(space, key);
            value = stored == null ? NONE : stored;
            remember(place, value);
        }
        return value == NONE ? null : value;
    }

    private void remember(Place place, byte[] sealed) {
        if (known.size() >= MOST_KNOWN) {
            known.clear();
        }
        if (sealed.length <= LONGEST_KNOWN) {
            known.put(place, sealed);
        } else {
            known.remove(place);
        }
    }

    private byte @Nullable [] stored(String space, byte[] key) {
        // Holds the value in an array, as the null that says "none" cannot come out of a lambda that is never null.
        ByteIterable[] value = new ByteIterable[1];
        Engine.guarded(() -> at(space, key), () -> {
            value[0] = engine.space(space).get(transaction, new ArrayByteIterable(key));
            return space;
        });
        return value[0] == null ? null : array(value[0]);
    }

    private void change(String space, byte[] key, byte @Nullable [] after) {
        byte[] before = sealed(space, key);
        if (before != null) {
            Envelope.open(space, key, before);
        }
        if (before == null && after == null) {
            return;
        }
        undo.addLast(new Change(space, key, before));
        apply(space, key, before, after);
    }

    private void apply(String space, byte[] key, byte @Nullable [] before, byte @Nullable [] after) {
        if (!space.equals(Engine.META)) {
            Digest digest = digest(space);
            digest = before == null ? digest : digest.minus(Envelope.mark(before));
            digests.put(space, after == null ? digest : digest.plus(Envelope.mark(after)));
        }
        changes.merge(space, 1L, Long::sum);
        bytes += key.length + (after == null ? 0 : after.length);
        try {
            Engine.guarded(() -> at(space, key), () -> {
                ArrayByteIterable engineKey = new ArrayByteIterable(key);
                return after == null
                        ? engine.space(space).delete(transaction, engineKey)
                        : engine.space(space).put(transaction, engineKey, new ArrayByteIterable(after));
            });
            remember(new Place(space, key), after == null ? NONE : after);
        } catch (RuntimeException e) {
            broken = e;
            throw e;
        }
    }

    private static String at(String space, byte[] key) {
        return space + " key " + Envelope.shown(key);
    }

    /** A copy; what stands in the log is copied in pieces, and not octet by octet, as Xodus does it by itself. */
    static byte[] array(ByteIterable bytes) {
        if (bytes.iterator() instanceof BlockByteIterator pieces) {
            byte[] copy = new byte[bytes.getLength()];
            for (int at = 0; at < copy.length; ) {
                int more = pieces.nextBytes(copy, at, copy.length - at);
                if (more <= 0) {
                    throw new CorruptStoreException(
                            "expected " + copy.length + " bytes, but found " + at + " in the log");
                }
                at += more;
            }
            return copy;
        }
        return Objects.requireNonNull(Arrays.copyOf(bytes.getBytesUnsafe(), bytes.getLength()));
    }

    private static byte[] digestKey(String space) {
        return ("digest " + space).getBytes(StandardCharsets.UTF_8);
    }
}
