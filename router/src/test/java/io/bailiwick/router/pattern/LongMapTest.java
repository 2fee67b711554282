package io.bailiwick.router.pattern;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LongMapTest {
    private final LongMap<String> map = new LongMap<>();

    @Test
    void an_empty_map_has_nothing() {
        assertTrue(map.isEmpty());
        assertNull(map.get(0));
        assertNull(map.remove(1));
        assertEquals(List.of(), map.values());
    }

    @Test
    void a_key_has_the_value_that_it_was_given_last() {
        map.put(0, "zero");
        map.put(-1, "less");
        map.put(1L << 53, "the highest id");
        map.put(0, "null");
        assertEquals(3, map.size());
        assertEquals("null", map.get(0));
        assertEquals("less", map.get(-1));
        assertEquals("the highest id", map.remove(1L << 53));
        assertNull(map.get(1L << 53));
    }

    @Test
    void keys_and_values_come_in_the_order_of_the_keys() {
        map.put(30, "c");
        map.put(1, "a");
        map.put(2, "b");
        assertArrayEquals(new long[] {1, 2, 30}, map.keys());
        assertEquals(List.of("a", "b", "c"), map.values());
    }

    @Test
    void whatever_is_put_and_removed_it_holds_what_a_map_of_the_library_holds() {
        Random random = new Random(20);
        Map<Long, String> expected = new TreeMap<>();
        for (int step = 0; step < 200_000; step++) {
            // Full and empty by turns, of keys that collide and of those that follow one another.
            long key = random.nextInt(3) == 0 ? (long) random.nextInt(64) << 32 : random.nextInt(400);
            boolean fills = step / 5_000 % 2 == 0;
            if (random.nextInt(10) < (fills ? 7 : 2)) {
                map.put(key, "v" + step);
                expected.put(key, "v" + step);
            } else {
                assertEquals(expected.remove(key), map.remove(key));
            }
            assertEquals(expected.size(), map.size());
            assertEquals(expected.get(key), map.get(key));
        }
        assertEquals(List.copyOf(expected.values()), map.values());
        for (long key : map.keys()) {
            assertEquals(expected.remove(key), map.remove(key));
        }
        assertTrue(map.isEmpty());
        assertTrue(expected.isEmpty());
    }

    @Test
    void maps_that_share_spare_places_hold_what_they_were_given_and_nothing_of_one_another() {
        LongMap.Spares spares = new LongMap.Spares();
        LongMap<String> one = new LongMap<>(spares);
        LongMap<String> other = new LongMap<>(spares);
        for (int round = 0; round < 100; round++) {
            for (long key = 0; key < 300; key++) {
                one.put(key, "one");
                other.put(-key, "other");
            }
            assertEquals(300, one.size());
            assertNull(one.get(-299));
            for (long key = 299; key >= 0; key--) {
                assertEquals("one", one.remove(key));
            }
            one.put(7, "again");
            assertNull(one.get(8));
            assertEquals("again", one.remove(7));
            for (long key = 0; key < 300; key++) {
                assertEquals("other", other.remove(-key));
            }
            assertTrue(other.isEmpty());
        }
    }
}
