package io.bailiwick.router.transport;

import io.bailiwick.router.message.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * WebSocket frames (RFC 6455, section 5), put together to messages. No extension is ever agreed upon, so the reserved bits
 * have to be zero. A frame is looked at as soon as its header is there, and kept only when it fits the limits. Text is not
 * checked for UTF-8 here: the codec does that while it looks at every octet anyway.
 */
final class WebSocketDecoder extends FrameDecoder {
    /** Fragments of one message, empty ones included: each costs time even if it brings nothing. */
    static final int MAX_FRAGMENTS = 1_024;

    /** The close code that stands for none. */
    static final int NO_CODE = 1_005;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] NOTHING = {};

    private final boolean masked;
    private final int opcodeOfMessages;

    /** The fragments of the message that is being put together; their number is 0 when there is none. */
    private byte[] message = NOTHING;

    private int messageLength;
    private int fragments;

    /**
     * A decoder.
     *
     * @param masked whether the peer has to mask its frames: a client has to, a server must not
     * @param text whether messages come as text (else binary)
     */
    WebSocketDecoder(Connection connection, boolean masked, boolean text) {
        super(connection);
        this.masked = masked;
        this.opcodeOfMessages = text ? Framing.WebSocket.TEXT : Framing.WebSocket.BINARY;
    }

    @Override
    void frame(ByteBuf in) {
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
        if (!fits(first & 0x0f, length, shortLength) || there < header || there - header < length) {
            return;
        }
        byte[] payload = new byte[(int) length];
        in.getBytes(start + header, payload);
        if (masked) {
            unmask(payload, in.getInt(start + lengthEnd));
        }
        in.readerIndex(start + header + payload.length);
        handle((first & 0x80) != 0, first & 0x0f, payload);
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
        boolean last = (first & 0x80) != 0;
        int opcode = first & 0x0f;
        if ((first & 0x70) != 0) {
            return violated("reserved bits of zero", "others");
        }
        if ((second & 0x80) != 0 != masked) {
            return violated(masked ? "a masked frame" : "a frame without mask", masked ? "none" : "a masked one");
        }
        if (opcode >= Framing.WebSocket.CLOSE) {
            if (opcode > Framing.WebSocket.PONG) {
                return violated("a known opcode", Integer.toString(opcode));
            }
            return (last && (second & 0x7f) <= Framing.WebSocket.MAX_CONTROL)
                    || violated("a control frame of at most 125 bytes in one piece", "another");
        }
        if (opcode == Framing.WebSocket.CONTINUATION) {
            return fragments > 0 || violated("the start of a message", "a continuation");
        }
        if (fragments > 0) {
            return violated("a continuation of the message", "the start of another");
        }
        if (opcode != opcodeOfMessages) {
            boolean text = opcodeOfMessages == Framing.WebSocket.TEXT;
            connection.violated(
                    Connection.WRONG_TYPE,
                    new ProtocolViolation(
                            "WebSocket frame",
                            text ? "a text message" : "a binary message",
                            opcode > Framing.WebSocket.BINARY
                                    ? "opcode " + opcode
                                    : text ? "a binary one" : "a text one"));
            return false;
        }
        return true;
    }

    /** What the length tells. */
    private boolean fits(int opcode, long length, int shortLength) {
        if (length < 0 || (shortLength == 126 && length < 126) || (shortLength == 127 && length < 1 << 16)) {
            return violated("a length in its shortest form", "another");
        }
        if (opcode >= Framing.WebSocket.CLOSE) {
            return true;
        }
        if (fragments >= MAX_FRAGMENTS) {
            connection.violated(
                    Connection.POLICY,
                    new ProtocolViolation("WebSocket message", "at most " + MAX_FRAGMENTS + " fragments", "more"));
            return false;
        }
        int limit = connection.inboundLimit();
        if (length > limit - messageLength) {
            connection.violated(
                    Connection.TOO_BIG,
                    new ProtocolViolation("WebSocket message", "at most " + limit + " bytes", "more"));
            return false;
        }
        return true;
    }

    private void handle(boolean last, int opcode, byte[] payload) {
        switch (opcode) {
            case Framing.WebSocket.PING -> connection.pinged(payload);
            case Framing.WebSocket.PONG -> {
                // Has done its work by being heard.
            }
            case Framing.WebSocket.CLOSE -> closed(payload);
            default -> fragment(last, payload);
        }
    }

    private void fragment(boolean last, byte[] payload) {
        if (last && fragments == 0) {
            connection.received(payload);
            return;
        }
        fragments++;
        if (messageLength + payload.length > message.length) {
            // Doubling, but never past the limit, which the length of each frame was checked against.
            long wanted =
                    Math.max(messageLength + payload.length, Math.min(2L * message.length, connection.inboundLimit()));
            message = Arrays.copyOf(message, (int) wanted);
        }
        System.arraycopy(payload, 0, message, messageLength, payload.length);
        messageLength += payload.length;
        if (last) {
            byte[] whole = Arrays.copyOf(message, messageLength);
            message = NOTHING;
            messageLength = 0;
            fragments = 0;
            connection.received(whole);
        }
    }

    private void closed(byte[] payload) {
        if (payload.length == 0) {
            connection.closeReceived(NO_CODE);
            return;
        }
        int code = payload.length == 1 ? 0 : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
        boolean legal = (code >= 1_000 && code <= 1_003)
                || (code >= 1_007 && code <= 1_014)
                || (code >= 3_000 && code <= 4_999);
        if (!legal) {
            violated("a close code that may be sent", payload.length == 1 ? "half of one" : Integer.toString(code));
        } else if (!isUtf8(payload)) {
            connection.violated(
                    Connection.NOT_UTF8,
                    new ProtocolViolation("WebSocket close frame", "a reason in UTF-8", "other octets"));
        } else {
            connection.closeReceived(code);
        }
    }

    private static boolean isUtf8(byte[] closePayload) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(closePayload, 2, closePayload.length - 2));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static void unmask(byte[] payload, int key) {
        long wide = (key & 0xffff_ffffL) << 32 | (key & 0xffff_ffffL);
        int at = 0;
        for (; at + 8 <= payload.length; at += 8) {
            LONGS.set(payload, at, (long) LONGS.get(payload, at) ^ wide);
        }
        for (int shift = 24; at < payload.length; at++, shift = (shift + 24) & 31) {
            payload[at] ^= (byte) (key >>> shift);
        }
    }

    private boolean violated(String expected, String found) {
        connection.violated(Connection.PROTOCOL_ERROR, new ProtocolViolation("WebSocket frame", expected, found));
        return false;
    }
}
