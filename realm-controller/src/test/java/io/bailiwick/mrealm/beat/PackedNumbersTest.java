package io.bailiwick.mrealm.beat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class PackedNumbersTest {
    private static final int COUNT = 100;

    private static long[] numbers(int count, LongSupplier each) {
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = each.getAsLong();
        }
        return numbers;
    }

    /** Bytes that some numbers take; they come back. */
    private static int packed(long[] numbers, int from) {
        Octets out = new Octets(8);
        PackedNumbers plan = PackedNumbers.plan(numbers, from);
        plan.write(numbers, from, out);
        out.octet(99);
        long[] read = numbers.clone();
        java.util.Arrays.fill(read, from, read.length, 0);
        Octets.In in = new Octets.In(out.toBytes());
        PackedNumbers.read(in, read, from);
        assertArrayEquals(numbers, read);
        assertEquals(99, in.octet(), "what follows begins with an octet of its own");
        assertTrue(out.length() - 2 <= plan.bits() / 8 + 1, "no more than was said");
        return out.length() - 1;
    }

    @Test
    void numbers_of_any_width_come_back() {
        for (int width = 1; width < Long.SIZE - 4; width++) {
            Random chance = new Random(width);
            int shift = Long.SIZE - width;
            packed(numbers(COUNT, () -> chance.nextLong() >>> shift), 0);
            packed(numbers(COUNT, () -> chance.nextLong() >> shift), 2);
            packed(numbers(1, chance::nextLong), 0);
        }
    }

    @Test
    void the_same_number_takes_no_bits() {
        assertEquals(2, packed(numbers(COUNT, () -> 5), 0));
    }

    @Test
    void multiples_are_counted() {
        Random chance = new Random(1);
        assertTrue(packed(numbers(COUNT, () -> 4_096L * chance.nextInt(256) + 7), 0) < COUNT + 10);
    }

    @Test
    void few_that_are_far_away_do_not_widen_the_others() {
        Random chance = new Random(2);
        assertTrue(packed(numbers(COUNT, () -> chance.nextInt(COUNT) == 0 ? 30_000 : chance.nextInt(8)), 0) < 150);
        assertTrue(packed(numbers(COUNT, () -> Math.round(chance.nextGaussian() * 4)), 0) < 65);
    }

    @Test
    void numbers_that_are_too_far_apart_are_not_packed() {
        assertNull(PackedNumbers.plan(new long[] {Long.MIN_VALUE, Long.MAX_VALUE}, 0));
        assertNull(PackedNumbers.plan(new long[] {-1, Long.MAX_VALUE}, 0));
        assertNull(PackedNumbers.plan(new long[] {1}, 1));
    }
}
