package io.bailiwick.mrealm.remote;

import io.bailiwick.mrealm.audit.RealmAudit;
import io.bailiwick.mrealm.node.Node;
import io.bailiwick.mrealm.node.RealmNodes;
import io.bailiwick.mrealm.rights.Right;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Procedures;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Uris;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The procedures and events of the nodes, as the users of a realm see them, by the table that is {@link RemoteGroup}: calls of
 * {@code crossbarfabriccenter.remote.<group>.<procedure>} are forwarded to the node that the first argument names, and the
 * events of nodes are published again as {@code crossbarfabriccenter.remote.<group>.<event>}.
 */
public final class RemoteApi {
    /** Procedures under the names that older shells of Crossbar.io call them by, and what they are here. */
    private static final Map<String, String> FORMER = Map.of(
            "crossbarfabriccenter.list_workers", "node.get_workers",
            "crossbarfabriccenter.show_worker", "node.get_worker",
            "crossbarfabriccenter.start_worker", "node.start_worker",
            "crossbarfabriccenter.start_container_component", "container.start_component",
            "crossbarfabriccenter.show_component", "container.get_component",
            "crossbarfabriccenter.show_realm", "router.get_router_realm",
            "crossbarfabriccenter.show_transport", "router.get_router_transport");

    private final ClientSession session;
    private final RealmAudit audit;
    private final Forwarder forwarder;
    private final LifeCycle lifeCycle;
    private final RemoteEvents events;

    /**
     * The remote API of a realm that is joined.
     *
     * @param thread the controller's one thread, on which the session's callbacks run
     */
    public RemoteApi(ClientSession session, RealmNodes nodes, RealmAudit audit, ScheduledExecutorService thread) {
        this.session = session;
        this.audit = audit;
        this.forwarder = new Forwarder(session, nodes, audit, thread);
        this.lifeCycle = new LifeCycle(session);
        this.events = new RemoteEvents(session, nodes, lifeCycle, thread);
    }

    /**
     * Registers and subscribes.
     *
     * @return completes when the router has confirmed both
     */
    public CompletableFuture<Void> begin() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        all.add(events.begin());
        all.add(session.register(
                RemoteGroup.PREFIX,
                Dict.of("match", MatchPolicy.PREFIX.id()),
                Procedures.told(audit::refused, call -> forward(call.procedure(), call))));
        FORMER.forEach((uri, name) -> all.add(session.register(uri, Dict.EMPTY, former(RemoteGroup.PREFIX + name))));
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    private Function<Invocation, CompletionStage<Arguments>> former(String procedure) {
        return Procedures.told(
                (call, error) -> audit.refused(call, procedure, error), call -> forward(procedure, call));
    }

    Forwarder forwarder() {
        return forwarder;
    }

    private CompletableFuture<Arguments> forward(String procedure, Invocation call) {
        Right.OPERATES.require(call);
        RemoteRoute route = RemoteRoute.of(procedure, call.arguments());
        MachineCalls.check(route.suffix(), route.arguments(), call);
        Node node = forwarder.online(route.node());
        LifeCycle.Action action = lifeCycle.begin(node, route, call);
        CompletableFuture<Arguments> answer =
                forwarder.forward(node, route.target(node.authid()), route.arguments(), call);
        boolean leaves = route.group() == RemoteGroup.NODE && route.procedure().equals("shutdown");
        return (leaves ? answer.exceptionally(failure -> left(failure, node, route.arguments(), call)) : answer)
                .whenComplete((result, failure) -> {
                    action.end(result, failure);
                    if (failure == null) {
                        LifeCycle.stoppedWorker(route).ifPresent(worker -> events.stopped(node.authid(), worker));
                    }
                });
    }

    /** A node that was asked to leave may be gone before it has answered: that is what was asked for, and no failure. */
    private static Arguments left(Throwable failure, Node node, Arguments asked, Invocation call) {
        ApplicationError error = Forwarder.errorOf(failure);
        if (error == null || !error.uri().equals(Uris.CANCELED)) {
            throw failure instanceof CompletionException wrapped ? wrapped : new CompletionException(failure);
        }
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("node_id", node.authid());
        result.put("restart", argument(asked, 0, "restart", false));
        result.put("mode", argument(asked, 1, "mode", null));
        result.put("who", call.details().textOrNull("caller_authid"));
        result.put("when", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        result.put("was_clean", null);
        return Arguments.of(result);
    }

    private static @Nullable Object argument(
            Arguments asked, int position, String keyword, @Nullable Object otherwise) {
        return position < asked.list().size()
                ? asked.list().get(position)
                : asked.map().getOrDefault(keyword, otherwise);
    }
}
