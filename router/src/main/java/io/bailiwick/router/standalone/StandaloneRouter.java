package io.bailiwick.router.standalone;

import io.bailiwick.router.admission.CookieStore;
import io.bailiwick.router.admission.Throttle;
import io.bailiwick.router.credential.Noise;
import io.bailiwick.router.server.Router;
import io.bailiwick.router.standalone.config.AuthenticationOptions;
import io.bailiwick.router.standalone.config.ListenerEntry;
import io.bailiwick.router.standalone.config.RealmEntry;
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
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A router that runs as its file says. Started, reloaded and closed by one thread. */
final class StandaloneRouter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StandaloneRouter.class);

    private final Network network;
    private final Gate gate;
    private final Router router;
    /** The cookies of logins: closed when nobody can log in any more. */
    private final AutoCloseable kept;

    private final Map<String, Network.Listening> listeners = new LinkedHashMap<>();
    /** What is closed with the router, the last first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private RouterOptions options;

    private StandaloneRouter(RouterOptions options) throws IOException {
        this.options = options;
        Noise noise = NoiseKey.noise(options.authentication().noiseFile());
        Optional<CookieFile> cookies = cookies(options);
        this.kept = cookies.isPresent() ? cookies.get() : () -> {};
        this.gate = new Gate(options, noise, cookies.isPresent() ? cookies.get() : CookieStore.NONE, Map.of());
        AtomicReference<@Nullable Router> started = new AtomicReference<>();
        Throttle throttle = new Throttle(
                gate,
                options.authentication().throttle(),
                realm -> hasRealm(started.get(), realm),
                InstantSource.system(),
                (listener, bound) -> log.info("listener {}: too many attempts to log in by {}", listener, bound));
        this.network = Network.open(options.threads());
        this.router = Router.start(network, throttle, options.key());
        started.set(router);
    }

    private static Optional<CookieFile> cookies(RouterOptions options) throws IOException {
        Optional<Path> file = options.authentication().cookies().flatMap(AuthenticationOptions.Cookies::file);
        return file.isPresent() ? Optional.of(CookieFile.open(file.get())) : Optional.empty();
    }

    private static boolean hasRealm(@Nullable Router router, String realm) {
        return router != null && router.hasRealm(realm);
    }

    /**
     * Starts: when this returns, all realms are open and all listeners are bound.
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
        for (RealmEntry realm : options.realms()) {
            router.openRealm(realm.name(), realm.roles());
        }
        if (options.management().isPresent()) {
            RouterOptions.Management management = options.management().get();
            listen(management.options().withHttp(management
                    .options()
                    .http()
                    .withRoutes(router.statusRoutes(management.info()))));
        }
        for (ListenerEntry listener : options.listeners()) {
            ListenerOptions bare = listener.options();
            listen(bare.withHttp(bare.http().withRoutes(routes(listener))));
        }
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
     * Goes on with other principals, roles and certificates. Listeners, and what a realm is besides its roles, stay as they
     * are until the next start, and that is logged where it makes a difference.
     */
    void reload(RouterOptions other) {
        gate.change(other);
        for (Network.Listening listening : listeners.values()) {
            reloadCertificate(listening);
        }
        if (!Objects.equals(lasting(other), lasting(options))) {
            log.warn("the file says something else of listeners or options: that takes effect at the next start");
        }
        options = other;
        log.info("the configuration was read again");
    }

    /** What a reload does not change. */
    private static List<Object> lasting(RouterOptions options) {
        return List.of(options.listeners(), options.management(), options.threads(), options.authentication().throttle());
    }

    private static void reloadCertificate(Network.Listening listening) {
        try {
            listening.reloadCertificate();
        } catch (IOException unusable) {
            log.error(
                    "listener {}: the certificates in use stay: {}",
                    listening.options().name(),
                    unusable.getMessage());
        }
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
