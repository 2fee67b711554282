package io.bailiwick.mrealm.metering;

import io.bailiwick.mrealm.node.Node;
import io.bailiwick.mrealm.node.RealmNodes;
import io.bailiwick.mrealm.node.Retention;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.mrealm.schema.UsageInterval;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Meters the realm: closes each interval when it has ended, and sends what was used to the domain until the domain says that it
 * has it. One round at a time; after a restart it goes on where the store says. All state is touched on the controller's thread.
 */
public final class Meter {
    /** Called with a list of closed intervals; answers when they are stored, or were before. */
    static final String STORE_USAGE = "io.bailiwick.domain.store_usage";

    private static final Logger LOG = LoggerFactory.getLogger(Meter.class);
    private static final Duration ANSWER = Duration.ofSeconds(20);
    /** Intervals in one call. */
    private static final int AT_A_TIME = 100;
    /** Intervals that are closed before what came of them is sent on. */
    private static final int CLOSED_AT_A_TIME = 50;

    private static final long LONGEST_WAIT_MILLIS = 60_000;
    private static final long BEGIN_MILLIS = 10_000;
    private static final long SHORTEST_WAIT_MILLIS = 50;

    private final ClientSession session;
    private final RealmNodes nodes;
    private final Ledger ledger;
    private final MeterOptions options;
    private final LongSupplier clock;
    private final ScheduledExecutorService thread;
    private final Executor disk;
    private int failures;

    /**
     * A meter of a realm that is joined.
     *
     * @param kept how much of the usage of single nodes is kept
     * @param thread the controller's thread
     * @param disk runs what waits for the disk, one after the other
     */
    public Meter(
            ClientSession session,
            RealmNodes nodes,
            Store<MrealmSchema> store,
            MeterOptions options,
            Retention kept,
            ScheduledExecutorService thread,
            Executor disk) {
        this(
                session,
                nodes,
                new Ledger(store, nodes.stored(), options, nodes::oldest, kept.count()),
                options,
                RealmNodes::receiptTime,
                thread,
                disk);
    }

    Meter(
            ClientSession session,
            RealmNodes nodes,
            Ledger ledger,
            MeterOptions options,
            LongSupplier clock,
            ScheduledExecutorService thread,
            Executor disk) {
        this.session = session;
        this.nodes = nodes;
        this.ledger = ledger;
        this.options = options;
        this.clock = clock;
        this.thread = thread;
        this.disk = disk;
    }

    /** Begins, some seconds after the start, when those that were started with this one are ready too, and goes on until the thread ends. */
    public void begin() {
        again(Math.min(BEGIN_MILLIS, options.interval().toMillis() / 2));
    }

    /**
     * What single nodes used, to be asked.
     *
     * @param reader runs what reads the store
     */
    public UsageProcedures procedures(Executor reader) {
        return new UsageProcedures(nodes, ledger, reader);
    }

    /** To settle what was used, when the realm is to end. */
    public SettleProcedures settling() {
        return new SettleProcedures(this);
    }

    /**
     * Closes all that was used until now, also of the interval that is open, and sends it. May be called again: what is settled
     * stays so. On the controller's thread.
     *
     * @return completes with the time until which the domain has it, nanoseconds since the epoch
     */
    CompletableFuture<Long> settle() {
        long now = clock.getAsLong();
        Set<UUID> paired = paired();
        return nodes.settled().thenComposeAsync(written -> settle(now, paired), disk);
    }

    private CompletableFuture<Long> settle(long now, Set<UUID> paired) {
        ledger.closeAll(now, paired);
        List<UsageInterval> waiting = ledger.waiting(AT_A_TIME);
        // Where too many wait, not all were closed: some go, and then it goes on.
        return waiting.isEmpty()
                ? CompletableFuture.completedFuture(now)
                : send(waiting).thenComposeAsync(sent -> settle(now, paired), disk);
    }

    private Set<UUID> paired() {
        return nodes.all().stream().map(Node::oid).collect(Collectors.toSet());
    }

    private void round() {
        Set<UUID> paired = paired();
        // What was received is on disk before its interval is closed.
        nodes.settled()
                .thenApplyAsync(written -> close(paired), disk)
                .thenComposeAsync(more -> send(ledger.waiting(AT_A_TIME)).thenApply(sent -> more || sent), disk)
                .whenCompleteAsync(this::ended, thread);
    }

    /** Whether there may be more to close. */
    private boolean close(Set<UUID> paired) {
        long now = clock.getAsLong();
        for (int i = 0; i < CLOSED_AT_A_TIME; i++) {
            if (!ledger.closeNext(now, paired)) {
                return false;
            }
        }
        return true;
    }

    /** Whether there may be more to send. */
    private CompletableFuture<Boolean> send(List<UsageInterval> waiting) {
        if (waiting.isEmpty()) {
            return CompletableFuture.completedFuture(false);
        }
        List<Map<String, Object>> wire = new ArrayList<>();
        for (UsageInterval interval : waiting) {
            Map<String, Object> record = new LinkedHashMap<>();
            record.put("from", interval.from());
            record.put("until", interval.until());
            record.put("seq", interval.seq());
            record.putAll(interval.figures().wire());
            wire.add(record);
        }
        return session.call(STORE_USAGE, Arguments.of(wire), ANSWER)
                .thenApplyAsync(
                        stored -> {
                            ledger.acknowledged(waiting);
                            return waiting.size() == AT_A_TIME;
                        },
                        disk);
    }

    private void ended(@Nullable Boolean more, @Nullable Throwable failure) {
        if (failure == null) {
            failures = 0;
            again(Boolean.TRUE.equals(more) ? 0 : untilNext());
            return;
        }
        failures++;
        long wait = Math.min(LONGEST_WAIT_MILLIS, 200L << Math.min(failures, 20));
        LOG.warn("Usage could not be metered or sent, again in {} ms: {}", wait, failure.toString());
        again(wait);
    }

    private void again(long millis) {
        if (!thread.isShutdown()) {
            thread.schedule(this::round, millis, TimeUnit.MILLISECONDS);
        }
    }

    /** Until the interval that is open now has ended; looked at again each minute, as clocks are set. */
    private long untilNext() {
        long now = clock.getAsLong();
        long end = options.startOf(now - options.grace().toNanos())
                + options.interval().toNanos()
                + options.grace().toNanos();
        long millis = TimeUnit.NANOSECONDS.toMillis(end - now) + 1;
        return Math.max(SHORTEST_WAIT_MILLIS, Math.min(LONGEST_WAIT_MILLIS, millis));
    }
}
