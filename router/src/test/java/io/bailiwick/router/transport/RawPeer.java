package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A peer of octets: says and hears exactly what the test wants. */
final class RawPeer implements AutoCloseable {
    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static final byte[] MASK = {0x11, 0x22, 0x33, 0x44};

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    RawPeer(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    RawPeer say(byte... octets) throws IOException {
        out.write(octets);
        return this;
    }

    RawPeer sayHex(String hex) throws IOException {
        return say(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    RawPeer sayText(String text) throws IOException {
        return say(text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] hear(int octets) throws IOException {
        byte[] heard = new byte[octets];
        in.readFully(heard);
        return heard;
    }

    String hearHex(int octets) throws IOException {
        return HexFormat.of().formatHex(hear(octets));
    }

    /** All that comes until the connection ends. */
    byte[] hearAll() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] part = new byte[8_192];
        try {
            for (int length = in.read(part); length >= 0; length = in.read(part)) {
                all.write(part, 0, length);
            }
        } catch (SocketException e) {
            // A reset ends the connection as well.
        }
        return all.toByteArray();
    }

    void assertClosedWithoutAWord() throws IOException {
        assertEquals("", HexFormat.of().formatHex(hearAll()));
    }

    // RawSocket

    /** The handshake of a JSON client that takes 16 MiB. */
    RawPeer rawSocket() throws IOException {
        sayHex("7ff10000");
        hear(4);
        return this;
    }

    RawPeer sayFrame(int type, byte... payload) throws IOException {
        out.writeInt(type << 24 | payload.length);
        out.write(payload);
        return this;
    }

    RawPeer sayMessage(String json) throws IOException {
        return sayFrame(0, json.getBytes(StandardCharsets.UTF_8));
    }

    /** The payload of the next frame, which has to be of this type. */
    String hearFrame(int type) throws IOException {
        int header = in.readInt();
        assertEquals(type, header >>> 24);
        return new String(hear(header & 0xff_ffff), StandardCharsets.UTF_8);
    }

    // WebSocket

    static String upgrade(String subprotocols) {
        return "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
                + KEY + "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: " + subprotocols + "\r\n\r\n";
    }

    RawPeer webSocket(String subprotocol) throws IOException {
        sayText(upgrade(subprotocol));
        String head = hearHead();
        assertEquals(
                "HTTP/1.1 101 Switching Protocols", head.lines().findFirst().orElse(""));
        return this;
    }

    /** Status line and headers of an HTTP response. */
    String hearHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("expected a response, but found: " + head);
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    /** A masked frame that begins with this octet. */
    static byte[] frame(int first, byte... payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 1 << 16) {
            frame.write(0x80 | 126);
            frame.write(payload.length >>> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >>> shift));
            }
        }
        frame.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ MASK[i % 4]);
        }
        return frame.toByteArray();
    }

    static byte[] text(String json) {
        return frame(0x81, json.getBytes(StandardCharsets.UTF_8));
    }

    /** The next frame as hexadecimal first octet, a blank, and the payload as text. */
    String hearWebSocketFrame() throws IOException {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(in.readLong());
        }
        return Integer.toHexString(first) + " " + new String(hear(length), StandardCharsets.ISO_8859_1);
    }

    /** Skips frames until a close frame comes and gives its code. */
    int hearCloseCode() throws IOException {
        String frame = hearLastWebSocketFrame();
        return frame.charAt(3) << 8 | frame.charAt(4);
    }

    /** Skips frames until a close frame comes and gives it as {@link #hearWebSocketFrame} does. */
    String hearLastWebSocketFrame() throws IOException {
        String frame = hearWebSocketFrame();
        while (!frame.startsWith("88 ")) {
            frame = hearWebSocketFrame();
        }
        return frame;
    }

    Socket socket() {
        return socket;
    }

    /** Ends the connection without a word. */
    void hangUp() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
