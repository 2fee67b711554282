package io.bailiwick.router.session;

import io.bailiwick.router.message.MatchPolicy;

/** May this session do this to this URI? Answered from memory, on the realm's thread. */
@FunctionalInterface
public interface Authorizer {

    /** What a client does to a URI. */
    enum Action {
        /** SUBSCRIBE to a topic or pattern. */
        SUBSCRIBE,
        /** PUBLISH to a topic. */
        PUBLISH,
        /** CALL a procedure. */
        CALL,
        /** REGISTER a procedure or pattern. */
        REGISTER
    }

    /**
     * The answer.
     *
     * @param allowed whether it may
     * @param disclose whether the session is made known to the receiver, asked for or not
     */
    record Permission(boolean allowed, boolean disclose) {
        /** May not. */
        public static final Permission DENIED = new Permission(false, false);
        /** May; made known to the receiver only when it is asked for. */
        public static final Permission ALLOWED = new Permission(true, false);
    }

    /**
     * Decides on one action. Must not block and must not throw.
     *
     * @param uri the URI, or the pattern of a SUBSCRIBE or REGISTER
     * @param match what the pattern covers: a right to one URI is no right to all URIs that begin with it. Exact for
     *     PUBLISH and CALL
     */
    Permission permits(SessionDetails session, Action action, String uri, MatchPolicy match);
}
