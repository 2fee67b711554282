package io.bailiwick.mrealm.node;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Event;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings {@link RealmNodes} up to date and keeps it so: subscribes first, then asks for what is there already, and holds back
 * events until the answers are in, so that nothing falls between the two and no old answer undoes a newer event.
 */
public final class Watch {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final String NODE_ROLE = "node";
    /** The role of the domain itself on this realm. */
    private static final String DOMAIN_ROLE = "backend";

    private static final Duration CALL = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int TRIES = 50;
    private static final int AT_A_TIME = 100;

    private final ClientSession session;
    private final RealmNodes nodes;
    private final ScheduledExecutorService thread;
    private final List<Runnable> held = new ArrayList<>();
    private final NodeReader reader = new NodeReader();

    private boolean upToDate;

    /**
     * A watch for a joined session.
     *
     * @param thread the controller's thread, on which the session's callbacks run
     */
    public Watch(ClientSession session, RealmNodes nodes, ScheduledExecutorService thread) {
        this.session = session;
        this.nodes = nodes;
        this.thread = thread;
    }

    /**
     * Subscribes to what the domain, the router and the nodes tell, then learns the paired nodes and the sessions that are
     * there.
     *
     * @return completes when all is known; exceptionally when the domain or the router does not answer
     */
    public CompletableFuture<Void> begin() {
        CompletableFuture<Void> subscribed = CompletableFuture.allOf(
                subscribe("io.bailiwick.domain.on_node_paired", this::onPaired),
                subscribe("io.bailiwick.domain.on_node_unpaired", this::onUnpaired),
                subscribe("io.bailiwick.domain.on_node_modified", this::onModified),
                subscribe("wamp.session.on_join", this::onJoin),
                subscribe("wamp.session.on_leave", this::onLeave),
                subscribe("crossbarfabriccenter.node.on_heartbeat", nodes::heartbeat),
                subscribe("crossbarfabriccenter.node.on_worker_heartbeat", nodes::workerHeartbeat));
        // Right behind them: the router takes what a session sends in its order, so these are answered by a router that
        // has
        // subscribed us.
        CompletableFuture<Void> learnt = learnNodes(null);
        CompletableFuture<Arguments> sessions =
                session.call("wamp.session.list", Arguments.of(List.of(NODE_ROLE)), CALL);
        return CompletableFuture.allOf(subscribed, learnt)
                .thenComposeAsync(done -> learnSessions(sessions), thread)
                .thenRunAsync(this::release, thread);
    }

    private CompletableFuture<Void> subscribe(String topic, Consumer<Event> consumer) {
        return session.subscribe(topic, MatchPolicy.EXACT, event -> {
            if (upToDate) {
                guarded(topic, () -> consumer.accept(event));
            } else {
                held.add(() -> guarded(topic, () -> consumer.accept(event)));
            }
        });
    }

    private static void guarded(String topic, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.warn("Event {} could not be taken", topic, e);
        }
    }

    private void release() {
        upToDate = true;
        held.forEach(Runnable::run);
        held.clear();
        nodes.allTold();
    }

    /**
     * Asks for the nodes after a name, and again after the last of them, until there are no more: a realm may have many. The
     * next are on their way while these are learnt.
     */
    private CompletableFuture<Void> learnNodes(@Nullable String after) {
        return listNodes(after, TRIES)
                .thenComposeAsync(
                        result -> {
                            NodeReader.Page page = reader.page(result);
                            String last = page.last();
                            CompletableFuture<Void> more = last.isEmpty() || last.equals(after)
                                    ? CompletableFuture.completedFuture(null)
                                    : learnNodes(last);
                            page.nodes().forEach(nodes::paired);
                            return more;
                        },
                        thread);
    }

    private CompletableFuture<Payload> listNodes(@Nullable String after, int tries) {
        Arguments arguments = after == null ? Arguments.NONE : Arguments.of(after);
        return session.callForPayload("io.bailiwick.domain.list_nodes", arguments, CALL)
                .handle((result, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(result);
                    }
                    if (tries > 1 && isError(failure, Uris.NO_SUCH_PROCEDURE)) {
                        // The domain's own session may be a moment later than we are.
                        return later().thenComposeAsync(pause -> listNodes(after, tries - 1), thread);
                    }
                    return CompletableFuture.<Payload>failedFuture(failure);
                })
                .thenCompose(stage -> stage);
    }

    private CompletableFuture<Void> later() {
        CompletableFuture<Void> pause = new CompletableFuture<>();
        thread.schedule(() -> pause.complete(null), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        return pause;
    }

    private CompletableFuture<Void> learnSessions(CompletableFuture<Arguments> sessions) {
        return sessions.thenComposeAsync(result -> each(first(result.list()), 0), thread)
                .exceptionally(failure -> {
                    LOG.warn(
                            "The sessions of this realm cannot be listed, nodes show as online with their next"
                                    + " heartbeat: {}",
                            failure.toString());
                    return null;
                });
    }

    /** Asks for some sessions at a time, so that a realm of many does not make a queue of questions. */
    private CompletableFuture<Void> each(@Nullable Object ids, int from) {
        if (!(ids instanceof List<?> list) || from >= list.size()) {
            return CompletableFuture.completedFuture(null);
        }
        int until = Math.min(from + AT_A_TIME, list.size());
        CompletableFuture<?>[] answers =
                list.subList(from, until).stream().map(this::learn).toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(answers).thenComposeAsync(learnt -> each(ids, until), thread);
    }

    private CompletableFuture<Void> learn(@Nullable Object id) {
        return session.call("wamp.session.get", Arguments.of(id), CALL)
                .thenAcceptAsync(result -> joined(first(result.list())), thread)
                // It has left since the list was made.
                .exceptionally(failure -> null);
    }

    private void onPaired(Event event) {
        if (fromDomain(event)) {
            nodes.paired(reader.node(first(event.arguments().list())));
        }
    }

    private void onModified(Event event) {
        if (fromDomain(event)) {
            nodes.modified(Node.of(first(event.arguments().list())));
        }
    }

    private void onUnpaired(Event event) {
        if (fromDomain(event)) {
            nodes.unpaired(Node.of(first(event.arguments().list())).oid());
        }
    }

    /** Rights decide who may publish this; as all the rest follows from it, the publisher is looked at once more. */
    private static boolean fromDomain(Event event) {
        boolean domain = event.details()
                .text("publisher_authrole")
                .filter(DOMAIN_ROLE::equals)
                .isPresent();
        if (!domain) {
            LOG.warn("{} was published by one who is not the domain", event.topic());
        }
        return domain;
    }

    private void onJoin(Event event) {
        joined(first(event.arguments().list()));
    }

    private void joined(@Nullable Object details) {
        Dict session = dict(details);
        if (NODE_ROLE.equals(session.textOrNull("authrole"))) {
            session.text("authid")
                    .ifPresent(authid -> session.integer("session").ifPresent(id -> nodes.joined(authid, id)));
        }
    }

    private void onLeave(Event event) {
        if (first(event.arguments().list()) instanceof Number id) {
            nodes.left(id.longValue());
        }
    }

    private static Dict dict(@Nullable Object value) {
        Map<String, @Nullable Object> entries = new HashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, entry) -> entries.put(String.valueOf(key), entry));
        }
        return Dict.at("session", entries);
    }

    private static @Nullable Object first(List<@Nullable Object> list) {
        return list.isEmpty() ? null : list.get(0);
    }

    private static boolean isError(Throwable failure, String uri) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof ApplicationError error && error.uri().equals(uri);
    }
}
