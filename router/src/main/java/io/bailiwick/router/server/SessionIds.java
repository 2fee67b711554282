package io.bailiwick.router.server;

import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Ids of sessions: random over 1 to 2^53 from the system's secure source (WAMP, "IDs"), and remembered while they are in use,
 * so that no two sessions of a router have the same. Safe on any thread.
 */
final class SessionIds {
    private final LongSupplier source;
    private final Set<Long> inUse = ConcurrentHashMap.newKeySet();

    /** Ids from the system's secure source. */
    SessionIds() {
        DrawnIds drawn = new DrawnIds(new SecureRandom());
        this.source = () -> {
            synchronized (drawn) {
                return drawn.getAsLong();
            }
        };
    }

    /** Ids from another source. */
    SessionIds(LongSupplier source) {
        this.source = source;
    }

    /** An id for a session, that no other session has until it is released. */
    long claim() {
        long id = source.getAsLong();
        while (!inUse.add(id)) {
            id = source.getAsLong();
        }
        return id;
    }

    /** The session is over. */
    void release(long id) {
        inUse.remove(id);
    }

    /** How many sessions there are. */
    int inUse() {
        return inUse.size();
    }
}
