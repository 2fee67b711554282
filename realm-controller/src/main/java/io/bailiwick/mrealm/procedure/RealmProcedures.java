package io.bailiwick.mrealm.procedure;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.bailiwick.mrealm.node.Node;
import io.bailiwick.mrealm.node.RealmNodes;
import io.bailiwick.mrealm.rights.Allowed;
import io.bailiwick.mrealm.rights.Right;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Named;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.message.Uris;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a management realm tells of itself and of its nodes. */
public final class RealmProcedures {
    private static final int DEFAULT_LIMIT = 100;
    /** A quarter of a megabyte on the wire, of the one that a message may have. Who asks for more gets these and asks again. */
    private static final int MAX_LIMIT = 1_000;

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
     * @param nodes how many nodes there are; left out for those who may not look at nodes
     */
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Status(
            String type,
            String realm,
            String now,
            String started,
            String uptime,
            long uptimeSeconds,
            long tick,
            @Nullable Nodes nodes) {
        Status with(Nodes counted) {
            return new Status(type, realm, now, started, uptime, uptimeSeconds, tick, counted);
        }
    }

    /**
     * How many nodes there are.
     *
     * @param paired all of them
     * @param online those whose lease runs
     * @param offline the others
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Nodes(int paired, int online, int offline) {}

    private final RealmNodes nodes;
    private final Ticks ticks;

    /** Procedures over nodes. */
    public RealmProcedures(RealmNodes nodes, Ticks ticks) {
        this.nodes = nodes;
        this.ticks = ticks;
    }

    /**
     * The state of this controller.
     *
     * @return {@code type}, {@code realm}, {@code now}, {@code started}, {@code uptime}, {@code uptime_seconds}, {@code tick};
     *     and for those who may look at nodes {@code nodes}: {@code paired}, {@code online}, {@code offline}
     */
    @Procedure(value = "crossbarfabriccenter.mrealm.get_status", does = "Tells the state of this realm controller.")
    @Allowed(Right.EVERYBODY)
    public Status getStatus(Invocation invocation) {
        Status status = ticks.status();
        if (!Right.LOOKS.held(Right.roleOf(invocation))) {
            return status;
        }
        List<Node> all = nodes.all();
        int online = (int) all.stream().filter(nodes::online).count();
        return status.with(new Nodes(all.size(), online, all.size() - online));
    }

    /**
     * Which nodes are paired.
     *
     * @param status {@code online} or {@code offline}; all if not given
     * @param returnNames authids in the place of object ids
     * @return object ids, or authids. Error: {@code wamp.error.invalid_argument} for another status
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.get_nodes",
            does = "Lists the object ids (or authids) of the paired nodes, all or those online or offline, by authid.")
    @Allowed(Right.LOOKS)
    public List<String> getNodes(@Nullable String status, @Nullable Boolean returnNames) {
        boolean names = returnNames != null && returnNames;
        return inState(status)
                .map(node -> names ? node.authid() : node.oid().toString())
                .toList();
    }

    /**
     * A node as it is.
     *
     * @return the Node, and {@code heartbeat} (last sequence number), {@code timestamp} (ns, the node's clock), {@code status},
     *     {@code first_seen}, {@code last_seen} (ns), {@code last_seen_age} (s), {@code online_since} (ns), {@code session},
     *     {@code sessions}, {@code lease_seconds}, {@code lease_left}. Error: {@code crossbar.error.no_such_object}, of nodes
     *     of other realms too
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.get_node",
            does = "Tells of a paired node, by object id or authid, with its state, its lease and its last heartbeat.")
    @Allowed(Right.LOOKS)
    public Map<String, @Nullable Object> getNode(@Named({"node_id", "node"}) String nodeOid) {
        return nodes.describe(nodes.require(nodeOid));
    }

    /**
     * The same.
     *
     * @return as of {@code get_node}. Error: {@code crossbar.error.no_such_object}
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.get_node_by_authid",
            does = "Tells of a paired node, by authid or object id, with its state, its lease and its last heartbeat.")
    @Allowed(Right.LOOKS)
    public Map<String, @Nullable Object> getNodeByAuthid(
            @Named({"authid", "node_id", "node_oid", "node"}) String nodeAuthid) {
        return nodes.describe(nodes.require(nodeAuthid));
    }

    /**
     * Nodes with what changes of them.
     *
     * @param status as of {@code get_nodes}
     * @param after those whose authids come after this one only
     * @param limit how many at most; 100 if not given, never more than 1000
     * @return of each {@code oid}, {@code authid}, {@code label}, {@code status}, {@code last_seen} (ns), {@code last_seen_age}
     *     (s), {@code online_since} (ns), {@code workers}, {@code lease_seconds}, {@code lease_left}. Error:
     *     {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = "io.bailiwick.mrealm.list_nodes",
            does =
                    "Lists paired nodes by authid, each with its state, its lease and when it was heard last; those after an"
                            + " authid or the first, 100 unless told otherwise, and never more than 1000 at once.")
    @Allowed(Right.LOOKS)
    public List<Map<String, @Nullable Object>> listNodes(
            @Nullable String status, @Nullable String after, @Nullable Integer limit) {
        return inState(status)
                .filter(node -> after == null || node.authid().compareTo(after) > 0)
                .limit(bounded(limit, DEFAULT_LIMIT, MAX_LIMIT))
                .map(nodes::brief)
                .toList();
    }

    private Stream<Node> inState(@Nullable String status) {
        if (status != null && !status.equals("online") && !status.equals("offline")) {
            throw new ApplicationError(
                    Uris.INVALID_ARGUMENT, "status: expected online, offline or null, but found another text");
        }
        return nodes.all().stream().filter(node -> status == null || nodes.online(node) == status.equals("online"));
    }

    static int bounded(@Nullable Integer limit, int otherwise, int most) {
        int wanted = limit == null ? otherwise : limit;
        if (wanted < 1) {
            throw new ApplicationError(Uris.INVALID_ARGUMENT, "limit: expected 1 or more, but found " + wanted);
        }
        return Math.min(wanted, most);
    }
}
