package io.bailiwick.bench.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** WebSocket (RFC 6455) as a client, with a mask that is really applied. No fragments, no extensions. */
final class WebSocketWire implements Wire {
    private static final int MASK = 0x5a17c3e9;
    private static final long MASK_TWICE = ((long) MASK << 32) | (MASK & 0xffff_ffffL);
    /** Of a frame with a length of 16 bits: two octets, two of length, four of mask. */
    private static final int ROOM = 8;

    private static final int FIN = 0x80;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final String path;
    private final String subprotocol;
    private final boolean text;
    private int body;

    /** A wire that asks for a subprotocol; an empty one is not asked for. */
    WebSocketWire(String path, String subprotocol, boolean text) {
        this.path = path;
        this.subprotocol = subprotocol;
        this.text = text;
    }

    @Override
    public void greet(ByteBuf out) {
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + (subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n") + "\r\n";
        out.writeCharSequence(request, StandardCharsets.US_ASCII);
    }

    @Override
    public boolean greeted(ByteBuf in) {
        String head = in.toString(StandardCharsets.US_ASCII);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        if (!head.startsWith("HTTP/1.1 101")) {
            throw new IllegalStateException(
                    "expected 101, but found " + head.lines().findFirst().orElse(""));
        }
        in.skipBytes(end + 4);
        return true;
    }

    @Override
    public int frame(ByteBuf in) {
        int at = in.readerIndex();
        int readable = in.readableBytes();
        if (readable < 2) {
            return 0;
        }
        long length = in.getByte(at + 1) & 0x7f;
        body = 2;
        if (length == 126) {
            body = 4;
            length = readable < body ? Integer.MAX_VALUE : in.getUnsignedShort(at + 2);
        } else if (length == 127) {
            body = 10;
            length = readable < body ? Integer.MAX_VALUE : in.getLong(at + 2);
        }
        return readable < body + length ? 0 : (int) (body + length);
    }

    @Override
    public int body() {
        return body;
    }

    @Override
    public boolean isControl(ByteBuf in, int length, Client client) {
        int first = in.getByte(in.readerIndex());
        int opcode = first & 0x0f;
        if (opcode == PING) {
            ByteBuf out = client.out();
            int mark = begin(out);
            out.writeBytes(in, in.readerIndex() + body, length - body);
            end(out, mark, PONG);
        } else if (opcode == CLOSE) {
            throw new IllegalStateException("expected messages, but found the end of the WebSocket");
        } else if ((first & FIN) == 0) {
            throw new IllegalStateException("expected whole messages, but found a fragment");
        }
        return opcode >= CLOSE;
    }

    @Override
    public int begin(ByteBuf out) {
        out.writeLong(0);
        return out.writerIndex();
    }

    @Override
    public void end(ByteBuf out, int mark) {
        end(out, mark, text ? TEXT : BINARY);
    }

    private static void end(ByteBuf out, int mark, int opcode) {
        int length = out.writerIndex() - mark;
        int start = mark;
        if (length < 126) {
            start = moved(out, mark, length, -2);
            out.setByte(start - 6, FIN | opcode).setByte(start - 5, 0x80 | length);
        } else if (length <= 0xffff) {
            out.setByte(start - ROOM, FIN | opcode).setByte(start - 7, 0xfe).setShort(start - 6, length);
        } else {
            start = moved(out, mark, length, 6);
            out.setByte(start - 14, FIN | opcode).setByte(start - 13, 0xff).setLong(start - 12, length);
        }
        out.setInt(start - 4, MASK);
        mask(out, start, length);
    }

    /** Lengths are written in their shortest form: the body makes room, or takes it. */
    private static int moved(ByteBuf out, int mark, int length, int by) {
        byte[] bytes = new byte[length];
        out.getBytes(mark, bytes);
        out.writerIndex(mark + by);
        out.writeBytes(bytes);
        return mark + by;
    }

    private static void mask(ByteBuf out, int start, int length) {
        int at = start;
        int end = start + length;
        for (; at + 8 <= end; at += 8) {
            out.setLong(at, out.getLong(at) ^ MASK_TWICE);
        }
        for (int i = 0; at < end; at++, i++) {
            out.setByte(at, out.getByte(at) ^ MASK >>> (24 - 8 * (i & 3)));
        }
    }
}
