package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket frames, octet by octet, as RFC 6455 wants them. */
@Conforms(Feature.WEBSOCKET)
class WebSocketTest {
    private static final String HELLO = "[1,\"realm1\",{}]";

    private Site site;

    @BeforeEach
    void listen() throws Exception {
        site = Site.tcp(Site.QUICK);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private RawPeer peer() throws IOException {
        return site.raw().webSocket("wamp.2.json");
    }

    @Test
    void a_message_may_come_in_one_frame_or_in_many_with_control_frames_between() throws Exception {
        try (RawPeer peer = peer()) {
            peer.say(RawPeer.text(HELLO));
            peer.say(RawPeer.frame(0x01, "[1,\"re".getBytes(StandardCharsets.UTF_8)));
            peer.say(RawPeer.frame(0x89, (byte) 'x'));
            peer.say(RawPeer.frame(0x00));
            peer.say(RawPeer.frame(0x80, "alm1\",{}]".getBytes(StandardCharsets.UTF_8)));
            assertEquals("8a x", peer.hearWebSocketFrame());
            Recorder server = site.next();
            assertEquals(new Message.Hello("realm1", Dict.EMPTY), server.next());
            assertEquals(new Message.Hello("realm1", Dict.EMPTY), server.next());
        }
    }

    @Test
    void frames_may_come_octet_by_octet() throws Exception {
        try (RawPeer peer = peer()) {
            for (byte octet : RawPeer.text("[1,\"" + "r".repeat(200) + "\",{}]")) {
                peer.say(octet);
            }
            assertEquals("r".repeat(200), site.next().next(Message.Hello.class).realm());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "810131, 1002, without mask",
        "c18011223344, 1002, reserved bit 1",
        "a18011223344, 1002, reserved bit 2",
        "918011223344, 1002, reserved bit 3",
        "828011223344, 1003, binary on a text subprotocol",
        "838011223344, 1002, opcode 3",
        "8b8011223344, 1002, opcode 11",
        "808011223344, 1002, a continuation of nothing",
        "018011223344018011223344, 1002, a second start",
        "098011223344, 1002, a ping in fragments",
        "89fe007e11223344, 1002, a ping of 126 octets",
        "81fe007d11223344, 1002, a length that is not in its shortest form",
        "81ff000000000000ffff11223344, 1002, the same with 64 bits",
        "81ffffffffffffffffff11223344, 1002, a negative length",
        "81ff000000000001000111223344, 1009, one octet more than a stranger may send",
        "81ff7fffffffffffffff11223344, 1009, as much as there can be",
        "888111223344 00, 1002, half a close code",
        "888211223344 12cf, 1002, close code 1005 - 2 octets 03ed masked with 1122",
        "88831122334412cacc, 1007, a close reason that is not UTF-8"
    })
    void a_broken_frame_ends_the_connection_with_the_code_that_fits(String frame, int code, String why)
            throws Exception {
        try (RawPeer peer = peer()) {
            peer.sayHex(frame);
            assertEquals(code, peer.hearCloseCode(), why);
            peer.assertClosedWithoutAWord();
            Recorder server = site.next();
            server.violation();
            server.end();
            assertEquals(1, server.closings.get());
            assertTrue(server.messages.isEmpty());
        }
    }

    @Test
    void abort_goes_out_before_the_close_frame() throws Exception {
        try (RawPeer peer = peer()) {
            peer.say(RawPeer.text("{}"));
            assertEquals("81 [3,{},\"wamp.error.protocol_violation\"]", peer.hearWebSocketFrame());
            assertEquals(1002, peer.hearCloseCode());
        }
    }

    @Test
    void text_that_is_not_utf8_is_a_violation() throws Exception {
        try (RawPeer peer = peer()) {
            peer.say(RawPeer.frame(0x81, HexFormat.of().parseHex("5b312c22c3282c7b7d5d")));
            assertEquals(1007, peer.hearCloseCode());
        }
    }

    @Test
    void text_on_a_binary_subprotocol_is_refused() throws Exception {
        try (RawPeer peer = site.raw().webSocket("wamp.2.cbor")) {
            peer.say(RawPeer.text(HELLO));
            assertEquals(1003, peer.hearCloseCode());
        }
    }

    @Test
    void endless_empty_fragments_are_refused_at_1024() throws Exception {
        assertFragments(new byte[0]);
    }

    @Test
    void fragments_of_one_octet_are_refused_at_1024() throws Exception {
        assertFragments(new byte[] {' '});
    }

    private void assertFragments(byte[] fragment) throws Exception {
        try (RawPeer peer = peer()) {
            ByteArrayOutputStream bomb = new ByteArrayOutputStream();
            bomb.writeBytes(RawPeer.frame(0x01, fragment));
            for (int i = 0; i < 100_000; i++) {
                bomb.writeBytes(RawPeer.frame(0x00, fragment));
            }
            // In the background: the last of it may find the connection closed.
            CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> {
                try {
                    peer.say(bomb.toByteArray());
                } catch (IOException e) {
                    // Closed, as it should be.
                }
            });
            assertEquals(1008, peer.hearCloseCode());
            assertTrue(site.next()
                    .violation()
                    .getMessage()
                    .contains("at most 1024 fragments of less than 64 bytes, but found 1025"));
            peer.hangUp();
            sender.join();
        }
    }

    @Test
    void a_message_of_1024_fragments_is_taken() throws Exception {
        try (RawPeer peer = peer()) {
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            frames.writeBytes(RawPeer.frame(0x01, HELLO.getBytes(StandardCharsets.UTF_8)));
            for (int i = 2; i < 1_024; i++) {
                frames.writeBytes(RawPeer.frame(0x00));
            }
            frames.writeBytes(RawPeer.frame(0x80));
            peer.say(frames.toByteArray());
            assertEquals(new Message.Hello("realm1", Dict.EMPTY), site.next().next());
        }
    }

    @Test
    void the_limit_holds_for_all_fragments_together() throws Exception {
        try (RawPeer peer = peer()) {
            peer.say(RawPeer.frame(0x01, new byte[40_000]));
            peer.say(RawPeer.frame(0x00, new byte[40_000]));
            assertEquals(
                    "88 \u0003\u00f1WebSocket message: expected at most 65536 bytes, but found 80000 bytes",
                    peer.hearLastWebSocketFrame());
        }
    }

    @Test
    @Conforms({Feature.WEBSOCKET, Feature.LIMITS})
    void fragments_of_64_octets_and_more_count_for_their_octets_only() throws Exception {
        try (RawPeer peer = peer()) {
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            frames.writeBytes(RawPeer.frame(0x01, (HELLO + " ".repeat(64)).getBytes(StandardCharsets.UTF_8)));
            byte[] spaces = " ".repeat(64).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 1_020; i++) {
                frames.writeBytes(RawPeer.frame(0x00, spaces));
                if (i % 2 == 0) {
                    frames.writeBytes(RawPeer.frame(0x00));
                    frames.writeBytes(RawPeer.frame(0x00));
                }
            }
            frames.writeBytes(RawPeer.frame(0x80));
            peer.say(frames.toByteArray());
            assertEquals(new Message.Hello("realm1", Dict.EMPTY), site.next().next());
        }
    }

    @Test
    @Conforms({Feature.WEBSOCKET, Feature.LIMITS})
    void control_frames_inside_of_a_message_are_refused_at_1024() throws Exception {
        try (RawPeer peer = peer()) {
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            frames.writeBytes(RawPeer.frame(0x01, HELLO.getBytes(StandardCharsets.UTF_8)));
            for (int i = 0; i < 1_024; i++) {
                frames.writeBytes(RawPeer.frame(0x8a));
            }
            frames.writeBytes(RawPeer.frame(0x80));
            peer.say(frames.toByteArray());
            assertEquals(new Message.Hello("realm1", Dict.EMPTY), site.next().next());
            frames.reset();
            frames.writeBytes(RawPeer.frame(0x01, HELLO.getBytes(StandardCharsets.UTF_8)));
            for (int i = 0; i < 1_025; i++) {
                frames.writeBytes(RawPeer.frame(0x8a));
            }
            peer.say(frames.toByteArray());
            assertEquals(
                    "88 \u0003\u00f0WebSocket message: expected at most 1024 control frames inside, but found 1025",
                    peer.hearLastWebSocketFrame());
        }
    }

    @Test
    void a_promised_length_takes_no_memory_before_its_octets_come() throws Exception {
        ListenerOptions.Limits large = Site.sizes(1 << 24, 1 << 24, 64 << 20, 64 << 20);
        try (Site roomy = new Site(Site.options("tcp://127.0.0.1:0", large), Recorder::new)) {
            RawPeer[] peers = new RawPeer[100];
            for (int i = 0; i < peers.length; i++) {
                // 1.6 GB together, of which one octet each is sent.
                peers[i] = roomy.raw().webSocket("wamp.2.json").sayHex("81ff0000000001000000112233445b");
            }
            try (RawPeer other = roomy.raw().webSocket("wamp.2.json")) {
                other.say(RawPeer.text(HELLO));
                for (int i = 0; i < peers.length; i++) {
                    roomy.next();
                }
                assertEquals(
                        new Message.Hello("realm1", Dict.EMPTY), roomy.next().next());
            }
            for (RawPeer peer : peers) {
                peer.hangUp();
            }
        }
    }

    @Test
    void sending_welcome_lifts_the_limit_for_strangers() throws Exception {
        try (RawPeer peer = peer()) {
            Recorder server = site.next();
            server.link().send(new Message.Welcome(7, Dict.EMPTY));
            assertEquals("81 [2,7,{}]", peer.hearWebSocketFrame());
            peer.say(RawPeer.text("[48,1,{},\"com.example\",[\"" + "x".repeat(900_000) + "\"]]"));
            assertEquals(900_004, server.next(Message.Call.class).payload().length());
            peer.say(RawPeer.text("[48,2,{},\"com.example\",[\"" + "x".repeat(1 << 20) + "\"]]"));
            assertEquals(1009, peer.hearCloseCode());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 3000, 4999})
    void a_close_frame_is_answered_with_its_code(int code) throws Exception {
        try (RawPeer peer = peer()) {
            peer.say(RawPeer.frame(0x88, (byte) (code >>> 8), (byte) code));
            assertEquals(code, peer.hearCloseCode());
            peer.assertClosedWithoutAWord();
            assertEquals(code > 1001, site.next().end().isPresent());
        }
    }

    @Test
    void a_close_frame_without_code_is_ordinary() throws Exception {
        try (RawPeer peer = peer()) {
            peer.say(RawPeer.frame(0x88));
            assertEquals(1000, peer.hearCloseCode());
            site.next().assertEndedInTheOrdinaryWay();
        }
    }

    @Test
    void an_end_without_close_frame_is_not_ordinary() throws Exception {
        RawPeer peer = peer();
        Recorder server = site.next();
        peer.hangUp();
        assertTrue(server.end().orElseThrow().getMessage().contains("close frame"));
    }

    @Test
    void goodbye_is_delivered_then_the_close_frame_1000_then_the_end() throws Exception {
        try (RawPeer peer = peer()) {
            Recorder server = site.next();
            server.link().send(new Message.Goodbye(Dict.EMPTY, "wamp.close.system_shutdown"));
            server.link().close();
            assertEquals("81 [6,{},\"wamp.close.system_shutdown\"]", peer.hearWebSocketFrame());
            assertEquals(1000, peer.hearCloseCode());
            peer.say(RawPeer.frame(0x88, (byte) 3, (byte) 0xe8));
            peer.assertClosedWithoutAWord();
            server.assertEndedInTheOrdinaryWay();
        }
    }

    @Test
    void a_peer_that_never_answers_the_close_frame_is_cut_off() throws Exception {
        try (RawPeer peer = peer()) {
            Recorder server = site.next();
            server.link().close();
            assertEquals(1000, peer.hearCloseCode());
            peer.assertClosedWithoutAWord();
            server.assertEndedInTheOrdinaryWay();
        }
    }

    @Test
    void a_message_above_64_kib_goes_out_in_fragments() throws Exception {
        try (RawPeer peer = peer()) {
            String realm = "r".repeat(150_000);
            site.next().link().send(new Message.Abort(Dict.EMPTY, realm));
            String whole = "[3,{},\"" + realm + "\"]";
            assertEquals("1 " + whole.substring(0, 65_536), peer.hearWebSocketFrame());
            assertEquals("0 " + whole.substring(65_536, 131_072), peer.hearWebSocketFrame());
            assertEquals("80 " + whole.substring(131_072), peer.hearWebSocketFrame());
        }
    }
}
