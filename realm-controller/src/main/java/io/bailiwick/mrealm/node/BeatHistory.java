package io.bailiwick.mrealm.node;

import io.bailiwick.mrealm.beat.BeatBytes;
import io.bailiwick.mrealm.beat.BeatRow;
import io.bailiwick.mrealm.schema.BeatBlock;
import io.bailiwick.mrealm.schema.BeatFold;
import io.bailiwick.mrealm.schema.BeatWindow;
import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.mrealm.schema.NodeRuntime;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.Table;
import io.bailiwick.router.store.Table.Row;
import io.bailiwick.router.store.WriteTransaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * The heartbeats in the store. What is written together is one row, a window: that is quick, and takes little of the log. Now
 * and then a fold makes blocks of the windows, one for each node, in which the figures of many heartbeats take little room.
 * What neither a window above the last fold nor a block of a fold has is not there, so that folding, and removing what is no
 * longer kept, can be done in pieces.
 *
 * <p>Methods that take a transaction that writes run on the store's thread. What they keep in memory follows the disk: it
 * changes when the commit is there, and a commit that fails changes nothing of it.
 */
final class BeatHistory {
    /** At most so many rows of a kind are removed by one transaction, so that no commit takes long. */
    private static final int REMOVALS = 500;
    /** Likewise of windows, which are larger. */
    private static final int REMOVED_WINDOWS = 16;
    /** Bytes of heartbeats of a kind in one window, about: a row of the store has less than a mebibyte. */
    private static final int LARGEST_WINDOW = 256 << 10;
    /** Windows of more heartbeats than that are folded, some ten megabytes: a fold has tens of them of each of a thousand nodes. */
    private static final long MOST_IN_WINDOWS = 100_000;
    /** Windows are folded after this time at the latest. */
    private static final Duration FOLD_AGE = Duration.ofMinutes(10);

    /** Heartbeats of a node and its workers that are worth a block. */
    private static final long SEVERAL = 16;

    private static final long EXPIRY_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final UUID LEAST = new UUID(0, 0);

    private final Store<MrealmSchema> store;
    private final MrealmSchema schema;
    private final Retention retention;
    private final OldBeats old;
    private final BeatLog<MNodeLog> nodes;
    private final BeatLog<MWorkerLog> workers;

    private long lastWindow;
    private volatile InWindows inWindows = InWindows.none();
    private long expiryNanos;
    private long keptNodes;
    private long keptWorkers;
    private boolean noOld;
    /** The folds from which on blocks are kept, if that is known. */
    private long firstOfNodes;

    private long firstOfWorkers;
    private boolean firstsKnown;
    /** Whether what a fold that came to no end may have left is gone. */
    private volatile boolean swept;

    private volatile boolean folding;
    /** When the next fold may begin, after one that has failed. */
    private volatile long nextFoldNanos;

    /**
     * What is not folded.
     *
     * @param beats how many heartbeats that are
     * @param bytes how many bytes those have
     * @param sinceNanos since when there are some
     */
    private record InWindows(long beats, long bytes, long sinceNanos) {
        static InWindows none() {
            return new InWindows(0, 0, System.nanoTime());
        }

        InWindows with(BeatWindow window) {
            return new InWindows(
                    beats + window.nodes() + window.workers(),
                    bytes + window.bytes(),
                    beats == 0 ? System.nanoTime() : sinceNanos);
        }

        InWindows without(BeatFold fold, long folded) {
            return new InWindows(
                    Math.max(0, beats - fold.nodes() - fold.workers()), Math.max(0, bytes - folded), System.nanoTime());
        }
    }

    /** The history of a store that was just opened. */
    BeatHistory(Store<MrealmSchema> store, UUID mrealm, Retention retention) {
        this.store = store;
        this.schema = store.schema();
        this.retention = retention;
        this.old = new OldBeats(schema);
        this.nodes = new BeatLog<>(
                BeatBytes.ofNodes(mrealm),
                BeatWindow::nodeBeats,
                BeatFold::nodes,
                schema.mnodeBlocks,
                MNodeLog::timestamp,
                Comparator.comparingLong(MNodeLog::timestamp).reversed());
        this.workers = new BeatLog<>(
                BeatBytes.ofWorkers(mrealm),
                BeatWindow::workerBeats,
                BeatFold::workers,
                schema.mworkerBlocks,
                MWorkerLog::timestamp,
                Comparator.comparingLong(MWorkerLog::timestamp)
                        .thenComparing(MWorkerLog::workerId)
                        .reversed());
        this.expiryNanos = System.nanoTime();
        this.nextFoldNanos = expiryNanos;
        store.read(this::learn);
    }

    private boolean learn(ReadTransaction tx) {
        long folded = folded(tx);
        lastWindow = Math.max(folded, last(tx, schema.beatWindows));
        try (var windows = schema.beatWindows.range(tx, folded + 1, null, false)) {
            windows.forEach(window -> inWindows = inWindows.with(window.row()));
        }
        noOld = old.isEmpty(tx);
        return noOld;
    }

    BeatLog<MNodeLog> nodes() {
        return nodes;
    }

    BeatLog<MWorkerLog> workers() {
        return workers;
    }

    /** The number of the last fold; 0 when there is none. */
    long folded(ReadTransaction tx) {
        return last(tx, schema.beatFolds);
    }

    private static long last(ReadTransaction tx, Table<Long, ?> table) {
        try (var rows = table.range(tx, null, null, true)) {
            return rows.findFirst().map(Row::key).orElse(0L);
        }
    }

    /** Writes a window; more than one where there is much. */
    void add(WriteTransaction tx, Collection<BeatRow> nodeBeats, Collection<BeatRow> workerBeats) {
        Iterator<BeatRow> ofNodes = nodeBeats.iterator();
        Iterator<BeatRow> ofWorkers = workerBeats.iterator();
        while (ofNodes.hasNext() || ofWorkers.hasNext()) {
            window(tx, some(ofNodes), some(ofWorkers));
        }
    }

    private static List<BeatRow> some(Iterator<BeatRow> beats) {
        List<BeatRow> some = new ArrayList<>();
        for (int bytes = 0; bytes < LARGEST_WINDOW && beats.hasNext(); ) {
            BeatRow beat = beats.next();
            some.add(beat);
            bytes += beat.figures().length;
        }
        return some;
    }

    private void window(WriteTransaction tx, List<BeatRow> nodeBeats, List<BeatRow> workerBeats) {
        long from = Long.MAX_VALUE;
        long until = Long.MIN_VALUE;
        for (BeatRow beat : nodeBeats) {
            from = Math.min(from, beat.timestamp());
            until = Math.max(until, beat.timestamp());
        }
        for (BeatRow beat : workerBeats) {
            from = Math.min(from, beat.timestamp());
            until = Math.max(until, beat.timestamp());
        }
        lastWindow++;
        BeatWindow window = new BeatWindow(
                from,
                until,
                nodeBeats.size(),
                workerBeats.size(),
                nodes.bytes().window(nodeBeats),
                workers.bytes().window(workerBeats));
        // A number that a failed commit leaves unused does no harm.
        schema.beatWindows.insert(tx, lastWindow, window);
        tx.afterCommit(() -> inWindows = inWindows.with(window));
    }

    /**
     * How many heartbeats in windows are worth a fold.
     *
     * @param quiet whether no heartbeats come now: then several of each node are enough
     */
    long worthFolding(ReadTransaction tx, boolean quiet) {
        long most = Math.max(1, Math.min(MOST_IN_WINDOWS, retention.count() / 4));
        return quiet ? Math.min(most, SEVERAL * Math.max(1, schema.nodes.count(tx))) : most;
    }

    /**
     * Whether the windows should be folded: there are many, or old ones. Then it counts as under way, until {@link #fold} or
     * {@link #abandonFold}. To be asked when a commit is on disk, and by one thread at a time.
     *
     * @param worth as {@link #worthFolding} said
     */
    boolean beginFold(long worth) {
        InWindows now = inWindows;
        boolean due = now.beats() >= worth
                || now.bytes() >= retention.bytes() / 4
                || System.nanoTime() - now.sinceNanos() >= FOLD_AGE.toNanos();
        if (!due || now.beats() == 0 || !swept || folding || System.nanoTime() - nextFoldNanos < 0) {
            return false;
        }
        folding = true;
        return true;
    }

    /** Ends a fold that did not come to its end. Any thread. */
    void abandonFold() {
        nextFoldNanos = System.nanoTime() + EXPIRY_NANOS;
        swept = false;
        folding = false;
    }

    /**
     * Ends a fold: its blocks count from now on, and its windows no more.
     *
     * @param folded how many bytes of heartbeats those had
     */
    void fold(WriteTransaction tx, long number, BeatFold fold, long folded) {
        schema.beatFolds.insert(tx, number, fold);
        tx.afterCommit(() -> {
            inWindows = inWindows.without(fold, folded);
            folding = false;
            expiryNanos = System.nanoTime();
            firstsKnown = false;
        });
    }

    /**
     * Removes some of what is no longer kept.
     *
     * @param oldest when the oldest that is kept was received
     * @return whether there may be more of it
     */
    boolean tidy(WriteTransaction tx, long oldest) {
        long folded = folded(tx);
        boolean more = schema.beatWindows.clear(tx, null, folded + 1, REMOVED_WINDOWS) == REMOVED_WINDOWS;
        if (!firstsKnown) {
            // As earlier commits have left it: what this one strikes out goes with a later one, or not at all if this
            // one fails.
            firstOfNodes = firstKept(tx, BeatFold::nodes, folded + 1);
            firstOfWorkers = firstKept(tx, BeatFold::workers, folded + 1);
            tx.afterCommit(() -> firstsKnown = true);
        }
        more |= schema.mnodeBlocks.clear(tx, null, new Pair<>(firstOfNodes, LEAST), REMOVALS) == REMOVALS;
        more |= schema.mworkerBlocks.clear(tx, null, new Pair<>(firstOfWorkers, LEAST), REMOVALS) == REMOVALS;
        if (!swept && !folding) {
            int left = schema.mnodeBlocks.clear(tx, new Pair<>(folded + 1, LEAST), null, REMOVALS)
                    + schema.mworkerBlocks.clear(tx, new Pair<>(folded + 1, LEAST), null, REMOVALS);
            tx.afterCommit(() -> swept = left == 0);
        }
        if (!noOld) {
            old.removeNodeLogs(tx, schema.mnodeLogs.count(tx) + keptNodes - retention.count(), oldest, REMOVALS);
            old.removeWorkerLogs(tx, schema.mworkerLogs.count(tx) + keptWorkers - retention.count(), oldest, REMOVALS);
            boolean gone = old.isEmpty(tx);
            tx.afterCommit(() -> noOld = gone);
        }
        if (System.nanoTime() - expiryNanos >= 0) {
            expire(tx, oldest);
        }
        return more;
    }

    private long firstKept(ReadTransaction tx, ToLongFunction<BeatFold> inFold, long otherwise) {
        try (var folds = schema.beatFolds.all(tx)) {
            return folds.filter(fold -> inFold.applyAsLong(fold.row()) > 0)
                    .findFirst()
                    .map(Row::key)
                    .orElse(otherwise);
        }
    }

    /** Strikes folds out that are too old, or beyond the count or the bytes; their blocks go after them. The last one stays, to say which windows it has. */
    private void expire(WriteTransaction tx, long oldest) {
        measure(tx);
        List<Row<Long, BeatFold>> folds;
        try (var rows = schema.beatFolds.all(tx)) {
            folds = rows.toList();
        }
        long leftNodes = folds.stream().mapToLong(fold -> fold.row().nodes()).sum();
        long leftWorkers =
                folds.stream().mapToLong(fold -> fold.row().workers()).sum();
        long leftBytes = folds.stream().mapToLong(fold -> fold.row().bytes()).sum();
        // A quarter of the room is that of windows.
        long most = retention.bytes() - retention.bytes() / 4;
        for (int i = 0; i < folds.size(); i++) {
            BeatFold fold = folds.get(i).row();
            boolean whole = fold.until() < oldest || leftBytes > most;
            boolean dropNodes = whole || leftNodes - fold.nodes() >= retention.count();
            boolean dropWorkers = whole || leftWorkers - fold.workers() >= retention.count();
            if (!dropNodes && !dropWorkers) {
                continue;
            }
            BeatFold left = new BeatFold(
                    fold.from(),
                    fold.until(),
                    dropNodes ? 0 : fold.nodes(),
                    dropWorkers ? 0 : fold.workers(),
                    dropNodes ? 0 : fold.nodeBytes(),
                    dropWorkers ? 0 : fold.workerBytes());
            leftNodes -= fold.nodes() - left.nodes();
            leftWorkers -= fold.workers() - left.workers();
            leftBytes -= fold.bytes() - left.bytes();
            if (left.nodes() + left.workers() == 0 && i < folds.size() - 1) {
                schema.beatFolds.delete(tx, folds.get(i).key());
            } else if (!left.equals(fold)) {
                schema.beatFolds.update(tx, folds.get(i).key(), left);
            }
        }
        long nodesLeft = leftNodes;
        long workersLeft = leftWorkers;
        tx.afterCommit(() -> {
            keptNodes = nodesLeft;
            keptWorkers = workersLeft;
            expiryNanos = System.nanoTime() + EXPIRY_NANOS;
            firstsKnown = false;
        });
    }

    /** Counts the bytes of a fold that an earlier release wrote without; of one at a time, as its blocks are read for that. */
    private void measure(WriteTransaction tx) {
        Optional<Row<Long, BeatFold>> found;
        try (var rows = schema.beatFolds.all(tx)) {
            found = rows.filter(row -> row.row().bytes() == 0
                            && row.row().nodes() + row.row().workers() > 0)
                    .findFirst();
        }
        found.ifPresent(row -> {
            BeatFold fold = row.row();
            long ofNodes = fold.nodes() == 0 ? 0 : bytes(tx, schema.mnodeBlocks, row.key());
            long ofWorkers = fold.workers() == 0 ? 0 : bytes(tx, schema.mworkerBlocks, row.key());
            schema.beatFolds.update(
                    tx,
                    row.key(),
                    new BeatFold(fold.from(), fold.until(), fold.nodes(), fold.workers(), ofNodes, ofWorkers));
        });
    }

    private static long bytes(ReadTransaction tx, Table<Pair<Long, UUID>, BeatBlock> blocks, long fold) {
        try (var rows = blocks.range(tx, new Pair<>(fold, LEAST), new Pair<>(fold + 1, LEAST), false)) {
            return rows.mapToLong(row -> row.row().beats().length).sum();
        }
    }

    /** The heartbeats of a node, newest first. */
    List<MNodeLog> nodeLogs(BeatLog.Question question) {
        return store.read(tx -> {
            List<MNodeLog> found = nodes.ask(tx, schema, folded(tx), question);
            if (!old.isEmpty(tx)) {
                found.addAll(old.nodeLogs(tx, question.node(), question.from(), question.until(), question.limit()));
                found.sort(nodes.newestFirst());
            }
            return found.stream().limit(question.limit()).toList();
        });
    }

    /** The heartbeats of the workers of a node, newest first. */
    List<MWorkerLog> workerLogs(BeatLog.Question question) {
        return store.read(tx -> {
            List<MWorkerLog> found = workers.ask(tx, schema, folded(tx), question);
            if (!old.isEmpty(tx)) {
                found.addAll(old.workerLogs(tx, question.node(), question.from(), question.until(), question.limit()));
                found.sort(workers.newestFirst());
            }
            return found.stream().limit(question.limit()).toList();
        });
    }

    /** What is known of each node from before. */
    Map<UUID, NodeRuntime> runtimes() {
        return new LastSeen(schema, this, old).of(store);
    }
}
