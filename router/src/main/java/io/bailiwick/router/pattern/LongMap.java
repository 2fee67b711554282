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
 * @param <T> the values
 */
public final class LongMap<T> {
    private static final int SMALLEST = 8;
    private static final long[] NO_KEYS = {};
    private static final Object[] NO_VALUES = {};

    private long[] keys = NO_KEYS;
    /** Null where no key stands. */
    private @Nullable Object[] values = NO_VALUES;

    private int size;
    /** How many places it had before it was empty: what has been filled to the brim often will be again. */
    private int before;

    /** An empty map. */
    public LongMap() {}

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
        keys = new long[length];
        values = new @Nullable Object[length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != null) {
                int at = find(oldKeys[i]);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }
}
