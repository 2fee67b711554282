package io.bailiwick.router.realm;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Invocation;
import io.bailiwick.router.message.Message.Result;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Disclosure;
import io.bailiwick.router.session.Authorizer.Permission;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who calls: known to the callee only if one of the two asks, or the rights say so. */
@Conforms(Feature.CALLER_IDENTIFICATION)
class CallerIdentificationTest {
    private static final String ADD = "com.example.add";

    private final Scenario scenario = new Scenario();
    private final TestPeer caller = scenario.joins("caller");
    private final TestPeer callee = scenario.joins("callee");

    private static Dict disclosed(TestPeer peer) {
        return Dict.of(callerOf(peer));
    }

    private static Map<String, Object> callerOf(TestPeer peer) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("caller", peer.id());
        details.put("caller_authid", peer.details().authid());
        details.put("caller_authrole", peer.details().authrole());
        return details;
    }

    // ---- caller identification

    @Test
    void a_caller_is_not_made_known_unless_somebody_asks() {
        long registration = callee.registers(ADD);
        caller.calls(1, ADD);
        callee.receives(new Invocation(1, registration, Dict.EMPTY, Payload.EMPTY));
    }

    @Test
    void a_caller_may_make_itself_known() {
        long registration = callee.registers(ADD);
        caller.calls(1, ADD, Dict.of("disclose_me", true));
        callee.receives(new Invocation(1, registration, disclosed(caller), Payload.EMPTY));
    }

    @Test
    void a_callee_may_ask_to_know_all_its_callers() {
        long registration = callee.registers(ADD, Dict.of("disclose_caller", true));
        caller.calls(1, ADD);
        callee.receives(new Invocation(1, registration, disclosed(caller), Payload.EMPTY));
    }

    @Test
    void the_rights_of_a_role_may_make_its_callers_known() {
        Scenario strict = new Scenario((session, action, uri, match) -> new Permission(true, action == Action.CALL));
        TestPeer shy = strict.joins("shy");
        TestPeer server = strict.joins("server");
        long registration = server.registers(ADD);
        shy.calls(1, ADD);
        server.receives(new Invocation(1, registration, disclosed(shy), Payload.EMPTY));
    }

    @Test
    void the_rights_of_a_role_may_forbid_it() {
        Scenario strict = new Scenario(
                (session, action, uri, match) -> new Permission(true, Disclosure.FORBIDDEN, Permission.NO_TRUSTLEVEL));
        TestPeer secret = strict.joins("secret");
        TestPeer curious = strict.joins("curious");
        long registration = curious.registers(ADD, Dict.of("disclose_caller", true));
        secret.calls(1, ADD, Dict.of("disclose_me", true));
        secret.receivesError(Call.CODE, 1, Uris.DISCLOSE_ME_DISALLOWED);
        curious.receivesNothing();
        secret.calls(2, ADD);
        curious.receives(new Invocation(1, registration, Dict.EMPTY, Payload.EMPTY));
    }

    @Test
    void the_realm_always_knows_whom_its_own_procedures_answer() {
        Scenario strict = new Scenario(
                (session, action, uri, match) -> new Permission(true, Disclosure.FORBIDDEN, Permission.NO_TRUSTLEVEL));
        TestPeer secret = strict.joins("secret");
        secret.calls(1, "wamp.session.count");
        secret.receives(Result.class);
    }

    // ---- trust levels

    @Test
    @Conforms(Feature.CALL_TRUSTLEVELS)
    void a_callee_that_announced_it_is_told_how_far_a_caller_is_trusted() {
        Scenario trusting = new Scenario((session, action, uri, match) ->
                new Permission(true, Disclosure.ON_REQUEST, session.authid().length() - 1));
        TestPeer wary = trusting.joinsWith("wary", "call_trustlevels");
        long registration = wary.registers(ADD);
        trusting.joins("ada").calls(1, ADD);
        wary.receives(new Invocation(1, registration, Dict.of("trustlevel", 2L), Payload.EMPTY));
        trusting.joins("x").calls(1, ADD);
        wary.receives(new Invocation(2, registration, Dict.of("trustlevel", 0L), Payload.EMPTY));
        TestPeer plain = trusting.joinsPlainly("plain");
        long other = plain.registers("com.example.sub");
        trusting.joins("ada").calls(1, "com.example.sub");
        plain.receives(new Invocation(1, other, Dict.EMPTY, Payload.EMPTY));
    }

    @Test
    @Conforms(Feature.CALL_TRUSTLEVELS)
    void where_nobody_has_said_how_far_a_caller_is_trusted_nothing_is_said() {
        TestPeer wary = scenario.joinsWith("wary", "call_trustlevels");
        long registration = wary.registers(ADD);
        caller.calls(1, ADD);
        wary.receives(new Invocation(1, registration, Dict.EMPTY, Payload.EMPTY));
    }
}
