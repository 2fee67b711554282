package io.bailiwick.router.realm;

import io.bailiwick.router.message.Message;

/** A joined peer as its realm sees it. */
public interface Session {

    /** Who it is. */
    SessionDetails details();

    /**
     * Sends a message to the peer; never waits.
     *
     * @return whether the peer keeps up; false asks the realm to send it no more than it must
     */
    boolean send(Message message);

    /** Ends the session from the router's side: GOODBYE goes out, then the link is closed. The realm forgets it at once. */
    void end(Message.Goodbye goodbye);
}
