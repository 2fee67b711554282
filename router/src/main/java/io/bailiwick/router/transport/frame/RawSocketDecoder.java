package io.bailiwick.router.transport.frame;

import io.bailiwick.router.message.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * RawSocket frames (WAMP, "RawSocket Transport"). The first octet is {@code RRRR X TTT}: R reserved, X set for a length of
 * exactly 2^24, T the type; the length stands in the other three.
 *
 * <p>Autobahn on Twisted writes a plain length of 32 bits instead, and so 2^24 as {@code 01 00 00 00}: to the letter a ping
 * without payload. What follows tells them apart: the first octet of a WAMP message in any format has reserved bits that no
 * frame may have. Twisted writes both at once; a ping behind which nothing has arrived is answered at once, as it has to be.
 */
public final class RawSocketDecoder extends FrameDecoder {
    private static final int EXTENDED = 1 << 24;
    private static final int X = 0x08;
    private static final int RESERVED = 0xf0;

    /** A decoder that hands what it finds to the sink. */
    public RawSocketDecoder(FrameSink sink) {
        super(sink);
    }

    @Override
    boolean startsPlain(ByteBuf in) {
        int there = in.readableBytes() - Framing.RawSocket.HEADER;
        return there >= 0 && isPlain(in.getInt(in.readerIndex()), Math.min(there, SCRATCH));
    }

    /** Whether a header is that of a message of ordinary length, all of which is there. */
    private static boolean isPlain(int header, int there) {
        return header >= 0 && header < EXTENDED && header <= there;
    }

    @Override
    int plain(ByteBuf in, byte[] bytes, int from, int to) {
        int start = from + Framing.RawSocket.HEADER;
        if (start > to) {
            return from;
        }
        int length = (int) Octets.INTS.get(bytes, from);
        if (!isPlain(length, to - start) || length > sink.inboundLimit()) {
            return from;
        }
        in.skipBytes(Framing.RawSocket.HEADER + length);
        deliver(false, bytes, start, start + length);
        return start + length;
    }

    /** Between two frames it is an end like any other. */
    @Override
    public @Nullable IOException suddenEnd() {
        return internalBuffer().isReadable()
                ? new EOFException("expected the rest of a frame, but found the end of the connection")
                : null;
    }

    @Override
    void frame(ByteBuf in) {
        if (in.readableBytes() < Framing.RawSocket.HEADER) {
            return;
        }
        int header = in.getInt(in.readerIndex());
        int first = header >>> 24;
        int type = first & 0x07;
        int length = header & 0xff_ffff;
        if ((first & RESERVED) != 0 || type > Framing.RawSocket.PONG) {
            violated("a first octet of 0x00 to 0x02 or 0x08 to 0x0a", String.format("0x%02x", first));
            return;
        }
        if ((first & X) != 0) {
            if (length != 0) {
                violated("a length field of 0 with the X bit", Integer.toString(length));
                return;
            }
            length = EXTENDED;
        } else if (header == EXTENDED && isMessageOfTwisted(in)) {
            type = Framing.RawSocket.MESSAGE;
            length = EXTENDED;
        }
        int limit = sink.inboundLimit();
        if (length > limit) {
            sink.violated(CloseCode.TOO_BIG, ProtocolViolation.tooLarge("RawSocket frame", limit, length + " bytes"));
            return;
        }
        if (in.readableBytes() < Framing.RawSocket.HEADER + length) {
            return;
        }
        in.skipBytes(Framing.RawSocket.HEADER);
        if (type == Framing.RawSocket.MESSAGE) {
            byte[] message = new byte[length];
            in.readBytes(message);
            deliver(false, message, 0, length);
        } else if (type == Framing.RawSocket.PING) {
            byte[] payload = new byte[length];
            in.readBytes(payload);
            sink.pinged(payload);
        } else {
            // A PONG has done its work by being heard.
            in.skipBytes(length);
        }
    }

    /** Whether what looks like an empty ping is followed by what cannot be a frame, where 2^24 bytes are allowed. */
    private boolean isMessageOfTwisted(ByteBuf in) {
        int next = in.readerIndex() + Framing.RawSocket.HEADER;
        return sink.inboundLimit() == EXTENDED && next < in.writerIndex() && (in.getByte(next) & RESERVED) != 0;
    }

    private void violated(String expected, String found) {
        sink.violated(CloseCode.PROTOCOL_ERROR, new ProtocolViolation("RawSocket frame", expected, found));
    }
}
