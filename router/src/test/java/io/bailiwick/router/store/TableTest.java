package io.bailiwick.router.store;

import static io.bailiwick.router.store.FleetSchema.oid;
import static io.bailiwick.router.store.FleetSchema.ship;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.store.FleetSchema.Crew;
import io.bailiwick.router.store.FleetSchema.Entry;
import io.bailiwick.router.store.FleetSchema.Ship;
import io.bailiwick.router.store.Form.Pair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TableTest {
    @TempDir
    Path directory;

    private final FleetSchema fleet = new FleetSchema();
    private Store<FleetSchema> store;

    @BeforeEach
    void open() {
        store = Store.open(directory.resolve("store"), fleet);
    }

    @AfterEach
    void closeSound() {
        assertEquals(List.of(), store.check().problems());
        store.close();
    }

    @Test
    void aRowComesBackAsItWasWrittenAlsoAfterReopening() {
        Ship written = new Ship(oid(1), "Bär \uD83D\uDE00 \0", "key", -5);
        store.writeAll(tx -> fleet.ships.insert(tx, written.oid(), written));
        store.close();
        open();
        assertEquals(Optional.of(written), store.read(tx -> fleet.ships.get(tx, written.oid())));
        assertEquals(Optional.empty(), store.read(tx -> fleet.ships.get(tx, oid(2))));
    }

    @Test
    void insertRefusesAKeyThatIsTaken() {
        store.writeAll(tx -> fleet.ships.insert(tx, oid(1), ship(1)));
        DuplicateKeyException e = assertThrows(
                DuplicateKeyException.class,
                () -> store.writeAll(tx -> fleet.ships.insert(tx, oid(1), ship(1).named("other"))));
        assertTrue(e.getMessage().contains("ships") && e.getMessage().contains(oid(1).toString()), e.getMessage());
        assertEquals(Optional.of(ship(1)), store.read(tx -> fleet.ships.get(tx, oid(1))));
    }

    @Test
    void updateRefusesARowThatIsNotThere() {
        assertThrows(NoSuchElementException.class, () -> store.writeAll(tx -> fleet.ships.update(tx, oid(1), ship(1))));
    }

    @Test
    void upsertAddsThenReplaces() {
        store.writeAll(tx -> fleet.ships.upsert(tx, oid(1), ship(1)));
        store.writeAll(tx -> fleet.ships.upsert(tx, oid(1), ship(1).named("new")));
        assertEquals(1L, store.<Long>read(tx -> fleet.ships.count(tx)));
        assertEquals(
                "new",
                store.read(tx -> fleet.ships.get(tx, oid(1))).orElseThrow().name());
    }

    @Test
    void deleteGivesBackWhatWasThereAndFreesItsIndexKeys() {
        store.writeAll(tx -> fleet.ships.insert(tx, oid(1), ship(1).keyed("k")));
        assertEquals(Optional.of(ship(1).keyed("k")), store.write(tx -> fleet.ships.delete(tx, oid(1))));
        assertEquals(Optional.empty(), store.write(tx -> fleet.ships.delete(tx, oid(1))));
        assertEquals(Optional.empty(), store.read(tx -> fleet.idxShipsByName.get(tx, "ship 1")));
        store.writeAll(tx -> fleet.ships.insert(tx, oid(2), new Ship(oid(2), "ship 1", "k", 1)));
        assertEquals(Optional.of(oid(2)), store.read(tx -> fleet.idxShipsByPubkey.key(tx, "k")));
    }

    @Test
    void clearRemovesTheFirstRowsOfARangeAndIsUndoneWithItsWork() {
        store.writeAll(tx -> LongStream.range(0, 10)
                .forEach(number ->
                        fleet.log.insert(tx, new Pair<>(1L, number), new Entry(number, "x".repeat(100_000)))));
        assertThrows(
                IllegalArgumentException.class,
                () -> store.writeAll(tx -> {
                    assertEquals(10, fleet.log.clear(tx, null, null, 100));
                    assertEquals(0L, fleet.log.count(tx));
                    throw new IllegalArgumentException("undo");
                }));
        assertEquals(10L, store.<Long>read(tx -> fleet.log.count(tx)));
        assertEquals(2, store.<Integer>write(tx -> fleet.log.clear(tx, new Pair<>(1L, 3L), new Pair<>(1L, 8L), 2)));
        assertEquals(3, store.<Integer>write(tx -> fleet.log.clear(tx, new Pair<>(1L, 3L), new Pair<>(1L, 8L), 100)));
        assertEquals(0, store.<Integer>write(tx -> fleet.log.clear(tx, new Pair<>(2L, 0L), null, 100)));
        assertEquals(
                List.of(0L, 1L, 2L, 8L, 9L),
                store.read(
                        tx -> fleet.log.all(tx).map(row -> row.row().number()).toList()));
        assertThrows(IllegalStateException.class, () -> store.writeAll(tx -> fleet.ships.clear(tx, null, null, 1)));
    }

    @Test
    void aUniqueIndexRefusesTheSecondRowOnInsertUpdateAndUpsert() {
        store.writeAll(tx -> {
            fleet.ships.insert(tx, oid(1), ship(1));
            fleet.ships.insert(tx, oid(2), ship(2));
        });
        Ship thief = ship(2).named("ship 1");
        DuplicateKeyException e = assertThrows(
                DuplicateKeyException.class, () -> store.writeAll(tx -> fleet.ships.update(tx, oid(2), thief)));
        assertTrue(
                e.getMessage().contains("idx_ships_by_name") && e.getMessage().contains("ship 1"), e.getMessage());
        assertThrows(DuplicateKeyException.class, () -> store.writeAll(tx -> fleet.ships.upsert(tx, oid(2), thief)));
        assertThrows(DuplicateKeyException.class, () -> store.writeAll(tx -> fleet.ships.insert(tx, oid(3), thief)));
        assertEquals(Optional.of(ship(1)), store.read(tx -> fleet.idxShipsByName.get(tx, "ship 1")));
        assertEquals(Optional.of(ship(2)), store.read(tx -> fleet.idxShipsByName.get(tx, "ship 2")));
    }

    @Test
    void aRefusedRowThatTheWorkSurvivesLeavesNothingBehind() {
        store.writeAll(tx -> {
            fleet.ships.insert(tx, oid(1), ship(1).keyed("k"));
            assertThrows(DuplicateKeyException.class, () -> fleet.ships.insert(tx, oid(2), ship(2).keyed("k")));
        });
        assertEquals(1L, store.<Long>read(tx -> fleet.ships.count(tx)));
        assertEquals(Optional.empty(), store.read(tx -> fleet.idxShipsByName.key(tx, "ship 2")));
    }

    @Test
    void anUpdateMovesTheIndexEntry() {
        store.writeAll(tx -> fleet.ships.insert(tx, oid(1), ship(1)));
        store.writeAll(tx -> fleet.ships.update(tx, oid(1), ship(1).named("new")));
        assertEquals(Optional.empty(), store.read(tx -> fleet.idxShipsByName.key(tx, "ship 1")));
        assertEquals(Optional.of(oid(1)), store.read(tx -> fleet.idxShipsByName.key(tx, "new")));
        store.writeAll(tx -> fleet.ships.update(tx, oid(1), ship(1).named("new")));
        assertEquals(Optional.of(oid(1)), store.read(tx -> fleet.idxShipsByName.key(tx, "new")));
    }

    @Test
    void rowsWithoutAKeyAreNotInANullableIndex() {
        store.writeAll(tx -> {
            fleet.ships.insert(tx, oid(1), ship(1));
            fleet.ships.insert(tx, oid(2), ship(2));
            fleet.ships.insert(tx, oid(3), ship(3).keyed("k"));
        });
        store.writeAll(tx -> fleet.ships.update(tx, oid(1), ship(1).keyed("new")));
        assertEquals(Optional.of(oid(1)), store.read(tx -> fleet.idxShipsByPubkey.key(tx, "new")));
        store.writeAll(tx -> fleet.ships.update(tx, oid(3), ship(3)));
        assertEquals(Optional.empty(), store.read(tx -> fleet.idxShipsByPubkey.key(tx, "k")));
        assertEquals(Optional.of(ship(1).keyed("new")), store.read(tx -> fleet.idxShipsByPubkey.get(tx, "new")));
    }

    @Test
    void rangesAreHalfOpenAndRunBothWays() {
        fill(10);
        assertEquals(List.of(3L, 4L, 5L), numbers(oid(3), oid(6), false));
        assertEquals(List.of(5L, 4L, 3L), numbers(oid(3), oid(6), true));
        assertEquals(List.of(8L, 9L), numbers(oid(8), null, false));
        assertEquals(List.of(1L, 0L), numbers(null, oid(2), true));
        assertEquals(List.of(9L, 8L), numbers(oid(8), null, true));
        assertEquals(List.of(9L, 8L), numbers(oid(8), oid(100), true));
        assertEquals(List.of(), numbers(oid(5), oid(5), false));
        assertEquals(List.of(), numbers(oid(5), oid(5), true));
        assertEquals(List.of(), numbers(oid(6), oid(3), false));
        assertEquals(LongStream.range(0, 10).boxed().toList(), numbers(null, null, false));
    }

    @Test
    void rowsAreFoundByTheFirstComponentOfTheirKey() {
        UUID last = new UUID(-1, -1);
        store.writeAll(tx -> {
            for (UUID ship : List.of(oid(1), oid(2), last)) {
                fleet.crew.insert(tx, new Pair<>(ship, "ann"), new Crew("mate"));
                fleet.crew.insert(tx, new Pair<>(ship, ""), new Crew("cook"));
            }
        });
        for (UUID ship : List.of(oid(1), oid(2), last)) {
            assertEquals(List.of("cook", "mate"), store.read(tx -> fleet.crew
                    .startingWith(tx, Form.uuid(), ship)
                    .map(row -> row.row().rank())
                    .toList()));
        }
        assertEquals(0L, store.<Long>read(tx -> fleet.crew
                .startingWith(tx, Form.uuid(), oid(3))
                .count()));
        assertThrows(
                IllegalArgumentException.class, () -> store.read(tx -> fleet.crew.startingWith(tx, Form.text(), "x")));
    }

    @Test
    void rowsAreFoundByTheFirstComponentOfAnIndexKey() {
        store.writeAll(tx -> {
            for (int i = 0; i < 6; i++) {
                fleet.ships.insert(tx, oid(i), new Ship(oid(i), "s" + i, null, 1900 + i % 2));
            }
        });
        assertEquals(List.of("s1", "s3", "s5"), store.read(tx -> fleet.idxShipsByBuilt
                .startingWith(tx, Form.integer(), 1901L)
                .map(row -> row.row().name())
                .toList()));
    }

    @Test
    void aStreamInAWriteSeesWhatIsWrittenMeanwhile() {
        fill(100);
        store.writeAll(tx -> fleet.ships
                .all(tx)
                .filter(row -> row.row().built() % 2 == 0)
                .forEach(row -> fleet.ships.delete(tx, row.key())));
        assertEquals(50L, store.<Long>read(tx -> fleet.ships.all(tx).count()));
        store.writeAll(tx -> fleet.ships.range(tx, null, null, true).forEach(row -> fleet.ships.delete(tx, row.key())));
        assertEquals(0L, store.<Long>read(tx -> fleet.ships.count(tx)));
    }

    @Test
    void aStreamUsedAfterItsTransactionFailsClearly() {
        fill(10);
        Iterator<?> read = store.read(tx -> fleet.ships.all(tx).iterator());
        assertTrue(assertThrows(IllegalStateException.class, read::hasNext)
                .getMessage()
                .contains("over"));
        Stream<?> unused = store.write(tx -> fleet.ships.all(tx));
        assertThrows(IllegalStateException.class, unused::count);
    }

    @Test
    void aTransactionUsedAfterItsEndFailsClearly() {
        List<ReadTransaction> kept = new ArrayList<>();
        store.read(kept::add);
        assertThrows(IllegalStateException.class, () -> fleet.ships.get(kept.get(0), oid(1)));
        List<WriteTransaction> written = new ArrayList<>();
        store.write(written::add);
        assertThrows(IllegalStateException.class, () -> fleet.ships.insert(written.get(0), oid(1), ship(1)));
        assertThrows(IllegalStateException.class, () -> written.get(0).afterCommit(() -> {}));
    }

    @Test
    void aTransactionOnAnotherThreadFailsClearly() {
        fill(3);
        assertThrows(
                IllegalStateException.class,
                () -> store.read(tx -> {
                    List<RuntimeException> thrown = new ArrayList<>();
                    Thread other = new Thread(() -> {
                        try {
                            fleet.ships.get(tx, oid(1));
                        } catch (RuntimeException e) {
                            thrown.add(e);
                        }
                    });
                    other.start();
                    joined(other);
                    throw thrown.get(0);
                }));
    }

    @Test
    void aTransactionOfAnotherStoreIsRefused() {
        FleetSchema other = new FleetSchema();
        assertThrows(IllegalArgumentException.class, () -> store.read(tx -> other.ships.get(tx, oid(1))));
    }

    @Test
    void aRowThatIsTooLongIsRefusedAndTheLongestIsNot() {
        int overhead = "{\"rank\":\"\"}".length();
        String longest = "x".repeat(RowFormat.MAX_BYTES - overhead);
        Pair<UUID, String> key = new Pair<>(oid(1), "");
        store.writeAll(tx -> fleet.crew.insert(tx, key, new Crew(longest)));
        assertEquals(
                longest, store.read(tx -> fleet.crew.get(tx, key)).orElseThrow().rank());
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> store.writeAll(tx -> fleet.crew.update(tx, key, new Crew(longest + "x"))));
        assertTrue(e.getMessage().contains("crew") && e.getMessage().contains("1048577"), e.getMessage());
    }

    @Test
    void theVersionStaysUntilTheTableIsChangedAndIsAnotherInEachTransaction() {
        store.writeAll(tx -> {
            Table.Version before = fleet.ships.version(tx);
            fleet.ships.get(tx, oid(1));
            assertEquals(before, fleet.ships.version(tx));
            fleet.ships.insert(tx, oid(1), ship(1));
            assertNotEquals(before, fleet.ships.version(tx));
        });
        Table.Version first = store.read(fleet.ships::version);
        assertNotEquals(first, store.read(fleet.ships::version));
    }

    @Test
    void countFollowsEveryWrite() {
        fill(7);
        store.writeAll(tx -> {
            fleet.ships.delete(tx, oid(0));
            assertEquals(6, fleet.ships.count(tx));
            fleet.ships.insert(tx, oid(100), ship(100));
            fleet.ships.insert(tx, oid(101), ship(101));
        });
        assertEquals(8L, store.<Long>read(tx -> fleet.ships.count(tx)));
        assertFalse(store.read(tx -> fleet.ships.get(tx, oid(0))).isPresent());
    }

    @Test
    void aSnapshotDoesNotSeeWhatIsWrittenAfterIt() {
        fill(3);
        store.read(tx -> {
            Thread other = new Thread(() -> store.writeAll(w -> fleet.ships.insert(w, oid(50), ship(50))));
            other.start();
            joined(other);
            assertEquals(3, fleet.ships.count(tx));
            assertEquals(3, fleet.ships.all(tx).count());
            return tx;
        });
        assertEquals(4L, store.<Long>read(tx -> fleet.ships.count(tx)));
    }

    private void fill(int ships) {
        store.writeAll(tx -> LongStream.range(0, ships).forEach(i -> fleet.ships.insert(tx, oid(i), ship(i))));
    }

    private List<Long> numbers(UUID from, UUID until, boolean reverse) {
        return store.read(tx -> fleet.ships
                .range(tx, from, until, reverse)
                .map(row -> row.key().getLeastSignificantBits())
                .toList());
    }

    private static void joined(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
