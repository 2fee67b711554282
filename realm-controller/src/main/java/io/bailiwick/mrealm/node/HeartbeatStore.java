package io.bailiwick.mrealm.node;

import io.bailiwick.mrealm.schema.LogEntry;
import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.mrealm.schema.NodeRuntime;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.StoreFailedException;
import io.bailiwick.router.store.WriteTransaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The logs of heartbeats on disk. What arrives within one window, or while a commit is under way, is written by one
 * transaction: of several beats of one node or worker the last, so that the log grows with nodes and time and not with what
 * they send. Writing never blocks the caller; a commit that fails loses its window, which is counted and told.
 *
 * <p>Additions come from the controller's thread only; reading is allowed on any.
 */
final class HeartbeatStore {
    /** Beyond this many rows waiting for the disk, some ten megabytes, workers' beats are dropped. */
    static final int MAX_WAITING = 10_000;
    /** At most so many rows more than were added are removed by one transaction, so that no commit takes long. */
    private static final int EXTRA_REMOVALS = 1_000;

    private final Store<MrealmSchema> store;
    private final ScheduledExecutorService thread;
    private final Retention retention;
    private final Duration window;

    private Batch waiting = new Batch();
    private boolean due;
    private boolean writing;
    private CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);
    private long lost;
    private long lostAndTold;
    private String complaint = "";
    private final CompletableFuture<Throwable> broken = new CompletableFuture<>();

    /** Rows that wait for the disk. */
    private static final class Batch {
        final Map<UUID, MNodeLog> nodes = new LinkedHashMap<>();
        final Map<Pair<UUID, String>, MWorkerLog> workers = new LinkedHashMap<>();
        final Map<UUID, NodeRuntime> runtimes = new LinkedHashMap<>();

        boolean isEmpty() {
            return nodes.isEmpty() && workers.isEmpty() && runtimes.isEmpty();
        }

        int size() {
            return nodes.size() + workers.size() + runtimes.size();
        }
    }

    /**
     * @param thread the controller's thread
     * @param window how long beats are gathered before they are written
     */
    HeartbeatStore(Store<MrealmSchema> store, ScheduledExecutorService thread, Retention retention, Duration window) {
        this.store = store;
        this.thread = thread;
        this.retention = retention;
        this.window = window;
    }

    void add(MNodeLog beat) {
        waiting.nodes.put(beat.nodeId(), beat);
        wake();
    }

    void add(MWorkerLog beat) {
        if (waiting.size() >= MAX_WAITING) {
            lost++;
            complaint = "too many that wait for the disk";
            return;
        }
        waiting.workers.put(new Pair<>(beat.nodeId(), beat.workerId()), beat);
        wake();
    }

    /** Keeps what is to survive a restart of the controller. */
    void add(UUID node, NodeRuntime runtime) {
        waiting.runtimes.put(node, runtime);
        wake();
    }

    private void wake() {
        if (!due && !writing) {
            due = true;
            thread.schedule(
                    () -> {
                        due = false;
                        write();
                    },
                    window.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    /** Writes what waits, and removes what is no longer kept. */
    CompletableFuture<Void> write() {
        if (writing) {
            return underWay;
        }
        writing = true;
        Batch batch = waiting;
        waiting = new Batch();
        long oldest = WallClock.nanos() - retention.age().toNanos();
        underWay = begin(batch, oldest)
                .whenCompleteAsync((done, failure) -> written(batch, failure), thread)
                .handle((done, failure) -> null);
        return underWay;
    }

    /** Writes until nothing waits any more. */
    CompletableFuture<Void> drain() {
        if (!writing && waiting.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return write().thenComposeAsync(written -> drain(), thread);
    }

    private CompletableFuture<Boolean> begin(Batch batch, long oldest) {
        try {
            return store.writeAsync(tx -> commit(tx, batch, oldest));
        } catch (RejectedExecutionException | IllegalStateException e) {
            // Too many writes wait, or the store is closed.
            return CompletableFuture.failedFuture(e);
        }
    }

    private void written(Batch batch, @Nullable Throwable failure) {
        writing = false;
        if (failure != null) {
            lost += batch.size();
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            complaint = cause.toString();
            if (cause instanceof StoreFailedException) {
                broken.complete(cause);
            }
        }
        if (!waiting.isEmpty()) {
            wake();
        }
    }

    private boolean commit(WriteTransaction tx, Batch batch, long oldest) {
        MrealmSchema schema = store.schema();
        batch.runtimes.forEach((node, runtime) -> schema.nodes.upsert(tx, node, runtime));
        batch.nodes.forEach((node, beat) -> {
            schema.mnodeLogs.upsert(tx, new Pair<>(beat.timestamp(), node), beat);
            schema.mnodeLogsByNode.upsert(tx, new Pair<>(node, beat.timestamp()), new LogEntry(beat.seq()));
        });
        batch.workers.forEach((worker, beat) -> {
            schema.mworkerLogs.upsert(tx, new Pair<>(beat.timestamp(), worker), beat);
            schema.mworkerLogsByNode.upsert(
                    tx,
                    new Pair<>(worker.first(), new Pair<>(beat.timestamp(), worker.second())),
                    new LogEntry(beat.seq()));
        });
        removeNodeLogs(tx, excess(schema.mnodeLogs.count(tx)), oldest, batch.nodes.size() + EXTRA_REMOVALS);
        removeWorkerLogs(tx, excess(schema.mworkerLogs.count(tx)), oldest, batch.workers.size() + EXTRA_REMOVALS);
        return true;
    }

    private long excess(long rows) {
        return Math.max(0, rows - retention.count());
    }

    private void removeNodeLogs(WriteTransaction tx, long excess, long oldest, int most) {
        MrealmSchema schema = store.schema();
        List<Pair<Long, UUID>> keys = new ArrayList<>();
        try (var rows = schema.mnodeLogs.range(tx, null, null, false)) {
            var iterator = rows.iterator();
            while (keys.size() < most && iterator.hasNext()) {
                Pair<Long, UUID> key = iterator.next().key();
                if (keys.size() >= excess && key.first() >= oldest) {
                    break;
                }
                keys.add(key);
            }
        }
        for (Pair<Long, UUID> key : keys) {
            schema.mnodeLogs.delete(tx, key);
            schema.mnodeLogsByNode.delete(tx, new Pair<>(key.second(), key.first()));
        }
    }

    private void removeWorkerLogs(WriteTransaction tx, long excess, long oldest, int most) {
        MrealmSchema schema = store.schema();
        List<Pair<Long, Pair<UUID, String>>> keys = new ArrayList<>();
        try (var rows = schema.mworkerLogs.range(tx, null, null, false)) {
            var iterator = rows.iterator();
            while (keys.size() < most && iterator.hasNext()) {
                Pair<Long, Pair<UUID, String>> key = iterator.next().key();
                if (keys.size() >= excess && key.first() >= oldest) {
                    break;
                }
                keys.add(key);
            }
        }
        for (Pair<Long, Pair<UUID, String>> key : keys) {
            Pair<UUID, String> worker = key.second();
            schema.mworkerLogs.delete(tx, key);
            schema.mworkerLogsByNode.delete(tx, new Pair<>(worker.first(), new Pair<>(key.first(), worker.second())));
        }
    }

    /** The heartbeats of a node with {@code from <= timestamp < until}, newest first. */
    List<MNodeLog> nodeLogs(UUID node, long from, long until, int limit) {
        MrealmSchema schema = store.schema();
        return store.read(tx -> {
            try (var entries =
                    schema.mnodeLogsByNode.range(tx, new Pair<>(node, from), new Pair<>(node, until), true)) {
                return entries.limit(limit)
                        .flatMap(entry ->
                                schema.mnodeLogs.get(tx, new Pair<>(entry.key().second(), node)).stream())
                        .toList();
            }
        });
    }

    /** The heartbeats of the workers of a node with {@code from <= timestamp < until}, newest first. */
    List<MWorkerLog> workerLogs(UUID node, long from, long until, int limit) {
        MrealmSchema schema = store.schema();
        return store.read(tx -> {
            try (var entries = schema.mworkerLogsByNode.range(
                    tx, new Pair<>(node, new Pair<>(from, "")), new Pair<>(node, new Pair<>(until, "")), true)) {
                return entries.limit(limit)
                        .flatMap(entry -> schema
                                .mworkerLogs
                                .get(
                                        tx,
                                        new Pair<>(
                                                entry.key().second().first(),
                                                new Pair<>(
                                                        node,
                                                        entry.key().second().second())))
                                .stream())
                        .toList();
            }
        });
    }

    /**
     * What is known of each node from before: its row, or its newest heartbeat where that is later, for rows are written when
     * a node comes and goes and heartbeats all the time.
     */
    Map<UUID, NodeRuntime> runtimes() {
        MrealmSchema schema = store.schema();
        return store.read(tx -> {
            Map<UUID, NodeRuntime> result = new LinkedHashMap<>();
            try (var rows = schema.nodes.all(tx)) {
                rows.forEach(row -> result.put(row.key(), newest(tx, row.key(), row.row())));
            }
            return result;
        });
    }

    private NodeRuntime newest(ReadTransaction tx, UUID node, NodeRuntime row) {
        MrealmSchema schema = store.schema();
        try (var entries = schema.mnodeLogsByNode.range(
                tx, new Pair<>(node, row.lastSeen()), new Pair<>(node, Long.MAX_VALUE), true)) {
            return entries.findFirst()
                    .flatMap(entry ->
                            schema.mnodeLogs.get(tx, new Pair<>(entry.key().second(), node)))
                    .map(beat -> new NodeRuntime(row.firstSeen(), beat.timestamp(), beat.seq(), beat.sent()))
                    .orElse(row);
        }
    }

    /** How many rows could not be stored since the start. */
    long lost() {
        return lost;
    }

    /** A line about the rows that were lost since the last report; empty when there were none. */
    Optional<String> report() {
        if (lost == lostAndTold) {
            return Optional.empty();
        }
        String line = (lost - lostAndTold) + " heartbeats could not be stored, the last because of " + complaint;
        lostAndTold = lost;
        return Optional.of(line);
    }

    /** Completes when the store takes no more writes until it is opened again. */
    CompletableFuture<Throwable> broken() {
        return broken;
    }
}
