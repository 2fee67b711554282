package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.Scenario.FIRST_PUBLICATION;
import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.broker.BrokerOptions;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
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
import io.bailiwick.router.session.Authorizer.Disclosure;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    @Conforms(Feature.PUBLISH_AND_SUBSCRIBE)
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
    @Conforms(Feature.PUBLISH_AND_SUBSCRIBE)
    void all_subscribers_of_a_topic_and_policy_know_it_by_the_same_id() {
        TestPeer other = scenario.joins("other");
        long exact = subscriber.subscribes(TOPIC);
        assertEquals(exact, other.subscribes(TOPIC));
        assertNotEquals(exact, other.subscribes(TOPIC, PREFIX));
        assertEquals(2, scenario.view().subscriptions());
    }

    @Test
    @Conforms(Feature.PUBLISH_AND_SUBSCRIBE)
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
    @Conforms(Feature.URIS)
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
    @Conforms(Feature.PATTERN_BASED_SUBSCRIPTION)
    void a_prefix_may_end_anywhere_and_a_wildcard_pattern_has_empty_components(String match, String topic) {
        long subscription = subscriber.subscribes(topic, Dict.of("match", match));
        publisher.sends(publish(1, Dict.EMPTY));
        assertEquals(subscription, subscriber.receives(Event.class).subscription());
    }

    @Test
    @Conforms(Feature.PUBLISH_AND_SUBSCRIBE)
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
    @Conforms(Feature.PUBLISH_AND_SUBSCRIBE)
    void an_event_carries_subscription_publication_and_payload() {
        long subscription = subscriber.subscribes(TOPIC);
        publisher.sends(new Publish(1, ACKNOWLEDGE, TOPIC, payload("hello")));
        publisher.receives(new Published(1, FIRST_PUBLICATION));
        subscriber.receives(new Event(subscription, FIRST_PUBLICATION, Dict.EMPTY, payload("hello")));
    }

    @Test
    @Conforms(Feature.ACKNOWLEDGE)
    void a_publication_is_acknowledged_only_if_asked() {
        publisher.sends(publish(1, Dict.EMPTY));
        publisher.receivesNothing();
    }

    @Test
    @Conforms(Feature.ACKNOWLEDGE)
    void a_publication_is_acknowledged_before_its_own_event() {
        long subscription = publisher.subscribes(TOPIC);
        publisher.sends(publish(2, Dict.of("acknowledge", true, "exclude_me", false)));
        publisher.receives(new Published(2, FIRST_PUBLICATION));
        publisher.receives(event(subscription, FIRST_PUBLICATION));
    }

    @Test
    @Conforms(Feature.PUBLISHER_EXCLUSION)
    void a_publisher_does_not_receive_its_own_event_unless_it_wants_to() {
        long subscription = publisher.subscribes(TOPIC);
        publisher.sends(publish(2, Dict.EMPTY));
        publisher.receivesNothing();
        publisher.sends(publish(3, Dict.of("exclude_me", false)));
        publisher.receives(event(subscription, FIRST_PUBLICATION + 1));
    }

    @Test
    @Conforms(Feature.PATTERN_BASED_SUBSCRIPTION)
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
    @Conforms(Feature.ORDERING)
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
    @Conforms(Feature.URIS)
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
    @Conforms(Feature.STATIC_AUTHORIZATION)
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
    @Conforms(Feature.STATIC_AUTHORIZATION)
    void a_right_to_one_topic_is_no_right_to_a_pattern() {
        Scenario strict =
                new Scenario((session, action, uri, match) -> new Permission(match == MatchPolicy.EXACT, false));
        TestPeer peer = strict.joins("peer");
        peer.sends(new Subscribe(1, PREFIX, TOPIC));
        peer.receivesError(Subscribe.CODE, 1, Uris.NOT_AUTHORIZED);
        peer.subscribes(TOPIC);
    }

    @Test
    @Conforms(Feature.ACKNOWLEDGED_DELIVERY)
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
    @Conforms(Feature.SUBSCRIBER_BLACKWHITE_LISTING)
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
    @Conforms(Feature.SUBSCRIBER_BLACKWHITE_LISTING)
    void who_receives_is_on_every_list_of_the_eligible_and_on_no_list_of_the_excluded() {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("eligible", List.of(3L, 4L, 5L));
        options.put("eligible_authrole", List.of("user"));
        options.put("exclude_authid", List.of("bob"));
        publishesTo(Dict.of(options), "a");
    }

    @Test
    @Conforms(Feature.PUBLISHER_EXCLUSION)
    void an_eligible_publisher_is_still_excluded_from_its_own_event() {
        publisher.subscribes(TOPIC);
        publisher.sends(publish(2, Dict.of("eligible", List.of(publisher.id()))));
        publisher.receivesNothing();
        publisher.sends(publish(3, Dict.of("eligible", List.of(publisher.id()), "exclude_me", false)));
        publisher.receives(Event.class);
    }

    @Test
    @Conforms(Feature.PROTOCOL_VIOLATIONS)
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
    @Conforms(Feature.PUBLISHER_IDENTIFICATION)
    void a_publisher_is_made_known_only_if_it_asks() {
        long subscription = subscriber.subscribes(TOPIC);
        publisher.sends(publish(1, Dict.EMPTY));
        subscriber.receives(event(subscription, FIRST_PUBLICATION));
        publisher.sends(publish(2, Dict.of("disclose_me", true)));
        subscriber.receives(new Event(subscription, FIRST_PUBLICATION + 1, disclosed(publisher), Payload.EMPTY));
    }

    @Test
    @Conforms(Feature.PUBLISHER_IDENTIFICATION)
    void the_rights_of_a_role_may_make_its_publishers_known() {
        Scenario strict = new Scenario((session, action, uri, match) -> new Permission(true, action == Action.PUBLISH));
        TestPeer shy = strict.joins("shy");
        TestPeer listener = strict.joins("listener");
        long subscription = listener.subscribes("com", PREFIX);
        shy.sends(publish(1, Dict.EMPTY));
        listener.receives(
                new Event(subscription, FIRST_PUBLICATION, disclosed(shy).with("topic", TOPIC), Payload.EMPTY));
    }

    @Test
    @Conforms(Feature.PUBLISHER_IDENTIFICATION)
    void who_may_not_be_made_known_is_refused_when_it_asks_for_it_aloud_only_if_acknowledged() {
        Scenario strict = new Scenario(
                (session, action, uri, match) -> new Permission(true, Disclosure.FORBIDDEN, Permission.NO_TRUSTLEVEL));
        TestPeer shy = strict.joins("shy");
        TestPeer listener = strict.joins("listener");
        listener.subscribes(TOPIC);
        shy.sends(publish(1, Dict.of("disclose_me", true)));
        shy.receivesNothing();
        shy.sends(publish(2, Dict.of("disclose_me", true, "acknowledge", true)));
        shy.receivesError(Publish.CODE, 2, Uris.DISCLOSE_ME_DISALLOWED);
        listener.receivesNothing();
        shy.sends(publish(3, Dict.EMPTY));
        assertEquals(Dict.EMPTY, listener.receives(Event.class).details());
    }

    // ---- trust levels

    @Test
    @Conforms(Feature.PUBLICATION_TRUSTLEVELS)
    void a_trust_level_is_told_to_those_who_announced_that_they_know_what_it_is() {
        Scenario rated = new Scenario((session, action, uri, match) ->
                new Permission(true, Disclosure.ON_REQUEST, session.authid().length()));
        TestPeer peer = rated.joins("peer");
        TestPeer plain = rated.joinsPlainly("plain");
        TestPeer wary = rated.joins("wary", "user", Scenario.roles("subscriber", "publication_trustlevels"));
        long subscription = plain.subscribes(TOPIC);
        wary.subscribes(TOPIC);
        long prefix = wary.subscribes("com", PREFIX);
        peer.sends(publish(1, Dict.EMPTY));
        plain.receives(event(subscription, FIRST_PUBLICATION));
        wary.receives(new Event(subscription, FIRST_PUBLICATION, Dict.of("trustlevel", 4L), Payload.EMPTY));
        wary.receives(new Event(prefix, FIRST_PUBLICATION, Dict.of("topic", TOPIC, "trustlevel", 4L), Payload.EMPTY));
    }

    @Test
    @Conforms(Feature.PUBLICATION_TRUSTLEVELS)
    void where_nobody_has_said_how_far_to_trust_there_is_no_trust_level() {
        TestPeer wary = scenario.joins("wary", "user", Scenario.roles("subscriber", "publication_trustlevels"));
        long subscription = wary.subscribes(TOPIC);
        publisher.sends(publish(1, Dict.EMPTY));
        wary.receives(event(subscription, FIRST_PUBLICATION));
    }

    // ---- what passes through

    private static final Dict PASSTHRU = Dict.of(
            Map.of("ppt_scheme", "x_own", "ppt_serializer", "cbor", "ppt_cipher", "aes256gcm", "ppt_keyid", "key"));

    @Test
    @Conforms(Feature.PAYLOAD_PASSTHRU)
    void the_attributes_of_a_payload_that_passes_through_reach_every_subscriber() {
        TestPeer sender = scenario.joins("sender", "user", Scenario.roles("publisher", "payload_passthru_mode"));
        long subscription = subscriber.subscribes(TOPIC);
        sender.sends(new Publish(1, PASSTHRU, TOPIC, payload("packed")));
        subscriber.receives(new Event(subscription, FIRST_PUBLICATION, PASSTHRU, payload("packed")));
    }

    @Test
    @Conforms(Feature.PAYLOAD_PASSTHRU)
    void who_did_not_announce_payload_passthru_and_uses_it_breaks_the_protocol() {
        subscriber.subscribes(TOPIC);
        publisher.sends(publish(1, PASSTHRU));
        publisher.isAborted(Uris.PROTOCOL_VIOLATION);
        subscriber.receivesNothing();
    }

    @Test
    @Conforms(Feature.PAYLOAD_PASSTHRU)
    void without_a_scheme_nothing_passes_through() {
        long subscription = subscriber.subscribes(TOPIC);
        publisher.sends(publish(1, Dict.of("ppt_scheme", "", "ppt_keyid", "key")));
        subscriber.receives(event(subscription, FIRST_PUBLICATION));
        publisher.sends(publish(2, Dict.of("ppt_keyid", 5L)));
        publisher.isAborted(Uris.PROTOCOL_VIOLATION);
    }

    @Test
    @Conforms(Feature.PAYLOAD_PASSTHRU)
    void what_autobahn_says_of_opaque_payloads_and_transactions_passes_through() {
        Dict passed = Dict.of(Map.of(
                "enc_algo", "cryptobox", "enc_key", "key", "enc_serializer", "json", "transaction_hash", "hash"));
        long subscription = subscriber.subscribes(TOPIC);
        publisher.sends(publish(1, passed.with("acknowledge", false)));
        subscriber.receives(new Event(subscription, FIRST_PUBLICATION, passed, Payload.EMPTY));
    }

    // ---- links to other routers

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void only_a_link_may_say_for_whom_it_forwards_and_only_links_are_told() {
        Scenario linked = new Scenario(RealmOptions.DEFAULT.with(BrokerOptions.DEFAULT.withLinks(Set.of("link"))));
        TestPeer link = linked.joins("east", "link");
        TestPeer otherLink = linked.joins("west", "link");
        TestPeer client = linked.joins("client");
        long subscription = client.subscribes(TOPIC);
        otherLink.subscribes(TOPIC);
        Dict forwarded = Dict.of("forward_for", List.of(Map.of("session", 5L, "authid", "far", "authrole", "user")));
        link.sends(publish(1, forwarded));
        client.receives(event(subscription, FIRST_PUBLICATION));
        otherLink.receives(new Event(subscription, FIRST_PUBLICATION, forwarded, Payload.EMPTY));
        client.sends(publish(1, forwarded));
        otherLink.receives(event(subscription, FIRST_PUBLICATION + 1));
        link.sends(publish(2, Dict.of("forward_for", "nobody")));
        link.isAborted(Uris.PROTOCOL_VIOLATION);
    }

    // ---- revocation

    @Test
    @Conforms(Feature.SUBSCRIPTION_REVOCATION)
    void a_subscription_that_the_router_ends_is_told_to_those_who_announced_the_feature() {
        TestPeer told = scenario.joins("told", "user", Scenario.roles("subscriber", "subscription_revocation"));
        long subscription = told.subscribes(TOPIC);
        subscriber.subscribes(TOPIC);
        assertTrue(scenario.realm().broker().revoke(subscription, told.id(), "com.example.reason"));
        assertTrue(scenario.realm().broker().revoke(subscription, subscriber.id(), null));
        told.receives(new Unsubscribed(0, Dict.of("subscription", subscription, "reason", "com.example.reason")));
        subscriber.receivesNothing();
        publisher.sends(publish(1, Dict.EMPTY));
        told.receivesNothing();
        subscriber.receivesNothing();
        assertEquals(0, scenario.view().subscriptions());
    }

    @Test
    @Conforms(Feature.SUBSCRIPTION_REVOCATION)
    void what_is_not_subscribed_is_not_revoked() {
        long subscription = subscriber.subscribes(TOPIC);
        assertFalse(scenario.realm().broker().revoke(subscription, publisher.id(), null));
        assertFalse(scenario.realm().broker().revoke(subscription + 1, subscriber.id(), null));
        assertEquals(1, scenario.view().subscriptions());
    }

    // ---- publishing for another

    @Test
    @Conforms(Feature.SESSION_TESTAMENT)
    void what_is_published_for_a_session_that_has_left_goes_out_in_its_name() {
        long subscription = subscriber.subscribes(TOPIC);
        publisher.leaves();
        Dict options = Dict.of("disclose_me", true, "exclude_authid", List.of("nobody"));
        assertTrue(scenario.realm()
                .broker()
                .publishFor(publisher.details(), TOPIC, options, payload("gone"), Permission.ALLOWED));
        subscriber.receives(new Event(subscription, FIRST_PUBLICATION, disclosed(publisher), payload("gone")));
        assertFalse(scenario.realm()
                .broker()
                .publishFor(publisher.details(), TOPIC, options, payload("gone"), Permission.DENIED));
        subscriber.receivesNothing();
    }

    // ---- limits

    @Test
    @Conforms(Feature.LIMITS)
    void a_second_subscription_to_the_same_pattern_counts_once() {
        Scenario small = new Scenario(new Limits(9, 9, 1, 9, 99));
        TestPeer peer = small.joins("peer");
        long pattern = peer.subscribes("a..c", WILDCARD);
        peer.subscribes("a..c", WILDCARD);
        peer.sends(new Unsubscribe(3, pattern));
        peer.receives(Unsubscribed.class);
        peer.subscribes("b..c", WILDCARD);
        peer.sends(new Subscribe(5, WILDCARD, "d..c"));
        peer.receivesError(Subscribe.CODE, 5, Limits.EXCEEDED);
    }

    @Test
    @Conforms(Feature.LIMITS)
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
