package io.bailiwick.bench.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.bench.load.Crowd;
import io.bailiwick.bench.load.RpcLoad;
import io.bailiwick.bench.load.Sample;
import io.bailiwick.bench.peer.RelayServer;
import io.bailiwick.bench.peer.Server;
import io.bailiwick.bench.wire.Encoding;
import io.bailiwick.bench.wire.Generator;
import io.bailiwick.bench.wire.Part;
import io.bailiwick.bench.wire.Role;
import io.bailiwick.bench.wire.Target;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The relay as a process, and loads on it. */
class RelayTest {
    private static final int PATIENCE = 20_000;

    @TempDir
    Path directory;

    private final Generator generator = new Generator();
    private ServerProcess process;

    @AfterEach
    void end() {
        generator.close();
        if (process != null) {
            process.close();
        }
    }

    private Server start(boolean webSocket) throws IOException {
        Server server = new RelayServer(webSocket, "nio");
        process = server.start(directory, directory.resolve("relay"), Server.Setting.DEFAULT);
        return server;
    }

    private static void send(Socket socket, String message) throws IOException {
        byte[] octets = message.getBytes(StandardCharsets.US_ASCII);
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeInt(octets.length);
        out.write(octets);
    }

    private static String receive(Socket socket) throws IOException {
        socket.setSoTimeout(PATIENCE);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        return new String(in.readNBytes(in.readInt()), StandardCharsets.US_ASCII);
    }

    private Socket member(String hello) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), process.port());
        send(socket, hello);
        assertEquals(hello, receive(socket));
        return socket;
    }

    @Test
    void messagesAreCutAtTheirBeginningToTheLengthThatWasAskedFor() throws IOException {
        start(false);
        try (Socket sender = member("P0 3");
                Socket receiver = member("S0 5")) {
            send(sender, "0123456789");
            assertEquals("56789", receive(receiver));
            send(sender, "abc");
            assertEquals("abc", receive(receiver), "shorter ones stay as they are");
            send(receiver, "abcdef");
            assertEquals("def", receive(sender));
        }
    }

    @ParameterizedTest
    @CsvSource({"false, MSGPACK, MSGPACK", "true, MSGPACK, MSGPACK", "true, JSON, JSON", "true, JSON, CBOR"})
    void callsAreAnsweredInEveryFormat(boolean webSocket, Encoding caller, Encoding callee) throws IOException {
        Server server = start(webSocket);
        Target from = server.target(process, new Server.Wish(webSocket, caller));
        Target to = server.target(process, new Server.Wish(webSocket, callee));
        try (RpcLoad load = RpcLoad.open(generator, from, to, RpcLoad.Shape.closed(16, 200))) {
            load.start();
            long end = System.nanoTime() + Duration.ofMillis(PATIENCE).toNanos();
            long answered = 0;
            while (answered < 1_000 && System.nanoTime() < end) {
                Sample sample = load.sample();
                answered += sample.operations();
            }
            load.pause();
            assertTrue(answered >= 1_000, () -> "expected 1,000 answers");
        }
    }

    @Test
    void aCrowdMissesThoseWhomTheServerDrops() throws IOException {
        Server server = start(false);
        Target target = server.target(process, new Server.Wish(false, Encoding.CBOR));
        Crowd crowd = new Crowd(generator, target);
        crowd.join(3, Part.of(Role.SUBSCRIBER, 0, 17));
        crowd.requireAll();
        process.close();
        IllegalStateException lost = assertThrows(IllegalStateException.class, () -> {
            long end = System.nanoTime() + Duration.ofMillis(PATIENCE).toNanos();
            while (System.nanoTime() < end) {
                crowd.requireAll();
            }
        });
        assertTrue(lost.getMessage().startsWith("expected 3 sessions to stay, but "), lost.getMessage());
    }
}
