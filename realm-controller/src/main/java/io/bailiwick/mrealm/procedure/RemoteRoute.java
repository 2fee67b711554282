package io.bailiwick.mrealm.procedure;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Uris;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a call of {@code crossbarfabriccenter.remote.<group>.<procedure>} asks for: which node, which worker of it, which
 * procedure, and the arguments that are left when these are taken away.
 *
 * @param node object id or authid, as the caller gave it
 * @param workerId the worker, or null for the node itself
 * @param procedure the last component of the procedure's URI
 * @param arguments what goes to the node
 */
record RemoteRoute(String node, @Nullable String workerId, String procedure, Arguments arguments) {

    static final String PREFIX = "crossbarfabriccenter.remote.";

    /** Groups of procedures of a node itself. */
    private static final Set<String> NODE_GROUPS = Set.of("node");
    /** Groups of procedures of a worker of a node: the second argument names the worker. */
    private static final Set<String> WORKER_GROUPS = Set.of("worker", "router", "container", "proxy", "tracing");

    private static final List<String> NODE_KEYWORDS = List.of("node_oid", "node_id", "node");
    private static final List<String> WORKER_KEYWORDS = List.of("worker_id", "worker");
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");
    private static final Pattern WORKER_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,127}");

    /**
     * Reads a call.
     *
     * @param uri the procedure that was called
     * @throws ApplicationError {@code wamp.error.no_such_procedure} for a URI that is none of these,
     *     {@code wamp.error.not_authorized} for signing with a node's key, {@code wamp.error.invalid_argument} when the node
     *     or worker is not named
     */
    static RemoteRoute of(String uri, Arguments arguments) {
        String[] parts = uri.substring(PREFIX.length()).split("\\.", -1);
        boolean ofNode = parts.length == 2 && NODE_GROUPS.contains(parts[0]);
        boolean ofWorker = parts.length == 2 && WORKER_GROUPS.contains(parts[0]);
        if (!(ofNode || ofWorker) || !NAME.matcher(parts[1]).matches()) {
            throw new ApplicationError(Uris.NO_SUCH_PROCEDURE, "no callee registered for procedure " + uri);
        }
        if (parts[1].startsWith("sign")) {
            throw new ApplicationError(
                    Uris.NOT_AUTHORIZED, "a node signs for itself only: " + parts[1] + " is not forwarded");
        }
        List<@Nullable Object> list = new ArrayList<>(arguments.list());
        Map<String, @Nullable Object> map = new LinkedHashMap<>(arguments.map());
        String node = take("the object id or authid of a node", NODE_KEYWORDS, list, map);
        String worker = null;
        if (ofWorker) {
            worker = take("the id of a worker", WORKER_KEYWORDS, list, map);
            if (!WORKER_ID.matcher(worker).matches()) {
                // It becomes a component of a URI: nothing in it may make it two.
                throw new ApplicationError(
                        Uris.INVALID_ARGUMENT,
                        "worker_id: expected letters, digits, _ and -, but found other characters");
            }
        }
        return new RemoteRoute(node, worker, parts[1], new Arguments(list, map));
    }

    /** The argument that routes: by keyword if it is there, else the first positional one. */
    private static String take(
            String what, List<String> keywords, List<@Nullable Object> list, Map<String, @Nullable Object> map) {
        Object value = null;
        for (String keyword : keywords) {
            if (map.containsKey(keyword)) {
                value = map.remove(keyword);
                break;
            }
        }
        if (value == null && !list.isEmpty()) {
            value = list.remove(0);
        }
        if (value instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new ApplicationError(
                Uris.INVALID_ARGUMENT,
                keywords.get(0) + ": expected " + what + " as the first argument or by keyword, but found "
                        + io.bailiwick.router.message.Dict.kind(value));
    }

    /** The URI at which the node with this authid registered the procedure. */
    String target(String authid) {
        String base = "crossbarfabriccenter.node." + authid + ".";
        return workerId == null ? base + procedure : base + "worker." + workerId + "." + procedure;
    }
}
