package io.bailiwick.mrealm.node;

import io.bailiwick.mrealm.beat.BeatRow;
import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.mrealm.schema.NodeRuntime;
import io.bailiwick.router.store.ExpiryClock;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.WriteTransaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs of heartbeats on disk. What arrives within one window, or while a commit is under way, is written by one
 * transaction: of several beats of one node or worker the last, so that the log grows with nodes and time and not with what
 * they send. How it is kept there is the business of {@link BeatHistory}. Writing never blocks the caller; a commit that fails loses its window, which is counted and told.
 *
 * <p>Additions come from the controller's thread only; reading is allowed on any.
 */
final class HeartbeatStore {
    /** Beyond this many rows waiting for the disk, some ten megabytes, workers' beats are dropped. */
    static final int MAX_WAITING = 10_000;

    /** When so many rows wait for a commit that takes long, no more heartbeats are taken until it is done: the nodes wait. */
    static final int ENOUGH = 2_000;

    /** After so long without a heartbeat what there is may be folded earlier than otherwise. */
    private static final long QUIET_SECONDS = 5;

    /** At most so many nodes that are gone are removed by one commit. */
    private static final int REMOVALS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatStore.class);

    private final Store<MrealmSchema> store;
    private final ScheduledExecutorService thread;
    private final Retention retention;
    private final Duration window;
    private final BeatHistory history;
    private final ExpiryClock expiry;
    /** Nodes that are not there any more, of which something may be kept. */
    private final Set<UUID> gone = new LinkedHashSet<>();

    private final Consumer<Boolean> intake;

    private Batch waiting = new Batch();
    private boolean due;
    private boolean writing;
    private boolean stopped;
    /** How often something was added. */
    private long added;

    private boolean restDue;
    private CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);
    private CompletableFuture<Void> folding = CompletableFuture.completedFuture(null);
    private long lost;
    private long lostAndTold;
    private String complaint = "";

    /** A worker of a node. */
    private record OfNode(UUID node, String worker) {
        // By hand: what a record has by itself takes longer than all else that is done with a heartbeat here.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof OfNode that && node.equals(that.node) && worker.equals(that.worker);
        }

        @Override
        public int hashCode() {
            return 31 * node.hashCode() + worker.hashCode();
        }
    }

    /**
     * What is to be done after a commit.
     *
     * @param worthFolding how many heartbeats in windows are worth a fold
     * @param untidy whether more is to be removed than one commit removes
     */
    private record Outcome(long worthFolding, boolean untidy) {}

    /** Rows that wait for the disk. */
    private static final class Batch {
        final Map<UUID, BeatRow> nodes = new LinkedHashMap<>();
        final Map<OfNode, BeatRow> workers = new LinkedHashMap<>();
        final Map<UUID, NodeRuntime> runtimes = new LinkedHashMap<>();
        final List<UUID> gone = new ArrayList<>();
        final CompletableFuture<Void> stored = new CompletableFuture<>();
        final long began = System.nanoTime();

        boolean isEmpty() {
            return nodes.isEmpty() && workers.isEmpty() && runtimes.isEmpty();
        }

        int size() {
            return nodes.size() + workers.size() + runtimes.size();
        }
    }

    /**
     * @param mrealm the realm's object id
     * @param thread the controller's thread
     * @param window how long beats are gathered before they are written
     * @param intake is told whether more heartbeats are wanted
     */
    HeartbeatStore(
            Store<MrealmSchema> store,
            UUID mrealm,
            ScheduledExecutorService thread,
            Retention retention,
            Duration window,
            Consumer<Boolean> intake) {
        this(
                store,
                mrealm,
                thread,
                retention,
                window,
                intake,
                new ExpiryClock(store, store.schema().expiry, WallClock::nanos, System::nanoTime));
    }

    /** The same by another clock. */
    HeartbeatStore(
            Store<MrealmSchema> store,
            UUID mrealm,
            ScheduledExecutorService thread,
            Retention retention,
            Duration window,
            Consumer<Boolean> intake,
            ExpiryClock expiry) {
        this.expiry = expiry;
        this.store = store;
        this.intake = intake;
        this.thread = thread;
        this.retention = retention;
        this.window = window;
        this.history = new BeatHistory(store, mrealm, retention);
    }

    /**
     * Takes the heartbeat of a node.
     *
     * @return completes when it, or a later one of the same node, is on disk; exceptionally when it is lost
     */
    CompletableFuture<Void> add(BeatRow beat) {
        Batch batch = open();
        batch.nodes.put(beat.node(), beat);
        wake();
        return batch.stored;
    }

    /** Takes the heartbeat of a worker. */
    void addOfWorker(BeatRow beat) {
        if (waiting.size() >= MAX_WAITING) {
            lost++;
            complaint = "too many that wait for the disk";
            return;
        }
        open().workers.put(new OfNode(beat.node(), beat.worker()), beat);
        wake();
    }

    /** Keeps what is to survive a restart of the controller. */
    void add(UUID node, NodeRuntime runtime) {
        gone.remove(node);
        open().runtimes.put(node, runtime);
        wake();
    }

    /** Keeps of a node no more than its heartbeats, which go in their time. */
    void remove(UUID node) {
        open().runtimes.remove(node);
        gone.add(node);
        wake();
    }

    /** What waits, with the time at which it began to wait. */
    private Batch open() {
        added++;
        if (waiting.isEmpty()) {
            waiting = new Batch();
        }
        return waiting;
    }

    private void wake() {
        if (writing && !stopped && waiting.size() >= ENOUGH) {
            stopped = true;
            intake.accept(false);
        }
        if (!due && !writing) {
            due = true;
            // What has waited for the commit before has waited for its own already.
            long left = window.toNanos() - (System.nanoTime() - waiting.began);
            thread.schedule(
                    () -> {
                        due = false;
                        write();
                    },
                    Math.max(0, left),
                    TimeUnit.NANOSECONDS);
        }
    }

    /** Looks again when nothing more comes. */
    private void rest() {
        if (restDue) {
            return;
        }
        restDue = true;
        long then = added;
        thread.schedule(
                () -> {
                    restDue = false;
                    if (added == then) {
                        write(true);
                    } else {
                        rest();
                    }
                },
                QUIET_SECONDS,
                TimeUnit.SECONDS);
    }

    /** Writes what waits, and removes what is no longer kept. */
    CompletableFuture<Void> write() {
        return write(false);
    }

    private CompletableFuture<Void> write(boolean quiet) {
        if (writing) {
            return underWay;
        }
        writing = true;
        Batch batch = waiting;
        waiting = new Batch();
        gone.stream().limit(REMOVALS).forEach(batch.gone::add);
        batch.gone.forEach(gone::remove);
        long oldest = oldest();
        underWay = begin(batch, oldest, quiet)
                .whenCompleteAsync((outcome, failure) -> written(batch, outcome, failure), thread)
                .handle((done, failure) -> null);
        return underWay;
    }

    /** Writes until nothing waits any more. */
    CompletableFuture<Void> drain() {
        if (!writing && waiting.isEmpty() && gone.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return write().thenComposeAsync(written -> drain(), thread);
    }

    /** Completes when what waits now is on disk, or lost; what is added meanwhile is not waited for. */
    CompletableFuture<Void> settled() {
        return (waiting.isEmpty() ? underWay : waiting.stored).handle((done, failure) -> null);
    }

    private CompletableFuture<Outcome> begin(Batch batch, long oldest, boolean quiet) {
        try {
            return store.writeAsync(tx -> commit(tx, batch, oldest, quiet));
        } catch (RejectedExecutionException | IllegalStateException e) {
            // Too many writes wait, or the store is closed.
            return CompletableFuture.failedFuture(e);
        }
    }

    private void written(Batch batch, @Nullable Outcome outcome, @Nullable Throwable failure) {
        writing = false;
        if (stopped) {
            stopped = false;
            intake.accept(true);
        }
        if (outcome != null && history.beginFold(outcome.worthFolding())) {
            fold();
        }
        if (failure == null) {
            batch.stored.complete(null);
        } else {
            lost += batch.size();
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            complaint = cause.toString();
            batch.stored.completeExceptionally(cause);
        }
        if (!waiting.isEmpty()) {
            wake();
        } else if (outcome != null && (outcome.untidy() || !gone.isEmpty())) {
            write();
        } else if (!batch.isEmpty()) {
            rest();
        }
    }

    private Outcome commit(WriteTransaction tx, Batch batch, long oldest, boolean quiet) {
        batch.gone.forEach(node -> store.schema().nodes.delete(tx, node));
        batch.runtimes.forEach((node, runtime) -> store.schema().nodes.upsert(tx, node, runtime));
        history.add(tx, batch.nodes.values(), batch.workers.values());
        boolean untidy = history.tidy(tx, oldest);
        expiry.keep(tx);
        return new Outcome(history.worthFolding(tx, quiet), untidy);
    }

    /** Folds, on a thread of its own that ends with it. */
    private void fold() {
        Executor another = task -> {
            Thread folder = new Thread(task, "heartbeat-fold");
            folder.setDaemon(true);
            folder.start();
        };
        folding = CompletableFuture.runAsync(() -> Folding.run(store, history), another)
                .exceptionally(failure -> {
                    history.abandonFold();
                    LOG.warn("Heartbeats could not be folded: {}", failure.toString());
                    return null;
                })
                // What was folded is removed by the next commits, whether or not anything comes.
                .thenComposeAsync(folded -> write(), thread);
    }

    /** Completes when the fold that is under way has ended, and what it has folded begins to be removed. */
    CompletableFuture<Void> folding() {
        return folding;
    }

    /** The heartbeats of a node with {@code from <= timestamp < until}, newest first. */
    List<MNodeLog> nodeLogs(UUID node, long from, long until, int limit) {
        return history.nodeLogs(new BeatLog.Question(node, Math.max(from, oldest()), until, limit));
    }

    /** The heartbeats of the workers of a node with {@code from <= timestamp < until}, newest first. */
    List<MWorkerLog> workerLogs(UUID node, long from, long until, int limit) {
        return history.workerLogs(new BeatLog.Question(node, Math.max(from, oldest()), until, limit));
    }

    /** All heartbeats there are, across the nodes. */
    StoredBeats stored() {
        return new StoredBeats(store, history);
    }

    /** When the oldest that is kept was received: nanoseconds since the epoch. Any thread. */
    long oldest() {
        return expiry.nanos() - retention.age().toNanos();
    }

    /** What is known of each node from before. */
    Map<UUID, NodeRuntime> runtimes() {
        return history.runtimes();
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
}
