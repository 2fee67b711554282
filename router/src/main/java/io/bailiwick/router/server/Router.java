package io.bailiwick.router.server;

import io.bailiwick.router.broker.EventStore;
import io.bailiwick.router.broker.MemoryEventStore;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Acceptor;
import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.LocalLink;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.realm.CallFailed;
import io.bailiwick.router.realm.Realm;
import io.bailiwick.router.realm.RealmView;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.rlink.RouterLink;
import io.bailiwick.router.rlink.RouterLinkOptions;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.RealmMetrics;
import io.bailiwick.router.session.SessionDetails;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import io.bailiwick.router.transport.http.HttpRoute;
import io.bailiwick.router.web.Entrance;
import io.bailiwick.router.web.Metrics;
import io.bailiwick.router.web.MetricsRoute;
import io.bailiwick.router.web.StatusRoute;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running router: realms, and the listeners that lead to them. Safe on any thread.
 *
 * <p>Each realm runs on one event loop of the network, each handshake on that of its link; proofs are checked on threads of
 * their own, so that ten thousand logins at once do not hold up those who have joined.
 */
public final class Router implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Router.class);
    private static final long CLOSE_SECONDS = 3;
    private static final String AGENT = agent();
    private static final Message.Goodbye ROLE_GONE = goodbye(Uris.AUTH_CHANGED, "the role of this session is gone");

    private final Network network;
    private final Authenticator authenticator;
    private final Metrics metrics = new Metrics();
    private final Instant started = Instant.now();
    private final Acceptor.Offer offer;
    private final HandshakePatience patience;
    private final SessionIds ids = new SessionIds();
    private final Map<String, OpenRealm> realms = new ConcurrentHashMap<>();
    private final MadeRealms made = new MadeRealms(this);
    private final Set<Network.Listening> listeners = ConcurrentHashMap.newKeySet();
    private final Set<RouterLink> links = ConcurrentHashMap.newKeySet();
    private final Receptions receptions = new Receptions();
    private final Proofs proofs = new Proofs();
    private volatile boolean closed;

    private Router(Network network, Authenticator authenticator, Optional<SigningKey> key, HandshakePatience patience) {
        this.network = network;
        this.authenticator = authenticator;
        this.patience = patience;
        this.offer = new Acceptor.Offer(AGENT, Realm.features(), key.orElse(null), InstantSource.system());
    }

    /**
     * Starts a router without realms and listeners.
     *
     * @param network the event loops it runs on; not closed with the router
     * @param authenticator decides who may join
     */
    public static Router start(Network network, Authenticator authenticator) {
        return start(network, authenticator, Optional.empty());
    }

    /**
     * Starts a router that can prove itself (WAMP, "WAMP-Cryptosign").
     *
     * @param key proves the router to clients that send a challenge of their own. It signs whatever 32 octets a stranger
     *     sends, so it must be good for nothing else
     */
    public static Router start(Network network, Authenticator authenticator, Optional<SigningKey> key) {
        return new Router(network, authenticator, key, HandshakePatience.STANDARD);
    }

    /** The same with other bounds for handshakes. */
    static Router start(Network network, Authenticator authenticator, HandshakePatience patience) {
        return new Router(network, authenticator, Optional.empty(), patience);
    }

    /** Opens a realm with these roles. @throws IllegalStateException when it is open already */
    public void openRealm(String realm, RealmRoles roles) {
        openRealm(realm, new RealmTemplate(roles), counted());
    }

    /** Opens a realm that keeps events in memory. @throws IllegalStateException when it is open already */
    public void openRealm(String realm, RealmTemplate template, RealmMetrics metrics) {
        openRealm(realm, template, metrics, new MemoryEventStore());
    }

    /** Counts what happens in a realm among all that {@link #metrics} shows. */
    public RealmMetrics counted() {
        return new CountedRealm(metrics);
    }

    /**
     * Opens a realm.
     *
     * @param template what it is made from
     * @param metrics counts what happens in it
     * @param history keeps the events of the topics that its options name; of this realm alone
     * @throws IllegalStateException when it is open already
     */
    public void openRealm(String realm, RealmTemplate template, RealmMetrics metrics, EventStore history) {
        open(realm, template, metrics, history);
    }

    OpenRealm open(String realm, RealmTemplate template, RealmMetrics metrics, EventStore history) {
        OpenRealm opened = OpenRealm.open(
                realm, template, network.loop(), ids, authid -> authenticator.revoked(realm, authid), metrics, history);
        if (realms.putIfAbsent(realm, opened) != null) {
            throw new IllegalStateException("expected realm " + realm + " to be closed, but it is open");
        }
        log.info("realm {} is open", realm);
        return opened;
    }

    /**
     * Makes realms when somebody joins them who has proven to be let in, and until then nothing. These families take the place of
     * those that were offered before: realms are closed whose family is gone, and get other roles where it has others.
     *
     * @param names of realms that are of no family, whatever they match; a realm that was made under one of them is closed
     */
    public void offerRealms(List<RealmFamily> families, Set<String> names) {
        made.offer(families, names);
    }

    /** The realms that a family has made, by its name. */
    public List<String> realmsMadeOf(String family) {
        return made.of(family);
    }

    /**
     * Puts other roles in the place of those of a realm. Sessions whose role is gone end with GOODBYE
     * {@code wamp.close.auth-changed}; for the others the new rights hold at once, and so do new limits of what they may hold,
     * while what they have stays theirs. What a session may send was settled when it joined. Kept decisions are forgotten.
     *
     * @return the ids of the sessions that were ended, once the new rights hold; none for a realm that is not open
     */
    public CompletableFuture<List<Long>> changeRoles(String realm, RealmRoles roles) {
        OpenRealm open = realms.get(realm);
        return open == null ? CompletableFuture.completedFuture(List.of()) : open.change(roles, ROLE_GONE);
    }

    /**
     * As {@link #changeRoles}, and with those options of the template that an open realm can take: the limits of sessions, and
     * for who joins from now on the bounds of the realm and how strict request ids are taken.
     */
    public CompletableFuture<List<Long>> changeRealm(String realm, RealmTemplate template) {
        OpenRealm open = realms.get(realm);
        return open == null ? CompletableFuture.completedFuture(List.of()) : open.change(template, ROLE_GONE);
    }

    /**
     * Forgets what procedures that decide on rights have decided in a realm, so that they are asked again. Nothing happens
     * for a realm that is not open.
     *
     * @param which for whom they decided: an authid, a role, or all
     */
    public void forgetDecisions(String realm, Predicate<Authorizer.Subject> which) {
        OpenRealm open = realms.get(realm);
        if (open != null) {
            open.realm().forgetDecisions(which);
        }
    }

    /**
     * Closes a realm: its sessions get GOODBYE {@code wamp.close.close_realm}.
     *
     * @return completes when the realm has forgotten the last of them; at once for a realm that is not open
     */
    public CompletableFuture<Void> closeRealm(String realm) {
        return closeRealm(realm, Uris.CLOSE_REALM, "the realm was closed");
    }

    private CompletableFuture<Void> closeRealm(String realm, String reason, String message) {
        OpenRealm open = realms.remove(realm);
        if (open == null) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        open.realm().close(goodbye(reason, message), () -> done.complete(null));
        return done;
    }

    /** Whether the realm is open. */
    public boolean hasRealm(String realm) {
        return realms.containsKey(realm);
    }

    /** Listens. @throws IOException naming the address and the reason */
    public Network.Listening listen(ListenerOptions options) throws IOException {
        Network.Listening listening = network.listen(options, link -> receive(link, authenticator), metrics);
        listeners.add(listening);
        log.info("listening on {}", listening.endpoint());
        return listening;
    }

    /**
     * A way into this router without a network: who connects by it joins the realm under this authid and role, with
     * nothing to prove. For the components of this process only.
     */
    public Connector local(String realm, String authid, String authrole) {
        Decision.Admission admission =
                new Decision.Admission(realm, authid, authrole, "anonymous", "local", Dict.EMPTY, Optional.empty());
        Authenticator known = claim -> CompletableFuture.completedFuture(admission);
        return LocalLink.connector(link -> receive(link, known), network.loop(), network.loop());
    }

    /** The ways in for what answers HTTP in this process. */
    public Entrance entrance() {
        return new Entrance() {
            @Override
            public Connector stranger(Peer peer) {
                return LocalLink.connector(link -> receive(link, authenticator), network.loop(), network.loop(), peer);
            }

            @Override
            public Connector trusted(String realm, String authid, String authrole) {
                return local(realm, authid, authrole);
            }
        };
    }

    /**
     * Links a realm of this router with one of another router, and keeps it so until the link or the router is closed. The
     * local realm needs the role {@code rlink}: its rights decide what the link may do here. What it has to prove is computed
     * where proofs are checked, and not on an event loop.
     *
     * @param remote leads to the other router
     * @return the link, which is joining
     */
    public RouterLink link(RouterLinkOptions options, Connector remote) {
        ScheduledExecutorService loop = network.loop();
        RouterLink.Means means = new RouterLink.Means(
                loop,
                proofs,
                (millis, step) -> {
                    ScheduledFuture<?> later = loop.schedule(step, millis, TimeUnit.MILLISECONDS);
                    return () -> later.cancel(false);
                },
                new RealmPayloads(),
                () -> ThreadLocalRandom.current().nextDouble(),
                AGENT);
        Connector local = local(options.localRealm(), options.name(), SessionDetails.ROUTER_LINK);
        RouterLink link = new RouterLink(options, new Handover(local, loop), new Handover(remote, loop), means);
        links.removeIf(RouterLink::isClosed);
        links.add(link);
        link.start();
        if (closed) {
            link.close();
        }
        return link;
    }

    /** What this router counts. */
    public Metrics metrics() {
        return metrics;
    }

    /**
     * Pages for those who watch this router: {@code /livez}, {@code /readyz}, {@code /metrics} and {@code /info}. They are
     * for a listener of their own that strangers do not reach, with {@code HttpOptions.only}.
     */
    public List<HttpRoute> statusRoutes(StatusRoute.Info info) {
        Watch watch = new Watch(this, started);
        return List.of(
                StatusRoute.live("/livez", network.allLoops()),
                StatusRoute.ready("/readyz", watch::unready, watch::expiring),
                new MetricsRoute("/metrics", metrics, watch::figures, watch::links, watch::certificateEnds),
                StatusRoute.info("/info", info, watch::uptime, watch::listeners));
    }

    /**
     * Calls a procedure of a realm for the router itself, as a session that may call everything.
     *
     * @param limit how long to wait for the answer
     * @return completes on the realm's thread, where nobody may wait; with {@link CallFailed} when an ERROR came, none in time,
     *     or the realm is not open
     */
    public CompletionStage<Values> call(String realm, String procedure, Values arguments, Duration limit) {
        OpenRealm open = realms.get(realm);
        return open == null
                ? CompletableFuture.failedFuture(new CallFailed(Uris.NO_SUCH_REALM, Values.NONE))
                : open.realm().call(procedure, arguments, limit.toMillis());
    }

    /**
     * Ends sessions of a realm with GOODBYE.
     *
     * @return the ids of the sessions that were ended; none for a realm that is not open
     */
    public CompletableFuture<List<Long>> end(
            String realm, Predicate<SessionDetails> which, String reason, String message) {
        OpenRealm open = realms.get(realm);
        if (open == null) {
            return CompletableFuture.completedFuture(List.of());
        }
        CompletableFuture<List<Long>> ended = new CompletableFuture<>();
        open.realm().end(which, goodbye(reason, message), ended::complete);
        return ended;
    }

    /**
     * Asks a session of a realm for a sign of life, where its transport knows how to.
     *
     * @return tells, whenever it is asked, whether the sign has come since, and true for who cannot be asked; empty for a
     *     session that is not there
     */
    public CompletableFuture<Optional<BooleanSupplier>> probe(String realm, long session) {
        OpenRealm open = realms.get(realm);
        if (open == null) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        CompletableFuture<Optional<BooleanSupplier>> asked = new CompletableFuture<>();
        open.realm().probe(session, asked::complete);
        return asked;
    }

    /** The sessions of a realm now; empty for a realm that is not open. */
    public CompletableFuture<List<SessionDetails>> sessions(String realm) {
        OpenRealm open = realms.get(realm);
        if (open == null) {
            return CompletableFuture.completedFuture(List.of());
        }
        CompletableFuture<RealmView> view = new CompletableFuture<>();
        open.realm().inspect(view::complete);
        return view.thenApply(RealmView::sessions);
    }

    /** How many calls wait for their final answer now, in all realms. */
    public CompletableFuture<Integer> pendingCalls() {
        CompletableFuture<Integer> sum = CompletableFuture.completedFuture(0);
        for (OpenRealm open : realms.values()) {
            CompletableFuture<RealmView> view = new CompletableFuture<>();
            open.realm().inspect(view::complete);
            sum = sum.thenCombine(view, (calls, seen) -> calls + seen.pendingCalls());
        }
        return sum;
    }

    /** Stops accepting, says GOODBYE {@code wamp.close.system_shutdown} to all, waits at most three seconds, closes. */
    @Override
    public void close() {
        closed = true;
        try {
            listeners.forEach(Network.Listening::close);
            links.forEach(RouterLink::close);
            CompletableFuture<?>[] realmsGone = realms.keySet().stream()
                    .map(realm -> closeRealm(realm, Uris.SYSTEM_SHUTDOWN, "the router is shutting down"))
                    .toArray(CompletableFuture[]::new);
            CompletableFuture<Void> linksGone = receptions.dismiss();
            CompletableFuture.allOf(realmsGone)
                    .thenCompose(done -> linksGone)
                    .completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS)
                    .join();
        } finally {
            proofs.close();
        }
    }

    /** A link has come in; who may join over it is for the authenticator to say. */
    Link.Listener receive(Link link, Authenticator decides) {
        Reception reception = new Reception(this, new CountedLink(link, metrics), decides, offer);
        receptions.add(reception);
        if (closed) {
            reception.dismiss();
        }
        return reception;
    }

    /** All links that have come in. */
    Receptions receptions() {
        return receptions;
    }

    @Nullable
    OpenRealm realm(String name) {
        return realms.get(name);
    }

    /** Whether this very realm is open, not another one that has its name. */
    boolean isOpen(OpenRealm realm) {
        OpenRealm now = realms.get(realm.realm().name());
        return now != null && now.realm() == realm.realm();
    }

    /** Those that were made because somebody joined them. */
    MadeRealms made() {
        return made;
    }

    /** All realms that are open. */
    Collection<OpenRealm> openRealms() {
        return realms.values();
    }

    /** All listeners, those that were closed too. */
    Set<Network.Listening> listeners() {
        return listeners;
    }

    /** The links to other routers, those that were closed too. */
    Set<RouterLink> links() {
        return links;
    }

    boolean isClosed() {
        return closed;
    }

    SessionIds ids() {
        return ids;
    }

    Network network() {
        return network;
    }

    HandshakePatience patience() {
        return patience;
    }

    /** Where the proofs of those who join are checked. */
    Proofs proofs() {
        return proofs;
    }

    private static Message.Goodbye goodbye(String reason, String message) {
        return new Message.Goodbye(Dict.of("message", message), reason);
    }

    private static String agent() {
        String version = Router.class.getPackage().getImplementationVersion();
        return "Bailiwick" + (version == null ? "" : "-" + version);
    }
}
