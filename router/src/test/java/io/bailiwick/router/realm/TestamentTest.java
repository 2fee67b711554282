package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.TextPayloads.keywords;
import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Message.Event;
import io.bailiwick.router.message.Message.Goodbye;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.meta.MetaOptions;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Disclosure;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Testaments: what a session leaves behind when it goes. */
@Conforms(Feature.SESSION_TESTAMENT)
class TestamentTest {
    private static final String ADD = "wamp.session.add_testament";
    private static final String FLUSH = "wamp.session.flush_testaments";
    private static final String TOPIC = "com.example.last_words";

    private final Scenario scenario = new Scenario();
    private final Asker dying = new Asker(scenario.joins("dying"));
    private final TestPeer heir = scenario.joins("heir");

    private static void addsTo(Asker asker, Map<String, ?> keywords, Object... words) {
        assertEquals(
                List.of(),
                asker.asks(keywords, ADD, TOPIC, List.of(words), Map.of()).list());
    }

    private void adds(Map<String, ?> keywords, Object... words) {
        addsTo(dying, keywords, words);
    }

    /** The ways out of a realm. */
    enum Way {
        LINK_LOST,
        GOODBYE,
        KILLED,
        PROTOCOL_VIOLATION,
        ENDED_BY_THE_ROUTER
    }

    private void goes(Way way) {
        switch (way) {
            case LINK_LOST -> dying.peer().leaves();
            case GOODBYE -> dying.peer().sends(new Goodbye(Dict.EMPTY, Uris.CLOSE_NORMAL));
            case KILLED -> new Asker(scenario.joins("killer")).asks("wamp.session.kill", dying.id());
            case PROTOCOL_VIOLATION ->
                dying.peer().sends(new Message.Subscribe(1, Dict.of("match", "nonsense"), "com.example.x"));
            case ENDED_BY_THE_ROUTER ->
                scenario.realm()
                        .end(
                                details -> details.session() == dying.id(),
                                new Goodbye(Dict.EMPTY, Uris.SYSTEM_SHUTDOWN),
                                ended -> {});
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void a_testament_is_published_whichever_way_its_session_goes(Way way) {
        long subscription = heir.subscribes(TOPIC);
        dying.asks(ADD, TOPIC, List.of("farewell", 1L), Map.of("to", "all"));
        heir.receivesNothing();
        goes(way);
        Event event = heir.receives(Event.class);
        assertEquals(subscription, event.subscription());
        assertEquals(keywords(Map.of("to", "all"), "farewell", 1L), event.payload());
        heir.receivesNothing();
    }

    @Test
    void when_all_are_killed_no_testament_is_published_then_or_later() {
        adds(Map.of(), "farewell");
        Asker survivor = new Asker(scenario.joins("survivor"));
        survivor.peer().subscribes(TOPIC);
        survivor.asks("wamp.session.kill_all");
        survivor.peer().receivesNothing();
        TestPeer sameId = scenario.joins(dying.peer().details());
        sameId.leaves();
        survivor.peer().receivesNothing();
    }

    @Test
    void testaments_come_in_the_order_they_were_added_those_for_detachment_first() {
        heir.subscribes(TOPIC);
        adds(Map.of(), 1L);
        adds(Map.of("scope", "detached"), 2L);
        adds(Map.of("scope", "destroyed"), 3L);
        adds(Map.of("scope", "detached"), 4L);
        goes(Way.LINK_LOST);
        for (long words : List.of(2L, 4L, 1L, 3L)) {
            heir.receivesPayload(payload(words));
        }
        heir.receivesNothing();
    }

    @Test
    void only_the_testaments_of_a_scope_are_flushed() {
        heir.subscribes(TOPIC);
        adds(Map.of(), 1L);
        adds(Map.of("scope", "detached"), 2L);
        assertEquals(List.of(), dying.asks(FLUSH));
        adds(Map.of(), 3L);
        dying.asks(Map.of("scope", "detached"), FLUSH);
        goes(Way.LINK_LOST);
        heir.receivesPayload(payload(3L));
        heir.receivesNothing();
    }

    @Test
    void nobody_flushes_the_testaments_of_another_session() {
        heir.subscribes(TOPIC);
        adds(Map.of(), 1L);
        new Asker(scenario.joins("dying")).asks(FLUSH);
        goes(Way.LINK_LOST);
        heir.receivesPayload(payload(1L));
    }

    @Test
    void a_testament_comes_after_all_other_events_of_a_session_and_before_the_last() {
        dying.peer().registers("com.example.procedure");
        dying.peer().subscribes("com.example.topic");
        dying.asks("wamp.reflect.define", "com.example.procedure", "procedure", "does something");
        adds(Map.of(), "farewell");
        heir.subscribes("", Dict.of("match", "prefix"));
        heir.inbox().clear();
        goes(Way.LINK_LOST);
        List<String> topics = heir.inbox().stream()
                .map(message -> ((Event) message).details().text("topic").orElseThrow())
                .toList();
        assertEquals(
                List.of(
                        "wamp.registration.on_unregister",
                        "wamp.registration.on_delete",
                        "wamp.subscription.on_unsubscribe",
                        "wamp.subscription.on_delete",
                        "wamp.reflect.on_undefine",
                        TOPIC,
                        "wamp.session.on_leave"),
                topics);
    }

    @Test
    void the_options_of_a_publication_are_honoured() {
        TestPeer other = scenario.joins("other");
        heir.subscribes(TOPIC);
        other.subscribes(TOPIC);
        adds(Map.of("publish_options", Map.of("exclude", List.of(other.id()))), 1L);
        adds(Map.of("publish_options", Map.of("eligible_authid", List.of("other"))), 2L);
        adds(Map.of("publish_options", Map.of("disclose_me", true, "acknowledge", true)), 3L);
        goes(Way.LINK_LOST);
        heir.receivesPayload(payload(1L));
        other.receivesPayload(payload(2L));
        Event disclosed = heir.receives(Event.class);
        assertEquals(payload(3L), disclosed.payload());
        assertEquals(dying.id(), disclosed.details().integer("publisher").orElseThrow());
        assertEquals("dying", disclosed.details().text("publisher_authid").orElseThrow());
        dying.peer().receivesNothing();
    }

    @Test
    @Conforms(Feature.EVENT_RETENTION)
    void a_testament_may_be_retained_for_those_who_come_later() {
        adds(Map.of("publish_options", Map.of("retain", true)), "farewell");
        goes(Way.LINK_LOST);
        TestPeer late = scenario.joins("late");
        late.subscribes(TOPIC, Dict.of("get_retained", true));
        Event event = late.receives(Event.class);
        assertEquals(payload("farewell"), event.payload());
        assertTrue(event.details().flag("retained", false));
    }

    @Test
    void options_and_scope_are_checked_when_the_testament_is_added() {
        List<Map<String, Object>> wrong = List.of(
                Map.of("scope", "never"),
                Map.of("scope", 1L),
                Map.of("publish_options", List.of()),
                Map.of("publish_options", Map.of("exclude", "everybody")),
                Map.of("publish_options", Map.of("exclude", List.of("a"))),
                Map.of("publish_options", Map.of("eligible_authrole", List.of(1L))),
                Map.of("publish_options", Map.of("retain", "yes")));
        for (Map<String, Object> keywords : wrong) {
            String text = dying.isRefused(Uris.INVALID_ARGUMENT, keywords, ADD, TOPIC, List.of("never said"), Map.of());
            assertTrue(text.contains("expected") && text.contains("found"), text);
        }
        heir.subscribes(TOPIC);
        goes(Way.LINK_LOST);
        heir.receivesNothing();
    }

    @Test
    void a_topic_must_be_one_that_the_session_could_publish_to() {
        dying.isRefused(Uris.INVALID_URI, ADD, "wamp.session.on_leave", List.of(), Map.of());
        dying.isRefused(Uris.INVALID_URI, ADD, "com..example", List.of(), Map.of());
        dying.isRefused(Uris.INVALID_URI, ADD, "com." + "x".repeat(300), List.of(), Map.of());
    }

    @Test
    void who_may_not_publish_leaves_no_testament() {
        Scenario strict =
                new Scenario((session, action, uri, match) -> new Permission(action != Action.PUBLISH, false));
        Asker asker = new Asker(strict.joins("asker"));
        asker.isRefused(Uris.NOT_AUTHORIZED, ADD, TOPIC, List.of(), Map.of());
    }

    @Test
    @Conforms(Feature.DYNAMIC_AUTHORIZATION)
    void a_testament_waits_for_whoever_decides_on_its_topic() {
        Queue<CompletableFuture<Permission>> asked = new ArrayDeque<>();
        Scenario dynamic = new Scenario((session, action, uri, match) -> {
            if (action != Action.PUBLISH) {
                return Permission.ALLOWED;
            }
            asked.add(new CompletableFuture<>());
            return new Authorizer.Pending(asked.element());
        });
        Asker asker = new Asker(dynamic.joins("asker"));
        TestPeer listener = dynamic.joins("listener");
        listener.subscribes(TOPIC);
        asker.send(Map.of(), ADD, TOPIC, List.of("granted"), Map.of());
        asker.peer().receivesNothing();
        asked.remove().complete(Permission.ALLOWED);
        asker.peer().receives(Message.Result.class);
        asker.send(Map.of(), ADD, TOPIC, List.of("denied"), Map.of());
        asked.remove().complete(Permission.DENIED);
        assertEquals(
                Uris.NOT_AUTHORIZED,
                asker.peer().receives(Message.ErrorReply.class).error());
        asker.send(Map.of(), ADD, TOPIC, List.of("broken"), Map.of());
        asked.remove().completeExceptionally(new IllegalStateException("planted"));
        assertEquals(
                Uris.AUTHORIZATION_FAILED,
                asker.peer().receives(Message.ErrorReply.class).error());
        asker.send(Map.of(), ADD, TOPIC, List.of("silent"), Map.of());
        dynamic.time().passes(RealmOptions.DEFAULT.decisionMillis());
        assertEquals(
                Uris.AUTHORIZATION_FAILED,
                asker.peer().receives(Message.ErrorReply.class).error());
        asked.remove().complete(Permission.ALLOWED);
        asker.send(Map.of(), ADD, TOPIC, List.of("too late"), Map.of());
        asker.peer().leaves();
        asked.remove().complete(Permission.ALLOWED);
        listener.receivesPayload(payload("granted"));
        listener.receivesNothing();
    }

    @Test
    void who_may_not_be_disclosed_is_told_so_when_it_adds_the_testament() {
        Scenario discreet = new Scenario(
                (session, action, uri, match) -> new Permission(true, Disclosure.FORBIDDEN, Permission.NO_TRUSTLEVEL));
        Asker asker = new Asker(discreet.joins("asker"));
        Map<String, ?> disclosed = Map.of("publish_options", Map.of("disclose_me", true));
        asker.isRefused(Uris.DISCLOSE_ME_DISALLOWED, disclosed, ADD, TOPIC, List.of(), Map.of());
    }

    @Test
    void a_session_leaves_only_so_many_testaments_and_bytes() {
        Scenario small = new Scenario(RealmOptions.DEFAULT.with(new MetaOptions(2, 40, 1, 1, 1)));
        Asker asker = new Asker(small.joins("asker"));
        Asker other = new Asker(small.joins("other"));
        addsTo(asker, Map.of(), 1L);
        asker.isRefused(Limits.EXCEEDED, ADD, TOPIC, List.of("x".repeat(40)), Map.of());
        addsTo(asker, Map.of("scope", "detached"), 2L);
        String text = asker.isRefused(Limits.EXCEEDED, ADD, TOPIC, List.of(), Map.of());
        assertEquals("expected at most 2 testaments of a session, but found one more", text);
        addsTo(other, Map.of(), 1L);
        asker.asks(FLUSH);
        addsTo(asker, Map.of(), 3L);
    }

    @Test
    void an_empty_testament_is_an_event_without_arguments() {
        heir.subscribes(TOPIC);
        adds(Map.of());
        goes(Way.GOODBYE);
        heir.receivesPayload(Payload.EMPTY);
    }
}
