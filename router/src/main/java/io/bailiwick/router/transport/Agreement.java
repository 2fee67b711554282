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

    /**
     * Over WebSocket.
     *
     * @param deflate how messages are compressed, if that was agreed upon
     */
    static Agreement overWebSocket(
            Connection.Side side, Subprotocol subprotocol, Optional<Deflate> deflate, ListenerOptions.Limits limits) {
        Framing framing = new Framing.WebSocket(side == Connection.Side.CLIENT, deflate);
        return new Agreement(new Serializer(subprotocol), framing, limits.maxMessage(), limits.maxMessage());
    }

    /**
     * Over RawSocket.
     *
     * @param announced bytes of one message that this end has said it takes
     * @param peerTakes bytes of one message that the peer has said it takes
     */
    static Agreement overRawSocket(Format format, int announced, int peerTakes, ListenerOptions.Limits limits) {
        int outbound = Math.min(limits.maxMessage(), peerTakes);
        Serializer serializer = new Serializer(new Subprotocol(format, false));
        return new Agreement(serializer, new Framing.RawSocket(), announced, outbound);
    }
}
