package io.bailiwick.router.web;

import java.time.Duration;
import java.util.Optional;

/**
 * How HTTP bridges to one realm behave.
 *
 * @param realm the realm
 * @param publishPath where to publish, for example {@code /publish}; empty for nowhere
 * @param callPath where to call, for example {@code /call}; empty for nowhere
 * @param access who may come, and how that is proven
 * @param bounds bounds and deadlines
 */
public record BridgeOptions(
        String realm, Optional<String> publishPath, Optional<String> callPath, Access access, Bounds bounds) {

    /**
     * Checks that there is something to do.
     *
     * @throws IllegalArgumentException naming what was expected
     */
    public BridgeOptions {
        check(publishPath.isPresent() || callPath.isPresent(), "a path to publish or to call", "neither");
        check(
                access.tickets() || access.anonymous() || access.signed().isPresent(),
                "tickets, signed requests or anonymous ones to be let in",
                "none of them");
    }

    /**
     * Who may come. The identity is put before the router's own authenticators in all cases but that of signed requests,
     * and the roles of the realm decide what it may do.
     *
     * @param tickets those with {@code Authorization: Basic} of authid and ticket, or {@code Authorization: Bearer} of a
     *     ticket with the authid in {@code X-WAMP-Authid}
     * @param anonymous those without any credentials
     * @param signed those who sign with a secret, as clients of Crossbar.io's publisher and caller services do
     */
    public record Access(boolean tickets, boolean anonymous, Optional<Signed> signed) {
        /** Tickets only. */
        public static final Access TICKETS = new Access(true, false, Optional.empty());
        /** Anyone, as anonymous. */
        public static final Access ANONYMOUS = new Access(false, true, Optional.empty());
    }

    /**
     * Signed requests.
     *
     * @param key the name of the secret, which the request names
     * @param secret the secret
     * @param authid the identity of whoever has the secret
     * @param authrole its role
     * @param window how far the clock of a client may be off; a nonce counts once within it
     */
    public record Signed(String key, String secret, String authid, String authrole, Duration window) {
        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException naming what was expected
         */
        public Signed {
            check(!key.isEmpty() && !secret.isEmpty(), "a key and a secret", "an empty one");
            check(window.toMillis() > 0, "a window above 0", window);
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "signed with " + key + " as " + authid;
        }
    }

    /**
     * Bounds and deadlines.
     *
     * @param maxBody bytes of a request
     * @param perSecond requests of one address in a second, on the long run; 0 for no bound
     * @param burst requests of one address at once
     * @param deadline how long a call may take
     * @param maxSessions sessions that are kept open for further requests
     * @param idle how long a session is kept without a request
     * @param life how long a session is kept at most: after that the identity is proven again
     */
    public record Bounds(
            int maxBody, int perSecond, int burst, Duration deadline, int maxSessions, Duration idle, Duration life) {
        /** 64 KiB, 100 in a second, 200 at once, 30 s, 1,000 sessions, 30 s, 5 minutes. */
        public static final Bounds DEFAULT = new Bounds(
                64 << 10, 100, 200, Duration.ofSeconds(30), 1_000, Duration.ofSeconds(30), Duration.ofMinutes(5));

        /**
         * Checks the bounds.
         *
         * @throws IllegalArgumentException naming what was expected
         */
        public Bounds {
            check(maxBody > 0, "maxBody above 0", maxBody);
            check(perSecond >= 0 && burst >= perSecond, "perSecond of 0 or more, and a burst of no less", perSecond);
            check(deadline.toMillis() > 0, "a deadline above 0", deadline);
            check(maxSessions > 0, "maxSessions above 0", maxSessions);
            check(idle.toMillis() > 0 && life.compareTo(idle) >= 0, "idle above 0, and life of no less", idle);
        }
    }

    private static void check(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("bridge: expected " + expected + ", but found " + found);
        }
    }
}
