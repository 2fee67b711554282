package io.bailiwick.domain.waiting;

import io.bailiwick.domain.procedure.Access;
import io.bailiwick.domain.procedure.Allowed;
import io.bailiwick.domain.procedure.Caller;
import io.bailiwick.domain.procedure.LiveDomain;
import io.bailiwick.domain.procedure.Right;
import io.bailiwick.domain.procedure.Standing;
import io.bailiwick.domain.procedure.WireForm;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.waiting.NodePlaces.Duplicate;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.client.Topic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys that were seen in two places: told when it happens, to who has a role in the node's realm, and listed. */
public final class DuplicateProcedures {
    private static final Logger LOG = LoggerFactory.getLogger(DuplicateProcedures.class);

    @Topic(
            carries = "[{what list_duplicate_nodes gives}]",
            when = "a second session came with the key of a node that is there")
    private static final String ON_DUPLICATE = "io.bailiwick.domain.on_node_duplicate";

    private final NodePlaces places;
    private final Work work;
    private final GlobalSchema schema;
    private final Access access;
    private final LiveDomain live;

    /** Procedures on the places of keys; what is seen from now on is told. */
    public DuplicateProcedures(NodePlaces places, Work work, LiveDomain live) {
        this.places = places;
        this.work = work;
        this.schema = work.schema();
        this.access = new Access(schema);
        this.live = live;
        places.onDuplicate(this::tell);
    }

    private void tell(String key, Duplicate duplicate) {
        CompletableFuture<Boolean> told = work.read(tx -> {
            Optional<Node> found = schema.idxNodesByPubkey.get(tx, key);
            UUID realm = found.map(Node::mrealmOid).orElse(null);
            if (realm != null) {
                live.announce(ON_DUPLICATE, access.readers(tx, realm), wire(found.get(), duplicate));
            }
            return true;
        });
        told.exceptionally(failure -> {
            LOG.warn("a key in two places could not be told of", failure);
            return false;
        });
    }

    /** What was seen of a key in two places within the last hour, without the node; empty where nothing was. */
    public static Map<String, @Nullable Object> seen(NodePlaces places, String key) {
        return places.duplicate(key).map(DuplicateProcedures::wire).orElseGet(Map::of);
    }

    private static Map<String, @Nullable Object> wire(Duplicate duplicate) {
        Map<String, @Nullable Object> wire = new LinkedHashMap<>();
        wire.put("address", duplicate.address());
        wire.put("other_address", duplicate.otherAddress());
        wire.put("first_seen", WireForm.time(duplicate.first()));
        wire.put("last_seen", WireForm.time(duplicate.last()));
        wire.put("attempts", duplicate.attempts());
        return wire;
    }

    private static Map<String, @Nullable Object> wire(Node node, Duplicate duplicate) {
        Map<String, @Nullable Object> wire = new LinkedHashMap<>();
        wire.put("oid", node.oid().toString());
        wire.put("authid", node.authid());
        wire.put("mrealm_oid", Objects.toString(node.mrealmOid(), null));
        wire.put("pubkey", node.pubkey());
        wire.putAll(wire(duplicate));
        return wire;
    }

    /**
     * Lists the nodes whose key was seen in two places within the last hour, of those that the caller may see.
     *
     * @return a list of {@code {oid, authid, mrealm_oid, pubkey, address, other_address, first_seen, last_seen, attempts}}:
     *     where its session is, and where somebody else with the key came from; times as ISO 8601. Errors: none of its own
     */
    @Procedure(
            value = "io.bailiwick.domain.list_duplicate_nodes",
            does = "Lists the nodes whose key was seen in two places within the last hour.")
    @Allowed(Right.EVERYBODY)
    public CompletableFuture<List<Map<String, @Nullable Object>>> listDuplicateNodes(Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> {
            Standing standing = access.of(tx, caller);
            List<Map<String, @Nullable Object>> found = new ArrayList<>();
            places.duplicates().forEach((key, duplicate) -> schema.idxNodesByPubkey
                    .get(tx, key)
                    .filter(node -> standing.may(Right.SEES_NODE, node))
                    .ifPresent(node -> found.add(wire(node, duplicate))));
            return found;
        });
    }
}
