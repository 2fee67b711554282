package io.bailiwick.mrealm.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.mrealm.beat.BeatBytes;
import io.bailiwick.mrealm.beat.BeatReader;
import io.bailiwick.mrealm.beat.BeatReaderTest;
import io.bailiwick.mrealm.schema.BeatBlock;
import io.bailiwick.mrealm.schema.BeatFold;
import io.bailiwick.mrealm.schema.LogEntry;
import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.mrealm.schema.NodeRuntime;
import io.bailiwick.router.store.ExpiryClock;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.Table;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeartbeatStoreTest {
    private static final UUID REALM = UUID.randomUUID();
    private static final long NOW = WallClock.nanos();
    private static final BeatBytes<MNodeLog> NODES = BeatBytes.ofNodes(REALM);
    private static final BeatBytes<MWorkerLog> WORKERS = BeatBytes.ofWorkers(REALM);

    /** Bytes, so many that they are no bound. */
    private static final long MUCH = 1L << 40;

    @TempDir
    Path directory;

    private final UUID node = UUID.randomUUID();
    private final UUID other = UUID.randomUUID();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final List<Boolean> taken = new ArrayList<>();
    private Store<MrealmSchema> store;

    @BeforeEach
    void open() {
        store = Store.open(directory, new MrealmSchema());
    }

    @AfterEach
    void close() {
        thread.shutdownNow();
        store.close();
    }

    private HeartbeatStore heartbeats(Retention retention) {
        // A window that does not end by itself: the tests say when to write.
        return new HeartbeatStore(store, REALM, thread, retention, Duration.ofDays(1), taken::add);
    }

    private static MNodeLog beat(UUID node, long timestamp, long seq) {
        Map<String, Object> beat = BeatReaderTest.beat();
        beat.put("seq", seq);
        return NODES.beat(BeatReader.node(new BeatReader.Receipt(timestamp, node, 1L), BeatReaderTest.tokens(beat))
                .row());
    }

    private static MWorkerLog worker(UUID node, String worker, long timestamp) {
        return WORKERS.beat(BeatReader.worker(
                new BeatReader.Receipt(timestamp, node, 1L), worker, BeatReaderTest.tokens(BeatReaderTest.beat())));
    }

    private static CompletableFuture<Void> add(HeartbeatStore heartbeats, MNodeLog beat) {
        return heartbeats.add(NODES.row(beat));
    }

    private static void add(HeartbeatStore heartbeats, MWorkerLog beat) {
        heartbeats.addOfWorker(WORKERS.row(beat));
    }

    private void on(Runnable action) throws Exception {
        CompletableFuture.runAsync(action, thread).get(10, TimeUnit.SECONDS);
    }

    private void write(HeartbeatStore heartbeats) throws Exception {
        CompletableFuture.supplyAsync(heartbeats::write, thread)
                .thenCompose(written -> written)
                .get(10, TimeUnit.SECONDS);
    }

    private void folded(HeartbeatStore heartbeats) throws Exception {
        CompletableFuture.supplyAsync(heartbeats::folding, thread)
                .thenCompose(ended -> ended)
                .get(10, TimeUnit.SECONDS);
    }

    private long rows(Table<?, ?> table) {
        Long rows = store.read(tx -> table.count(tx));
        return rows;
    }

    private static List<Long> seqs(List<MNodeLog> logs) {
        return logs.stream().map(MNodeLog::seq).toList();
    }

    @Test
    void stored_heartbeats_survive_a_restart_and_come_newest_first() throws Exception {
        HeartbeatStore heartbeats = heartbeats(Retention.DEFAULT);
        for (long i = 1; i <= 3; i++) {
            long seq = i;
            on(() -> add(heartbeats, beat(node, NOW + seq, seq)));
            on(() -> add(heartbeats, beat(other, NOW + seq, seq)));
            write(heartbeats);
        }
        MNodeLog newest = beat(node, NOW + 3, 3);
        store.close();
        store = Store.open(directory, new MrealmSchema());
        HeartbeatStore again = heartbeats(Retention.DEFAULT);
        assertEquals(List.of(3L, 2L, 1L), seqs(again.nodeLogs(node, 0, Long.MAX_VALUE, 10)));
        assertEquals(newest, again.nodeLogs(node, 0, Long.MAX_VALUE, 1).get(0));
    }

    @Test
    void a_query_has_an_inclusive_start_an_exclusive_end_and_a_limit() throws Exception {
        HeartbeatStore heartbeats = heartbeats(Retention.DEFAULT);
        for (long i = 1; i <= 5; i++) {
            long seq = i;
            on(() -> add(heartbeats, beat(node, NOW + seq, seq)));
            write(heartbeats);
        }
        assertEquals(List.of(3L, 2L), seqs(heartbeats.nodeLogs(node, NOW + 2, NOW + 4, 10)));
        assertEquals(List.of(5L, 4L), seqs(heartbeats.nodeLogs(node, 0, Long.MAX_VALUE, 2)));
        assertEquals(List.of(), heartbeats.nodeLogs(UUID.randomUUID(), 0, Long.MAX_VALUE, 10));
    }

    @Test
    void beats_of_one_window_are_one_row_for_each_node_and_one_commit() throws Exception {
        HeartbeatStore heartbeats = heartbeats(Retention.DEFAULT);
        long writes = store.writes();
        on(() -> {
            for (long seq = 1; seq <= 1_000; seq++) {
                add(heartbeats, beat(node, NOW + seq, seq));
                add(heartbeats, beat(other, NOW + seq, seq));
            }
        });
        write(heartbeats);
        assertEquals(List.of(1_000L), seqs(heartbeats.nodeLogs(node, 0, Long.MAX_VALUE, 10)));
        assertEquals(1, store.writes() - writes);
    }

    @Test
    void a_window_writes_by_itself() throws Exception {
        HeartbeatStore heartbeats =
                new HeartbeatStore(store, REALM, thread, Retention.DEFAULT, Duration.ofMillis(5), taken::add);
        on(() -> add(heartbeats, beat(node, NOW, 1)));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (heartbeats.nodeLogs(node, 0, Long.MAX_VALUE, 1).isEmpty()) {
            assertTrue(System.nanoTime() < deadline, "not written within ten seconds");
            Thread.onSpinWait();
        }
    }

    @Test
    void what_is_added_while_a_commit_is_under_way_is_drained_too() throws Exception {
        HeartbeatStore heartbeats = heartbeats(Retention.DEFAULT);
        CompletableFuture.supplyAsync(
                        () -> {
                            add(heartbeats, beat(node, NOW + 1, 1));
                            heartbeats.write();
                            add(heartbeats, beat(node, NOW + 2, 2));
                            return heartbeats.drain();
                        },
                        thread)
                .thenCompose(drained -> drained)
                .get(10, TimeUnit.SECONDS);
        assertEquals(List.of(2L, 1L), seqs(heartbeats.nodeLogs(node, 0, Long.MAX_VALUE, 10)));
    }

    @Test
    void the_heartbeats_of_workers_are_kept_by_worker() throws Exception {
        HeartbeatStore heartbeats = heartbeats(Retention.DEFAULT);
        on(() -> {
            add(heartbeats, worker(node, "a", NOW + 1));
            add(heartbeats, worker(node, "b", NOW + 2));
            add(heartbeats, worker(other, "a", NOW + 3));
        });
        write(heartbeats);
        List<MWorkerLog> found = heartbeats.workerLogs(node, 0, Long.MAX_VALUE, 10);
        assertEquals(List.of("b", "a"), found.stream().map(MWorkerLog::workerId).toList());
        assertEquals(List.of(), heartbeats.workerLogs(node, NOW + 3, Long.MAX_VALUE, 10));
    }

    @Test
    void windows_are_folded_into_blocks_and_nothing_of_them_is_lost() throws Exception {
        HeartbeatStore heartbeats = heartbeats(new Retention(Duration.ofDays(1), 80, MUCH));
        List<MNodeLog> sent = new ArrayList<>();
        List<MWorkerLog> ofWorkers = new ArrayList<>();
        for (long i = 1; i <= 15; i++) {
            MNodeLog beat = beat(node, NOW + i, i);
            MWorkerLog worker = worker(node, "w" + i % 2, NOW + i);
            sent.add(0, beat);
            ofWorkers.add(0, worker);
            on(() -> add(heartbeats, beat));
            on(() -> add(heartbeats, beat(other, beat.timestamp(), beat.seq())));
            on(() -> add(heartbeats, worker));
            write(heartbeats);
            folded(heartbeats);
        }
        assertEquals(2, rows(store.schema().beatFolds), "one for every twenty heartbeats or a little more");
        assertEquals(4, rows(store.schema().mnodeBlocks), "one for each node and fold");
        assertEquals(2, rows(store.schema().mworkerBlocks));
        assertEquals(sent, heartbeats.nodeLogs(node, 0, Long.MAX_VALUE, 100));
        assertEquals(sent.subList(3, 9), heartbeats.nodeLogs(node, NOW + 7, NOW + 13, 100));
        assertEquals(sent.subList(0, 9), heartbeats.nodeLogs(node, 0, Long.MAX_VALUE, 9));
        assertEquals(ofWorkers, heartbeats.workerLogs(node, 0, Long.MAX_VALUE, 100));
        write(heartbeats);
        assertEquals(1, rows(store.schema().beatWindows), "those in blocks are gone");
        store.close();
        store = Store.open(directory, new MrealmSchema());
        assertEquals(
                sent, heartbeats(Retention.DEFAULT).nodeLogs(node, 0, Long.MAX_VALUE, 100), "likewise after a restart");
    }

    @Test
    void beyond_the_count_the_oldest_are_removed_a_fold_at_a_time() throws Exception {
        HeartbeatStore heartbeats = heartbeats(new Retention(Duration.ofDays(1), 8, MUCH));
        for (long i = 1; i <= 40; i++) {
            long seq = i;
            on(() -> add(heartbeats, beat(node, NOW + seq, seq)));
            write(heartbeats);
            folded(heartbeats);
        }
        write(heartbeats);
        List<Long> left = seqs(heartbeats.nodeLogs(node, 0, Long.MAX_VALUE, 100));
        assertTrue(left.size() >= 8 && left.size() <= 14, left.toString());
        assertEquals(40L, left.get(0));
        assertEquals(41L - left.size(), left.get(left.size() - 1), "the newest, without a gap");
        assertTrue(rows(store.schema().mnodeBlocks) <= 7);
        assertTrue(rows(store.schema().beatFolds) <= 7);
    }

    private long bytesKept() {
        Long bytes = store.read(tx -> {
            MrealmSchema schema = store.schema();
            return schema.beatWindows
                            .all(tx)
                            .mapToLong(row -> row.row().bytes())
                            .sum()
                    + schema.mnodeBlocks
                            .all(tx)
                            .mapToLong(row -> row.row().beats().length)
                            .sum()
                    + schema.mworkerBlocks
                            .all(tx)
                            .mapToLong(row -> row.row().beats().length)
                            .sum();
        });
        return bytes;
    }

    @Test
    void beyond_the_bytes_the_oldest_are_removed_of_nodes_and_workers_alike() throws Exception {
        long most = 3_000;
        HeartbeatStore heartbeats = heartbeats(new Retention(Duration.ofDays(1), 1_000_000, most));
        for (long i = 1; i <= 200; i++) {
            long seq = i;
            on(() -> add(heartbeats, beat(node, NOW + seq, seq)));
            on(() -> add(heartbeats, worker(node, "w", NOW + seq)));
            write(heartbeats);
            folded(heartbeats);
        }
        write(heartbeats);
        write(heartbeats);
        long left = bytesKept();
        assertTrue(left <= most && left >= most / 4, left + " bytes");
        List<Long> seqs = seqs(heartbeats.nodeLogs(node, 0, Long.MAX_VALUE, 500));
        assertEquals(200L, seqs.get(0));
        assertTrue(seqs.size() < 200 && seqs.size() > 10, seqs.size() + " heartbeats");
        assertEquals(201L - seqs.size(), seqs.get(seqs.size() - 1), "the newest, without a gap");
        long counted = store.read(tx -> store.schema()
                .beatFolds
                .all(tx)
                .mapToLong(row -> row.row().bytes())
                .sum());
        long windows = store.read(tx -> store.schema()
                .beatWindows
                .all(tx)
                .mapToLong(row -> row.row().bytes())
                .sum());
        assertEquals(left, counted + windows, "what is counted is what is there");
    }

    @Test
    void the_bytes_of_what_an_earlier_release_folded_are_counted_bit_by_bit() throws Exception {
        HeartbeatStore heartbeats = heartbeats(new Retention(Duration.ofDays(1), 40, MUCH));
        for (long i = 1; i <= 30; i++) {
            long seq = i;
            on(() -> add(heartbeats, beat(node, NOW + seq, seq)));
            write(heartbeats);
            folded(heartbeats);
        }
        MrealmSchema schema = store.schema();
        Map<Long, BeatFold> counted = folds();
        assertTrue(counted.size() > 1 && counted.values().stream().allMatch(fold -> fold.nodeBytes() > 0));
        store.writeAll(tx -> counted.forEach((key, fold) -> schema.beatFolds.update(
                tx, key, new BeatFold(fold.from(), fold.until(), fold.nodes(), fold.workers(), 0, 0))));
        for (int i = 0; i < counted.size(); i++) {
            // What is to be removed is looked for at the first write, and then once a minute.
            write(heartbeats(Retention.DEFAULT));
        }
        assertEquals(counted, folds());
    }

    private Map<Long, BeatFold> folds() {
        return store.read(
                tx -> store.schema().beatFolds.all(tx).collect(Collectors.toMap(Table.Row::key, Table.Row::row)));
    }

    @Test
    void what_is_older_than_the_age_is_removed_even_when_nothing_is_added() throws Exception {
        HeartbeatStore heartbeats = heartbeats(new Retention(Duration.ofHours(1), 4, MUCH));
        long twoHours = Duration.ofHours(2).toNanos();
        on(() -> add(heartbeats, beat(node, NOW - twoHours, 1)));
        on(() -> add(heartbeats, worker(node, "w", NOW - twoHours)));
        write(heartbeats);
        folded(heartbeats);
        on(() -> add(heartbeats, beat(other, NOW, 2)));
        write(heartbeats);
        folded(heartbeats);
        write(heartbeats);
        assertEquals(List.of(), heartbeats.nodeLogs(node, 0, Long.MAX_VALUE, 10));
        assertEquals(List.of(), heartbeats.workerLogs(node, 0, Long.MAX_VALUE, 10));
        assertEquals(1, heartbeats.nodeLogs(other, 0, Long.MAX_VALUE, 10).size());
        assertEquals(1, rows(store.schema().mnodeBlocks));
        assertEquals(0, rows(store.schema().mworkerBlocks));
    }

    @Test
    void a_clock_that_is_a_month_ahead_for_a_while_removes_nothing_and_hides_nothing() throws Exception {
        AtomicLong clock = new AtomicLong(NOW);
        HeartbeatStore heartbeats = new HeartbeatStore(
                store,
                REALM,
                thread,
                new Retention(Duration.ofHours(1), 8, MUCH),
                Duration.ofDays(1),
                taken::add,
                new ExpiryClock(store, store.schema().expiry, clock::get, System::nanoTime));
        for (long i = 1; i <= 8; i++) {
            if (i == 5) {
                clock.addAndGet(TimeUnit.DAYS.toNanos(30));
            }
            long seq = i;
            on(() -> add(heartbeats, beat(node, clock.get() + seq, seq)));
            write(heartbeats);
            folded(heartbeats);
        }
        write(heartbeats);
        assertTrue(rows(store.schema().beatFolds) > 2);
        List<Long> all = List.of(8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L);
        assertEquals(all, seqs(heartbeats.nodeLogs(node, 0, Long.MAX_VALUE, 10)));
        clock.set(NOW);
        write(heartbeats);
        assertEquals(all, seqs(heartbeats.nodeLogs(node, 0, Long.MAX_VALUE, 10)));
    }

    @Test
    void blocks_of_a_fold_that_came_to_no_end_do_not_count_and_are_removed() throws Exception {
        HeartbeatStore heartbeats = heartbeats(Retention.DEFAULT);
        on(() -> add(heartbeats, beat(node, NOW, 1)));
        write(heartbeats);
        store.writeAll(tx -> store.schema()
                .mnodeBlocks
                .insert(tx, new Pair<>(1L, node), new BeatBlock(NOW, NOW, 1, 1, 1, new byte[] {1, 2, 3})));
        HeartbeatStore again = heartbeats(Retention.DEFAULT);
        assertEquals(List.of(1L), seqs(again.nodeLogs(node, 0, Long.MAX_VALUE, 10)));
        write(again);
        assertEquals(0, rows(store.schema().mnodeBlocks));
        assertEquals(List.of(1L), seqs(again.nodeLogs(node, 0, Long.MAX_VALUE, 10)));
    }

    @Test
    void heartbeats_that_version_1_wrote_are_told_in_order_with_the_new_and_removed_in_their_turn() throws Exception {
        MrealmSchema schema = store.schema();
        store.writeAll(tx -> {
            for (long i = 1; i <= 600; i++) {
                MNodeLog beat = beat(node, NOW - 1_000 + i, i);
                schema.mnodeLogs.insert(tx, new Pair<>(beat.timestamp(), node), beat);
                schema.mnodeLogsByNode.insert(tx, new Pair<>(node, beat.timestamp()), new LogEntry(i));
                MWorkerLog worker = worker(node, "w", NOW - 1_000 + i);
                schema.mworkerLogs.insert(tx, new Pair<>(worker.timestamp(), new Pair<>(node, "w")), worker);
                schema.mworkerLogsByNode.insert(
                        tx, new Pair<>(node, new Pair<>(worker.timestamp(), "w")), new LogEntry(i));
            }
        });
        HeartbeatStore heartbeats = heartbeats(new Retention(Duration.ofHours(1), 1_000, MUCH));
        on(() -> add(heartbeats, beat(node, NOW, 601)));
        on(() -> add(heartbeats, worker(node, "v", NOW)));
        write(heartbeats);
        assertEquals(List.of(601L, 600L, 599L), seqs(heartbeats.nodeLogs(node, 0, Long.MAX_VALUE, 3)));
        assertEquals(List.of(600L), seqs(heartbeats.nodeLogs(node, NOW - 400, NOW, 500)));
        assertEquals(
                List.of("v", "w"),
                heartbeats.workerLogs(node, 0, Long.MAX_VALUE, 2).stream()
                        .map(MWorkerLog::workerId)
                        .toList());
        assertEquals(600, rows(schema.mnodeLogs));
        HeartbeatStore strict = heartbeats(new Retention(Duration.ofHours(1), 1, MUCH));
        write(strict);
        assertEquals(100, rows(schema.mnodeLogs), "a bounded number by one commit");
        write(strict);
        assertEquals(1, rows(schema.mnodeLogs));
        assertEquals(1, rows(schema.mnodeLogsByNode));
        assertEquals(1, rows(schema.mworkerLogs));
        assertEquals(1, rows(schema.mworkerLogsByNode));
    }

    @Test
    void a_heartbeat_is_acknowledged_when_it_is_on_disk_and_not_before() throws Exception {
        HeartbeatStore heartbeats = heartbeats(Retention.DEFAULT);
        List<CompletableFuture<Void>> stored = new ArrayList<>();
        on(() -> stored.add(add(heartbeats, beat(node, NOW, 1))));
        assertFalse(stored.get(0).isDone());
        write(heartbeats);
        stored.get(0).get(10, TimeUnit.SECONDS);
        store.close();
        on(() -> stored.add(add(heartbeats, beat(node, NOW + 1, 2))));
        write(heartbeats);
        assertTrue(stored.get(1).isCompletedExceptionally(), "lost, and told");
    }

    @Test
    void what_is_known_of_a_node_is_its_row_or_its_newest_heartbeat() throws Exception {
        HeartbeatStore heartbeats = heartbeats(Retention.DEFAULT);
        on(() -> {
            heartbeats.add(node, new NodeRuntime(NOW, NOW, 0, 0));
            heartbeats.add(other, new NodeRuntime(NOW, NOW + 9, 4, 5));
            add(heartbeats, beat(node, NOW + 7, 7));
            add(heartbeats, beat(other, NOW + 7, 7));
        });
        write(heartbeats);
        Map<UUID, NodeRuntime> known = heartbeats.runtimes();
        assertEquals(new NodeRuntime(NOW, NOW + 7, 7, beat(node, 0, 7).sent()), known.get(node));
        assertEquals(new NodeRuntime(NOW, NOW + 9, 4, 5), known.get(other));
    }

    @Test
    void what_is_known_of_a_node_is_found_in_blocks_too() throws Exception {
        HeartbeatStore heartbeats = heartbeats(new Retention(Duration.ofDays(1), 8, MUCH));
        on(() -> {
            heartbeats.add(node, new NodeRuntime(NOW, NOW, 0, 0));
            heartbeats.add(other, new NodeRuntime(NOW, NOW, 0, 0));
        });
        for (long i = 1; i <= 5; i++) {
            long seq = i;
            on(() -> add(heartbeats, beat(node, NOW + seq, seq)));
            write(heartbeats);
            folded(heartbeats);
        }
        long sent = beat(node, 0, 5).sent();
        assertEquals(
                new NodeRuntime(NOW, NOW + 5, 5, sent), heartbeats.runtimes().get(node));
        assertEquals(new NodeRuntime(NOW, NOW, 0, 0), heartbeats.runtimes().get(other));
        on(() -> add(heartbeats, beat(other, NOW + 6, 6)));
        for (long i = 7; i <= 9; i++) {
            long seq = i;
            on(() -> add(heartbeats, worker(node, "w", NOW + seq)));
            write(heartbeats);
            folded(heartbeats);
        }
        assertEquals(
                new NodeRuntime(NOW, NOW + 5, 5, sent), heartbeats.runtimes().get(node), "in an older block");
        assertEquals(6, heartbeats.runtimes().get(other).lastSeq());
    }

    @Test
    void a_store_that_fails_loses_beats_and_throws_nothing() throws Exception {
        HeartbeatStore heartbeats = heartbeats(Retention.DEFAULT);
        store.close();
        on(() -> add(heartbeats, beat(node, NOW, 1)));
        write(heartbeats);
        assertEquals(1, heartbeats.lost());
        on(() -> add(heartbeats, beat(node, NOW, 2)));
        write(heartbeats);
        assertEquals(2, heartbeats.lost());
        assertTrue(heartbeats.report().orElseThrow().startsWith("2 heartbeats"));
        assertTrue(heartbeats.report().isEmpty(), "told once");
    }

    @Test
    void without_room_on_the_disk_heartbeats_are_dropped_counted_and_told_until_there_is_room() throws Exception {
        AtomicBoolean room = new AtomicBoolean();
        store.writeOnlyWith(room::get);
        HeartbeatStore heartbeats = heartbeats(Retention.DEFAULT);
        on(() -> add(heartbeats, beat(node, NOW, 1)));
        write(heartbeats);
        assertEquals(1, heartbeats.lost());
        String told = heartbeats.report().orElseThrow();
        assertTrue(told.startsWith("1 heartbeats could not be stored") && told.contains("room on the disk"), told);
        assertTrue(heartbeats.nodeLogs(node, 0, Long.MAX_VALUE, 10).isEmpty(), "reads go on");
        room.set(true);
        on(() -> add(heartbeats, beat(node, NOW, 2)));
        write(heartbeats);
        assertEquals(1, heartbeats.lost());
        assertEquals(1, heartbeats.nodeLogs(node, 0, Long.MAX_VALUE, 10).size());
        assertTrue(!store.failed().isDone(), "a full disk does not end the controller");
    }

    @Test
    void what_is_more_than_a_row_may_have_is_written_as_several_windows_of_one_commit() throws Exception {
        HeartbeatStore heartbeats = heartbeats(Retention.DEFAULT);
        long writes = store.writes();
        on(() -> {
            for (long i = 0; i < 9_000; i++) {
                add(heartbeats, beat(new UUID(1, i), NOW, 1));
            }
            add(heartbeats, worker(node, "w", NOW));
        });
        write(heartbeats);
        assertEquals(0, heartbeats.lost());
        assertEquals(1, store.writes() - writes);
        assertTrue(rows(store.schema().beatWindows) > 1);
        assertEquals(
                1, heartbeats.nodeLogs(new UUID(1, 0), 0, Long.MAX_VALUE, 10).size());
        assertEquals(
                1,
                heartbeats.nodeLogs(new UUID(1, 8_999), 0, Long.MAX_VALUE, 10).size());
        assertEquals(1, heartbeats.workerLogs(node, 0, Long.MAX_VALUE, 10).size());
    }

    @Test
    void while_a_commit_takes_long_and_much_waits_no_more_heartbeats_are_taken() throws Exception {
        HeartbeatStore heartbeats = heartbeats(Retention.DEFAULT);
        CountDownLatch disk = new CountDownLatch(1);
        CompletableFuture<Boolean> slow = store.writeAsync(tx -> {
            try {
                return disk.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        List<CompletableFuture<Void>> written = new ArrayList<>();
        on(() -> {
            add(heartbeats, beat(node, NOW, 1));
            written.add(heartbeats.write());
            for (int i = 1; i < HeartbeatStore.ENOUGH; i++) {
                add(heartbeats, beat(new UUID(1, i), NOW, 1));
            }
            assertEquals(List.of(), taken);
            add(heartbeats, beat(new UUID(2, 1), NOW, 1));
            add(heartbeats, beat(new UUID(2, 2), NOW, 1));
            assertEquals(List.of(false), taken);
        });
        disk.countDown();
        slow.get(10, TimeUnit.SECONDS);
        written.get(0).get(10, TimeUnit.SECONDS);
        on(() -> assertEquals(List.of(false, true), taken));
        assertEquals(0, heartbeats.lost());
    }

    @Test
    void beats_of_workers_beyond_the_bound_are_dropped_and_counted() throws Exception {
        HeartbeatStore heartbeats = heartbeats(Retention.DEFAULT);
        MWorkerLog log = worker(node, "w", NOW);
        on(() -> {
            for (int i = 0; i <= HeartbeatStore.MAX_WAITING; i++) {
                add(heartbeats, new MWorkerLog(NOW, node, "w" + i, 10, REALM, 1, 1, 1, 1, log.process(), log.router()));
            }
        });
        assertEquals(1, heartbeats.lost());
    }
}
