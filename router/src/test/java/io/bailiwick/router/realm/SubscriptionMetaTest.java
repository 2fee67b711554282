package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message.Event;
import io.bailiwick.router.message.Message.Result;
import io.bailiwick.router.message.Message.Subscribe;
import io.bailiwick.router.message.Message.Subscribed;
import io.bailiwick.router.message.Message.Unsubscribe;
import io.bailiwick.router.message.Message.Unsubscribed;
import io.bailiwick.router.message.Uris;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The subscription meta API of the WAMP specification, procedure by procedure and event by event. */
@Conforms(Feature.SUBSCRIPTION_META_API)
class SubscriptionMetaTest {
    private static final Dict PREFIX = Dict.of("match", "prefix");
    private static final Dict WILDCARD = Dict.of("match", "wildcard");

    private final Scenario scenario = new Scenario();
    private final Asker asker = new Asker(scenario.joins("asker", "admin"));
    private final TestPeer reader = scenario.joins("reader");
    private final String opened = scenario.time().instant().toString();

    private Map<String, Object> described(long id, String uri, String match) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("id", id);
        description.put("created", opened);
        description.put("uri", uri);
        description.put("match", match);
        return description;
    }

    @Test
    void subscriptions_are_listed_by_match_policy() {
        long exact = reader.subscribes("com.example.news");
        long prefix = reader.subscribes("com.example.", PREFIX);
        long wildcard = reader.subscribes("com..news", WILDCARD);
        assertEquals(
                Map.of("exact", List.of(exact), "prefix", List.of(prefix), "wildcard", List.of(wildcard)),
                asker.asksOne("wamp.subscription.list"));
    }

    @Test
    void a_subscription_is_looked_up_by_its_very_pattern_and_policy() {
        long prefix = reader.subscribes("com.example", PREFIX);
        assertEquals(prefix, asker.asksOne("wamp.subscription.lookup", "com.example", Map.of("match", "prefix")));
        assertNull(asker.asksOne("wamp.subscription.lookup", "com.example"));
        long exact = reader.subscribes("com.example");
        assertEquals(exact, asker.asksOne("wamp.subscription.lookup", "com.example"));
    }

    @Test
    void all_subscriptions_are_matched_that_an_event_would_go_to() {
        assertNull(asker.asksOne("wamp.subscription.match", "com.example.news"));
        long exact = reader.subscribes("com.example.news");
        long prefix = reader.subscribes("com.example.", PREFIX);
        long wildcard = reader.subscribes("com..news", WILDCARD);
        reader.subscribes("org.example.news");
        assertEquals(List.of(exact, prefix, wildcard), asker.asksOne("wamp.subscription.match", "com.example.news"));
    }

    @Test
    void a_subscription_is_described_with_the_time_it_was_made() {
        long id = reader.subscribes("com..news", WILDCARD);
        scenario.time().passes(5_000);
        asker.peer().subscribes("com..news", WILDCARD);
        assertEquals(described(id, "com..news", "wildcard"), asker.asksOne("wamp.subscription.get", id));
    }

    @Test
    void subscribers_are_listed_and_counted_in_the_order_they_came() {
        long id = reader.subscribes("com.example.news");
        asker.peer().subscribes("com.example.news");
        assertEquals(List.of(reader.id(), asker.id()), asker.asksOne("wamp.subscription.list_subscribers", id));
        assertEquals(2L, asker.asksOne("wamp.subscription.count_subscribers", id));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wamp.subscription.get",
                "wamp.subscription.list_subscribers",
                "wamp.subscription.count_subscribers"
            })
    void what_nobody_subscribed_to_is_no_such_subscription(String procedure) {
        asker.isRefused(Uris.NO_SUCH_SUBSCRIPTION, procedure, 9_999L);
    }

    @Test
    @Conforms(Feature.SUBSCRIPTION_REVOCATION)
    void a_subscriber_is_removed_and_told_so_with_the_reason() {
        TestPeer told = scenario.joins("told", "user", Scenario.roles("subscriber", "subscription_revocation"));
        long id = told.subscribes("com.example.news");
        assertEquals(id, reader.subscribes("com.example.news"));
        long gone = asker.peer().subscribes("wamp.subscription.on_unsubscribe");
        asker.send(Map.of(), "wamp.subscription.remove_subscriber", id, told.id(), "com.example.enough");
        told.receives(new Unsubscribed(0, Dict.of("subscription", id, "reason", "com.example.enough")));
        Event event = asker.peer().receives(Event.class);
        assertEquals(gone, event.subscription());
        assertEquals(payload(told.id(), id), event.payload());
        asker.peer().receives(Result.class);
        asker.send(Map.of(), "wamp.subscription.remove_subscriber", id, reader.id());
        reader.receivesNothing();
        asker.peer().inbox().clear();
        assertNull(asker.asksOne("wamp.subscription.lookup", "com.example.news"));
    }

    @Test
    @Conforms({Feature.SUBSCRIPTION_REVOCATION, Feature.LIMITS})
    void a_reason_that_is_longer_than_a_uri_may_be_is_refused_and_nobody_is_removed() {
        long id = reader.subscribes("com.example.news");
        String remove = "wamp.subscription.remove_subscriber";
        asker.isRefused(Uris.INVALID_ARGUMENT, remove, id, reader.id(), "x".repeat(256));
        assertEquals(List.of(reader.id()), asker.asksOne("wamp.subscription.list_subscribers", id));
    }

    @Test
    void only_a_subscriber_is_removed() {
        String remove = "wamp.subscription.remove_subscriber";
        long id = reader.subscribes("com.example.news");
        asker.isRefused(Uris.NO_SUCH_SUBSCRIPTION, remove, 9_999L, reader.id());
        asker.isRefused(Uris.NO_SUCH_SUBSCRIPTION, remove, id, asker.id());
        asker.isRefused(Uris.NO_SUCH_SESSION, remove, id, 9_999L);
        assertEquals(List.of(reader.id()), asker.asksOne("wamp.subscription.list_subscribers", id));
    }

    @Test
    void creation_is_told_before_subscription_and_only_once() {
        long created = asker.peer().subscribes("wamp.subscription.on_create");
        asker.peer().inbox().clear();
        long subscribed = asker.peer().subscribes("wamp.subscription.on_subscribe");
        asker.peer().inbox().clear();
        long id = reader.subscribes("com.example.news");
        Event first = asker.peer().receives(Event.class);
        assertEquals(created, first.subscription());
        assertEquals(payload(reader.id(), described(id, "com.example.news", "exact")), first.payload());
        Event second = asker.peer().receives(Event.class);
        assertEquals(subscribed, second.subscription());
        assertEquals(payload(reader.id(), id), second.payload());
        TestPeer other = scenario.joins("other");
        other.subscribes("com.example.news");
        Event third = asker.peer().receives(Event.class);
        assertEquals(subscribed, third.subscription());
        assertEquals(payload(other.id(), id), third.payload());
        asker.peer().receivesNothing();
    }

    @Test
    void the_end_of_a_subscriber_is_told_before_that_of_the_subscription() {
        long id = reader.subscribes("com.example.news");
        long unsubscribed = asker.peer().subscribes("wamp.subscription.on_unsubscribe");
        long deleted = asker.peer().subscribes("wamp.subscription.on_delete");
        reader.sends(new Unsubscribe(2, id));
        reader.receives(Unsubscribed.class);
        for (long subscription : List.of(unsubscribed, deleted)) {
            Event event = asker.peer().receives(Event.class);
            assertEquals(subscription, event.subscription());
            assertEquals(payload(reader.id(), id), event.payload());
        }
    }

    @Test
    void a_session_that_leaves_is_told_of_only_when_all_its_subscriptions_are() {
        long shared = reader.subscribes("com.example.shared");
        asker.peer().subscribes("com.example.shared");
        reader.sends(new Subscribe(2, Dict.EMPTY, "com.example.lonely"));
        long lonely = reader.receives(Subscribed.class).subscription();
        asker.peer().subscribes("wamp.", PREFIX);
        asker.peer().inbox().clear();
        reader.leaves();
        List<String> seen = asker.peer().inbox().stream()
                .map(message -> ((Event) message).details().text("topic").orElseThrow()
                        + new TextPayloads().decode(message.payload()).list())
                .toList();
        assertEquals(
                List.of(
                        "wamp.subscription.on_unsubscribe[" + reader.id() + ", " + shared + "]",
                        "wamp.subscription.on_unsubscribe[" + reader.id() + ", " + lonely + "]",
                        "wamp.subscription.on_delete[" + reader.id() + ", " + lonely + "]",
                        "wamp.session.on_leave[" + reader.id() + ", reader, user]"),
                seen);
    }

    @Test
    void a_subscription_to_these_events_is_told_of_like_any_other() {
        TestPeer peer = asker.peer();
        long id = peer.subscribes("wamp.subscription.on_create");
        Event event = peer.receives(Event.class);
        assertEquals(id, event.subscription());
        assertEquals(payload(peer.id(), described(id, "wamp.subscription.on_create", "exact")), event.payload());
        peer.receivesNothing();
        long second = peer.subscribes("wamp.subscription.on_subscribe");
        assertEquals(id, peer.receives(Event.class).subscription());
        Event own = peer.receives(Event.class);
        assertEquals(second, own.subscription());
        assertEquals(payload(peer.id(), second), own.payload());
        peer.receivesNothing();
    }

    @Test
    void no_publication_is_made_when_nobody_listens() {
        reader.subscribes("com.example.news");
        long id = asker.peer().subscribes("wamp.session.on_join");
        scenario.joins("joins");
        Event event = asker.peer().receives(Event.class);
        assertEquals(id, event.subscription());
        assertEquals(Scenario.FIRST_PUBLICATION, event.publication(), "the first one that was made");
    }
}
