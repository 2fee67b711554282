package io.bailiwick.domain.waiting;

import io.bailiwick.domain.admission.Knocking.Knock;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.WaitingNode;
import io.bailiwick.router.cryptosign.Fingerprint;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.link.TokenBuckets;
import io.bailiwick.router.link.TokenBuckets.Rate;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.Table.Row;
import io.bailiwick.router.store.WriteTransaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes that wait. A knock costs no write: what it changes is in memory at once, a new node is on disk within seconds, and
 * how often it has knocked since within a minute.
 *
 * <p>The room is bounded, whoever knocks: so many nodes in all and so many from one network, of which the one that has been
 * silent for longest makes room; so many new ones in a time. Who is over a bound is told what everybody is told. Keys that were
 * denied are no part of the room and are never forgotten. Any thread.
 */
public final class WaitingRoom {
    private static final Logger LOG = LoggerFactory.getLogger(WaitingRoom.class);
    private static final String EVERYWHERE = "";

    /**
     * The bounds.
     *
     * @param most nodes that wait
     * @param mostOfNetwork nodes of one network that wait
     * @param perNetwork new nodes of one network
     * @param inAll new nodes of all networks together
     * @param kept how long one that does not knock any more is kept
     * @param pause from writing how often they have knocked to writing it again
     */
    public record Limits(int most, int mostOfNetwork, Rate perNetwork, Rate inAll, Duration kept, Duration pause) {
        /** 1,000 nodes, 250 of a network; 250 new ones of a network and one more each second; 500 and 5 in all; a week; a minute. */
        public static final Limits DEFAULT = new Limits(
                1_000,
                250,
                new Rate(250, Duration.ofSeconds(1)),
                new Rate(500, Duration.ofMillis(200)),
                Duration.ofDays(7),
                Duration.ofMinutes(1));
    }

    private final Store<GlobalSchema> store;
    private final Limits limits;
    private final InstantSource clock;
    private final TokenBuckets networks;
    private final TokenBuckets all;
    private volatile Consumer<WaitingNode> newcomers = node -> {};

    // Guarded by this.
    /** Who has been silent for longest comes first. */
    private final Map<String, WaitingNode> rows = new LinkedHashMap<>();

    private final Set<String> denied = new HashSet<>();
    /** What is not as the store has it: rows that are new, rows that have knocked since, keys that are gone. */
    private final Set<String> fresh = new HashSet<>();

    private final Set<String> touched = new HashSet<>();
    private final Set<String> gone = new HashSet<>();
    private Instant written;

    /** The room as the store has it. */
    public WaitingRoom(Store<GlobalSchema> store, Limits limits, InstantSource clock) {
        this.store = store;
        this.limits = limits;
        this.clock = clock;
        LongSupplier nanoTime = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
        this.networks = new TokenBuckets(limits.perNetwork(), 65_536, nanoTime);
        this.all = new TokenBuckets(limits.inAll(), 1, nanoTime);
        this.written = clock.instant();
        store.read(tx -> {
            store.schema()
                    .waitingNodes
                    .all(tx)
                    .map(Row::row)
                    .sorted(Comparator.comparingLong(WaitingNode::lastSeen))
                    .forEach(node -> rows.put(node.pubkey(), node));
            store.schema().deniedNodeKeys.all(tx).forEach(row -> denied.add(row.key()));
            return true;
        });
    }

    /** Who is told of each node that was not in the room before; on the thread of the knock, and must not block. */
    public void onNewcomer(Consumer<WaitingNode> listener) {
        newcomers = listener;
    }

    /** A node has knocked that has proven its key and is paired to no realm. */
    void knocked(Knock knock) {
        Optional<WaitingNode> newcomer = entered(knock);
        newcomer.ifPresent(node -> {
            LOG.info(
                    "a node waits to be approved: {}, {}, from {}",
                    knock.key().hex(),
                    Fingerprint.of(knock.key()).words(),
                    node.address());
            newcomers.accept(node);
        });
    }

    private synchronized Optional<WaitingNode> entered(Knock knock) {
        String key = knock.key().hex();
        if (denied.contains(key)) {
            return Optional.empty();
        }
        WaitingNode before = rows.remove(key);
        if (before != null) {
            rows.put(key, before.again(knock.address(), knock.network(), knock.version(), micros()));
            touched.add(key);
            return Optional.empty();
        }
        if (!networks.take(knock.network()) || !all.take(EVERYWHERE)) {
            return Optional.empty();
        }
        makeRoom(knock.network());
        long now = micros();
        WaitingNode node = new WaitingNode(key, knock.address(), knock.network(), knock.version(), now, now, 1);
        rows.put(key, node);
        fresh.add(key);
        gone.remove(key);
        return Optional.of(node);
    }

    private void makeRoom(String network) {
        List<WaitingNode> same = rows.values().stream()
                .filter(node -> node.network().equals(network))
                .toList();
        if (same.size() >= limits.mostOfNetwork()) {
            drop(same.get(0).pubkey());
        } else if (rows.size() >= limits.most()) {
            drop(rows.keySet().iterator().next());
        }
    }

    private void drop(String key) {
        rows.remove(key);
        fresh.remove(key);
        touched.remove(key);
        gone.add(key);
    }

    /** A node waits no more: it was paired, or turned away. Its row in the store is the affair of who did that. */
    public synchronized void forget(String key) {
        rows.remove(key);
        fresh.remove(key);
        touched.remove(key);
    }

    /** The key is denied from now on. */
    synchronized void deny(String key) {
        forget(key);
        denied.add(key);
    }

    /** The key is denied no more. */
    synchronized void forgive(String key) {
        denied.remove(key);
    }

    /** The nodes that wait, who has been silent for longest first; without those that this transaction finds paired. */
    List<WaitingNode> list(ReadTransaction tx) {
        return snapshot().stream()
                .filter(node ->
                        store.schema().idxNodesByPubkey.key(tx, node.pubkey()).isEmpty())
                .toList();
    }

    private synchronized List<WaitingNode> snapshot() {
        return List.copyOf(rows.values());
    }

    /** The key of the node that waits and is written so: its key, or its {@link Fingerprint}. */
    Optional<String> find(String text) {
        return written(text, snapshot().stream().map(WaitingNode::pubkey));
    }

    /** The one of these keys that is written so. */
    static Optional<String> written(String text, Stream<String> keys) {
        List<String> all = keys.toList();
        String key = text.strip().toLowerCase(Locale.ROOT);
        return all.contains(key)
                ? Optional.of(key)
                : all.stream()
                        .filter(each -> Fingerprint.of(PublicKey.of(each)).isWritten(text))
                        .findFirst();
    }

    /** What is to be written: rows, and keys that are gone. */
    private record Changes(List<WaitingNode> rows, Set<String> gone) {}

    /**
     * Writes what has changed: new nodes, and now and then how often the others have knocked. Returns at once.
     *
     * @param everything whether to write all of it now
     */
    public CompletableFuture<Void> write(boolean everything) {
        Changes changes = changes(everything);
        if (changes.rows().isEmpty() && changes.gone().isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        try {
            return store.writeAsync(tx -> written(tx, changes)).handle((settled, failure) -> {
                if (failure != null) {
                    later(changes, failure);
                } else {
                    settled.forEach(this::forget);
                }
                return null;
            });
        } catch (RuntimeException busy) {
            // Too many writes wait, or the store is closed.
            later(changes, busy);
            return CompletableFuture.completedFuture(null);
        }
    }

    private void later(Changes changes, Throwable failure) {
        LOG.warn("The nodes that wait could not be written; trying again later", failure);
        again(changes);
    }

    private synchronized Changes changes(boolean everything) {
        long tooOld = micros() - TimeUnit.SECONDS.toMicros(limits.kept().toSeconds());
        rows.values().stream()
                .filter(node -> node.lastSeen() < tooOld)
                .map(WaitingNode::pubkey)
                .toList()
                .forEach(this::drop);
        Set<String> keys = new HashSet<>(fresh);
        if (everything || !clock.instant().isBefore(written.plus(limits.pause()))) {
            keys.addAll(touched);
            touched.clear();
            written = clock.instant();
        }
        fresh.clear();
        Changes changes = new Changes(
                keys.stream().flatMap(key -> Stream.ofNullable(rows.get(key))).toList(), Set.copyOf(gone));
        gone.clear();
        return changes;
    }

    private synchronized void again(Changes changes) {
        changes.rows().stream()
                .map(WaitingNode::pubkey)
                .filter(rows::containsKey)
                .forEach(touched::add);
        changes.gone().stream().filter(key -> !rows.containsKey(key)).forEach(gone::add);
    }

    /** Who was paired or denied meanwhile is not written again; returns those. */
    private Set<String> written(WriteTransaction tx, Changes changes) {
        GlobalSchema schema = store.schema();
        changes.gone().forEach(key -> schema.waitingNodes.delete(tx, key));
        List<String> settled = new ArrayList<>();
        for (WaitingNode node : changes.rows()) {
            String key = node.pubkey();
            if (schema.idxNodesByPubkey.key(tx, key).isPresent()
                    || schema.deniedNodeKeys.get(tx, key).isPresent()) {
                settled.add(key);
                schema.waitingNodes.delete(tx, key);
            } else {
                schema.waitingNodes.upsert(tx, key, node);
            }
        }
        return settled.stream().collect(Collectors.toSet());
    }

    private long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    }
}
