package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A WebSocket client that sends whatever frames a case wants, in whatever pieces, and hears whole messages. */
final class CataloguePeer implements AutoCloseable {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final int BUFFER = 1 << 18;
    private static final byte[] MASK = {0x5a, (byte) 0xc3, 0x0f, (byte) 0x96};

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /** What came next: a frame, or for data a whole message under the opcode of its first frame. */
    private static final class Heard {
        private final int opcode;
        private final byte[] payload;

        Heard(int opcode, byte[] payload) {
            this.opcode = opcode;
            this.payload = payload;
        }
    }

    CataloguePeer(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER));
        out = socket.getOutputStream();
        out.write(RawPeer.upgrade("wamp.2.json").getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        assertEquals("HTTP/1.1 101", head.substring(0, 12));
    }

    /** A masked frame; flags are the FIN bit and the reserved bits as they stand in the first octet. */
    static byte[] frame(int flags, int opcode, byte[] payload, int from, int length) {
        int header = length < 126 ? 6 : length < 1 << 16 ? 8 : 14;
        ByteBuffer frame = ByteBuffer.allocate(header + length).put((byte) (flags | opcode));
        if (length < 126) {
            frame.put((byte) (0x80 | length));
        } else if (length < 1 << 16) {
            frame.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(length);
        }
        byte[] octets = frame.put(MASK).array();
        for (int i = 0; i < length; i++) {
            octets[header + i] = (byte) (payload[from + i] ^ MASK[i & 3]);
        }
        return octets;
    }

    static byte[] frame(int flags, int opcode, byte... payload) {
        return frame(flags, opcode, payload, 0, payload.length);
    }

    void send(byte[] octets) throws IOException {
        out.write(octets);
    }

    /** Sends octets in pieces of this size, each in a write of its own. */
    void chop(byte[] octets, int piece) throws IOException {
        for (int at = 0; at < octets.length; at += piece) {
            out.write(octets, at, Math.min(piece, octets.length - at));
        }
    }

    /** Sends a message in fragments of this size. */
    void fragments(int opcode, byte[] payload, int size) throws IOException {
        ByteBuffer together = ByteBuffer.allocate(BUFFER);
        for (int at = 0; at < payload.length; at += size) {
            int part = Math.min(size, payload.length - at);
            int flags = at + part == payload.length ? 0x80 : 0;
            byte[] frame = frame(flags, at == 0 ? opcode : CONTINUATION, payload, at, part);
            if (together.remaining() < frame.length) {
                out.write(together.array(), 0, together.position());
                together.clear();
            }
            if (frame.length > together.remaining()) {
                out.write(frame);
            } else {
                together.put(frame);
            }
        }
        out.write(together.array(), 0, together.position());
    }

    /** The next message or control frame. */
    private Heard hear() throws IOException {
        Heard first = frame(in.readUnsignedByte());
        if ((first.opcode & 0x80) != 0) {
            return new Heard(first.opcode & 0x7f, first.payload);
        }
        ByteBuffer whole = ByteBuffer.allocate((1 << 24) + 1).put(first.payload);
        while (true) {
            Heard next = frame(in.readUnsignedByte());
            assertEquals(CONTINUATION, next.opcode & 0x7f);
            whole.put(next.payload);
            if ((next.opcode & 0x80) != 0) {
                byte[] bytes = new byte[whole.position()];
                whole.flip().get(bytes);
                return new Heard(first.opcode, bytes);
            }
        }
    }

    private Heard frame(int first) throws IOException {
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(in.readLong());
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Heard(first, payload);
    }

    void expect(int opcode, byte[] payload) throws IOException {
        Heard heard = hear();
        assertEquals(opcode, heard.opcode);
        assertArrayEquals(payload, heard.payload);
    }

    /** The code of the close frame that has to come next, 0 if it has none, and then nothing but the end. */
    int expectClose() throws IOException {
        Heard heard = hear();
        assertEquals(CLOSE, heard.opcode, "opcode of the last frame");
        socket.shutdownOutput();
        try {
            int more = in.read();
            assertEquals(-1, more, "what follows the close frame");
        } catch (EOFException e) {
            // The end as well.
        }
        return heard.payload.length == 0 ? 0 : (heard.payload[0] & 0xff) << 8 | (heard.payload[1] & 0xff);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
