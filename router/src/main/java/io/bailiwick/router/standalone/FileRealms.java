package io.bailiwick.router.standalone;

import io.bailiwick.router.broker.EventStore;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.server.Router;
import io.bailiwick.router.standalone.config.RealmEntry;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

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

    /** No realm yet. */
    FileRealms(Router router, Histories histories, Gate gate, ScheduledExecutorService timer) {
        this.router = router;
        this.histories = histories;
        this.gate = gate;
        this.timer = timer;
    }

    /** Opens a realm. */
    void open(RealmEntry realm) {
        open(realm, store(realm));
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
    void change(List<RealmEntry> wanted, Map<String, EventStore> stores, Standing before) {
        Set<String> gone = new HashSet<>(names);
        for (RealmEntry realm : wanted) {
            gone.remove(realm.name());
            EventStore fresh = stores.get(realm.name());
            if (fresh == null) {
                router.changeRealm(realm.name(), realm.template());
                endDeparted(realm.name(), before);
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
        names.forEach(name -> endDeparted(name, now));
    }

    private void endDeparted(String name, Standing before) {
        Standing now = gate.standing();
        router.end(
                name,
                now.withoutRole(name),
                Uris.AUTH_CHANGED,
                "this router does not know the principal of this session in its role any more");
        router.end(
                name,
                now.withoutCredential(name, before),
                Uris.AUTH_CHANGED,
                "what this session logged in with is not valid any more");
    }
}
