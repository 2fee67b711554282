package io.bailiwick.domain;

import io.bailiwick.domain.admission.Roles;
import io.bailiwick.domain.audit.SessionOrigins;
import io.bailiwick.domain.audit.procedure.CallerProcedures;
import io.bailiwick.domain.procedure.ControllerProcedures;
import io.bailiwick.domain.procedure.FabricErrors;
import io.bailiwick.domain.procedure.LiveDomain;
import io.bailiwick.domain.procedure.WireForm;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserMrealmRole;
import io.bailiwick.domain.supervision.RealmControllers;
import io.bailiwick.domain.supervision.RealmStatus;
import io.bailiwick.domain.supervision.StartTimeoutException;
import io.bailiwick.domain.supervision.WantedRealm;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.fault.FailPoint;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.server.Router;
import io.bailiwick.router.session.SessionDetails;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The realms of the domain as they run: opened in the router, served by the domain's own session, and with a controller that
 * is wanted. What is asked of one realm is done in order, one after the other; different realms do not wait for each
 * other. All state is touched on the one thread of the timer.
 */
final class LiveRealms implements LiveDomain, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveRealms.class);
    /** The authid of the domain's own sessions. */
    static final String DOMAIN = "domain";
    /** Longer than from a decision to the session: who was let in before an unpairing has joined by then, or never will. */
    static final Duration HANDSHAKE = Duration.ofSeconds(15);
    /** A controller answers from memory: one that takes longer has other troubles. */
    static final Duration QUESTION = Duration.ofSeconds(2);

    /** Closing an interval and sending it, and, where it must be, the start of a controller. */
    private static final Duration SETTLING = Duration.ofSeconds(10);

    private static final String SETTLE_USAGE = "io.bailiwick.mrealm.settle_usage";
    private static final String IDLE = "idle";
    private static final String UNPAIRED = "This node was unpaired from its management realm.";
    private static final String CHANGED = "The place or the key of this node has changed.";
    private static final String OTHER_KEY = "This node was given another key.";
    private static final String OTHER_ROLES = "This user does not hold this role any more.";
    private static final String GET_NODE = "crossbarfabriccenter.mrealm.get_node";
    /** What a controller has of a node, and users are told. */
    private static final List<String> STATE =
            List.of("status", "session", "online_since", "last_seen", "heartbeat", "timestamp");

    private final Router router;
    private final RealmControllers controllers;
    private final HeldSession domain;
    private final Work work;
    private final Site site;
    private volatile Times times;
    private final ScheduledExecutorService timer;
    private final Executor workers;
    /** What is offered to the controller of a realm besides what all have. */
    private volatile Function<ManagementRealm, List<Object>> offered = realm -> List.of();
    /** Our session in each open realm, by the realm's oid. */
    private final Map<UUID, HeldSession> sessions = new HashMap<>();
    /** What is being done to the realm of a name; a deleted realm's name may be taken by a new one meanwhile. */
    private final Map<String, CompletableFuture<Void>> underWay = new HashMap<>();

    /**
     * How long things take at most.
     *
     * @param startDeadline the start of a realm controller, for those who wait for it
     * @param handshake from a decision of the admission to the session that it let in
     * @param question a question to a realm controller that runs
     */
    record Times(Duration startDeadline, Duration handshake, Duration question) {}

    /**
     * Where the realms' controllers live.
     *
     * @param data has their stores
     * @param sandbox what is around each: {@code bubblewrap} or {@code none}
     * @param onDemand whether the controller of a realm of this name runs only when somebody needs it
     */
    record Site(DataDirectory data, String sandbox, Predicate<String> onDemand) {}

    /**
     * Realms in a router whose controllers run without a sandbox, always.
     *
     * @param domain the domain's session on the domain realm
     * @param timer one thread
     * @param workers may block; also run the procedures
     */
    LiveRealms(
            Router router,
            RealmControllers controllers,
            HeldSession domain,
            Work work,
            DataDirectory data,
            Times times,
            ScheduledExecutorService timer,
            Executor workers) {
        this(router, controllers, domain, work, new Site(data, "none", realm -> false), times, timer, workers);
    }

    /**
     * Realms in a router.
     *
     * @param domain the domain's session on the domain realm
     * @param timer one thread
     * @param workers may block; also run the procedures
     */
    LiveRealms(
            Router router,
            RealmControllers controllers,
            HeldSession domain,
            Work work,
            Site site,
            Times times,
            ScheduledExecutorService timer,
            Executor workers) {
        this.router = router;
        this.controllers = controllers;
        this.domain = domain;
        this.work = work;
        this.site = site;
        this.times = times;
        this.timer = timer;
        this.workers = workers;
    }

    /**
     * Offers more to the controllers of realms than {@link ControllerProcedures}; to be said before the first realm is opened.
     *
     * @param group makes the procedures for one realm
     */
    void offer(Function<ManagementRealm, Object> group) {
        offered = realm -> List.of(group.apply(realm));
    }

    @Override
    public void announce(String topic, List<String> readers, Map<String, @Nullable Object> object) {
        domain.publish(topic, Dict.of("eligible_authid", readers), object);
    }

    @Override
    public CompletableFuture<Void> open(ManagementRealm realm) {
        return admit(realm).thenCompose(admitted -> {
            FailPoint.hit("create.opened");
            // One that runs on demand, too, is asked for once, so that its owner sees that it can run.
            return awake(realm);
        });
    }

    /** Wants the controller of an open realm, be it idle, and waits until it is ready. */
    CompletableFuture<Void> awake(ManagementRealm realm) {
        controllers.want(wanted(realm));
        return ready(realm);
    }

    private static WantedRealm wanted(ManagementRealm realm) {
        return new WantedRealm(realm.oid(), realm.name());
    }

    /** Opens a realm as far as nodes and users can join it, and wants its controller, unless that runs on demand. */
    CompletableFuture<Void> admit(ManagementRealm realm) {
        return inTurn(realm.name(), () -> {
            router.openRealm(realm.name(), Roles.MANAGEMENT_REALM);
            HeldSession session =
                    new HeldSession(realm.name(), router.local(realm.name(), DOMAIN, Roles.BACKEND), workers, timer);
            sessions.put(realm.oid(), session);
            List<Object> groups = new ArrayList<>(offered.apply(realm));
            groups.add(new ControllerProcedures(work, realm.oid()));
            groups.add(new CallerProcedures(work, new SessionOrigins(() -> router.sessions(realm.name()))));
            return session.open(groups).thenRunAsync(() -> run(realm), timer);
        });
    }

    private void run(ManagementRealm realm) {
        if (site.onDemand().test(realm.name())) {
            controllers.rest(wanted(realm));
        } else {
            controllers.want(wanted(realm));
        }
    }

    /** Gives starts of realm controllers this time from now on, for those who wait for one. */
    void change(Duration startDeadline) {
        times = new Times(startDeadline, times.handshake(), times.question());
    }

    /** Calls a procedure of an open realm, as the domain. */
    CompletableFuture<Arguments> call(ManagementRealm realm, String procedure, Arguments arguments, Duration limit) {
        return session(realm).thenCompose(session -> session.call(procedure, arguments, limit));
    }

    private CompletableFuture<HeldSession> session(ManagementRealm realm) {
        return CompletableFuture.supplyAsync(() -> Optional.ofNullable(sessions.get(realm.oid())), timer)
                .thenApply(found -> found.orElseThrow(() ->
                        new IllegalStateException("expected realm " + realm.name() + " to be open, but it is closed")));
    }

    /**
     * Stops the controller of an open realm, does something, and starts it again, whatever came of it, also where it runs on
     * demand. Nodes and users stay joined.
     *
     * @param step runs where it may block, when the process of the controller is gone
     * @return completes when the step is done, without waiting for the controller; exceptionally when the step failed
     */
    CompletableFuture<Void> whileStopped(ManagementRealm realm, Runnable step) {
        return inTurn(realm.name(), () -> {
            if (!sessions.containsKey(realm.oid())) {
                return CompletableFuture.failedFuture(
                        new IllegalStateException("expected realm " + realm.name() + " to be open, but it is closed"));
            }
            return controllers
                    .unwant(realm.oid())
                    .thenRunAsync(step, workers)
                    .whenCompleteAsync((done, failure) -> controllers.want(wanted(realm)), timer);
        });
    }

    /** Waits until the controller of a realm is ready. One that is idle does not become it: that fails at once. */
    CompletableFuture<Void> ready(ManagementRealm realm) {
        return controllers.ready(realm.oid(), times.startDeadline()).exceptionallyCompose(failure -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return CompletableFuture.failedFuture(
                    cause instanceof StartTimeoutException
                            ? new ApplicationError(
                                    FabricErrors.REALM_START_TIMEOUT,
                                    "the realm exists, but its controller was not ready within "
                                            + times.startDeadline().toSeconds() + " s; it is still being started")
                            // Why it failed may name files of this machine: that is for the log.
                            : new ApplicationError(
                                    FabricErrors.REALM_START_FAILED,
                                    "the realm exists, but its controller cannot be started; "
                                            + "the log of the domain tells why"));
        });
    }

    @Override
    public Map<String, @Nullable Object> controller(UUID mrealmOid) {
        RealmStatus status = controllers.statuses().get(mrealmOid);
        return status == null ? Map.of() : shown(status);
    }

    /** A status as {@link #controller} has it. */
    Map<String, @Nullable Object> shown(RealmStatus status) {
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        shown.put("state", status.state());
        shown.put("pid", status.pid());
        shown.put("restarts", status.restarts());
        shown.put("reason", status.reason());
        shown.put("since", WireForm.time(status.since()));
        shown.put("last_reason", status.lastReason());
        Instant failed = status.lastFailed();
        shown.put("last_failed", failed == null ? null : WireForm.time(failed));
        shown.put("sandbox", site.sandbox());
        return shown;
    }

    @Override
    public CompletableFuture<Void> settle(ManagementRealm realm) {
        RealmStatus status = controllers.statuses().get(realm.oid());
        // One that rests has heartbeats that were not metered yet, and nobody else can read them.
        CompletableFuture<Void> there =
                status != null && status.state().equals(IDLE) ? awake(realm) : CompletableFuture.completedFuture(null);
        return there.thenCompose(ready -> call(realm, SETTLE_USAGE, Arguments.NONE, SETTLING))
                .orTimeout(SETTLING.toMillis(), TimeUnit.MILLISECONDS)
                .handle((settled, failure) -> {
                    if (failure != null) {
                        LOG.warn(
                                "What realm {} used since its last interval is not metered: {}",
                                realm.name(),
                                failure.toString());
                    }
                    return null;
                });
    }

    @Override
    public CompletableFuture<Void> close(ManagementRealm realm) {
        return inTurn(realm.name(), () -> {
            FailPoint.hit("delete.before-stop");
            Optional.ofNullable(sessions.remove(realm.oid())).ifPresent(HeldSession::close);
            return controllers
                    .unwant(realm.oid())
                    .thenComposeAsync(left -> router.closeRealm(realm.name()), timer)
                    .thenRunAsync(() -> forget(realm), workers);
        });
    }

    private void forget(ManagementRealm realm) {
        try {
            FailPoint.hit("delete.before-forget");
            site.data().forget(realm.oid());
        } catch (IOException | UncheckedIOException e) {
            // The realm is gone for all who could see it; what is left is disk space.
            LOG.error("The store of the deleted realm {} could not be removed from {}", realm.name(), site.data(), e);
        }
    }

    @Override
    public void paired(ManagementRealm realm, Node node) {
        tell(realm, ControllerProcedures.ON_PAIRED, node);
    }

    @Override
    public CompletableFuture<List<Long>> unpaired(ManagementRealm realm, Node node) {
        tell(realm, ControllerProcedures.ON_UNPAIRED, node);
        later(() -> endLatecomers(realm, node));
        return endSessions(realm, node);
    }

    private CompletableFuture<List<Long>> endSessions(ManagementRealm realm, Node node) {
        return router.end(realm.name(), sessionsOf(node), Uris.AUTH_CHANGED, UNPAIRED);
    }

    private static Predicate<SessionDetails> sessionsOf(Node node) {
        String oid = node.oid().toString();
        return session -> session.authrole().equals(Roles.NODE)
                && oid.equals(session.authextra().entries().get("node_oid"));
    }

    /** A handshake that was decided before a change may have ended after it: what it let in must fit what is so now. */
    private void endLatecomers(ManagementRealm realm, Node node) {
        work.node(node.oid())
                .thenAcceptAsync(
                        now -> {
                            if (sessions.containsKey(realm.oid())) {
                                router.end(
                                        realm.name(),
                                        sessionsOf(node).and(session -> !fits(session, realm, now)),
                                        Uris.AUTH_CHANGED,
                                        CHANGED);
                            }
                        },
                        timer);
    }

    private static boolean fits(SessionDetails session, ManagementRealm realm, Optional<Node> now) {
        return now.filter(node -> realm.oid().equals(node.mrealmOid())
                        && session.authid().equals(node.authid())
                        && isOpenedBy(node.pubkey(), session))
                .isPresent();
    }

    /** A session without marks was not opened by a key: then there is none that could be another. */
    private static boolean isOpenedBy(String pubkey, SessionDetails session) {
        return session.provenBy().isEmpty() || session.provenBy().contains(pubkey);
    }

    @Override
    public CompletableFuture<List<Long>> changed(ManagementRealm realm, Node node) {
        tell(realm, ControllerProcedures.ON_MODIFIED, node);
        later(() -> endLatecomers(realm, node));
        return router.end(
                realm.name(),
                sessionsOf(node).and(session -> !isOpenedBy(node.pubkey(), session)),
                Uris.AUTH_CHANGED,
                OTHER_KEY);
    }

    @Override
    public CompletableFuture<List<Long>> governed(ManagementRealm realm, User user, Optional<UserMrealmRole> held) {
        later(() -> work.roles(user.oid(), realm.oid()).thenAcceptAsync(now -> endRoles(realm, user, now), timer));
        return endRoles(realm, user, held);
    }

    private CompletableFuture<List<Long>> endRoles(ManagementRealm realm, User user, Optional<UserMrealmRole> held) {
        Predicate<SessionDetails> lost = session -> session.authid().equals(user.authid())
                && Role.of(session.authrole())
                        .filter(role ->
                                held.filter(roles -> roles.includes(role)).isEmpty())
                        .isPresent();
        // The superuser's sessions do not rest on roles that it was given.
        return user.authid().equals(User.SUPERUSER)
                ? CompletableFuture.completedFuture(List.of())
                : router.end(realm.name(), lost, Uris.AUTH_CHANGED, OTHER_ROLES);
    }

    private void later(Runnable step) {
        timer.schedule(step, times.handshake().toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletableFuture<Map<String, @Nullable Object>> state(ManagementRealm realm, Node node) {
        return call(realm, GET_NODE, Arguments.of(node.oid().toString()), times.question())
                .thenApply(LiveRealms::stateOf)
                .exceptionallyCompose(noAnswer -> seenByRouter(realm, node));
    }

    private static Map<String, @Nullable Object> stateOf(Arguments answer) {
        if (answer.list().isEmpty() || !(answer.list().get(0) instanceof Map<?, ?> told)) {
            throw new IllegalStateException("expected a dictionary from " + GET_NODE + ", but found none");
        }
        Map<String, @Nullable Object> state = new LinkedHashMap<>();
        STATE.forEach(key -> state.put(key, told.get(key)));
        return state;
    }

    private CompletableFuture<Map<String, @Nullable Object>> seenByRouter(ManagementRealm realm, Node node) {
        return router.sessions(realm.name()).thenApply(joined -> {
            Optional<Long> latest = joined.stream()
                    .filter(sessionsOf(node))
                    .map(SessionDetails::session)
                    .reduce((earlier, later) -> later);
            Map<String, @Nullable Object> state = new LinkedHashMap<>();
            STATE.forEach(key -> state.put(key, null));
            state.put("status", latest.isPresent() ? "online" : "offline");
            state.put("session", latest.orElse(null));
            return state;
        });
    }

    private void tell(ManagementRealm realm, String topic, Node node) {
        timer.execute(() -> Optional.ofNullable(sessions.get(realm.oid()))
                .ifPresent(session -> session.publish(topic, Dict.EMPTY, WireForm.of(node))));
    }

    /** Does something to the realm of a name after what is being done to it now. */
    private CompletableFuture<Void> inTurn(String name, Supplier<CompletableFuture<Void>> step) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            CompletableFuture<Void> before =
                                    underWay.getOrDefault(name, CompletableFuture.completedFuture(null));
                            CompletableFuture<Void> now = before.handleAsync((done, failure) -> step.get(), timer)
                                    .thenCompose(begun -> begun);
                            underWay.put(name, now);
                            now.whenCompleteAsync((done, failure) -> underWay.remove(name, now), timer);
                            return now;
                        },
                        timer)
                .thenCompose(now -> now);
    }

    /** Leaves all realms. */
    @Override
    public void close() {
        timer.execute(() -> sessions.values().forEach(HeldSession::close));
    }
}
