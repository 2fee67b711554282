package io.bailiwick.router.realm;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message.Invocation;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Permission;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who calls: known to the callee only if one of the two asks, or the rights say so. */
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
}
