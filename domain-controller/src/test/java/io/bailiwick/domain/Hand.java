package io.bailiwick.domain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Speaks JSON over RawSocket in octets of its own, and says what it is told to say. */
final class Hand implements AutoCloseable {
    private static final int RAW_SOCKET_JSON = 0x7FF10000;
    private static final int ENOUGH_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    /**
     * Connects.
     *
     * @param port of RawSocket on loopback
     */
    Hand(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
        socket.setSoTimeout(ENOUGH_MILLIS);
        out.writeInt(RAW_SOCKET_JSON);
        in.readInt();
    }

    /** Sends a message; the next one that comes. */
    JsonNode says(String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
        byte[] answer = new byte[in.readInt() & 0xFFFFFF];
        in.readFully(answer);
        return new JsonMapper().readTree(answer);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
