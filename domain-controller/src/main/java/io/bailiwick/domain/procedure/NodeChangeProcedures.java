package io.bailiwick.domain.procedure;

import io.bailiwick.domain.procedure.Fields.UserText;
import io.bailiwick.domain.procedure.NodeProcedures.Placed;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.RevokedNodeKey;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Named;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.client.Topic;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.WriteTransaction;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a node that is known: its state, what it is called, where it belongs, by which key it is known, and its end.
 * Its oid stays through all of it, and with it what is on record of it in a realm.
 */
public final class NodeChangeProcedures {
    @Topic(carries = "[{oid, what is different now}]", when = "a node was modified")
    private static final String ON_MODIFIED = "crossbarfabriccenter.mrealm.on_node_modified";

    @Topic(carries = "[Node]", when = "a node was deleted")
    private static final String ON_DELETED = "crossbarfabriccenter.mrealm.on_node_deleted";

    @Topic(
            carries = "[Node, its former realm as from_mrealm_oid, and the sessions that were killed]",
            when = "a node was moved, for those who see both realms")
    private static final String ON_MOVED = "crossbarfabriccenter.mrealm.on_node_moved";

    @Topic(carries = "[Node, and the sessions that were killed]", when = "the key of a node was replaced")
    private static final String ON_KEY_REPLACED = "crossbarfabriccenter.mrealm.on_node_key_replaced";

    private static final int MAX_ADDRESS = 255;

    private final Work work;
    private final GlobalSchema schema;
    private final Access access;
    private final LiveDomain live;
    private final Clock clock;
    private final Function<String, Map<String, @Nullable Object>> duplicates;

    /** Procedures on a store and the domain that runs by it, which sees no key in two places. */
    public NodeChangeProcedures(Work work, LiveDomain live, Clock clock) {
        this(work, live, clock, key -> Map.of());
    }

    /**
     * Procedures on a store and the domain that runs by it.
     *
     * @param duplicates what was seen lately of a key in two places; empty where nothing was
     */
    public NodeChangeProcedures(
            Work work, LiveDomain live, Clock clock, Function<String, Map<String, @Nullable Object>> duplicates) {
        this.duplicates = duplicates;
        this.work = work;
        this.schema = work.schema();
        this.access = new Access(schema);
        this.live = live;
        this.clock = clock;
    }

    /**
     * How it stands with a node.
     *
     * @return {@code {oid, authid, mrealm_oid, status, session, online_since, last_seen, heartbeat, timestamp, duplicate}}:
     *     {@code status} is {@code online} or {@code offline}, {@code session} the id of its latest session,
     *     {@code online_since} and {@code last_seen} nanoseconds since 1970 UTC, {@code heartbeat} the number of its last
     *     heartbeat and {@code timestamp} when it sent that, by its own clock, {@code duplicate}
     *     {@code {address, other_address, first_seen, last_seen, attempts}} where its key was seen in two places within the
     *     last hour. What is not known is null. Error:
     *     {@code crossbar.error.no_such_object}
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.stat_node",
            does = "Tells whether a node is online, since when, in which session, and its last heartbeat.")
    @Allowed(Right.SEES_NODE)
    public CompletableFuture<Map<String, @Nullable Object>> statNode(
            @Named("node_oid") UUID nodeId, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> {
                    Node node = access.of(tx, caller).node(Right.SEES_NODE, schema.nodes.get(tx, nodeId));
                    return new Placed(node, access.realmOf(tx, node));
                })
                .thenCompose(placed -> placed.state(live).thenApply(state -> {
                    Node node = placed.node();
                    Map<String, @Nullable Object> stat = new LinkedHashMap<>();
                    stat.put("oid", node.oid().toString());
                    stat.put("authid", node.authid());
                    stat.put("mrealm_oid", Objects.toString(node.mrealmOid(), null));
                    for (String key :
                            List.of("status", "session", "online_since", "last_seen", "heartbeat", "timestamp")) {
                        stat.put(key, state.get(key));
                    }
                    Map<String, @Nullable Object> duplicate = duplicates.apply(node.pubkey());
                    stat.put("duplicate", duplicate.isEmpty() ? null : duplicate);
                    return stat;
                }));
    }

    /**
     * Changes what a node is called by its users and what it is told when it joins. A key that is absent leaves its attribute
     * as it is, null empties it. Its place and its key have procedures of their own.
     *
     * @param nodeDelta of {@code label}, {@code description}, {@code tags}, {@code cluster_ip}, {@code authextra}
     * @return the attributes that are different now, with their values. Errors: {@code crossbar.error.no_such_object},
     *     {@code fabric.not-authorized}, {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.modify_node",
            does =
                    "Changes label, description, tags, cluster_ip or authextra of a node; returns what is different now.")
    @Allowed(Right.RUNS_NODE)
    public CompletableFuture<Map<String, @Nullable Object>> modifyNode(
            @Named("node_oid") UUID nodeId,
            @Named("node") Map<String, @Nullable Object> nodeDelta,
            Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.write(invocation, (tx, deed) -> {
            Node before = access.of(tx, caller).node(Right.RUNS_NODE, schema.nodes.get(tx, nodeId));
            Node after = changed(before, new Fields("node_delta", nodeDelta));
            Map<String, @Nullable Object> changes = WireForm.changes(before, after);
            if (changes.isEmpty()) {
                return () -> CompletableFuture.completedFuture(changes);
            }
            schema.nodes.update(tx, after.oid(), after);
            deed.on("node", after.oid()).in(after.mrealmOid()).from(before).to(after);
            Optional<ManagementRealm> realm = access.realmOf(tx, after);
            List<String> readers = access.readers(tx, after);
            return () -> {
                live.announce(ON_MODIFIED, readers, UserProcedures.about(after.oid(), changes));
                return tell(realm, after).thenApply(told -> changes);
            };
        });
    }

    private static Node changed(Node before, Fields fields) {
        UserText text = UserText.of(before, fields);
        String address = fields.text("cluster_ip", MAX_ADDRESS, before.clusterIp());
        Map<String, @Nullable Object> extra =
                fields.dictionary("authextra", NodeProcedures.MAX_AUTHEXTRA, before.authextra());
        fields.unchanged("oid", before.oid().toString(), "it never changes")
                .unchanged("owner_oid", before.ownerOid().toString(), "it is who paired the node")
                .unchanged("pubkey", before.pubkey(), "replace_node_key replaces it")
                .unchanged("mrealm_oid", Objects.toString(before.mrealmOid(), null), "move_node moves a node")
                .unchanged("authid", before.authid(), "move_node moves a node")
                .ignore("status")
                .nothingElse();
        return before.described(text.label(), text.description(), text.tags(), address, extra);
    }

    private CompletableFuture<List<Long>> tell(Optional<ManagementRealm> realm, Node node) {
        return realm.map(in -> live.changed(in, node)).orElseGet(() -> CompletableFuture.completedFuture(List.of()));
    }

    /**
     * Forgets a node. Its key may be paired again, and is another node then.
     *
     * @param cascade whether a paired node is unpaired first; else it is not deleted
     * @return the Node as it was, and the ids of the ended sessions as {@code killed}. Errors:
     *     {@code crossbar.error.no_such_object}, {@code fabric.not-authorized}, {@code crossbar.error.dependent_objects}
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.delete_node",
            does = "Deletes a node; one that is paired only when told to cascade, which unpairs it.")
    @Allowed(Right.OWNS_NODE)
    public CompletableFuture<Map<String, @Nullable Object>> deleteNode(
            @Named("node_oid") UUID nodeId, @Nullable Boolean cascade, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.write(invocation, (tx, deed) -> {
            Node node = access.of(tx, caller).node(Right.OWNS_NODE, schema.nodes.get(tx, nodeId));
            Optional<ManagementRealm> realm = access.realmOf(tx, node);
            if (realm.isPresent() && !Boolean.TRUE.equals(cascade)) {
                throw new ApplicationError(
                        FabricErrors.DEPENDENT_OBJECTS,
                        "expected a node that is not paired, or cascade, but found one that is paired");
            }
            List<String> readers = access.readers(tx, node);
            schema.nodes.delete(tx, node.oid());
            deed.on("node", node.oid()).in(node.mrealmOid()).from(node);
            return () -> left(realm, node, readers).thenApply(killed -> {
                Map<String, @Nullable Object> wire = WireForm.of(node);
                wire.put("killed", killed);
                live.announce(ON_DELETED, readers, wire);
                return wire;
            });
        });
    }

    /** Tells that a node has left its realm, if it was in one, and ends its sessions there. */
    private CompletableFuture<List<Long>> left(Optional<ManagementRealm> realm, Node node, List<String> readers) {
        if (realm.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        return live.unpaired(realm.get(), node).thenApply(killed -> {
            live.announce(NodeProcedures.ON_UNPAIRED, readers, NodeProcedures.unpairedForm(node, killed));
            return killed;
        });
    }

    /**
     * Moves a paired node to another realm, to another name, or both. Its sessions end with
     * {@code wamp.close.auth-changed}, and it comes up in its new place.
     *
     * @param mrealmOid the realm; the one that it is in, for another name only
     * @param authid its name there; the one that it has, when none is given
     * @return the Node, with the realm that it was in as {@code from_mrealm_oid} and the ids of the ended sessions as
     *     {@code killed}. Errors: {@code crossbar.error.no_such_object}, {@code fabric.not-authorized} (both realms must be
     *     the caller's), {@code fabric.node-not-paired}, {@code crossbar.error.already_exists} (the name),
     *     {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.move_node",
            does = "Moves a paired node to another management realm or another name, and ends its session.")
    @Allowed(Right.OWNS_NODE)
    public CompletableFuture<Map<String, @Nullable Object>> moveNode(
            @Named("node_oid") UUID nodeId,
            @Named("mrealm_id") UUID mrealmOid,
            @Named("node_name") @Nullable String authid,
            Invocation invocation) {
        Caller caller = Caller.of(invocation);
        if (authid != null) {
            NodeProcedures.demandName(authid);
        }
        return work.write(invocation, (tx, deed) -> {
            Standing standing = access.of(tx, caller);
            Node before = standing.node(Right.OWNS_NODE, schema.nodes.get(tx, nodeId));
            ManagementRealm to = standing.realm(Right.OWNS_REALM, schema.mrealms.get(tx, mrealmOid));
            ManagementRealm from = access.realmOf(tx, before).orElseThrow(NodeProcedures::notPaired);
            String name = authid != null ? authid : Objects.requireNonNull(before.authid());
            if (from.oid().equals(to.oid()) && name.equals(before.authid())) {
                return () -> CompletableFuture.completedFuture(movedForm(before, from, List.of()));
            }
            demandFree(tx, to, name);
            Node after = new Node(
                    before.oid(),
                    before.label(),
                    before.description(),
                    before.tags(),
                    standing.user().oid(),
                    before.pubkey(),
                    before.clusterIp(),
                    to.oid(),
                    name,
                    before.authextra());
            schema.nodes.update(tx, after.oid(), after);
            deed.on("node", after.oid()).in(from.oid(), to.oid()).from(before).to(after);
            return move(tx, from, before, to, after);
        });
    }

    private void demandFree(ReadTransaction tx, ManagementRealm realm, String authid) {
        if (schema.idxNodesByAuthid.key(tx, new Pair<>(realm.oid(), authid)).isPresent()) {
            throw new ApplicationError(
                    FabricErrors.ALREADY_EXISTS, "a node of this name is paired to the management realm already");
        }
    }

    /** Each realm's readers hear of what happens in their realm; of the whole move, those who see both. */
    private Supplier<CompletableFuture<Map<String, @Nullable Object>>> move(
            ReadTransaction tx, ManagementRealm from, Node before, ManagementRealm to, Node after) {
        List<String> here = access.readers(tx, from.oid());
        List<String> there = access.readers(tx, to.oid());
        TreeSet<String> both = new TreeSet<>(here);
        both.retainAll(there);
        return () -> {
            // The old realm's controller forgets it first: the two realms may be one.
            CompletableFuture<List<Long>> ended = live.unpaired(from, before);
            live.paired(to, after);
            return ended.thenApply(killed -> {
                live.announce(NodeProcedures.ON_UNPAIRED, here, NodeProcedures.unpairedForm(before, killed));
                live.announce(NodeProcedures.ON_PAIRED, there, WireForm.of(after));
                Map<String, @Nullable Object> wire = movedForm(after, from, killed);
                live.announce(ON_MOVED, List.copyOf(both), wire);
                return wire;
            });
        };
    }

    private static Map<String, @Nullable Object> movedForm(Node node, ManagementRealm from, List<Long> killed) {
        Map<String, @Nullable Object> wire = WireForm.of(node);
        wire.put("from_mrealm_oid", from.oid().toString());
        wire.put("killed", killed);
        return wire;
    }

    /**
     * Gives a node another key: what a machine that was replaced, or whose key was lost or stolen, goes on with. Name, place,
     * history and configuration stay. The old key is revoked: its session ends with {@code wamp.close.auth-changed}, and it
     * is never paired again.
     *
     * @param pubkey the new key: 64 hexadecimal characters, either case
     * @return the Node, and the ids of the ended sessions as {@code killed}. Errors: {@code crossbar.error.no_such_object},
     *     {@code fabric.not-authorized}, {@code wamp.error.invalid_argument}, {@code fabric.node-already-paired},
     *     {@code crossbar.error.already_exists} (another node that is not paired has the key), {@code fabric.key-revoked}
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.replace_node_key",
            does = "Gives a node another key, revokes the old one and ends its session.")
    @Allowed(Right.OWNS_NODE)
    public CompletableFuture<Map<String, @Nullable Object>> replaceNodeKey(
            @Named("node_oid") UUID nodeId, @Named("new_pubkey") String pubkey, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        String key = NodeProcedures.normalised(pubkey);
        return work.write(invocation, (tx, deed) -> {
            Node before = access.of(tx, caller).node(Right.OWNS_NODE, schema.nodes.get(tx, nodeId));
            demandNew(tx, before, key);
            Node after = before.withKey(key);
            schema.nodes.update(tx, after.oid(), after);
            revoke(tx, caller, before);
            deed.on("node", after.oid()).in(after.mrealmOid()).from(before).to(after);
            Optional<ManagementRealm> realm = access.realmOf(tx, after);
            List<String> readers = access.readers(tx, after);
            return () -> tell(realm, after).thenApply(killed -> {
                Map<String, @Nullable Object> wire = WireForm.of(after);
                wire.put("killed", killed);
                live.announce(ON_KEY_REPLACED, readers, wire);
                return wire;
            });
        });
    }

    private void demandNew(ReadTransaction tx, Node node, String key) {
        if (key.equals(node.pubkey())) {
            throw new ApplicationError(
                    Uris.INVALID_ARGUMENT, "pubkey: expected another key than the node has, but found the same");
        }
        NodeProcedures.demandUsable(tx, schema, key);
        schema.idxNodesByPubkey.get(tx, key).ifPresent(other -> {
            throw other.isPaired()
                    ? new ApplicationError(
                            FabricErrors.NODE_ALREADY_PAIRED,
                            "expected a key of no node, but found the key of one that is paired")
                    : new ApplicationError(
                            FabricErrors.ALREADY_EXISTS,
                            "expected a key of no node, but found the key of one that was paired before");
        });
    }

    private void revoke(WriteTransaction tx, Caller caller, Node node) {
        schema.revokedNodeKeys.insert(
                tx,
                node.pubkey(),
                new RevokedNodeKey(node.pubkey(), node.oid(), WireForm.micros(clock.instant()), caller.authid()));
    }
}
