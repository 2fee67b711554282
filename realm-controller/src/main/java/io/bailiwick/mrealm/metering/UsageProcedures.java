package io.bailiwick.mrealm.metering;

import io.bailiwick.mrealm.node.Node;
import io.bailiwick.mrealm.node.RealmNodes;
import io.bailiwick.mrealm.rights.Allowed;
import io.bailiwick.mrealm.rights.Right;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.Named;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.message.Uris;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What single nodes of the realm used. */
public final class UsageProcedures {
    private static final String NO_SUCH_OBJECT = "crossbar.error.no_such_object";
    private static final int DEFAULT_LIMIT = 100;
    /** A third of a megabyte on the wire, of the one that a message may have. */
    private static final int MAX_LIMIT = 500;

    private final RealmNodes nodes;
    private final Ledger ledger;
    private final Executor disk;

    UsageProcedures(RealmNodes nodes, Ledger ledger, Executor disk) {
        this.nodes = nodes;
        this.ledger = ledger;
        this.disk = disk;
    }

    /**
     * Lists usage of nodes.
     *
     * @param node object id or authid of a paired node, or the object id of a former one; all when left out
     * @param fromNs the intervals that ended after this, nanoseconds since the epoch
     * @param untilNs and not after this
     * @param limit at most so many rows, 100 when left out, never more than 500
     * @return a list of {@code {node_oid, authid, until, count, total, nodes, ...}}, newest first: the end of the interval in
     *     nanoseconds, and the figures; {@code authid} is null for a node that is not paired any more. Errors: {@code
     *     crossbar.error.no_such_object}, {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = "io.bailiwick.mrealm.list_node_usage",
            does =
                    "Lists what nodes used, all or one, newest first, in intervals that ended after a time and not after another"
                            + " in nanoseconds since the epoch; 100 rows unless told otherwise, and never more than 500 at once.")
    @Allowed(Right.OPERATES)
    public CompletionStage<List<Map<String, @Nullable Object>>> listNodeUsage(
            @Named({"node_oid", "node_id"}) @Nullable String node,
            @Nullable Long fromNs,
            @Nullable Long untilNs,
            @Nullable Integer limit) {
        Optional<UUID> oid = node == null ? Optional.empty() : Optional.of(oid(node));
        int wanted = limit == null ? DEFAULT_LIMIT : limit;
        if (wanted < 1) {
            throw new ApplicationError(Uris.INVALID_ARGUMENT, "limit: expected 1 or more, but found " + wanted);
        }
        long from = fromNs == null ? 0 : Math.max(0, fromNs);
        long until = untilNs == null ? Long.MAX_VALUE : untilNs;
        Map<UUID, String> authids = new LinkedHashMap<>();
        nodes.all().forEach(each -> authids.put(each.oid(), each.authid()));
        return CompletableFuture.supplyAsync(
                () -> ledger.nodeUsage(oid, from, until, Math.min(wanted, MAX_LIMIT)).stream()
                        .map(usage -> wire(usage, authids))
                        .toList(),
                disk);
    }

    private UUID oid(String node) {
        Optional<Node> paired = nodes.find(node);
        if (paired.isPresent()) {
            return paired.get().oid();
        }
        try {
            return UUID.fromString(node);
        } catch (IllegalArgumentException neither) {
            throw new ApplicationError(
                    NO_SUCH_OBJECT, "expected the object id or authid of a node of this realm, but found " + node);
        }
    }

    private static Map<String, @Nullable Object> wire(Ledger.OfNode usage, Map<UUID, String> authids) {
        Map<String, @Nullable Object> wire = new LinkedHashMap<>();
        wire.put("node_oid", usage.node().toString());
        wire.put("authid", authids.get(usage.node()));
        wire.put("until", usage.until());
        wire.putAll(usage.figures().wire());
        return wire;
    }
}
