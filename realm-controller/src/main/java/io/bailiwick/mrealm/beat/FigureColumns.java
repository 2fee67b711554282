package io.bailiwick.mrealm.beat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Many heartbeats of one node or worker, figure by figure: what hardly changes from one heartbeat to the next takes hardly
 * any room. Each column begins with an octet that says how it is written:
 *
 * <ul>
 *   <li>{@code 0}: present in none
 *   <li>{@code 1}: present in all and the same, which follows
 *   <li>{@code 2}: an octet 0 for each in which it is not present, else 1 and the number; no longer written
 *   <li>{@code 3 + order}: present in all; differences of that order, which is 0, 1 or 2. Only those of order 0 are still
 *       written, where numbers are too far apart to be packed
 *   <li>{@code 6 + 3 * decimals + order}: the same of decimals, as whole numbers of {@link Decimals}
 *   <li>{@code 15 + order}: present in all; as many numbers as the order says, each less the one before, and then the
 *       differences of that order as {@link PackedNumbers}
 *   <li>{@code 18 + 3 * decimals + order}: the same of decimals
 *   <li>{@code 27}: a bit for each in which it is present; then a column of those
 *   <li>{@code 28}: the number of an earlier column; then a column of what each is more than it is there
 *   <li>{@code 29}: the number of an earlier column; then a column of the sums of both
 * </ul>
 */
final class FigureColumns {
    private static final int NONE = 0;
    private static final int SAME = 1;
    private static final int SOME = 2;
    private static final int WHOLE = 3;
    private static final int PACKED = 15;
    private static final int PACKED_SOME = 27;
    private static final int MORE_THAN = 28;
    private static final int SUM_WITH = 29;
    private static final int ORDERS = 3;

    private FigureColumns() {}

    // writing

    static void write(List<Figures> beats, int number, long decimals, Octets out) {
        out.natural(beats.size());
        out.natural(number);
        long[][] changing = new long[number][];
        for (int figure = 0; figure < number; figure++) {
            boolean decimal = (decimals >>> figure & 1) != 0;
            long[] values = present(beats, figure);
            if (values.length == 0) {
                out.octet(NONE);
            } else if (values.length < beats.size()) {
                some(beats, figure, out);
                numbers(values, decimal, out);
            } else if (decimal || isSame(values)) {
                numbers(values, decimal, out);
            } else {
                beside(changing, figure, values, out);
                changing[figure] = values;
            }
        }
    }

    private static long[] present(List<Figures> beats, int figure) {
        long[] values = new long[beats.size()];
        int have = 0;
        for (Figures beat : beats) {
            if (beat.has(figure)) {
                values[have++] = beat.values[figure];
            }
        }
        return have == values.length ? values : Arrays.copyOf(values, have);
    }

    private static void some(List<Figures> beats, int figure, Octets out) {
        out.octet(PACKED_SOME);
        PackedNumbers.Writer bits = new PackedNumbers.Writer(out);
        beats.forEach(beat -> bits.put(beat.has(figure) ? 1 : 0, 1));
        bits.end();
    }

    private static boolean isSame(long[] values) {
        for (long value : values) {
            if (value != values[0]) {
                return false;
            }
        }
        return true;
    }

    /** A column that goes with an earlier one is written by what is between the two. */
    private static void beside(long[][] changing, int figure, long[] values, Octets out) {
        for (int earlier = figure - 1; earlier >= 0; earlier--) {
            long[] other = changing[earlier];
            if (other == null) {
                continue;
            }
            int head = goesWith(values, other);
            if (head != NONE) {
                out.octet(head);
                out.natural(earlier);
                out.octet(SAME);
                out.integer(head == MORE_THAN ? values[0] - other[0] : values[0] + other[0]);
                return;
            }
        }
        long[] received = changing[BeatForm.TIMESTAMP];
        if (figure == BeatForm.SENT && received != null) {
            long[] later = minus(values, received);
            if (Plan.of(later.clone()).bits < Plan.of(values.clone()).bits) {
                out.octet(MORE_THAN);
                out.natural(BeatForm.TIMESTAMP);
                numbers(later, false, out);
                return;
            }
        }
        numbers(values, false, out);
    }

    /** Whether the difference of two columns is always the same, or their sum. */
    private static int goesWith(long[] values, long[] other) {
        long more = values[0] - other[0];
        long sum = values[0] + other[0];
        int head = values[1] - other[1] == more ? MORE_THAN : SUM_WITH;
        for (int i = 1; i < values.length; i++) {
            if (head == MORE_THAN ? (values[i] - other[i] != more) : (values[i] + other[i] != sum)) {
                return NONE;
            }
        }
        return head;
    }

    private static long[] minus(long[] values, long[] other) {
        long[] less = new long[values.length];
        for (int i = 0; i < less.length; i++) {
            less[i] = values[i] - other[i];
        }
        return less;
    }

    /** Numbers of which there is at least one. */
    private static void numbers(long[] present, boolean decimal, Octets out) {
        boolean same = isSame(present);
        if (same && (!decimal || present[0] == 0)) {
            out.octet(SAME);
            out.integer(present[0]);
            return;
        }
        long[] values = present.clone();
        int scale = decimal ? scale(values) : -1;
        boolean whole = scale < 0 || scale == Decimals.values().length;
        if (!whole) {
            for (int i = 0; i < values.length; i++) {
                values[i] = Decimals.of(scale).whole(values[i]);
            }
        }
        int kind = whole ? 0 : ORDERS * (1 + scale);
        Plan plan = Plan.of(values);
        if (plan.packed == null) {
            out.octet(WHOLE + kind);
            for (long value : values) {
                out.integer(value);
            }
            return;
        }
        out.octet(PACKED + kind + plan.order);
        for (int i = 0; i < plan.order; i++) {
            out.integer(values[i]);
        }
        plan.packed.write(values, plan.order, out);
    }

    private static int scale(long[] values) {
        int scale = 0;
        for (long value : values) {
            scale = Math.max(scale, Decimals.number(value));
        }
        return scale;
    }

    /** Which differences take the least room; null when none can be packed. Those stand in the array then. */
    private static final class Plan {
        private final int order;
        private final @Nullable PackedNumbers packed;
        private final long bits;

        private Plan(int order, @Nullable PackedNumbers packed, long bits) {
            this.order = order;
            this.packed = packed;
            this.bits = bits;
        }

        static Plan of(long[] values) {
            Plan best = new Plan(0, null, Long.MAX_VALUE);
            int first = 0;
            for (int order = 0; order < Math.min(ORDERS, values.length); order++) {
                if (order > 0) {
                    first += Octets.size(values[order - 1]);
                    differences(values, order);
                }
                PackedNumbers packed = PackedNumbers.plan(values, order);
                long bits = packed == null ? Long.MAX_VALUE : packed.bits() + (long) Byte.SIZE * first;
                best = bits < best.bits ? new Plan(order, packed, bits) : best;
            }
            for (int order = Math.min(ORDERS, values.length) - 1; order > best.order; order--) {
                sums(values, order);
            }
            return best;
        }
    }

    /** Each from this one on by what it is more than the one before; they may overflow, and do so backwards as well. */
    private static void differences(long[] values, int from) {
        for (int i = values.length - 1; i >= from; i--) {
            values[i] -= values[i - 1];
        }
    }

    private static void sums(long[] values, int from) {
        for (int i = from; i < values.length; i++) {
            values[i] += values[i - 1];
        }
    }

    // reading

    static List<Figures> read(Octets.In in, int number) {
        int count = Math.toIntExact(in.natural());
        int written = Math.toIntExact(in.natural());
        List<Figures> beats = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            beats.add(new Figures(number));
        }
        for (int figure = 0; figure < Math.min(written, number); figure++) {
            column(in, figure, beats);
        }
        return beats;
    }

    private static void column(Octets.In in, int figure, List<Figures> beats) {
        int head = in.octet();
        if (head == SOME) {
            for (Figures beat : beats) {
                if (in.octet() != 0) {
                    beat.set(figure, in.integer());
                }
            }
        } else if (head == PACKED_SOME) {
            List<Figures> present = new ArrayList<>();
            PackedNumbers.Reader bits = new PackedNumbers.Reader(in);
            for (Figures beat : beats) {
                if (bits.take(1) != 0) {
                    present.add(beat);
                }
            }
            set(present, figure, numbers(in, in.octet(), present.size()));
        } else if (head == MORE_THAN || head == SUM_WITH) {
            int earlier = Math.toIntExact(in.natural());
            long[] values = numbers(in, in.octet(), beats.size());
            for (int i = 0; i < values.length; i++) {
                long other = beats.get(i).values[earlier];
                values[i] = head == MORE_THAN ? values[i] + other : values[i] - other;
            }
            set(beats, figure, values);
        } else if (head != NONE) {
            set(beats, figure, numbers(in, head, beats.size()));
        }
    }

    private static void set(List<Figures> beats, int figure, long[] values) {
        for (int i = 0; i < values.length; i++) {
            beats.get(i).set(figure, values[i]);
        }
    }

    private static long[] numbers(Octets.In in, int head, int count) {
        long[] values = new long[count];
        if (head == SAME) {
            Arrays.fill(values, in.integer());
            return values;
        }
        int kind;
        if (head >= PACKED) {
            kind = head - PACKED;
            int order = kind % ORDERS;
            for (int i = 0; i < order; i++) {
                values[i] = in.integer();
            }
            PackedNumbers.read(in, values, order);
            for (int from = order; from > 0; from--) {
                sums(values, from);
            }
        } else {
            kind = head - WHOLE;
            for (int i = 0; i < count; i++) {
                values[i] = in.integer();
            }
            for (int order = kind % ORDERS; order > 0; order--) {
                sums(values, 1);
            }
        }
        int scale = kind / ORDERS - 1;
        for (int i = 0; scale >= 0 && i < count; i++) {
            values[i] = Decimals.of(scale).bits(values[i]);
        }
        return values;
    }
}
