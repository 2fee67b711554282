package io.bailiwick.mrealm.beat;

import org.jspecify.annotations.Nullable;

/**
 * The figures of one heartbeat in the order of its form, as numbers of 64 bits: a decimal by the bits of its double. What was
 * not reported is not present, and 0. Written and read from the first to the last.
 */
final class Figures {
    /** As many as there are bits that say which are present. */
    static final int MOST = Long.SIZE;

    final long[] values;
    long present;
    private int at;

    /** So many, none of them present. */
    Figures(int number) {
        values = new long[number];
    }

    /** Back to the first, to be read. */
    Figures first() {
        at = 0;
        return this;
    }

    boolean has(int figure) {
        return (present >>> figure & 1) != 0;
    }

    void set(int figure, long value) {
        present |= 1L << figure;
        values[figure] = value;
    }

    Figures put(@Nullable Long value) {
        if (value != null) {
            set(at, value);
        }
        at++;
        return this;
    }

    Figures put(int value) {
        set(at++, value);
        return this;
    }

    Figures put(@Nullable Double value) {
        if (value != null) {
            set(at, Double.doubleToRawLongBits(value));
        }
        at++;
        return this;
    }

    /** Whether there is something in which the next figures are. */
    Figures put(boolean isThere) {
        if (isThere) {
            set(at, 1);
        }
        at++;
        return this;
    }

    /** Leaves some out. */
    void skip(int number) {
        at += number;
    }

    long nextLong() {
        return values[at++];
    }

    int nextInt() {
        return (int) values[at++];
    }

    @Nullable
    Long nextLongOrNull() {
        int figure = at++;
        return has(figure) ? values[figure] : null;
    }

    @Nullable
    Double nextDoubleOrNull() {
        int figure = at++;
        return has(figure) ? Double.longBitsToDouble(values[figure]) : null;
    }

    boolean nextIsThere() {
        return has(at++);
    }
}
