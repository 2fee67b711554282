package io.bailiwick.router.rlink;

import io.bailiwick.router.handshake.Login;
import java.util.List;
import java.util.Optional;

/**
 * What a link carries, and how it joins.
 *
 * @param name the name of this link: its authid in the local realm, and what {@code forward_for} calls it
 * @param localRealm the realm of this router, in which role {@code rlink} says what the link may do
 * @param remoteRealm the realm of the other router
 * @param remoteAuthid the identity to ask the other router for; empty to let it decide
 * @param login how to prove it there. The other router must give the link the role {@code rlink}
 * @param events which way events go
 * @param calls which way calls go
 * @param topics the topics whose events cross; empty for all but those of the routers themselves ({@code wamp.} and
 *     {@code crossbar.}), which never do. A pattern subscription is mirrored where one of these covers it as a whole
 * @param procedures the procedures whose calls cross, in the same way
 * @param transit whether what came over one link goes on over this one. Without, all routers of a realm are to be linked with
 *     each other; with, they are to be linked as a tree
 * @param hops over how many links an event or a call may go, 1 to 64
 * @param backoff how long to wait before another attempt
 * @param pendingCalls how many calls may be open over this link in one direction
 */
public record RouterLinkOptions(
        String name,
        String localRealm,
        String remoteRealm,
        Optional<String> remoteAuthid,
        Login login,
        Ways events,
        Ways calls,
        List<UriFilter> topics,
        List<UriFilter> procedures,
        boolean transit,
        int hops,
        Backoff backoff,
        int pendingCalls) {

    /** How many hops there may be unless it is said. */
    public static final int DEFAULT_HOPS = 8;

    private static final int MAX_HOPS = 64;

    /** Checks the numbers. */
    public RouterLinkOptions {
        topics = List.copyOf(topics);
        procedures = List.copyOf(procedures);
        if (hops < 1 || hops > MAX_HOPS) {
            throw new IllegalArgumentException("expected 1 to " + MAX_HOPS + " hops, but found " + hops);
        }
        if (pendingCalls < 1) {
            throw new IllegalArgumentException("expected at least one pending call, but found " + pendingCalls);
        }
    }

    /** Everything both ways, between realms of the same name. */
    public static RouterLinkOptions of(String name, String realm, Login login) {
        return new RouterLinkOptions(
                name,
                realm,
                realm,
                Optional.empty(),
                login,
                Ways.BOTH,
                Ways.BOTH,
                List.of(),
                List.of(),
                false,
                DEFAULT_HOPS,
                Backoff.DEFAULT,
                1_000);
    }

    /** These options with other ways. */
    public RouterLinkOptions with(Ways otherEvents, Ways otherCalls) {
        return new RouterLinkOptions(
                name,
                localRealm,
                remoteRealm,
                remoteAuthid,
                login,
                otherEvents,
                otherCalls,
                topics,
                procedures,
                transit,
                hops,
                backoff,
                pendingCalls);
    }

    /** These options with other filters. */
    public RouterLinkOptions with(List<UriFilter> otherTopics, List<UriFilter> otherProcedures) {
        return new RouterLinkOptions(
                name,
                localRealm,
                remoteRealm,
                remoteAuthid,
                login,
                events,
                calls,
                otherTopics,
                otherProcedures,
                transit,
                hops,
                backoff,
                pendingCalls);
    }

    /** These options, and what came over other links goes on over this one, up to so many hops. */
    public RouterLinkOptions withTransit(int mostHops) {
        return new RouterLinkOptions(
                name,
                localRealm,
                remoteRealm,
                remoteAuthid,
                login,
                events,
                calls,
                topics,
                procedures,
                true,
                mostHops,
                backoff,
                pendingCalls);
    }

    /** These options with another backoff. */
    public RouterLinkOptions with(Backoff other) {
        return new RouterLinkOptions(
                name,
                localRealm,
                remoteRealm,
                remoteAuthid,
                login,
                events,
                calls,
                topics,
                procedures,
                transit,
                hops,
                other,
                pendingCalls);
    }

    /**
     * Which way something goes.
     *
     * @param out from the local realm to the remote one: published or called here
     * @param in from the remote realm to the local one
     */
    public record Ways(boolean out, boolean in) {
        /** Both ways. */
        public static final Ways BOTH = new Ways(true, true);
        /** From here only. */
        public static final Ways OUT = new Ways(true, false);
        /** To here only. */
        public static final Ways IN = new Ways(false, true);
        /** Not at all. */
        public static final Ways NONE = new Ways(false, false);
    }

    /**
     * How long to wait before another attempt to join: twice as long each time, of which a random part up to a half is taken
     * off, so that many links that broke at once do not come back at once.
     *
     * @param firstMillis the first wait, in milliseconds
     * @param mostMillis the longest one, in milliseconds
     */
    public record Backoff(long firstMillis, long mostMillis) {
        /** From a quarter of a second to half a minute. */
        public static final Backoff DEFAULT = new Backoff(250, 30_000);

        /** Checks the numbers. */
        public Backoff {
            if (firstMillis < 1 || mostMillis < firstMillis) {
                throw new IllegalArgumentException(
                        "expected a first wait from 1 ms and a longest one no shorter, but found " + firstMillis
                                + " and " + mostMillis);
            }
        }

        /**
         * The wait before an attempt.
         *
         * @param failures how many attempts have failed since the link was up last, from 0
         * @param random from 0 to 1
         */
        long wait(int failures, double random) {
            long full = Math.min(firstMillis << Math.min(failures, 20), mostMillis);
            return Math.max(1, full - (long) (random * full / 2));
        }
    }
}
