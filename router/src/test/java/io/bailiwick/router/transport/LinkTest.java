package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.MessageTooLargeException;
import io.bailiwick.router.link.SlowConsumerException;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments.ArgumentSet;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a link does, whatever it runs over: both ends are ours. */
class LinkTest {
    private static final Message.Welcome WELCOME = new Message.Welcome(7, Dict.of("realm", "realm1"));

    @TempDir
    Path directory;

    static Stream<ArgumentSet> transportsAndFormats() {
        return Stream.of("ws", "rs", "unix").flatMap(scheme -> Stream.of(Format.values())
                .map(format -> org.junit.jupiter.params.provider.Arguments.argumentSet(
                        scheme + " " + format.id(), scheme, format)));
    }

    private Site site(String scheme, ListenerOptions.Limits limits) throws IOException {
        return scheme.equals("unix") ? Site.unix(directory.resolve("s"), limits) : Site.tcp(limits);
    }

    private static Message.Call call(long request, Format format, String text) {
        Payload payload = Payloads.encode(format, Arguments.of(text));
        return new Message.Call(request, Dict.EMPTY, "com.example.procedure", payload);
    }

    @ParameterizedTest
    @MethodSource("transportsAndFormats")
    @Conforms({Feature.WEBSOCKET, Feature.RAWSOCKET, Feature.UNIX_SOCKET, Feature.JSON, Feature.MSGPACK, Feature.CBOR})
    void messages_go_both_ways_unchanged_and_in_order(String scheme, Format format) throws Exception {
        try (Site site = site(scheme, Site.QUICK)) {
            Recorder client = site.connect(scheme, format);
            Recorder server = site.next();
            server.link().send(WELCOME);
            assertEquals(WELCOME, client.next());
            List<Integer> sizes = List.of(0, 1, 100, 120, 130, 65_000, 70_000, 500_000, 3);
            for (int i = 0; i < sizes.size(); i++) {
                Message.Call call = call(i + 1, format, "x".repeat(sizes.get(i)));
                assertTrue(client.link().send(call) || i > 0);
                Message.Call arrived = server.next(Message.Call.class);
                assertEquals(call, arrived);
                Message.Result result = new Message.Result(i + 1, Dict.EMPTY, arrived.payload());
                server.link().send(result);
                assertEquals(result, client.next());
            }
            for (int i = 1; i <= 2_000; i++) {
                client.link().send(call(i, format, "ä"));
            }
            for (int i = 1; i <= 2_000; i++) {
                assertEquals(i, server.next(Message.Call.class).request());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("transportsAndFormats")
    void what_was_sent_before_close_arrives_and_then_both_ends_are_told_once(String scheme, Format format)
            throws Exception {
        try (Site site = site(scheme, Site.QUICK)) {
            Recorder client = site.connect(scheme, format);
            Recorder server = site.next();
            server.link().send(WELCOME);
            for (int i = 1; i <= 50; i++) {
                server.link()
                        .send(new Message.Result(
                                i,
                                Dict.EMPTY,
                                call(i, format, "x".repeat(10_000)).payload()));
            }
            Message.Goodbye goodbye = new Message.Goodbye(Dict.EMPTY, "wamp.close.system_shutdown");
            server.link().send(goodbye);
            server.link().close();
            assertFalse(server.link().send(goodbye), "a message to a closed link is dropped");
            assertEquals(WELCOME, client.next());
            for (int i = 1; i <= 50; i++) {
                assertEquals(i, client.next(Message.Result.class).request());
            }
            assertEquals(goodbye, client.next());
            client.assertEndedInTheOrdinaryWay();
            server.assertEndedInTheOrdinaryWay();
            assertEquals(1, client.closings.get());
            assertEquals(1, server.closings.get());
            assertTrue(client.messages.isEmpty());
        }
    }

    @ParameterizedTest
    @MethodSource("transportsAndFormats")
    void a_client_may_close_as_well(String scheme, Format format) throws Exception {
        try (Site site = site(scheme, Site.QUICK)) {
            Recorder client = site.connect(scheme, format);
            Recorder server = site.next();
            Message.Goodbye goodbye = new Message.Goodbye(Dict.EMPTY, "wamp.close.close_realm");
            client.link().send(goodbye);
            client.link().close();
            assertEquals(goodbye, server.next());
            server.assertEndedInTheOrdinaryWay();
            client.assertEndedInTheOrdinaryWay();
        }
    }

    @ParameterizedTest
    @MethodSource("transportsAndFormats")
    @Conforms(Feature.LIMITS)
    void a_message_that_the_peer_does_not_take_is_refused_and_nothing_of_it_is_sent(String scheme, Format format)
            throws Exception {
        try (Site site = site(scheme, Site.sizes(1 << 16, 1 << 16, 1 << 20, 4 << 20))) {
            Recorder client = site.connect(scheme, format);
            Recorder server = site.next();
            MessageTooLargeException refusal = assertThrows(
                    MessageTooLargeException.class, () -> client.link().send(call(1, format, "x".repeat(1 << 16))));
            assertEquals(1 << 16, refusal.limit());
            Message.Call small = call(2, format, "x");
            client.link().send(small);
            assertEquals(small, server.next());
        }
    }

    @Test
    void the_limit_that_a_rawsocket_peer_announces_is_kept() throws Exception {
        try (Site site = Site.tcp(Site.QUICK);
                RawPeer peer = site.raw()) {
            peer.sayHex("7f210000").hear(4); // takes 2,048 bytes
            Link link = site.next().link();
            assertThrows(MessageTooLargeException.class, () -> link.send(call(1, Format.JSON, "x".repeat(2_048))));
            link.send(WELCOME);
            assertEquals("[2,7,{\"realm\":\"realm1\"}]", peer.hearFrame(0));
        }
    }

    @ParameterizedTest
    @MethodSource("transportsAndFormats")
    @Conforms(Feature.SLOW_READERS)
    void a_peer_that_does_not_read_is_told_of_by_send_and_then_cut_off_and_delays_nobody(String scheme, Format format)
            throws Exception {
        ListenerOptions.Limits limits = Site.sizes(1 << 20, 1 << 20, 1 << 18, 1 << 20);
        CompletableFuture<Void> gate = new CompletableFuture<>();
        try (Site site = site(scheme, limits);
                Network other = Network.open(OnEpoll.options(1))) {
            // The listener of the slow client blocks its own loop: nothing is read from the socket any more.
            Recorder slow = new Recorder() {
                @Override
                public void received(Message message) {
                    gate.join();
                }
            };
            other.connector(site.by(scheme), format, Optional.empty(), limits)
                    .connect(slow)
                    .toCompletableFuture()
                    .get(Recorder.PATIENCE, TimeUnit.SECONDS);
            Recorder toSlow = site.next();
            Recorder quick = site.connect(scheme, format);
            Recorder toQuick = site.next();

            Message.Result large = new Message.Result(
                    1, Dict.EMPTY, call(1, format, "x".repeat(50_000)).payload());
            boolean keptUp = true;
            int sent = 0;
            while (!toSlow.closed.isDone() && sent < 10_000) {
                keptUp &= toSlow.link().send(large);
                sent++;
                Message.Published news = new Message.Published(sent, sent);
                toQuick.link().send(news);
                assertEquals(news, quick.next());
            }
            assertFalse(keptUp, "send has to tell that the peer does not keep up");
            assertInstanceOf(SlowConsumerException.class, toSlow.end().orElseThrow());
            assertEquals(1, toSlow.closings.get());
            assertFalse(toSlow.link().send(large));
            gate.complete(null);
            slow.end();
        } finally {
            gate.complete(null);
        }
    }

    @Test
    void a_close_does_not_wait_for_ever_for_a_peer_that_does_not_read() throws Exception {
        try (Site site = Site.tcp(Site.sizes(1 << 20, 1 << 16, 1 << 20, 64 << 20));
                RawPeer peer = site.raw().rawSocket()) {
            Recorder server = site.next();
            for (int i = 0; i < 40; i++) {
                server.link()
                        .send(new Message.Result(
                                1,
                                Dict.EMPTY,
                                call(1, Format.JSON, "x".repeat(900_000)).payload()));
            }
            server.link().close();
            assertTrue(server.end().orElseThrow().getMessage().contains("to read what was sent"));
            peer.hangUp();
        }
    }

    @Test
    void a_message_that_waits_alone_is_taken_whatever_the_bound_says() throws Exception {
        try (Site site = Site.tcp(Site.sizes(1 << 20, 1 << 20, 100, 100))) {
            Recorder client = site.connect("rs", Format.CBOR);
            Message.Call call = call(1, Format.CBOR, "x".repeat(500_000));
            client.link().send(call);
            assertEquals(call, site.next().next());
        }
    }

    @Test
    void a_listener_that_fails_loses_its_link_and_no_other() throws Exception {
        Site site = new Site(Site.options("tcp://127.0.0.1:0", Site.QUICK), () -> new Recorder() {
            @Override
            public void received(Message message) {
                if (message instanceof Message.Hello) {
                    throw new IllegalStateException("planted");
                }
                super.received(message);
            }
        });
        try (site) {
            Recorder bad = site.connect("ws", Format.JSON);
            Recorder badServer = site.next();
            Recorder good = site.connect("ws", Format.JSON);
            Recorder goodServer = site.next();
            bad.link().send(new Message.Hello("realm1", Dict.EMPTY));
            assertInstanceOf(IllegalStateException.class, badServer.end().orElseThrow());
            assertTrue(bad.end().orElseThrow().getMessage().contains("1011"));
            good.link().send(call(1, Format.JSON, "x"));
            goodServer.next();
        }
    }

    @Test
    void closing_the_network_closes_links_and_listeners_and_ends_the_threads() throws Exception {
        Site site = Site.tcp(Site.QUICK);
        // Before the client: connections are accepted in their order, so this one is in when the client is.
        RawPeer silent = site.raw();
        Recorder client = site.connect("ws", Format.CBOR);
        Recorder server = site.next();
        site.close();
        client.end();
        server.end();
        silent.assertClosedWithoutAWord();
        silent.hangUp();
        assertThrows(IOException.class, () -> new Socket(InetAddress.getLoopbackAddress(), site.port()).close());
        assertFalse(client.link().send(WELCOME));
        ExecutionException refused = assertThrows(ExecutionException.class, () -> site.connect("rs", Format.JSON));
        assertInstanceOf(IOException.class, refused.getCause());
    }

    @Test
    void a_closed_listener_takes_nobody_and_leaves_the_others_alone() throws Exception {
        try (Site site = Site.tcp(Site.QUICK)) {
            Recorder client = site.connect("rs", Format.CBOR);
            Recorder server = site.next();
            site.listening.close();
            assertThrows(ExecutionException.class, () -> site.connect("rs", Format.CBOR));
            client.link().send(call(1, Format.CBOR, "x"));
            server.next();
        }
    }

    @Test
    void an_address_in_use_is_named() throws Exception {
        try (Site site = Site.tcp(Site.QUICK)) {
            IOException failure = assertThrows(
                    IOException.class,
                    () -> site.network.listen(
                            Site.options("tcp://127.0.0.1:" + site.port(), Site.QUICK), link -> new Recorder()));
            assertTrue(failure.getMessage().contains("tcp://127.0.0.1:" + site.port()), failure.getMessage());
            assertTrue(failure.getMessage().contains("in use"), failure.getMessage());
        }
    }

    @Test
    void a_connect_that_fails_names_address_and_reason() throws Exception {
        try (Site site = Site.tcp(Site.QUICK)) {
            assertConnectFails(site, "ws://127.0.0.1:" + site.port() + "/wrong", "404");
            assertConnectFails(site, "unix:" + directory.resolve("nobody"), "");
            int closedPort;
            try (ServerSocket closed = new ServerSocket(0)) {
                closedPort = closed.getLocalPort();
            }
            assertConnectFails(site, "rs://127.0.0.1:" + closedPort, "refused");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws", "rs"})
    void a_server_that_accepts_and_is_silent_is_given_up_at_the_deadline(String scheme) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Network network = Network.open(OnEpoll.options(1))) {
            CompletableFuture<Link> link = network.connector(
                            Endpoint.of(scheme + "://127.0.0.1:" + silent.getLocalPort()),
                            Format.JSON,
                            Optional.empty(),
                            Site.limits(300, 0, 300))
                    .connect(new Recorder())
                    .toCompletableFuture();
            ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> link.get(Recorder.PATIENCE, TimeUnit.SECONDS));
            assertTrue(
                    failure.getCause().getMessage().contains("300 ms"),
                    failure.getCause().getMessage());
        }
    }

    private static void assertConnectFails(Site site, String endpoint, String reason) {
        ExecutionException failure = assertThrows(ExecutionException.class, () -> site.network
                .connector(Endpoint.of(endpoint), Format.JSON, Optional.empty())
                .connect(new Recorder())
                .toCompletableFuture()
                .get(Recorder.PATIENCE, TimeUnit.SECONDS));
        String message = assertInstanceOf(IOException.class, failure.getCause()).getMessage();
        assertTrue(message.contains(endpoint) && message.contains(reason), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws", "rs"})
    void the_peer_of_a_link_that_is_told_not_to_read_has_to_wait(String scheme) throws Exception {
        try (Site site = Site.tcp(Site.QUICK)) {
            Recorder client = site.connect(scheme, Format.JSON);
            Recorder server = site.next();
            server.link().reading(false);
            // What is sent later is written later, so the client hears this from a link that does not read any more.
            server.link().send(WELCOME);
            assertEquals(WELCOME, client.next());
            Payload payload = Payloads.encode(Format.JSON, Arguments.of("x".repeat(60_000)));
            while (!client.closed.isDone()) {
                client.link().send(new Message.Publish(1, Dict.EMPTY, "com.example.topic", payload));
            }
            assertInstanceOf(SlowConsumerException.class, client.end().orElseThrow());
            assertTrue(server.messages.isEmpty(), () -> "messages read: " + server.messages.size());
        }
    }

    @Test
    void what_a_peer_has_sent_before_it_left_is_all_read_when_reading_goes_on() throws Exception {
        try (Site site = Site.tcp(Site.QUICK);
                RawPeer peer = site.raw().rawSocket()) {
            Recorder server = site.next();
            server.link().reading(false);
            server.link().send(WELCOME);
            peer.hearFrame(0);
            int many = 5_000;
            for (int i = 1; i <= many; i++) {
                peer.sayMessage("[33," + i + ",2]");
            }
            peer.socket().shutdownOutput();
            server.link().reading(true);
            for (int i = 1; i <= many; i++) {
                assertEquals(new Message.Subscribed(i, 2), server.next());
            }
            assertEquals(-1, peer.socket().getInputStream().read());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws", "rs"})
    void a_link_that_does_not_read_still_closes_in_the_ordinary_way(String scheme) throws Exception {
        try (Site site = Site.tcp(Site.QUICK)) {
            Recorder client = site.connect(scheme, Format.JSON);
            Recorder server = site.next();
            server.link().reading(false);
            server.link().close();
            server.assertEndedInTheOrdinaryWay();
            client.assertEndedInTheOrdinaryWay();
        }
    }

    @Test
    void a_stranger_who_pings_and_does_not_read_is_cut_at_the_bound_of_strangers() throws Exception {
        try (Site site = Site.tcp(Site.QUICK);
                RawPeer peer = site.raw().webSocket("wamp.2.json")) {
            byte[] pings = RawPeer.frame(0x89, new byte[125]);
            Recorder server = site.next();
            try {
                while (!server.closed.isDone()) {
                    peer.say(pings);
                }
            } catch (IOException e) {
                // Cut while we were writing.
            }
            SlowConsumerException cause = (SlowConsumerException) server.end().orElseThrow();
            assertTrue(cause.getMessage().contains("65536"), cause.getMessage());
        }
    }
}
