package io.bailiwick.router.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Codec;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.MessageTooLargeException;
import io.bailiwick.router.link.SlowConsumerException;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small connection, against the large one's listener and against octets. */
@Timeout(30)
class StreamLinkTest {
    private static final Message.Welcome WELCOME = new Message.Welcome(7, Dict.of("realm", "realm1"));

    @TempDir
    Path directory;

    private final Network network = Network.open(1);
    private final BlockingQueue<Heard> served = new LinkedBlockingQueue<>();

    /** What a link has delivered. */
    private static class Heard implements Link.Listener {
        private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
        private final CompletableFuture<ProtocolViolation> violation = new CompletableFuture<>();
        private final CompletableFuture<Optional<Throwable>> closed = new CompletableFuture<>();
        private Link link;

        @Override
        public void received(Message message) {
            messages.add(message.keep());
        }

        @Override
        public void violated(ProtocolViolation broken) {
            violation.complete(broken);
        }

        @Override
        public void closed(Throwable cause) {
            assertTrue(closed.complete(Optional.ofNullable(cause)), "closed twice");
        }

        Message next() throws InterruptedException {
            Message message = messages.poll(10, TimeUnit.SECONDS);
            assertNotNull(message, "a message was expected");
            return message;
        }

        Optional<Throwable> end() throws Exception {
            return closed.get(10, TimeUnit.SECONDS);
        }
    }

    @AfterEach
    void close() {
        network.close();
    }

    private Endpoint listen(String endpoint, ListenerOptions.Limits limits) throws IOException {
        return network.listen(
                        new ListenerOptions("test", Endpoint.of(endpoint), "/ws", Optional.empty(), limits), link -> {
                            Heard server = new Heard();
                            server.link = link;
                            served.add(server);
                            return server;
                        })
                .endpoint();
    }

    private static Heard connect(StreamConnector connector) throws Exception {
        Heard client = new Heard();
        client.link = connector.connect(client).toCompletableFuture().get(10, TimeUnit.SECONDS);
        return client;
    }

    private Heard connected(Format format) throws Exception {
        Path socket = directory.resolve("s");
        listen("unix:" + socket, ListenerOptions.Limits.DEFAULT);
        return connect(StreamConnector.unix(socket, format));
    }

    private static Message.Call call(long request, Format format, int size) {
        return new Message.Call(
                request, Dict.EMPTY, "com.example.procedure", Payloads.encode(format, Arguments.of("x".repeat(size))));
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    @Conforms({Feature.RAWSOCKET, Feature.UNIX_SOCKET})
    void messages_go_both_ways_unchanged_and_in_order(Format format) throws Exception {
        Heard client = connected(format);
        Heard server = served.take();
        server.link.send(WELCOME);
        assertEquals(WELCOME, client.next());
        long request = 0;
        for (int size : List.of(0, 1, 100, 65_000, 65_536, 70_000, 500_000, 3)) {
            Message.Call call = call(++request, format, size);
            client.link.send(call);
            Message.Call arrived = (Message.Call) server.next();
            assertEquals(call, arrived);
            Message.Result result = new Message.Result(request, Dict.EMPTY, arrived.payload());
            server.link.send(result);
            assertEquals(result, client.next());
        }
        for (int i = 1; i <= 2_000; i++) {
            client.link.send(call(i, format, i % 50));
            server.link.send(new Message.Result(i, Dict.EMPTY, Payloads.encode(format, Arguments.of(i))));
        }
        for (int i = 1; i <= 2_000; i++) {
            assertEquals(i, ((Message.Call) server.next()).request());
            assertEquals(i, ((Message.Result) client.next()).request());
        }
        assertEquals(Optional.of(format), client.link.peer().format());
        assertEquals("unix:" + directory.resolve("s"), client.link.peer().address());
    }

    @Test
    @Conforms(Feature.RAWSOCKET)
    void it_goes_over_tcp_as_well() throws Exception {
        Endpoint bound = listen("tcp://127.0.0.1:0", ListenerOptions.Limits.DEFAULT);
        Heard client = connect(StreamConnector.tcp("127.0.0.1", bound.port(), Format.CBOR));
        Message.Hello hello = new Message.Hello("realm1", Dict.EMPTY);
        client.link.send(hello);
        assertEquals(hello, served.take().next());
    }

    @Test
    void what_was_sent_before_close_arrives_and_both_ends_are_told_that_all_is_well() throws Exception {
        Heard client = connected(Format.CBOR);
        Heard server = served.take();
        for (int i = 1; i <= 50; i++) {
            client.link.send(call(i, Format.CBOR, 1_000));
        }
        client.link.close();
        assertFalse(client.link.send(call(51, Format.CBOR, 1)), "a closed link takes nothing");
        for (int i = 1; i <= 50; i++) {
            assertEquals(i, ((Message.Call) server.next()).request());
        }
        assertEquals(Optional.empty(), server.end());
        assertEquals(Optional.empty(), client.end());
    }

    @Test
    void a_close_in_the_middle_of_a_write_cuts_nothing_off() throws Exception {
        Path socket = directory.resolve("s");
        listen("unix:" + socket, ListenerOptions.Limits.DEFAULT);
        for (int round = 0; round < 2_000; round++) {
            Heard client = connect(StreamConnector.unix(socket, Format.CBOR));
            Heard server = served.take();
            client.link.send(call(1, Format.CBOR, 10));
            // The link's own thread has woken up by now, or is about to.
            for (int i = 0; i < round % 300; i++) {
                Thread.onSpinWait();
            }
            client.link.send(call(2, Format.CBOR, 10));
            client.link.close();
            assertEquals(1, ((Message.Call) server.next()).request());
            assertEquals(2, ((Message.Call) server.next()).request());
            assertEquals(Optional.empty(), server.end());
        }
    }

    @Test
    void the_end_of_the_router_is_told_with_what_it_said_last() throws Exception {
        Heard client = connected(Format.CBOR);
        Heard server = served.take();
        server.link.send(WELCOME);
        server.link.close();
        assertEquals(WELCOME, client.next());
        assertEquals(Optional.empty(), client.end());
    }

    @Test
    @Conforms(Feature.RAWSOCKET)
    void a_message_that_the_router_does_not_take_is_refused_and_the_link_goes_on() throws Exception {
        Path socket = directory.resolve("s");
        listen("unix:" + socket, ListenerOptions.Limits.DEFAULT.withMessages(4_096, 4_096));
        Heard client = connect(StreamConnector.unix(socket, Format.CBOR));
        Heard server = served.take();
        assertThrows(MessageTooLargeException.class, () -> client.link.send(call(1, Format.CBOR, 5_000)));
        client.link.send(call(2, Format.CBOR, 1_000));
        assertEquals(2, ((Message.Call) server.next()).request());
    }

    @Test
    void a_router_that_does_not_read_makes_the_sender_stop_and_is_cut_off_beyond_the_bound() throws Exception {
        Heard client = connected(Format.CBOR);
        Heard server = served.take();
        server.link.reading(false);
        boolean keptUp = true;
        for (int i = 1; i <= 200 && client.closed.isDone() == false; i++) {
            keptUp &= client.link.send(call(i, Format.CBOR, 100_000));
        }
        assertFalse(keptUp);
        assertInstanceOf(SlowConsumerException.class, client.end().orElseThrow());
    }

    @Test
    void a_listener_that_fails_ends_the_link_and_is_told_why() throws Exception {
        Path socket = directory.resolve("s");
        listen("unix:" + socket, ListenerOptions.Limits.DEFAULT);
        Heard client = new Heard() {
            @Override
            public void received(Message message) {
                throw new IllegalStateException("as the test wants it");
            }
        };
        StreamConnector.unix(socket, Format.CBOR)
                .connect(client)
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        served.take().link.send(WELCOME);
        assertEquals("as the test wants it", client.end().orElseThrow().getMessage());
    }

    @Test
    void a_connector_that_is_closed_cuts_its_links() throws Exception {
        Path socket = directory.resolve("s");
        listen("unix:" + socket, ListenerOptions.Limits.DEFAULT);
        StreamConnector connector = StreamConnector.unix(socket, Format.CBOR);
        Heard client = connect(connector);
        connector.close();
        assertEquals(Optional.empty(), client.end());
        served.take().end();
    }

    @Test
    void a_place_where_nobody_listens_is_named() {
        Path nowhere = directory.resolve("nowhere");
        ExecutionException failure =
                assertThrows(ExecutionException.class, () -> connect(StreamConnector.unix(nowhere, Format.CBOR)));
        assertTrue(failure.getCause().getMessage().contains("cannot connect to unix:" + nowhere), failure.toString());
    }

    /** A router of octets. */
    private SocketChannel raw(CompletableFuture<Heard> client) throws Exception {
        Path socket = directory.resolve("raw");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Heard heard = new Heard();
            StreamConnector.unix(socket, Format.CBOR).connect(heard).whenComplete((link, failure) -> {
                heard.link = link;
                if (failure == null) {
                    client.complete(heard);
                } else {
                    client.completeExceptionally(failure);
                }
            });
            SocketChannel accepted = server.accept();
            assertEquals("7fb30000", hex(read(accepted, 4)));
            return accepted;
        }
    }

    private static byte[] read(SocketChannel from, int length) throws IOException {
        ByteBuffer octets = ByteBuffer.allocate(length);
        while (octets.hasRemaining() && from.read(octets) >= 0) {
            // On.
        }
        return octets.array();
    }

    private static String hex(byte[] octets) {
        return java.util.HexFormat.of().formatHex(octets);
    }

    private static void write(SocketChannel to, String hex) throws IOException {
        to.write(ByteBuffer.wrap(java.util.HexFormat.of().parseHex(hex)));
    }

    private static String frame(Message message) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Codec.of(Format.CBOR).write(message, out);
        return String.format("%08x", out.size()) + hex(out.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"7f100000", "7ff10000", "7ff30001", "48545450"})
    @Conforms(Feature.RAWSOCKET)
    void another_answer_than_the_handshake_is_no_link(String answer) throws Exception {
        CompletableFuture<Heard> client = new CompletableFuture<>();
        try (SocketChannel router = raw(client)) {
            write(router, answer);
            ExecutionException failure = assertThrows(ExecutionException.class, () -> client.get(10, TimeUnit.SECONDS));
            assertTrue(failure.getCause().getMessage().contains("expected"), failure.toString());
        }
    }

    @Test
    @Conforms(Feature.RAWSOCKET)
    void pings_are_answered_with_what_they_hold_and_octets_may_come_one_by_one() throws Exception {
        CompletableFuture<Heard> client = new CompletableFuture<>();
        try (SocketChannel router = raw(client)) {
            write(router, "7ff30000");
            write(router, "01000003616263" + "02000000");
            assertEquals("02000003616263", hex(read(router, 7)));
            String welcome = frame(WELCOME);
            for (int i = 0; i < welcome.length(); i += 2) {
                write(router, welcome.substring(i, i + 2));
            }
            assertEquals(WELCOME, client.get(10, TimeUnit.SECONDS).next());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"03000000", "80000000", "08000000", "00100001", "00000001ff"})
    @Conforms(Feature.RAWSOCKET)
    void what_is_no_frame_or_no_message_is_told_once_and_ends_the_link(String octets) throws Exception {
        CompletableFuture<Heard> client = new CompletableFuture<>();
        try (SocketChannel router = raw(client)) {
            write(router, "7ff30000" + frame(WELCOME) + octets + frame(WELCOME));
            Heard heard = client.get(10, TimeUnit.SECONDS);
            assertEquals(WELCOME, heard.next());
            heard.violation.get(10, TimeUnit.SECONDS);
            assertInstanceOf(ProtocolViolation.class, heard.end().orElseThrow());
            assertEquals(0, heard.messages.size());
        }
    }

    @Test
    void the_end_of_the_connection_inside_a_frame_is_not_all_well() throws Exception {
        CompletableFuture<Heard> client = new CompletableFuture<>();
        try (SocketChannel router = raw(client)) {
            write(router, "7ff30000" + "00000010" + "aa");
        }
        assertInstanceOf(
                EOFException.class, client.get(10, TimeUnit.SECONDS).end().orElseThrow());
    }
}
