package io.bailiwick.domain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Somebody who says HELLO with a key that is not his, in octets of his own. */
final class Unproven {
    private static final int RAW_SOCKET_JSON = 0x7FF10000;
    private static final int CHALLENGE = 4;
    private static final int ENOUGH_MILLIS = 20_000;

    private Unproven() {}

    /**
     * What he hears, in words: whether he was challenged, the reason of the ABORT and its details, and which names the
     * CHALLENGE had.
     *
     * @param port of RawSocket on loopback
     * @param claims the entries of HELLO.Details that say who he is, as JSON without braces
     */
    static String hears(int port, String claims) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(ENOUGH_MILLIS);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            out.writeInt(RAW_SOCKET_JSON);
            in.readInt();
            JsonNode challenge = says(
                    out,
                    in,
                    "[1,null,{\"roles\":{\"caller\":{},\"callee\":{}},\"authmethods\":[\"cryptosign\"]," + claims
                            + "}]");
            JsonNode end = says(out, in, "[5,\"" + "0".repeat(192) + "\",{}]");
            List<String> extra = new ArrayList<>();
            challenge.get(2).fieldNames().forEachRemaining(extra::add);
            return (challenge.get(0).asInt() == CHALLENGE ? "CHALLENGE " : "? ")
                    + end.get(2).asText() + " " + end.get(1) + " " + extra;
        }
    }

    private static JsonNode says(DataOutputStream out, DataInputStream in, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
        byte[] answer = new byte[in.readInt() & 0xFFFFFF];
        in.readFully(answer);
        return new JsonMapper().readTree(answer);
    }
}
