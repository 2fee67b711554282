package io.bailiwick.router.store;

import static io.bailiwick.router.store.FleetSchema.oid;
import static io.bailiwick.router.store.FleetSchema.ship;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures a store: {@code StoreFigures directory} fills a new store there and says how many durable writes a second it
 * took from one and from many threads, and how long it takes to open.
 */
final class StoreFigures {
    private static final int ROWS = 100_000;
    private static final int ROUNDS = 5;

    private StoreFigures() {}

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        if (Files.exists(directory)) {
            opening(directory);
            return;
        }
        FleetSchema fleet = new FleetSchema();
        try (Store<FleetSchema> store = Store.open(directory, fleet)) {
            for (int round = 0; round < ROUNDS; round++) {
                for (int threads : new int[] {1, 16, 64}) {
                    rate(store, threads, Duration.ofSeconds(2));
                }
            }
            store.writeAll(tx ->
                    store.schema().log.all(tx).forEach(row -> store.schema().log.delete(tx, row.key())));
            long start = System.nanoTime();
            for (int from = 0; from < ROWS; from += 1000) {
                int first = from;
                store.writeAll(tx -> {
                    for (int i = first; i < first + 1000; i++) {
                        fleet.ships.insert(tx, oid(i), ship(i).keyed("key of ship " + i));
                    }
                });
            }
            System.out.printf("%d rows with 3 index entries each, 1000 a write: %d ms%n", ROWS, millis(start));
        }
        opening(directory);
    }

    private static void opening(Path directory) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            try (Store<FleetSchema> store = Store.open(directory, new FleetSchema())) {
                long opened = millis(start);
                start = System.nanoTime();
                StoreReport report = store.check();
                System.out.printf(
                        "opened and checked %d rows: %d ms; full check with indexes: %d ms%n",
                        report.rows(), opened, millis(start));
            }
        }
    }

    private static void rate(Store<FleetSchema> store, int threads, Duration time) throws InterruptedException {
        long writes = store.writes();
        long syncs = store.syncs();
        long start = System.nanoTime();
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            long mine = t;
            Thread thread = new Thread(() -> {
                while (System.nanoTime() - start < time.toNanos()) {
                    StoreChild.append(store, store.schema(), mine);
                }
            });
            thread.start();
            running.add(thread);
        }
        for (Thread thread : running) {
            thread.join();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%d threads: %.0f durable writes/s, %.0f syncs/s%n",
                threads, (store.writes() - writes) / seconds, (store.syncs() - syncs) / seconds);
    }

    private static long millis(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
