package io.bailiwick.mrealm.procedure;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.bailiwick.mrealm.node.Node;
import io.bailiwick.mrealm.node.RealmNodes;
import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Named;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.message.Uris;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What a management realm tells of itself and of its nodes. */
public final class RealmProcedures {
    /** No object of this name or id here (Crossbar.io). */
    static final String NO_SUCH_OBJECT = "crossbar.error.no_such_object";

    private static final int DEFAULT_LIMIT = 100;
    /** Half a megabyte on the wire, of the one that a message may have. Who asks for more gets these and asks again. */
    private static final int MAX_LIMIT = 500;

    /**
     * The state of this realm controller.
     *
     * @param type {@code management}
     * @param realm the realm's name
     * @param now the time here, ISO 8601 in UTC with milliseconds
     * @param started when this controller was started, likewise
     * @param uptime the time since, in words
     * @param uptimeSeconds the same as a number
     * @param tick counts the ticks since the start
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Status(
            String type, String realm, String now, String started, String uptime, long uptimeSeconds, long tick) {}

    private final RealmNodes nodes;
    private final Ticks ticks;
    private final Executor reader;

    /**
     * Procedures over nodes.
     *
     * @param reader runs what reads the store
     */
    public RealmProcedures(RealmNodes nodes, Ticks ticks, Executor reader) {
        this.nodes = nodes;
        this.ticks = ticks;
        this.reader = reader;
    }

    @Procedure(value = "crossbarfabriccenter.mrealm.get_status", does = "Tells the state of this realm controller.")
    public Status getStatus() {
        return ticks.status();
    }

    @Procedure(
            value = "crossbarfabriccenter.mrealm.get_nodes",
            does = "Lists the object ids (or authids) of the paired nodes, all or those online or offline, by authid.")
    public List<String> getNodes(@Nullable String status, @Nullable Boolean returnNames) {
        if (status != null && !status.equals("online") && !status.equals("offline")) {
            throw new ApplicationError(
                    Uris.INVALID_ARGUMENT, "status: expected online, offline or null, but found another text");
        }
        boolean names = returnNames != null && returnNames;
        return nodes.all().stream()
                .filter(node -> status == null || nodes.online(node) == status.equals("online"))
                .map(node -> names ? node.authid() : node.oid().toString())
                .toList();
    }

    @Procedure(
            value = "crossbarfabriccenter.mrealm.get_node",
            does = "Tells of a paired node, by object id or authid, with its state and its last heartbeat.")
    public Map<String, @Nullable Object> getNode(@Named({"node_id", "node"}) String nodeOid) {
        return nodes.describe(find(nodeOid));
    }

    @Procedure(
            value = "crossbarfabriccenter.mrealm.get_node_by_authid",
            does = "Tells of a paired node, by authid or object id, with its state and its last heartbeat.")
    public Map<String, @Nullable Object> getNodeByAuthid(@Named({"authid", "node"}) String nodeAuthid) {
        return nodes.describe(find(nodeAuthid));
    }

    @Procedure(
            value = "io.bailiwick.mrealm.get_heartbeats",
            does =
                    "Lists stored heartbeats of a node, newest first, received from (inclusive) until (exclusive) two times "
                            + "in nanoseconds since the epoch; 100 unless told otherwise, and never more than 500 at once.")
    public CompletionStage<List<MNodeLog>> getHeartbeats(
            @Named({"node_oid", "node_id"}) String node,
            @Nullable Long fromNs,
            @Nullable Long untilNs,
            @Nullable Integer limit) {
        return nodes.heartbeats(find(node), from(fromNs), until(untilNs), bounded(limit), reader);
    }

    @Procedure(
            value = "io.bailiwick.mrealm.get_worker_heartbeats",
            does = "Lists stored heartbeats of the workers of a node, newest first; arguments as of get_heartbeats.")
    public CompletionStage<List<MWorkerLog>> getWorkerHeartbeats(
            @Named({"node_oid", "node_id"}) String node,
            @Nullable Long fromNs,
            @Nullable Long untilNs,
            @Nullable Integer limit) {
        return nodes.workerHeartbeats(find(node), from(fromNs), until(untilNs), bounded(limit), reader);
    }

    @Procedure(
            value = "io.bailiwick.mrealm.store_heartbeat",
            does =
                    "Takes a heartbeat of the calling node, as on_heartbeat has it, and answers with the time of its receipt in"
                            + " nanoseconds since the epoch when it, or a later one of the node, is on disk.")
    public CompletionStage<Long> storeHeartbeat(
            @Named("node_id") String authid, Map<String, @Nullable Object> heartbeat, Invocation invocation) {
        return nodes.heartbeat(invocation)
                .orElseThrow(() -> new ApplicationError(
                        Uris.INVALID_ARGUMENT,
                        "expected a heartbeat of the calling node, paired with this realm, but found something else"));
    }

    private Node find(String oidOrAuthid) {
        return nodes.find(oidOrAuthid).orElseThrow(() -> noSuchNode(oidOrAuthid));
    }

    /** The error for a node that is not paired with this realm, whether or not another realm has it. */
    static ApplicationError noSuchNode(String oidOrAuthid) {
        return new ApplicationError(
                NO_SUCH_OBJECT, "expected the object id or authid of a node of this realm, but found " + oidOrAuthid);
    }

    private static long from(@Nullable Long ns) {
        return ns == null ? 0 : ns;
    }

    private static long until(@Nullable Long ns) {
        return ns == null ? Long.MAX_VALUE : ns;
    }

    private static int bounded(@Nullable Integer limit) {
        int wanted = limit == null ? DEFAULT_LIMIT : limit;
        if (wanted < 1) {
            throw new ApplicationError(Uris.INVALID_ARGUMENT, "limit: expected 1 or more, but found " + wanted);
        }
        return Math.min(wanted, MAX_LIMIT);
    }
}
