package io.bailiwick.router.session;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * May this session do this to this URI? Asked on the realm's thread; answered from memory, or later where somebody else
 * decides. Its other methods tell which roles there are and what a session of each may hold.
 */
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

    /** What is answered at once: the permission, or that it comes later. */
    sealed interface Verdict permits Permission, Pending {}

    /**
     * The answer.
     *
     * @param allowed whether it may
     * @param disclosure whether the session is made known to the receiver
     * @param trustlevel how far the receiver may trust what comes, 0 or more, for peers that announce trust levels;
     *     {@link #NO_TRUSTLEVEL} where nobody has said
     */
    record Permission(boolean allowed, Disclosure disclosure, int trustlevel) implements Verdict {
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
     * Somebody else decides. What the session sends meanwhile waits, and nobody else does.
     *
     * @param decision completes on any thread; a failure, or none in time, refuses the request with
     *     {@code wamp.error.authorization_failed}
     */
    record Pending(CompletionStage<Permission> decision) implements Verdict {}

    /**
     * Decides on one action. Must not block and must not throw.
     *
     * @param uri the URI, or the pattern of a SUBSCRIBE or REGISTER
     * @param match what the pattern covers: a right to one URI is no right to all URIs that begin with it. Exact for
     *     PUBLISH and CALL
     */
    Verdict permits(SessionDetails session, Action action, String uri, MatchPolicy match);

    /**
     * Decides on one action, knowing the options of the request. The realm asks here.
     *
     * @param options the options as the client sent them
     */
    default Verdict permits(SessionDetails session, Action action, String uri, MatchPolicy match, Dict options) {
        return permits(session, action, uri, match);
    }

    /**
     * As much as is known of a decision without asking anybody: for what only looks, and must not wait. Who asks somebody
     * in {@link #permits(SessionDetails, Action, String, MatchPolicy)} does not do it here.
     *
     * @return what is known; {@link Permission#DENIED} where somebody else would have to be asked
     */
    default Permission known(SessionDetails session, Action action, String uri, MatchPolicy match) {
        return permits(session, action, uri, match) instanceof Permission permission ? permission : Permission.DENIED;
    }

    /**
     * The permission, where it is the same whenever it is asked for as long as these rights hold: then the realm may keep it
     * for the session, until it has {@linkplain #forSession other rights}.
     *
     * @return null where somebody else decides, or nobody knows how long the answer holds
     */
    default @Nullable Permission settled(SessionDetails session, Action action, String uri, MatchPolicy match) {
        return null;
    }

    /**
     * The rights of one session, which the realm keeps as long as the session is there: the place for what need be worked
     * out only once. It is asked about this session alone.
     */
    default Authorizer forSession(SessionDetails session) {
        return this;
    }

    /** Whether the role exists: a session of a role that does not cannot join, and cannot stay. */
    default boolean hasRole(String authrole) {
        return true;
    }

    /** What a session of the role may hold; empty where the realm's own limits hold. */
    default Optional<RoleLimits> limits(String authrole) {
        return Optional.empty();
    }

    /**
     * Forgets decisions that were kept.
     *
     * @param which for whom they were made
     */
    default void forget(Predicate<Subject> which) {}

    /**
     * For whom a decision was made.
     *
     * @param authid the authenticated identity
     * @param authrole its role
     */
    record Subject(String authid, String authrole) {}
}
