package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.ErrorReply;
import io.bailiwick.router.message.Message.Invocation;
import io.bailiwick.router.message.Message.Register;
import io.bailiwick.router.message.Message.Result;
import io.bailiwick.router.message.Message.Unregister;
import io.bailiwick.router.message.Message.Unregistered;
import io.bailiwick.router.message.Message.Yield;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Registrations, rights and limits: each test is a rule of the WAMP specification, or a choice that it leaves open. */
@Conforms(Feature.REGISTER_AND_CALL)
class RegisterTest {
    private static final String ADD = "com.example.add";

    private final Scenario scenario = new Scenario();
    private final TestPeer caller = scenario.joins("caller");
    private final TestPeer callee = scenario.joins("callee");

    // ---- registering

    @Test
    void a_procedure_is_registered_once() {
        callee.registers(ADD);
        caller.sends(new Register(7, Dict.EMPTY, ADD));
        caller.receivesError(Register.CODE, 7, Uris.PROCEDURE_ALREADY_EXISTS);
        callee.sends(new Register(2, Dict.EMPTY, ADD));
        callee.receivesError(Register.CODE, 2, Uris.PROCEDURE_ALREADY_EXISTS);
    }

    @Test
    @Conforms(Feature.PATTERN_BASED_REGISTRATION)
    void the_same_uri_may_be_registered_once_for_each_match_policy() {
        long exact = callee.registers(ADD);
        long prefix = caller.registers(ADD, Dict.of("match", "prefix"));
        long wildcard = callee.registers(ADD, Dict.of("match", "wildcard"));
        assertNotEquals(exact, prefix);
        assertNotEquals(prefix, wildcard);
        caller.sends(new Register(2, Dict.of("match", "prefix"), ADD));
        caller.receivesError(Register.CODE, 2, Uris.PROCEDURE_ALREADY_EXISTS);
    }

    @Test
    void a_procedure_can_be_registered_again_after_it_was_unregistered() {
        long registration = callee.registers(ADD);
        callee.sends(new Unregister(2, registration));
        callee.receives(new Unregistered(2, Dict.EMPTY));
        caller.calls(1, ADD);
        caller.receivesError(Call.CODE, 1, Uris.NO_SUCH_PROCEDURE);
        assertNotEquals(registration, caller.registers(ADD));
    }

    @Test
    void nobody_unregisters_what_another_session_has_registered() {
        long registration = callee.registers(ADD);
        caller.sends(new Unregister(3, registration));
        caller.receivesError(Unregister.CODE, 3, Uris.NO_SUCH_REGISTRATION);
        caller.sends(new Unregister(4, 999));
        caller.receivesError(Unregister.CODE, 4, Uris.NO_SUCH_REGISTRATION);
        caller.calls(1, ADD);
        callee.receives(Invocation.class);
    }

    @Test
    void an_invocation_policy_that_does_not_exist_is_refused() {
        callee.sends(new Register(1, Dict.of("invoke", "jump_consistent_hash"), ADD));
        callee.receivesError(Register.CODE, 1, Uris.OPTION_NOT_ALLOWED);
        callee.registers(ADD, Dict.of("invoke", "single"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"wamp.session.get", "wamp.something", "wamp"})
    void reserved_uris_are_not_registered_by_clients(String procedure) {
        callee.sends(new Register(1, Dict.EMPTY, procedure));
        callee.receivesError(Register.CODE, 1, Uris.INVALID_URI);
        callee.registers("wampum.shells");
    }

    @Test
    @Conforms(Feature.PATTERN_BASED_REGISTRATION)
    void no_pattern_of_a_client_is_responsible_for_a_reserved_procedure() {
        callee.registers("", Dict.of("match", "prefix"));
        callee.registers("..", Dict.of("match", "wildcard"));
        caller.calls(1, "wamp.session.unheard");
        caller.receivesError(Call.CODE, 1, Uris.NO_SUCH_PROCEDURE);
        callee.receivesNothing();
    }

    @Test
    @Conforms(Feature.PATTERN_BASED_REGISTRATION)
    void an_unknown_match_policy_breaks_the_protocol() {
        callee.sends(new Register(1, Dict.of("match", "regex"), ADD));
        callee.isAborted(Uris.PROTOCOL_VIOLATION);
    }

    // ---- rights and limits

    @Test
    void who_may_not_call_is_told_so_whether_the_procedure_exists_or_not() {
        Scenario strict = new Scenario((session, action, uri, match) ->
                session.authrole().equals("guest") ? Permission.DENIED : Permission.ALLOWED);
        TestPeer guest = strict.joins("guest", "guest");
        strict.joins("server").registers(ADD);
        guest.calls(1, ADD);
        guest.receivesError(Call.CODE, 1, Uris.NOT_AUTHORIZED);
        guest.calls(2, "com.example.unknown");
        guest.receivesError(Call.CODE, 2, Uris.NOT_AUTHORIZED);
        guest.sends(new Register(3, Dict.EMPTY, ADD));
        guest.receivesError(Register.CODE, 3, Uris.NOT_AUTHORIZED);
    }

    @Test
    void a_right_to_one_procedure_is_no_right_to_a_pattern() {
        Scenario strict = new Scenario((session, action, uri, match) ->
                new Permission(match == io.bailiwick.router.message.MatchPolicy.EXACT, false));
        TestPeer server = strict.joins("server");
        server.sends(new Register(1, Dict.of("match", "prefix"), ADD));
        server.receivesError(Register.CODE, 1, Uris.NOT_AUTHORIZED);
        server.registers(ADD);
    }

    @Test
    void rights_that_cannot_be_decided_are_no_rights() {
        Scenario broken = new Scenario((session, action, uri, match) -> {
            throw new IllegalStateException("planted");
        });
        TestPeer peer = broken.joins("peer");
        peer.calls(1, ADD);
        peer.receivesError(Call.CODE, 1, Uris.AUTHORIZATION_FAILED);
    }

    @Test
    @Conforms(Feature.LIMITS)
    void what_exceeds_a_limit_is_refused_with_its_name_and_value() {
        Scenario small = new Scenario(new Limits(1, 2, 1, 2, 20));
        TestPeer peer = small.joins("peer");
        peer.registers("a.b");
        peer.registers("a..", Dict.of("match", "wildcard"));
        peer.sends(new Register(3, Dict.EMPTY, "a.c"));
        assertEquals(
                payload("expected at most 2 registrations of a session, but found one more"),
                peer.receives(ErrorReply.class).payload());
        peer.calls(4, "a.b");
        peer.calls(5, "a.b");
        peer.receives(Invocation.class);
        peer.receives(Invocation.class);
        peer.calls(6, "a.b");
        peer.receives(new ErrorReply(
                Call.CODE,
                6,
                Dict.EMPTY,
                Limits.EXCEEDED,
                payload("expected at most 2 pending calls of a session, but found one more")));
        peer.sends(new Yield(1, Dict.EMPTY, Payload.EMPTY));
        peer.receives(Result.class);
        peer.calls(6, "a.b");
        peer.receives(Invocation.class);
        peer.calls(7, "a.b.c.d.e.f.g.h.i.j.k");
        peer.receivesError(Call.CODE, 7, Uris.INVALID_URI);
    }

    @Test
    @Conforms(Feature.LIMITS)
    void wildcards_of_registrations_and_subscriptions_count_together() {
        Scenario small = new Scenario(new Limits(9, 9, 2, 9, 99));
        Dict wildcard = Dict.of("match", "wildcard");
        TestPeer peer = small.joins("peer");
        long registration = peer.registers("a..", wildcard);
        long subscription = peer.subscribes("b..", wildcard);
        peer.sends(new Register(3, wildcard, "c.."));
        peer.receivesError(Register.CODE, 3, Limits.EXCEEDED);
        peer.sends(new Message.Subscribe(4, wildcard, "c.."));
        peer.receivesError(Message.Subscribe.CODE, 4, Limits.EXCEEDED);
        peer.sends(new Unregister(5, registration));
        peer.receives(Unregistered.class);
        peer.registers("c..", wildcard);
        peer.sends(new Message.Unsubscribe(6, subscription));
        peer.receives(Message.Unsubscribed.class);
        peer.subscribes("d..", wildcard);
    }
}
