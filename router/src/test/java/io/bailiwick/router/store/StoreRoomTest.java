package io.bailiwick.router.store;

import static io.bailiwick.router.store.FleetSchema.oid;
import static io.bailiwick.router.store.FleetSchema.ship;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bailiwick.router.space.Disk;
import io.bailiwick.router.space.SpaceLimits;
import io.bailiwick.router.space.SpaceWatch;
import io.bailiwick.router.store.FleetSchema.Crew;
import io.bailiwick.router.store.Form.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes are refused while there is no room, before anything comes to harm. */
class StoreRoomTest {
    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    Path directory;

    private static void insert(Store<FleetSchema> store, long number) {
        store.writeAll(tx -> store.schema().ships.insert(tx, oid(number), ship(number)));
    }

    private static long count(Store<FleetSchema> store) {
        return store.read(tx -> store.schema().ships.count(tx));
    }

    @Test
    void without_room_writes_are_refused_reads_go_on_and_writes_do_when_there_is_room_again() {
        AtomicBoolean room = new AtomicBoolean(true);
        try (Store<FleetSchema> store = Store.open(directory, new FleetSchema())) {
            store.writeOnlyWith(room::get);
            insert(store, 1);
            room.set(false);
            StoreFullException full = assertThrows(StoreFullException.class, () -> insert(store, 2));
            assertTrue(
                    String.valueOf(full.getMessage()).startsWith("expected more room on the disk of"), full.toString());
            CompletionException later = assertThrows(
                    CompletionException.class, () -> store.writeAsync(tx -> 1).join());
            assertInstanceOf(StoreFullException.class, later.getCause());
            assertEquals(1, count(store));
            room.set(true);
            insert(store, 2);
            assertEquals(2, count(store));
            assertTrue(store.check().sound());
        }
    }

    @Test
    void on_a_small_disk_the_store_stops_above_the_floor_and_goes_on_when_room_is_made() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(mount(disk), "no small file system can be made here");
        try {
            fillAndFree(disk);
        } finally {
            // Lazily: what the engine closes later keeps nobody waiting.
            run("umount", "-l", disk.toString());
        }
    }

    private static void fillAndFree(Path disk) throws IOException {
        AtomicLong nanos = new AtomicLong();
        // Opening copies the last file of the log, which has eight mebibytes at most.
        long floor = 10L * MEBIBYTE;
        // Asked before each write: no time passes on this clock but what each question brings.
        SpaceWatch space =
                new SpaceWatch(Disk.of(disk), new SpaceLimits(10, 5, floor), () -> nanos.addAndGet(250_000_000));
        Path balloon = Files.write(disk.resolve("balloon"), new byte[16 * MEBIBYTE]);
        long written = 0;
        try (Store<FleetSchema> store = Store.open(disk.resolve("store"), new FleetSchema())) {
            store.writeOnlyWith(space::hasRoom);
            written = fill(store, 0);
            long left = Disk.of(disk).look().free();
            assertTrue(left > floor - MEBIBYTE && left < floor + MEBIBYTE, left + " bytes are left");
            assertEquals(
                    written, store.read(tx -> store.schema().crew.count(tx)).longValue());
            Files.delete(balloon);
            long more = fill(store, written);
            assertTrue(more > written, "writes go on once there is room");
            written = more;
            assertTrue(store.check().sound());
        }
        try (Store<FleetSchema> again = Store.open(disk.resolve("store"), new FleetSchema())) {
            long found = again.read(tx -> again.schema().crew.count(tx));
            assertEquals(written, found, "what was acknowledged is there, and nothing else");
        }
    }

    /** Writes until it is refused; the number of the row that was not written. */
    private static long fill(Store<FleetSchema> store, long from) {
        long number = from;
        while (true) {
            long next = number;
            try {
                store.writeAll(tx -> store.schema()
                        .crew
                        .insert(tx, new Pair<>(oid(1), "rank " + next), new Crew("x".repeat(100_000))));
            } catch (StoreFullException full) {
                return number;
            }
            number++;
        }
    }

    private static boolean mount(Path at) throws Exception {
        return run("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", at.toString());
    }

    private static boolean run(String... command) throws Exception {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException noSuchCommand) {
            return false;
        }
    }
}
