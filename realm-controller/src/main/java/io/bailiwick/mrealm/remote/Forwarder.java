package io.bailiwick.mrealm.remote;

import io.bailiwick.mrealm.audit.RealmAudit;
import io.bailiwick.mrealm.node.Node;
import io.bailiwick.mrealm.node.RealmNodes;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Uris;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls procedures of nodes for others: parts of a result go back as they come, whoever gives up gives up at the node too, and
 * errors of the node go back as they are. Errors of its own are {@code fabric.node-offline} and {@code fabric.node-starting}.
 */
final class Forwarder {
    /** Ours: the node is paired, but not connected. Keywords {@code node_oid}, {@code node_authid}, {@code last_seen} (ns). */
    static final String NODE_OFFLINE = "fabric.node-offline";
    /** Ours: the node has just come and does not offer the procedure yet. Keywords as above, and {@code procedure}. */
    static final String NODE_STARTING = "fabric.node-starting";

    /** Unless the caller sets a shorter one: starting a worker of a node takes its time. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    /** A node registers its procedures one by one: it may lack some for so long after it has come. */
    private static final Duration STARTING = Duration.ofSeconds(10);
    /** How long a call waits for a procedure of such a node. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration QUESTION = Duration.ofSeconds(5);

    private final ClientSession session;
    private final RealmNodes nodes;
    private final RealmAudit audit;
    private final ScheduledExecutorService thread;

    Forwarder(ClientSession session, RealmNodes nodes, RealmAudit audit, ScheduledExecutorService thread) {
        this.session = session;
        this.nodes = nodes;
        this.audit = audit;
        this.thread = thread;
    }

    /** The node that a caller means. Errors: {@code crossbar.error.no_such_object}, {@code fabric.node-offline}. */
    Node online(String oidOrAuthid) {
        Node node = nodes.require(oidOrAuthid);
        if (!nodes.online(node)) {
            throw new ApplicationError(
                    NODE_OFFLINE,
                    new Arguments(List.of("node " + node.authid() + " is offline, " + lastSeen(node)), details(node)));
        }
        return node;
    }

    private String lastSeen(Node node) {
        return nodes.lastSeen(node)
                .map(seen -> "last seen " + Instant.ofEpochSecond(0, seen).truncatedTo(ChronoUnit.MILLIS))
                .orElse("never seen");
    }

    private Map<String, @Nullable Object> details(Node node) {
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("node_oid", node.oid().toString());
        details.put("node_authid", node.authid());
        details.put("last_seen", nodes.lastSeen(node).orElse(null));
        return details;
    }

    /**
     * Calls a procedure of a node that is online, once that is on record.
     *
     * @param uri where the node has registered it
     * @param call the call that asks for it
     */
    CompletableFuture<Arguments> forward(Node node, String uri, Arguments arguments, Invocation call) {
        Forwarding forwarding = new Forwarding(node, uri, arguments, call);
        call.caller().whenGone(() -> thread.execute(forwarding::giveUp));
        audit.passedOn(call, node.oid(), uri)
                .whenCompleteAsync(
                        (passedOn, failure) -> {
                            if (failure == null) {
                                forwarding.outcome.whenComplete(
                                        (result, error) -> passedOn.answered(error == null ? null : uriOf(error)));
                                forwarding.begin();
                            } else {
                                forwarding.outcome.completeExceptionally(failure);
                            }
                        },
                        thread);
        return forwarding.outcome;
    }

    private static Duration timeout(Invocation call) {
        long millis = call.details().integer("timeout").orElse(0);
        return millis > 0 && millis < TIMEOUT.toMillis() ? Duration.ofMillis(millis) : TIMEOUT;
    }

    /** Has the router make known to the node who has asked, in place of this controller. */
    private static Dict inTheNameOf(Invocation call) {
        Map<String, @Nullable Object> details = call.details().entries();
        if (details.get("caller") instanceof Number caller
                && details.get("caller_authid") instanceof String authid
                && details.get("caller_authrole") instanceof String authrole) {
            Map<String, Object> asked = Map.of("session", caller.longValue(), "authid", authid, "authrole", authrole);
            return Dict.of("forward_for", List.of(asked));
        }
        return Dict.EMPTY;
    }

    /** One call under way. On the controller's thread. */
    private final class Forwarding {
        private final Node node;
        private final String uri;
        private final Arguments arguments;
        private final Invocation call;
        private final CompletableFuture<Arguments> outcome = new CompletableFuture<>();
        private @Nullable CompletableFuture<Arguments> sent;
        private boolean givenUp;

        Forwarding(Node node, String uri, Arguments arguments, Invocation call) {
            this.node = node;
            this.uri = uri;
            this.arguments = arguments;
            this.call = call;
        }

        void begin() {
            boolean fresh = nodes.onlineFor(node)
                    .filter(time -> time.compareTo(STARTING) < 0)
                    .isPresent();
            if (fresh) {
                whenRegistered(System.nanoTime());
            } else {
                send();
            }
        }

        /** Asks the router, and not the node: a procedure that is called a second time does a second time what it does. */
        void whenRegistered(long since) {
            session.call("wamp.registration.match", Arguments.of(uri), QUESTION)
                    .whenCompleteAsync(
                            (match, failure) -> {
                                boolean there = failure != null
                                        || (!match.list().isEmpty()
                                                && match.list().get(0) != null);
                                if (there || givenUp) {
                                    send();
                                } else if (System.nanoTime() - since < PATIENCE.toNanos()) {
                                    thread.schedule(
                                            () -> whenRegistered(since), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                                } else {
                                    outcome.completeExceptionally(starting());
                                }
                            },
                            thread);
        }

        private ApplicationError starting() {
            Map<String, @Nullable Object> details = details(node);
            details.put("procedure", uri);
            String text = "node " + node.authid() + " has just come and does not offer this yet: try again";
            return new ApplicationError(NODE_STARTING, new Arguments(List.of(text), details));
        }

        void send() {
            if (givenUp) {
                outcome.completeExceptionally(new ApplicationError(Uris.CANCELED, "the caller has given up"));
                return;
            }
            Optional<Consumer<Arguments>> progress = call.caller().wantsProgress()
                    ? Optional.of(part -> call.caller().progress(part))
                    : Optional.empty();
            CompletableFuture<Arguments> answer =
                    session.call(uri, inTheNameOf(call), arguments, timeout(call), progress);
            sent = answer;
            answer.whenComplete((result, failure) -> {
                if (failure == null) {
                    outcome.complete(result);
                } else {
                    outcome.completeExceptionally(failure);
                }
            });
        }

        void giveUp() {
            givenUp = true;
            CompletableFuture<Arguments> answer = sent;
            if (answer != null) {
                answer.cancel(true);
            }
        }
    }

    private static String uriOf(Throwable failure) {
        ApplicationError error = errorOf(failure);
        return error != null
                ? error.uri()
                : failure instanceof CancellationException ? Uris.CANCELED : Uris.RUNTIME_ERROR;
    }

    /** The error that a call has ended with; null when it was none of WAMP's. */
    static @Nullable ApplicationError errorOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof ApplicationError error ? error : null;
    }
}
