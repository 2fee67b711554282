package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Event;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Message.Subscribe;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.realm.RealmLimits;
import io.bailiwick.router.realm.RealmOptions;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.rights.RealmRoles.Caching;
import io.bailiwick.router.rights.RealmRoles.Rule;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.RealmMetrics;
import io.bailiwick.router.session.RoleLimits;
import io.bailiwick.router.session.RoleLimits.Traffic;
import io.bailiwick.router.session.SlowReaders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Slow readers, fast senders and large messages, over real sockets. */
class LimitsOverSocketsTest {
    private static final String TOPIC = "com.example.topic";
    private static final int EVENT_BYTES = 30_000;
    /** More than what a link and the sockets on both sides hold together. */
    private static final int EVENTS = 1_000;

    private final AtomicInteger dropped = new AtomicInteger();
    private final CountDownLatch behind = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicInteger throttled = new AtomicInteger();
    private final Map<String, Integer> refused = new ConcurrentHashMap<>();
    private final RealmMetrics metrics = new RealmMetrics() {
        @Override
        public void eventDropped() {
            dropped.incrementAndGet();
        }

        @Override
        public void slowReaderEnded() {
            ended.countDown();
        }

        @Override
        public void fellBehind() {
            behind.countDown();
        }

        @Override
        public void refused(String error) {
            refused.merge(error, 1, Integer::sum);
        }

        @Override
        public void throttled() {
            throttled.incrementAndGet();
        }
    };

    private RunningRouter running;

    @BeforeEach
    void start() throws IOException {
        running = new RunningRouter();
    }

    @AfterEach
    void stop() throws IOException {
        running.close();
    }

    private static RealmRoles roles(Traffic traffic) {
        Rule everything = new Rule("", MatchPolicy.PREFIX, Set.of(Action.values()), false);
        return new RealmRoles(
                Map.of("anything", List.of(everything)),
                Map.of("anything", new RoleLimits(Limits.DEFAULT, RoleLimits.UNLIMITED, traffic)),
                Caching.DEFAULT);
    }

    /** The realm again, otherwise. */
    private void reopen(Traffic traffic, SlowReaders slowReaders) {
        running.router.closeRealm(RunningRouter.REALM).join();
        RealmTemplate template = new RealmTemplate(roles(traffic), RealmOptions.DEFAULT.with(slowReaders));
        running.router.openRealm(RunningRouter.REALM, template, metrics);
    }

    private Connector way() {
        return running.way("rs://127.0.0.1:" + running.tcp.port(), Format.JSON).connector();
    }

    private static Payload numbered(int number, int bytes) {
        String text = "[" + number + ",\"" + "x".repeat(bytes) + "\"]";
        return Payload.owned(Format.JSON, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 1);
    }

    private static int number(Event event) {
        String text = StandardCharsets.UTF_8.decode(event.payload().bytes()).toString();
        return Integer.parseInt(text.substring(1, text.indexOf(',')));
    }

    /** Publishes one by one, each acknowledged, while one subscriber does not read; the other has to get them all. */
    private void publishPast(RawClient quick, BooleanSupplier enough) throws InterruptedException {
        try (RawClient publisher = RawClient.joined(way())) {
            for (int i = 1; i <= EVENTS && !enough.getAsBoolean(); i++) {
                publisher.says(new Publish(i, Dict.of("acknowledge", true), TOPIC, numbered(i, EVENT_BYTES)));
                publisher.hears(Message.Published.class);
                assertEquals(i, number(quick.hears(Event.class)));
            }
        }
    }

    private RawClient subscriber() throws InterruptedException {
        RawClient client = RawClient.joined(way());
        client.says(new Subscribe(1, Dict.EMPTY, TOPIC));
        client.hears(Message.Subscribed.class);
        return client;
    }

    @Test
    @Conforms(Feature.SLOW_READERS)
    void events_for_a_socket_that_is_not_read_are_dropped_and_the_gap_is_marked() throws InterruptedException {
        reopen(Traffic.UNLIMITED, SlowReaders.DROP_EVENTS);
        try (RawClient slow = subscriber();
                RawClient quick = subscriber()) {
            slow.reads(false);
            publishPast(quick, () -> false);
            assertTrue(dropped.get() > 0, "more was published than is kept for it");
            slow.reads(true);
            int last = 0;
            while (last < EVENTS - dropped.get()) {
                last = number(slow.hears(Event.class));
            }
            assertEquals(EVENTS - dropped.get(), last, "all before the gap, in order");
            try (RawClient publisher = RawClient.joined(way())) {
                publisher.says(new Publish(1, Dict.EMPTY, TOPIC, numbered(EVENTS + 1, 1)));
            }
            Event next = slow.hears(Event.class);
            assertEquals(EVENTS + 1, number(next));
            assertEquals(
                    dropped.get(), next.details().integer(SlowReaders.DROPPED).orElse(0));
        }
    }

    @Test
    @Conforms(Feature.SLOW_READERS)
    void a_socket_that_is_not_read_for_too_long_is_closed_and_its_caller_told() throws InterruptedException {
        reopen(Traffic.UNLIMITED, SlowReaders.disconnectAfter(50));
        try (RawClient slow = subscriber();
                RawClient quick = subscriber();
                RawClient caller = RawClient.joined(way())) {
            slow.says(new Message.Register(2, Dict.EMPTY, "com.example.procedure"));
            slow.hears(Message.Registered.class);
            slow.reads(false);
            caller.says(new Call(1, Dict.EMPTY, "com.example.procedure", Payload.EMPTY));
            publishPast(quick, () -> behind.getCount() == 0);
            assertTrue(ended.await(20, TimeUnit.SECONDS), "the session of the slow reader is ended");
            assertEquals(Uris.CANCELED, caller.hears(Message.ErrorReply.class).error());
            slow.reads(true);
            slow.isClosed();
            assertEquals(0, dropped.get());
        }
    }

    @Test
    @Conforms(Feature.RATES)
    void a_peer_above_its_rate_is_not_read_from_and_nothing_is_lost() throws InterruptedException {
        reopen(Traffic.UNLIMITED.withRate(100, 10), SlowReaders.DEFAULT);
        try (RawClient fast = RawClient.joined(way());
                RawClient other = RawClient.joined(way())) {
            long began = System.nanoTime();
            for (int i = 1; i <= 60; i++) {
                fast.says(new Call(i, Dict.EMPTY, "com.example.none", Payload.EMPTY));
            }
            other.says(new Call(1, Dict.EMPTY, "com.example.none", Payload.EMPTY));
            other.hears(Message.ErrorReply.class);
            for (int i = 1; i <= 60; i++) {
                assertEquals(i, fast.hears(Message.ErrorReply.class).request());
            }
            fast.says(new Call(61, Dict.EMPTY, "com.example.none", Payload.EMPTY));
            fast.hears(Message.ErrorReply.class);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            assertTrue(millis >= 490, "61 messages, 10 at once and 100 a second: half a second, but " + millis + " ms");
            assertTrue(throttled.get() >= 1, "it had to wait");
        }
    }

    @Test
    @Conforms(Feature.LIMITS)
    void a_message_larger_than_the_role_may_send_ends_the_session() throws InterruptedException {
        reopen(Traffic.UNLIMITED.withMessageBytes(2_000), SlowReaders.DEFAULT);
        mayNotSendMoreThan2000Bytes(way());
        mayNotSendMoreThan2000Bytes(running.way("ws://127.0.0.1:" + running.tcp.port() + "/ws", Format.CBOR)
                .connector());
    }

    private void mayNotSendMoreThan2000Bytes(Connector way) throws InterruptedException {
        int before = refused.getOrDefault(Uris.PAYLOAD_SIZE_EXCEEDED, 0);
        try (RawClient client = RawClient.joined(way)) {
            client.says(new Call(1, Dict.EMPTY, "com.example.none", numbered(1, 1_000)));
            client.hears(Message.ErrorReply.class);
            client.says(new Call(2, Dict.EMPTY, "com.example.none", numbered(1, 3_000)));
            Message.Abort abort = client.hears(Message.Abort.class);
            assertEquals(Uris.PAYLOAD_SIZE_EXCEEDED, abort.reason());
            assertTrue(
                    String.valueOf(abort.details().textOrNull("message")).contains("at most 2000 bytes"),
                    abort.toString());
            client.isClosed();
            assertEquals(before + 1, refused.get(Uris.PAYLOAD_SIZE_EXCEEDED));
        }
    }

    @Test
    @Conforms(Feature.LIMITS)
    void the_size_of_a_message_that_the_realm_bounds_holds_where_the_role_says_nothing() throws InterruptedException {
        RealmLimits limits =
                new RealmLimits(9, 9, Traffic.UNLIMITED.withMessageBytes(2_000).withRate(10, 5), Long.MAX_VALUE);
        Rule everything = new Rule("", MatchPolicy.PREFIX, Set.of(Action.values()), false);
        running.router.closeRealm(RunningRouter.REALM).join();
        running.router.openRealm(
                RunningRouter.REALM,
                new RealmTemplate(
                        new RealmRoles(Map.of("anything", List.of(everything))), RealmOptions.DEFAULT.with(limits)),
                metrics);
        mayNotSendMoreThan2000Bytes(way());
        long began = System.nanoTime();
        try (RawClient client = RawClient.joined(way())) {
            for (int i = 1; i <= 8; i++) {
                client.says(new Call(i, Dict.EMPTY, "com.example.none", Payload.EMPTY));
            }
            for (int i = 1; i <= 8; i++) {
                client.hears(Message.ErrorReply.class);
            }
            client.says(new Call(9, Dict.EMPTY, "com.example.none", Payload.EMPTY));
            client.hears(Message.ErrorReply.class);
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        assertTrue(millis >= 290, "9 messages, 5 at once and 10 a second, but " + millis + " ms");
    }

    @Test
    @Conforms(Feature.RATES)
    void a_rate_holds_for_a_session_within_the_process_as_well() throws InterruptedException {
        reopen(Traffic.UNLIMITED.withRate(100, 10), SlowReaders.DEFAULT);
        try (RawClient fast = RawClient.joined(running.router.local(RunningRouter.REALM, "local", "anything"))) {
            long began = System.nanoTime();
            for (int i = 1; i <= 61; i++) {
                fast.says(new Call(i, Dict.EMPTY, "com.example.none", Payload.EMPTY));
            }
            for (int i = 1; i <= 61; i++) {
                assertEquals(i, fast.hears(Message.ErrorReply.class).request());
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            assertTrue(millis >= 490, "61 messages, 10 at once and 100 a second: half a second, but " + millis + " ms");
        }
    }

    @Test
    @Conforms(Feature.LIMITS)
    void a_stranger_may_send_smaller_messages_only_and_is_told_so() throws InterruptedException {
        try (RawClient stranger = new RawClient(way())) {
            Dict details = RawClient.hello().details().with("authextra", Map.of("filler", "x".repeat(70_000)));
            stranger.says(new Message.Hello(RunningRouter.REALM, details));
            Message.Abort abort = stranger.hears(Message.Abort.class);
            assertEquals(Uris.PAYLOAD_SIZE_EXCEEDED, abort.reason());
            assertTrue(
                    String.valueOf(abort.details().textOrNull("message")).contains("at most 65536 bytes"),
                    abort.toString());
            stranger.isClosed();
        }
    }
}
