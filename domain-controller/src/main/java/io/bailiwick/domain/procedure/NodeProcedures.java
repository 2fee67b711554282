package io.bailiwick.domain.procedure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.router.audit.Deed;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Named;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.client.Topic;
import io.bailiwick.router.fault.FailPoint;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Table.Row;
import io.bailiwick.router.store.WriteTransaction;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Nodes: pair, unpair, list, look. A node is known by its public key; pairing says to which management realm it belongs and
 * what its name is there.
 */
public final class NodeProcedures {
    @Topic(carries = "[Node]", when = "a node was paired")
    static final String ON_PAIRED = "crossbarfabriccenter.mrealm.on_node_paired";

    @Topic(carries = "[Node, its former mrealm_oid, and the sessions that were killed]", when = "a node was unpaired")
    static final String ON_UNPAIRED = "crossbarfabriccenter.mrealm.on_node_unpaired";

    /** A node's name is one component of URIs: a dot in it would put one node's URIs inside another's. */
    private static final Pattern AUTHID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_@-]{0,127}");
    /** What names a node by its object id: a node that is called so would be taken for another. */
    private static final Pattern OID = Pattern.compile("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}");

    static final int MAX_AUTHEXTRA = 8192;
    private static final String DEFAULT_CLUSTER_IP = "127.0.0.1";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Work work;
    private final GlobalSchema schema;
    private final Access access;
    private final LiveDomain live;
    private final Consumer<String> settled;

    /** Procedures on a store and the domain that runs by it. */
    public NodeProcedures(Work work, LiveDomain live) {
        this(work, live, key -> {});
    }

    /**
     * The same.
     *
     * @param settled takes the key of each node that was paired, in whichever way, after the commit; must not block
     */
    public NodeProcedures(Work work, LiveDomain live, Consumer<String> settled) {
        this.settled = settled;
        this.work = work;
        this.schema = work.schema();
        this.access = new Access(schema);
        this.live = live;
    }

    /**
     * Pairs a node to a management realm.
     *
     * @param pubkey the node's public key: 64 hexadecimal characters, either case
     * @param realmName the realm
     * @param authid the node's name there: letters, digits, {@code _}, {@code -} and {@code @}, at most 128, and
     *     no UUID
     * @param authextra what the node is told at each join; {@code cluster_ip} in it becomes the node's own
     * @return the Node. Errors: {@code wamp.error.invalid_argument}, {@code fabric.no-such-realm},
     *     {@code fabric.not-authorized}, {@code fabric.node-already-paired}, {@code crossbar.error.already_exists} (the
     *     name), {@code fabric.key-revoked}, {@code io.bailiwick.domain.node_denied}
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.pair_node",
            does = "Pairs a node, by its public key, to a management realm under a name.")
    @Allowed(Right.OWNS_REALM)
    public CompletableFuture<Map<String, @Nullable Object>> pairNode(
            String pubkey,
            @Named("mrealm_name") String realmName,
            @Named("node_id") String authid,
            @Nullable Map<String, @Nullable Object> authextra,
            Invocation invocation) {
        Caller caller = Caller.of(invocation);
        Pairing wanted = Pairing.of(pubkey, authid, authextra);
        return work.write(invocation, (tx, deed) -> {
            Standing standing = access.of(tx, caller);
            ManagementRealm realm = standing.realmOfName(Right.OWNS_REALM, schema.idxMrealmsByName.get(tx, realmName));
            Paired paired = pair(tx, deed, standing.user().oid(), realm, wanted);
            return () -> {
                FailPoint.hit("pair.committed");
                Map<String, @Nullable Object> wire = tell(paired);
                FailPoint.hit("pair.told");
                return CompletableFuture.completedFuture(wire);
            };
        });
    }

    /**
     * What a node is to be in a realm.
     *
     * @param key its public key, 64 lower-case hexadecimal characters
     * @param authid its name
     * @param clusterIp the address other nodes reach it at
     * @param authextra what it is told at each join, or null
     */
    public record Pairing(
            String key,
            String authid,
            String clusterIp,
            @Nullable Map<String, @Nullable Object> authextra) {
        /** What a caller asks for, checked. Error: {@code wamp.error.invalid_argument}. */
        public static Pairing of(String pubkey, String authid, @Nullable Map<String, @Nullable Object> authextra) {
            demandName(authid);
            return new Pairing(normalised(pubkey), authid, addressIn(authextra), authextra);
        }
    }

    /**
     * A node that was paired, until the commit.
     *
     * @param readers the authids of those who may know
     */
    public record Paired(ManagementRealm realm, Node node, List<String> readers) {}

    /**
     * Pairs a node, in whichever way it has come: what waits of it is forgotten. A key that was paired before keeps its oid; what
     * else is on record of it stays with who paired it last, and is not told to another owner. After the commit, {@link #tell} it.
     *
     * @param deed is told of it
     * @param owner the oid of the user who counts as having paired it, and who was found to have the right
     * @return the node. Errors: {@code fabric.node-already-paired}, {@code crossbar.error.already_exists} (the name),
     *     {@code fabric.key-revoked}, {@code io.bailiwick.domain.node_denied}
     */
    public Paired pair(WriteTransaction tx, Deed deed, UUID owner, ManagementRealm realm, Pairing wanted) {
        Optional<Node> known = pairable(tx, wanted.key(), realm, wanted.authid());
        Optional<Node> own = known.filter(row -> row.ownerOid().equals(owner));
        UUID oid = known.map(Node::oid).orElseGet(UUID::randomUUID);
        Node node = own.orElseGet(() -> new Node(oid, null, null, null, owner, wanted.key(), null, null, null, null))
                .pairedTo(realm.oid(), wanted.authid(), owner, wanted.clusterIp(), wanted.authextra());
        deed.on("node", oid).in(realm.oid()).from(own.orElse(null)).to(WireForm.of(node));
        schema.nodes.upsert(tx, oid, node);
        schema.waitingNodes.delete(tx, wanted.key());
        return new Paired(realm, node, access.readers(tx, realm.oid()));
    }

    /** Refuses what {@link #pair} would refuse now. */
    public void demandPairable(ReadTransaction tx, ManagementRealm realm, Pairing wanted) {
        pairable(tx, wanted.key(), realm, wanted.authid());
    }

    /** Tells of a node that was paired; the Node as it looks on the wire. To be called after the commit, in its order. */
    public Map<String, @Nullable Object> tell(Paired paired) {
        settled.accept(paired.node().pubkey());
        Map<String, @Nullable Object> wire = WireForm.of(paired.node());
        live.announce(ON_PAIRED, paired.readers(), wire);
        live.paired(paired.realm(), paired.node());
        return wire;
    }

    /** Refuses what cannot be the name of a node. Error: {@code wamp.error.invalid_argument}. */
    public static void demandName(String authid) {
        if (!AUTHID.matcher(authid).matches()) {
            throw invalid("authid: expected 1 to 128 letters, digits, _, - and @, a letter or digit first, "
                    + "but found something else");
        }
        if (OID.matcher(authid).matches()) {
            throw invalid("authid: expected a name that does not read as an object id, but found a UUID");
        }
    }

    /** The row of the key, if it has one and the node can be paired to the realm under the name. */
    private Optional<Node> pairable(ReadTransaction tx, String key, ManagementRealm realm, String authid) {
        Optional<Node> known = schema.idxNodesByPubkey.get(tx, key);
        if (known.isPresent() && known.get().isPaired()) {
            throw new ApplicationError(
                    FabricErrors.NODE_ALREADY_PAIRED, "expected a node that is not paired, but found one that is");
        }
        if (schema.idxNodesByAuthid.key(tx, new Pair<>(realm.oid(), authid)).isPresent()) {
            throw new ApplicationError(
                    FabricErrors.ALREADY_EXISTS, "a node of this name is paired to the management realm already");
        }
        demandUsable(tx, schema, key);
        return known;
    }

    /** Refuses a key that was taken from a node for good, or that was denied. */
    static void demandUsable(ReadTransaction tx, GlobalSchema schema, String key) {
        if (schema.revokedNodeKeys.get(tx, key).isPresent()) {
            throw new ApplicationError(
                    FabricErrors.KEY_REVOKED,
                    "expected a key that no node has had before, but found one that was revoked");
        }
        if (schema.deniedNodeKeys.get(tx, key).isPresent()) {
            throw new ApplicationError(
                    FabricErrors.NODE_DENIED, "expected a key that may be paired, but found one that was denied");
        }
    }

    /**
     * Unpairs a node, by oid: its sessions are ended with {@code wamp.close.auth-changed}, and it may not come back. Its
     * row stays.
     *
     * @return the Node, with the realm it was in as {@code mrealm_oid} and the ids of the ended sessions as {@code killed}.
     *     Errors: {@code crossbar.error.no_such_object}, {@code fabric.not-authorized}, {@code fabric.node-not-paired}
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.unpair_node",
            does = "Unpairs a node, by oid, and ends its session.")
    @Allowed(Right.OWNS_NODE)
    public CompletableFuture<Map<String, @Nullable Object>> unpairNode(
            @Named("node_id") UUID nodeOid, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.write(invocation, (tx, deed) -> unpair(tx, deed, caller, schema.nodes.get(tx, nodeOid)));
    }

    /**
     * As {@link #unpairNode}, by public key.
     *
     * @return as of {@code unpair_node}. Errors: {@code crossbar.error.no_such_object}, {@code fabric.not-authorized},
     *     {@code fabric.node-not-paired}, {@code wamp.error.invalid_argument} (it is no key)
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.unpair_node_by_pubkey",
            does = "Unpairs a node, by public key, and ends its session.")
    @Allowed(Right.OWNS_NODE)
    public CompletableFuture<Map<String, @Nullable Object>> unpairNodeByPubkey(String pubkey, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        String key = normalised(pubkey);
        return work.write(invocation, (tx, deed) -> unpair(tx, deed, caller, schema.idxNodesByPubkey.get(tx, key)));
    }

    /**
     * As {@link #unpairNode}, by realm and name.
     *
     * @return as of {@code unpair_node}. Errors: {@code crossbar.error.no_such_object}, {@code fabric.not-authorized}
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.unpair_node_by_name",
            does = "Unpairs a node, by its realm and its name there, and ends its session.")
    @Allowed(Right.OWNS_NODE)
    public CompletableFuture<Map<String, @Nullable Object>> unpairNodeByName(
            @Named("mrealm_name") String realmName, @Named("node_name") String authid, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.write(invocation, (tx, deed) -> unpair(tx, deed, caller, byName(tx, realmName, authid)));
    }

    private Supplier<CompletableFuture<Map<String, @Nullable Object>>> unpair(
            WriteTransaction tx, Deed deed, Caller caller, Optional<Node> found) {
        Node node = access.of(tx, caller).node(Right.OWNS_NODE, found);
        ManagementRealm realm = access.realmOf(tx, node).orElseThrow(NodeProcedures::notPaired);
        List<String> readers = access.readers(tx, realm.oid());
        schema.nodes.update(tx, node.oid(), node.unpaired());
        deed.on("node", node.oid()).in(realm.oid()).from(node).to(node.unpaired());
        return () -> live.unpaired(realm, node).thenApply(killed -> {
            Map<String, @Nullable Object> wire = unpairedForm(node, killed);
            live.announce(ON_UNPAIRED, readers, wire);
            return wire;
        });
    }

    /** The error for a node that is in no realm. */
    static ApplicationError notPaired() {
        return new ApplicationError(
                FabricErrors.NODE_NOT_PAIRED, "expected a node that is paired, but found one that is not");
    }

    /** An unpaired node, with the realm that it was in and the sessions that were ended. */
    static Map<String, @Nullable Object> unpairedForm(Node before, List<Long> killed) {
        Map<String, @Nullable Object> wire = WireForm.of(before.unpaired());
        wire.put("mrealm_oid", Objects.toString(before.mrealmOid(), null));
        wire.put("killed", killed);
        return wire;
    }

    /**
     * The oids of the nodes that the caller may see, in all realms and in none; the names of those that are paired, sorted, when
     * {@code returnNames}. Errors: none of its own
     */
    @Procedure(value = "crossbarfabriccenter.mrealm.list_nodes", does = "Lists the nodes that the caller may see.")
    @Allowed(Right.EVERYBODY)
    public CompletableFuture<List<String>> listNodes(@Nullable Boolean returnNames, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> {
            Standing standing = access.of(tx, caller);
            return list(
                    schema.nodes.all(tx).map(Row::row).filter(node -> standing.may(Right.SEES_NODE, node)),
                    returnNames);
        });
    }

    /** The oids of the nodes of a realm. Error: {@code crossbar.error.no_such_object}. */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.list_nodes_by_mrealm",
            does = "Lists the nodes that are paired to a management realm, by the realm's oid.")
    @Allowed(Right.SEES_REALM)
    public CompletableFuture<List<String>> listNodesByMrealm(
            @Named("mrealm_oid") UUID mrealmId, @Nullable Boolean returnNames, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> listOf(tx, caller, schema.mrealms.get(tx, mrealmId), returnNames));
    }

    /** The oids of the nodes of a realm, by the realm's name. Error: {@code crossbar.error.no_such_object}. */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.list_nodes_by_mrealm_name",
            does = "Lists the nodes that are paired to a management realm, by the realm's name.")
    @Allowed(Right.SEES_REALM)
    public CompletableFuture<List<String>> listNodesByMrealmName(
            @Named("realm_name") String mrealmName, @Nullable Boolean returnNames, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> listOf(tx, caller, schema.idxMrealmsByName.get(tx, mrealmName), returnNames));
    }

    /** The Node of an oid, and its {@code status}. Error: {@code crossbar.error.no_such_object}. */
    @Procedure(value = "crossbarfabriccenter.mrealm.get_node", does = "Returns a node, by oid.")
    @Allowed(Right.SEES_NODE)
    public CompletableFuture<Map<String, @Nullable Object>> getNode(
            @Named("node_oid") UUID nodeId, Invocation invocation) {
        return shown(invocation, tx -> schema.nodes.get(tx, nodeId));
    }

    /** The Node of a realm and a name, and its {@code status}. Error: {@code crossbar.error.no_such_object}. */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.get_node_by_name",
            does = "Returns a node, by its realm and its name there.")
    @Allowed(Right.SEES_NODE)
    public CompletableFuture<Map<String, @Nullable Object>> getNodeByName(
            @Named("realm_name") String mrealmName, @Named("authid") String nodeName, Invocation invocation) {
        return shown(invocation, tx -> byName(tx, mrealmName, nodeName));
    }

    /** The row of a node, and whether it is online, as its realm has it. */
    private CompletableFuture<Map<String, @Nullable Object>> shown(
            Invocation invocation, Function<ReadTransaction, Optional<Node>> lookup) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> {
                    Node node = access.of(tx, caller).node(Right.SEES_NODE, lookup.apply(tx));
                    return new Placed(node, access.realmOf(tx, node));
                })
                .thenCompose(placed -> placed.state(live).thenApply(state -> {
                    Map<String, @Nullable Object> wire = WireForm.of(placed.node());
                    wire.put("status", state.get("status"));
                    return wire;
                }));
    }

    /**
     * A node and where it is.
     *
     * @param realm the realm that it is paired to, if any
     */
    record Placed(Node node, Optional<ManagementRealm> realm) {
        private static final Map<String, @Nullable Object> NOWHERE = Map.of("status", "offline");

        /** How it stands with the node, as {@link LiveDomain#state} has it; offline when it is in no realm. */
        CompletableFuture<Map<String, @Nullable Object>> state(LiveDomain live) {
            return realm.map(in -> live.state(in, node)).orElseGet(() -> CompletableFuture.completedFuture(NOWHERE));
        }
    }

    private Optional<Node> byName(ReadTransaction tx, String realm, String authid) {
        return schema.idxMrealmsByName
                .key(tx, realm)
                .flatMap(oid -> schema.idxNodesByAuthid.get(tx, new Pair<>(oid, authid)));
    }

    private List<String> listOf(
            ReadTransaction tx, Caller caller, Optional<ManagementRealm> found, @Nullable Boolean names) {
        UUID realm = access.of(tx, caller).realm(Right.SEES_REALM, found).oid();
        return list(Access.nodesOf(schema, tx, realm), names);
    }

    private static List<String> list(Stream<Node> nodes, @Nullable Boolean names) {
        return Boolean.TRUE.equals(names)
                ? nodes.flatMap(node -> Stream.ofNullable(node.authid()))
                        .sorted()
                        .toList()
                : nodes.map(node -> node.oid().toString()).toList();
    }

    /** A public key as it is stored. Error: {@code wamp.error.invalid_argument}. */
    static String normalised(String pubkey) {
        return KeyProcedures.key(pubkey).hex();
    }

    private static String addressIn(@Nullable Map<String, @Nullable Object> authextra) {
        if (authextra == null) {
            return DEFAULT_CLUSTER_IP;
        }
        try {
            int length = JSON.writeValueAsBytes(authextra).length;
            if (length > MAX_AUTHEXTRA) {
                throw invalid("authextra: expected at most " + MAX_AUTHEXTRA + " bytes as JSON, but found " + length);
            }
        } catch (JsonProcessingException e) {
            throw invalid("authextra: expected what JSON can hold, but found something else");
        }
        Object clusterIp = authextra.get("cluster_ip");
        if (clusterIp == null) {
            return DEFAULT_CLUSTER_IP;
        }
        if (clusterIp instanceof String text) {
            return text;
        }
        throw invalid("authextra.cluster_ip: expected a string, but found " + Dict.kind(clusterIp));
    }

    private static ApplicationError invalid(String text) {
        return new ApplicationError(Uris.INVALID_ARGUMENT, text);
    }
}
