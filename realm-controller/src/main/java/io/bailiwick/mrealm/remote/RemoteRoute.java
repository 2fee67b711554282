package io.bailiwick.mrealm.remote;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Uris;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a call below {@code crossbarfabriccenter.remote.} asks for: which node, which worker of it, which procedure, and the
 * arguments that are left when these are taken away.
 *
 * @param group the group of the procedure
 * @param procedure its name in the group
 * @param node object id or authid, as the caller gave it
 * @param workerId the worker, or null for the node itself
 * @param suffix where the node has the procedure, below its own prefix
 * @param arguments what goes to the node
 */
record RemoteRoute(
        RemoteGroup group,
        String procedure,
        String node,
        @Nullable String workerId,
        String suffix,
        Arguments arguments) {

    private static final List<String> NODE_KEYWORDS = List.of("node_oid", "node_id", "node");
    private static final List<String> WORKER_KEYWORDS = List.of("worker_id", "worker");
    private static final List<String> REALM_KEYWORDS = List.of("realm_id", "realm");
    private static final String META = "realm.meta.";
    private static final Pattern META_PROCEDURE = Pattern.compile("wamp(\\.[a-z][a-z0-9_]{0,63}){1,4}");
    /** What a node has registered, as the generic forward is told it. */
    private static final Pattern SUFFIX = Pattern.compile("[A-Za-z0-9_-]{1,128}(\\.[A-Za-z0-9_-]{1,128}){0,15}");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,127}");

    /**
     * Reads a call.
     *
     * @param uri the procedure that was called
     * @throws ApplicationError {@code wamp.error.no_such_procedure} for a URI that the table does not have,
     *     {@code wamp.error.not_authorized} for signing with a node's key, {@code wamp.error.invalid_argument} when the node,
     *     worker or realm is not named
     */
    static RemoteRoute of(String uri, Arguments arguments) {
        String name = uri.substring(RemoteGroup.PREFIX.length());
        Taking taking = new Taking(arguments);
        if (name.startsWith(META)) {
            String procedure = name.substring(META.length());
            if (!META_PROCEDURE.matcher(procedure).matches()) {
                throw none(uri);
            }
            String node = taking.node();
            String worker = taking.worker();
            String below = "worker." + worker + ".realm." + taking.realm() + ".root." + procedure;
            return new RemoteRoute(RemoteGroup.REALM_META, procedure, node, worker, below, taking.left());
        }
        String[] parts = name.split("\\.", -1);
        RemoteGroup group = (parts.length == 2 ? RemoteGroup.of(parts[0]) : Optional.<RemoteGroup>empty())
                .orElseThrow(() -> none(uri));
        requireNoSigning(parts[1]);
        String there = group.procedures().get(parts[1]);
        if (there == null) {
            throw none(uri);
        }
        String node = taking.node();
        if (group.level() == RemoteGroup.Level.NODE) {
            return new RemoteRoute(group, parts[1], node, null, there, taking.left());
        }
        String worker = taking.worker();
        return RemoteGroup.isOfNode(there)
                ? new RemoteRoute(group, parts[1], node, null, RemoteGroup.plain(there), taking.left(worker))
                : new RemoteRoute(group, parts[1], node, worker, "worker." + worker + "." + there, taking.left());
    }

    /**
     * Checks where a node may have a procedure.
     *
     * @param suffix what follows the node's prefix: {@code get_status}, {@code worker.w1.get_router_realms}
     * @throws ApplicationError {@code wamp.error.invalid_argument}, or {@code wamp.error.not_authorized} for signing
     */
    static String suffix(String suffix) {
        if (!SUFFIX.matcher(suffix).matches()) {
            throw new ApplicationError(
                    Uris.INVALID_ARGUMENT,
                    "procedure: expected what follows the node's prefix, for example get_status or"
                            + " worker.w1.get_router_realms, but found another text");
        }
        requireNoSigning(suffix.substring(suffix.lastIndexOf('.') + 1));
        return suffix;
    }

    private static void requireNoSigning(String name) {
        if (name.startsWith("sign")) {
            throw new ApplicationError(
                    Uris.NOT_AUTHORIZED, "a node signs for itself only: " + name + " is not forwarded");
        }
    }

    private static ApplicationError none(String uri) {
        return new ApplicationError(Uris.NO_SUCH_PROCEDURE, "no callee registered for procedure " + uri);
    }

    /** The URI at which the node with this authid registered the procedure. */
    String target(String authid) {
        return RemoteGroup.NODES + authid + "." + suffix;
    }

    /** Arguments, from which those that say of what the procedure is are taken away. */
    private static final class Taking {
        private final List<@Nullable Object> list;
        private final Map<String, @Nullable Object> map;

        Taking(Arguments arguments) {
            list = new ArrayList<>(arguments.list());
            map = new LinkedHashMap<>(arguments.map());
        }

        String node() {
            return take("the object id or authid of a node", NODE_KEYWORDS);
        }

        String worker() {
            return component("the id of a worker", WORKER_KEYWORDS);
        }

        String realm() {
            return component("the id of a realm of the worker", REALM_KEYWORDS);
        }

        Arguments left(String... first) {
            list.addAll(0, List.of(first));
            return new Arguments(list, map);
        }

        /** It becomes a component of a URI: nothing in it may make it two. */
        private String component(String what, List<String> keywords) {
            String value = take(what, keywords);
            if (!NAME.matcher(value).matches()) {
                throw new ApplicationError(
                        Uris.INVALID_ARGUMENT,
                        keywords.get(0) + ": expected letters, digits, _ and -, but found other characters");
            }
            return value;
        }

        /** By keyword if it is there, else the first positional one. */
        private String take(String what, List<String> keywords) {
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
                    keywords.get(0) + ": expected " + what + " as the next argument or by keyword, but found "
                            + Dict.kind(value));
        }
    }
}
