package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.codec.Codec;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.MessageTooLargeException;
import io.bailiwick.router.link.SlowConsumerException;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.transport.http.HttpOptions;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The long-poll transport (WAMP, "HTTP Longpoll Transport"), as AutobahnJS speaks it. */
@Conforms(Feature.LONG_POLL)
class LongPollTest {
    private static final String HELLO = "[1,\"realm1\",{}]";
    private static final Message.Welcome WELCOME = new Message.Welcome(7, Dict.EMPTY);

    private Site site;

    @BeforeEach
    void listen() throws Exception {
        listen(Site.QUICK, HttpOptions.LongPoll.at("/lp"));
    }

    @AfterEach
    void close() {
        site.close();
    }

    private void listen(ListenerOptions.Limits limits, HttpOptions.LongPoll longPoll) throws Exception {
        if (site != null) {
            site.close();
        }
        site = new Site(
                Site.options("tcp://127.0.0.1:0", limits).withHttp(HttpOptions.DEFAULT.withLongPoll(longPoll)),
                Recorder::new);
    }

    private static HttpOptions.LongPoll timed(int holdMillis, int idleMillis) {
        return new HttpOptions.LongPoll("/lp", Duration.ofMillis(holdMillis), Duration.ofMillis(idleMillis), 2);
    }

    private PollClient client() {
        return new PollClient(site.port());
    }

    private static Message published(long publication) {
        return new Message.Published(1, publication);
    }

    private static Message event(int bytes) {
        Payload payload = Payload.owned(
                Format.JSON, ByteBuffer.wrap(("[\"" + "x".repeat(bytes) + "\"]").getBytes(StandardCharsets.UTF_8)), 1);
        return new Message.Event(1, 2, Dict.EMPTY, payload);
    }

    @Test
    void messages_go_both_ways_in_order() throws Exception {
        PollClient client = client().open("wamp.2.json");
        Recorder router = site.next();
        assertEquals(Optional.of(Format.JSON), router.link().peer().format());
        assertEquals(204, client.send(HELLO).statusCode());
        assertEquals("realm1", router.next(Message.Hello.class).realm());
        router.link().send(WELCOME);
        router.link().send(published(2));
        HttpResponse<byte[]> first = client.receive();
        assertEquals(200, first.statusCode());
        assertEquals(
                "application/json; charset=utf-8",
                first.headers().firstValue("Content-Type").orElse(""));
        assertEquals("[2,7,{}]", PollClient.text(first));
        assertEquals("[17,1,2]", PollClient.text(client.receive()));
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void each_format_is_spoken(Format format) throws Exception {
        PollClient client = client().open(format.subprotocol());
        Recorder router = site.next();
        client.send(PollClient.encode(format, new Message.Hello("realm1", Dict.EMPTY)));
        assertEquals("realm1", router.next(Message.Hello.class).realm());
        router.link().send(WELCOME);
        assertEquals(
                WELCOME, Codec.of(format).read(ByteBuffer.wrap(client.receive().body())));
    }

    @Test
    void a_receive_waits_for_a_message() throws Exception {
        PollClient client = client().open("wamp.2.json");
        Recorder router = site.next();
        CompletableFuture<HttpResponse<byte[]>> waiting = client.startReceive();
        // The send is answered, and nothing but the receive can be.
        client.send(HELLO);
        assertFalse(waiting.isDone());
        router.link().send(WELCOME);
        assertEquals("[2,7,{}]", PollClient.text(waiting.get(10, TimeUnit.SECONDS)));
    }

    @Test
    void a_receive_is_answered_with_204_when_there_was_nothing_for_a_while() throws Exception {
        listen(Site.QUICK, timed(100, 5_000));
        PollClient client = client().open("wamp.2.json");
        HttpResponse<byte[]> nothing = client.receive();
        assertEquals(204, nothing.statusCode());
        assertEquals(0, nothing.body().length);
        site.next().link().send(WELCOME);
        assertEquals(200, client.receive().statusCode());
    }

    @Test
    void a_batched_receive_takes_all_that_waits() throws Exception {
        PollClient client = client().open("wamp.2.json.batched");
        Recorder router = site.next();
        router.link().send(published(1));
        router.link().send(published(2));
        assertEquals("[17,1,1]\u001e[17,1,2]\u001e", PollClient.text(client.receive()));
        assertEquals(204, client.send("[1,\"a\",{}]\u001e[6,{},\"b\"]\u001e").statusCode());
        router.next(Message.Hello.class);
        router.next(Message.Goodbye.class);
    }

    @Test
    void a_batch_of_autobahn_for_python_is_answered_with_its_separator() throws Exception {
        PollClient client = client().open("wamp.2.json.batched");
        Recorder router = site.next();
        client.send(HELLO + "\u0018");
        router.next(Message.Hello.class);
        router.link().send(published(1));
        assertEquals("[17,1,1]\u0018", PollClient.text(client.receive()));
    }

    @Test
    void a_binary_batch_has_the_length_before_each_message() throws Exception {
        PollClient client = client().open("wamp.2.cbor.batched");
        Recorder router = site.next();
        byte[] hello = PollClient.encode(Format.CBOR, new Message.Hello("realm1", Dict.EMPTY));
        client.send(ByteBuffer.allocate(8 + 2 * hello.length)
                .putInt(hello.length)
                .put(hello)
                .putInt(hello.length)
                .put(hello)
                .array());
        router.next(Message.Hello.class);
        router.next(Message.Hello.class);
        router.link().send(published(1));
        ByteBuffer body = ByteBuffer.wrap(client.receive().body());
        assertEquals(body.remaining() - 4, body.getInt());
        assertEquals(published(1), Codec.of(Format.CBOR).read(body.slice()));
    }

    @Test
    void a_batch_of_more_than_16384_messages_is_refused() throws Exception {
        PollClient client = client().open("wamp.2.cbor.batched");
        Recorder router = site.next();
        router.link().send(WELCOME);
        byte[] goodbye = PollClient.encode(Format.CBOR, new Message.Goodbye(Dict.EMPTY, "b"));
        ByteBuffer batch = ByteBuffer.allocate(16_385 * (4 + goodbye.length));
        while (batch.hasRemaining()) {
            batch.putInt(goodbye.length).put(goodbye);
        }
        HttpResponse<byte[]> refused = client.send(batch.array());
        assertEquals(400, refused.statusCode());
        assertEquals(
                "batch: expected at most 16384 messages, but found more",
                PollClient.text(refused).strip());
        assertInstanceOf(ProtocolViolation.class, router.violation());
    }

    @ParameterizedTest
    @ValueSource(strings = {"wamp.2.json", "wamp.2.json.batched", "wamp.2.cbor", "wamp.2.cbor.batched"})
    void an_empty_body_is_no_message(String protocol) throws Exception {
        PollClient client = client().open(protocol);
        assertEquals(400, client.send("").statusCode());
        assertInstanceOf(ProtocolViolation.class, site.next().violation());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[]", "{}", "{\"protocols\":\"wamp.2.json\"}", "{\"protocols\":[\"wamp.2.ubjson\"]}", "{"})
    void an_open_without_a_protocol_of_ours_is_answered_with_400(String body) {
        assertEquals(400, client().post("open", body).statusCode());
        assertEquals(0, site.accepted.size());
    }

    @Test
    void an_unknown_transport_or_operation_is_answered_with_404() throws Exception {
        PollClient client = client().open("wamp.2.json");
        assertEquals(404, client().post("unknown/receive", "").statusCode());
        assertEquals(404, client().post(client.transport() + "/other", "").statusCode());
        assertEquals(404, client().post(client.transport(), "").statusCode());
        assertEquals(32, client.transport().length());
        assertNotEquals(client.transport(), client().open("wamp.2.json").transport());
    }

    @Test
    void a_second_receive_at_the_same_time_is_refused() throws Exception {
        PollClient client = client().open("wamp.2.json");
        CompletableFuture<HttpResponse<byte[]>> first = client.startReceive();
        CompletableFuture<HttpResponse<byte[]>> second = client.startReceive();
        CompletableFuture.anyOf(first, second).get(10, TimeUnit.SECONDS);
        HttpResponse<byte[]> refused = first.isDone() ? first.join() : second.join();
        assertEquals(400, refused.statusCode());
        assertTrue(PollClient.text(refused).startsWith("One receive at a time"), PollClient.text(refused));
        site.next().link().send(WELCOME);
        assertEquals(200, (first.join() == refused ? second : first).join().statusCode());
    }

    @Test
    void a_receiver_that_went_away_makes_room_for_the_next() throws Exception {
        PollClient client = client().open("wamp.2.json");
        Link router = site.next().link();
        RawPeer lost = site.raw()
                .sayText(
                        "POST /lp/" + client.transport() + "/receive HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
        // Whichever of the two is read first waits; the router makes sure that it is the one that will be lost.
        CompletableFuture<HttpResponse<byte[]>> second = client.startReceive();
        assertTrue(await(second) || lost.hearHead().contains(" 400 "));
        if (!second.isDone()) {
            router.send(published(1));
            assertEquals(200, second.get(10, TimeUnit.SECONDS).statusCode());
            lost.sayText(
                    "POST /lp/" + client.transport() + "/receive HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
        }
        lost.hangUp();
        CompletableFuture<HttpResponse<byte[]>> next = client.startReceive();
        while (await(next)) {
            assertEquals(400, next.join().statusCode());
            next = client.startReceive();
        }
        router.send(WELCOME);
        assertEquals("[2,7,{}]", PollClient.text(next.get(10, TimeUnit.SECONDS)));
    }

    /** Whether it ends within a moment that is long for the loopback and short for a receive that waits. */
    private static boolean await(CompletableFuture<?> answer) throws Exception {
        try {
            answer.get(500, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    @Test
    void what_is_no_message_is_answered_with_400_and_the_routers_abort() throws Exception {
        PollClient client = client().open("wamp.2.json");
        assertEquals(400, client.send("[1,2").statusCode());
        assertInstanceOf(ProtocolViolation.class, site.next().violation());
        assertTrue(PollClient.text(client.receive()).startsWith("[3,{}"));
        assertEquals(404, client.receive().statusCode());
    }

    @Test
    void what_was_sent_before_the_end_is_still_received() throws Exception {
        PollClient client = client().open("wamp.2.json");
        Recorder router = site.next();
        router.link().send(published(1));
        router.link().send(published(2));
        router.link().close();
        assertFalse(router.link().send(published(3)));
        assertEquals("[17,1,1]", PollClient.text(client.receive()));
        assertEquals("[17,1,2]", PollClient.text(client.receive()));
        router.assertEndedInTheOrdinaryWay();
        assertEquals(404, client.receive().statusCode());
    }

    @Test
    void who_does_not_receive_before_the_end_is_cut_off() throws Exception {
        listen(Site.limits(5_000, 0, 100), HttpOptions.LongPoll.at("/lp"));
        client().open("wamp.2.json");
        Recorder router = site.next();
        router.link().send(WELCOME);
        router.link().close();
        assertTrue(router.end().isPresent());
    }

    @Test
    void a_close_of_the_peer_ends_the_link() throws Exception {
        PollClient client = client().open("wamp.2.json");
        Recorder router = site.next();
        CompletableFuture<HttpResponse<byte[]>> waiting = client.startReceive();
        assertEquals(204, client.close().statusCode());
        router.assertEndedInTheOrdinaryWay();
        assertEquals(404, waiting.get(10, TimeUnit.SECONDS).statusCode());
        assertEquals(404, client.send(HELLO).statusCode());
        assertEquals(1, router.closings.get());
    }

    @Test
    void a_close_that_comes_after_the_end_is_answered_and_nothing_else_is() throws Exception {
        PollClient client = client().open("wamp.2.json");
        Recorder router = site.next();
        router.link().send(published(1));
        router.link().close();
        client.receive();
        router.assertEndedInTheOrdinaryWay();
        for (int i = 0; i < 2; i++) {
            HttpResponse<byte[]> late = client.close();
            assertEquals(204, late.statusCode(), "AutobahnJS waits for this answer");
            assertEquals(0, late.body().length);
        }
        assertEquals(404, client.receive().statusCode());
        assertEquals(404, client.send(HELLO).statusCode());
        assertEquals(404, client().post(client.transport() + "/other", "").statusCode());
        assertEquals(404, client().post("0".repeat(32) + "/close", "").statusCode(), "which was never there");
        assertEquals(1, router.closings.get());
    }

    @Test
    void a_close_after_a_close_or_after_the_time_was_over_is_answered_too() throws Exception {
        listen(Site.QUICK, timed(100, 300));
        PollClient closed = client().open("wamp.2.json");
        site.next();
        assertEquals(204, closed.close().statusCode());
        assertEquals(204, closed.close().statusCode());
        PollClient forgotten = client().open("wamp.2.json");
        site.next().end();
        assertEquals(204, forgotten.close().statusCode());
    }

    @Test
    void those_whose_late_close_is_answered_are_bounded() throws Exception {
        PollClient first = client().open("wamp.2.json");
        first.close();
        assertEquals(204, first.close().statusCode());
        PollClient others = client();
        for (int i = 0; i < 1_024; i++) {
            others.open("wamp.2.json").close();
        }
        assertEquals(404, first.close().statusCode());
        assertEquals(204, others.close().statusCode());
    }

    @Test
    void a_peer_that_stays_away_is_forgotten() throws Exception {
        listen(Site.QUICK, timed(100, 300));
        PollClient client = client().open("wamp.2.json");
        assertTrue(site.next().end().orElseThrow().getMessage().startsWith("expected a receive"));
        assertEquals(404, client.receive().statusCode());
    }

    @Test
    void a_peer_that_does_not_fetch_is_cut_off_at_the_bound() throws Exception {
        listen(Site.sizes(1 << 16, 1 << 16, 1 << 16, 1 << 17), HttpOptions.LongPoll.at("/lp"));
        client().open("wamp.2.json");
        Recorder router = site.next();
        assertTrue(router.link().send(event(40_000)));
        assertFalse(router.link().send(event(40_000)));
        assertFalse(router.link().send(event(40_000)));
        assertFalse(router.link().send(event(40_000)));
        assertInstanceOf(SlowConsumerException.class, router.end().orElseThrow());
    }

    @Test
    void a_message_larger_than_a_peer_takes_is_not_sent() throws Exception {
        listen(Site.sizes(1_000, 1_000, 1 << 16, 1 << 17), HttpOptions.LongPoll.at("/lp"));
        client().open("wamp.2.json");
        Link link = site.next().link();
        assertThrows(MessageTooLargeException.class, () -> link.send(event(1_000)));
        assertTrue(link.send(WELCOME));
    }

    @Test
    void a_stranger_may_send_less_than_a_session() throws Exception {
        listen(Site.sizes(10_000, 1_000, 1 << 16, 1 << 17), HttpOptions.LongPoll.at("/lp"));
        PollClient client = client().open("wamp.2.json");
        String large = "[1,\"" + "r".repeat(2_000) + "\",{}]";
        assertEquals(413, client.send(large).statusCode());
        Recorder router = site.next();
        router.link().send(WELCOME);
        assertEquals(204, client.send(large).statusCode());
        assertEquals(413, client.send("[1,\"" + "r".repeat(20_000) + "\",{}]").statusCode());
    }

    @Test
    void a_listener_that_has_enough_makes_the_sender_wait() throws Exception {
        PollClient client = client().open("wamp.2.json");
        Recorder router = site.next();
        router.link().reading(false);
        CompletableFuture<HttpResponse<byte[]>> sent =
                client.start(client.transport() + "/send", HELLO.getBytes(StandardCharsets.UTF_8));
        router.next(Message.Hello.class);
        assertFalse(sent.isDone());
        router.link().reading(true);
        assertEquals(204, sent.get(10, TimeUnit.SECONDS).statusCode());
    }

    @Test
    void links_above_the_bound_are_answered_with_503() throws Exception {
        listen(Site.QUICK, timed(5_000, 10_000));
        client().open("wamp.2.json");
        PollClient second = client().open("wamp.2.json");
        assertEquals(
                503, client().post("open", "{\"protocols\":[\"wamp.2.json\"]}").statusCode());
        second.close();
        client().open("wamp.2.json");
    }
}
