package io.bailiwick.domain.waiting;

import io.bailiwick.domain.procedure.Access;
import io.bailiwick.domain.procedure.Allowed;
import io.bailiwick.domain.procedure.Caller;
import io.bailiwick.domain.procedure.FabricErrors;
import io.bailiwick.domain.procedure.LiveDomain;
import io.bailiwick.domain.procedure.NodeProcedures;
import io.bailiwick.domain.procedure.NodeProcedures.Paired;
import io.bailiwick.domain.procedure.NodeProcedures.Pairing;
import io.bailiwick.domain.procedure.Right;
import io.bailiwick.domain.procedure.Standing;
import io.bailiwick.domain.procedure.WireForm;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.DeniedNodeKey;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.WaitingNode;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Named;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.client.Topic;
import io.bailiwick.router.cryptosign.Fingerprint;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Table.Row;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The waiting room from inside: list, approve, deny, forgive. Who waits is known to the superuser alone, for nobody else has a
 * claim to a node before it is paired; an owner of a realm who knows a node's key, or its fingerprint, may approve it.
 */
public final class WaitingProcedures {
    @Topic(
            carries = "[the waiting node, as list_waiting_nodes has it]",
            when = "a node that is not paired has proven its key for the first time, for the superuser")
    private static final String ON_WAITING = "io.bailiwick.domain.on_node_waiting";

    @Topic(carries = "[the waiting node, always, denied_by]", when = "a waiting node was denied, for the superuser")
    private static final String ON_DENIED = "io.bailiwick.domain.on_node_denied";

    private static final List<String> SUPERUSER = List.of(User.SUPERUSER);

    private final WaitingRoom room;
    private final Work work;
    private final GlobalSchema schema;
    private final Access access;
    private final NodeProcedures pairing;
    private final LiveDomain live;
    private final InstantSource clock;

    /** Procedures on a room; newcomers are told of from now on. */
    public WaitingProcedures(
            WaitingRoom room, Work work, NodeProcedures pairing, LiveDomain live, InstantSource clock) {
        this.room = room;
        this.work = work;
        this.schema = work.schema();
        this.access = new Access(schema);
        this.pairing = pairing;
        this.live = live;
        this.clock = clock;
        room.onNewcomer(node -> live.announce(ON_WAITING, SUPERUSER, wire(node)));
    }

    /**
     * Lists the nodes that wait.
     *
     * @return a list of {@code {pubkey, fingerprint, words, address, version, first_seen, last_seen, attempts}}, who has been
     *     silent for longest first; times as ISO 8601; {@code version} null where the node does not say. Errors:
     *     {@code fabric.not-authorized}
     */
    @Procedure(
            value = "io.bailiwick.domain.list_waiting_nodes",
            does = "Lists the nodes that have knocked, have proven their keys, and wait to be approved.")
    @Allowed(Right.SUPERUSER)
    public CompletableFuture<List<Map<String, @Nullable Object>>> listWaitingNodes(Invocation invocation) {
        demandSuperuser(invocation);
        return work.read(
                tx -> room.list(tx).stream().map(WaitingProcedures::wire).toList());
    }

    /**
     * Pairs a node that waits. It comes up when it knocks next, within seconds.
     *
     * @param node its public key or its fingerprint: all 64 hexadecimal characters, or all five words
     * @param mrealmName the realm
     * @param authid the node's name there
     * @param authextra what the node is told at each join; {@code cluster_ip} in it becomes the node's own
     * @return the Node. Errors: {@code crossbar.error.no_such_object} (no such node waits), and those of {@code pair_node}
     */
    @Procedure(
            value = "io.bailiwick.domain.approve_node",
            does = "Pairs a node that waits, by its public key or its fingerprint, to a management realm under a name.")
    @Allowed(Right.OWNS_REALM)
    public CompletableFuture<Map<String, @Nullable Object>> approveNode(
            @Named("pubkey") String node,
            @Named("realm_name") String mrealmName,
            @Named("node_id") String authid,
            @Nullable Map<String, @Nullable Object> authextra,
            Invocation invocation) {
        Caller caller = Caller.of(invocation);
        NodeProcedures.demandName(authid);
        return work.write(invocation, (tx, deed) -> {
            Standing standing = access.of(tx, caller);
            ManagementRealm realm = standing.realmOfName(Right.OWNS_REALM, schema.idxMrealmsByName.get(tx, mrealmName));
            String key = room.find(node).orElseThrow(() -> Standing.none("node that waits"));
            Paired paired = pairing.pair(tx, deed, standing.user().oid(), realm, Pairing.of(key, authid, authextra));
            return () -> CompletableFuture.completedFuture(pairing.tell(paired));
        });
    }

    /**
     * Turns a node away.
     *
     * @param node its public key or its fingerprint
     * @param always false (the default) to forget that it has knocked, until it knocks again; true to deny its key until it is
     *     forgiven: it is told to wait, as before, but is not listed, and cannot be paired in any way. A key may be denied that
     *     has never knocked; one that is denied already stays denied by whoever has denied it first
     * @return {@code {pubkey, fingerprint, words, always, denied_by}}. Errors: {@code fabric.not-authorized},
     *     {@code crossbar.error.no_such_object}, {@code fabric.node-already-paired}
     */
    @Procedure(
            value = "io.bailiwick.domain.deny_node",
            does = "Forgets that a node has knocked, or denies its key until it is forgiven.")
    @Allowed(Right.SUPERUSER)
    public CompletableFuture<Map<String, @Nullable Object>> denyNode(
            @Named("pubkey") String node, @Nullable Boolean always, Invocation invocation) {
        Caller caller = demandSuperuser(invocation);
        boolean forEver = Boolean.TRUE.equals(always);
        return work.write(invocation, (tx, deed) -> {
            String key = room.find(node)
                    .or(() -> forEver ? asKey(node) : Optional.empty())
                    .orElseThrow(() -> Standing.none("node that waits"));
            demandNotPaired(tx, key);
            Optional<DeniedNodeKey> before = schema.deniedNodeKeys.get(tx, key);
            if (forEver && before.isPresent()) {
                return () -> CompletableFuture.completedFuture(
                        denied(key, true, before.get().deniedBy()));
            }
            deed.on("node_key", key).to(Map.of("denied", forEver));
            schema.waitingNodes.delete(tx, key);
            if (forEver) {
                schema.deniedNodeKeys.upsert(tx, key, new DeniedNodeKey(key, micros(), caller.authid()));
            }
            return () -> {
                if (forEver) {
                    room.deny(key);
                } else {
                    room.forget(key);
                }
                Map<String, @Nullable Object> wire = denied(key, forEver, caller.authid());
                live.announce(ON_DENIED, SUPERUSER, wire);
                return CompletableFuture.completedFuture(wire);
            };
        });
    }

    private static Map<String, @Nullable Object> denied(String key, boolean always, String by) {
        Map<String, @Nullable Object> wire = named(key);
        wire.put("always", always);
        wire.put("denied_by", by);
        return wire;
    }

    private static Optional<String> asKey(String text) {
        try {
            return Optional.of(PublicKey.of(text.strip()).hex());
        } catch (IllegalArgumentException noKey) {
            return Optional.empty();
        }
    }

    private void demandNotPaired(ReadTransaction tx, String key) {
        if (schema.idxNodesByPubkey.get(tx, key).filter(Node::isPaired).isPresent()) {
            throw new ApplicationError(
                    FabricErrors.NODE_ALREADY_PAIRED,
                    "expected a node that is not paired, but found one that is; unpair it first");
        }
    }

    /**
     * Lists the keys that are denied.
     *
     * @return a list of {@code {pubkey, fingerprint, words, denied, denied_by}}. Errors: {@code fabric.not-authorized}
     */
    @Procedure(
            value = "io.bailiwick.domain.list_denied_nodes",
            does = "Lists the keys of nodes that are denied until they are forgiven.")
    @Allowed(Right.SUPERUSER)
    public CompletableFuture<List<Map<String, @Nullable Object>>> listDeniedNodes(Invocation invocation) {
        demandSuperuser(invocation);
        return work.read(tx -> {
            List<Map<String, @Nullable Object>> found = new ArrayList<>();
            schema.deniedNodeKeys.all(tx).map(Row::row).forEach(denied -> {
                Map<String, @Nullable Object> wire = named(denied.pubkey());
                wire.put("denied", time(denied.denied()));
                wire.put("denied_by", denied.deniedBy());
                found.add(wire);
            });
            return found;
        });
    }

    /**
     * Forgives a key that was denied: its node may wait again, and be paired.
     *
     * @param node its public key or its fingerprint
     * @return {@code {pubkey, fingerprint, words}}. Errors: {@code fabric.not-authorized},
     *     {@code crossbar.error.no_such_object}
     */
    @Procedure(
            value = "io.bailiwick.domain.forgive_node",
            does = "Denies the key of a node no longer: the node may wait again, and be paired.")
    @Allowed(Right.SUPERUSER)
    public CompletableFuture<Map<String, @Nullable Object>> forgiveNode(
            @Named("pubkey") String node, Invocation invocation) {
        demandSuperuser(invocation);
        return work.write(invocation, (tx, deed) -> {
            String key = WaitingRoom.written(node, schema.deniedNodeKeys.all(tx).map(Row::key))
                    .orElseThrow(() -> Standing.none("denied key"));
            deed.on("node_key", key).from(Map.of("denied", true));
            schema.deniedNodeKeys.delete(tx, key);
            return () -> {
                room.forgive(key);
                return CompletableFuture.completedFuture(named(key));
            };
        });
    }

    static Caller demandSuperuser(Invocation invocation) {
        Caller caller = Caller.of(invocation);
        if (!caller.isSuperuser()) {
            throw Standing.refused(Right.SUPERUSER);
        }
        return caller;
    }

    private static Map<String, @Nullable Object> named(String key) {
        Fingerprint fingerprint = Fingerprint.of(PublicKey.of(key));
        Map<String, @Nullable Object> wire = new LinkedHashMap<>();
        wire.put("pubkey", key);
        wire.put("fingerprint", fingerprint.groups());
        wire.put("words", fingerprint.words());
        return wire;
    }

    private static Map<String, @Nullable Object> wire(WaitingNode node) {
        Map<String, @Nullable Object> wire = named(node.pubkey());
        wire.put("address", node.address());
        wire.put("version", node.version());
        wire.put("first_seen", time(node.firstSeen()));
        wire.put("last_seen", time(node.lastSeen()));
        wire.put("attempts", node.attempts());
        return wire;
    }

    static String time(long micros) {
        return WireForm.time(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }

    /** The error for an argument. */
    static ApplicationError invalid(String text) {
        return new ApplicationError(Uris.INVALID_ARGUMENT, text);
    }

    private long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    }
}
