package io.bailiwick.router.transport;

import io.bailiwick.router.message.Format;
import io.bailiwick.router.transport.frame.Deflate;
import io.bailiwick.router.transport.frame.Framing;
import io.bailiwick.router.transport.frame.Serializer;
import io.bailiwick.router.transport.frame.Subprotocol;
import java.util.Optional;

/**
 * What both ends agree upon when the handshake of their transport is over.
 *
 * @param serializer of the format that both speak
 * @param framing how messages are put into frames
 * @param inboundLimit bytes of one message that this end takes
 * @param outboundLimit bytes of one message that the peer takes
 */
record Agreement(Serializer serializer, Framing framing, int inboundLimit, int outboundLimit) {
    private static final Framing RAW = new Framing.RawSocket();
    private static final Framing WEB_SERVER = new Framing.WebSocket(false, Optional.empty());
    private static final Framing WEB_CLIENT = new Framing.WebSocket(true, Optional.empty());

    /**
     * Over WebSocket.
     *
     * @param deflate how messages are compressed, if that was agreed upon
     */
    static Agreement overWebSocket(
            Connection.Side side, Subprotocol subprotocol, Optional<Deflate> deflate, ListenerOptions.Limits limits) {
        boolean masked = side == Connection.Side.CLIENT;
        Framing framing =
                deflate.isPresent() ? new Framing.WebSocket(masked, deflate) : masked ? WEB_CLIENT : WEB_SERVER;
        return new Agreement(Serializer.of(subprotocol), framing, limits.maxMessage(), limits.maxMessage());
    }

    /**
     * Over RawSocket.
     *
     * @param announced bytes of one message that this end has said it takes
     * @param peerTakes bytes of one message that the peer has said it takes
     */
    static Agreement overRawSocket(Format format, int announced, int peerTakes, ListenerOptions.Limits limits) {
        int outbound = Math.min(limits.maxMessage(), peerTakes);
        return new Agreement(Serializer.of(new Subprotocol(format, false)), RAW, announced, outbound);
    }
}
