package io.bailiwick.router.standalone.config;

import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.realm.RealmOptions;
import io.bailiwick.router.server.RealmTemplate;
import io.bailiwick.router.session.Member;
import io.bailiwick.router.standalone.config.RouterOptions.Management;
import io.bailiwick.router.transport.ListenerOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What becomes of a file that is read while the router runs: some settings take effect now, the others at the next start.
 *
 * @param next the options that hold from now on: those of the file where they can be changed, and else those that held
 * @param waiting the settings of the file that wait for the next start, by name: {@code threads},
 *     {@code listeners.public.endpoint}; a listener or the management that is new or gone by its own
 */
public record ReloadPlan(RouterOptions next, List<String> waiting) {
    private static final Map<String, Function<RouterOptions, Object>> ROUTER = ordered(
            Map.entry("key", options -> options.key().map(SigningKey::publicKey)),
            Map.entry("threads", options -> options.network().threads()),
            Map.entry("transport", options -> options.network().transport()),
            Map.entry("history", RouterOptions::history),
            Map.entry("authentication.noise_file", options -> options.authentication()
                    .noiseFile()),
            Map.entry("authentication.cookies", options -> options.authentication()
                    .cookies()));

    private static final Map<String, Function<Management, Object>> MANAGEMENT = ordered(
            Map.entry("endpoint", management -> management.options().endpoint()),
            Map.entry("name", management -> management.info().name()),
            Map.entry("version", management -> management.info().version()),
            Map.entry("listeners", management -> management.info().listeners()));

    private static final Map<String, Function<ListenerEntry, Object>> LISTENER = ordered(
            Map.entry("endpoint", listener -> listener.options().endpoint()),
            Map.entry("websocket_path", listener -> listener.options().webSocketPath()),
            Map.entry("long_poll", listener -> listener.options().http().longPoll()),
            Map.entry("cookie", listener -> listener.options().http().cookie()),
            Map.entry("origins", listener -> listener.options().http().origins()),
            Map.entry("http", listener -> listener.options().http().limits()),
            Map.entry("bridges", ListenerEntry::bridges),
            Map.entry("webhooks", ListenerEntry::webhooks));

    private static final Map<String, Function<RealmOptions, Object>> REALM = ordered(
            Map.entry("uri_rule", RealmOptions::rule),
            Map.entry("slow_readers", options -> options.terms().slowReaders()),
            Map.entry("decision_timeout_ms", RealmOptions::decisionMillis),
            Map.entry("dealer", RealmOptions::dealer),
            Map.entry("retention", options -> options.broker().retention()),
            Map.entry("confirmation", options -> options.broker().confirmation()),
            Map.entry("history", options -> options.broker().history()),
            Map.entry("meta", RealmOptions::meta));

    /** Copies. */
    public ReloadPlan {
        waiting = List.copyOf(waiting);
    }

    /**
     * Takes from a file what can be changed.
     *
     * @param now the options that hold now
     */
    public static ReloadPlan of(RouterOptions now, RouterOptions file) {
        AuthenticationOptions kept = now.authentication();
        AuthenticationOptions wanted = file.authentication();
        RouterOptions next = new RouterOptions(
                now.key(),
                now.network(),
                now.history(),
                listeners(now, file),
                now.management().map(management -> changed(management, file.management())),
                file.templates(),
                realms(now, file),
                new AuthenticationOptions(
                        wanted.otherRealm(), kept.noiseFile(), wanted.throttle(), kept.cookies(), wanted.dynamic()));
        return new ReloadPlan(next, waiting(next, file));
    }

    private static List<ListenerEntry> listeners(RouterOptions now, RouterOptions file) {
        Map<String, ListenerEntry> wanted = byName(file.listeners());
        return now.listeners().stream()
                .map(listener ->
                        changed(listener, wanted.getOrDefault(listener.options().name(), listener)))
                .toList();
    }

    private static ListenerEntry changed(ListenerEntry now, ListenerEntry file) {
        return new ListenerEntry(
                now.options().changed(file.options()), file.authenticators(), now.bridges(), now.webhooks());
    }

    private static Management changed(Management now, Optional<Management> file) {
        ListenerOptions options = now.options();
        return new Management(
                file.map(Management::options).map(options::changed).orElse(options), now.info());
    }

    private static List<RealmEntry> realms(RouterOptions now, RouterOptions file) {
        Map<String, RealmOptions> open = options(now);
        return file.realms().stream()
                .map(realm -> {
                    RealmOptions wanted = realm.template().options();
                    RealmOptions options = Optional.ofNullable(open.get(realm.name()))
                            .map(held -> changed(held, wanted))
                            .orElse(wanted);
                    return new RealmEntry(
                            realm.name(),
                            new RealmTemplate(realm.template().roles(), options),
                            realm.anonymousRole(),
                            realm.principals(),
                            realm.rlinks(),
                            realm.killRevokes());
                })
                .toList();
    }

    /** What an open realm can take. */
    private static RealmOptions changed(RealmOptions now, RealmOptions file) {
        Member.Terms terms = new Member.Terms(
                file.limits(), file.terms().requests(), now.terms().slowReaders());
        return now.with(terms).with(file.sessions());
    }

    private static List<String> waiting(RouterOptions next, RouterOptions file) {
        List<String> waiting = new ArrayList<>(differences("", ROUTER, next, file));
        if (next.management().isPresent() && file.management().isPresent()) {
            waiting.addAll(differences(
                    "management.",
                    MANAGEMENT,
                    next.management().get(),
                    file.management().get()));
        } else if (next.management().isPresent() || file.management().isPresent()) {
            waiting.add("management");
        }
        waiting.addAll(each("listeners.", LISTENER, byName(next.listeners()), byName(file.listeners())));
        // New realms are opened and those that are gone are closed: the same ones are on both sides.
        waiting.addAll(each("realms.", REALM, options(next), options(file)));
        return waiting;
    }

    /** What is different of those on both sides, and the names of those on one side only. */
    private static <T> List<String> each(
            String prefix, Map<String, Function<T, Object>> settings, Map<String, T> next, Map<String, T> file) {
        List<String> different = new ArrayList<>();
        next.forEach((name, held) -> {
            T wanted = file.get(name);
            if (wanted == null) {
                different.add(prefix + name);
            } else {
                different.addAll(differences(prefix + name + ".", settings, held, wanted));
            }
        });
        file.keySet().stream()
                .filter(name -> !next.containsKey(name))
                .map(name -> prefix + name)
                .forEach(different::add);
        return different;
    }

    private static <T> List<String> differences(
            String prefix, Map<String, Function<T, Object>> settings, T next, T file) {
        return settings.entrySet().stream()
                .filter(setting -> !setting.getValue()
                        .apply(next)
                        .equals(setting.getValue().apply(file)))
                .map(setting -> prefix + setting.getKey())
                .toList();
    }

    private static Map<String, ListenerEntry> byName(List<ListenerEntry> listeners) {
        return listeners.stream()
                .collect(Collectors.toMap(
                        listener -> listener.options().name(), each -> each, (one, other) -> one, LinkedHashMap::new));
    }

    private static Map<String, RealmOptions> options(RouterOptions of) {
        return of.realms().stream()
                .collect(Collectors.toMap(
                        RealmEntry::name,
                        realm -> realm.template().options(),
                        (one, other) -> one,
                        LinkedHashMap::new));
    }

    @SafeVarargs
    private static <T> Map<String, Function<T, Object>> ordered(Map.Entry<String, Function<T, Object>>... settings) {
        Map<String, Function<T, Object>> ordered = new LinkedHashMap<>();
        for (Map.Entry<String, Function<T, Object>> setting : settings) {
            ordered.put(setting.getKey(), setting.getValue());
        }
        return ordered;
    }
}
