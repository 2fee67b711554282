package io.bailiwick.mrealm.beat;

import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Function;
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

    /** Takes some away again, if they are present: from the first to before the end. */
    void unset(int first, int end) {
        long some = present & (-1L << first) & ((1L << end) - 1);
        if (some != 0) {
            present ^= some;
            Arrays.fill(values, first, end, 0);
        }
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

    /**
     * Some figures that are reported together or not at all: a mark whether they are, and then the figures.
     *
     * @param number how many figures, without the mark
     * @param each writes them, just as many
     */
    <G> Figures put(@Nullable G group, int number, BiConsumer<Figures, G> each) {
        int mark = at++;
        if (group == null) {
            at += number;
        } else {
            set(mark, 1);
            each.accept(this, group);
        }
        return this;
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

    /**
     * What {@link #put(Object, int, BiConsumer)} has written.
     *
     * @param each reads the figures, just as many
     */
    <G> @Nullable G nextGroup(int number, Function<Figures, G> each) {
        if (has(at++)) {
            return each.apply(this);
        }
        at += number;
        return null;
    }
}
