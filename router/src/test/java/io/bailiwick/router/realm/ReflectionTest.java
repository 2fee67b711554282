package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message.Event;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.meta.MetaOptions;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reflection: what there is in a realm, and what its providers say of it. */
@Conforms({Feature.PROCEDURE_REFLECTION, Feature.TOPIC_REFLECTION})
class ReflectionTest {
    private static final String DEFINE = "wamp.reflect.define";
    private static final String ADD = "com.example.add";

    private final Scenario scenario = new Scenario();
    private final Asker provider = new Asker(scenario.joins("provider"));
    private final Asker reader = new Asker(scenario.joins("reader"));

    @ParameterizedTest
    @ValueSource(strings = {"topic", "procedure", "error"})
    void what_is_defined_is_listed_and_described_by_its_kind(String kind) {
        Map<String, Object> description = Map.of("does", "something");
        assertEquals(true, provider.asksOne(DEFINE, ADD, kind, description));
        for (String other : List.of("topic", "procedure", "error")) {
            boolean same = other.equals(kind);
            List<?> listed = (List<?>) reader.asksOne("wamp.reflection." + other + ".list");
            assertEquals(same, listed.contains(ADD), other);
            Object described = reader.asksOne("wamp.reflection." + other + ".describe", ADD);
            assertEquals(same ? description : null, described, other);
            assertEquals(same ? description : null, reader.asksOne("wamp.reflect.describe", ADD, other));
        }
        assertEquals(description, reader.asksOne("wamp.reflect.describe", ADD));
    }

    @Test
    void what_is_registered_or_subscribed_to_is_listed_without_a_description() {
        provider.peer().registers("com.example.registered");
        provider.peer().registers("com.example.pattern.", Dict.of("match", "prefix"));
        provider.peer().subscribes("com.example.subscribed");
        List<?> procedures = (List<?>) reader.asksOne("wamp.reflection.procedure.list");
        assertTrue(procedures.contains("com.example.registered"));
        assertFalse(procedures.contains("com.example.pattern."), "a pattern is no procedure");
        assertTrue(((List<?>) reader.asksOne("wamp.reflection.topic.list")).contains("com.example.subscribed"));
        assertNull(reader.asksOne("wamp.reflection.procedure.describe", "com.example.registered"));
    }

    @Test
    void the_realm_describes_its_own_procedures_and_topics() {
        Map<?, ?> count = (Map<?, ?>) reader.asksOne("wamp.reflection.procedure.describe", "wamp.session.count");
        assertEquals(List.of("authroles?: list of string"), count.get("args"));
        Map<?, ?> joined = (Map<?, ?>) reader.asksOne("wamp.reflection.topic.describe", "wamp.session.on_leave");
        assertEquals("[session, authid, authrole]", joined.get("args"));
        assertTrue(((List<?>) reader.asksOne("wamp.reflection.topic.list")).contains("wamp.session.on_join"));
    }

    @Test
    void a_change_and_a_withdrawal_are_told_and_what_changes_nothing_is_not() {
        long defined = reader.peer().subscribes("wamp.reflect.on_define");
        long undefined = reader.peer().subscribes("wamp.reflect.on_undefine");
        assertEquals(true, provider.asksOne(DEFINE, ADD, "procedure", "adds"));
        assertNull(provider.asksOne(DEFINE, ADD, "procedure", "adds"));
        assertEquals(false, provider.asksOne(DEFINE, ADD, "procedure", "adds two"));
        assertEquals(false, provider.asksOne(DEFINE, ADD, "procedure", null));
        assertNull(provider.asksOne(DEFINE, ADD, "procedure", null));
        reader.peer().receives(new Event(defined, 1_000, Dict.EMPTY, payload(ADD, "procedure", true)));
        reader.peer().receives(new Event(defined, 1_001, Dict.EMPTY, payload(ADD, "procedure", false)));
        reader.peer().receives(new Event(undefined, 1_002, Dict.EMPTY, payload(ADD, "procedure")));
        reader.peer().receivesNothing();
        assertNull(reader.asksOne("wamp.reflect.describe", ADD));
    }

    @Test
    void a_description_goes_with_the_session_that_gave_it_last() {
        provider.asks(DEFINE, ADD, "procedure", "mine");
        provider.asks(DEFINE, "com.example.first", "procedure", "mine alone");
        reader.asks(DEFINE, ADD, "procedure", "now mine");
        long undefined = reader.peer().subscribes("wamp.reflect.on_undefine");
        provider.peer().leaves();
        Event event = reader.peer().receives(Event.class);
        assertEquals(undefined, event.subscription());
        assertEquals(payload("com.example.first", "procedure"), event.payload());
        assertEquals("now mine", reader.asksOne("wamp.reflect.describe", ADD));
        assertNull(reader.asksOne("wamp.reflect.describe", "com.example.first"));
    }

    @Test
    void a_session_sees_only_what_it_has_a_right_to() {
        Scenario strict = new Scenario((session, action, uri, match) -> new Permission(
                uri.startsWith("wamp.ref")
                        || session.authrole().equals("provider")
                        || (action == Action.CALL && uri.equals("com.example.open"))
                        || (action == Action.REGISTER && uri.equals("com.example.own")),
                false));
        Asker giver = new Asker(strict.joins("giver", "provider"));
        Asker user = new Asker(strict.joins("user", "user"));
        for (String name : List.of("open", "own", "closed")) {
            giver.asks(DEFINE, "com.example." + name, "procedure", name);
        }
        List<?> listed = (List<?>) user.asksOne("wamp.reflection.procedure.list");
        assertEquals(
                List.of("com.example.open", "com.example.own"),
                listed.stream().filter(uri -> ((String) uri).startsWith("com.")).toList());
        assertFalse(listed.contains("wamp.session.kill"));
        assertEquals("open", user.asksOne("wamp.reflect.describe", "com.example.open"));
        assertNull(user.asksOne("wamp.reflect.describe", "com.example.closed"));
        assertNull(user.asksOne("wamp.reflection.procedure.describe", "wamp.session.kill"));
        assertEquals(true, user.asksOne(DEFINE, "com.example.error", "error", "an error belongs to everybody"));
        user.isRefused(Uris.NOT_AUTHORIZED, DEFINE, "com.example.open", "procedure", "mine now");
        user.isRefused(Uris.NOT_AUTHORIZED, DEFINE, "com.example.own", "topic", "not a procedure");
    }

    @Test
    void an_error_is_described_by_whoever_came_first() {
        provider.asks(DEFINE, "com.example.error", "error", "too much");
        reader.isRefused(Uris.NOT_AUTHORIZED, DEFINE, "com.example.error", "error", "too little");
        reader.isRefused(Uris.NOT_AUTHORIZED, DEFINE, "com.example.error", "error", null);
        assertEquals("too much", reader.asksOne("wamp.reflection.error.describe", "com.example.error"));
        provider.peer().leaves();
        assertEquals(true, reader.asksOne(DEFINE, "com.example.error", "error", "too little"));
    }

    @Test
    void reserved_and_impossible_uris_are_described_by_nobody() {
        provider.isRefused(Uris.INVALID_URI, DEFINE, "wamp.session.count", "procedure", "mine");
        provider.isRefused(Uris.INVALID_URI, DEFINE, "com..add", "procedure", "a pattern");
        provider.isRefused(Uris.INVALID_ARGUMENT, DEFINE, ADD, "verb", "x");
    }

    @Test
    void descriptions_are_bounded_for_each_session_and_for_the_realm() {
        Scenario small = new Scenario(RealmOptions.DEFAULT.with(new MetaOptions(1, 1, 2, 3, 30)));
        Asker one = new Asker(small.joins("one"));
        Asker two = new Asker(small.joins("two"));
        one.isRefused(Limits.EXCEEDED, DEFINE, ADD, "error", "x".repeat(30));
        one.asks(DEFINE, "com.a", "error", "a");
        one.asks(DEFINE, "com.b", "topic", "b");
        one.isRefused(Limits.EXCEEDED, DEFINE, "com.c", "error", "c");
        assertEquals(false, one.asksOne(DEFINE, "com.a", "error", "another"));
        two.asks(DEFINE, "com.c", "error", "c");
        two.isRefused(Limits.EXCEEDED, DEFINE, "com.d", "error", "d");
        one.peer().leaves();
        two.asks(DEFINE, "com.d", "error", "d");
    }
}
