package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Format;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.channel.socket.nio.NioChannelOption;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;

/** Pings on silence, and the end of peers that do not answer them. */
class HeartbeatTest {
    private static final ListenerOptions.Limits LIMITS = Site.limits(5_000, 300, 500);

    @Test
    void a_silent_websocket_peer_is_pinged_twice_and_then_cut() throws Exception {
        try (Site site = Site.tcp(LIMITS);
                RawPeer peer = site.raw().webSocket("wamp.2.json")) {
            assertEquals("89 ping", peer.hearWebSocketFrame());
            assertEquals("89 ping", peer.hearWebSocketFrame());
            peer.assertClosedWithoutAWord();
            assertTrue(site.next().end().orElseThrow().getMessage().contains("two pings"));
        }
    }

    @Test
    void whoever_answers_stays() throws Exception {
        try (Site site = Site.tcp(LIMITS);
                RawPeer peer = site.raw().webSocket("wamp.2.json")) {
            for (int i = 0; i < 4; i++) {
                assertEquals("89 ping", peer.hearWebSocketFrame());
                peer.say(RawPeer.frame(0x8a, (byte) 'p', (byte) 'i', (byte) 'n', (byte) 'g'));
            }
            assertFalse(site.next().closed.isDone());
        }
    }

    @Test
    void a_rawsocket_peer_that_knows_pings_is_pinged() throws Exception {
        try (Site site = Site.tcp(LIMITS);
                RawPeer peer = site.raw().rawSocket()) {
            peer.sayFrame(1, (byte) 'x');
            assertEquals("x", peer.hearFrame(2));
            assertEquals("ping", peer.hearFrame(1));
            assertEquals("ping", peer.hearFrame(1));
            peer.assertClosedWithoutAWord();
        }
    }

    @Test
    void a_rawsocket_peer_that_never_sent_a_ping_gets_none() throws Exception {
        try (Site site = Site.tcp(LIMITS);
                RawPeer peer = site.raw().rawSocket()) {
            Recorder server = site.next();
            // A second connection tells the time: when it has ended, four intervals are over.
            for (int i = 0; i < 2; i++) {
                try (RawPeer clock = site.raw().webSocket("wamp.2.json")) {
                    clock.hearAll();
                }
            }
            assertEquals(0, peer.socket().getInputStream().available());
            assertFalse(server.closed.isDone(), () -> "closed: " + server.closed);
        }
    }

    @Test
    void two_of_ours_keep_each_other_alive() throws Exception {
        try (Site site = Site.tcp(LIMITS)) {
            Recorder ws = site.connect("ws", Format.CBOR);
            Recorder rs = site.connect("rs", Format.CBOR);
            for (int i = 0; i < 2; i++) {
                try (RawPeer clock = site.raw().webSocket("wamp.2.json")) {
                    clock.hearAll();
                }
            }
            assertFalse(ws.closed.isDone());
            assertFalse(rs.closed.isDone());
        }
    }

    @Test
    void a_client_pings_a_silent_router_and_leaves_it() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Network network = Network.open(1)) {
            Recorder client = new Recorder();
            CompletableFuture<Link> link = network.connector(
                            Endpoint.of("rs://127.0.0.1:" + listening.getLocalPort()),
                            Format.JSON,
                            Optional.empty(),
                            LIMITS)
                    .connect(client)
                    .toCompletableFuture();
            try (RawPeer router = new RawPeer(listening.accept())) {
                assertEquals("7fb10000", router.hearHex(4));
                router.sayHex("7ff10000");
                client.link.complete(link.get(Recorder.PATIENCE, TimeUnit.SECONDS));
                assertEquals("ping", router.hearFrame(1));
                assertEquals("ping", router.hearFrame(1));
                router.assertClosedWithoutAWord();
            }
            assertTrue(client.end().orElseThrow().getMessage().contains("two pings"));
        }
    }

    @Test
    void the_kernel_watches_a_connection_that_has_lasted_for_one_interval() throws Exception {
        try (Site site = Site.tcp(Site.limits(5_000, 1_000, 500));
                RawPeer peer = site.raw().rawSocket()) {
            Connection server = (Connection) site.next().link();
            SocketChannelConfig config = (SocketChannelConfig) server.channel().config();
            assertFalse(config.isKeepAlive());
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Recorder.PATIENCE);
            while (!config.isKeepAlive() && System.nanoTime() < end) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
            assertTrue(config.isKeepAlive());
            assertEquals(1, config.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE)));
            assertEquals(0, peer.socket().getInputStream().available());
        }
    }

    // ---- asked for a sign of life

    @Test
    void a_probe_pings_the_peer_and_is_true_when_something_was_heard() throws Exception {
        try (Site site = Site.tcp(Site.QUICK);
                RawPeer peer = site.raw().webSocket("wamp.2.json")) {
            Recorder server = site.next();
            // Whoever has an answer is past the opening of the connection, which counts as a sign of life itself.
            peer.say(RawPeer.frame(0x89, (byte) 'a'));
            assertEquals("8a a", peer.hearWebSocketFrame());
            BooleanSupplier sign = server.link().probe();
            assertEquals("89 ping", peer.hearWebSocketFrame());
            assertFalse(sign.getAsBoolean());
            peer.say(RawPeer.frame(0x8a, (byte) 'p', (byte) 'i', (byte) 'n', (byte) 'g'));
            await(sign);
            BooleanSupplier next = server.link().probe();
            assertEquals("89 ping", peer.hearWebSocketFrame());
            assertFalse(next.getAsBoolean());
        }
    }

    @Test
    void a_peer_that_cannot_be_asked_or_heard_is_not_taken_for_silent() throws Exception {
        try (Site site = Site.tcp(Site.QUICK);
                RawPeer rawSocket = site.raw().rawSocket()) {
            await(site.next().link().probe());
            try (RawPeer webSocket = site.raw().webSocket("wamp.2.json")) {
                Recorder paused = site.next();
                paused.link().reading(false);
                await(paused.link().probe());
                assertEquals(0, rawSocket.socket().getInputStream().available());
                assertEquals(0, webSocket.socket().getInputStream().available());
            }
        }
    }

    private static void await(BooleanSupplier sign) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Recorder.PATIENCE);
        while (!sign.getAsBoolean() && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertTrue(sign.getAsBoolean());
    }

    @Test
    void a_peer_that_is_not_read_from_is_not_silent_and_is_heard_when_reading_goes_on() throws Exception {
        try (Site site = Site.tcp(LIMITS);
                RawPeer peer = site.raw().webSocket("wamp.2.json")) {
            Recorder server = site.next();
            server.link().reading(false);
            // Four intervals, told by connections that do not answer.
            for (int i = 0; i < 2; i++) {
                try (RawPeer clock = site.raw().webSocket("wamp.2.json")) {
                    clock.hearAll();
                }
            }
            peer.say(RawPeer.text("[33,1,2]"));
            assertFalse(server.closed.isDone(), () -> "closed: " + server.closed);
            server.link().reading(true);
            server.next();
        }
    }
}
