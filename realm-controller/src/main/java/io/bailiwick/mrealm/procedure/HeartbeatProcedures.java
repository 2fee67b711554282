package io.bailiwick.mrealm.procedure;

import io.bailiwick.mrealm.node.RealmNodes;
import io.bailiwick.mrealm.rights.Allowed;
import io.bailiwick.mrealm.rights.Right;
import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.mrealm.series.SeriesOfNode;
import io.bailiwick.mrealm.series.SeriesRequest;
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

/** What is on record of the nodes of a realm and of their workers. */
public final class HeartbeatProcedures {
    private static final int DEFAULT_LIMIT = 100;
    /** Half a megabyte on the wire, of the one that a message may have. Who asks for more gets these and asks again. */
    private static final int MAX_LIMIT = 500;

    private final RealmNodes nodes;
    private final Executor reader;
    private final SeriesOfNode series;

    /**
     * Procedures over heartbeats.
     *
     * @param reader runs what reads the store
     */
    public HeartbeatProcedures(RealmNodes nodes, Executor reader) {
        this.nodes = nodes;
        this.reader = reader;
        this.series = new SeriesOfNode(nodes, reader);
    }

    /**
     * Stored heartbeats of a node.
     *
     * @param node object id or authid
     * @param fromNs the first that may be among them; from the beginning if not given
     * @param untilNs before which they were received; all until now if not given
     * @return MNodeLogs: {@code timestamp} (of receipt), {@code sent}, {@code seq}, {@code period}, {@code state}, {@code session},
     *     {@code workers}, {@code cpu}, {@code disk}, {@code memory}, {@code network}. Errors:
     *     {@code crossbar.error.no_such_object}, {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = "io.bailiwick.mrealm.get_heartbeats",
            does =
                    "Lists stored heartbeats of a node, newest first, received from (inclusive) until (exclusive) two times "
                            + "in nanoseconds since the epoch; 100 unless told otherwise, and never more than 500 at once.")
    @Allowed(Right.OPERATES)
    public CompletionStage<List<MNodeLog>> getHeartbeats(
            @Named({"node_oid", "node_id"}) String node,
            @Nullable Long fromNs,
            @Nullable Long untilNs,
            @Nullable Integer limit) {
        int most = RealmProcedures.bounded(limit, DEFAULT_LIMIT, MAX_LIMIT);
        return nodes.heartbeats(nodes.require(node), from(fromNs), until(untilNs), most, reader);
    }

    /**
     * Stored heartbeats of the workers of a node; arguments as of {@code get_heartbeats}.
     *
     * @return MWorkerLogs: {@code timestamp} (of receipt), {@code sent}, {@code seq}, {@code period}, {@code state},
     *     {@code worker_id}, {@code type}, {@code process}, {@code router}. Errors: {@code crossbar.error.no_such_object},
     *     {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = "io.bailiwick.mrealm.get_worker_heartbeats",
            does = "Lists stored heartbeats of the workers of a node, newest first; arguments as of get_heartbeats.")
    @Allowed(Right.OPERATES)
    public CompletionStage<List<MWorkerLog>> getWorkerHeartbeats(
            @Named({"node_oid", "node_id"}) String node,
            @Nullable Long fromNs,
            @Nullable Long untilNs,
            @Nullable Integer limit) {
        int most = RealmProcedures.bounded(limit, DEFAULT_LIMIT, MAX_LIMIT);
        return nodes.workerHeartbeats(nodes.require(node), from(fromNs), until(untilNs), most, reader);
    }

    /**
     * The heartbeats of a node made small for a plot: minimum, average and maximum of its figures in each of some buckets of
     * equal length.
     *
     * @param fromNs the begin of the first bucket; an hour before the end if not given
     * @param untilNs the end of the last bucket; now if not given
     * @param buckets how many; 60 if not given, never more than 1000
     * @param figures names as {@code cpu.user}, {@code memory.percent}; of what is counted also with {@code _per_sec}, for its rate.
     *     At most 16
     * @return {@code node_oid}, {@code node_authid}, {@code from}, {@code until}, {@code heartbeats} (how many were read),
     *     {@code complete} (whether that was all), {@code times} (begins of the buckets, ns), {@code counts}, and under
     *     {@code figures} by name {@code min}, {@code avg}, {@code max}, null where nothing was reported. Errors:
     *     {@code crossbar.error.no_such_object}, {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = "io.bailiwick.mrealm.get_heartbeat_series",
            does =
                    "Tells minimum, average and maximum of figures of a node (`cpu.user`, `network.bytes_recv_per_sec`) in buckets"
                            + " of time, for plots: `times`, `counts` and for each figure `min`, `avg`, `max`, all of one length.")
    @Allowed(Right.OPERATES)
    public CompletionStage<Map<String, @Nullable Object>> getHeartbeatSeries(
            @Named({"node_oid", "node_id"}) String node,
            @Nullable Long fromNs,
            @Nullable Long untilNs,
            @Nullable Integer buckets,
            @Nullable List<String> figures,
            Invocation invocation) {
        SeriesRequest request = SeriesRequest.of(fromNs, untilNs, buckets, figures);
        return series.ofNode(nodes.require(node), request, invocation.caller());
    }

    /**
     * The same of a worker.
     *
     * @param workerId the worker, {@code controller} for the node's own process
     * @return as of {@code get_heartbeat_series}, with {@code worker_id}. Errors: {@code crossbar.error.no_such_object},
     *     {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = "io.bailiwick.mrealm.get_worker_heartbeat_series",
            does = "Tells the same of a worker of a node: `process.cpu_user`, `router.router_sessions`, ...")
    @Allowed(Right.OPERATES)
    public CompletionStage<Map<String, @Nullable Object>> getWorkerHeartbeatSeries(
            @Named({"node_oid", "node_id"}) String node,
            @Named("worker") String workerId,
            @Nullable Long fromNs,
            @Nullable Long untilNs,
            @Nullable Integer buckets,
            @Nullable List<String> figures,
            Invocation invocation) {
        SeriesRequest request = SeriesRequest.of(fromNs, untilNs, buckets, figures);
        return series.ofWorker(nodes.require(node), workerId, request, invocation.caller());
    }

    /**
     * Takes a heartbeat of the calling node.
     *
     * @param authid the node's own
     * @param heartbeat as {@code on_heartbeat} has it
     * @return when it was received, nanoseconds since the epoch; it, or a later one of the node, is on disk then. Errors:
     *     {@code wamp.error.invalid_argument}, {@code wamp.error.not_authorized}
     */
    @Procedure(
            value = "io.bailiwick.mrealm.store_heartbeat",
            does =
                    "Takes a heartbeat of the calling node, as on_heartbeat has it, and answers with the time of its receipt in"
                            + " nanoseconds since the epoch when it, or a later one of the node, is on disk.")
    @Allowed(Right.IS_NODE)
    public CompletionStage<Long> storeHeartbeat(
            @Named("node_id") String authid, Map<String, @Nullable Object> heartbeat, Invocation invocation) {
        return nodes.heartbeat(invocation)
                .orElseThrow(() -> new ApplicationError(
                        Uris.INVALID_ARGUMENT,
                        "expected a heartbeat of the calling node, paired with this realm, but found something else"));
    }

    private static long from(@Nullable Long ns) {
        return ns == null ? 0 : ns;
    }

    private static long until(@Nullable Long ns) {
        return ns == null ? Long.MAX_VALUE : ns;
    }
}
