package io.bailiwick.router.session;

import io.bailiwick.router.message.Message;
import java.util.function.BooleanSupplier;

/**
 * A joined peer as its realm sees it. The realm calls all its methods on its own thread. None of them may wait. A
 * session whose {@link #send} throws is taken for gone and leaves the realm.
 */
public interface Session {

    /** Who it is; the same at every call. */
    SessionDetails details();

    /**
     * Sends a message to the peer; never waits. The payload may be a view of the frame that is being handled: who does not
     * encode the message before this method returns must {@link Message#keep()} it.
     *
     * @return whether the peer keeps up; false asks the realm to send it no more than it must
     */
    boolean send(Message message);

    /** Whether the peer keeps up now: less waits for it than what makes {@link #send} answer false. */
    default boolean keepsUp() {
        return true;
    }

    /**
     * Asks the peer to wait, or to go on: the realm holds messages of it that it cannot handle yet. Messages that are on
     * their way may still come.
     */
    default void reading(boolean wanted) {}

    /**
     * Asks the peer for a sign of life, as a ping of its transport; never waits.
     *
     * @return tells, whenever it is asked, whether anything has come from the peer since then. A session that cannot be silent
     *     without leaving, as one inside the process, gives its sign at once
     */
    default BooleanSupplier probe() {
        return () -> true;
    }

    /**
     * The session is over, and the realm has forgotten it: the last message goes out, nothing follows.
     *
     * @param last ABORT, after which the link is closed; or GOODBYE. With {@code wamp.close.goodbye_and_out} it answers the
     *     GOODBYE of the peer, and the link stays open for another HELLO, unless the peer has logged out; with any other
     *     reason the router ends the session, and the link is closed once the peer has answered or a moment has passed, but for
     *     a peer that answers {@code wamp.close.close_realm} or {@code wamp.close.auth-changed}: it may say HELLO again
     */
    void end(Message last);
}
