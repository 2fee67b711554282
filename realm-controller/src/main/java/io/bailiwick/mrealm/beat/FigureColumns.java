package io.bailiwick.mrealm.beat;

import java.util.ArrayList;
import java.util.List;

/**
 * Many heartbeats of one node or worker, figure by figure: what hardly changes from one heartbeat to the next takes hardly
 * any room. Each column begins with an octet that says how it is written:
 *
 * <ul>
 *   <li>{@code 0}: present in none
 *   <li>{@code 1}: present in all and the same, which follows
 *   <li>{@code 2}: an octet 0 for each in which it is not present, else 1 and the number
 *   <li>{@code 3 + order}: present in all; differences of that order, which is 0, 1 or 2 and takes the least room
 *   <li>{@code 6 + 3 * decimals + order}: the same of decimals, as whole numbers of {@link Decimals}
 * </ul>
 */
final class FigureColumns {
    private static final int NONE = 0;
    private static final int SAME = 1;
    private static final int SOME = 2;
    private static final int WHOLE = 3;
    private static final int ORDERS = 3;

    private FigureColumns() {}

    static void write(List<Figures> beats, int number, long decimals, Octets out) {
        out.natural(beats.size());
        out.natural(number);
        for (int figure = 0; figure < number; figure++) {
            column(beats, figure, (decimals >>> figure & 1) != 0, out);
        }
    }

    private static void column(List<Figures> beats, int figure, boolean decimal, Octets out) {
        int have = 0;
        boolean same = true;
        long first = beats.get(0).values[figure];
        for (Figures beat : beats) {
            have += beat.has(figure) ? 1 : 0;
            same &= beat.values[figure] == first;
        }
        if (have == 0) {
            out.octet(NONE);
        } else if (have < beats.size()) {
            out.octet(SOME);
            some(beats, figure, out);
        } else if (same) {
            out.octet(SAME);
            out.integer(first);
        } else {
            all(beats, figure, decimal, out);
        }
    }

    private static void some(List<Figures> beats, int figure, Octets out) {
        for (Figures beat : beats) {
            out.octet(beat.has(figure) ? 1 : 0);
            if (beat.has(figure)) {
                out.integer(beat.values[figure]);
            }
        }
    }

    private static void all(List<Figures> beats, int figure, boolean decimal, Octets out) {
        long[] values = new long[beats.size()];
        int scale = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = beats.get(i).values[figure];
            scale = decimal ? Math.max(scale, Decimals.number(values[i])) : scale;
        }
        int head = WHOLE;
        if (decimal && scale < Decimals.values().length) {
            head += ORDERS * (1 + scale);
            for (int i = 0; i < values.length; i++) {
                values[i] = Decimals.of(scale).whole(values[i]);
            }
        }
        int order = 0;
        int least = size(values);
        for (int tried = 1; tried < ORDERS; tried++) {
            differences(values);
            int size = size(values);
            if (size < least) {
                least = size;
                order = tried;
            }
        }
        // They stand at the last order that was tried.
        for (int tried = ORDERS - 1; tried > order; tried--) {
            sums(values);
        }
        out.octet(head + order);
        for (long value : values) {
            out.integer(value);
        }
    }

    private static int size(long[] values) {
        int size = 0;
        for (long value : values) {
            size += Octets.size(value);
        }
        return size;
    }

    /** Each by what it is more than the one before; they may overflow, and do so backwards as well. */
    private static void differences(long[] values) {
        for (int i = values.length - 1; i > 0; i--) {
            values[i] -= values[i - 1];
        }
    }

    private static void sums(long[] values) {
        for (int i = 1; i < values.length; i++) {
            values[i] += values[i - 1];
        }
    }

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
        if (head == SAME) {
            long value = in.integer();
            beats.forEach(beat -> beat.set(figure, value));
        } else if (head == SOME) {
            for (Figures beat : beats) {
                if (in.octet() != 0) {
                    beat.set(figure, in.integer());
                }
            }
        } else if (head >= WHOLE) {
            long[] values = new long[beats.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = in.integer();
            }
            for (int order = (head - WHOLE) % ORDERS; order > 0; order--) {
                sums(values);
            }
            int scale = (head - WHOLE) / ORDERS - 1;
            for (int i = 0; i < values.length; i++) {
                beats.get(i)
                        .set(figure, scale < 0 ? values[i] : Decimals.of(scale).bits(values[i]));
            }
        }
    }
}
