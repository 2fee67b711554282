package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Uris;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A peer that joins again while its broken connection still stands: spoken by hand, in JSON over RawSocket. */
@Conforms(Feature.REGISTER_AND_CALL)
class TakeoverTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int PING = 1;
    private static final int PONG = 2;

    /** A session that answers a ping only when it is told to. */
    private static final class Hand implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;
        private final DataOutputStream out;

        Hand(RunningRouter running) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), running.tcp.port());
            socket.setSoTimeout(20_000);
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(0x7FF10000);
            in.readInt();
            says(0, "[1,\"" + RunningRouter.REALM + "\",{\"roles\":{\"callee\":{}}}]");
            assertEquals(2, JSON.readTree(hears(0)).get(0).asInt());
            // Who sends a ping knows what one is, and may be sent one.
            says(PING, "x");
            hears(PONG);
        }

        void says(int type, String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            // In one piece: the second half of a frame would be another sign of life.
            out.write(ByteBuffer.allocate(4 + bytes.length)
                    .putInt(type << 24 | bytes.length)
                    .put(bytes)
                    .array());
            out.flush();
        }

        /** The next frame, which is of this type. */
        String hears(int type) throws IOException {
            int header = in.readInt();
            assertEquals(type, header >>> 24);
            byte[] bytes = new byte[header & 0xFFFFFF];
            in.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }

        void registers() throws IOException {
            says(0, "[64,1,{},\"com.example.add\"]");
        }

        JsonNode hearsAnswer() throws IOException {
            return JSON.readTree(hears(0));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void it_has_its_procedures_again_unless_the_old_connection_answers_a_ping() throws IOException {
        try (RunningRouter running = new RunningRouter();
                Hand old = new Hand(running);
                Hand young = new Hand(running)) {
            old.registers();
            assertEquals(65, old.hearsAnswer().get(0).asInt());
            young.registers();
            old.says(PONG, old.hears(PING));
            JsonNode refused = young.hearsAnswer();
            assertEquals(Uris.PROCEDURE_ALREADY_EXISTS, refused.get(4).asText(), refused.toString());
            young.registers();
            old.hears(PING);
            assertEquals(65, young.hearsAnswer().get(0).asInt());
        }
    }
}
