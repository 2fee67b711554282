package io.bailiwick.mrealm.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is online. A node is online while it has a session, or is heard, and its lease has not run out; joining and every
 * heartbeat renew the lease. It goes offline when the last of its sessions has left or when the lease has run out,
 * whichever comes first.
 *
 * <p>Times are readings of a monotonic clock in nanoseconds, so that a clock that is set cannot expire anything.
 */
final class Liveness {

    /** What a message or the passing of time has done to a node. */
    enum Change {
        /** It is online now and was not. */
        CAME,
        /** It is offline now and was not. */
        WENT,
        /** It is what it was. */
        NONE
    }

    private static final class Presence {
        /** In the order in which they joined. */
        final Set<Long> sessions = new LinkedHashSet<>();

        boolean online;
        /** Since when it is online. */
        long since;

        long heard;
        Duration lease = Duration.ZERO;
    }

    private final Duration lease;
    private final Map<String, Presence> presences = new HashMap<>();
    private final Map<Long, String> authids = new HashMap<>();

    /**
     * @param lease how long a node is online without being heard
     */
    Liveness(Duration lease) {
        this.lease = lease;
    }

    /** A session of a node has joined. */
    Change joined(String authid, long session, long now) {
        return heard(authid, session, lease, now);
    }

    /**
     * A heartbeat came.
     *
     * @param session the session it came by, or null when the router does not tell
     * @param period what the node says it is; the lease is at least three of them
     */
    Change beat(String authid, @Nullable Long session, Duration period, long now) {
        // Not multiplied as a duration is, which goes by way of decimals.
        Duration three = Duration.ofSeconds(Math.multiplyExact(3, period.toSeconds()));
        return heard(authid, session, three.compareTo(lease) > 0 ? three : lease, now);
    }

    private Change heard(String authid, @Nullable Long session, Duration lease, long now) {
        Presence presence = presences.computeIfAbsent(authid, key -> new Presence());
        if (session != null && authids.putIfAbsent(session, authid) == null) {
            presence.sessions.add(session);
        }
        presence.heard = now;
        presence.lease = lease;
        if (presence.online) {
            return Change.NONE;
        }
        presence.online = true;
        presence.since = now;
        return Change.CAME;
    }

    /** The authid of a session that is known; null for others. */
    @Nullable
    String authidOf(long session) {
        return authids.get(session);
    }

    /** A session has left. Sessions that are not known change nothing. */
    Change left(long session) {
        String authid = authids.remove(session);
        Presence presence = authid == null ? null : presences.get(authid);
        if (authid == null || presence == null) {
            return Change.NONE;
        }
        presence.sessions.remove(session);
        if (!presence.sessions.isEmpty()) {
            return Change.NONE;
        }
        presences.remove(authid);
        return presence.online ? Change.WENT : Change.NONE;
    }

    /**
     * Ends the leases that have run out.
     *
     * @return the nodes that are offline by it
     */
    List<String> expire(long now) {
        List<String> expired = new ArrayList<>();
        presences.forEach((authid, presence) -> {
            if (presence.online && now - presence.heard > presence.lease.toNanos()) {
                presence.online = false;
                expired.add(authid);
            }
        });
        presences.values().removeIf(presence -> !presence.online && presence.sessions.isEmpty());
        return expired;
    }

    /** Whether the node is online. */
    boolean online(String authid) {
        Presence presence = presences.get(authid);
        return presence != null && presence.online;
    }

    /** For how many nanoseconds the node has been online; empty when it is not. */
    Optional<Long> onlineFor(String authid, long now) {
        return Optional.ofNullable(presences.get(authid))
                .filter(presence -> presence.online)
                .map(presence -> now - presence.since);
    }

    /**
     * By what a node is online.
     *
     * @param length how long it may go unheard
     * @param left how much of that is left; negative for one that has run out and was not ended yet
     */
    record Lease(Duration length, Duration left) {}

    /** The lease of a node that is online. */
    Optional<Lease> lease(String authid, long now) {
        return Optional.ofNullable(presences.get(authid))
                .filter(presence -> presence.online)
                .map(presence -> new Lease(presence.lease, presence.lease.minusNanos(now - presence.heard)));
    }

    /** The session of the node that joined last, if it has any. */
    Optional<Long> session(String authid) {
        return Optional.ofNullable(presences.get(authid))
                .flatMap(presence -> presence.sessions.stream().reduce((earlier, later) -> later));
    }

    /** How many sessions the node has. */
    int sessions(String authid) {
        Presence presence = presences.get(authid);
        return presence == null ? 0 : presence.sessions.size();
    }
}
