package io.bailiwick.router.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpaceWatchTest {
    private static final long TOTAL = 1000L << 20;

    private final AtomicLong nanos = new AtomicLong();
    private long free = TOTAL;
    private boolean broken;
    private int looks;
    private final SpaceWatch watch = new SpaceWatch(
            () -> {
                looks++;
                if (broken) {
                    throw new IOException("no answer");
                }
                return new Disk.Room(TOTAL, free);
            },
            new SpaceLimits(10, 5, 20 << 20),
            nanos::get);

    private Level at(long mebibytes) {
        free = mebibytes << 20;
        nanos.addAndGet(250_000_000);
        return watch.now().level();
    }

    @Test
    void room_is_low_below_ten_percent_scarce_below_five_and_full_below_the_floor() {
        assertEquals(Level.PLENTY, at(100));
        assertEquals(Level.LOW, at(99));
        assertEquals(Level.LOW, at(50));
        assertEquals(Level.SCARCE, at(49));
        assertEquals(Level.SCARCE, at(20));
        assertTrue(watch.hasRoom());
        assertEquals(Level.FULL, at(19));
        assertFalse(watch.hasRoom());
    }

    @Test
    void it_gets_better_by_itself_with_a_tenth_to_spare() {
        assertEquals(Level.FULL, at(19));
        assertEquals(Level.FULL, at(21), "so that it does not go to and fro");
        assertEquals(Level.SCARCE, at(23));
        assertEquals(Level.LOW, at(60));
        assertEquals(Level.LOW, at(105));
        assertEquals(Level.PLENTY, at(120));
    }

    @Test
    void it_looks_again_when_a_quarter_of_a_second_has_passed() {
        at(500);
        int before = looks;
        watch.now();
        nanos.addAndGet(249_999_999);
        watch.now();
        assertEquals(before, looks);
        nanos.addAndGet(1);
        watch.now();
        assertEquals(before + 1, looks);
    }

    @Test
    void a_disk_that_cannot_be_asked_is_taken_for_what_it_was() {
        at(19);
        broken = true;
        assertEquals(Level.FULL, at(900));
        broken = false;
        assertEquals(Level.PLENTY, at(900));
    }

    @Test
    void other_limits_hold_at_once() {
        at(500);
        watch.change(new SpaceLimits(60, 5, 0));
        assertEquals(Level.LOW, watch.now().level());
    }

    @Test
    void limits_that_do_not_fit_together_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> new SpaceLimits(5, 10, 0));
        assertThrows(IllegalArgumentException.class, () -> new SpaceLimits(101, 10, 0));
        assertThrows(IllegalArgumentException.class, () -> new SpaceLimits(10, 5, -1));
    }

    @Test
    void a_real_disk_tells_its_room(@TempDir Path directory) throws IOException {
        Disk.Room room = Disk.of(directory).look();
        assertTrue(room.total() > 0 && room.free() > 0 && room.free() <= room.total(), room.toString());
    }
}
