package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Message.Event;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Payload;
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
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much may wait for the sessions of a role, and of a realm, over real sockets. */
@Conforms({Feature.LIMITS, Feature.SLOW_READERS})
class QueueBytesTest {
    private static final String TOPIC = "com.example.topic";
    private static final int EVENT_BYTES = 60_000;
    /** So many events do not wait for anybody: more than the sockets hold, and less than the listener lets wait. */
    private static final int MOST = 2_000;

    private final AtomicInteger dropped = new AtomicInteger();
    private final AtomicInteger slow = new AtomicInteger();
    private final CountDownLatch cutOff = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final RealmMetrics metrics = new RealmMetrics() {
        @Override
        public void eventDropped() {
            dropped.incrementAndGet();
        }

        @Override
        public void fellBehind() {
            slow.incrementAndGet();
        }

        @Override
        public void slowReaderEnded() {
            ended.countDown();
        }

        @Override
        public void readerCutOff() {
            cutOff.countDown();
        }
    };

    private Network network;
    private Router router;
    private Endpoint tcp;

    @BeforeEach
    void start() throws IOException {
        network = Network.open(2);
        // Everybody gets the role that is asked for.
        router = Router.start(
                network,
                claim -> CompletableFuture.completedFuture(new Decision.Admission(
                        RunningRouter.REALM,
                        "anybody",
                        String.valueOf(claim.authrole()),
                        "anonymous",
                        "test",
                        Dict.EMPTY,
                        Optional.empty())));
        // What this listener lets wait for a peer is more than a test sends.
        ListenerOptions.Limits wide = ListenerOptions.Limits.DEFAULT.withQueue(200 << 20, 400 << 20);
        tcp = router.listen(new ListenerOptions("tcp", Endpoint.of("tcp://127.0.0.1:0"), "/ws", Optional.empty(), wide))
                .endpoint();
    }

    @AfterEach
    void stop() {
        router.close();
        network.close();
    }

    private void open(SlowReaders slowReaders, RealmLimits limits, int narrowBytes) {
        List<Rule> all = List.of(new Rule("", MatchPolicy.PREFIX, Set.of(Action.values()), false));
        Traffic narrow = limits.traffic().withQueueBytes(narrowBytes);
        RealmRoles roles = new RealmRoles(
                Map.of("narrow", all, "wide", all),
                Map.of("narrow", new RoleLimits(Limits.DEFAULT, RoleLimits.UNLIMITED, narrow)),
                Caching.DEFAULT);
        RealmOptions options = RealmOptions.DEFAULT.with(slowReaders).with(limits);
        router.openRealm(RunningRouter.REALM, new RealmTemplate(roles, options), metrics);
    }

    private RawClient joined(String role) throws InterruptedException {
        Endpoint where = Endpoint.of("rs://127.0.0.1:" + tcp.port());
        RawClient client = new RawClient(network.connector(where, Format.CBOR, Optional.empty()));
        Message.Hello hello = RawClient.hello();
        client.says(new Message.Hello(hello.realm(), hello.details().with("authrole", role)));
        assertEquals(role, client.hears(Message.Welcome.class).details().textOrNull("authrole"));
        return client;
    }

    private RawClient deaf(String role) throws InterruptedException {
        RawClient client = joined(role);
        client.says(new Message.Subscribe(1, Dict.EMPTY, TOPIC));
        client.hears(Message.Subscribed.class);
        client.reads(false);
        return client;
    }

    /** Publishes, each acknowledged, until it is enough. */
    private void publish(BooleanSupplier enough) throws InterruptedException {
        byte[] cbor = new byte[EVENT_BYTES + 6];
        cbor[0] = (byte) 0x81;
        cbor[1] = 0x5a;
        ByteBuffer.wrap(cbor).putInt(2, EVENT_BYTES);
        try (RawClient publisher = joined("wide")) {
            for (int i = 1; i <= MOST && !enough.getAsBoolean(); i++) {
                Payload payload = Payload.owned(Format.CBOR, ByteBuffer.wrap(cbor), 1);
                publisher.says(new Publish(i, Dict.of("acknowledge", true), TOPIC, payload));
                publisher.hears(Message.Published.class);
            }
        }
        assertTrue(enough.getAsBoolean(), "enough was published");
    }

    @Test
    void events_are_dropped_for_a_slow_reader_of_the_role_with_the_small_bound_only() throws InterruptedException {
        open(SlowReaders.DROP_EVENTS, RealmLimits.NONE, 1 << 20);
        try (RawClient narrow = deaf("narrow");
                RawClient wide = deaf("wide")) {
            publish(() -> dropped.get() > 0);
            assertEquals(1, slow.get(), "the other one may have more waiting");
            int more = dropped.get() + 5;
            publish(() -> dropped.get() >= more);
            narrow.reads(true);
            wide.reads(true);
            int ofNarrow = 0;
            int ofWide = 0;
            while (ofNarrow < more) {
                // Whatever it still gets: the event behind the gap tells how many are missing.
                if (narrow.received.isEmpty()) {
                    publish(new Once());
                }
                ofNarrow += (int) narrow.hears(Event.class)
                        .details()
                        .integer(SlowReaders.DROPPED)
                        .orElse(0);
            }
            assertEquals(dropped.get(), ofNarrow);
            for (Message next = wide.received.poll(); next != null; next = wide.received.poll()) {
                ofWide += (int)
                        ((Event) next).details().integer(SlowReaders.DROPPED).orElse(0);
            }
            assertEquals(0, ofWide);
        }
    }

    /** Enough after one. */
    private static final class Once implements BooleanSupplier {
        private int asked;

        @Override
        public boolean getAsBoolean() {
            return asked++ > 0;
        }
    }

    @Test
    void a_slow_reader_of_the_role_with_the_small_bound_is_disconnected_and_the_other_stays() throws Exception {
        open(SlowReaders.disconnectAfter(20), RealmLimits.NONE, 1 << 20);
        try (RawClient narrow = deaf("narrow");
                RawClient wide = deaf("wide")) {
            // Between the mark, at half of the bound, and the bound itself.
            publish(() -> slow.get() > 0);
            assertTrue(ended.await(20, TimeUnit.SECONDS));
            assertEquals(1, slow.get());
            assertEquals(
                    1,
                    router.sessions(RunningRouter.REALM).get(20, TimeUnit.SECONDS).stream()
                            .filter(session -> session.authrole().equals("wide"))
                            .count());
            narrow.reads(true);
            narrow.isClosed();
            wide.reads(true);
            assertNotNull(wide.hears(Event.class));
        }
    }

    @Test
    void the_link_is_cut_where_more_than_the_bound_of_the_role_would_wait() throws InterruptedException {
        open(SlowReaders.disconnectAfter(600_000), RealmLimits.NONE, 1 << 20);
        try (RawClient narrow = deaf("narrow");
                RawClient wide = deaf("wide")) {
            publish(() -> cutOff.getCount() == 0);
            narrow.reads(true);
            narrow.isClosed();
            wide.reads(true);
            wide.hears(Event.class);
        }
    }

    @Test
    void a_bound_of_the_realm_holds_for_roles_without_one_of_their_own() throws InterruptedException {
        RealmLimits narrow = new RealmLimits(9, 9, Traffic.UNLIMITED.withQueueBytes(1 << 20), Long.MAX_VALUE);
        open(SlowReaders.disconnectAfter(600_000), narrow, 300 << 20);
        try (RawClient wide = deaf("narrow");
                RawClient bounded = deaf("wide")) {
            publish(() -> cutOff.getCount() == 0);
            bounded.reads(true);
            bounded.isClosed();
            wide.reads(true);
            wide.hears(Event.class);
        }
    }

    @Test
    void what_waits_for_all_sessions_of_a_realm_is_bounded_and_whoever_has_no_part_in_it_is_served() throws Exception {
        RealmLimits together = new RealmLimits(9, 9, Traffic.UNLIMITED, 2 << 20);
        open(SlowReaders.DROP_EVENTS, together, 300 << 20);
        try (RawClient one = deaf("wide");
                RawClient two = deaf("wide");
                RawClient quick = joined("wide")) {
            publish(() -> dropped.get() > 10);
            quick.says(new Message.Call(1, Dict.EMPTY, "wamp.session.count", Payload.EMPTY));
            quick.hears(Message.Result.class);
            assertEquals(1, cutOff.getCount(), "half of it makes them slow, and events are dropped");
            one.reads(true);
            two.reads(true);
            one.hears(Event.class);
            two.hears(Event.class);
        }
    }
}
