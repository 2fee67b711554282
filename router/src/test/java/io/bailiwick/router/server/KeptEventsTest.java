package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.bailiwick.router.broker.BrokerOptions;
import io.bailiwick.router.broker.BrokerOptions.KeptTopic;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.realm.RealmOptions;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.rights.RealmRoles.Rule;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.RealmMetrics;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events that a realm keeps, asked for over real sockets. */
class KeptEventsTest {
    private static final String TOPIC = "com.example.log";
    private static final RealmPayloads PAYLOADS = new RealmPayloads();

    private Network network;
    private Router router;
    private Endpoint tcp;

    @BeforeEach
    void start() throws IOException {
        network = Network.open(2);
        router = Router.start(
                network,
                claim -> CompletableFuture.completedFuture(new Decision.Admission(
                        RunningRouter.REALM,
                        "anybody",
                        claim.authrole() == null ? "user" : claim.authrole(),
                        "anonymous",
                        "test",
                        Dict.EMPTY,
                        Optional.empty())));
        List<Rule> all = List.of(new Rule("", MatchPolicy.PREFIX, Set.of(Action.values()), false));
        BrokerOptions kept = BrokerOptions.DEFAULT.withHistory(List.of(KeptTopic.of(TOPIC, MatchPolicy.EXACT)));
        router.openRealm(
                RunningRouter.REALM,
                new RealmTemplate(new RealmRoles(Map.of("user", all, "rlink", all)), RealmOptions.DEFAULT.with(kept)),
                RealmMetrics.NONE);
        tcp = router.listen(new ListenerOptions(
                        "tcp",
                        Endpoint.of("tcp://127.0.0.1:0"),
                        "/ws",
                        Optional.empty(),
                        ListenerOptions.Limits.DEFAULT))
                .endpoint();
    }

    @AfterEach
    void stop() {
        router.close();
        network.close();
    }

    private RawClient joined() throws InterruptedException {
        Endpoint where = Endpoint.of("rs://127.0.0.1:" + tcp.port());
        return RawClient.joined(network.connector(where, Format.CBOR, Optional.empty()));
    }

    private static void publishes(RawClient client, long request, Payload payload) throws InterruptedException {
        client.says(new Publish(request, Dict.of("acknowledge", true), TOPIC, payload));
        client.hears(Message.Published.class);
    }

    private static Values asks(RawClient client, long request, String procedure, Object argument)
            throws InterruptedException {
        client.says(new Message.Call(request, Dict.EMPTY, procedure, PAYLOADS.encode(Values.of(argument))));
        return PAYLOADS.decode(client.hears(Message.Result.class).payload());
    }

    @Test
    @Conforms({Feature.EVENT_RETENTION, Feature.SLOW_READERS})
    void a_subscriber_that_reads_gets_more_retained_events_than_may_wait_for_it() throws InterruptedException {
        int count = 60;
        byte[] large = new byte[250 << 10];
        try (RawClient publisher = joined();
                RawClient late = joined()) {
            for (int i = 1; i <= count; i++) {
                Dict retained = Dict.of("acknowledge", true, "retain", true);
                Payload payload = PAYLOADS.encode(Values.of((long) i, large));
                publisher.says(new Publish(i, retained, "com.example.large.t" + i, payload));
                publisher.hears(Message.Published.class);
            }
            late.says(new Message.Subscribe(1, Dict.of("match", "prefix", "get_retained", true), "com.example.large."));
            late.hears(Message.Subscribed.class);
            for (int i = 1; i <= count; i++) {
                Payload payload = late.hears(Message.Event.class).payload();
                assertEquals((long) i, PAYLOADS.decode(payload).list().get(0));
            }
        }
    }

    /** Lists in lists, so many levels of them. */
    private static Payload nested(int levels) {
        byte[] lists = new byte[levels];
        Arrays.fill(lists, (byte) 0x81);
        lists[levels - 1] = (byte) 0x80;
        return Payload.owned(Format.CBOR, ByteBuffer.wrap(lists), 1);
    }

    @Test
    @Conforms(Feature.EVENT_HISTORY)
    void an_event_that_is_too_deep_to_be_given_out_does_not_keep_others_from_being_read() throws InterruptedException {
        try (RawClient client = joined()) {
            publishes(client, 1, PAYLOADS.encode(Values.of("before")));
            publishes(client, 2, nested(61));
            publishes(client, 3, nested(62));
            publishes(client, 4, nested(63));
            publishes(client, 5, PAYLOADS.encode(Values.of("after")));
            Object id =
                    asks(client, 6, "wamp.subscription.lookup", TOPIC).list().get(0);
            List<?> events = asks(client, 7, "wamp.subscription.get_events", id).list();
            assertEquals(5, events.size());
            assertEquals(List.of("before"), ((Map<?, ?>) events.get(0)).get("args"));
            assertFalse(((Map<?, ?>) events.get(1)).containsKey("x_arguments_omitted"), "61 and two more are 63");
            for (Object deep : events.subList(2, 4)) {
                assertEquals(true, ((Map<?, ?>) deep).get("x_arguments_omitted"));
                assertFalse(((Map<?, ?>) deep).containsKey("args"));
            }
            assertEquals(List.of("after"), ((Map<?, ?>) events.get(4)).get("args"));
        }
    }
}
