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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a management realm tells of itself and of its nodes. */
public final class RealmProcedures {
    private static final int DEFAULT_LIMIT = 100;
    /** A quarter of a megabyte on the wire, of the one that a message may have. Who asks for more gets these and asks again. */
    private static final int MAX_LIMIT = 1_000;
    /** Bytes of texts in one answer: a message has a mebibyte, and something stands around them. */
    private static final int ANSWER_BYTES = 1_000_000;
    /** What a text of some bytes takes besides them, in any format: quotes and a comma, or its length. */
    private static final int TEXT_BYTES = 3;

    private static final Pattern OBJECT_ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

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
     *     and for those who may look at nodes {@code nodes}: {@code paired}, {@code online}, {@code offline}. Errors:
     *     none of its own
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
     * <p>All are told at once unless there is a limit, as Crossbar.io FX has it. A message has room for some 25,000 object ids; where
     * there are more nodes, who asks for all of them is refused and has to ask for one part after the other: with a limit, and
     * with the last of each part as {@code after} of the next, until nothing comes.
     *
     * @param status {@code online} or {@code offline}; all if not given
     * @param returnNames authids in the place of object ids
     * @param after those whose authids come after that of this node only: an authid, or the object id of a node that is paired
     * @param limit how many at most; as many as a message has room for come, if that is less
     * @return object ids, or authids. Errors: {@code wamp.error.payload_size_exceeded} where all were asked for and there are too
     *     many, {@code wamp.error.invalid_argument} for another status or limit, {@code crossbar.error.no_such_object} for an
     *     object id of no node as {@code after}
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.get_nodes",
            does =
                    "Lists the object ids (or authids) of the paired nodes, all or those online or offline, by authid; or those after"
                            + " one of them, as many as a limit says. Where all are more than fit into a message, a limit is needed.")
    @Allowed(Right.LOOKS)
    public List<String> getNodes(
            @Nullable String status, @Nullable Boolean returnNames, @Nullable String after, @Nullable Integer limit) {
        boolean names = returnNames != null && returnNames;
        List<Node> wanted = after(inState(status), after == null ? null : authid(after))
                .limit(limit == null ? Long.MAX_VALUE : bounded(limit, limit, Integer.MAX_VALUE))
                .toList();
        List<String> told = new ArrayList<>();
        long room = ANSWER_BYTES;
        for (Node node : wanted) {
            String text = names ? node.authid() : node.oid().toString();
            room -= text.getBytes(StandardCharsets.UTF_8).length + TEXT_BYTES;
            if (room < 0 && limit == null) {
                throw new ApplicationError(
                        Uris.PAYLOAD_SIZE_EXCEEDED,
                        "expected a limit, as " + wanted.size() + " nodes do not fit into one message, but found none:"
                                + " ask with limit, and for the next with the last that was told as after");
            }
            // One always goes, however long its name is.
            if (room < 0 && !told.isEmpty()) {
                break;
            }
            told.add(text);
        }
        return told;
    }

    /** The authid that comes last before those that are wanted, which may be told as an object id. */
    private String authid(String after) {
        Optional<Node> node = nodes.find(after);
        if (node.isEmpty() && OBJECT_ID.matcher(after).matches()) {
            throw RealmNodes.noSuchNode(after);
        }
        return node.map(Node::authid).orElse(after);
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
        return after(inState(status), after)
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

    private static Stream<Node> after(Stream<Node> all, @Nullable String authid) {
        return all.filter(node -> authid == null || node.authid().compareTo(authid) > 0);
    }

    static int bounded(@Nullable Integer limit, int otherwise, int most) {
        int wanted = limit == null ? otherwise : limit;
        if (wanted < 1) {
            throw new ApplicationError(Uris.INVALID_ARGUMENT, "limit: expected 1 or more, but found " + wanted);
        }
        return Math.min(wanted, most);
    }
}
