package io.bailiwick.mrealm.beat;

import org.jspecify.annotations.Nullable;

/**
 * Whole numbers in as few bits as they need, one behind the other, the lowest bit of an octet first. An octet says how: a width
 * in its six lowest bits, and above them one of these forms:
 *
 * <ul>
 *   <li>{@code 0}: the least of all as an integer, then what each is more than that, in {@code width} bits
 *   <li>{@code 1}: likewise, by Rice's code: a bit 1 for each time that 2 to the {@code width} goes into it, a bit 0, and the
 *       {@code width} lowest bits
 *   <li>{@code 2}: each number {@code n} as {@code 2n} or, below 0, {@code -2n - 1}, by the same code
 *   <li>{@code 3}: as {@code 0}, but counted in multiples of a natural that follows the least
 * </ul>
 */
final class PackedNumbers {
    private static final int FIXED = 0;
    private static final int RICE = 1;
    private static final int CENTRED = 2;
    private static final int MULTIPLES = 3;
    private static final int FORM_SHIFT = 6;
    private static final int WIDTH = (1 << FORM_SHIFT) - 1;

    /** Beyond so many bits numbers are not packed: differences and sums of them could overflow. */
    private static final int WIDEST = 60;

    private static final int WIDEST_RICE = 40;

    // How, once it has been decided.
    private int form;
    private int width;
    private long least;
    private long unit;
    private long bits;

    private PackedNumbers() {}

    /** The best way for some numbers; null when they are too far from one another. */
    static @Nullable PackedNumbers plan(long[] numbers, int from) {
        PackedNumbers plan = new PackedNumbers();
        return plan.decide(numbers, from) ? plan : null;
    }

    /** How many bits it takes, about. */
    long bits() {
        return bits;
    }

    private boolean decide(long[] numbers, int from) {
        long most = Long.MIN_VALUE;
        least = Long.MAX_VALUE;
        for (int i = from; i < numbers.length; i++) {
            least = Math.min(least, numbers[i]);
            most = Math.max(most, numbers[i]);
        }
        long range = most - least;
        if (from >= numbers.length || range < 0 || bitsOf(range) > WIDEST) {
            return false;
        }
        long count = (long) numbers.length - from;
        fixed(count, range);
        if (range == 0) {
            return true;
        }
        unit = divisor(numbers, from);
        if (unit > 1) {
            offer(MULTIPLES, bitsOf(range / unit), count * bitsOf(range / unit) + octets(least) + octets(unit));
        } else if (bitsOf(range) <= WIDEST_RICE && bitsOf(Math.abs(least)) <= WIDEST_RICE) {
            rice(numbers, from, count);
        }
        return true;
    }

    private void fixed(long count, long range) {
        form = FIXED;
        width = bitsOf(range);
        bits = count * width + octets(least);
    }

    private void rice(long[] numbers, int from, long count) {
        long above = 0;
        long apart = 0;
        for (int i = from; i < numbers.length; i++) {
            above += numbers[i] - least;
            apart += zigzag(numbers[i]);
        }
        int wide = Math.max(0, bitsOf(above / count) - 1);
        int wideApart = Math.max(0, bitsOf(apart / count) - 1);
        offer(RICE, wide, count * (wide + 1) + (above >>> wide) + octets(least));
        offer(CENTRED, wideApart, count * (wideApart + 1) + (apart >>> wideApart));
    }

    private void offer(int otherForm, int otherWidth, long otherBits) {
        if (otherBits < bits) {
            form = otherForm;
            width = otherWidth;
            bits = otherBits;
        }
    }

    /** The greatest common divisor of what they are more than the least. */
    private long divisor(long[] numbers, int from) {
        long common = 0;
        for (int i = from; i < numbers.length && common != 1; i++) {
            long other = numbers[i] - least;
            while (other != 0) {
                long rest = common % other;
                common = other;
                other = rest;
            }
        }
        return common;
    }

    private static long octets(long number) {
        return (long) Byte.SIZE * Octets.size(number);
    }

    private static int bitsOf(long number) {
        return Long.SIZE - Long.numberOfLeadingZeros(number);
    }

    private static long zigzag(long number) {
        return (number << 1) ^ (number >> 63);
    }

    /** Writes the numbers that it was decided for. */
    void write(long[] numbers, int from, Octets out) {
        out.octet((form << FORM_SHIFT) | width);
        if (form != CENTRED) {
            out.integer(least);
        }
        if (form == MULTIPLES) {
            out.natural(unit);
        }
        Writer bitsOut = new Writer(out);
        for (int i = from; i < numbers.length; i++) {
            switch (form) {
                case FIXED -> bitsOut.put(numbers[i] - least, width);
                case MULTIPLES -> bitsOut.put((numbers[i] - least) / unit, width);
                case RICE -> bitsOut.rice(numbers[i] - least, width);
                default -> bitsOut.rice(zigzag(numbers[i]), width);
            }
        }
        bitsOut.end();
    }

    /** Reads numbers from one on to the end of the array. */
    static void read(Octets.In in, long[] numbers, int from) {
        int head = in.octet();
        int form = head >>> FORM_SHIFT;
        int width = head & WIDTH;
        long least = form == CENTRED ? 0 : in.integer();
        long unit = form == MULTIPLES ? in.natural() : 1;
        Reader bits = new Reader(in);
        for (int i = from; i < numbers.length; i++) {
            if (form == FIXED || form == MULTIPLES) {
                numbers[i] = least + bits.take(width) * unit;
            } else {
                long number = bits.rice(width);
                numbers[i] = form == RICE ? least + number : (number >>> 1) ^ -(number & 1);
            }
        }
    }

    /** Bits, the lowest first. */
    static final class Writer {
        private final Octets out;
        private long held;
        private int count;

        Writer(Octets out) {
            this.out = out;
        }

        void put(long value, int bits) {
            if (bits > Integer.SIZE) {
                put(value & 0xFFFF_FFFFL, Integer.SIZE);
                put(value >>> Integer.SIZE, bits - Integer.SIZE);
                return;
            }
            held |= value << count;
            count += bits;
            while (count >= Byte.SIZE) {
                out.octet((int) held);
                held >>>= Byte.SIZE;
                count -= Byte.SIZE;
            }
        }

        private void rice(long value, int width) {
            for (long times = value >>> width; times > 0; times--) {
                put(1, 1);
            }
            put(0, 1);
            put(value & ((1L << width) - 1), width);
        }

        /** The last octet is filled up with zeros. */
        void end() {
            if (count > 0) {
                out.octet((int) held);
                held = 0;
                count = 0;
            }
        }
    }

    /** Reads what a writer has written; what is left of the last octet is passed over. */
    static final class Reader {
        private final Octets.In in;
        private long held;
        private int count;

        Reader(Octets.In in) {
            this.in = in;
        }

        long take(int bits) {
            if (bits > Integer.SIZE) {
                long low = take(Integer.SIZE);
                return low | (take(bits - Integer.SIZE) << Integer.SIZE);
            }
            while (count < bits) {
                held |= (long) in.octet() << count;
                count += Byte.SIZE;
            }
            long value = held & ((1L << bits) - 1);
            held >>>= bits;
            count -= bits;
            return value;
        }

        private long rice(int width) {
            long times = 0;
            while (take(1) != 0) {
                times++;
            }
            return (times << width) | take(width);
        }
    }
}
