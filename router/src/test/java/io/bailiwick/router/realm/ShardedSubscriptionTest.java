package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Message.Subscribe;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Subscriptions that nodes share by key (WAMP, "Sharded Subscription"). */
@Conforms(Feature.SHARDED_SUBSCRIPTION)
class ShardedSubscriptionTest {
    private static final String TOPIC = "com.example.topic";
    private static final int KEYS = 2_000;

    private final Scenario scenario = new Scenario();
    private final TestPeer publisher = scenario.joins("publisher");
    private final List<TestPeer> nodes = new ArrayList<>();

    private TestPeer node(String key) {
        TestPeer node = scenario.joins(key);
        node.subscribes(TOPIC, Dict.of("nkey", key));
        nodes.add(node);
        return node;
    }

    /** Publishes under each routing key; who of the nodes got it. */
    private List<TestPeer> receivers() {
        List<TestPeer> receivers = new ArrayList<>();
        for (int key = 0; key < KEYS; key++) {
            publisher.sends(new Publish(key + 1, Dict.of("rkey", "key-" + key), TOPIC, Payload.EMPTY));
            List<TestPeer> got =
                    nodes.stream().filter(node -> node.inbox().poll() != null).toList();
            assertEquals(1, got.size(), "one node gets it");
            receivers.add(got.get(0));
        }
        return receivers;
    }

    @Test
    void all_events_of_a_routing_key_go_to_the_same_node() {
        node("a");
        node("b");
        node("c");
        assertEquals(receivers(), receivers());
    }

    @Test
    void the_routing_keys_are_spread_evenly() {
        for (int i = 0; i < 5; i++) {
            node("node-" + i);
        }
        List<TestPeer> receivers = receivers();
        nodes.forEach(node -> {
            long share = receivers.stream().filter(node::equals).count();
            assertTrue(Math.abs(share - KEYS / 5) < KEYS / 20, () -> "a fifth, but " + share + " of " + KEYS);
        });
    }

    @Test
    void when_a_node_leaves_only_its_keys_go_to_others() {
        node("a");
        node("b");
        TestPeer leaving = node("c");
        List<TestPeer> before = receivers();
        leaving.leaves();
        nodes.remove(leaving);
        List<TestPeer> after = receivers();
        for (int key = 0; key < KEYS; key++) {
            if (!before.get(key).equals(leaving)) {
                assertEquals(before.get(key), after.get(key), "a key of a node that stays, stays");
            }
        }
    }

    @Test
    void who_has_no_node_key_gets_every_event_and_without_routing_key_everybody_does() {
        TestPeer all = scenario.joins("all");
        all.subscribes(TOPIC);
        node("a");
        node("b");
        receivers();
        assertEquals(KEYS, all.inbox().size());
        publisher.sends(new Publish(1, Dict.EMPTY, TOPIC, Payload.EMPTY));
        nodes.forEach(node -> assertEquals(1, node.inbox().size()));
    }

    @Test
    void sessions_of_the_same_node_key_get_the_same_events() {
        TestPeer one = node("a");
        TestPeer two = scenario.joins("two");
        two.subscribes(TOPIC, Dict.of("nkey", "a"));
        node("b");
        long share = receivers().stream().filter(one::equals).count();
        assertEquals(share, two.inbox().size());
    }

    @Test
    void a_session_that_subscribes_again_with_another_node_key_is_that_node() {
        TestPeer moving = node("a");
        TestPeer staying = node("b");
        List<TestPeer> before = receivers();
        moving.subscribes(TOPIC, Dict.of("nkey", "b"));
        publisher.sends(new Publish(1, Dict.of("rkey", "key-" + before.indexOf(moving)), TOPIC, Payload.EMPTY));
        assertEquals(1, staying.inbox().size());
        assertEquals(1, moving.inbox().size());
    }

    @Test
    @Conforms(Feature.EVENT_RETENTION)
    void a_retained_event_goes_to_the_node_of_its_routing_key() {
        node("a");
        node("b");
        for (int key = 0; key < 12; key++) {
            Dict options = Dict.of("rkey", "key-" + key, "retain", true);
            publisher.sends(new Publish(key + 1, options, TOPIC, payload(key)));
        }
        nodes.forEach(node -> {
            List<Payload> live = new ArrayList<>();
            node.inbox().forEach(event -> live.add(event.payload()));
            node.inbox().clear();
            String key = node.details().authid();
            node.subscribes(TOPIC, Dict.of("nkey", key, "get_retained", true));
            node.receivesPayload(live.get(live.size() - 1));
            node.receivesNothing();
        });
    }

    @Test
    @Conforms(Feature.LIMITS)
    void a_node_key_that_is_too_long_is_refused() {
        TestPeer peer = scenario.joins("peer");
        peer.sends(new Subscribe(1, Dict.of("nkey", "x".repeat(256)), TOPIC));
        peer.receivesError(Subscribe.CODE, 1, Uris.INVALID_ARGUMENT);
        assertEquals(0, scenario.view().subscriptions());
    }
}
