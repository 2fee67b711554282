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

    /** Whether those who receive what a session sends learn who it is (WAMP, "Caller Identification"). */
    enum Disclosure {
        /** Never; who asks for it is refused with {@code wamp.error.option_disallowed.disclose_me}. */
        FORBIDDEN,
        /** When it is asked for. */
        ON_REQUEST,
        /** Always, asked for or not. */
        ALWAYS
    }

    /**
     * The answer.
     *
     * @param allowed whether it may
     * @param disclosure whether the session is made known to the receiver
     * @param trustlevel how far the receiver may trust what comes, 0 or more, for peers that announce trust levels;
     *     {@link #NO_TRUSTLEVEL} where nobody has said
     */
    record Permission(boolean allowed, Disclosure disclosure, int trustlevel) {
        /** Nothing is said about trust. */
        public static final int NO_TRUSTLEVEL = -1;

        /** May not. */
        public static final Permission DENIED = new Permission(false, false);
        /** May; made known to the receiver only when it is asked for. */
        public static final Permission ALLOWED = new Permission(true, false);

        /** A permission without a trust level, which makes the session known always or on request. */
        public Permission(boolean allowed, boolean disclose) {
            this(allowed, disclose ? Disclosure.ALWAYS : Disclosure.ON_REQUEST, NO_TRUSTLEVEL);
        }

        /**
         * Whether the session is made known.
         *
         * @param asked whether somebody asks for it
         */
        public boolean discloses(boolean asked) {
            return disclosure == Disclosure.ALWAYS || (asked && disclosure == Disclosure.ON_REQUEST);
        }
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
