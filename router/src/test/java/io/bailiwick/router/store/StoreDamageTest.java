package io.bailiwick.router.store;

import static io.bailiwick.router.store.FleetSchema.oid;
import static io.bailiwick.router.store.FleetSchema.ship;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.store.FleetSchema.Ship;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import jetbrains.exodus.ArrayByteIterable;
import jetbrains.exodus.env.EnvironmentConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damages files of a store. {@code -Dbailiwick.store.flips=10000} makes a soak of the sweep. */
final class StoreDamageTest {
    private static final int FLIPS = Integer.getInteger("bailiwick.store.flips", 400);
    private static final long SEED = Long.getLong("bailiwick.store.seed", 20261121L);
    private static final int SHIPS = 400;

    @TempDir
    Path parent;

    @Test
    void aFlippedBitNeverGivesAWrongValueNorHidesARow() throws IOException {
        Path directory = parent.resolve("store");
        Map<UUID, Ship> expected = write(directory);
        List<Path> files = StoreFiles.list(directory);
        Random random = new Random(SEED);
        Map<String, Integer> outcomes = new TreeMap<>();
        for (int flip = 0; flip < FLIPS; flip++) {
            Path copy = StoreFiles.copy(directory, parent.resolve("copy"));
            long bit = flip(copy, files, random);
            String when = "flip " + flip + " of seed " + SEED + " at bit " + bit;
            outcomes.merge(outcome(copy, expected, when), 1, Integer::sum);
            StoreFiles.delete(copy);
        }
        System.out.println("single bit flips, seed " + SEED + ": " + outcomes);
        assertTrue(outcomes.getOrDefault("refused at open", 0) > 0);
    }

    @Test
    void aFlippedBitUnderARunningStoreNeverGivesAWrongValue() throws IOException {
        Path directory = parent.resolve("store");
        Map<UUID, Ship> expected = write(directory);
        List<Path> log = StoreFiles.list(directory).stream()
                .filter(file -> file.toString().endsWith(".xd"))
                .toList();
        Random random = new Random(SEED);
        Map<String, Integer> outcomes = new TreeMap<>();
        for (int flip = 0; flip < FLIPS / 4; flip++) {
            Path copy = StoreFiles.copy(directory, parent.resolve("copy"));
            String when = "flip " + flip + " of seed " + SEED;
            // Reads what is on disk after it was damaged: nothing of it is in the cache yet.
            FleetSchema fleet = new FleetSchema();
            flip(copy, log, random);
            try (StoreDirectory held = StoreDirectory.lock(copy, false, Duration.ZERO);
                    Engine engine = Engine.open(held.path(), true, StoreDamageTest::smallFiles)) {
                engine.attach(held.manifest().orElseThrow().spaces());
                outcomes.merge(unverified(engine, fleet, expected, held.acknowledged(true), when), 1, Integer::sum);
            } catch (CorruptStoreException e) {
                outcomes.merge("refused at open", 1, Integer::sum);
            }
            StoreFiles.delete(copy);
        }
        System.out.println("single bit flips, read without the check at open, seed " + SEED + ": " + outcomes);
    }

    @Test
    void aDamagedRowNamesItsTableAndKey() {
        byte[] key = Form.uuid().bytes(oid(1));
        byte[] sealed = Envelope.seal("ships", key, new byte[] {1, 2, 3});
        assertEquals(3, Envelope.open("ships", key, sealed).length);
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] damaged = sealed.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            CorruptStoreException e =
                    assertThrows(CorruptStoreException.class, () -> Envelope.open("ships", key, damaged));
            assertTrue(e.getMessage().contains("ships") && e.getMessage().contains("0123456789abcdef"), e.getMessage());
        }
        assertThrows(CorruptStoreException.class, () -> Envelope.open("crew", key, sealed));
        assertThrows(CorruptStoreException.class, () -> Envelope.open("ships", new byte[16], sealed));
    }

    @Test
    void anIndexThatNamesAMissingRowIsCorrupt() throws IOException {
        Path directory = parent.resolve("store");
        write(directory);
        tamper(directory, bytes -> bytes.delete("ships", Form.uuid().bytes(oid(5))));
        assertTrue(new Closed(directory, StoreDamageTest::smallFiles)
                .check().problems().stream().anyMatch(problem -> problem.contains("idx_ships_by_name")));
        try (Store<FleetSchema> store = open(directory)) {
            FleetSchema fleet = store.schema();
            CorruptStoreException e = assertThrows(
                    CorruptStoreException.class, () -> store.read(tx -> fleet.idxShipsByName.get(tx, "ship 5")));
            assertTrue(
                    e.getMessage().contains("ships") && e.getMessage().contains("idx_ships_by_name"), e.getMessage());
        }
    }

    @Test
    void anIndexedReadOfAMissingRowIsCorruptToo() throws IOException {
        Path directory = parent.resolve("store");
        write(directory);
        FleetSchema fleet = new FleetSchema();
        try (Store<FleetSchema> store = open(directory, fleet)) {
            store.writeAll(tx -> {
                fleet.ships.bytes(tx).delete("ships", Form.uuid().bytes(oid(5)));
                assertThrows(CorruptStoreException.class, () -> fleet.idxShipsByName.get(tx, "ship 5"));
                fleet.ships
                        .bytes(tx)
                        .put(
                                "idx_ships_by_name",
                                Form.text().bytes("ship 6"),
                                Form.uuid().bytes(oid(7)));
                assertThrows(CorruptStoreException.class, () -> fleet.idxShipsByName.get(tx, "ship 6"));
                assertThrows(CorruptStoreException.class, () -> fleet.ships.delete(tx, oid(6)));
            });
            List<String> problems = store.check().problems();
            assertTrue(
                    problems.stream().anyMatch(problem -> problem.contains("idx_ships_by_name")), problems.toString());
        }
    }

    @Test
    void anEntryThatIsSilentlyGoneIsFoundByCountAndSum() throws IOException {
        Path directory = parent.resolve("store");
        write(directory);
        // Below our own count, as damage inside the tree would do it.
        try (StoreDirectory held = StoreDirectory.lock(directory, false, Duration.ZERO);
                Engine engine = Engine.open(held.path(), false, StoreDamageTest::smallFiles)) {
            engine.attach(held.manifest().orElseThrow().spaces());
            byte[] key = Form.pair(Form.integer(), Form.integer()).bytes(new Form.Pair<>(0L, 3L));
            jetbrains.exodus.env.Store log = engine.space("log");
            log.getEnvironment().executeInTransaction(txn -> assertTrue(log.delete(txn, new ArrayByteIterable(key))));
        }
        StoreReport report = new Closed(directory, StoreDamageTest::smallFiles).check();
        assertTrue(report.problems().stream().anyMatch(problem -> problem.contains("log")), report.toString());
        assertThrows(CorruptStoreException.class, () -> open(directory));
    }

    @Test
    void anUnfinishedCommitIsCutOffAndAnAcknowledgedOneIsMissed() throws IOException {
        Path directory = parent.resolve("store");
        FleetSchema fleet = new FleetSchema();
        Path before = parent.resolve("before");
        try (Store<FleetSchema> store = open(directory, fleet)) {
            for (int i = 0; i < 20; i++) {
                StoreChild.append(store, fleet, 0);
            }
            StoreFiles.copy(directory, before);
            StoreChild.append(store, fleet, 0);
            StoreFiles.copy(directory, parent.resolve("after"));
        }
        Path after = parent.resolve("after");
        Path log = StoreFiles.list(after).stream()
                .filter(file -> file.toString().endsWith(".xd"))
                .findFirst()
                .orElseThrow();
        long written = Files.size(log);
        long synced = Files.size(before.resolve(log.getFileName()));
        for (long length = synced - 200; length <= written; length++) {
            // What a crash during the last commit leaves: the files as they were, and part of what came after.
            Path copy = StoreFiles.copy(before, parent.resolve("copy"));
            Files.copy(log, copy.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            truncate(copy.resolve(log.getFileName()), length);
            if (length < synced) {
                assertThrows(CorruptStoreException.class, () -> open(copy));
                assertTrue(Files.exists(copy.resolve(StoreDirectory.KEPT_TAIL)));
            } else {
                long rows = rows(copy);
                assertTrue(rows == 20 || (rows == 21 && length == written), rows + " rows at " + length);
            }
            StoreFiles.delete(copy);
        }
    }

    @Test
    void aZeroedOrRandomTailIsCutOff() throws IOException {
        Path directory = parent.resolve("store");
        write(directory);
        Path log = StoreFiles.list(directory).stream()
                .filter(file -> file.toString().endsWith(".xd"))
                .reduce((first, second) -> second)
                .orElseThrow();
        Random random = new Random(SEED);
        for (int i = 0; i < 40; i++) {
            Path copy = StoreFiles.copy(directory, parent.resolve("copy"));
            byte[] tail = new byte[1 + random.nextInt(2000)];
            if (i % 2 == 0) {
                random.nextBytes(tail);
            }
            Files.write(copy.resolve(log.getFileName()), tail, StandardOpenOption.APPEND);
            try (Store<FleetSchema> store = open(copy)) {
                assertEquals(List.of(), store.check().problems());
                assertEquals(
                        (long) SHIPS,
                        store.<Long>read(tx -> store.schema().ships.count(tx)));
            }
            StoreFiles.delete(copy);
        }
    }

    @Test
    void checkingAndExportingTouchNothing() throws IOException {
        Path directory = parent.resolve("store");
        write(directory);
        // As after a crash: opening for writing would cut this off.
        List<Path> files = StoreFiles.list(directory);
        Path log = files.stream()
                .filter(file -> file.toString().endsWith(".xd"))
                .reduce((first, second) -> second)
                .orElseThrow();
        Files.write(log, new byte[100], StandardOpenOption.APPEND);
        StoreFiles.Snapshot before = StoreFiles.snapshot(directory);
        assertEquals(
                List.of(),
                new Closed(directory, StoreDamageTest::smallFiles).check().problems());
        new Closed(directory, StoreDamageTest::smallFiles).export(OutputStream.nullOutputStream());
        assertEquals(before, StoreFiles.snapshot(directory));
    }

    private static Store<FleetSchema> open(Path directory) {
        return open(directory, new FleetSchema());
    }

    private static Store<FleetSchema> open(Path directory, FleetSchema fleet) {
        return Store.open(directory, fleet, Duration.ZERO, StoreDamageTest::smallFiles);
    }

    // So that there are several and the sweep meets all kinds of places.
    private static void smallFiles(EnvironmentConfig config) {
        config.setLogFileSize(64);
    }

    private interface Tampering {
        void on(ByteTransaction bytes);
    }

    private static void tamper(Path directory, Tampering tampering) {
        try (StoreDirectory held = StoreDirectory.lock(directory, false, Duration.ZERO);
                Engine engine = Engine.open(held.path(), false, StoreDamageTest::smallFiles)) {
            engine.attach(held.manifest().orElseThrow().spaces());
            try (ByteTransaction bytes = engine.exclusive()) {
                tampering.on(bytes);
                bytes.commit(1_000_000);
            }
        }
    }

    private static Map<UUID, Ship> write(Path directory) {
        FleetSchema fleet = new FleetSchema();
        Map<UUID, Ship> expected = new TreeMap<>();
        try (Store<FleetSchema> store = open(directory, fleet)) {
            for (int i = 0; i < SHIPS; i++) {
                Ship ship = ship(i).keyed(i % 3 == 0 ? null : "key " + i);
                expected.put(ship.oid(), ship);
                store.writeAsync(tx -> {
                    fleet.ships.insert(tx, ship.oid(), ship);
                    return ship;
                });
            }
            for (int i = 0; i < 10; i++) {
                StoreChild.append(store, fleet, 0);
            }
        }
        return expected;
    }

    private static long rows(Path directory) {
        try (Store<FleetSchema> store = open(directory)) {
            assertEquals(List.of(), store.check().problems());
            return store.<Long>read(tx -> store.schema().log.count(tx));
        }
    }

    /** Flips one bit of one file, each byte of all files being as likely. */
    private static long flip(Path copy, List<Path> files, Random random) throws IOException {
        long total = 0;
        for (Path file : files) {
            total += Files.size(file) * 8;
        }
        long bit = Math.floorMod(random.nextLong(), total);
        long rest = bit;
        for (Path file : files) {
            long bits = Files.size(file) * 8;
            if (rest < bits) {
                Path target = copy.resolve(file.getFileName());
                byte[] bytes = Files.readAllBytes(target);
                bytes[(int) (rest / 8)] ^= (byte) (1 << (rest % 8));
                Files.write(target, bytes);
                break;
            }
            rest -= bits;
        }
        return bit;
    }

    private static String outcome(Path copy, Map<UUID, Ship> expected, String when) {
        boolean sound = new Closed(copy, StoreDamageTest::smallFiles).check().sound();
        FleetSchema fleet = new FleetSchema();
        try (Store<FleetSchema> store = open(copy, fleet)) {
            store.read(tx -> {
                expected.forEach((oid, ship) -> {
                    assertEquals(Optional.of(ship), fleet.ships.get(tx, oid), when);
                    assertEquals(Optional.of(ship), fleet.idxShipsByName.get(tx, ship.name()), when);
                });
                assertEquals(expected.size(), fleet.ships.all(tx).count(), when);
                assertEquals(10, fleet.log.all(tx).count(), when);
                return tx;
            });
            assertEquals(List.of(), store.check().problems(), when);
            return sound ? "no effect" : "no effect but for the check";
        } catch (CorruptStoreException | NewerStoreException | IllegalStateException e) {
            assertTrue(!sound || e instanceof NewerStoreException, when + " not found by the check: " + e);
            return e instanceof CorruptStoreException
                    ? "refused at open"
                    : e.getClass().getSimpleName();
        }
    }

    private static String unverified(
            Engine engine, FleetSchema fleet, Map<UUID, Ship> expected, long acknowledged, String when) {
        List<String> thrown = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        try (SnapshotTransaction tx = new SnapshotTransaction(engine.snapshot(), fleet)) {
            expected.forEach((oid, ship) -> {
                try {
                    Optional<Ship> found = fleet.ships.get(tx, oid);
                    if (found.isEmpty()) {
                        missing.add(when);
                    }
                    found.ifPresent(row -> assertEquals(ship, row, when));
                    fleet.idxShipsByName.get(tx, ship.name()).ifPresent(row -> assertEquals(ship, row, when));
                } catch (CorruptStoreException e) {
                    thrown.add(when);
                }
            });
            boolean sound = new Verifier(tx.bytes(fleet))
                    .commits(acknowledged)
                    .tables(fleet.attach().stream().map(Table::described).toList())
                    .report(new Manifest(1, "", "fleet", 1, 1, List.of()))
                    .sound();
            assertTrue(missing.isEmpty() || !sound, when + ": rows missing and not found by the check");
            assertTrue(thrown.isEmpty() || !sound, when + ": rows damaged and not found by the check");
            if (!missing.isEmpty()) {
                return "row missing, found by the check";
            }
            return !thrown.isEmpty() ? "refused at read" : sound ? "no effect" : "found by the check only";
        }
    }

    private static void truncate(Path file, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }
}
