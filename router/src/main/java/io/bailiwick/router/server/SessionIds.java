package io.bailiwick.router.server;

import io.bailiwick.router.pattern.LongMap;
import java.security.SecureRandom;
import java.util.function.LongSupplier;

/**
 * Ids of sessions: random over 1 to 2^53 from the system's secure source (WAMP, "IDs"), and remembered while they are in use,
 * so that no two sessions of a router have the same. Safe on any thread.
 */
final class SessionIds {
    private final LongSupplier source;
    /** Many: numbers without an object for each. Guarded by itself. */
    private final LongMap<Boolean> inUse = new LongMap<>();

    /** Ids from the system's secure source. */
    SessionIds() {
        this(new DrawnIds(new SecureRandom()));
    }

    /** Ids from another source. */
    SessionIds(LongSupplier source) {
        this.source = source;
    }

    /** An id for a session, that no other session has until it is released. */
    long claim() {
        synchronized (inUse) {
            long id = source.getAsLong();
            while (inUse.get(id) != null) {
                id = source.getAsLong();
            }
            inUse.put(id, true);
            return id;
        }
    }

    /** The session is over. */
    void release(long id) {
        synchronized (inUse) {
            inUse.remove(id);
        }
    }

    /** How many sessions there are. */
    int inUse() {
        synchronized (inUse) {
            return inUse.size();
        }
    }
}
