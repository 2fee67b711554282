package io.bailiwick.router.standalone.config;

import io.bailiwick.router.admission.Principal;
import io.bailiwick.router.server.RealmTemplate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A realm of the file.
 *
 * @param name its name
 * @param template its roles, and how it behaves
 * @param anonymousRole the role of those who prove nothing; empty where they are not let in
 * @param principals who may log in
 * @param rlinks the links to realms of other routers
 * @param killRevokes what is revoked of an authid whose sessions are killed
 */
public record RealmEntry(
        String name,
        RealmTemplate template,
        Optional<String> anonymousRole,
        List<Principal> principals,
        List<RouterLinkEntry> rlinks,
        Set<Revocable> killRevokes) {
    /** Copies. */
    public RealmEntry {
        killRevokes = Set.copyOf(killRevokes);
        principals = List.copyOf(principals);
        rlinks = List.copyOf(rlinks);
    }
}
