package io.bailiwick.router.standalone.config;

import io.bailiwick.router.admission.Principal;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.rlink.RouterLinkOptions;
import io.bailiwick.router.server.RealmTemplate;
import io.bailiwick.router.transport.Endpoint;
import java.nio.file.Path;
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
        List<Link> rlinks,
        Set<Revocable> killRevokes) {
    /** Copies. */
    public RealmEntry {
        killRevokes = Set.copyOf(killRevokes);
        principals = List.copyOf(principals);
        rlinks = List.copyOf(rlinks);
    }

    /**
     * A link to a realm of another router. Two of them are equal when there is no need to connect anew.
     *
     * @param options what it carries, and how it joins
     * @param url where the other router listens
     * @param format what to speak
     * @param trust a PEM file of the certificates to trust, for wss and rss; empty for those of the JDK
     */
    public record Link(RouterLinkOptions options, Endpoint url, Format format, Optional<Path> trust) {}
}
