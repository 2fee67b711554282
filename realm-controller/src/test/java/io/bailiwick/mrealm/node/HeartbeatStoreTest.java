package io.bailiwick.mrealm.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.mrealm.schema.NodeRuntime;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.Table;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeartbeatStoreTest {
    private static final UUID REALM = UUID.randomUUID();
    private static final long NOW = WallClock.nanos();

    @TempDir
    Path directory;

    private final UUID node = UUID.randomUUID();
    private final UUID other = UUID.randomUUID();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
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
        return new HeartbeatStore(store, thread, retention, Duration.ofDays(1));
    }

    private static MNodeLog beat(UUID node, long timestamp, long seq) {
        Map<String, Object> beat = HeartbeatReaderTest.beat();
        beat.put("seq", seq);
        return HeartbeatReader.node(
                new HeartbeatReader.Receipt(timestamp, node, REALM, 1L), Dict.at("heartbeat", beat));
    }

    private static MWorkerLog worker(UUID node, String worker, long timestamp) {
        return HeartbeatReader.worker(
                new HeartbeatReader.Receipt(timestamp, node, REALM, 1L),
                worker,
                Dict.at("heartbeat", HeartbeatReaderTest.beat()));
    }

    private void on(Runnable action) throws Exception {
        CompletableFuture.runAsync(action, thread).get(10, TimeUnit.SECONDS);
    }

    private void write(HeartbeatStore heartbeats) throws Exception {
        CompletableFuture.supplyAsync(heartbeats::write, thread)
                .thenCompose(written -> written)
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
            on(() -> heartbeats.add(beat(node, NOW + seq, seq)));
            on(() -> heartbeats.add(beat(other, NOW + seq, seq)));
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
            on(() -> heartbeats.add(beat(node, NOW + seq, seq)));
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
                heartbeats.add(beat(node, NOW + seq, seq));
                heartbeats.add(beat(other, NOW + seq, seq));
            }
        });
        write(heartbeats);
        assertEquals(List.of(1_000L), seqs(heartbeats.nodeLogs(node, 0, Long.MAX_VALUE, 10)));
        assertEquals(1, store.writes() - writes);
    }

    @Test
    void a_window_writes_by_itself() throws Exception {
        HeartbeatStore heartbeats = new HeartbeatStore(store, thread, Retention.DEFAULT, Duration.ofMillis(5));
        on(() -> heartbeats.add(beat(node, NOW, 1)));
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
                            heartbeats.add(beat(node, NOW + 1, 1));
                            heartbeats.write();
                            heartbeats.add(beat(node, NOW + 2, 2));
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
            heartbeats.add(worker(node, "a", NOW + 1));
            heartbeats.add(worker(node, "b", NOW + 2));
            heartbeats.add(worker(other, "a", NOW + 3));
        });
        write(heartbeats);
        List<MWorkerLog> found = heartbeats.workerLogs(node, 0, Long.MAX_VALUE, 10);
        assertEquals(List.of("b", "a"), found.stream().map(MWorkerLog::workerId).toList());
        assertEquals(List.of(), heartbeats.workerLogs(node, NOW + 3, Long.MAX_VALUE, 10));
    }

    @Test
    void beyond_the_count_the_oldest_are_removed_with_their_index() throws Exception {
        HeartbeatStore heartbeats = heartbeats(new Retention(Duration.ofDays(1), 3));
        for (long i = 1; i <= 5; i++) {
            long seq = i;
            on(() -> heartbeats.add(beat(node, NOW + seq, seq)));
            on(() -> heartbeats.add(worker(node, "w", NOW + seq)));
            write(heartbeats);
        }
        assertEquals(List.of(5L, 4L, 3L), seqs(heartbeats.nodeLogs(node, 0, Long.MAX_VALUE, 10)));
        assertEquals(3, heartbeats.workerLogs(node, 0, Long.MAX_VALUE, 10).size());
        assertEquals(3, rows(store.schema().mnodeLogs));
        assertEquals(3, rows(store.schema().mnodeLogsByNode));
        assertEquals(3, rows(store.schema().mworkerLogs));
        assertEquals(3, rows(store.schema().mworkerLogsByNode));
    }

    @Test
    void what_is_older_than_the_age_is_removed_even_when_nothing_is_added() throws Exception {
        HeartbeatStore heartbeats = heartbeats(new Retention(Duration.ofHours(1), 1_000));
        long twoHours = Duration.ofHours(2).toNanos();
        on(() -> heartbeats.add(beat(node, NOW - twoHours, 1)));
        on(() -> heartbeats.add(worker(node, "w", NOW - twoHours)));
        on(() -> heartbeats.add(beat(other, NOW, 2)));
        write(heartbeats);
        write(heartbeats);
        assertEquals(List.of(), heartbeats.nodeLogs(node, 0, Long.MAX_VALUE, 10));
        assertEquals(List.of(), heartbeats.workerLogs(node, 0, Long.MAX_VALUE, 10));
        assertEquals(1, heartbeats.nodeLogs(other, 0, Long.MAX_VALUE, 10).size());
    }

    @Test
    void one_commit_removes_no_more_than_a_bounded_number() throws Exception {
        HeartbeatStore generous = heartbeats(new Retention(Duration.ofDays(1), 10_000));
        on(() -> {
            for (int i = 0; i < 1_500; i++) {
                generous.add(beat(UUID.randomUUID(), NOW + i, 1));
            }
        });
        write(generous);
        HeartbeatStore strict = heartbeats(new Retention(Duration.ofDays(1), 1));
        write(strict);
        assertEquals(500, rows(store.schema().mnodeLogs));
        write(strict);
        assertEquals(1, rows(store.schema().mnodeLogs));
    }

    @Test
    void what_is_known_of_a_node_is_its_row_or_its_newest_heartbeat() throws Exception {
        HeartbeatStore heartbeats = heartbeats(Retention.DEFAULT);
        on(() -> {
            heartbeats.add(node, new NodeRuntime(NOW, NOW, 0, 0));
            heartbeats.add(other, new NodeRuntime(NOW, NOW + 9, 4, 5));
            heartbeats.add(beat(node, NOW + 7, 7));
            heartbeats.add(beat(other, NOW + 7, 7));
        });
        write(heartbeats);
        Map<UUID, NodeRuntime> known = heartbeats.runtimes();
        assertEquals(new NodeRuntime(NOW, NOW + 7, 7, beat(node, 0, 7).sent()), known.get(node));
        assertEquals(new NodeRuntime(NOW, NOW + 9, 4, 5), known.get(other));
    }

    @Test
    void a_store_that_fails_loses_beats_and_throws_nothing() throws Exception {
        HeartbeatStore heartbeats = heartbeats(Retention.DEFAULT);
        store.close();
        on(() -> heartbeats.add(beat(node, NOW, 1)));
        write(heartbeats);
        assertEquals(1, heartbeats.lost());
        on(() -> heartbeats.add(beat(node, NOW, 2)));
        write(heartbeats);
        assertEquals(2, heartbeats.lost());
        assertTrue(heartbeats.report().orElseThrow().startsWith("2 heartbeats"));
        assertTrue(heartbeats.report().isEmpty(), "told once");
    }

    @Test
    void beats_of_workers_beyond_the_bound_are_dropped_and_counted() throws Exception {
        HeartbeatStore heartbeats = heartbeats(Retention.DEFAULT);
        MWorkerLog log = worker(node, "w", NOW);
        on(() -> {
            for (int i = 0; i <= HeartbeatStore.MAX_WAITING; i++) {
                heartbeats.add(new MWorkerLog(NOW, node, "w" + i, 10, REALM, 1, 1, 1, 1, log.process(), log.router()));
            }
        });
        assertEquals(1, heartbeats.lost());
    }
}
