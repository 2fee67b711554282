package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The RawSocket transport, octet by octet. */
@Conforms(Feature.RAWSOCKET)
class RawSocketTest {
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

    @ParameterizedTest
    @CsvSource({
        "7ff10000, 7fb10000", // JSON; our own limit is 1 MiB, so L is 11
        "7f220000, 7fb20000",
        "7f530000, 7fb30000",
        "7ff00000, 7f100000", // serializer 0 is invalid
        "7f010000, 7f200000", // 512 bytes are too few for a WELCOME
        "7f130000, 7f200000",
        "7ff40000, 7f100000", // UBJSON is not ours
        "7ff10001, 7f300000", // reserved octets
        "7ff10100, 7f300000"
    })
    void a_handshake_is_answered_as_the_specification_says(String request, String answer) throws Exception {
        try (RawPeer peer = site.raw()) {
            assertEquals(answer, peer.sayHex(request).hearHex(4));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7ff00000", "7ff10001"})
    void an_error_reply_is_followed_by_the_end(String request) throws Exception {
        try (RawPeer peer = site.raw()) {
            peer.sayHex(request).hear(4);
            peer.assertClosedWithoutAWord();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7ef10000", "16030100", "00"})
    void another_first_octet_is_closed_without_a_word(String request) throws Exception {
        try (RawPeer peer = site.raw()) {
            peer.sayHex(request).assertClosedWithoutAWord();
        }
    }

    @Test
    void a_ping_is_answered_with_its_own_payload() throws Exception {
        try (RawPeer peer = site.raw().rawSocket()) {
            assertEquals("02000003616263", peer.sayHex("01000003616263").hearHex(7));
            assertEquals("02000000", peer.sayHex("01000000").hearHex(4));
        }
    }

    @Test
    void a_ping_of_2_to_the_24_octets_is_answered_with_as_many() throws Exception {
        try (Site roomy = sixteenMebibytes();
                RawPeer peer = roomy.raw().rawSocket()) {
            byte[] payload = new byte[1 << 24];
            Arrays.fill(payload, (byte) 'x');
            peer.sayHex("09000000").say(payload);
            assertEquals("0a000000", peer.hearHex(4));
            assertArrayEquals(payload, peer.hear(1 << 24));
        }
    }

    @Test
    void a_pong_that_nobody_asked_for_is_nothing() throws Exception {
        try (RawPeer peer = site.raw().rawSocket()) {
            peer.sayHex("0200000161").sayMessage(HELLO);
            assertEquals(new Message.Hello("realm1", Dict.EMPTY), site.next().next());
        }
    }

    @Test
    void the_plain_length_that_autobahn_on_twisted_writes_for_2_to_the_24_is_understood() throws Exception {
        try (Site roomy = sixteenMebibytes();
                RawPeer peer = roomy.raw().rawSocket()) {
            byte[] message = new byte[4 + (1 << 24)];
            Arrays.fill(message, (byte) ' ');
            message[0] = 1;
            message[1] = message[2] = message[3] = 0;
            System.arraycopy(HELLO.getBytes(StandardCharsets.UTF_8), 0, message, 4, HELLO.length());
            peer.say(message);
            Recorder server = roomy.next();
            assertEquals(new Message.Hello("realm1", Dict.EMPTY), server.next());
            // Two pings without payload in one piece are still two pings, as is one with a message behind it.
            assertEquals("0200000002000000", peer.sayHex("0100000001000000").hearHex(8));
            peer.sayHex("010000000000000f" + HexFormat.of().formatHex(HELLO.getBytes(StandardCharsets.UTF_8)));
            assertEquals("02000000", peer.hearHex(4));
            assertEquals(new Message.Hello("realm1", Dict.EMPTY), server.next());
        }
    }

    private static Site sixteenMebibytes() throws Exception {
        ListenerOptions.Limits large = Site.sizes(1 << 24, 1 << 24, 64 << 20, 64 << 20);
        return new Site(Site.options("tcp://127.0.0.1:0", large), Recorder::new);
    }

    @ParameterizedTest
    @CsvSource({
        "7f100000, 1, serializer unsupported",
        "7f200000, 2, maximum message length unacceptable",
        "7f300000, 3, use of reserved bits",
        "7f400000, 4, maximum connection count reached",
        "7f000000, 0, illegal error",
        "7f900000, 9, unknown"
    })
    void a_client_of_ours_names_the_error_of_the_router(String answer, int number, String name) throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Link> link = site.network
                    .connector(
                            Endpoint.of("rs://127.0.0.1:" + socket.getLocalPort()),
                            Format.JSON,
                            Optional.empty(),
                            site.limits)
                    .connect(new Recorder())
                    .toCompletableFuture();
            try (RawPeer router = new RawPeer(socket.accept())) {
                assertEquals("7fb10000", router.hearHex(4));
                router.sayHex(answer);
                ExecutionException refusal =
                        assertThrows(ExecutionException.class, () -> link.get(Recorder.PATIENCE, TimeUnit.SECONDS));
                assertTrue(refusal.getCause().getMessage().endsWith("found error " + number + " (" + name + ")"));
            }
        }
    }

    @Test
    void handshake_and_frame_may_come_octet_by_octet() throws Exception {
        try (RawPeer peer = site.raw()) {
            for (byte octet : new byte[] {0x7f, (byte) 0xf1, 0, 0, 0, 0, 0, 15}) {
                peer.say(octet);
            }
            peer.sayText(HELLO);
            assertEquals(new Message.Hello("realm1", Dict.EMPTY), site.next().next());
        }
    }

    @Test
    void messages_are_delivered_in_order_and_stay_valid() throws Exception {
        try (RawPeer peer = site.raw().rawSocket()) {
            for (int i = 1; i <= 100; i++) {
                peer.sayMessage("[48," + i + ",{},\"com.example\",[" + i + "]]");
            }
            Recorder server = site.next();
            for (int i = 1; i <= 100; i++) {
                Message.Call call = server.next(Message.Call.class);
                assertEquals(i, call.request());
                byte[] payload = new byte[call.payload().length()];
                call.payload().bytes().get(payload);
                assertEquals("[" + i + "]", new String(payload, StandardCharsets.UTF_8));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"03000000", "07000000", "10000000", "80000000", "08000001", "04000003616263", "0b000000"})
    void a_reserved_type_or_bit_ends_the_connection(String frame) throws Exception {
        try (RawPeer peer = site.raw().rawSocket()) {
            peer.sayHex(frame);
            assertEquals("[3,{},\"wamp.error.protocol_violation\"]", peer.hearFrame(0));
            peer.assertClosedWithoutAWord();
            Recorder server = site.next();
            assertTrue(server.violation().getMessage().startsWith("RawSocket frame: expected"));
            assertInstanceOf(ProtocolViolation.class, server.end().orElseThrow());
            assertEquals(1, server.closings.get());
        }
    }

    @Test
    void before_welcome_a_message_may_have_no_more_than_the_limit_for_strangers() throws Exception {
        try (RawPeer peer = site.raw().rawSocket()) {
            byte[] hello = Arrays.copyOf(HELLO.getBytes(StandardCharsets.UTF_8), 1 << 16);
            Arrays.fill(hello, HELLO.length(), hello.length, (byte) ' ');
            peer.sayFrame(0, hello);
            assertEquals(new Message.Hello("realm1", Dict.EMPTY), site.next().next());
        }
        try (RawPeer peer = site.raw().rawSocket()) {
            peer.sayHex("00010001"); // one octet more; none of them is sent
            site.next().violation();
            assertEquals("[3,{},\"wamp.error.protocol_violation\"]", peer.hearFrame(0));
            peer.assertClosedWithoutAWord();
        }
    }

    @Test
    void sending_welcome_lifts_the_limit_to_what_was_announced_and_no_further() throws Exception {
        try (RawPeer peer = site.raw().rawSocket()) {
            Recorder server = site.next();
            server.link().send(new Message.Welcome(7, Dict.EMPTY));
            assertEquals("[2,7,{}]", peer.hearFrame(0));
            String payload = "\"" + "x".repeat((1 << 20) - 40) + "\"";
            peer.sayMessage("[48,1,{},\"com.example\",[" + payload + "]]");
            assertEquals(
                    payload.length() + 2,
                    server.next(Message.Call.class).payload().length());
            peer.sayHex("00100001");
            server.violation();
        }
    }

    @Test
    void the_x_bit_stands_for_a_length_of_2_to_the_24() throws Exception {
        try (Site roomy = sixteenMebibytes();
                RawPeer peer = roomy.raw()) {
            assertEquals("7ff10000", peer.sayHex("7ff10000").hearHex(4));
            String start = "[48,1,{},\"com.example\",[\"";
            String end = "\"]]";
            peer.sayHex("08000000");
            peer.sayText(start);
            byte[] rest = new byte[(1 << 24) - start.length() - end.length()];
            Arrays.fill(rest, (byte) 'x');
            peer.say(rest).sayText(end);
            Recorder server = roomy.next();
            Message.Call call = server.next(Message.Call.class);
            assertEquals(rest.length + 4, call.payload().length());
            // [50,1,{},["..."]] with as many octets again
            int payload = (1 << 24) - "[50,1,{},]".length();
            byte[] answer = new byte[payload];
            Arrays.fill(answer, (byte) 'y');
            answer[0] = '[';
            answer[1] = '"';
            answer[payload - 2] = '"';
            answer[payload - 1] = ']';
            server.link()
                    .send(new Message.Result(1, Dict.EMPTY, Payload.owned(Format.JSON, ByteBuffer.wrap(answer), 1)));
            assertEquals("08000000", peer.hearHex(4));
            assertTrue(new String(peer.hear(1 << 24), StandardCharsets.US_ASCII).startsWith("[50,1,{},[\"yyy"));
        }
    }

    @Test
    void octets_that_are_no_message_are_answered_with_abort_and_the_end() throws Exception {
        try (RawPeer peer = site.raw().rawSocket()) {
            peer.sayMessage("[1,").sayMessage(HELLO);
            assertEquals("[3,{},\"wamp.error.protocol_violation\"]", peer.hearFrame(0));
            peer.assertClosedWithoutAWord();
            Recorder server = site.next();
            server.violation();
            server.end();
            assertTrue(server.messages.isEmpty(), "nothing is delivered after a violation");
        }
    }

    @Test
    void an_end_between_frames_is_ordinary_and_one_inside_is_not() throws Exception {
        RawPeer tidy = site.raw().rawSocket();
        Recorder first = site.next();
        tidy.hangUp();
        first.assertEndedInTheOrdinaryWay();
        RawPeer hasty = site.raw().rawSocket().sayHex("000000");
        Recorder second = site.next();
        hasty.hangUp();
        Optional<Throwable> cause = second.end();
        assertTrue(cause.orElseThrow().getMessage().contains("rest of a frame"));
    }

    @Test
    void a_peer_is_told_of_the_address_format_and_listener() throws Exception {
        try (RawPeer peer = site.raw().rawSocket()) {
            var expected =
                    new Peer("test", "tcp:127.0.0.1:" + peer.socket().getLocalPort(), Optional.of(Format.JSON), false);
            assertEquals(expected, site.next().link().peer());
        }
    }

    @Test
    @Conforms({Feature.RAWSOCKET, Feature.ONE_PORT, Feature.LIMITS})
    void one_connection_too_many_gets_error_4() throws Exception {
        ListenerOptions.Limits few = Site.QUICK.withConnections(1);
        try (Site small = new Site(Site.options("tcp://127.0.0.1:0", few), Recorder::new);
                RawPeer first = small.raw().rawSocket()) {
            try (RawPeer second = small.raw()) {
                assertEquals("7f400000", second.sayHex("7ff10000").hearHex(4));
                second.assertClosedWithoutAWord();
            }
            try (RawPeer third = small.raw().sayText(RawPeer.upgrade("wamp.2.json"))) {
                assertTrue(third.hearHead().startsWith("HTTP/1.1 503 "));
            }
            assertEquals("02000000", first.sayHex("01000000").hearHex(4));
            first.hangUp();
            small.next().end();
            try (RawPeer fourth = small.raw()) {
                assertEquals("7fb10000", fourth.sayHex("7ff10000").hearHex(4));
            }
        }
    }
}
