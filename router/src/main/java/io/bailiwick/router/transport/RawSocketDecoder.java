package io.bailiwick.router.transport;

import io.bailiwick.router.message.ProtocolViolation;
import io.netty.buffer.ByteBuf;

/**
 * RawSocket frames (WAMP, "RawSocket Transport"). The first octet is {@code RRRR X TTT}: R reserved, X set for a length of
 * exactly 2^24, T the type; the length stands in the other three.
 */
final class RawSocketDecoder extends FrameDecoder {
    private static final int EXTENDED = 1 << 24;

    RawSocketDecoder(Connection connection) {
        super(connection);
    }

    @Override
    void frame(ByteBuf in) {
        if (in.readableBytes() < Framing.RawSocket.HEADER) {
            return;
        }
        int header = in.getInt(in.readerIndex());
        int type = header >>> 24 & 0x07;
        int length = header & 0xff_ffff;
        if ((header & 0xf000_0000) != 0 || type > Framing.RawSocket.PONG) {
            violated("a first octet of 0x00 to 0x02 or 0x08 to 0x0a", String.format("0x%02x", header >>> 24));
            return;
        }
        if ((header >>> 24 & 0x08) != 0) {
            if (length != 0) {
                violated("a length field of 0 with the X bit", Integer.toString(length));
                return;
            }
            length = EXTENDED;
        }
        int limit = connection.inboundLimit();
        if (length > limit) {
            connection.violated(
                    Connection.TOO_BIG,
                    new ProtocolViolation("RawSocket frame", "at most " + limit + " bytes", length + " bytes"));
            return;
        }
        if (in.readableBytes() < Framing.RawSocket.HEADER + length) {
            return;
        }
        byte[] payload = new byte[length];
        in.skipBytes(Framing.RawSocket.HEADER).readBytes(payload);
        if (type == Framing.RawSocket.MESSAGE) {
            connection.received(payload);
        } else if (type == Framing.RawSocket.PING) {
            connection.pinged(payload);
        }
        // A PONG has done its work by being heard.
    }

    private void violated(String expected, String found) {
        connection.violated(Connection.PROTOCOL_ERROR, new ProtocolViolation("RawSocket frame", expected, found));
    }
}
