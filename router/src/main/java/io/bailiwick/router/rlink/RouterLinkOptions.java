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
 * @param out what goes from the local realm to the remote one: published or called here
 * @param in what goes from the remote realm to the local one
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
        Passage out,
        Passage in,
        boolean transit,
        int hops,
        Backoff backoff,
        int pendingCalls) {

    /** How many hops there may be unless it is said. */
    public static final int DEFAULT_HOPS = 8;

    /** How many hops there may be at all. */
    public static final int MAX_HOPS = 64;

    /** How many calls may be open in one direction unless it is said. */
    public static final int DEFAULT_PENDING_CALLS = 1_000;

    /** Checks the numbers. */
    public RouterLinkOptions {
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
                Passage.ALL,
                Passage.ALL,
                false,
                DEFAULT_HOPS,
                Backoff.DEFAULT,
                DEFAULT_PENDING_CALLS);
    }

    /** These options with other things that go over. */
    public RouterLinkOptions with(Passage otherOut, Passage otherIn) {
        return new RouterLinkOptions(
                name,
                localRealm,
                remoteRealm,
                remoteAuthid,
                login,
                otherOut,
                otherIn,
                transit,
                hops,
                backoff,
                pendingCalls);
    }

    /** These options, and what came over other links goes on over this one, up to so many hops. */
    public RouterLinkOptions withTransit(int mostHops) {
        return new RouterLinkOptions(
                name, localRealm, remoteRealm, remoteAuthid, login, out, in, true, mostHops, backoff, pendingCalls);
    }

    /** These options with another backoff. */
    public RouterLinkOptions with(Backoff other) {
        return new RouterLinkOptions(
                name, localRealm, remoteRealm, remoteAuthid, login, out, in, transit, hops, other, pendingCalls);
    }

    /**
     * What goes over in one direction.
     *
     * @param events whether events do
     * @param calls whether calls do
     * @param topics the topics whose events cross; empty for all but those of the routers themselves ({@code wamp.} and
     *     {@code crossbar.}), which never do. Of a pattern subscription that matches more than these, what it has in common
     *     with them is mirrored
     * @param procedures the procedures whose calls cross, in the same way; a pattern registration is mirrored only where one of
     *     these covers it as a whole, for a narrower pattern would be preferred to others that it does not beat now
     */
    public record Passage(boolean events, boolean calls, List<UriFilter> topics, List<UriFilter> procedures) {
        /** Everything. */
        public static final Passage ALL = new Passage(true, true, List.of(), List.of());
        /** Nothing. */
        public static final Passage NONE = new Passage(false, false, List.of(), List.of());

        /** Copies. */
        public Passage {
            topics = List.copyOf(topics);
            procedures = List.copyOf(procedures);
        }
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
