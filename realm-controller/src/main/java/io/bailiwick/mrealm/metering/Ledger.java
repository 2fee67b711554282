package io.bailiwick.mrealm.metering;

import io.bailiwick.mrealm.node.StoredBeats;
import io.bailiwick.mrealm.schema.MeterState;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.mrealm.schema.NodeCarry;
import io.bailiwick.mrealm.schema.UsageFigures;
import io.bailiwick.mrealm.schema.UsageInterval;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.Table.Row;
import io.bailiwick.router.store.WriteTransaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The usage in the store. Closing an interval is one transaction: what was used, what is carried over, and that the interval is
 * closed; so it is closed once, however often the process dies. A closed interval is not opened again. Waits for the disk; one
 * thread at a time.
 */
final class Ledger {
    /** Intervals that may wait for the domain: a month of them. Beyond that none is closed, and the heartbeats wait instead. */
    static final int MOST_WAITING = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    /** Heartbeats that are held at a time, some megabytes. */
    private static final int AT_A_TIME = 25_000;
    /** Rows that are removed by one transaction, besides as many as it adds. */
    private static final int REMOVALS = 500;
    /** An end of metering that lies farther ahead than this was reached by a clock that was wrong. */
    private static final Duration WRONG_CLOCK = Duration.ofDays(1);

    private final Store<MrealmSchema> store;
    private final MrealmSchema schema;
    private final StoredBeats beats;
    private final MeterOptions options;
    private final LongSupplier oldest;
    private final long most;

    /**
     * @param oldest when the oldest interval ended of which the usage of single nodes is kept, nanoseconds since the epoch
     * @param most how many rows of it at most
     */
    Ledger(Store<MrealmSchema> store, StoredBeats beats, MeterOptions options, LongSupplier oldest, long most) {
        this.store = store;
        this.schema = store.schema();
        this.beats = beats;
        this.options = options;
        this.oldest = oldest;
        this.most = most;
    }

    /** How far it is metered; in a store that has none yet, to the interval of the first heartbeat, or else to this one. */
    MeterState state(long now) {
        Optional<MeterState> known = store.read(tx -> schema.meter.get(tx, MrealmSchema.METER));
        if (known.isPresent() && known.get().until() - now <= WRONG_CLOCK.toNanos()) {
            return known.get();
        }
        long first = known.isPresent() ? now : Math.min(now, beats.next(0).orElse(now));
        MeterState state = new MeterState(
                options.startOf(first), known.map(MeterState::seq).orElse(0L));
        known.ifPresent(wrong -> LOG.error(
                "Expected usage to be metered until now at most, but found {} ns, which a clock that was wrong has reached;"
                        + " metering goes on from {}",
                wrong.until(),
                state.until()));
        store.writeAll(tx -> schema.meter.upsert(tx, MrealmSchema.METER, state));
        return state;
    }

    /**
     * Closes the next interval with heartbeats in it that has ended, if there is one; intervals without any are passed over.
     *
     * @param now nanoseconds since the epoch
     * @param paired the nodes of the realm: of others nothing is carried over
     * @return whether one was closed, so that there may be more
     */
    boolean closeNext(long now, Set<UUID> paired) {
        return closeNext(options.startOf(now - options.grace().toNanos()), now, paired);
    }

    /**
     * Closes all that there is until now: intervals that have ended without waiting for their grace, and of the one that is open
     * what has passed of it; the next one begins there. To be called when what was received until now is on disk.
     */
    void closeAll(long now, Set<UUID> paired) {
        boolean more = true;
        while (more) {
            more = closeNext(now, now, paired);
        }
    }

    /** Closes the next one that has begun before this end, there at the latest. */
    private boolean closeNext(long ended, long now, Set<UUID> paired) {
        MeterState state = state(now);
        if (state.until() >= ended || isFull()) {
            return false;
        }
        OptionalLong next = beats.next(state.until());
        long from = Math.max(state.until(), next.isPresent() ? options.startOf(next.getAsLong()) : ended);
        if (from >= ended) {
            store.writeAll(tx -> close(tx, new MeterState(ended, state.seq()), new TreeMap<>(), paired));
            return false;
        }
        // An interval that was begun with another length ends where the next of this length begins.
        long until = Math.min(ended, options.startOf(from) + options.interval().toNanos());
        close(new MeterState(until, state.seq()), from, until, paired);
        return true;
    }

    private boolean isFull() {
        return store.read(tx -> schema.usageIntervals.count(tx) >= MOST_WAITING);
    }

    private void close(MeterState passed, long from, long until, Set<UUID> paired) {
        Map<UUID, Accounting.Outcome> outcomes = new TreeMap<>();
        int parts = 1 + Math.toIntExact(beats.atMost(from, until) / AT_A_TIME);
        for (int part = 0; part < parts; part++) {
            Map<UUID, StoredBeats.OfNode> some = beats.received(from, until, part, parts);
            store.read(tx -> {
                some.forEach((node, of) -> outcomes.put(
                        node,
                        Accounting.account(
                                schema.nodeCarries.get(tx, node).orElse(NodeCarry.NONE), of.node(), of.workers())));
                return parts;
            });
        }
        if (outcomes.isEmpty()) {
            store.writeAll(tx -> close(tx, passed, outcomes, paired));
            return;
        }
        UsageFigures sum =
                outcomes.values().stream().map(Accounting.Outcome::used).reduce(UsageFigures.NONE, UsageFigures::plus);
        UsageInterval closed = new UsageInterval(from, until, passed.seq() + 1, sum);
        store.writeAll(tx -> {
            schema.usageIntervals.upsert(tx, until, closed);
            close(tx, new MeterState(until, closed.seq()), outcomes, paired);
        });
    }

    private void close(
            WriteTransaction tx, MeterState state, Map<UUID, Accounting.Outcome> outcomes, Set<UUID> paired) {
        outcomes.forEach((node, outcome) -> {
            schema.nodeUsage.upsert(tx, new Pair<>(state.until(), node), outcome.used());
            if (paired.contains(node)) {
                schema.nodeCarries.upsert(tx, node, outcome.after());
            }
        });
        Set<UUID> left = new HashSet<>();
        try (var rows = schema.nodeCarries.all(tx)) {
            rows.map(Row::key).filter(node -> !paired.contains(node)).forEach(left::add);
        }
        left.forEach(node -> schema.nodeCarries.delete(tx, node));
        tidy(tx, oldest.getAsLong(), REMOVALS + outcomes.size());
        schema.meter.upsert(tx, MrealmSchema.METER, state);
    }

    private void tidy(WriteTransaction tx, long kept, int removals) {
        long excess = schema.nodeUsage.count(tx) - most;
        List<Pair<Long, UUID>> gone = new ArrayList<>();
        try (var rows = schema.nodeUsage.all(tx)) {
            var each = rows.iterator();
            while (gone.size() < removals && each.hasNext()) {
                Pair<Long, UUID> key = each.next().key();
                if (gone.size() >= excess && key.first() >= kept) {
                    break;
                }
                gone.add(key);
            }
        }
        gone.forEach(key -> schema.nodeUsage.delete(tx, key));
    }

    /** Closed intervals that the domain has not acknowledged, oldest first. */
    List<UsageInterval> waiting(int limit) {
        return store.read(tx -> {
            try (var rows = schema.usageIntervals.all(tx)) {
                return rows.limit(limit).map(Row::row).toList();
            }
        });
    }

    /** The domain has these. */
    void acknowledged(List<UsageInterval> stored) {
        store.writeAll(tx -> stored.forEach(interval -> schema.usageIntervals.delete(tx, interval.until())));
    }

    /**
     * What a node used in an interval.
     *
     * @param until the end of the interval, nanoseconds since the epoch
     */
    record OfNode(long until, UUID node, UsageFigures figures) {}

    /**
     * What nodes used in the intervals that ended after {@code from} and not after {@code until}, the newest first.
     *
     * @param node empty for all
     */
    List<OfNode> nodeUsage(Optional<UUID> node, long from, long until, int limit) {
        return store.read(tx -> {
            long reached = schema.meter
                    .get(tx, MrealmSchema.METER)
                    .map(MeterState::until)
                    .orElse(0L);
            long last = Math.min(until, reached);
            try (var rows = schema.nodeUsage.range(
                    tx,
                    new Pair<>(from + 1, new UUID(0, 0)),
                    new Pair<>(last == Long.MAX_VALUE ? last : last + 1, new UUID(0, 0)),
                    true)) {
                return rows.filter(row -> node.isEmpty() || row.key().second().equals(node.get()))
                        .limit(limit)
                        .map(row -> new OfNode(row.key().first(), row.key().second(), row.row()))
                        .toList();
            }
        });
    }
}
