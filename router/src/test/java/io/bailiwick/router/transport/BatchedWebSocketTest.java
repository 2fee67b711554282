package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.codec.Codec;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.transport.frame.Subprotocol;
import io.bailiwick.router.transport.tls.ConnectorTls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The batched subprotocols over WebSocket, both sides. */
@Conforms({Feature.BATCHED, Feature.WEBSOCKET})
class BatchedWebSocketTest {
    private static final String HELLO = "[1,\"realm1\",{}]";
    private static final String BURST = "com.example.burst";

    private Site site;

    /** Answers HELLO to {@link #BURST} with so many messages as its roles say, all sent within one turn of the loop. */
    private static final class Bursting extends Recorder {
        private final int number;
        private final String text;

        Bursting(int number, String text) {
            this.number = number;
            this.text = text;
        }

        @Override
        public void received(Message message) {
            super.received(message);
            if (message instanceof Message.Hello hello && BURST.equals(hello.realm())) {
                Link answer = link.join();
                for (int i = 1; i <= number; i++) {
                    answer.send(new Message.Abort(Dict.EMPTY, text + i));
                }
            }
        }
    }

    @BeforeEach
    void listen() throws Exception {
        site = new Site(Site.options("tcp://127.0.0.1:0", Site.QUICK), () -> new Bursting(3, "com.example.a"));
    }

    @AfterEach
    void close() {
        site.close();
    }

    private RawPeer json() throws IOException {
        return site.raw().webSocket("wamp.2.json.batched");
    }

    private static byte[] batch(char separator, String... messages) {
        StringBuilder batch = new StringBuilder();
        Arrays.stream(messages).forEach(message -> batch.append(message).append(separator));
        return RawPeer.text(batch.toString());
    }

    @Test
    void one_websocket_message_brings_several_messages_in_order() throws Exception {
        try (RawPeer peer = json()) {
            peer.say(batch('\u001e', HELLO, "[48,1,{},\"com.example.a\"]", "[48,2,{},\"com.example.b\"]"));
            Recorder server = site.next();
            assertEquals(new Message.Hello("realm1", Dict.EMPTY), server.next());
            assertEquals(1, server.next(Message.Call.class).request());
            assertEquals(2, server.next(Message.Call.class).request());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Format.class,
            names = {"MSGPACK", "CBOR"})
    void binary_messages_have_their_lengths_in_front(Format format) throws Exception {
        ByteArrayOutputStream one = new ByteArrayOutputStream();
        Codec.of(format).write(new Message.Hello(BURST, Dict.EMPTY), one);
        byte[] length = ByteBuffer.allocate(4).putInt(one.size()).array();
        byte[] message = Catalogue.join(length, one.toByteArray());
        try (RawPeer peer = site.raw().webSocket("wamp.2." + format.id() + ".batched")) {
            peer.say(RawPeer.frame(0x82, Catalogue.join(message, message)));
            Recorder server = site.next();
            assertEquals(new Message.Hello(BURST, Dict.EMPTY), server.next());
            assertEquals(new Message.Hello(BURST, Dict.EMPTY), server.next());
            ByteArrayOutputStream abort = new ByteArrayOutputStream();
            Codec.of(format).write(new Message.Abort(Dict.EMPTY, "com.example.a1"), abort);
            byte[] expected = Catalogue.join(new byte[] {0, 0, 0, (byte) abort.size()}, abort.toByteArray());
            String frame = peer.hearWebSocketFrame();
            assertTrue(frame.startsWith("82 "));
            byte[] heard = frame.substring(3).getBytes(StandardCharsets.ISO_8859_1);
            assertArrayEquals(expected, Arrays.copyOf(heard, expected.length));
        }
    }

    @ParameterizedTest
    @ValueSource(chars = {'\u001e', '\u0018'})
    void what_is_sent_together_goes_out_together_with_the_separator_of_the_peer(char separator) throws Exception {
        try (RawPeer peer = json()) {
            peer.say(batch(separator, "[1,\"" + BURST + "\",{}]"));
            String expected = "[3,{},\"com.example.a1\"]" + separator + "[3,{},\"com.example.a2\"]" + separator
                    + "[3,{},\"com.example.a3\"]" + separator;
            assertEquals("81 " + expected, peer.hearWebSocketFrame());
        }
    }

    @Test
    void a_peer_that_has_said_nothing_gets_0x1e() throws Exception {
        try (RawPeer peer = json()) {
            site.next().link().send(new Message.Welcome(7, Dict.EMPTY));
            assertEquals("81 [2,7,{}]\u001e", peer.hearWebSocketFrame());
        }
    }

    @Test
    void a_batch_has_at_most_64_kib_unless_a_single_message_has_more() throws Exception {
        String large = "com.example." + "a".repeat(30_000);
        try (Site bursting = new Site(Site.options("tcp://127.0.0.1:0", Site.QUICK), () -> new Bursting(5, large));
                RawPeer peer = bursting.raw().webSocket("wamp.2.json.batched")) {
            peer.say(batch('\u001e', "[1,\"" + BURST + "\",{}]"));
            for (int[] pair : new int[][] {{1, 2}, {3, 4}, {5, 5}}) {
                String frame = peer.hearWebSocketFrame();
                assertTrue(frame.length() < 1 << 16);
                assertTrue(frame.contains("a" + pair[0] + "\"]\u001e"));
                assertTrue(frame.endsWith("a" + pair[1] + "\"]\u001e"));
            }
            bursting.next().link().send(new Message.Abort(Dict.EMPTY, "x".repeat(100_000)));
            assertTrue(peer.hearWebSocketFrame().startsWith("1 [3,{},\"xxx"), "the first fragment of a single message");
            assertTrue(peer.hearWebSocketFrame().endsWith("x\"]\u001e"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|batch: expected at least one message, but found none",
                "[1,\"realm1\",{}]|batch: expected a separator (0x1E) behind each message, but found the end of the batch"
            })
    void what_is_no_batch_ends_the_connection(String text, String why) throws Exception {
        try (RawPeer peer = json()) {
            peer.say(RawPeer.text(text));
            assertEquals("81 [3,{},\"wamp.error.protocol_violation\"]\u001e", peer.hearWebSocketFrame());
            assertEquals(1002, peer.hearCloseCode());
            peer.assertClosedWithoutAWord();
            assertEquals(why, site.next().violation().getMessage());
        }
    }

    @Test
    void messages_in_front_of_a_violation_are_delivered_and_none_behind_it() throws Exception {
        try (RawPeer peer = json()) {
            peer.say(batch('\u001e', HELLO, "[1,", HELLO));
            assertEquals(1002, peer.hearCloseCode());
            Recorder server = site.next();
            server.end();
            assertEquals(1, server.messages.size());
        }
    }

    @Test
    void nothing_of_a_batch_is_delivered_behind_the_close_of_the_listener() throws Exception {
        Site closing = new Site(Site.options("tcp://127.0.0.1:0", Site.QUICK), () -> new Recorder() {
            @Override
            public void received(Message message) {
                super.received(message);
                link.join().close();
            }
        });
        try (closing;
                RawPeer peer = closing.raw().webSocket("wamp.2.json.batched")) {
            peer.say(batch('\u001e', HELLO, HELLO));
            assertEquals(1000, peer.hearCloseCode());
            peer.hangUp();
            Recorder server = closing.next();
            server.end();
            assertEquals(1, server.messages.size());
        }
    }

    @Test
    void the_limit_of_a_message_holds_in_a_batch_and_names_itself() throws Exception {
        String spaces = " ".repeat((1 << 16) - HELLO.length());
        try (RawPeer peer = json()) {
            peer.say(batch('\u001e', HELLO + spaces));
            Recorder server = site.next();
            server.next();
            peer.say(batch('\u001e', HELLO + spaces + " "));
            assertEquals(1002, peer.hearCloseCode());
            assertEquals(
                    "message in a batch: expected at most 65536 bytes, but found 65537 bytes",
                    server.violation().getMessage());
        }
    }

    @Test
    void a_batch_as_a_whole_may_have_what_a_message_may_have_and_its_mark() throws Exception {
        try (RawPeer peer = json()) {
            peer.say(batch('\u001e', " ".repeat(40_000), " ".repeat(40_000)));
            assertEquals(1009, peer.hearCloseCode());
            assertEquals(
                    "WebSocket message: expected at most 65540 bytes, but found 80002 bytes",
                    site.next().violation().getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void a_client_of_ours_speaks_batches_too(Format format) throws Exception {
        Recorder client = new Recorder();
        Subprotocol subprotocol = new Subprotocol(format, true);
        Link link = site.network
                .connector(site.by("ws"), subprotocol, false, ConnectorTls.DEFAULT, site.limits)
                .connect(client)
                .toCompletableFuture()
                .get();
        client.link.complete(link);
        Recorder server = site.next();
        assertEquals(Optional.of(format), server.link().peer().format());
        for (int i = 1; i <= 1_000; i++) {
            link.send(new Message.Abort(Dict.EMPTY, "com.example.c" + i));
            server.link().send(new Message.Abort(Dict.EMPTY, "com.example.s" + i));
        }
        for (int i = 1; i <= 1_000; i++) {
            assertEquals("com.example.c" + i, server.next(Message.Abort.class).reason());
            assertEquals("com.example.s" + i, client.next(Message.Abort.class).reason());
        }
        link.close();
        client.assertEndedInTheOrdinaryWay();
    }

    @Test
    void rawsocket_has_neither_batches_nor_compression() {
        for (boolean batched : new boolean[] {true, false}) {
            Subprotocol subprotocol = new Subprotocol(Format.JSON, batched);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> site.network.connector(
                            site.by("rs"), subprotocol, !batched, ConnectorTls.DEFAULT, site.limits));
        }
    }
}
