package io.bailiwick.router.standalone;

import io.bailiwick.router.admission.CookieStore;
import io.bailiwick.router.admission.Throttle;
import io.bailiwick.router.broker.EventStore;
import io.bailiwick.router.credential.Noise;
import io.bailiwick.router.server.Router;
import io.bailiwick.router.standalone.config.AuthenticationOptions;
import io.bailiwick.router.standalone.config.ListenerEntry;
import io.bailiwick.router.standalone.config.ReloadPlan;
import io.bailiwick.router.standalone.config.RouterOptions;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import io.bailiwick.router.transport.http.HttpRoute;
import io.bailiwick.router.web.Bridge;
import io.bailiwick.router.web.BridgeOptions;
import io.bailiwick.router.web.Webhook;
import io.bailiwick.router.web.WebhookOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A router that runs as its file says. Started, reloaded and closed by one thread. */
final class StandaloneRouter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StandaloneRouter.class);

    private final Network network;
    private final Gate gate;
    private final Throttle throttle;
    private final Router router;
    private final Histories histories;
    private final RunningLinks links;
    private final FileRealms realms;
    /** The cookies of logins: closed when nobody can log in any more. */
    private final AutoCloseable kept;

    private final Map<String, Network.Listening> listeners = new LinkedHashMap<>();
    /** What is closed with the router, the last first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private RouterOptions options;

    private StandaloneRouter(RouterOptions options) throws IOException {
        this.options = options;
        Noise noise = NoiseKey.noise(options.authentication().noiseFile());
        this.histories = Histories.open(options.history());
        Optional<CookieFile> cookies = cookies(options);
        this.kept = cookies.isPresent() ? cookies.get() : () -> {};
        RealmCaller caller = new RealmCaller();
        this.gate = new Gate(options, noise, cookies.isPresent() ? cookies.get() : CookieStore.NONE, caller);
        this.network = Network.open(options.network());
        this.throttle = throttled(options);
        this.router = Router.start(network, throttle, options.key());
        this.links = new RunningLinks(router, network);
        this.realms = new FileRealms(router, histories, gate, network.loop());
        caller.started(router);
    }

    private Throttle throttled(RouterOptions of) {
        return new Throttle(
                gate,
                of.authentication().throttle(),
                gate::scope,
                InstantSource.system(),
                (listener, bound) -> log.info("listener {}: too many attempts to log in by {}", listener, bound));
    }

    private static Optional<CookieFile> cookies(RouterOptions options) throws IOException {
        Optional<Path> file = options.authentication().cookies().flatMap(AuthenticationOptions.Cookies::file);
        return file.isPresent() ? Optional.of(CookieFile.open(file.get())) : Optional.empty();
    }

    /**
     * Starts: when this returns, all realms are open and all listeners are bound. Links to other routers are joining.
     *
     * @throws IOException naming the listener that cannot be bound, or the file that cannot be used; nothing runs then
     */
    static StandaloneRouter start(RouterOptions options) throws IOException {
        StandaloneRouter standalone = new StandaloneRouter(options);
        try {
            standalone.open();
            return standalone;
        } catch (IOException | RuntimeException failure) {
            standalone.close();
            throw failure;
        }
    }

    private void open() throws IOException {
        realms.open(options);
        if (options.management().isPresent()) {
            RouterOptions.Management management = options.management().get();
            listen(management
                    .options()
                    .withHttp(management.options().http().withRoutes(router.statusRoutes(management.info()))));
        }
        for (ListenerEntry listener : options.listeners()) {
            ListenerOptions bare = listener.options();
            listen(bare.withHttp(bare.http().withRoutes(routes(listener))));
        }
        links.change(options.realms());
    }

    private void listen(ListenerOptions listener) throws IOException {
        listeners.put(listener.name(), router.listen(listener));
    }

    private List<HttpRoute> routes(ListenerEntry listener) {
        List<HttpRoute> routes = new ArrayList<>();
        for (BridgeOptions each : listener.bridges()) {
            Bridge bridge = new Bridge(each, router.entrance(), network.loop());
            open.push(bridge);
            routes.addAll(bridge.routes());
        }
        for (WebhookOptions each : listener.webhooks()) {
            Webhook webhook = new Webhook(each, router.entrance());
            open.push(webhook);
            routes.add(webhook);
        }
        return routes;
    }

    /** Where it listens, by the name of the listener; ports are those that it got. */
    Map<String, Endpoint> endpoints() {
        Map<String, Endpoint> endpoints = new LinkedHashMap<>();
        listeners.forEach((name, listening) -> endpoints.put(name, listening.endpoint()));
        return endpoints;
    }

    /**
     * Goes on by another file, as far as that can be done without a restart ({@link ReloadPlan}). Sessions end whose realm,
     * principal, role or credential is gone; links end and begin.
     *
     * @return the settings of the file that take effect at the next start, by name; they are logged too
     * @throws IOException naming what cannot be used, a certificate for example; nothing has changed then
     */
    List<String> reload(RouterOptions file) throws IOException {
        ReloadPlan plan = ReloadPlan.of(options, file);
        RouterOptions next = plan.next();
        List<Runnable> prepared = prepare(next);
        Map<String, EventStore> stores = realms.stores(next.realms());
        // Nothing fails from here on.
        Standing before = gate.standing();
        options = next;
        gate.change(next);
        throttle.change(next.authentication().throttle());
        prepared.forEach(Runnable::run);
        realms.change(next, stores, before);
        links.change(next.realms());
        if (!plan.waiting().isEmpty()) {
            log.warn("these settings take effect at the next start: {}", String.join(", ", plan.waiting()));
        }
        log.info("the configuration was read again");
        return plan.waiting();
    }

    private List<Runnable> prepare(RouterOptions next) throws IOException {
        List<ListenerOptions> all = new ArrayList<>();
        next.management().ifPresent(management -> all.add(management.options()));
        next.listeners().forEach(listener -> all.add(listener.options()));
        List<Runnable> prepared = new ArrayList<>();
        for (ListenerOptions each : all) {
            prepared.add(Objects.requireNonNull(listeners.get(each.name())).prepare(each));
        }
        return prepared;
    }

    /** Says goodbye to all, and ends; takes a few seconds at most. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            closeQuietly(open.pop());
        }
        try {
            router.close();
        } finally {
            network.close();
            closeQuietly(kept);
            closeQuietly(histories);
        }
    }

    private static void closeQuietly(AutoCloseable each) {
        try {
            each.close();
        } catch (Exception failure) {
            log.warn("something did not close", failure);
        }
    }
}
