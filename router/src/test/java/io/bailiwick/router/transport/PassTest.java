package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens within one pass of an event loop, and between its thread and others; over real sockets. */
class PassTest {
    /** Counts at the socket's end of a pipeline. */
    private static final class Counts extends ChannelOutboundHandlerAdapter {
        private final AtomicInteger written = new AtomicInteger();
        private final AtomicInteger flushed = new AtomicInteger();

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            written.incrementAndGet();
            context.write(message, promise);
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            flushed.incrementAndGet();
            context.flush();
        }
    }

    private static Message.Published news(int number) {
        return new Message.Published(number, number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws", "rs"})
    void what_one_pass_sends_to_many_peers_is_one_write_and_one_flush_for_each(String scheme) throws Exception {
        List<Link> links = new ArrayList<>();
        List<Recorder> clients = new ArrayList<>();
        List<Counts> counts = new ArrayList<>();
        Site site = new Site(Site.options("tcp://127.0.0.1:0", Site.QUICK), () -> new Recorder() {
            @Override
            public void received(Message message) {
                // All links but this one have the other loop, or this one.
                super.received(message);
                for (int i = 1; i <= 5; i++) {
                    for (Link each : links) {
                        each.send(news(i));
                    }
                }
            }
        });
        try (site) {
            for (int i = 0; i < 20; i++) {
                clients.add(site.connect(scheme, Format.CBOR));
                Connection connection = (Connection) site.next().link();
                Counts count = new Counts();
                connection.channel().pipeline().addFirst(count);
                if (links.isEmpty()
                        || connection.channel().eventLoop()
                                == ((Connection) links.get(0)).channel().eventLoop()) {
                    links.add(connection);
                    counts.add(count);
                } else {
                    clients.remove(clients.size() - 1);
                }
            }
            assertTrue(links.size() > 2);
            clients.get(0).link().send(new Message.Hello("realm1", Dict.EMPTY));
            for (Recorder client : clients) {
                for (int i = 1; i <= 5; i++) {
                    assertEquals(news(i), client.next());
                }
            }
            for (Counts count : counts) {
                assertEquals(1, count.written.get());
                assertEquals(1, count.flushed.get());
            }
        }
    }

    @Test
    void connections_come_to_all_loops_though_one_is_asked_for_with_each() throws Exception {
        CompletableFuture<Network> network = new CompletableFuture<>();
        Site site = new Site(Site.options("tcp://127.0.0.1:0", Site.QUICK), () -> {
            // As a handshake does, for its deadline.
            network.join().loop();
            return new Recorder();
        });
        network.complete(site.network);
        Set<EventLoop> loops = new HashSet<>();
        try (site) {
            for (int i = 0; i < 4; i++) {
                try (RawPeer peer = site.raw()) {
                    peer.rawSocket();
                    loops.add(((Connection) site.next().link()).channel().eventLoop());
                }
            }
        }
        assertEquals(2, loops.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws", "rs"})
    void what_another_thread_has_sent_stands_before_what_the_loop_sends_after_it(String scheme) throws Exception {
        Site site = new Site(Site.options("tcp://127.0.0.1:0", Site.QUICK), () -> new Recorder() {
            @Override
            public void received(Message message) {
                Link to = link.join();
                to.send(news(1));
                Thread other = new Thread(() -> {
                    to.send(news(2));
                    to.send(news(3));
                });
                other.start();
                try {
                    other.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                to.send(news(4));
            }
        });
        try (site) {
            Recorder client = site.connect(scheme, Format.JSON);
            for (int round = 0; round < 20; round++) {
                client.link().send(new Message.Hello("realm1", Dict.EMPTY));
                for (int i = 1; i <= 4; i++) {
                    assertEquals(news(i), client.next());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws", "rs"})
    void what_many_threads_send_arrives_whole_and_that_of_each_in_order(String scheme) throws Exception {
        int threads = 4;
        int each = 500;
        try (Site site = Site.tcp(Site.QUICK)) {
            Recorder client = site.connect(scheme, Format.MSGPACK);
            Link link = site.next().link();
            CountDownLatch done = new CountDownLatch(threads);
            for (int t = 0; t < threads; t++) {
                int of = t;
                Runnable task = () -> {
                    for (int i = 0; i < each; i++) {
                        link.send(new Message.Published(of + 1, i + 1));
                    }
                    done.countDown();
                };
                if (t == 0) {
                    ((Connection) link).channel().eventLoop().execute(task);
                } else {
                    new Thread(task).start();
                }
            }
            int[] last = new int[threads];
            for (int i = 0; i < threads * each; i++) {
                Message.Published published = client.next(Message.Published.class);
                assertEquals(++last[(int) published.request() - 1], published.publication());
            }
            assertTrue(done.await(Recorder.PATIENCE, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws", "rs"})
    void a_message_that_is_kept_is_not_changed_by_the_next(String scheme) throws Exception {
        try (Site site = Site.tcp(Site.QUICK)) {
            Recorder client = site.connect(scheme, Format.JSON);
            Recorder server = site.next();
            List<Message> sent = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Message call = new Message.Call(
                        i + 1,
                        Dict.of("n", (long) i),
                        "com.example.p" + i,
                        Payloads.encode(
                                Format.JSON, Arguments.of(Integer.toString(i).repeat(40))));
                sent.add(call);
            }
            // In one write, so that all are read in one pass.
            ((Connection) client.link())
                    .channel()
                    .eventLoop()
                    .submit(() -> sent.forEach(client.link.join()::send))
                    .get(Recorder.PATIENCE, TimeUnit.SECONDS);
            List<Message> heard = new ArrayList<>();
            for (int i = 0; i < sent.size(); i++) {
                heard.add(server.next());
            }
            assertEquals(sent, heard);
        }
    }

    @Test
    void what_was_sent_in_a_pass_goes_out_before_the_close_of_the_same_pass() throws Exception {
        Site site = new Site(Site.options("tcp://127.0.0.1:0", Site.QUICK), () -> new Recorder() {
            @Override
            public void received(Message message) {
                link.join().send(news(1));
                link.join().close();
                link.join().send(news(2));
            }
        });
        try (site;
                RawPeer peer = site.raw().webSocket("wamp.2.json")) {
            peer.say(RawPeer.text("[1,\"realm1\",{}]"));
            assertEquals("81 [17,1,1]", peer.hearWebSocketFrame());
            assertEquals(1000, peer.hearCloseCode());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"5b312c2280225d", "5b312c22c080225d", "5b312c22eda080225d", "5b312c22f4908080225d", "80", "5b80"
            })
    void a_text_that_is_not_utf8_is_refused_as_such(String octets) throws Exception {
        try (Site site = Site.tcp(Site.QUICK);
                RawPeer peer = site.raw().webSocket("wamp.2.json")) {
            peer.say(RawPeer.frame(0x81, java.util.HexFormat.of().parseHex(octets)));
            assertEquals(1007, peer.hearCloseCode());
            assertEquals(
                    "WebSocket message: expected UTF-8, but found other octets",
                    site.next().violation().getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1,", "[1,\"ä\"]", "ä"})
    void a_text_that_is_no_message_is_a_violation_of_wamp(String text) throws Exception {
        try (Site site = Site.tcp(Site.QUICK);
                RawPeer peer = site.raw().webSocket("wamp.2.json")) {
            peer.say(RawPeer.frame(0x81, text.getBytes(StandardCharsets.UTF_8)));
            assertEquals(1002, peer.hearCloseCode());
        }
    }
}
