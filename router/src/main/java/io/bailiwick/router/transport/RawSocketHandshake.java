package io.bailiwick.router.transport;

import io.bailiwick.router.message.Format;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.util.List;

/**
 * The four octets with which a RawSocket connection begins (WAMP, "RawSocket Transport"): 0x7F, then the largest message
 * the sender takes (2^(9+L)) and the serializer in four bits each, then two of zero.
 */
final class RawSocketHandshake {
    static final int MAGIC = 0x7f;

    private static final int LENGTH = 4;
    /** The least L of a peer: a WELCOME in JSON that names all features does not fit in 512 or 1,024 bytes. */
    private static final int LEAST_LENGTH_CODE = 2;

    private static final int SERIALIZER_UNSUPPORTED = 1;
    private static final int LENGTH_UNACCEPTABLE = 2;
    private static final int RESERVED_BITS_USED = 3;
    private static final int CONNECTION_LIMIT = 4;

    private RawSocketHandshake() {}

    /** The L of the largest length that is not above this number of bytes. */
    static int lengthCode(int maxMessage) {
        return Math.min(15, 31 - Integer.numberOfLeadingZeros(maxMessage) - 9);
    }

    private static int bytes(int lengthCode) {
        return 1 << (9 + lengthCode);
    }

    private static ByteBuf octets(int high, int low) {
        return Unpooled.wrappedBuffer(new byte[] {MAGIC, (byte) (high << 4 | low), 0, 0});
    }

    /**
     * Answers the four octets of a client, once all have arrived; then the decoder of frames takes the place of the handler
     * whose context this is.
     */
    static void answer(ChannelHandlerContext context, ByteBuf in, BoundListener.Arrival arrival) {
        if (in.readableBytes() < LENGTH) {
            return;
        }
        int octets = in.readInt();
        Format format = Format.ofRawSocketSerializer(octets >>> 16 & 0x0f).orElse(null);
        int peerTakes = octets >>> 20 & 0x0f;
        if ((octets & 0xffff) != 0) {
            arrival.refuse(octets(RESERVED_BITS_USED, 0), "expected octets 3 and 4 to be zero, but they are not");
        } else if (format == null) {
            arrival.refuse(octets(SERIALIZER_UNSUPPORTED, 0), "expected serializer 1, 2 or 3, but found another");
        } else if (peerTakes < LEAST_LENGTH_CODE) {
            arrival.refuse(
                    octets(LENGTH_UNACCEPTABLE, 0),
                    "expected a peer that takes at least " + bytes(LEAST_LENGTH_CODE) + " bytes, but found "
                            + bytes(peerTakes));
        } else if (arrival.isOneTooMany()) {
            arrival.refuse(octets(CONNECTION_LIMIT, 0), "expected fewer connections");
        } else {
            int own = lengthCode(arrival.limits().maxMessage());
            context.writeAndFlush(octets(own, format.rawSocketSerializer()));
            arrival.rawSocket(format, bytes(own), bytes(peerTakes));
            context.pipeline().remove(context.handler());
        }
    }

    /** The router's side, which tells RawSocket from HTTP by the first octet (no HTTP method begins with 0x7F). */
    static final class Server extends ByteToMessageDecoder {
        private final BoundListener.Arrival arrival;
        private final boolean mayBeHttp;

        Server(BoundListener.Arrival arrival, boolean mayBeHttp) {
            this.arrival = arrival;
            this.mayBeHttp = mayBeHttp;
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            int first = in.getUnsignedByte(in.readerIndex());
            if (arrival.isOver()) {
                in.skipBytes(in.readableBytes());
            } else if (first == MAGIC && arrival.servesRawSocket()) {
                answer(context, in, arrival);
            } else if (first >= 'A' && first <= 'Z' && mayBeHttp) {
                Network.watch(context.channel(), arrival.limits().pingInterval());
                arrival.http(context.pipeline());
                context.pipeline().remove(this);
            } else {
                arrival.cut("expected RawSocket or HTTP, where that is served, but found first octet " + first);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            arrival.cut(cause.toString());
        }
    }

    /** The client's side. */
    static final class Client extends ByteToMessageDecoder {
        private static final List<String> ERRORS = List.of(
                "illegal error",
                "serializer unsupported",
                "maximum message length unacceptable",
                "use of reserved bits",
                "maximum connection count reached");

        private final NetworkConnector.Attempt attempt;
        private final Format format;
        private final int own;

        Client(NetworkConnector.Attempt attempt, Format format, int maxMessage) {
            this.attempt = attempt;
            this.format = format;
            this.own = lengthCode(maxMessage);
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(octets(own, format.rawSocketSerializer()));
            context.fireChannelActive();
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            if (attempt.isOver()) {
                in.skipBytes(in.readableBytes());
                return;
            }
            if (in.readableBytes() < LENGTH) {
                return;
            }
            int octets = in.readInt();
            int low = octets >>> 16 & 0x0f;
            int high = octets >>> 20 & 0x0f;
            if (octets >>> 24 != MAGIC || (octets & 0xffff) != 0) {
                attempt.failed(
                        new IOException("expected a RawSocket handshake, but found " + String.format("%08x", octets)));
            } else if (low == 0) {
                attempt.failed(new IOException("expected a RawSocket handshake, but found error " + high + " ("
                        + (high < ERRORS.size() ? ERRORS.get(high) : "unknown") + ")"));
            } else if (low != format.rawSocketSerializer()) {
                attempt.failed(
                        new IOException("expected serializer " + format.rawSocketSerializer() + ", but found " + low));
            } else {
                attempt.rawSocket(bytes(own), bytes(high));
                context.pipeline().remove(this);
            }
        }
    }
}
