package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.Scenario.FIRST_PUBLICATION;
import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message.Event;
import io.bailiwick.router.message.Message.EventReceived;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Message.Published;
import io.bailiwick.router.message.Message.Subscribe;
import io.bailiwick.router.message.Message.Subscribed;
import io.bailiwick.router.message.Message.Unsubscribe;
import io.bailiwick.router.message.Message.Unsubscribed;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions and publications: each test is a rule of the WAMP specification, or a choice that it leaves open. */
class BrokerTest {
    private static final String TOPIC = "com.example.topic";
    private static final Dict ACKNOWLEDGE = Dict.of("acknowledge", true);
    private static final Dict PREFIX = Dict.of("match", "prefix");
    private static final Dict WILDCARD = Dict.of("match", "wildcard");

    private final Scenario scenario = new Scenario();
    private final TestPeer publisher = scenario.joins("publisher");
    private final TestPeer subscriber = scenario.joins("subscriber");

    private static Publish publish(long request, Dict options) {
        return new Publish(request, options, TOPIC, Payload.EMPTY);
    }

    private static Event event(long subscription, long publication) {
        return new Event(subscription, publication, Dict.EMPTY, Payload.EMPTY);
    }

    // ---- subscribing

    @Test
    void a_session_that_subscribes_twice_has_one_subscription() {
        long first = subscriber.subscribes(TOPIC);
        assertEquals(first, subscriber.subscribes(TOPIC));
        publisher.sends(publish(1, Dict.EMPTY));
        subscriber.receives(event(first, FIRST_PUBLICATION));
        subscriber.receivesNothing();
        subscriber.sends(new Unsubscribe(3, first));
        subscriber.receives(new Unsubscribed(3, Dict.EMPTY));
        publisher.sends(publish(2, Dict.EMPTY));
        subscriber.receivesNothing();
    }

    @Test
    void all_subscribers_of_a_topic_and_policy_know_it_by_the_same_id() {
        TestPeer other = scenario.joins("other");
        long exact = subscriber.subscribes(TOPIC);
        assertEquals(exact, other.subscribes(TOPIC));
        assertNotEquals(exact, other.subscribes(TOPIC, PREFIX));
        assertEquals(2, scenario.view().subscriptions());
    }

    @Test
    void nobody_unsubscribes_what_it_is_not_subscribed_to() {
        long subscription = subscriber.subscribes(TOPIC);
        publisher.sends(new Unsubscribe(2, subscription));
        publisher.receivesError(Unsubscribe.CODE, 2, Uris.NO_SUCH_SUBSCRIPTION);
        subscriber.sends(new Unsubscribe(3, 999));
        subscriber.receivesError(Unsubscribe.CODE, 3, Uris.NO_SUCH_SUBSCRIPTION);
        subscriber.sends(new Unsubscribe(4, subscription));
        subscriber.receives(new Unsubscribed(4, Dict.EMPTY));
        subscriber.sends(new Unsubscribe(5, subscription));
        subscriber.receivesError(Unsubscribe.CODE, 5, Uris.NO_SUCH_SUBSCRIPTION);
    }

    @ParameterizedTest
    @CsvSource({"exact,com..topic", "exact,''", "exact,com.example.", "prefix,com..", "prefix,a b", "wildcard,''"})
    void a_subscription_to_what_is_no_uri_or_pattern_fails(String match, String topic) {
        subscriber.sends(new Subscribe(1, Dict.of("match", match), topic));
        subscriber.receivesError(Subscribe.CODE, 1, Uris.INVALID_URI);
    }

    @ParameterizedTest
    @CsvSource({
        "prefix,com.example.",
        "prefix,''",
        "prefix,com.exa",
        "wildcard,com..topic",
        "wildcard,.example.",
        "wildcard,.."
    })
    void a_prefix_may_end_anywhere_and_a_wildcard_pattern_has_empty_components(String match, String topic) {
        long subscription = subscriber.subscribes(topic, Dict.of("match", match));
        publisher.sends(publish(1, Dict.EMPTY));
        assertEquals(subscription, subscriber.receives(Event.class).subscription());
    }

    @Test
    void when_a_session_leaves_its_subscriptions_go_with_it() {
        subscriber.subscribes(TOPIC);
        subscriber.subscribes("com", PREFIX);
        subscriber.subscribes("com..", WILDCARD);
        subscriber.leaves();
        publisher.sends(publish(1, Dict.EMPTY));
        subscriber.receivesNothing();
        assertEquals(0, scenario.view().subscriptions());
    }

    // ---- publishing

    @Test
    void an_event_carries_subscription_publication_and_payload() {
        long subscription = subscriber.subscribes(TOPIC);
        publisher.sends(new Publish(1, ACKNOWLEDGE, TOPIC, payload("hello")));
        publisher.receives(new Published(1, FIRST_PUBLICATION));
        subscriber.receives(new Event(subscription, FIRST_PUBLICATION, Dict.EMPTY, payload("hello")));
    }

    @Test
    void a_publication_is_acknowledged_only_if_asked() {
        publisher.sends(publish(1, Dict.EMPTY));
        publisher.receivesNothing();
    }

    @Test
    void a_publication_is_acknowledged_before_its_own_event() {
        long subscription = publisher.subscribes(TOPIC);
        publisher.sends(publish(2, Dict.of("acknowledge", true, "exclude_me", false)));
        publisher.receives(new Published(2, FIRST_PUBLICATION));
        publisher.receives(event(subscription, FIRST_PUBLICATION));
    }

    @Test
    void a_publisher_does_not_receive_its_own_event_unless_it_wants_to() {
        long subscription = publisher.subscribes(TOPIC);
        publisher.sends(publish(2, Dict.EMPTY));
        publisher.receivesNothing();
        publisher.sends(publish(3, Dict.of("exclude_me", false)));
        publisher.receives(event(subscription, FIRST_PUBLICATION + 1));
    }

    @Test
    void a_session_with_several_matching_subscriptions_gets_as_many_events() {
        long exact = subscriber.subscribes(TOPIC);
        long prefix = subscriber.subscribes("com.", PREFIX);
        long wildcard = subscriber.subscribes("com..topic", WILDCARD);
        subscriber.subscribes("com.other", PREFIX);
        publisher.sends(publish(1, Dict.EMPTY));
        Dict topic = Dict.of("topic", TOPIC);
        subscriber.receives(event(exact, FIRST_PUBLICATION));
        subscriber.receives(new Event(prefix, FIRST_PUBLICATION, topic, Payload.EMPTY));
        subscriber.receives(new Event(wildcard, FIRST_PUBLICATION, topic, Payload.EMPTY));
        subscriber.receivesNothing();
    }

    @Test
    void events_of_one_publisher_keep_their_order_across_topics() {
        subscriber.subscribes(TOPIC);
        subscriber.subscribes("com.example.other");
        for (int i = 0; i < 5; i++) {
            publisher.sends(new Publish(i + 1, Dict.EMPTY, i % 2 == 0 ? TOPIC : "com.example.other", payload(i)));
        }
        for (int i = 0; i < 5; i++) {
            subscriber.receivesPayload(payload(i));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wamp.session.on_join", "wamp.x", "wamp", "com..x", ""})
    void a_bad_or_reserved_topic_is_refused_aloud_only_if_acknowledged(String topic) {
        subscriber.subscribes("", PREFIX);
        // It hears of its own subscription, as it is subscribed to everything.
        subscriber.inbox().clear();
        publisher.sends(new Publish(1, Dict.EMPTY, topic, Payload.EMPTY));
        publisher.receivesNothing();
        publisher.sends(new Publish(2, ACKNOWLEDGE, topic, Payload.EMPTY));
        publisher.receivesError(Publish.CODE, 2, Uris.INVALID_URI);
        subscriber.receivesNothing();
    }

    @Test
    void who_may_not_publish_is_told_so_only_if_acknowledged() {
        Scenario strict =
                new Scenario((session, action, uri, match) -> new Permission(action != Action.PUBLISH, false));
        TestPeer peer = strict.joins("peer");
        TestPeer listener = strict.joins("listener");
        listener.subscribes(TOPIC);
        peer.sends(publish(1, Dict.EMPTY));
        peer.receivesNothing();
        peer.sends(publish(2, ACKNOWLEDGE));
        peer.receivesError(Publish.CODE, 2, Uris.NOT_AUTHORIZED);
        listener.receivesNothing();
    }

    @Test
    void a_right_to_one_topic_is_no_right_to_a_pattern() {
        Scenario strict =
                new Scenario((session, action, uri, match) -> new Permission(match == MatchPolicy.EXACT, false));
        TestPeer peer = strict.joins("peer");
        peer.sends(new Subscribe(1, PREFIX, TOPIC));
        peer.receivesError(Subscribe.CODE, 1, Uris.NOT_AUTHORIZED);
        peer.subscribes(TOPIC);
    }

    @Test
    void an_acknowledged_event_does_no_harm() {
        subscriber.sends(new EventReceived(5));
        subscriber.receivesNothing();
        assertEquals(true, subscriber.isOpen());
    }

    // ---- who receives

    /** Options against who receives: a (authid ann, role user), b (bob, user), c (cid, admin); session ids 3, 4, 5. */
    @ParameterizedTest
    @CsvSource({
        "eligible, 3|5, ac",
        "eligible, '', ''",
        "eligible, 77, ''",
        "exclude, 3|5, b",
        "exclude, '', abc",
        "exclude, 77, abc",
        "eligible_authid, ann|bob, ab",
        "eligible_authid, '', ''",
        "exclude_authid, ann|bob, c",
        "eligible_authrole, admin, c",
        "eligible_authrole, '', ''",
        "exclude_authrole, user, c",
    })
    void lists_of_the_eligible_and_the_excluded_are_obeyed(String option, String list, String receivers) {
        publishesTo(Dict.of(option, list(option, list)), receivers);
    }

    private static List<Object> list(String option, String items) {
        return items.isEmpty()
                ? List.of()
                : List.of(items.split("\\|")).stream()
                        .<Object>map(item -> option.contains("auth") ? item : (Object) Long.valueOf(item))
                        .toList();
    }

    private void publishesTo(Dict options, String receivers) {
        List<TestPeer> peers =
                List.of(scenario.joins("ann", "user"), scenario.joins("bob", "user"), scenario.joins("cid", "admin"));
        peers.forEach(peer -> peer.subscribes(TOPIC));
        publisher.sends(publish(1, options));
        StringBuilder received = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            received.append(peers.get(i).inbox().isEmpty() ? "" : "abc".substring(i, i + 1));
        }
        assertEquals(receivers, received.toString());
    }

    @Test
    void who_receives_is_on_every_list_of_the_eligible_and_on_no_list_of_the_excluded() {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("eligible", List.of(3L, 4L, 5L));
        options.put("eligible_authrole", List.of("user"));
        options.put("exclude_authid", List.of("bob"));
        publishesTo(Dict.of(options), "a");
    }

    @Test
    void an_eligible_publisher_is_still_excluded_from_its_own_event() {
        publisher.subscribes(TOPIC);
        publisher.sends(publish(2, Dict.of("eligible", List.of(publisher.id()))));
        publisher.receivesNothing();
        publisher.sends(publish(3, Dict.of("eligible", List.of(publisher.id()), "exclude_me", false)));
        publisher.receives(Event.class);
    }

    @Test
    void a_list_of_the_wrong_type_breaks_the_protocol_whoever_listens() {
        publisher.sends(publish(1, Dict.of("eligible", "everybody")));
        publisher.isAborted(Uris.PROTOCOL_VIOLATION);
    }

    // ---- publisher identification

    private static Dict disclosed(TestPeer peer) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("publisher", peer.id());
        details.put("publisher_authid", peer.details().authid());
        details.put("publisher_authrole", peer.details().authrole());
        return Dict.of(details);
    }

    @Test
    void a_publisher_is_made_known_only_if_it_asks() {
        long subscription = subscriber.subscribes(TOPIC);
        publisher.sends(publish(1, Dict.EMPTY));
        subscriber.receives(event(subscription, FIRST_PUBLICATION));
        publisher.sends(publish(2, Dict.of("disclose_me", true)));
        subscriber.receives(new Event(subscription, FIRST_PUBLICATION + 1, disclosed(publisher), Payload.EMPTY));
    }

    @Test
    void the_rights_of_a_role_may_make_its_publishers_known() {
        Scenario strict = new Scenario((session, action, uri, match) -> new Permission(true, action == Action.PUBLISH));
        TestPeer shy = strict.joins("shy");
        TestPeer listener = strict.joins("listener");
        long subscription = listener.subscribes("com", PREFIX);
        shy.sends(publish(1, Dict.EMPTY));
        listener.receives(
                new Event(subscription, FIRST_PUBLICATION, disclosed(shy).with("topic", TOPIC), Payload.EMPTY));
    }

    // ---- limits

    @Test
    void what_exceeds_the_limit_of_subscriptions_is_refused() {
        Scenario small = new Scenario(new Limits(2, 9, 9, 9, 99));
        TestPeer peer = small.joins("peer");
        peer.subscribes("a");
        long second = peer.subscribes("b");
        peer.sends(new Subscribe(3, Dict.EMPTY, "c"));
        peer.receivesError(Subscribe.CODE, 3, Limits.EXCEEDED);
        peer.sends(new Subscribe(4, Dict.EMPTY, "b"));
        peer.receives(new Subscribed(4, second));
        peer.sends(new Unsubscribe(5, second));
        peer.receives(Unsubscribed.class);
        peer.subscribes("c");
    }
}
