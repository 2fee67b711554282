package io.bailiwick.mrealm.beat;

/**
 * One heartbeat by itself: a bit for each figure that is present, then those. An integer takes as many octets as it needs; a
 * decimal is a whole number of {@link Decimals} with the number of those in its two lowest bits, or its bits after a 3.
 */
final class FigureRow {
    private static final int RAW = 3;

    private FigureRow() {}

    static void write(Figures figures, long decimals, Octets out) {
        out.natural(figures.present);
        for (int figure = 0; figure < figures.values.length; figure++) {
            if (!figures.has(figure)) {
                continue;
            }
            long value = figures.values[figure];
            if ((decimals >>> figure & 1) != 0) {
                decimal(value, out);
            } else {
                out.integer(value);
            }
        }
    }

    private static void decimal(long bits, Octets out) {
        int number = Decimals.number(bits);
        if (number == RAW) {
            out.octet(RAW);
            out.fixed(bits);
        } else {
            long whole = Decimals.of(number).whole(bits);
            out.natural((whole << 1 ^ whole >> 63) << 2 | number);
        }
    }

    /** Reads to the end; figures that were added to the form since it was written are not present. */
    static Figures read(Octets.In in, int number, long decimals) {
        Figures figures = new Figures(number);
        long present = in.natural();
        for (int figure = 0; figure < number; figure++) {
            if ((present >>> figure & 1) != 0) {
                figures.set(figure, (decimals >>> figure & 1) != 0 ? decimal(in) : in.integer());
            }
        }
        return figures;
    }

    private static long decimal(Octets.In in) {
        long read = in.natural();
        int number = (int) read & RAW;
        if (number == RAW) {
            return in.fixed();
        }
        long zigzag = read >>> 2;
        return Decimals.of(number).bits(zigzag >>> 1 ^ -(zigzag & 1));
    }
}
