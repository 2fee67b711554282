package io.bailiwick.router.standalone;

import io.bailiwick.router.admission.CookieStore;
import io.bailiwick.router.admission.Throttle;
import io.bailiwick.router.credential.Noise;
import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.server.RealmFamily;
import io.bailiwick.router.server.RealmTemplate;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A router that runs as its file says. Started, reloaded and closed by one thread. */
final class StandaloneRouter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StandaloneRouter.class);

    /** No handshake takes longer. */
    private static final long HANDSHAKE_SECONDS = 11;

    private final Network network;
    private final Gate gate;
    private final Router router;
    private final Histories histories;
    /** The cookies of logins: closed when nobody can log in any more. */
    private final AutoCloseable kept;

    private final Map<String, Network.Listening> listeners = new LinkedHashMap<>();
    /** What is closed with the router, the last first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /** The names of the realms that are open. */
    private final Set<String> names = ConcurrentHashMap.newKeySet();

    private volatile RouterOptions options;

    private StandaloneRouter(RouterOptions options) throws IOException {
        this.options = options;
        Noise noise = NoiseKey.noise(options.authentication().noiseFile());
        this.histories = Histories.open(options.history());
        Optional<CookieFile> cookies = cookies(options);
        this.kept = cookies.isPresent() ? cookies.get() : () -> {};
        RealmCaller caller = new RealmCaller();
        this.gate = new Gate(options, noise, cookies.isPresent() ? cookies.get() : CookieStore.NONE, caller);
        this.network = Network.open(options.threads());
        this.router = Router.start(network, throttled(options), options.key());
        caller.started(router);
    }

    private Authenticator throttled(RouterOptions of) {
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
            openRealm(realm);
        }
        offerRealms(options);
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
    }

    private void openRealm(RealmEntry realm) {
        RealmTemplate template = realm.template();
        router.openRealm(
                realm.name(),
                template,
                router.counted(),
                histories.of(realm.name(), template.options().broker().history()));
        names.add(realm.name());
    }

    /** Realms that are made by joining. */
    private void offerRealms(RouterOptions of) {
        Set<String> named = of.realms().stream().map(RealmEntry::name).collect(Collectors.toSet());
        router.offerRealms(of.templates().stream().map(this::family).toList(), named);
        of.templates().forEach(this::endDeparted);
    }

    private RealmFamily family(RouterOptions.Template entry) {
        RealmTemplate template = entry.realm().template();
        return new RealmFamily(
                entry.realm().name(),
                entry.match(),
                entry.pattern(),
                template,
                entry.most(),
                entry.idle(),
                realm -> histories.of(realm, template.options().broker().history()));
    }

    private void endDeparted(RouterOptions.Template entry) {
        router.realmsMadeOf(entry.realm().name()).forEach(name -> endDeparted(name, entry.realm()));
    }

    private void endDeparted(String name, RealmEntry realm) {
        router.end(
                name,
                Departures.from(realm),
                Uris.AUTH_CHANGED,
                "this router does not know the principal of this session in its role any more");
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
     * Goes on with other principals, roles, realms and certificates. Sessions end whose realm, principal or role is gone. What
     * else is different takes effect at the next start, and that is logged.
     */
    void reload(RouterOptions other) {
        RouterOptions before = options;
        options = other;
        gate.change(other);
        Departures.from(before.realms(), other.realms())
                .forEach(departed -> gate.revoked(departed.realm(), departed.authid()));
        offerRealms(other);
        // Who was in the middle of a handshake has joined by then, or has not.
        network.loop()
                .schedule(() -> options.templates().forEach(this::endDeparted), HANDSHAKE_SECONDS, TimeUnit.SECONDS);
        changeRealms(other);
        listeners.values().forEach(StandaloneRouter::reloadCertificate);
        if (!lasting(other).equals(lasting(before))) {
            log.warn("the file says something else that cannot be changed now: that takes effect at the next start");
        }
        log.info("the configuration was read again");
    }

    private void changeRealms(RouterOptions other) {
        Set<String> wanted = new HashSet<>();
        for (RealmEntry realm : other.realms()) {
            wanted.add(realm.name());
            if (names.contains(realm.name())) {
                router.changeRoles(realm.name(), realm.template().roles());
                endDeparted(realm.name());
                // Who was in the middle of a handshake has joined by then, or has not.
                network.loop().schedule(() -> endDeparted(realm.name()), HANDSHAKE_SECONDS, TimeUnit.SECONDS);
            } else {
                openRealm(realm);
            }
        }
        for (String name : List.copyOf(names)) {
            if (!wanted.contains(name)) {
                names.remove(name);
                router.closeRealm(name);
            }
        }
    }

    private void endDeparted(String name) {
        for (RealmEntry realm : options.realms()) {
            if (realm.name().equals(name)) {
                endDeparted(name, realm);
            }
        }
    }

    /** What a reload does not change. */
    private static List<Object> lasting(RouterOptions options) {
        return List.of(
                options.listeners().stream()
                        .map(listener -> List.of(listener.options(), listener.bridges(), listener.webhooks()))
                        .toList(),
                options.management(),
                options.threads(),
                options.history(),
                options.realms().stream().collect(Collectors.toMap(RealmEntry::name, realm -> realm.template()
                        .options())),
                options.authentication().throttle(),
                options.authentication().cookies(),
                options.authentication().dynamic().stream()
                        .map(dynamic -> List.of(dynamic.name(), dynamic.question()))
                        .toList());
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
