package io.bailiwick.router.standalone;

import io.bailiwick.router.rlink.RouterLink;
import io.bailiwick.router.server.Router;
import io.bailiwick.router.standalone.config.RealmEntry;
import io.bailiwick.router.transport.Network;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The links to other routers that the file says. Used by one thread; the router closes them with itself. */
final class RunningLinks {
    private final Router router;
    private final Network network;
    private final Map<RealmEntry.Link, RouterLink> links = new LinkedHashMap<>();

    RunningLinks(Router router, Network network) {
        this.router = router;
        this.network = network;
    }

    /** Lets those run that these realms have: what was there before and is the same stays connected. */
    void change(List<RealmEntry> realms) {
        Set<RealmEntry.Link> wanted = new LinkedHashSet<>();
        realms.forEach(realm -> wanted.addAll(realm.rlinks()));
        // First, so that one that has changed has its name for itself.
        links.entrySet().removeIf(entry -> {
            boolean gone = !wanted.contains(entry.getKey());
            if (gone) {
                entry.getValue().close();
            }
            return gone;
        });
        wanted.forEach(entry -> links.computeIfAbsent(
                entry,
                added -> router.link(added.options(), network.connector(added.url(), added.format(), added.trust()))));
    }
}
