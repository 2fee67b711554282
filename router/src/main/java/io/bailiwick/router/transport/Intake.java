package io.bailiwick.router.transport;

import io.bailiwick.router.message.ProtocolViolation;

/** What is made of the whole messages that a transport brings. On the channel's loop. */
interface Intake {
    /** Whether messages of this kind, text or else binary, are expected. */
    boolean takes(boolean text);

    /**
     * Takes a message; the array is lent until this returns.
     *
     * @throws ProtocolViolation when it is not what the peer should send
     */
    void message(boolean text, byte[] bytes, int from, int to);
}
