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

    /** A whole message, which is the receiver's from now on; RawSocket knows no kinds and says binary. */
    void received(boolean text, byte[] bytes);

    /** A ping, to be answered with the same payload. */
    void pinged(byte[] payload);

    /** The peer's close frame; nothing follows it. {@link CloseCode#NONE} if it has no code. */
    void closeReceived(int code);

    /** The peer broke the rules of the transport; the {@link CloseCode} says so to a WebSocket. */
    void violated(int code, ProtocolViolation violation);

    /** Reading or writing failed. */
    void failed(Throwable cause);
}
