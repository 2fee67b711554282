package io.bailiwick.router.pattern;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values by number, without an object for each: ids are looked up several times for each call. An empty map that was never
 * large holds next to nothing, and one that was large is as small again when it is empty.
 *
 * <p>Open addressing with linear probing: a key stands in the first free place from its own on. Removing one moves those behind it
 * up, so that there is never a gap between a key and its own place. Who chooses the keys can make a search as long as the map:
 * it is for tables whose size is bounded.
 *
 * <p>A table that fills and empties by turns, as that of a busy caller does, gets its places from {@link Spares} that several
 * maps share: those of the one that has become empty are for the next that needs as many.
 *
 * @param <T> the values
 */
public final class LongMap<T> {
    private static final int SMALLEST = 8;
    private static final long[] NO_KEYS = {};
    private static final Object[] NO_VALUES = {};

    private final @Nullable Spares spares;
    private long[] keys = NO_KEYS;
    /** Null where no key stands. */
    private @Nullable Object[] values = NO_VALUES;

    private int size;
    /** How many places it had before it was empty: what has been filled to the brim often will be again. */
    private int before;

    /** An empty map. */
    public LongMap() {
        this.spares = null;
    }

    /** An empty map that shares what it does not need with others, of the same thread. */
    public LongMap(Spares spares) {
        this.spares = spares;
    }

    /** Places that are not needed now: a few of each size. For one thread at a time. */
    public static final class Spares {
        /** Larger ones are not kept. */
        private static final int LARGEST_BITS = 13;
        /** How many are kept of each size. */
        private static final int EACH = 4;

        private final @Nullable Spare[] bySize = new @Nullable Spare[LARGEST_BITS + 1];

        private static final class Spare {
            final long[] keys;
            final @Nullable Object[] values;
            final @Nullable Spare next;
            final int count;

            Spare(long[] keys, @Nullable Object[] values, @Nullable Spare next) {
                this.keys = keys;
                this.values = values;
                this.next = next;
                this.count = next == null ? 1 : next.count + 1;
            }
        }

        /** Without spare places. */
        public Spares() {}

        private @Nullable Spare take(int length) {
            int bits = bits(length);
            Spare found = bits > LARGEST_BITS ? null : bySize[bits];
            if (found != null) {
                bySize[bits] = found.next;
            }
            return found;
        }

        /** Keeps places whose values are all null, if there are not enough of this size. */
        private void keep(long[] keys, @Nullable Object[] values) {
            int bits = bits(keys.length);
            if (bits > LARGEST_BITS) {
                return;
            }
            Spare others = bySize[bits];
            if (others == null || others.count < EACH) {
                bySize[bits] = new Spare(keys, values, others);
            }
        }

        private static int bits(int length) {
            return Integer.numberOfTrailingZeros(length);
        }
    }

    /** How many keys there are. */
    public int size() {
        return size;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** The value of a key; null when there is none. */
    @SuppressWarnings("unchecked") // only values of this type are put here
    public @Nullable T get(long key) {
        if (size == 0) {
            return null;
        }
        return (T) values[find(key)];
    }

    /** Gives a key a value, in place of the one that it had. */
    public void put(long key, T value) {
        // A quarter stays free, at least: a search ends at a free place.
        if (4 * (size + 1) > 3 * keys.length) {
            resize(keys.length == 0 ? SMALLEST : Math.max(2 * keys.length, before));
        }
        int at = find(key);
        if (values[at] == null) {
            size++;
        }
        keys[at] = key;
        values[at] = value;
    }

    /** Takes a key out; its value, or null when it had none. */
    @SuppressWarnings("unchecked") // only values of this type are put here
    public @Nullable T remove(long key) {
        if (size == 0) {
            return null;
        }
        int at = find(key);
        T value = (T) values[at];
        if (value != null) {
            size--;
            if (size == 0 && keys.length > SMALLEST) {
                before = keys.length;
                values[at] = null;
                if (spares != null) {
                    spares.keep(keys, values);
                }
                keys = NO_KEYS;
                values = NO_VALUES;
            } else {
                close(at);
            }
        }
        return value;
    }

    /** All values, in the order of their keys, as they are now. */
    @SuppressWarnings("unchecked") // only values of this type are put here
    public List<T> values() {
        List<T> all = new ArrayList<>(size);
        for (long key : keys()) {
            all.add((T) values[find(key)]);
        }
        return all;
    }

    /** All keys as they are now, in order. */
    public long[] keys() {
        long[] present = new long[size];
        int count = 0;
        for (int i = 0; i < keys.length; i++) {
            if (values[i] != null) {
                present[count++] = keys[i];
            }
        }
        Arrays.sort(present);
        return present;
    }

    /** Where a key stands, or would. */
    private int find(long key) {
        int mask = keys.length - 1;
        int at = place(key, mask);
        while (values[at] != null && keys[at] != key) {
            at = (at + 1) & mask;
        }
        return at;
    }

    /** The place of its own that a key has: the upper bits of a product, which all bits of the key have a part in. */
    private static int place(long key, int mask) {
        return (int) ((key * 0x9E3779B97F4A7C15L) >>> Long.numberOfLeadingZeros(mask));
    }

    /** Frees a place, and fills it with what stands behind it and may stand there. */
    private void close(int free) {
        int mask = keys.length - 1;
        int gap = free;
        for (int at = (gap + 1) & mask; values[at] != null; at = (at + 1) & mask) {
            int own = place(keys[at], mask);
            // Whether the gap lies on the way from its own place to where it stands now.
            if (((at - own) & mask) >= ((at - gap) & mask)) {
                keys[gap] = keys[at];
                values[gap] = values[at];
                gap = at;
            }
        }
        values[gap] = null;
    }

    private void resize(int length) {
        long[] oldKeys = keys;
        @Nullable Object[] oldValues = values;
        Spares.Spare spare = spares == null ? null : spares.take(length);
        keys = spare == null ? new long[length] : spare.keys;
        values = spare == null ? new @Nullable Object[length] : spare.values;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != null) {
                int at = find(oldKeys[i]);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }
}
