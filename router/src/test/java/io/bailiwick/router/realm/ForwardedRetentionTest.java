package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.broker.BrokerOptions;
import io.bailiwick.router.broker.BrokerOptions.Retention;
import io.bailiwick.router.broker.BrokerTables;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message.Event;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Message.Subscribe;
import io.bailiwick.router.message.Message.Subscribed;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.SessionDetails;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Retained events that go to links, and those that links bring from where they were retained before. */
@Conforms(Feature.ROUTER_LINK_RETENTION)
class ForwardedRetentionTest {
    private static final String TOPIC = "com.example.topic";
    private static final Dict GET_RETAINED = Dict.of("get_retained", true);

    private Scenario scenario = new Scenario();
    private TestPeer publisher = scenario.joins("publisher");
    private TestPeer link = scenario.joins("link", SessionDetails.ROUTER_LINK);
    private long lastRequest = 1;
    private long lastBrought = 100;

    private void retains(String text, Dict options) {
        publisher.sends(new Publish(lastRequest++, options.with("retain", true), TOPIC, payload(text)));
    }

    /** The link publishes what was retained elsewhere, so many milliseconds ago. */
    private void brings(long publication, String text, long age, Dict options) {
        Object step = Map.of("session", 9L, "authid", "link", "authrole", "rlink", "publication", publication);
        Dict full = options.with("retain", true).with("x_retained_age", age).with("forward_for", List.of(step));
        link.sends(new Publish(++linkRequest, full, TOPIC, payload(text)));
    }

    private long linkRequest;

    private void brings(String text, long age, Dict options) {
        brings(++lastBrought, text, age, options);
    }

    /** The retained events that have come, and nothing else has. */
    private static List<Payload> retained(TestPeer peer) {
        List<Payload> payloads = new ArrayList<>();
        while (!peer.inbox().isEmpty()) {
            Event event = peer.receives(Event.class);
            assertTrue(event.details().flag("retained", false), "it says that it was retained");
            payloads.add(event.payload());
        }
        return payloads;
    }

    private static List<Payload> payloads(String... texts) {
        return List.of(texts).stream().map(TextPayloads::payload).toList();
    }

    private TestPeer asks(String authid) {
        TestPeer peer = scenario.joins(authid);
        peer.subscribes(TOPIC, GET_RETAINED);
        return peer;
    }

    // ---- to a link

    @Test
    void a_link_is_told_that_an_event_is_retained_and_for_whom_and_others_are_not() {
        link.subscribes(TOPIC);
        TestPeer other = scenario.joins("other");
        other.subscribes(TOPIC);
        retains("now", Dict.of("exclude_authid", List.of("bob")));
        Dict told = link.receives(Event.class).details();
        assertEquals(Dict.of("retain", true, "exclude_authid", List.of("bob")), told);
        assertEquals(Dict.EMPTY, other.receives(Event.class).details());
    }

    @Test
    void a_link_that_asks_is_sent_all_that_is_retained_of_a_topic_with_its_lists_and_its_age_the_latest_first() {
        retains("for all", Dict.EMPTY);
        scenario.time().passes(300);
        retains("not for bob", Dict.of("exclude_authid", List.of("bob")));
        scenario.time().passes(200);
        link.sends(new Subscribe(++linkRequest, GET_RETAINED, TOPIC));
        link.receives(Subscribed.class);
        Event first = link.receives(Event.class);
        assertEquals(payload("not for bob"), first.payload());
        assertEquals(
                Dict.of(Map.of(
                        "retain", true, "retained", true, "exclude_authid", List.of("bob"), "x_retained_age", 200L)),
                first.details());
        Event second = link.receives(Event.class);
        assertEquals(payload("for all"), second.payload());
        assertEquals(Dict.of(Map.of("retain", true, "retained", true, "x_retained_age", 500L)), second.details());
        link.receivesNothing();
    }

    // ---- from a link

    @Test
    void what_was_retained_elsewhere_is_for_those_who_ask_for_retained_events_and_for_no_other() {
        TestPeer asked = asks("alice");
        TestPeer silent = scenario.joins("bob");
        silent.subscribes(TOPIC);
        brings("old", 1_000, Dict.EMPTY);
        assertEquals(payloads("old"), retained(asked));
        silent.receivesNothing();
        assertEquals(payloads("old"), retained(asks("carol")));
    }

    @Test
    void who_has_a_later_one_of_the_topic_is_not_sent_it() {
        scenario.time().passes(10_000);
        retains("here", Dict.EMPTY);
        scenario.time().passes(1_000);
        TestPeer asked = asks("alice");
        assertEquals(payloads("here"), retained(asked));
        brings("before", 1_001, Dict.EMPTY);
        asked.receivesNothing();
        assertEquals(payloads("here"), retained(asks("bob")));
        brings("after", 999, Dict.EMPTY);
        assertEquals(payloads("after"), retained(asked));
        assertEquals(payloads("after"), retained(asks("carol")));
    }

    @Test
    void each_gets_the_latest_that_is_for_it_by_the_lists_of_the_publisher() {
        TestPeer alice = asks("alice");
        TestPeer bob = asks("bob");
        brings("not for bob", 100, Dict.of("exclude_authid", List.of("bob")));
        brings("for all", 200, Dict.EMPTY);
        brings("for alice", 300, Dict.of("eligible_authid", List.of("alice")));
        assertEquals(payloads("not for bob"), retained(alice));
        assertEquals(payloads("for all"), retained(bob));
        new BrokerTables(scenario.realm().broker()).fitRetained();
    }

    @Test
    void what_comes_by_two_links_or_has_come_as_an_event_comes_once() {
        TestPeer asked = asks("alice");
        brings(7, "once", 100, Dict.EMPTY);
        brings(7, "once", 120, Dict.EMPTY);
        assertEquals(payloads("once"), retained(asked));
    }

    @Test
    void what_is_too_old_or_too_large_for_this_realm_is_not_kept_but_an_event_of_now_is_delivered() {
        Retention small = new Retention(10, 100_000, 8, 4, Duration.ofSeconds(10), 10);
        scenario = new Scenario(RealmOptions.DEFAULT.with(BrokerOptions.DEFAULT.with(small)));
        link = scenario.joins("link", SessionDetails.ROUTER_LINK);
        TestPeer asked = asks("alice");
        brings("old", 10_001, Dict.EMPTY);
        brings("larger than it is let", 1, Dict.EMPTY);
        asked.receivesNothing();
        Object step = Map.of("session", 9L, "authid", "link", "authrole", "rlink", "publication", 3L);
        link.sends(new Publish(
                ++linkRequest,
                Dict.of("retain", true, "forward_for", List.of(step)),
                TOPIC,
                payload("larger than it is let")));
        assertEquals(
                payload("larger than it is let"), asked.receives(Event.class).payload());
        assertEquals(payloads(), retained(asks("bob")));
    }

    @Test
    void only_a_link_may_say_how_old_an_event_is_and_in_milliseconds() {
        TestPeer asked = asks("alice");
        publisher.sends(new Publish(lastRequest++, Dict.of("x_retained_age", 5L), TOPIC, payload("new")));
        assertEquals(Dict.EMPTY, asked.receives(Event.class).details());
        brings("never", -1, Dict.EMPTY);
        link.isAborted(Uris.PROTOCOL_VIOLATION);
    }
}
