package io.bailiwick.router.realm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.dealer.Dealer;
import io.bailiwick.router.dealer.DealerOptions;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Register;
import io.bailiwick.router.message.Message.Registered;
import io.bailiwick.router.message.Message.Result;
import io.bailiwick.router.message.Message.Unregister;
import io.bailiwick.router.message.Message.Unregistered;
import io.bailiwick.router.message.Message.Welcome;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.SessionDetails;
import org.junit.jupiter.api.Test;

/** Registrations that are taken from their callees: by the router, by force, or because their callee has gone silent. */
class RevocationTest {
    private static final String ADD = "com.example.add";
    private static final String REASON = "com.example.reason";
    private static final Dict FORCE = Dict.of("force_reregister", true);
    private static final long PATIENCE = DealerOptions.DEFAULT.takeoverPatience();

    private final Scenario scenario = new Scenario();
    private final Dealer dealer = scenario.realm().dealer();
    private final TestPeer caller = scenario.joins("caller");
    private long lastSession = 1_000;

    /** A session of a principal that has proved who it is, and announced revocation. */
    private TestPeer joins(Scenario where, String authid, String authrole, String authmethod) {
        SessionDetails details = new SessionDetails(
                ++lastSession,
                authid,
                authrole,
                authmethod,
                "static",
                Dict.EMPTY,
                Dict.EMPTY,
                Scenario.roles("callee", "registration_revocation", "call_canceling"));
        TestPeer peer = new TestPeer(where.realm(), details);
        Welcome welcome = new Welcome(details.session(), Dict.EMPTY);
        where.realm().join(peer, welcome);
        peer.receives(welcome);
        return peer;
    }

    private TestPeer node(String authid) {
        return joins(scenario, authid, "node", "cryptosign");
    }

    private static Unregistered revoked(long registration, String reason) {
        return new Unregistered(0, Dict.of("registration", registration, "reason", reason));
    }

    // ---- by the router

    @Test
    @Conforms(Feature.REGISTRATION_REVOCATION)
    void a_callee_that_announced_it_is_told_and_another_one_is_not() {
        TestPeer announces = node("announces");
        TestPeer plain = scenario.joinsPlainly("plain");
        long add = announces.registers(ADD, Dict.of("invoke", "first"));
        plain.registers(ADD, Dict.of("invoke", "first"));
        assertTrue(dealer.revoke(add, REASON));
        announces.receives(revoked(add, REASON));
        plain.receivesNothing();
        caller.calls(1, ADD);
        caller.receivesError(Call.CODE, 1, Uris.NO_SUCH_PROCEDURE);
        plain.sends(new Unregister(5, add));
        plain.receivesError(Unregister.CODE, 5, Uris.NO_SUCH_REGISTRATION);
        assertNotEquals(add, plain.registers(ADD));
    }

    @Test
    @Conforms(Feature.REGISTRATION_REVOCATION)
    void one_callee_of_several_is_removed() {
        TestPeer first = node("first");
        TestPeer second = node("second");
        long add = first.registers(ADD, Dict.of("invoke", "first"));
        second.registers(ADD, Dict.of("invoke", "first"));
        assertTrue(dealer.revoke(add, first.id(), REASON));
        first.receives(revoked(add, REASON));
        caller.calls(1, ADD);
        second.isInvoked();
        first.receivesNothing();
    }

    @Test
    @Conforms(Feature.REGISTRATION_REVOCATION)
    void what_is_not_there_and_what_is_the_realms_own_is_not_revoked() {
        TestPeer callee = node("callee");
        long add = callee.registers(ADD);
        assertFalse(dealer.revoke(999, REASON));
        assertFalse(dealer.revoke(add, caller.id(), REASON));
        dealer.registrations().values().stream()
                .filter(registration -> registration.procedure().startsWith("wamp."))
                .toList()
                .forEach(own -> assertFalse(dealer.revoke(own.id(), REASON)));
        callee.receivesNothing();
    }

    @Test
    @Conforms(Feature.REGISTRATION_REVOCATION)
    void a_call_that_is_on_its_way_may_still_be_answered() {
        TestPeer callee = node("callee");
        long add = callee.registers(ADD);
        caller.calls(1, ADD);
        callee.isInvoked();
        dealer.revoke(add, REASON);
        callee.yields(1);
        caller.receives(new Result(1, Dict.EMPTY, Payload.EMPTY));
    }

    // ---- by force

    @Test
    @Conforms(Feature.FORCE_REREGISTER)
    void a_session_of_the_same_principal_takes_a_registration_by_force() {
        TestPeer old = node("node-1");
        TestPeer young = node("node-1");
        long before = old.registers(ADD);
        long after = young.registers(ADD, FORCE);
        assertNotEquals(before, after);
        old.receives(revoked(before, Uris.UNREGISTERED));
        caller.calls(1, ADD);
        young.isInvoked();
        old.leaves();
        caller.calls(2, ADD);
        young.isInvoked();
    }

    @Test
    @Conforms(Feature.FORCE_REREGISTER)
    void nobody_takes_a_registration_of_another_authid_or_authrole_or_of_anonymous_sessions_by_force() {
        TestPeer node = node("node-1");
        node.registers(ADD);
        node.registers("com.example.shared", Dict.of("invoke", "first"));
        TestPeer second = node("node-2");
        second.registers("com.example.shared", Dict.of("invoke", "first"));
        TestPeer anonymous = scenario.joins("anonymous");
        anonymous.registers("com.example.anonymous");
        refused(second, ADD);
        refused(joins(scenario, "node-1", "user", "cryptosign"), ADD);
        refused(second, "com.example.shared");
        refused(scenario.joins("anonymous"), "com.example.anonymous");
        node.receivesNothing();
        caller.calls(1, ADD);
        node.isInvoked();
    }

    private static void refused(TestPeer peer, String procedure) {
        peer.sends(new Register(77, FORCE, procedure));
        peer.receivesError(Register.CODE, 77, Uris.NOT_AUTHORIZED);
    }

    @Test
    @Conforms(Feature.FORCE_REREGISTER)
    void a_realm_may_allow_it_to_everybody_who_may_register() {
        DealerOptions options = DealerOptions.DEFAULT.withEvictionOfOthers(true);
        Scenario open = new Scenario(RealmOptions.DEFAULT.with(options));
        TestPeer old = joins(open, "node-1", "node", "cryptosign");
        long before = old.registers(ADD);
        joins(open, "node-2", "node", "cryptosign").registers(ADD, FORCE);
        old.receives(revoked(before, Uris.UNREGISTERED));
    }

    @Test
    @Conforms(Feature.FORCE_REREGISTER)
    void a_session_may_force_itself_out_and_where_nothing_is_force_does_nothing() {
        TestPeer node = node("node-1");
        long before = node.registers(ADD, FORCE);
        node.sends(new Register(2, FORCE, ADD));
        node.receives(revoked(before, Uris.UNREGISTERED));
        assertNotEquals(before, node.receives(Registered.class).registration());
        assertEquals(1, scenario.view().registrations());
    }

    // ---- because its callee has gone silent

    @Test
    @Conforms(Feature.REGISTER_AND_CALL)
    void a_peer_that_joins_again_takes_over_what_its_silent_session_still_has() {
        TestPeer old = node("node-1");
        long before = old.registers(ADD);
        old.registers("com.example.sub");
        old.fallsSilent();
        TestPeer young = node("node-1");
        young.sends(new Register(1, Dict.EMPTY, ADD));
        young.receivesNothing();
        scenario.time().passes(PATIENCE);
        assertNotEquals(before, young.receives(Registered.class).registration());
        old.receives(revoked(before, Uris.UNREGISTERED));
        caller.calls(1, ADD);
        young.isInvoked();
        young.registers("com.example.sub");
        assertEquals(1, old.probes(), "who is known to be silent is not waited for again");
    }

    @Test
    @Conforms(Feature.REGISTER_AND_CALL)
    void a_plain_duplicate_of_a_living_session_is_refused() {
        TestPeer old = node("node-1");
        old.registers(ADD);
        TestPeer young = node("node-1");
        young.sends(new Register(1, Dict.EMPTY, ADD));
        young.receivesError(Register.CODE, 1, Uris.PROCEDURE_ALREADY_EXISTS);
        old.fallsSilent();
        young.sends(new Register(2, Dict.EMPTY, ADD));
        scenario.time().passes(PATIENCE - 1);
        old.isHeardAgain();
        scenario.time().passes(1);
        young.receivesError(Register.CODE, 2, Uris.PROCEDURE_ALREADY_EXISTS);
        caller.calls(1, ADD);
        old.isInvoked();
    }

    @Test
    @Conforms(Feature.REGISTER_AND_CALL)
    void whoever_waits_for_a_session_that_gives_a_sign_is_refused_soon() {
        TestPeer old = node("node-1");
        old.registers(ADD);
        old.fallsSilent();
        TestPeer young = node("node-1");
        young.sends(new Register(1, Dict.EMPTY, ADD));
        old.isHeardAgain();
        scenario.time().passes(PATIENCE / 20);
        young.receivesError(Register.CODE, 1, Uris.PROCEDURE_ALREADY_EXISTS);
        assertEquals(0, scenario.time().waiting());
    }

    @Test
    @Conforms(Feature.REGISTER_AND_CALL)
    void a_session_that_was_silent_and_is_heard_again_keeps_what_it_has() {
        TestPeer old = node("node-1");
        old.registers(ADD);
        old.registers("com.example.sub");
        old.fallsSilent();
        TestPeer young = node("node-1");
        young.sends(new Register(1, Dict.EMPTY, ADD));
        scenario.time().passes(PATIENCE);
        young.receives(Registered.class);
        old.isHeardAgain();
        young.sends(new Register(2, Dict.EMPTY, "com.example.sub"));
        young.receivesError(Register.CODE, 2, Uris.PROCEDURE_ALREADY_EXISTS);
    }

    @Test
    @Conforms(Feature.REGISTER_AND_CALL)
    void nobody_else_takes_over_what_a_silent_session_has() {
        TestPeer old = node("node-1");
        old.registers(ADD);
        old.fallsSilent();
        TestPeer other = node("node-2");
        other.sends(new Register(1, Dict.EMPTY, ADD));
        other.receivesError(Register.CODE, 1, Uris.PROCEDURE_ALREADY_EXISTS);
        TestPeer sameNameOtherRole = joins(scenario, "node-1", "user", "cryptosign");
        sameNameOtherRole.sends(new Register(1, Dict.EMPTY, ADD));
        sameNameOtherRole.receivesError(Register.CODE, 1, Uris.PROCEDURE_ALREADY_EXISTS);
        assertEquals(0, old.probes());
    }

    @Test
    @Conforms({Feature.REGISTER_AND_CALL, Feature.FORCE_REREGISTER})
    void an_anonymous_session_has_no_part_in_it_whatever_authid_it_goes_by() {
        TestPeer anonymous = joins(scenario, "node-1", "node", "anonymous");
        TestPeer node = node("node-1");
        anonymous.registers("com.example.anonymous");
        node.registers(ADD);
        anonymous.fallsSilent();
        node.fallsSilent();
        TestPeer again = joins(scenario, "node-1", "node", "anonymous");
        again.sends(new Register(1, Dict.EMPTY, "com.example.anonymous"));
        again.receivesError(Register.CODE, 1, Uris.PROCEDURE_ALREADY_EXISTS);
        again.sends(new Register(2, Dict.EMPTY, ADD));
        again.receivesError(Register.CODE, 2, Uris.PROCEDURE_ALREADY_EXISTS);
        node.sends(new Register(3, Dict.EMPTY, "com.example.anonymous"));
        node.receivesError(Register.CODE, 3, Uris.PROCEDURE_ALREADY_EXISTS);
        refused(node, "com.example.anonymous");
        refused(again, "com.example.anonymous");
        assertEquals(0, anonymous.probes() + node.probes());
    }

    @Test
    @Conforms(Feature.REGISTER_AND_CALL)
    void what_waits_ends_when_its_session_leaves_and_is_served_when_the_silent_one_leaves() {
        TestPeer old = node("node-1");
        old.registers(ADD);
        old.fallsSilent();
        TestPeer gone = node("node-1");
        gone.sends(new Register(1, Dict.EMPTY, ADD));
        gone.leaves();
        TestPeer young = node("node-1");
        young.sends(new Register(1, Dict.EMPTY, ADD));
        old.leaves();
        scenario.time().passes(PATIENCE);
        gone.receivesNothing();
        young.receives(Registered.class);
        assertEquals(1, scenario.view().registrations());
    }

    @Test
    @Conforms({Feature.REGISTER_AND_CALL, Feature.LIMITS})
    void registers_that_wait_count_as_registrations() {
        Scenario small = new Scenario(new Limits(9, 2, 9, 9, 99));
        TestPeer old = joins(small, "node-1", "node", "cryptosign");
        old.registers(ADD);
        old.fallsSilent();
        TestPeer young = joins(small, "node-1", "node", "cryptosign");
        young.sends(new Register(1, Dict.EMPTY, ADD));
        young.sends(new Register(2, Dict.EMPTY, ADD));
        young.sends(new Register(3, Dict.EMPTY, ADD));
        young.sends(new Register(4, Dict.EMPTY, "com.example.sub"));
        young.receivesError(Register.CODE, 3, Limits.EXCEEDED);
        young.receivesError(Register.CODE, 4, Limits.EXCEEDED);
        small.time().passes(PATIENCE);
        young.receives(Registered.class);
        young.receivesError(Register.CODE, 2, Uris.PROCEDURE_ALREADY_EXISTS);
    }
}
