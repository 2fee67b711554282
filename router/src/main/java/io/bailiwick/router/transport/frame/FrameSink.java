package io.bailiwick.router.transport.frame;

import io.bailiwick.router.message.ProtocolViolation;

/** The connection, as a decoder of frames sees it. All on the channel's loop. */
public interface FrameSink {
    /** Something arrived, whatever it is. */
    void heard();

    /** Whether what arrives is to be thrown away unread. */
    boolean isDeaf();

    /** Whether nothing is to be read from the socket now. */
    boolean isPaused();

    /** Bytes of one whole message that the peer may send now. */
    int inboundLimit();

    /** Whether whole WebSocket messages of this kind, text or else binary, are expected. */
    boolean takes(boolean text);

    /**
     * Whether who takes the messages looks at all octets of a text himself, and refuses one that is not UTF-8: then it need not
     * be looked at here as well.
     */
    boolean checksText();

    /**
     * A whole message; RawSocket knows no kinds and says binary. The array is lent until this returns: then the next message
     * is written into it, of this or of another connection.
     *
     * @throws ProtocolViolation when it is not what the peer should send
     */
    void received(boolean text, byte[] bytes, int from, int to);

    /** A ping, to be answered with the same payload. */
    void pinged(byte[] payload);

    /** The peer's close frame; nothing follows it. {@link CloseCode#NONE} if it has no code. */
    void closeReceived(int code);

    /** The peer broke the rules of the transport; the {@link CloseCode} says so to a WebSocket. */
    void violated(int code, ProtocolViolation violation);

    /** Reading or writing failed. */
    void failed(Throwable cause);
}
