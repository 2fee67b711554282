package io.bailiwick.router.standalone.config;

import io.bailiwick.router.admission.Principal;
import io.bailiwick.router.server.RealmTemplate;
import java.util.List;
import java.util.Optional;

/**
 * A realm of the file.
 *
 * @param name its name
 * @param template its roles, and how it behaves
 * @param anonymousRole the role of those who prove nothing; empty where they are not let in
 * @param principals who may log in
 * @param rlinks the links to realms of other routers
 */
public record RealmEntry(
        String name,
        RealmTemplate template,
        Optional<String> anonymousRole,
        List<Principal> principals,
        List<RouterLinkEntry> rlinks) {
    /** Copies. */
    public RealmEntry {
        principals = List.copyOf(principals);
        rlinks = List.copyOf(rlinks);
    }
}
