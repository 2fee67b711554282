package io.bailiwick.mrealm.node;

import io.bailiwick.mrealm.beat.BeatRow;
import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.mrealm.schema.NodeRuntime;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Event;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Topic;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.store.Store;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of this realm: keeps track of who is paired and who is online, takes their heartbeats, stores them, and tells the
 * realm when a node comes and goes. All methods are for the controller's thread.
 */
public final class RealmNodes {
    private static final Logger LOG = LoggerFactory.getLogger(RealmNodes.class);

    /** No object of this name or id here (Crossbar.io). */
    public static final String NO_SUCH_OBJECT = "crossbar.error.no_such_object";

    /** Topic: a node is online. Arguments: object id, what is known of it. */
    @Topic(carries = "[node_oid, RtNode]", when = "a node came online")
    static final String ON_NODE_READY = "crossbarfabriccenter.mrealm.on_node_ready";
    /** Topic: a node is offline. Arguments as above. */
    @Topic(carries = "[node_oid, RtNode]", when = "a node went offline")
    static final String ON_NODE_SHUTDOWN = "crossbarfabriccenter.mrealm.on_node_shutdown";

    private static final Duration WRITE_WINDOW = Duration.ofMillis(20);
    private static final Duration HOUSEKEEPING = Duration.ofMinutes(1);

    /** What was last heard of a node. */
    private static final class Heard {
        final long firstSeen;
        long lastSeen;
        /** Monotonic reading of {@code lastSeen}; null when it was in an earlier run. */
        @Nullable
        Long lastSeenMonotonic;

        @Nullable
        Long seq;

        @Nullable
        Long sent;

        Map<String, Long> workers = Map.of();
        Activity activity = Activity.NONE;

        Heard(long firstSeen) {
            this.firstSeen = firstSeen;
            this.lastSeen = firstSeen;
        }

        Heard(NodeRuntime before) {
            this.firstSeen = before.firstSeen();
            this.lastSeen = before.lastSeen();
            this.seq = before.lastSeq() == 0 ? null : before.lastSeq();
            this.sent = before.lastSent() == 0 ? null : before.lastSent();
        }

        NodeRuntime runtime() {
            return new NodeRuntime(firstSeen, lastSeen, seq == null ? 0 : seq, sent == null ? 0 : sent);
        }
    }

    /** What made a node heard last, with its number on the wire. */
    private enum Activity {
        NONE(0),
        STARTED(2),
        HEARTBEAT(4);

        private final int wire;

        Activity(int wire) {
            this.wire = wire;
        }
    }

    private final ClientSession session;
    private final HeartbeatStore store;
    private final PairedNodes paired = new PairedNodes();
    private final Liveness liveness;
    private final Refusals refusals = new Refusals();
    private final Heartbeats heartbeats;
    private final Map<UUID, Heard> heard = new HashMap<>();
    private long housekeeping = System.nanoTime();

    /**
     * Nodes of a realm that is joined.
     *
     * @param mrealm the realm's object id
     * @param thread the controller's one thread, on which the session's callbacks run
     * @param lease how long a node is online without being heard
     */
    public RealmNodes(
            ClientSession session,
            UUID mrealm,
            Store<MrealmSchema> store,
            ScheduledExecutorService thread,
            Duration lease,
            Retention retention) {
        this.session = session;
        this.store = new HeartbeatStore(store, mrealm, thread, retention, WRITE_WINDOW, session::takeEvents);
        this.liveness = new Liveness(lease);
        this.heartbeats = new Heartbeats(paired::byAuthid, refusals);
        this.store.runtimes().forEach((node, runtime) -> heard.put(node, new Heard(runtime)));
    }

    // what the domain tells

    /** A node is paired with this realm. */
    void paired(Node node) {
        paired.add(node);
        if (liveness.online(node.authid())) {
            // Its session was here before we were told of its pairing.
            came(node, hear(node, Activity.STARTED, WallClock.nanos()));
        }
    }

    /** The row of a node that is paired with this realm says something else now. */
    void modified(Node node) {
        if (paired.find(node.oid().toString()).isPresent()) {
            paired.add(node);
        }
    }

    /** A node is not paired with this realm any more. */
    void unpaired(UUID oid) {
        paired.remove(oid).ifPresent(node -> {
            if (liveness.online(node.authid())) {
                announce(ON_NODE_SHUTDOWN, node);
            }
            forget(oid);
        });
    }

    /** All nodes that are paired with this realm have been told: what is known of others is of those that were before. */
    void allTold() {
        heard.keySet().stream()
                .filter(oid -> paired.find(oid.toString()).isEmpty())
                .toList()
                .forEach(this::forget);
    }

    /** Should it be paired again, it starts anew. */
    private void forget(UUID oid) {
        heard.remove(oid);
        store.remove(oid);
    }

    // what the router tells

    /** A session of a node has joined. */
    void joined(String authid, long session) {
        Liveness.Change change = liveness.joined(authid, session, System.nanoTime());
        paired.byAuthid(authid).ifPresent(node -> {
            Heard entry = hear(node, Activity.STARTED, WallClock.nanos());
            if (change == Liveness.Change.CAME) {
                came(node, entry);
            }
        });
    }

    /** A session has left. */
    void left(long session) {
        String authid = liveness.authidOf(session);
        if (authid != null && liveness.left(session) == Liveness.Change.WENT) {
            paired.byAuthid(authid).ifPresent(this::went);
        }
    }

    /** A heartbeat of a node was published. */
    void heartbeat(Event event) {
        heartbeats.node(event, WallClock.nanos()).ifPresent(this::taken);
    }

    /**
     * A node has called with its heartbeat.
     *
     * @return completes with the time of receipt when it, or a later one of the node, is on disk; empty when it is refused
     */
    public Optional<CompletableFuture<Long>> heartbeat(Invocation call) {
        return heartbeats.node(call, WallClock.nanos()).map(beat -> taken(beat)
                .thenApply(stored -> beat.row().timestamp()));
    }

    private CompletableFuture<Void> taken(Heartbeats.NodeBeat beat) {
        BeatRow row = beat.row();
        Node node = beat.node();
        Liveness.Change change =
                liveness.beat(node.authid(), beat.session(), Duration.ofSeconds(row.period()), System.nanoTime());
        Heard entry = hear(node, Activity.HEARTBEAT, row.timestamp());
        entry.seq = row.seq();
        entry.sent = row.sent();
        entry.workers = beat.workers();
        CompletableFuture<Void> stored = store.add(row);
        if (change == Liveness.Change.CAME) {
            came(node, entry);
        }
        return stored;
    }

    /** A heartbeat of a worker was published. */
    void workerHeartbeat(Event event) {
        heartbeats.worker(event, WallClock.nanos()).ifPresent(store::addOfWorker);
    }

    // what follows from it

    private Heard hear(Node node, Activity activity, long timestamp) {
        Heard entry = heard.computeIfAbsent(node.oid(), oid -> new Heard(timestamp));
        entry.lastSeen = timestamp;
        entry.lastSeenMonotonic = System.nanoTime();
        entry.activity = activity;
        return entry;
    }

    private void came(Node node, Heard entry) {
        store.add(node.oid(), entry.runtime());
        LOG.info("Node {} is online", node.authid());
        announce(ON_NODE_READY, node);
    }

    private void went(Node node) {
        Heard entry = heard.get(node.oid());
        if (entry != null) {
            store.add(node.oid(), entry.runtime());
        }
        LOG.info("Node {} is offline", node.authid());
        announce(ON_NODE_SHUTDOWN, node);
    }

    private void announce(String topic, Node node) {
        // What the event says, not what is so: an unpaired node may still be connected, but for this realm it is gone.
        String status = topic.equals(ON_NODE_READY) ? "online" : "offline";
        session.publish(topic, Arguments.of(node.oid().toString(), runtime(node, status)), Dict.EMPTY)
                .exceptionally(failure -> {
                    LOG.warn(
                            "Event {} of node {} could not be published: {}", topic, node.authid(), failure.toString());
                    return null;
                });
    }

    /** Ends leases that have run out; once a minute reports what was refused or lost and removes what is no longer kept. */
    public void tick() {
        long now = System.nanoTime();
        for (String authid : liveness.expire(now)) {
            paired.byAuthid(authid).ifPresent(this::went);
        }
        if (now - housekeeping >= HOUSEKEEPING.toNanos()) {
            housekeeping = now;
            refusals.report().ifPresent(line -> LOG.warn("Heartbeats refused in the last minute: {}", line));
            store.report().ifPresent(line -> LOG.error("In the last minute {}", line));
            store.write();
        }
    }

    /**
     * Writes what waits.
     *
     * @return completes when it is on disk, or lost
     */
    public CompletableFuture<Void> flush() {
        return store.drain();
    }

    /** Completes when all heartbeats that were received until now are on disk, or lost. */
    public CompletableFuture<Void> settled() {
        return store.settled();
    }

    // what others ask

    /** The paired node with this object id or authid. */
    public Optional<Node> find(String oidOrAuthid) {
        return paired.find(oidOrAuthid);
    }

    /** The same. Error: {@code crossbar.error.no_such_object}. */
    public Node require(String oidOrAuthid) {
        return find(oidOrAuthid).orElseThrow(() -> noSuchNode(oidOrAuthid));
    }

    /** The error for a node that is not paired with this realm, whether or not another realm has it. */
    public static ApplicationError noSuchNode(String oidOrAuthid) {
        String shown = oidOrAuthid.length() <= 64 ? oidOrAuthid : oidOrAuthid.substring(0, 64) + "...";
        return new ApplicationError(
                NO_SUCH_OBJECT, "expected the object id or authid of a node of this realm, but found " + shown);
    }

    /** All paired nodes in order of authid. */
    public List<Node> all() {
        return paired.all();
    }

    /** Whether the node is online. */
    public boolean online(Node node) {
        return liveness.online(node.authid());
    }

    /** For how long the node has been online; empty when it is not. */
    public Optional<Duration> onlineFor(Node node) {
        return liveness.onlineFor(node.authid(), System.nanoTime()).map(Duration::ofNanos);
    }

    /** When the node was seen last, in this run of the controller or before: nanoseconds since the epoch. */
    public Optional<Long> lastSeen(Node node) {
        return Optional.ofNullable(heard.get(node.oid())).map(entry -> entry.lastSeen);
    }

    /** How many heartbeats were refused since the start. */
    public long refused() {
        return refusals.total();
    }

    /**
     * A node with what is known of it now: its row, and {@code heartbeat} (last sequence number), {@code timestamp} (ns, clock
     * of the node), {@code status} ({@code online} or {@code offline}), {@code first_seen}, {@code last_seen} (ns),
     * {@code last_seen_age} (seconds), {@code online_since} (ns), {@code session} (the id of the latest), {@code sessions}
     * (how many), {@code lease_seconds} (how long it counts as online without being heard) and {@code lease_left} (seconds).
     */
    public Map<String, @Nullable Object> describe(Node node) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>(node.row());
        Heard entry = heard.get(node.oid());
        result.put("heartbeat", entry == null ? null : entry.seq);
        result.put("timestamp", entry == null ? null : entry.sent);
        result.put("status", status(node));
        result.put("first_seen", entry == null ? null : entry.firstSeen);
        result.put("last_seen", entry == null ? null : entry.lastSeen);
        result.put("last_seen_age", entry == null ? null : age(entry));
        result.put("online_since", onlineSince(node));
        result.put("session", liveness.session(node.authid()).orElse(null));
        result.put("sessions", liveness.sessions(node.authid()));
        putLease(node, result);
        return result;
    }

    /** What a list has of a node: {@code oid}, {@code authid}, {@code label} and of the rest above what changes. */
    public Map<String, @Nullable Object> brief(Node node) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        Heard entry = heard.get(node.oid());
        result.put("oid", node.oid().toString());
        result.put("authid", node.authid());
        result.put("label", node.row().get("label"));
        result.put("status", status(node));
        result.put("last_seen", entry == null ? null : entry.lastSeen);
        result.put("last_seen_age", entry == null ? null : age(entry));
        result.put("online_since", onlineSince(node));
        result.put("workers", entry == null ? Map.of() : entry.workers);
        putLease(node, result);
        return result;
    }

    private void putLease(Node node, Map<String, @Nullable Object> result) {
        Optional<Liveness.Lease> lease = liveness.lease(node.authid(), System.nanoTime());
        result.put(
                "lease_seconds",
                lease.map(running -> running.length().toMillis() / 1000.0).orElse(null));
        result.put(
                "lease_left",
                lease.map(running -> running.left().toMillis() / 1000.0).orElse(null));
    }

    private @Nullable Long onlineSince(Node node) {
        return liveness.onlineFor(node.authid(), System.nanoTime())
                .map(nanos -> WallClock.nanos() - nanos)
                .orElse(null);
    }

    private static double age(Heard entry) {
        long nanos = entry.lastSeenMonotonic == null
                ? Math.max(0, WallClock.nanos() - entry.lastSeen)
                : System.nanoTime() - entry.lastSeenMonotonic;
        return TimeUnit.NANOSECONDS.toMillis(nanos) / 1000.0;
    }

    private String status(Node node) {
        return online(node) ? "online" : "offline";
    }

    /** A node as events carry it. */
    private Map<String, @Nullable Object> runtime(Node node, String status) {
        Heard entry = heard.get(node.oid());
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("id", node.oid().toString());
        result.put("authid", node.authid());
        result.put("label", node.row().get("label"));
        result.put("status", status);
        result.put("last_active", entry == null ? null : entry.lastSeen);
        result.put("last_activity", (entry == null ? Activity.NONE : entry.activity).wire);
        result.put("workers", entry == null ? Map.of() : entry.workers);
        result.put("counter", entry == null ? null : entry.seq);
        result.put("time", entry == null ? null : entry.sent);
        return result;
    }

    /** The heartbeats of all nodes that are on disk. */
    public StoredBeats stored() {
        return store.stored();
    }

    /**
     * When the oldest was received that is kept of what heartbeats tell: nanoseconds since the epoch. A clock that is set forward
     * is not believed at once. Any thread.
     */
    public long oldest() {
        return store.oldest();
    }

    /** The clock by which heartbeats are received: nanoseconds since the epoch. */
    public static long receiptTime() {
        return WallClock.nanos();
    }

    /**
     * Stored heartbeats of a node with {@code from <= timestamp < until}, newest first.
     *
     * @param reader runs the reading: it waits for the disk
     */
    public CompletableFuture<List<MNodeLog>> heartbeats(Node node, long from, long until, int limit, Executor reader) {
        return CompletableFuture.supplyAsync(() -> store.nodeLogs(node.oid(), from, until, limit), reader);
    }

    /** As above, of the workers of a node. */
    public CompletableFuture<List<MWorkerLog>> workerHeartbeats(
            Node node, long from, long until, int limit, Executor reader) {
        return CompletableFuture.supplyAsync(() -> store.workerLogs(node.oid(), from, until, limit), reader);
    }
}
