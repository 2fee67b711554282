package io.bailiwick.router.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.Form.Triple;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class FormTest {
    private static final long SEED = 20261121;
    private static final List<String> TEXTS = List.of(
            "", "\0", "\0\0", "\0\u0001", "\u0001", "a", "a\0", "a\0b", "ab", "b", "ÿ", "ö", "\uFFFF", "\uD83D\uDE00");

    @Test
    void integersKeepTheirNumericOrder() {
        long[] numbers = {Long.MIN_VALUE, -1_000_000, -1, 0, 1, 255, 256, 1_000_000, Long.MAX_VALUE};
        for (int i = 1; i < numbers.length; i++) {
            assertBefore(Form.integer().bytes(numbers[i - 1]), Form.integer().bytes(numbers[i]));
            assertEquals(numbers[i], Form.integer().key(Form.integer().bytes(numbers[i])));
        }
    }

    @Test
    void uuidsKeepTheOrderOfTheirText() {
        Random random = new Random(SEED);
        for (int i = 0; i < 1000; i++) {
            UUID one = new UUID(random.nextLong(), random.nextLong());
            UUID two = new UUID(random.nextLong(), random.nextLong());
            int order =
                    Arrays.compareUnsigned(Form.uuid().bytes(one), Form.uuid().bytes(two));
            assertEquals(Integer.signum(one.toString().compareTo(two.toString())), Integer.signum(order));
            assertEquals(one, Form.uuid().key(Form.uuid().bytes(one)));
        }
    }

    @Test
    void textsKeepTheOrderOfTheirCodePoints() {
        for (String one : TEXTS) {
            for (String two : TEXTS) {
                int order = Arrays.compareUnsigned(
                        Form.text().bytes(one), Form.text().bytes(two));
                int expected = Arrays.compare(
                        one.codePoints().toArray(), two.codePoints().toArray());
                assertEquals(Integer.signum(expected), Integer.signum(order), one + " and " + two);
            }
            assertEquals(one, Form.text().key(Form.text().bytes(one)));
        }
    }

    @Test
    void pairsAreOrderedByTheFirstThenTheSecondAndNeverAmbiguous() {
        Form<Pair<String, String>> form = Form.pair(Form.text(), Form.text());
        for (String a : TEXTS) {
            for (String b : TEXTS) {
                for (String c : TEXTS) {
                    for (String d : TEXTS) {
                        int order = Arrays.compareUnsigned(form.bytes(new Pair<>(a, b)), form.bytes(new Pair<>(c, d)));
                        int first = Arrays.compare(
                                a.codePoints().toArray(), c.codePoints().toArray());
                        int second = Arrays.compare(
                                b.codePoints().toArray(), d.codePoints().toArray());
                        assertEquals(Integer.signum(first != 0 ? first : second), Integer.signum(order));
                    }
                }
                assertEquals(new Pair<>(a, b), form.key(form.bytes(new Pair<>(a, b))));
            }
        }
    }

    @Test
    void textBeforeAUuidThatBeginsWithFfStaysUnambiguous() {
        Form<Pair<String, UUID>> form = Form.pair(Form.text(), Form.uuid());
        Pair<String, UUID> key = new Pair<>("a", new UUID(-1, -1));
        assertEquals(key, form.key(form.bytes(key)));
        assertNotEquals(key, form.key(form.bytes(new Pair<>("a\0", new UUID(-1, -1)))));
    }

    @Test
    void triplesAndNestedPairsAreTheSameBytes() {
        UUID uuid = new UUID(1, 2);
        byte[] triple = Form.triple(Form.uuid(), Form.text(), Form.integer()).bytes(new Triple<>(uuid, "x", -5L));
        Form<Pair<UUID, Pair<String, Long>>> nested = Form.pair(Form.uuid(), Form.pair(Form.text(), Form.integer()));
        assertArrayEquals(triple, nested.bytes(new Pair<>(uuid, new Pair<>("x", -5L))));
        assertEquals(
                new Triple<>(uuid, "x", -5L),
                Form.triple(Form.uuid(), Form.text(), Form.integer()).key(triple));
    }

    @Test
    void theBytesNeverChange() {
        assertArrayEquals(
                new byte[] {'a', 0, (byte) 0xFF, 'b', 0, 1}, Form.text().bytes("a\0b"));
        assertArrayEquals(
                new byte[] {(byte) 0x80, 0, 0, 0, 0, 0, 0, 1}, Form.integer().bytes(1L));
        assertArrayEquals(
                new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
                Form.uuid().bytes(UUID.fromString("00010203-0405-0607-0809-0a0b0c0d0e0f")));
    }

    @Test
    void aLoneSurrogateIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Form.text().bytes("\uD800"));
        assertThrows(IllegalArgumentException.class, () -> Form.text().bytes("really? \uDC00"));
        assertEquals("really? \uD83D\uDE00", Form.text().key(Form.text().bytes("really? \uD83D\uDE00")));
    }

    @Test
    void aKeyThatIsTooLongIsRefused() {
        assertEquals(Form.MAX_BYTES, Form.text().bytes("x".repeat(Form.MAX_BYTES - 2)).length);
        assertThrows(IllegalArgumentException.class, () -> Form.text().bytes("x".repeat(Form.MAX_BYTES - 1)));
    }

    @Test
    void bytesOfAnotherFormAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Form.uuid().key(new byte[15]));
        assertThrows(IllegalArgumentException.class, () -> Form.uuid().key(new byte[17]));
        assertThrows(IllegalArgumentException.class, () -> Form.text().key(new byte[] {'a', 0, 7}));
        assertThrows(IllegalArgumentException.class, () -> Form.text().key(new byte[] {(byte) 0xFF, 0, 1}));
    }

    private static void assertBefore(byte[] one, byte[] two) {
        assertTrue(Arrays.compareUnsigned(one, two) < 0);
    }
}
