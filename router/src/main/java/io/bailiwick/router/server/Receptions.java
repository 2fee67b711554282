package io.bailiwick.router.server;

import io.bailiwick.router.message.Dict;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The links that have come in and are not gone, whether they have joined or not. Safe on any thread. */
final class Receptions {
    /** How many different announcements are known at most. */
    private static final int ROLES = 64;
    /** Longer ones are not shared, in bytes. */
    private static final int ROLES_BYTES = 2_048;

    private final Map<Map<String, @Nullable Object>, Dict> roles = new ConcurrentHashMap<>();
    /** Many: without an object for each. */
    private final Set<Reception> present =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    void add(Reception reception) {
        present.add(reception);
    }

    void forget(Reception reception) {
        present.remove(reception);
    }

    /** The roles that a client has announced: one dictionary for all that have announced the same, as most do. */
    Dict shared(Dict announced) {
        if (announced.size() > ROLES_BYTES) {
            return announced;
        }
        Dict known = roles.get(announced.entries());
        if (known != null) {
            return known;
        }
        if (roles.size() >= ROLES) {
            roles.clear();
        }
        roles.put(announced.entries(), announced);
        return announced;
    }

    /** One session has logged out: the others that have its cookie end with it, also those still in the handshake. */
    void logOut(Reception one) {
        Optional<String> cookie = one.peer().cookie();
        if (cookie.isPresent()) {
            for (Reception other : present()) {
                if (other != one && other.peer().cookie().equals(cookie)) {
                    other.logOut();
                }
            }
        }
    }

    private List<Reception> present() {
        synchronized (present) {
            return List.copyOf(present);
        }
    }

    /** Sends away who is still in the handshake; completes when all links are gone. */
    CompletableFuture<Void> dismiss() {
        return CompletableFuture.allOf(
                present().stream().map(Reception::dismiss).toArray(CompletableFuture[]::new));
    }
}
