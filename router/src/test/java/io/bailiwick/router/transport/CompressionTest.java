package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.transport.frame.Subprotocol;
import io.bailiwick.router.transport.tls.ConnectorTls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** permessage-deflate over real sockets, both sides. */
@Conforms(Feature.PERMESSAGE_DEFLATE)
class CompressionTest {
    private static final String HELLO = "[1,\"realm1\",{}]";
    private static final String OFFER = "permessage-deflate; client_max_window_bits";

    private Site site;

    @BeforeEach
    void listen() throws Exception {
        site = new Site(Site.options("tcp://127.0.0.1:0", Site.QUICK).withCompression(true), Recorder::new);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private static String upgrade(String subprotocol, String extensions) {
        return RawPeer.upgrade(subprotocol)
                .replace("Upgrade: websocket", "Upgrade: websocket\r\nSec-WebSocket-Extensions: " + extensions);
    }

    private RawPeer peer() throws IOException {
        RawPeer peer = site.raw().sayText(upgrade("wamp.2.json", OFFER));
        assertTrue(
                peer.hearHead()
                        .contains("permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n"),
                "the answer");
        return peer;
    }

    private static byte[] packed(byte[] message) {
        Deflater deflater = new Deflater(6, true);
        deflater.setInput(message);
        byte[] packed = new byte[message.length + 100];
        int length = deflater.deflate(packed, 0, packed.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(packed, length - 4);
    }

    private static byte[] packed(String message) {
        return packed(message.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void it_is_off_unless_the_listener_turns_it_on() throws Exception {
        try (Site plain = Site.tcp(Site.QUICK);
                RawPeer peer = plain.raw().sayText(upgrade("wamp.2.json", OFFER))) {
            String head = peer.hearHead();
            assertTrue(head.startsWith("HTTP/1.1 101 "));
            assertFalse(head.toLowerCase(java.util.Locale.ROOT).contains("extensions"));
            peer.say(RawPeer.frame(0xc1, packed(HELLO)));
            assertEquals(1002, peer.hearCloseCode());
        }
    }

    @Test
    void who_does_not_ask_or_asks_for_what_there_is_not_gets_none() throws Exception {
        for (String offer : new String[] {"permessage-bzip2", "permessage-deflate; server_max_window_bits=3"}) {
            try (RawPeer peer = site.raw().sayText(upgrade("wamp.2.json", offer))) {
                assertFalse(peer.hearHead().contains("permessage"));
            }
        }
        try (RawPeer peer = site.raw().sayText(RawPeer.upgrade("wamp.2.json"))) {
            assertFalse(peer.hearHead().contains("permessage"));
        }
    }

    @Test
    void compressed_and_plain_messages_are_read_side_by_side_whole_and_in_fragments() throws Exception {
        try (RawPeer peer = peer()) {
            byte[] packed = packed(HELLO);
            peer.say(RawPeer.frame(0xc1, packed));
            peer.say(RawPeer.text(HELLO));
            peer.say(RawPeer.frame(0x41, Arrays.copyOf(packed, 3)));
            peer.say(RawPeer.frame(0x89, (byte) 'x'));
            peer.say(RawPeer.frame(0x80, Arrays.copyOfRange(packed, 3, packed.length)));
            Recorder server = site.next();
            for (int i = 0; i < 3; i++) {
                assertEquals(new Message.Hello("realm1", Dict.EMPTY), server.next());
            }
            assertEquals("8a x", peer.hearWebSocketFrame());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "01 5b c0 00, the bit on a continuation",
        "c9 00, the bit on a ping",
        "c8 00, the bit on a close",
        "e1 00, the second reserved bit as well",
        "91 00, the third alone"
    })
    void the_first_reserved_bit_belongs_to_the_first_frame_of_a_message(String frames, String why) throws Exception {
        String[] octets = frames.split(" ");
        try (RawPeer peer = peer()) {
            if (octets.length == 4) {
                peer.say(RawPeer.frame(0x01, (byte) '['));
                peer.say(RawPeer.frame(0xc0));
            } else {
                peer.say(RawPeer.frame(Integer.parseInt(octets[0], 16)));
            }
            assertEquals(1002, peer.hearCloseCode(), why);
        }
    }

    @Test
    void what_cannot_be_unpacked_or_is_no_text_then_is_refused_with_1007() throws Exception {
        for (byte[] broken : new byte[][] {
            {(byte) 0xff, (byte) 0xff, (byte) 0xff}, packed(new byte[] {'[', (byte) 0xc3}), packed(new byte[] {-1})
        }) {
            try (RawPeer peer = peer()) {
                peer.say(RawPeer.frame(0xc1, broken));
                assertEquals(1007, peer.hearCloseCode());
            }
        }
    }

    @Test
    void a_bomb_is_refused_at_the_limit_of_a_message() throws Exception {
        try (RawPeer peer = peer()) {
            peer.say(RawPeer.frame(0xc1, packed(" ".repeat(30 << 20))));
            assertEquals(1009, peer.hearCloseCode());
            assertEquals(
                    "WebSocket message: expected at most 65536 bytes, but found more when it was unpacked",
                    site.next().violation().getMessage());
        }
    }

    @Test
    void a_message_of_the_limit_is_unpacked_and_one_octet_more_is_not() throws Exception {
        try (RawPeer peer = peer()) {
            peer.say(RawPeer.frame(0xc1, packed(HELLO + " ".repeat((1 << 16) - HELLO.length()))));
            site.next().next();
            peer.say(RawPeer.frame(0xc1, packed(HELLO + " ".repeat((1 << 16) - HELLO.length() + 1))));
            assertEquals(1009, peer.hearCloseCode());
        }
    }

    @Test
    void large_messages_go_out_compressed_each_by_itself_and_small_ones_as_they_are() throws Exception {
        try (RawPeer peer = peer()) {
            Link link = site.next().link();
            Message large = new Message.Abort(Dict.EMPTY, "com.example." + "a".repeat(5_000));
            link.send(large);
            link.send(large);
            link.send(new Message.Abort(Dict.EMPTY, "com.example.b"));
            String first = peer.hearWebSocketFrame();
            assertTrue(first.startsWith("c1 "));
            assertTrue(first.length() < 200);
            assertEquals(first, peer.hearWebSocketFrame());
            assertEquals("81 [3,{},\"com.example.b\"]", peer.hearWebSocketFrame());
            byte[] octets = (first.substring(3) + "\0\0\u00ff\u00ff").getBytes(StandardCharsets.ISO_8859_1);
            Inflater inflater = new Inflater(true);
            inflater.setInput(octets);
            byte[] message = new byte[6_000];
            int length = inflater.inflate(message);
            inflater.end();
            assertArrayEquals(
                    ("[3,{},\"com.example." + "a".repeat(5_000) + "\"]").getBytes(StandardCharsets.UTF_8),
                    Arrays.copyOf(message, length));
        }
    }

    @ParameterizedTest
    @CsvSource({"JSON, false", "JSON, true", "MSGPACK, true", "CBOR, false", "CBOR, true"})
    void a_client_of_ours_compresses_too(Format format, boolean batched) throws Exception {
        Recorder client = new Recorder();
        Link link = site.network
                .connector(site.by("ws"), new Subprotocol(format, batched), true, ConnectorTls.DEFAULT, site.limits)
                .connect(client)
                .toCompletableFuture()
                .get();
        client.link.complete(link);
        Recorder server = site.next();
        server.link().send(new Message.Welcome(7, Dict.EMPTY));
        client.next();
        Random random = new Random(7);
        for (int i = 0; i < 50; i++) {
            // Letters at random shrink, but not to nothing: some of them stay above the size of a fragment.
            StringBuilder text = new StringBuilder("com.example.");
            for (int letters = random.nextInt(i % 10 == 0 ? 300_000 : 3_000); letters > 0; letters--) {
                text.append((char) ('a' + random.nextInt(16)));
            }
            Message message = new Message.Abort(Dict.EMPTY, text.toString());
            link.send(message);
            server.link().send(message);
            assertEquals(message, server.next());
            assertEquals(message, client.next());
        }
        link.close();
        client.assertEndedInTheOrdinaryWay();
    }

    @Test
    void a_client_of_ours_lives_without_it_where_the_router_does_not_compress() throws Exception {
        try (Site plain = Site.tcp(Site.QUICK)) {
            Link link = plain.network
                    .connector(
                            plain.by("ws"),
                            new Subprotocol(Format.CBOR, false),
                            true,
                            ConnectorTls.DEFAULT,
                            plain.limits)
                    .connect(new Recorder())
                    .toCompletableFuture()
                    .get();
            Message message = new Message.Abort(Dict.EMPTY, "com.example." + "a".repeat(5_000));
            link.send(message);
            assertEquals(message, plain.next().next());
        }
    }
}
