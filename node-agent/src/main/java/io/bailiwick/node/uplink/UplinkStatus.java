package io.bailiwick.node.uplink;

/**
 * How a node stands with its domain.
 *
 * @param state the state
 * @param realm the realm it is in; empty when it is in none
 * @param authid the name it has there; empty when it has none
 * @param session its session there; 0 when it has none
 * @param text a sentence for people: what went wrong, or what comes next
 */
public record UplinkStatus(State state, String realm, String authid, long session, String text) {

    /** The states. */
    public enum State {
        /** A connection is being opened, or the handshake is under way. */
        CONNECTING,
        /** The router could not be reached or the session was lost; waits for the next try. */
        WAITING,
        /** The domain knows no node of this key; goes on asking. */
        UNPAIRED,
        /** The domain refused for another reason; goes on asking. */
        REFUSED,
        /** Joined; procedures are being registered, or the realm's controller does not answer yet. */
        JOINED,
        /** All procedures are registered and the realm's controller has answered. */
        READY,
        /** Closed. The last state. */
        STOPPED
    }

    static UplinkStatus outside(State state, String text) {
        return new UplinkStatus(state, "", "", 0, text);
    }
}
