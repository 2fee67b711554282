package io.bailiwick.mrealm.beat;

/**
 * Doubles as whole numbers of tenths, thousandths or millionths, where nothing is lost by that: figures have few decimals.
 */
enum Decimals {
    TENTHS(10),
    THOUSANDTHS(1_000),
    MILLIONTHS(1_000_000);

    private static final double MOST = 1L << 52;
    private static final long NEGATIVE_ZERO = Double.doubleToRawLongBits(-0.0);
    private static final Decimals[] ALL = values();

    private final double scale;

    Decimals(double scale) {
        this.scale = scale;
    }

    static Decimals of(int number) {
        return ALL[number];
    }

    /** The number of the coarsest that loses nothing of a double; that after the last if all do. */
    static int number(long bits) {
        int number = 0;
        while (number < ALL.length && !ALL[number].isExact(bits)) {
            number++;
        }
        return number;
    }

    /** Whether {@link #bits} gives back exactly these. */
    private boolean isExact(long bits) {
        double scaled = Double.longBitsToDouble(bits) * scale;
        return Math.abs(scaled) < MOST && bits != NEGATIVE_ZERO && bits(Math.round(scaled)) == bits;
    }

    /** How many of them a double is. */
    long whole(long bits) {
        return Math.round(Double.longBitsToDouble(bits) * scale);
    }

    /** The bits of the double of so many. */
    long bits(long whole) {
        return Double.doubleToRawLongBits(whole / scale);
    }
}
