package io.bailiwick.router.transport;

import io.bailiwick.router.codec.Codec;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.transport.frame.Batch;
import io.bailiwick.router.transport.frame.Deflate;
import io.bailiwick.router.transport.frame.Framing;
import java.util.Optional;

/**
 * What both ends agree upon when the handshake of their transport is over.
 *
 * @param codec of the format that both speak
 * @param framing how messages are put into frames
 * @param batch how several messages are put into one, where that was agreed upon
 * @param inboundLimit bytes of one message that this end takes
 * @param outboundLimit bytes of one message that the peer takes
 */
record Agreement(Codec codec, Framing framing, Optional<Batch> batch, int inboundLimit, int outboundLimit) {

    /**
     * Over WebSocket.
     *
     * @param deflate how messages are compressed, if that was agreed upon
     */
    static Agreement overWebSocket(
            Connection.Side side, Subprotocol subprotocol, Optional<Deflate> deflate, ListenerOptions.Limits limits) {
        Format format = subprotocol.format();
        Framing framing = new Framing.WebSocket(side == Connection.Side.CLIENT, deflate);
        Optional<Batch> batch = subprotocol.batched() ? Optional.of(new Batch(format.isText())) : Optional.empty();
        return new Agreement(Codec.of(format), framing, batch, limits.maxMessage(), limits.maxMessage());
    }

    /**
     * Over RawSocket.
     *
     * @param announced bytes of one message that this end has said it takes
     * @param peerTakes bytes of one message that the peer has said it takes
     */
    static Agreement overRawSocket(Format format, int announced, int peerTakes, ListenerOptions.Limits limits) {
        int outbound = Math.min(limits.maxMessage(), peerTakes);
        return new Agreement(Codec.of(format), new Framing.RawSocket(), Optional.empty(), announced, outbound);
    }
}
