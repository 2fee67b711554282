package io.bailiwick.mrealm.procedure;

import io.bailiwick.mrealm.audit.RealmAudit;
import io.bailiwick.mrealm.node.Node;
import io.bailiwick.mrealm.node.RealmNodes;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Event;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Uris;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The procedures and events of the nodes, as the users of a realm see them: calls of
 * {@code crossbarfabriccenter.remote.<group>.<procedure>} are forwarded to the node that the first argument names, and
 * {@code crossbarfabriccenter.node.<authid>.<event>} is published again as {@code crossbarfabriccenter.remote.node.<event>}.
 */
public final class RemoteApi {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteApi.class);

    /** Ours: the node is paired, but not connected. Keywords {@code node_oid}, {@code node_authid}, {@code last_seen} (ns). */
    static final String NODE_OFFLINE = "fabric.node-offline";

    /** Unless the caller sets a shorter one: starting a worker of a node takes its time. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private static final String NODE_TOPICS = "crossbarfabriccenter.node..";
    private static final Pattern EVENT = Pattern.compile("on_[a-z0-9_]{1,61}");

    private final ClientSession session;
    private final RealmNodes nodes;
    private final RealmAudit audit;

    /** The remote API of a realm that is joined. */
    public RemoteApi(ClientSession session, RealmNodes nodes, RealmAudit audit) {
        this.session = session;
        this.nodes = nodes;
        this.audit = audit;
    }

    /**
     * Registers and subscribes.
     *
     * @return completes when the router has confirmed both
     */
    public CompletableFuture<Void> begin() {
        return CompletableFuture.allOf(
                session.register(RemoteRoute.PREFIX, Dict.of("match", MatchPolicy.PREFIX.id()), this::forward),
                session.subscribe(NODE_TOPICS, MatchPolicy.WILDCARD, this::publishAgain));
    }

    private CompletableFuture<Arguments> forward(Invocation call) {
        if (call.details().text("caller_authrole").filter("node"::equals).isPresent()) {
            throw new ApplicationError(Uris.NOT_AUTHORIZED, "a node may not call procedures of other nodes");
        }
        RemoteRoute route = RemoteRoute.of(call.procedure(), call.arguments());
        Node node = nodes.find(route.node()).orElseThrow(() -> RealmProcedures.noSuchNode(route.node()));
        if (!nodes.online(node)) {
            throw offline(node);
        }
        return audit.passedOn(call, node.oid())
                .thenCompose(recorded ->
                        session.call(route.target(node.authid()), route.arguments(), timeout(call.details())));
    }

    private static Duration timeout(Dict details) {
        long millis = details.integer("timeout").orElse(0);
        return millis > 0 && millis < TIMEOUT.toMillis() ? Duration.ofMillis(millis) : TIMEOUT;
    }

    private ApplicationError offline(Node node) {
        Long lastSeen = nodes.lastSeen(node).orElse(null);
        String seen = lastSeen == null
                ? "never seen"
                : "last seen " + Instant.ofEpochSecond(0, lastSeen).truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("node_oid", node.oid().toString());
        details.put("node_authid", node.authid());
        details.put("last_seen", lastSeen);
        List<@Nullable Object> text = List.of("node " + node.authid() + " is offline, " + seen);
        return new ApplicationError(NODE_OFFLINE, new Arguments(text, details));
    }

    private void publishAgain(Event event) {
        String[] parts = event.topic().split("\\.", -1);
        if (parts.length != 4 || !EVENT.matcher(parts[3]).matches()) {
            return;
        }
        String authid = parts[2];
        boolean own =
                event.details().text("publisher_authid").filter(authid::equals).isPresent()
                        && event.details()
                                .text("publisher_authrole")
                                .filter("node"::equals)
                                .isPresent();
        if (!own || nodes.find(authid).isEmpty()) {
            LOG.warn("An event in the name of node {} is not passed on: the node did not publish it", authid);
            return;
        }
        List<@Nullable Object> list = new ArrayList<>();
        list.add(authid);
        list.addAll(event.arguments().list());
        session.publish(
                        RemoteRoute.PREFIX + "node." + parts[3],
                        new Arguments(list, event.arguments().map()),
                        Dict.EMPTY)
                .exceptionally(failure -> {
                    LOG.warn("Event {} could not be passed on: {}", event.topic(), failure.toString());
                    return null;
                });
    }
}
