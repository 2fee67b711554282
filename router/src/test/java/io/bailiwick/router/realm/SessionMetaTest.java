package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.Scenario.FIRST_PUBLICATION;
import static io.bailiwick.router.realm.TextPayloads.keywords;
import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Event;
import io.bailiwick.router.message.Message.Goodbye;
import io.bailiwick.router.message.Message.Result;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.SessionDetails;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The session meta API of the WAMP specification, procedure by procedure. */
@Conforms(Feature.SESSION_META_API)
class SessionMetaTest {
    private final Scenario scenario = new Scenario();
    private final TestPeer admin = scenario.joins("ada", "admin");
    private final TestPeer bob = scenario.joins("bob", "user");
    private final TestPeer eve = scenario.joins("eve", "user");
    private long request;

    private void admin(String procedure, Payload arguments) {
        admin.sends(new Call(++request, Dict.EMPTY, procedure, arguments));
    }

    private void answers(Object... result) {
        admin.receives(new Result(request, Dict.EMPTY, result.length == 0 ? Payload.EMPTY : payload(result)));
    }

    private void fails(String error) {
        admin.receivesError(Call.CODE, request, error);
    }

    private static Goodbye killed() {
        return new Goodbye(Dict.EMPTY, Uris.KILLED);
    }

    private static Map<String, Object> described(TestPeer peer) {
        SessionDetails details = peer.details();
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("session", details.session());
        description.put("authid", details.authid());
        description.put("authrole", details.authrole());
        description.put("authmethod", details.authmethod());
        description.put("authprovider", details.authprovider());
        return description;
    }

    @Test
    void sessions_are_counted_all_or_by_authrole_and_the_realms_own_is_none_of_them() {
        admin("wamp.session.count", Payload.EMPTY);
        answers(3L);
        admin("wamp.session.count", payload(List.of("user")));
        answers(2L);
        admin("wamp.session.count", payload(List.of()));
        answers(0L);
        admin("wamp.session.count", payload("user"));
        fails(Uris.INVALID_ARGUMENT);
    }

    @Test
    void sessions_are_listed_all_or_by_authrole() {
        admin("wamp.session.list", Payload.EMPTY);
        answers(List.of(admin.id(), bob.id(), eve.id()));
        admin("wamp.session.list", payload(List.of("admin", "nobody")));
        answers(List.of(admin.id()));
    }

    @Test
    void a_session_is_described_by_its_id() {
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("session", bob.id());
        expected.put("authid", "bob");
        expected.put("authrole", "user");
        expected.put("authmethod", "anonymous");
        expected.put("authprovider", "static");
        admin("wamp.session.get", payload(bob.id()));
        answers(expected);
        admin("wamp.session.get", payload((double) bob.id()));
        answers(expected);
        admin("wamp.session.get", payload(999L));
        fails(Uris.NO_SUCH_SESSION);
        admin("wamp.session.get", payload("bob"));
        fails(Uris.INVALID_ARGUMENT);
        admin("wamp.session.get", Payload.EMPTY);
        fails(Uris.INVALID_ARGUMENT);
    }

    @Test
    void a_session_is_killed_with_the_reason_and_message_given() {
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("reason", "com.example.bye");
        words.put("message", "enough");
        admin("wamp.session.kill", keywords(words, bob.id()));
        answers();
        bob.isEndedBy(new Goodbye(Dict.of("message", "enough"), "com.example.bye"));
        admin("wamp.session.kill", payload(eve.id()));
        answers();
        eve.isEndedBy(killed());
    }

    @Test
    void nobody_kills_itself_or_a_session_that_is_not_there() {
        admin("wamp.session.kill", payload(admin.id()));
        fails(Uris.NO_SUCH_SESSION);
        admin("wamp.session.kill", payload(999L));
        fails(Uris.NO_SUCH_SESSION);
        assertTrue(admin.isOpen());
    }

    @ParameterizedTest
    @CsvSource({
        "wamp.session.kill, 2",
        "wamp.session.kill_by_authid, bob",
        "wamp.session.kill_by_authrole, user",
        "wamp.session.kill_all,"
    })
    void a_reason_that_is_no_uri_kills_nobody(String procedure, String argument) {
        Object value = procedure.endsWith("kill") ? (Object) bob.id() : String.valueOf(argument);
        Map<String, Object> words = Map.of("reason", "go away");
        admin(procedure, argument == null ? keywords(words) : keywords(words, value));
        fails(Uris.INVALID_URI);
        assertTrue(bob.isOpen() && eve.isOpen());
    }

    @Test
    void the_sessions_of_an_authid_are_killed_but_never_the_callers() {
        TestPeer second = scenario.joins("bob", "admin");
        TestPeer adasOther = scenario.joins("ada", "admin");
        admin("wamp.session.kill_by_authid", payload("bob"));
        answers(List.of(bob.id(), second.id()));
        bob.isEndedBy(killed());
        second.isEndedBy(killed());
        admin("wamp.session.kill_by_authid", payload("ada"));
        answers(List.of(adasOther.id()));
        assertTrue(admin.isOpen() && eve.isOpen());
    }

    @Test
    void the_sessions_of_an_authrole_are_killed_but_never_the_callers() {
        TestPeer other = scenario.joins("other", "admin");
        admin("wamp.session.kill_by_authrole", payload("user"));
        answers(2L);
        bob.isEndedBy(killed());
        eve.isEndedBy(killed());
        admin("wamp.session.kill_by_authrole", payload("admin"));
        answers(1L);
        other.isEndedBy(killed());
        assertTrue(admin.isOpen());
    }

    @Test
    void all_others_are_killed_and_no_event_tells_of_it() {
        admin.subscribes("wamp.session.on_leave");
        admin("wamp.session.kill_all", Payload.EMPTY);
        answers(2L);
        bob.isEndedBy(killed());
        eve.isEndedBy(killed());
        admin.receivesNothing();
        assertEquals(List.of(admin.details()), scenario.view().sessions());
    }

    @Test
    void an_event_tells_who_has_joined() {
        long subscription = admin.subscribes("wamp.session.on_join");
        TestPeer joined = scenario.joins("joined", "user");
        Payload expected = payload(described(joined));
        admin.receives(new Event(subscription, FIRST_PUBLICATION, Dict.EMPTY, expected));
    }

    @Test
    void an_event_with_three_arguments_tells_who_has_left_however_it_left() {
        long subscription = admin.subscribes("wamp.session.on_leave");
        bob.leaves();
        admin.receives(new Event(subscription, FIRST_PUBLICATION, Dict.EMPTY, payload(bob.id(), "bob", "user")));
        eve.sends(new Goodbye(Dict.EMPTY, Uris.CLOSE_NORMAL));
        admin.receives(new Event(subscription, FIRST_PUBLICATION + 1, Dict.EMPTY, payload(eve.id(), "eve", "user")));
        TestPeer killed = scenario.joins("killed", "user");
        admin("wamp.session.kill", payload(killed.id()));
        admin.receives(Event.class);
        answers();
    }

    @Test
    void a_transport_that_is_known_is_described() {
        TestPeer known = scenario.joins(new SessionDetails(
                77, "a", "r", "m", "p", Dict.EMPTY, Dict.of("peer", "tcp:127.0.0.1:5000"), Dict.EMPTY));
        Map<String, Object> expected = described(known);
        expected.put("transport", Map.of("peer", "tcp:127.0.0.1:5000"));
        admin("wamp.session.get", payload(77L));
        answers(expected);
    }

    @Test
    void whoever_is_killed_cannot_come_back_with_what_its_authid_was_given() {
        admin("wamp.session.kill_by_authid", payload("bob"));
        assertEquals(List.of("bob"), scenario.revoked());
        admin("wamp.session.kill_by_authid", payload("absent"));
        assertEquals(List.of("bob", "absent"), scenario.revoked());
        admin("wamp.session.kill", payload(eve.id()));
        assertEquals(List.of("bob", "absent", "eve"), scenario.revoked());
        scenario.joins("mallory", "user");
        scenario.joins("mallory", "user");
        admin("wamp.session.kill_by_authrole", payload("user"));
        assertEquals(List.of("bob", "absent", "eve", "mallory"), scenario.revoked());
        scenario.joins("oscar", "user");
        admin("wamp.session.kill_all", Payload.EMPTY);
        assertEquals(List.of("bob", "absent", "eve", "mallory", "oscar"), scenario.revoked());
    }

    @Test
    void a_kill_that_is_refused_revokes_nothing() {
        admin("wamp.session.kill", payload(admin.id()));
        admin("wamp.session.kill_by_authid", keywords(Map.of("reason", "go away"), "bob"));
        assertEquals(List.of(), scenario.revoked());
    }

    @Test
    void the_realm_learns_who_calls_it_even_where_disclosure_is_forbidden() {
        Scenario discreet = new Scenario((session, action, uri, match) ->
                new Permission(true, Authorizer.Disclosure.FORBIDDEN, Permission.NO_TRUSTLEVEL));
        TestPeer caller = discreet.joins("caller");
        caller.calls(1, "wamp.session.count");
        caller.receives(new Result(1, Dict.EMPTY, payload(1L)));
    }

    @Test
    void the_rights_to_the_meta_api_are_those_of_the_role() {
        Scenario strict = new Scenario((session, action, uri, match) -> Authorizer.Permission.DENIED);
        TestPeer nobody = strict.joins("nobody");
        nobody.calls(1, "wamp.session.count");
        nobody.receivesError(Call.CODE, 1, Uris.NOT_AUTHORIZED);
        nobody.sends(new Message.Subscribe(2, Dict.EMPTY, "wamp.session.on_join"));
        nobody.receivesError(Message.Subscribe.CODE, 2, Uris.NOT_AUTHORIZED);
    }
}
