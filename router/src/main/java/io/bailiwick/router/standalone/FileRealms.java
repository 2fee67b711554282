package io.bailiwick.router.standalone;

import io.bailiwick.router.broker.EventStore;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.server.RealmFamily;
import io.bailiwick.router.server.Router;
import io.bailiwick.router.standalone.config.RealmEntry;
import io.bailiwick.router.standalone.config.RouterOptions;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The realms of the file, in the router that runs by it. Opened and changed by one thread. */
final class FileRealms {
    /** No handshake takes longer. */
    private static final long HANDSHAKE_SECONDS = 11;

    private final Router router;
    private final Histories histories;
    private final Gate gate;
    private final ScheduledExecutorService timer;
    /** The names of those that are open. */
    private final Set<String> names = ConcurrentHashMap.newKeySet();
    /** What realms are made from. */
    private volatile List<RouterOptions.Template> templates = List.of();

    /** No realm yet. */
    FileRealms(Router router, Histories histories, Gate gate, ScheduledExecutorService timer) {
        this.router = router;
        this.histories = histories;
        this.gate = gate;
        this.timer = timer;
    }

    /** Opens the realms of a file, and promises those that its templates make. */
    void open(RouterOptions options) {
        options.realms().forEach(realm -> open(realm, store(realm)));
        offer(options);
    }

    private void offer(RouterOptions options) {
        Set<String> named = options.realms().stream().map(RealmEntry::name).collect(Collectors.toSet());
        router.offerRealms(options.templates().stream().map(this::family).toList(), named);
        templates = options.templates();
    }

    private RealmFamily family(RouterOptions.Template entry) {
        RealmEntry realm = entry.realm();
        return new RealmFamily(
                realm.name(),
                entry.match(),
                entry.pattern(),
                realm.template(),
                entry.most(),
                entry.idle(),
                name -> histories.of(name, realm.template().options().broker().history()));
    }

    private void open(RealmEntry realm, EventStore store) {
        router.openRealm(realm.name(), realm.template(), router.counted(), store);
        names.add(realm.name());
    }

    private EventStore store(RealmEntry realm) {
        return histories.of(realm.name(), realm.template().options().broker().history());
    }

    /**
     * Where those of them that are not open yet will keep their events.
     *
     * @throws IOException naming the realm whose history cannot be opened
     */
    Map<String, EventStore> stores(List<RealmEntry> wanted) throws IOException {
        Map<String, EventStore> stores = new HashMap<>();
        for (RealmEntry realm : wanted) {
            if (!names.contains(realm.name())) {
                try {
                    stores.put(realm.name(), store(realm));
                } catch (RuntimeException unusable) {
                    throw new IOException(
                            "realm " + realm.name() + ": its history cannot be opened: " + unusable.getMessage(),
                            unusable);
                }
            }
        }
        return stores;
    }

    /**
     * Opens those that are new, closes those that are gone, and changes the others. The gate lets in by the new file already.
     *
     * @param stores those of the new ones
     * @param before whom the file let in until now
     */
    void change(RouterOptions next, Map<String, EventStore> stores, Standing before) {
        // A realm that was made by joining gives its name up to one that stands in the file now.
        offer(next);
        endDepartedOfMade(before);
        Set<String> gone = new HashSet<>(names);
        for (RealmEntry realm : next.realms()) {
            gone.remove(realm.name());
            EventStore fresh = stores.get(realm.name());
            if (fresh == null) {
                router.changeRealm(realm.name(), realm.template());
                endDeparted(realm.name(), realm.name(), before);
            } else {
                open(realm, fresh);
            }
        }
        for (String name : gone) {
            names.remove(name);
            router.closeRealm(name);
        }
        // Who was in the middle of a handshake has joined by then, or has not.
        timer.schedule(this::endLatecomers, HANDSHAKE_SECONDS, TimeUnit.SECONDS);
    }

    private void endLatecomers() {
        Standing now = gate.standing();
        gate.forgetDeparted(now);
        names.forEach(name -> endDeparted(name, name, now));
        endDepartedOfMade(now);
    }

    private void endDepartedOfMade(Standing before) {
        for (RouterOptions.Template each : templates) {
            String scope = FamilyPrincipals.scopeOf(each.realm());
            router.realmsMadeOf(each.realm().name()).forEach(name -> endDeparted(name, scope, before));
        }
    }

    private void endDeparted(String name, String scope, Standing before) {
        Standing now = gate.standing();
        router.end(
                name,
                now.withoutRole(scope),
                Uris.AUTH_CHANGED,
                "this router does not know the principal of this session in its role any more");
        router.end(
                name,
                now.withoutCredential(scope, before),
                Uris.AUTH_CHANGED,
                "what this session logged in with is not valid any more");
    }
}
