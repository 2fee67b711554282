package io.bailiwick.router.realm;

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
    }

    /** Decides on one action. Must not block and must not throw. */
    Permission permits(SessionDetails session, Action action, String uri);
}
