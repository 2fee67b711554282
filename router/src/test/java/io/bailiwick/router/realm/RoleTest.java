package io.bailiwick.router.realm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Goodbye;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.Authorizer.Disclosure;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.RoleLimits;
import io.bailiwick.router.session.SessionDetails;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Roles: who may join and stay, how many, what each may hold; and that all of it can change at run time. */
class RoleTest {
    private static final String PROCEDURE = "com.example.procedure";
    private static final Limits SMALL = new Limits(2, 1, 1, 1, 30);

    private final CountingMetrics metrics = new CountingMetrics();

    /** These roles, which may all do the same; those without limits have those of the realm. */
    private record Roles(Map<String, Optional<RoleLimits>> limits, Permission permission) implements Authorizer {
        @Override
        public Verdict permits(SessionDetails session, Action action, String uri, MatchPolicy match) {
            return permission;
        }

        @Override
        public boolean hasRole(String authrole) {
            return limits.containsKey(authrole);
        }

        @Override
        public Optional<RoleLimits> limits(String authrole) {
            return limits.getOrDefault(authrole, Optional.empty());
        }
    }

    private static RoleLimits each(Limits limits, int sessions) {
        return new RoleLimits(limits, sessions, RoleLimits.Traffic.UNLIMITED);
    }

    private Scenario scenario(RealmLimits limits, Authorizer roles) {
        return new Scenario(RealmOptions.DEFAULT.with(limits), roles, Scenario.HERE, metrics);
    }

    private static TestPeer tries(Scenario scenario, String authid, String authrole) {
        TestPeer peer = scenario.newPeer(authid, authrole, Dict.EMPTY);
        scenario.realm().join(peer, new Message.Welcome(peer.id(), Dict.EMPTY));
        return peer;
    }

    private static void isRefused(TestPeer peer, String sentence) {
        peer.isEndedBy(new Message.Abort(Dict.of("message", sentence), Limits.EXCEEDED));
    }

    @Test
    @Conforms(Feature.REALM_LIFECYCLE)
    void a_role_that_does_not_exist_cannot_join() {
        Scenario scenario = scenario(RealmLimits.NONE, new Roles(Map.of("user", Optional.empty()), Permission.ALLOWED));
        assertTrue(tries(scenario, "a", "user").isOpen());
        tries(scenario, "b", "guest").isAborted(Uris.NO_SUCH_ROLE);
    }

    @Test
    @Conforms(Feature.LIMITS)
    void a_session_too_many_is_refused_with_the_limit_and_its_value() {
        Scenario scenario = scenario(
                new RealmLimits(3, 2),
                new Roles(
                        Map.of("user", Optional.empty(), "guest", Optional.of(each(Limits.DEFAULT, 1))),
                        Permission.ALLOWED));
        TestPeer first = tries(scenario, "a", "user");
        TestPeer second = tries(scenario, "a", "user");
        isRefused(tries(scenario, "a", "user"), "expected at most 2 sessions of one authid, but found one more");
        second.leaves();
        TestPeer guest = tries(scenario, "g", "guest");
        isRefused(tries(scenario, "h", "guest"), "expected at most 1 sessions of role guest, but found one more");
        assertTrue(tries(scenario, "b", "user").isOpen());
        isRefused(tries(scenario, "c", "user"), "expected at most 3 sessions in this realm, but found one more");
        guest.leaves();
        first.leaves();
        assertTrue(tries(scenario, "h", "guest").isOpen());
        assertTrue(tries(scenario, "a", "user").isOpen());
        assertEquals(3, metrics.of(Limits.EXCEEDED));
        assertEquals(6, metrics.of("joined"));
        assertEquals(3, metrics.of("left"));
    }

    @Test
    @Conforms(Feature.LIMITS)
    void each_limit_of_a_role_refuses_with_its_name_and_value() {
        Scenario scenario = scenario(
                RealmLimits.NONE,
                new Roles(Map.of("small", Optional.of(each(SMALL, 9)), "user", Optional.empty()), Permission.ALLOWED));
        TestPeer small = scenario.joins("small", "small");
        TestPeer other = scenario.joins("other", "user");
        other.registers(PROCEDURE);
        small.subscribes("a.b");
        small.subscribes("a.c");
        small.sends(new Message.Subscribe(3, Dict.EMPTY, "a.d"));
        isTold(small, "expected at most 2 subscriptions of a session, but found one more");
        small.registers("a.b");
        small.sends(new Message.Register(4, Dict.EMPTY, "a.c"));
        isTold(small, "expected at most 1 registrations of a session, but found one more");
        small.calls(5, PROCEDURE);
        other.receives(Message.Invocation.class);
        small.calls(6, PROCEDURE);
        isTold(small, "expected at most 1 pending calls of a session, but found one more");
        small.calls(7, "a." + "x".repeat(29));
        small.receivesError(Call.CODE, 7, Uris.INVALID_URI);
        other.calls(2, "a." + "x".repeat(29));
        other.receivesError(Call.CODE, 2, Uris.NO_SUCH_PROCEDURE);
        assertEquals(3, metrics.of(Limits.EXCEEDED));
    }

    private static void isTold(TestPeer peer, String sentence) {
        Message.ErrorReply reply = peer.receives(Message.ErrorReply.class);
        assertEquals(Limits.EXCEEDED, reply.error());
        assertEquals(TextPayloads.payload(sentence), reply.payload());
    }

    @Test
    @Conforms(Feature.REALM_LIFECYCLE)
    void when_roles_change_who_has_none_ends_and_the_others_have_the_new_rights_and_limits() {
        Scenario scenario = scenario(
                RealmLimits.NONE,
                new Roles(Map.of("user", Optional.empty(), "guest", Optional.empty()), Permission.ALLOWED));
        TestPeer user = scenario.joins("user", "user");
        TestPeer guest = scenario.joins("guest", "guest");
        user.subscribes("a.b");
        guest.registers(PROCEDURE);
        Goodbye goodbye = new Goodbye(Dict.EMPTY, Uris.AUTH_CHANGED);
        List<List<Long>> ended = new ArrayList<>();
        scenario.realm()
                .change(new Roles(Map.of("user", Optional.of(each(SMALL, 1))), Permission.DENIED), goodbye, ended::add);
        guest.isEndedBy(goodbye);
        assertEquals(List.of(List.of(guest.id())), ended);
        user.calls(2, PROCEDURE);
        user.receivesError(Call.CODE, 2, Uris.NOT_AUTHORIZED);
        user.calls(3, "a." + "x".repeat(29));
        user.receivesError(Call.CODE, 3, Uris.INVALID_URI);
        assertEquals(1, scenario.view().subscriptions(), "what was granted stays");
        tries(scenario, "late", "guest").isAborted(Uris.NO_SUCH_ROLE);
    }

    @Test
    @Conforms({Feature.CALLER_IDENTIFICATION, Feature.PUBLISHER_IDENTIFICATION})
    void who_asks_to_be_known_where_it_is_forbidden_is_refused() {
        Permission silent = new Permission(true, Disclosure.FORBIDDEN, Permission.NO_TRUSTLEVEL);
        Scenario scenario = scenario(RealmLimits.NONE, new Roles(Map.of("user", Optional.empty()), silent));
        TestPeer peer = scenario.joins("peer");
        peer.calls(1, PROCEDURE, Dict.of("disclose_me", true));
        peer.receivesError(Call.CODE, 1, Uris.DISCLOSE_ME_DISALLOWED);
        Dict options = Dict.of("disclose_me", true, "acknowledge", true);
        peer.sends(new Publish(2, options, "a.b", Payload.EMPTY));
        peer.receivesError(Publish.CODE, 2, Uris.DISCLOSE_ME_DISALLOWED);
        peer.calls(3, PROCEDURE);
        peer.receivesError(Call.CODE, 3, Uris.NO_SUCH_PROCEDURE);
    }
}
