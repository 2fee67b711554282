package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.router.cryptosign.Challenge;
import io.bailiwick.router.cryptosign.SigningKey;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Handshakes spoken by hand, in JSON over RawSocket: what a hostile or broken peer would send. */
class HandshakeOverSocketsTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static RunningRouter running;

    @BeforeAll
    static void start() throws IOException {
        running = new RunningRouter();
    }

    @AfterAll
    static void stop() throws IOException {
        running.close();
    }

    /** A peer that says exactly what it is told to say. */
    private static final class Hand implements AutoCloseable {
        private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), running.tcp.port());
        private final DataInputStream in = new DataInputStream(socket.getInputStream());
        private final DataOutputStream out = new DataOutputStream(socket.getOutputStream());

        Hand() throws IOException {
            socket.setSoTimeout(20_000);
            out.writeInt(0x7FF10000);
            out.flush();
            assertEquals(0x7F, in.readInt() >>> 24);
        }

        void says(String json) throws IOException {
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
            out.flush();
        }

        JsonNode hears() throws IOException {
            byte[] bytes = new byte[in.readInt() & 0xFFFFFF];
            in.readFully(bytes);
            return JSON.readTree(bytes);
        }

        String hello(SigningKey key) throws IOException {
            says("[1,null,{\"roles\":{\"caller\":{}},\"authmethods\":[\"cryptosign\"],\"authextra\":{\"pubkey\":\""
                    + key.publicKey().hex() + "\"}}]");
            JsonNode challenge = hears();
            assertEquals(4, challenge.get(0).asInt(), challenge.toString());
            return challenge.get(2).get("challenge").asText();
        }

        void isClosed() throws IOException {
            assertEquals(-1, in.read());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static void isAborted(Hand hand, String reason) throws IOException {
        JsonNode abort = hand.hears();
        assertEquals(3, abort.get(0).asInt(), abort.toString());
        assertEquals(reason, abort.get(2).asText(), abort.toString());
        assertEquals(3, abort.size());
        hand.isClosed();
    }

    @Test
    void aReplayedAuthenticateIsRefused() throws IOException {
        SigningKey key = running.newKnownKey("recorded");
        String recorded;
        try (Hand first = new Hand()) {
            recorded = Challenge.of(first.hello(key)).answer(key);
            first.says("[5,\"" + recorded + "\",{}]");
            JsonNode welcome = first.hears();
            assertEquals(2, welcome.get(0).asInt(), welcome.toString());
            assertEquals("recorded", welcome.get(2).get("authid").asText());
            assertEquals(RunningRouter.REALM, welcome.get(2).get("realm").asText());
            assertEquals(7, welcome.get(2).get("authextra").get("shelf").asInt());
        }
        try (Hand replaying = new Hand()) {
            String other = replaying.hello(key);
            assertNotEquals(recorded.substring(128), other);
            replaying.says("[5,\"" + recorded + "\",{}]");
            isAborted(replaying, "wamp.error.authentication_failed");
        }
    }

    @Test
    void aStrangerAndAWrongSignatureGetTheSameAnswer() throws IOException {
        SigningKey known = running.newKnownKey("known");
        SigningKey stranger = SigningKey.generate();
        for (SigningKey key : new SigningKey[] {known, stranger}) {
            try (Hand hand = new Hand()) {
                hand.says(
                        "[1,null,{\"roles\":{\"caller\":{}},\"authmethods\":[\"cryptosign\"],\"authextra\":{\"pubkey\":\""
                                + key.publicKey().hex() + "\"}}]");
                JsonNode challenge = hand.hears();
                assertEquals(4, challenge.get(0).asInt(), challenge.toString());
                hand.says("[5,\"" + "00".repeat(96) + "\",{}]");
                isAborted(hand, "wamp.error.authentication_failed");
            }
        }
    }

    @Test
    void aRefusalIsToldToTheOwnerOfTheKeyOnly() throws IOException {
        SigningKey stranger = SigningKey.generate();
        try (Hand hand = new Hand()) {
            hand.says("[5,\"" + "00".repeat(96) + "\",{}]");
            isAborted(hand, "wamp.error.protocol_violation");
        }
        try (Hand hand = new Hand()) {
            String challenge = hand.hello(stranger);
            hand.says("[5,\"" + Challenge.of(challenge).answer(stranger) + "\",{}]");
            isAborted(hand, "com.example.unknown");
        }
    }

    @Test
    void aSecondHelloIsAViolation() throws IOException {
        try (Hand hand = new Hand()) {
            hand.says("[1,\"" + RunningRouter.REALM + "\",{\"roles\":{\"caller\":{}}}]");
            assertEquals(2, hand.hears().get(0).asInt());
            hand.says("[1,\"" + RunningRouter.REALM + "\",{\"roles\":{\"caller\":{}}}]");
            isAborted(hand, "wamp.error.protocol_violation");
        }
    }

    @Test
    void garbageInAnOpenSessionIsAnsweredWithAbort() throws IOException {
        for (String garbage :
                new String[] {"{}", "[]", "[48,1,{}]", "[999,1]", "[48,\"x\",{},\"a.b\"]", "[[", "\u0000"}) {
            try (Hand hand = new Hand()) {
                hand.says("[1,\"" + RunningRouter.REALM + "\",{\"roles\":{\"caller\":{}}}]");
                assertEquals(2, hand.hears().get(0).asInt());
                hand.says(garbage);
                isAborted(hand, "wamp.error.protocol_violation");
            }
        }
    }

    @Test
    void anUnknownRoleOfTheRealmIsRefused() throws IOException {
        SigningKey key = running.newKnownKey("roleless");
        try (Hand hand = new Hand()) {
            hand.says("[1,null,{\"roles\":{\"caller\":{}},\"authrole\":\"emperor\",\"authmethods\":[\"cryptosign\"],"
                    + "\"authextra\":{\"pubkey\":\"" + key.publicKey().hex() + "\"}}]");
            String challenge = hand.hears().get(2).get("challenge").asText();
            hand.says("[5,\"" + Challenge.of(challenge).answer(key) + "\",{}]");
            isAborted(hand, "wamp.error.no_such_role");
        }
    }

    @Test
    void aHandshakeThatStallsIsEndedByItsDeadline() throws IOException {
        SigningKey key = running.newKnownKey("slow");
        long start = System.nanoTime();
        try (Hand silent = new Hand();
                Hand halfway = new Hand();
                Hand resting = new Hand()) {
            halfway.hello(key);
            resting.says("[1,\"" + RunningRouter.REALM + "\",{\"roles\":{\"caller\":{}}}]");
            assertEquals(2, resting.hears().get(0).asInt());
            resting.says("[6,{},\"wamp.close.normal\"]");
            assertEquals(6, resting.hears().get(0).asInt());
            isAborted(silent, "wamp.error.authentication_failed");
            isAborted(halfway, "wamp.error.authentication_failed");
            resting.isClosed();
        }
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        assertTrue(seconds >= 9 && seconds < 20, "took " + seconds + " s");
    }

    @Test
    void goodbyeIsAnsweredAndOnlyHelloMayFollow() throws IOException {
        try (Hand hand = new Hand()) {
            hand.says("[1,\"" + RunningRouter.REALM + "\",{\"roles\":{\"caller\":{}}}]");
            assertEquals(2, hand.hears().get(0).asInt());
            hand.says("[6,{},\"wamp.close.normal\"]");
            JsonNode goodbye = hand.hears();
            assertEquals("[6,{},\"wamp.close.goodbye_and_out\"]", goodbye.toString());
            hand.says("[1,\"" + RunningRouter.REALM + "\",{\"roles\":{\"caller\":{}}}]");
            assertEquals(2, hand.hears().get(0).asInt());
            hand.says("[1,\"" + RunningRouter.REALM + "\",{\"roles\":{\"caller\":{}}}]");
            isAborted(hand, "wamp.error.protocol_violation");
        }
    }

    @Test
    void oversizedAndDeeplyNestedMessagesEndOnlyTheirOwnSession() throws IOException {
        try (Hand other = new Hand()) {
            other.says("[1,\"" + RunningRouter.REALM + "\",{\"roles\":{\"caller\":{}}}]");
            assertEquals(2, other.hears().get(0).asInt());
            try (Hand deep = new Hand()) {
                deep.says("[1,\"" + RunningRouter.REALM + "\",{\"roles\":" + "{\"a\":".repeat(500) + "1"
                        + "}".repeat(501) + "]");
                isAborted(deep, "wamp.error.protocol_violation");
            }
            try (Hand large = new Hand()) {
                large.out.writeInt(0xFFFFFF);
                large.out.write(new byte[1000]);
                large.out.flush();
                int first = large.in.read();
                assertTrue(first == -1 || first == 0, "an ABORT or the end");
            }
            other.says("[48,1,{},\"com.example.none\"]");
            assertEquals("wamp.error.no_such_procedure", other.hears().get(4).asText());
        }
    }
}
