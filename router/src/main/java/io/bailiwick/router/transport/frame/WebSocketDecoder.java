package io.bailiwick.router.transport.frame;

import io.bailiwick.router.message.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;

/**
 * WebSocket frames (RFC 6455, section 5), put together to messages. A frame is judged as soon as its header is there; the
 * payload of a message is taken as it arrives and never more than fits the limits, and text that is not UTF-8 ends the
 * connection at its first wrong octet.
 */
public final class WebSocketDecoder extends FrameDecoder {
    /** Bytes that a fragment has to have to count for nothing but its bytes: each fragment costs time. */
    static final int CRUMB = 64;
    /** Fragments of fewer bytes, empty ones included, that one message may have. */
    static final int MAX_CRUMBS = 1_024;
    /** Control frames that may stand between the fragments of one message. */
    static final int MAX_CONTROLS = 1_024;

    private static final byte[] NOTHING = {};

    private final boolean masked;
    private final boolean compressible;
    private final Utf8Check utf8 = new Utf8Check();

    // The message that is being put together.
    private boolean open;
    private boolean text;
    private boolean compressed;
    private byte[] message = NOTHING;
    private int messageLength;
    private int crumbs;
    private int controls;

    // The data frame whose payload is arriving.
    private boolean inFrame;
    private boolean last;
    private int missing;
    private int key;

    /**
     * A decoder.
     *
     * @param masked whether the peer has to mask its frames: a client has to, a server must not
     * @param compressible whether permessage-deflate was agreed upon
     */
    public WebSocketDecoder(FrameSink sink, boolean masked, boolean compressible) {
        super(sink);
        this.masked = masked;
        this.compressible = compressible;
    }

    @Override
    boolean startsPlain(ByteBuf in) {
        return !open;
    }

    @Override
    int plain(ByteBuf in, byte[] bytes, int from, int to) {
        int start = from + 2 + (masked ? Integer.BYTES : 0);
        if (open || start > to) {
            return from;
        }
        int first = bytes[from] & 0xff;
        int second = bytes[from + 1] & 0xff;
        int length = second & 0x7f;
        boolean isText = first == (Framing.WebSocket.FIN | Framing.WebSocket.TEXT);
        if (!isText && first != (Framing.WebSocket.FIN | Framing.WebSocket.BINARY)) {
            return from;
        }
        if (length == 126) {
            start += 2;
            length = start > to ? 0 : (bytes[from + 2] & 0xff) << 8 | (bytes[from + 3] & 0xff);
            if (length < 126) {
                return from;
            }
        } else if (length == 127) {
            return from;
        }
        boolean fits = (second & 0x80) != 0 == masked && length <= to - start && length <= sink.inboundLimit();
        if (!fits || !sink.takes(isText)) {
            return from;
        }
        int end = start + length;
        in.skipBytes(end - from);
        if (masked) {
            Mask.apply((int) Octets.INTS.get(bytes, start - Integer.BYTES), bytes, start, end);
        }
        message(isText, bytes, start, end);
        return end;
    }

    private void message(boolean isText, byte[] bytes, int from, int to) {
        if (isText && !sink.checksText() && !Utf8Check.isUtf8(bytes, from, to)) {
            notUtf8("WebSocket message");
        } else {
            deliver(isText, bytes, from, to);
        }
    }

    @Override
    public IOException suddenEnd() {
        return new EOFException("expected a close frame, but found the end of the connection");
    }

    @Override
    void frame(ByteBuf in) {
        if (inFrame) {
            payload(in);
        } else {
            header(in);
        }
    }

    private void header(ByteBuf in) {
        int start = in.readerIndex();
        int there = in.readableBytes();
        if (there < 2) {
            return;
        }
        int first = in.getUnsignedByte(start);
        int second = in.getUnsignedByte(start + 1);
        if (!fits(first, second)) {
            return;
        }
        int shortLength = second & 0x7f;
        int lengthEnd = 2 + (shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0);
        int header = lengthEnd + (masked ? 4 : 0);
        if (there < lengthEnd) {
            return;
        }
        long length = length(in, start, shortLength);
        int opcode = first & 0x0f;
        boolean control = opcode >= Framing.WebSocket.CLOSE;
        if (!fits(control, length, shortLength) || there < header || (control && there - header < length)) {
            return;
        }
        in.skipBytes(header);
        key = masked ? in.getInt(start + lengthEnd) : 0;
        if (control) {
            byte[] payload = new byte[(int) length];
            in.readBytes(payload);
            unmask(payload, 0, payload.length);
            control(opcode, payload);
        } else {
            begin(first, (int) length);
            payload(in);
        }
    }

    private static long length(ByteBuf in, int start, int shortLength) {
        return switch (shortLength) {
            case 126 -> in.getUnsignedShort(start + 2);
            case 127 -> in.getLong(start + 2);
            default -> shortLength;
        };
    }

    /** What the first two octets tell. */
    private boolean fits(int first, int second) {
        int opcode = first & 0x0f;
        boolean mayBeCompressed =
                compressible && (opcode == Framing.WebSocket.TEXT || opcode == Framing.WebSocket.BINARY);
        if ((first & 0x70 & (mayBeCompressed ? ~Framing.WebSocket.COMPRESSED : ~0)) != 0) {
            return broken("reserved bits of zero", "others");
        }
        if ((second & 0x80) != 0 != masked) {
            return broken(masked ? "a masked frame" : "a frame without mask", masked ? "none" : "a masked one");
        }
        return opcode >= Framing.WebSocket.CLOSE
                ? fitsControl(opcode, (first & Framing.WebSocket.FIN) != 0, second & 0x7f)
                : fitsData(opcode);
    }

    private boolean fitsControl(int opcode, boolean whole, int length) {
        if (opcode > Framing.WebSocket.PONG) {
            return broken("a known opcode", Integer.toString(opcode));
        }
        if (!whole || length > Framing.WebSocket.MAX_CONTROL) {
            return broken("a control frame of at most 125 bytes in one piece", whole ? "a longer one" : "a fragment");
        }
        if (open && controls >= MAX_CONTROLS) {
            return violated(
                    CloseCode.POLICY,
                    "WebSocket message",
                    "at most " + MAX_CONTROLS + " control frames inside",
                    "" + (controls + 1));
        }
        return true;
    }

    private boolean fitsData(int opcode) {
        if (opcode > Framing.WebSocket.BINARY) {
            return broken("a known opcode", Integer.toString(opcode));
        }
        if (opcode == Framing.WebSocket.CONTINUATION) {
            return open || broken("the start of a message", "a continuation");
        }
        if (open) {
            return broken("a continuation of the message", "the start of another");
        }
        boolean isText = opcode == Framing.WebSocket.TEXT;
        return sink.takes(isText)
                || violated(
                        CloseCode.WRONG_TYPE,
                        "WebSocket message",
                        isText ? "a binary message" : "a text message",
                        isText ? "a text one" : "a binary one");
    }

    /** What the length tells. */
    private boolean fits(boolean control, long length, int shortLength) {
        if (length < 0 || (shortLength == 126 && length < 126) || (shortLength == 127 && length < 1 << 16)) {
            return broken("a length in its shortest form", "another");
        }
        if (control) {
            return true;
        }
        if (length < CRUMB && crumbs >= MAX_CRUMBS) {
            return violated(
                    CloseCode.POLICY,
                    "WebSocket message",
                    "at most " + MAX_CRUMBS + " fragments of less than " + CRUMB + " bytes",
                    "" + (crumbs + 1));
        }
        int limit = sink.inboundLimit();
        if (length > limit - messageLength) {
            // Two lengths that fit in themselves may not fit in one when added.
            String found = length > Long.MAX_VALUE - messageLength ? "more" : length + messageLength + " bytes";
            return tooLarge(limit, found);
        }
        return true;
    }

    private void control(int opcode, byte[] payload) {
        if (open) {
            controls++;
        }
        if (opcode == Framing.WebSocket.PING) {
            sink.pinged(payload);
        } else if (opcode == Framing.WebSocket.CLOSE) {
            closed(payload);
        }
        // A PONG has done its work by being heard.
    }

    private void begin(int first, int length) {
        int opcode = first & 0x0f;
        if (opcode != Framing.WebSocket.CONTINUATION) {
            open = true;
            text = opcode == Framing.WebSocket.TEXT;
            compressed = (first & Framing.WebSocket.COMPRESSED) != 0;
        }
        if (length < CRUMB) {
            crumbs++;
        }
        inFrame = true;
        last = (first & Framing.WebSocket.FIN) != 0;
        missing = length;
    }

    /** Takes what has arrived of the payload. */
    private void payload(ByteBuf in) {
        int part = Math.min(missing, in.readableBytes());
        int from = messageLength;
        makeRoom(part);
        in.readBytes(message, from, part);
        unmask(message, from, from + part);
        messageLength += part;
        missing -= part;
        if (text && !compressed && !utf8.take(message, from, messageLength)) {
            notUtf8("WebSocket message");
        } else if (missing == 0) {
            inFrame = false;
            if (last) {
                end();
            }
        }
    }

    /** Room for what is there, not for what was promised: twice as much each time, up to what the message can have. */
    private void makeRoom(int part) {
        int wanted = messageLength + part;
        if (wanted > message.length) {
            int most = last ? messageLength + missing : sink.inboundLimit();
            message = Arrays.copyOf(message, (int) Math.max(wanted, Math.min(2L * message.length, most)));
        }
    }

    private void end() {
        byte[] bytes = message;
        int length = messageLength;
        message = NOTHING;
        messageLength = 0;
        crumbs = 0;
        controls = 0;
        open = false;
        if (compressed) {
            unpack(bytes, length);
        } else if (text && !utf8.end()) {
            notUtf8("WebSocket message");
        } else {
            deliver(text, bytes, 0, length);
        }
    }

    private void unpack(byte[] packed, int length) {
        int limit = sink.inboundLimit();
        try {
            Optional<byte[]> bytes = Deflate.inflate(packed, length, limit);
            if (bytes.isEmpty()) {
                tooLarge(limit, "more when it was unpacked");
            } else if (text && !Utf8Check.isUtf8(bytes.get(), 0, bytes.get().length)) {
                notUtf8("WebSocket message");
            } else {
                deliver(text, bytes.get(), 0, bytes.get().length);
            }
        } catch (DataFormatException e) {
            violated(CloseCode.NOT_OF_ITS_TYPE, "WebSocket message", "compressed data", "something else");
        }
    }

    private void closed(byte[] payload) {
        if (payload.length == 0) {
            sink.closeReceived(CloseCode.NONE);
            return;
        }
        int code = payload.length == 1 ? 0 : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
        if (!CloseCode.maySend(code)) {
            broken("a close code that may be sent", payload.length == 1 ? "half of one" : Integer.toString(code));
        } else if (!Utf8Check.isUtf8(payload, 2, payload.length)) {
            notUtf8("reason of a WebSocket close");
        } else {
            sink.closeReceived(code);
        }
    }

    /** Takes the mask off and turns it to where the next octets of the frame need it. */
    private void unmask(byte[] bytes, int from, int to) {
        Mask.apply(key, bytes, from, to);
        key = Integer.rotateLeft(key, 8 * ((to - from) & 3));
    }

    private void notUtf8(String place) {
        sink.violated(CloseCode.NOT_OF_ITS_TYPE, Utf8Check.violation(place));
    }

    private boolean broken(String expected, String found) {
        return violated(CloseCode.PROTOCOL_ERROR, "WebSocket frame", expected, found);
    }

    private boolean tooLarge(int limit, String found) {
        sink.violated(CloseCode.TOO_BIG, ProtocolViolation.tooLarge("WebSocket message", limit, found));
        return false;
    }

    private boolean violated(int code, String place, String expected, String found) {
        sink.violated(code, new ProtocolViolation(place, expected, found));
        return false;
    }
}
