package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.Scenario.FIRST_PUBLICATION;
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
import io.bailiwick.router.message.Message.Unsubscribe;
import io.bailiwick.router.message.Message.Unsubscribed;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer.Disclosure;
import io.bailiwick.router.session.Authorizer.Permission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events that are kept for those who subscribe later (WAMP, "Event Retention"), and the choices that it leaves open. */
@Conforms(Feature.EVENT_RETENTION)
class RetentionTest {
    private static final String TOPIC = "com.example.topic";
    private static final Dict RETAIN = Dict.of("retain", true);
    private static final Dict GET_RETAINED = Dict.of("get_retained", true);
    private static final Dict RETAINED = Dict.of("retained", true);

    private Scenario scenario = new Scenario();
    private TestPeer publisher = scenario.joins("publisher");
    private long lastRequest = 1;

    private void begins(Retention retention) {
        scenario = new Scenario(RealmOptions.DEFAULT.with(BrokerOptions.DEFAULT.with(retention)));
        publisher = scenario.joins("publisher");
    }

    private void retains(String topic, Object payload, Dict options) {
        publisher.sends(new Publish(lastRequest++, options.with("retain", true), topic, payload(payload)));
    }

    private void retains(String topic, Object payload) {
        retains(topic, payload, Dict.EMPTY);
    }

    /** What a session is sent that subscribes with get_retained. */
    private static List<Payload> found(TestPeer peer, String topic, String match) {
        peer.subscribes(topic, Dict.of("match", match, "get_retained", true));
        List<Payload> payloads = new ArrayList<>();
        while (!peer.inbox().isEmpty()) {
            Event event = peer.receives(Event.class);
            if (event.details().text("topic").filter(Uris::isReserved).isPresent()) {
                continue; // Who is subscribed to everything hears of that too.
            }
            assertTrue(event.details().flag("retained", false), "it says that it was retained");
            payloads.add(event.payload());
        }
        return payloads;
    }

    private static List<Payload> found(TestPeer peer) {
        return found(peer, TOPIC, "exact");
    }

    private static List<Payload> payloads(Object... values) {
        return List.of(values).stream().map(TextPayloads::payload).toList();
    }

    private BrokerTables tables() {
        return new BrokerTables(scenario.realm().broker());
    }

    // ---- what a new subscriber gets

    @Test
    void a_new_subscriber_gets_the_last_retained_event_of_the_topic_after_subscribed() {
        retains(TOPIC, "first");
        retains(TOPIC, "second");
        publisher.sends(new Publish(9, Dict.EMPTY, TOPIC, payload("not retained")));
        TestPeer late = scenario.joins("late");
        late.sends(new Subscribe(1, GET_RETAINED, TOPIC));
        long subscription = late.receives(Subscribed.class).subscription();
        late.receives(new Event(subscription, FIRST_PUBLICATION + 1, RETAINED, payload("second")));
        late.receivesNothing();
    }

    private void retainsThree() {
        begins(Retention.DEFAULT);
        for (String name : List.of("a", "b", "c")) {
            retains(TOPIC + "." + name, name);
            scenario.time().passes(1_000);
        }
    }

    private static void fallsBehindWithAnEvent(TestPeer peer) {
        peer.reactsBy(message -> {
            if (message instanceof Event) {
                peer.fallsBehind();
            }
        });
    }

    private static void catchesUp(TestPeer peer) {
        peer.reactsBy(message -> {});
        peer.catchesUp();
    }

    private static List<Payload> events(TestPeer peer) {
        List<Payload> payloads = new ArrayList<>();
        while (!peer.inbox().isEmpty()) {
            payloads.add(peer.receives(Event.class).payload());
        }
        return payloads;
    }

    @Test
    void a_subscriber_that_falls_behind_gets_the_rest_when_it_has_caught_up() {
        retainsThree();
        TestPeer late = scenario.joins("late");
        fallsBehindWithAnEvent(late);
        assertEquals(
                payloads("a"), found(late, TOPIC, "prefix"), "it shows with the first that the peer does not keep up");
        scenario.time().passes(2_000);
        late.receivesNothing();
        catchesUp(late);
        scenario.time().passes(2_000);
        assertEquals(payloads("b", "c"), events(late));
        scenario.time().passes(2_000);
        late.receivesNothing();
    }

    @Test
    void a_link_that_falls_behind_gets_the_rest_latest_first() {
        retainsThree();
        TestPeer link = scenario.joins("link", "rlink");
        fallsBehindWithAnEvent(link);
        assertEquals(payloads("c"), found(link, TOPIC, "prefix"));
        catchesUp(link);
        scenario.time().passes(2_000);
        assertEquals(payloads("b", "a"), events(link));
    }

    @Test
    void what_was_retained_since_a_subscriber_fell_behind_comes_once_and_nothing_older_after_it() {
        retainsThree();
        TestPeer late = scenario.joins("late");
        fallsBehindWithAnEvent(late);
        found(late, TOPIC, "prefix");
        retains(TOPIC + ".b", "newer");
        assertEquals(payloads("newer"), events(late), "as it happens");
        catchesUp(late);
        scenario.time().passes(2_000);
        assertEquals(payloads("c"), events(late));
    }

    @Test
    void who_has_unsubscribed_or_left_gets_no_rest_and_nobody_waits_for_it() {
        retainsThree();
        TestPeer late = scenario.joins("late");
        fallsBehindWithAnEvent(late);
        late.sends(new Subscribe(1, Dict.of("match", "prefix", "get_retained", true), TOPIC));
        long subscription = late.receives(Subscribed.class).subscription();
        events(late);
        catchesUp(late);
        late.sends(new Unsubscribe(2, subscription));
        late.receives(Unsubscribed.class);
        scenario.time().passes(20_000);
        late.receivesNothing();
        assertEquals(0, scenario.time().waiting());
        fallsBehindWithAnEvent(late);
        found(late, TOPIC, "prefix");
        late.leaves();
        scenario.time().passes(20_000);
        assertEquals(0, scenario.time().waiting());
        late.receivesNothing();
    }

    @Test
    void who_does_not_ask_gets_no_retained_event_and_who_asks_later_does() {
        retains(TOPIC, "kept");
        TestPeer late = scenario.joins("late");
        late.subscribes(TOPIC);
        late.receivesNothing();
        assertEquals(payloads("kept"), found(late), "a second SUBSCRIBE may ask for what the first did not");
    }

    @Test
    void who_is_subscribed_gets_a_retained_event_like_any_other() {
        TestPeer there = scenario.joins("there");
        long subscription = there.subscribes(TOPIC);
        retains(TOPIC, "now");
        there.receives(new Event(subscription, FIRST_PUBLICATION, Dict.EMPTY, payload("now")));
        there.receivesNothing();
    }

    @Test
    void an_event_without_arguments_is_retained_like_any_other() {
        retains(TOPIC, "before");
        publisher.sends(new Publish(9, RETAIN, TOPIC, Payload.EMPTY));
        assertEquals(List.of(Payload.EMPTY), found(scenario.joins("late")));
    }

    @Test
    void what_is_retained_outlives_its_publisher() {
        retains(TOPIC, "kept");
        publisher.leaves();
        assertEquals(payloads("kept"), found(scenario.joins("late")));
    }

    @Test
    void a_pattern_gets_the_last_event_of_each_topic_in_the_order_they_were_published() {
        retains("a.b.one", 1);
        retains("a.c.one", 2);
        retains("a.bc", 3);
        retains("a.b.one", 4);
        retains("b.b.one", 5);
        assertEquals(payloads(3, 4), found(scenario.joins("late"), "a.b", "prefix"));
        assertEquals(payloads(2, 4), found(scenario.joins("late"), "a..one", "wildcard"));
        assertEquals(payloads(2, 3, 4, 5), found(scenario.joins("late"), "", "prefix"));
        assertEquals(payloads(), found(scenario.joins("late"), "a.b.one.", "wildcard"));
        assertEquals(payloads(), found(scenario.joins("late"), "x", "prefix"));
    }

    @Test
    void a_pattern_is_told_the_topic_and_everybody_what_was_disclosed_at_publication() {
        retains(TOPIC, "kept", Dict.of("disclose_me", true));
        publisher.leaves();
        TestPeer late = scenario.joins("late");
        long subscription = late.subscribes("com.", Dict.of("match", "prefix", "get_retained", true));
        Map<String, Object> details = new HashMap<>();
        details.put("publisher", publisher.id());
        details.put("publisher_authid", "publisher");
        details.put("publisher_authrole", "user");
        details.put("topic", TOPIC);
        details.put("retained", true);
        late.receives(new Event(subscription, FIRST_PUBLICATION, Dict.of(details), payload("kept")));
    }

    @Test
    @Conforms(Feature.PUBLICATION_TRUSTLEVELS)
    void a_retained_event_keeps_its_trust_level() {
        scenario = new Scenario((session, action, uri, match) -> new Permission(true, Disclosure.ON_REQUEST, 7));
        publisher = scenario.joins("publisher");
        retains(TOPIC, "kept");
        TestPeer wary = scenario.joins("wary", "user", Scenario.roles("subscriber", "publication_trustlevels"));
        long subscription = wary.subscribes(TOPIC, GET_RETAINED);
        Dict details = Dict.of("trustlevel", 7L, "retained", true);
        wary.receives(new Event(subscription, FIRST_PUBLICATION, details, payload("kept")));
    }

    @Test
    void who_may_not_subscribe_gets_nothing() {
        scenario = new Scenario((session, action, uri, match) ->
                session.authid().equals("late") ? Permission.DENIED : Permission.ALLOWED);
        publisher = scenario.joins("publisher");
        retains(TOPIC, "kept");
        TestPeer late = scenario.joins("late");
        late.sends(new Subscribe(1, GET_RETAINED, TOPIC));
        late.receivesError(Subscribe.CODE, 1, Uris.NOT_AUTHORIZED);
        late.receivesNothing();
    }

    // ---- eligibility

    @ParameterizedTest
    @CsvSource({
        "eligible_authid, ann, true",
        "eligible_authid, bob, false",
        "eligible_authrole, user, true",
        "eligible_authrole, admin, false",
        "exclude_authid, ann, false",
        "exclude_authid, bob, true",
        "exclude_authrole, user, false",
        "exclude_authrole, admin, true",
    })
    void authids_and_authroles_decide_for_those_who_come_later(String option, String name, boolean found) {
        retains(TOPIC, "for everybody");
        retains(TOPIC, "for some", Dict.of(option, List.of(name)));
        assertEquals(payloads(found ? "for some" : "for everybody"), found(scenario.joins("ann", "user")));
    }

    @Test
    void an_event_for_named_sessions_never_reaches_another() {
        TestPeer named = scenario.joins("named");
        retains(TOPIC, "for one", Dict.of("eligible", List.of(named.id())));
        assertEquals(payloads(), found(scenario.joins("named")));
        assertEquals(payloads("for one"), found(named));
    }

    @Test
    void an_excluded_session_gets_the_event_before() {
        TestPeer out = scenario.joins("out");
        retains(TOPIC, "for all");
        retains(TOPIC, "not for one", Dict.of("exclude", List.of(out.id())));
        assertEquals(payloads("for all"), found(out));
        assertEquals(payloads("not for one"), found(scenario.joins("other")));
    }

    @Test
    void the_publisher_gets_its_own_event_only_if_it_wants_to() {
        TestPeer other = scenario.joins("other");
        other.sends(new Publish(1, RETAIN, TOPIC, payload("of another")));
        retains(TOPIC, "own");
        assertEquals(payloads("of another"), found(publisher));
        retains(TOPIC, "wanted", Dict.of("exclude_me", false));
        publisher.inbox().clear();
        assertEquals(payloads("wanted"), found(publisher));
    }

    @Test
    void what_nobody_can_want_any_more_goes() {
        retains(TOPIC, 1);
        retains(TOPIC, 2);
        assertEquals(1, tables().retained(), "all but the publisher want the second, and it wanted none");
        TestPeer other = scenario.joins("other");
        other.sends(new Publish(1, RETAIN, TOPIC, payload(3)));
        assertEquals(2, tables().retained(), "the other publisher may want the second");
        retains(TOPIC, 4, Dict.of("exclude_me", false));
        assertEquals(1, tables().retained());
        for (int i = 0; i < 5; i++) {
            retains(TOPIC, i, Dict.of("eligible_authrole", List.of("admin")));
        }
        assertEquals(2, tables().retained(), "the same lists want the latest alone");
    }

    // ---- bounds

    private static final Retention BOUNDS = new Retention(3, 1_000_000, 20, 2, Duration.ofSeconds(10), 2);

    @Test
    void when_there_are_too_many_events_the_oldest_goes() {
        begins(BOUNDS);
        retains("a", 1);
        retains("b", 2);
        retains("a", 3);
        retains("c", 4);
        retains("d", 5);
        assertEquals(payloads(), found(scenario.joins("late"), "b", "exact"));
        assertEquals(payloads(3), found(scenario.joins("late"), "a", "exact"));
        assertEquals(3, tables().retained());
    }

    @Test
    void when_they_take_too_many_bytes_the_oldest_goes() {
        begins(new Retention(100, 2_000, 900, 2, Duration.ofSeconds(10), 9));
        retains("a", "x".repeat(600));
        retains("b", "x".repeat(600));
        assertEquals(1, tables().retained());
        assertEquals(1, found(scenario.joins("late"), "b", "exact").size());
    }

    @Test
    void an_event_that_is_too_old_is_not_given_out() {
        begins(BOUNDS);
        retains("a", 1);
        scenario.time().passes(6_000);
        retains("b", 2);
        scenario.time().passes(4_000);
        assertEquals(payloads(1, 2), found(scenario.joins("late"), "", "prefix"));
        scenario.time().passes(1);
        assertEquals(payloads(2), found(scenario.joins("late"), "", "prefix"));
        scenario.time().passes(6_000);
        assertEquals(payloads(), found(scenario.joins("late"), "", "prefix"));
        assertTrue(tables().isRetainingNothing());
    }

    @Test
    void of_too_many_topics_the_latest_events_are_sent() {
        begins(BOUNDS);
        retains("a", 1);
        retains("b", 2);
        retains("c", 3);
        assertEquals(payloads(2, 3), found(scenario.joins("late"), "", "prefix"));
    }

    @Test
    void of_a_topic_with_many_audiences_the_latest_events_are_kept() {
        begins(BOUNDS);
        for (String authid : List.of("ann", "bob", "cid")) {
            retains(TOPIC, authid, Dict.of("eligible_authid", List.of(authid)));
        }
        assertEquals(payloads(), found(scenario.joins("ann")));
        assertEquals(payloads("bob"), found(scenario.joins("bob")));
        assertEquals(payloads("cid"), found(scenario.joins("cid")));
    }

    @Test
    @Conforms(Feature.LIMITS)
    void an_event_that_is_too_long_to_be_retained_is_refused_whole() {
        begins(BOUNDS);
        TestPeer listener = scenario.joins("listener");
        listener.subscribes(TOPIC);
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("retain", true);
        options.put("acknowledge", true);
        publisher.sends(new Publish(1, Dict.of(options), TOPIC, payload("x".repeat(21))));
        publisher.receivesError(Publish.CODE, 1, Uris.PAYLOAD_SIZE_EXCEEDED);
        listener.receivesNothing();
    }

    @Test
    void what_is_retained_of_a_topic_can_be_forgotten() {
        retains("a", 1);
        retains("b", 2);
        scenario.realm().broker().forgetRetained("a");
        assertEquals(payloads(2), found(scenario.joins("late"), "", "prefix"));
    }

    @Test
    @Conforms(Feature.PROTOCOL_VIOLATIONS)
    void an_option_of_the_wrong_type_breaks_the_protocol() {
        publisher.sends(new Publish(1, Dict.of("retain", 1L), TOPIC, Payload.EMPTY));
        publisher.isAborted(Uris.PROTOCOL_VIOLATION);
        TestPeer late = scenario.joins("late");
        late.sends(new Subscribe(1, Dict.of("get_retained", "yes"), TOPIC));
        late.isAborted(Uris.PROTOCOL_VIOLATION);
    }
}
