package io.bailiwick.domain.admission;

import io.bailiwick.router.link.Peer;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/**
 * The listeners at which not only a key counts.
 *
 * @param anonymous the names of those that let in, as role {@code public}, who proves nothing
 * @param local the names of those unix sockets that let in, as the superuser, whom the kernel says to be an administrator
 * @param administrators who that is: the system users whose processes may come in there
 */
public record Doors(Set<String> anonymous, Set<String> local, Set<UserPrincipal> administrators) {
    /** Only keys count. */
    public static final Doors KEYS_ONLY = new Doors(Set.of(), Set.of(), Set.of());

    /** Copies the sets. */
    public Doors {
        anonymous = Set.copyOf(anonymous);
        local = Set.copyOf(local);
        administrators = Set.copyOf(administrators);
    }

    boolean isLocal(Peer peer) {
        return local.contains(peer.listener());
    }

    boolean isAdministrator(Peer peer) {
        return isLocal(peer) && peer.user().filter(administrators::contains).isPresent();
    }
}
