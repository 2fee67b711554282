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
import io.bailiwick.router.message.Message.Goodbye;
import io.bailiwick.router.message.Message.Register;
import io.bailiwick.router.message.Message.Registered;
import io.bailiwick.router.message.Message.Unregister;
import io.bailiwick.router.message.Message.Unregistered;
import io.bailiwick.router.message.Uris;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The registration meta API of the WAMP specification, procedure by procedure and event by event. */
@Conforms(Feature.REGISTRATION_META_API)
class RegistrationMetaTest {
    private static final Dict PREFIX = Dict.of("match", "prefix");
    private static final Dict WILDCARD = Dict.of("match", "wildcard");

    private final Scenario scenario = new Scenario();
    private final Asker asker = new Asker(scenario.joins("asker", "admin"));
    private final TestPeer callee = scenario.joins("callee");
    private final String opened = scenario.time().instant().toString();

    private Map<String, Object> described(long id, String uri, String match) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("id", id);
        description.put("created", opened);
        description.put("uri", uri);
        description.put("match", match);
        description.put("invoke", "single");
        return description;
    }

    @Test
    void registrations_are_listed_by_match_policy() {
        long exact = callee.registers("com.example.add");
        long prefix = callee.registers("com.example.", PREFIX);
        long wildcard = callee.registers("com..add", WILDCARD);
        Map<?, ?> lists = (Map<?, ?>) asker.asksOne("wamp.registration.list");
        assertTrue(((List<?>) lists.get("exact")).contains(exact));
        assertEquals(List.of(prefix), lists.get("prefix"));
        assertEquals(List.of(wildcard), lists.get("wildcard"));
        assertEquals(3, lists.size());
    }

    @Test
    void the_realms_own_procedures_are_registrations_like_any_other() {
        Object id = asker.asksOne("wamp.registration.lookup", "wamp.registration.lookup");
        Map<?, ?> lists = (Map<?, ?>) asker.asksOne("wamp.registration.list");
        assertTrue(((List<?>) lists.get("exact")).contains(id));
        assertEquals(1L, asker.asksOne("wamp.registration.count_callees", id));
    }

    @Test
    void a_registration_is_looked_up_by_its_very_pattern_and_policy() {
        long exact = callee.registers("com.example.add");
        long prefix = callee.registers("com.example.add", PREFIX);
        assertEquals(exact, asker.asksOne("wamp.registration.lookup", "com.example.add"));
        assertEquals(prefix, asker.asksOne("wamp.registration.lookup", "com.example.add", Map.of("match", "prefix")));
        assertNull(asker.asksOne("wamp.registration.lookup", "com.example.add", Map.of("match", "wildcard")));
        assertNull(asker.asksOne("wamp.registration.lookup", "com.example.add.one"));
    }

    @Test
    void the_registration_is_matched_that_a_call_would_go_to() {
        long prefix = callee.registers("com.example.", PREFIX);
        assertEquals(prefix, asker.asksOne("wamp.registration.match", "com.example.add"));
        long exact = callee.registers("com.example.add");
        assertEquals(exact, asker.asksOne("wamp.registration.match", "com.example.add"));
        assertNull(asker.asksOne("wamp.registration.match", "org.example"));
    }

    @Test
    void no_pattern_matches_a_reserved_procedure() {
        callee.registers("", PREFIX);
        assertNull(asker.asksOne("wamp.registration.match", "wamp.nothing"));
        Object own = asker.asksOne("wamp.registration.lookup", "wamp.session.count");
        assertEquals(own, asker.asksOne("wamp.registration.match", "wamp.session.count"));
    }

    @Test
    void a_registration_is_described_with_the_time_it_was_made() {
        long id = callee.registers("com..add", WILDCARD);
        scenario.time().passes(5_000);
        assertEquals(described(id, "com..add", "wildcard"), asker.asksOne("wamp.registration.get", id));
        assertEquals("2023-11-14T22:13:20Z", opened);
    }

    @Test
    void callees_are_listed_and_counted() {
        long id = callee.registers("com.example.add");
        assertEquals(List.of(callee.id()), asker.asksOne("wamp.registration.list_callees", id));
        assertEquals(1L, asker.asksOne("wamp.registration.count_callees", id));
    }

    @Test
    void the_callees_of_a_shared_registration_are_those_that_registered() {
        Dict shared = Dict.of("invoke", "roundrobin");
        TestPeer second = scenario.joins("second");
        long id = callee.registers("com.example.add", shared);
        long created = asker.peer().subscribes("wamp.registration.", PREFIX);
        assertEquals(id, second.registers("com.example.add", shared));
        Event only = asker.peer().receives(Event.class);
        assertEquals(created, only.subscription());
        assertEquals(
                "wamp.registration.on_register", only.details().text("topic").orElseThrow());
        assertEquals(payload(second.id(), id), only.payload());
        asker.peer().receivesNothing();
        assertEquals(List.of(callee.id(), second.id()), asker.asksOne("wamp.registration.list_callees", id));
        assertEquals(2L, asker.asksOne("wamp.registration.count_callees", id));
        assertEquals("roundrobin", ((Map<?, ?>) asker.asksOne("wamp.registration.get", id)).get("invoke"));
        callee.leaves();
        Event left = asker.peer().receives(Event.class);
        assertEquals(
                "wamp.registration.on_unregister", left.details().text("topic").orElseThrow());
        asker.peer().receivesNothing();
    }

    @Test
    @Conforms(Feature.REGISTRATION_REVOCATION)
    void a_callee_is_removed_and_told_so_with_the_reason() {
        TestPeer told = scenario.joins("told", "user", Scenario.roles("callee", "registration_revocation"));
        long id = told.registers("com.example.add");
        assertEquals(List.of(), asker.asks("wamp.registration.remove_callee", id, told.id(), "com.example.moved"));
        told.receives(new Unregistered(0, Dict.of("registration", id, "reason", "com.example.moved")));
        assertNull(asker.asksOne("wamp.registration.lookup", "com.example.add"));
        long untold = callee.registers("com.example.add");
        long unregistered = asker.peer().subscribes("wamp.registration.on_unregister");
        asker.send(Map.of(), "wamp.registration.remove_callee", untold, callee.id());
        assertEquals(unregistered, asker.peer().receives(Event.class).subscription());
        callee.receivesNothing();
    }

    @Test
    @Conforms({Feature.REGISTRATION_REVOCATION, Feature.LIMITS})
    void a_reason_that_is_longer_than_a_uri_may_be_is_refused_and_nobody_is_removed() {
        TestPeer told = scenario.joins("told", "user", Scenario.roles("callee", "registration_revocation"));
        long id = told.registers("com.example.add");
        String remove = "wamp.registration.remove_callee";
        asker.isRefused(Uris.INVALID_ARGUMENT, remove, id, told.id(), "x".repeat(256));
        told.receivesNothing();
        assertEquals(id, asker.asksOne("wamp.registration.lookup", "com.example.add"));
        asker.asks(remove, id, told.id(), "x".repeat(255));
        told.receives(Unregistered.class);
    }

    @Test
    void only_a_callee_of_a_registration_of_a_client_is_removed() {
        String remove = "wamp.registration.remove_callee";
        long id = callee.registers("com.example.add");
        asker.isRefused(Uris.NO_SUCH_REGISTRATION, remove, 9_999L, callee.id());
        asker.isRefused(Uris.NO_SUCH_REGISTRATION, remove, id, asker.id());
        asker.isRefused(Uris.NO_SUCH_SESSION, remove, id, 9_999L);
        Object own = asker.asksOne("wamp.registration.lookup", remove);
        asker.isRefused(Uris.NOT_AUTHORIZED, remove, own, Scenario.FIRST_PUBLICATION - 1);
        assertEquals(id, asker.asksOne("wamp.registration.lookup", "com.example.add"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"wamp.registration.get", "wamp.registration.list_callees", "wamp.registration.count_callees"})
    void what_is_not_registered_is_no_such_registration(String procedure) {
        asker.isRefused(Uris.NO_SUCH_REGISTRATION, procedure, 9_999L);
    }

    @Test
    void creation_is_told_before_registration_and_after_the_callee_knows() {
        long created = asker.peer().subscribes("wamp.registration.on_create");
        long registered = asker.peer().subscribes("wamp.registration.on_register");
        long id = callee.registers("com.example.add");
        Event first = asker.peer().receives(Event.class);
        assertEquals(created, first.subscription());
        assertEquals(payload(callee.id(), described(id, "com.example.add", "exact")), first.payload());
        Event second = asker.peer().receives(Event.class);
        assertEquals(registered, second.subscription());
        assertEquals(payload(callee.id(), id), second.payload());
        asker.peer().receivesNothing();
    }

    @Test
    void a_callee_that_listens_hears_of_its_own_registration_after_the_answer() {
        long registered = callee.subscribes("wamp.registration.on_register");
        callee.sends(new Register(2, Dict.EMPTY, "com.example.add"));
        long id = callee.receives(Registered.class).registration();
        Event event = callee.receives(Event.class);
        assertEquals(registered, event.subscription());
        assertEquals(payload(callee.id(), id), event.payload());
    }

    @Test
    void the_end_of_a_callee_is_told_before_that_of_its_registration() {
        long id = callee.registers("com.example.add");
        long unregistered = asker.peer().subscribes("wamp.registration.on_unregister");
        long deleted = asker.peer().subscribes("wamp.registration.on_delete");
        callee.sends(new Unregister(2, id));
        callee.receives(Unregistered.class);
        for (long subscription : List.of(unregistered, deleted)) {
            Event event = asker.peer().receives(Event.class);
            assertEquals(subscription, event.subscription());
            assertEquals(payload(callee.id(), id), event.payload());
        }
    }

    @Test
    void a_session_that_leaves_is_told_of_only_when_all_its_registrations_are() {
        long first = callee.registers("com.example.first");
        callee.sends(new Register(2, Dict.EMPTY, "com.example.second"));
        long second = callee.receives(Registered.class).registration();
        asker.peer().subscribes("wamp.", PREFIX);
        asker.peer().inbox().clear();
        callee.sends(new Goodbye(Dict.EMPTY, Uris.CLOSE_NORMAL));
        List<String> seen = asker.peer().inbox().stream()
                .map(message -> ((Event) message).details().text("topic").orElseThrow()
                        + new TextPayloads().decode(message.payload()).list())
                .toList();
        assertEquals(
                List.of(
                        "wamp.registration.on_unregister[" + callee.id() + ", " + first + "]",
                        "wamp.registration.on_delete[" + callee.id() + ", " + first + "]",
                        "wamp.registration.on_unregister[" + callee.id() + ", " + second + "]",
                        "wamp.registration.on_delete[" + callee.id() + ", " + second + "]",
                        "wamp.session.on_leave[" + callee.id() + ", callee, user]"),
                seen);
    }

    @Test
    void when_all_are_killed_nothing_is_told_of_their_registrations() {
        callee.registers("com.example.add");
        asker.peer().subscribes("wamp.", PREFIX);
        asker.peer().inbox().clear();
        assertEquals(1L, asker.asksOne("wamp.session.kill_all"));
        asker.peer().receivesNothing();
        assertFalse(callee.isOpen());
        callee.inbox().clear();
        TestPeer next = scenario.joins("next");
        asker.peer().receives(Event.class);
        next.registers("com.example.add");
        asker.peer().receives(Event.class);
    }
}
