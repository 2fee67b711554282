package io.bailiwick.router.admission;

import static io.bailiwick.router.admission.Claims.claim;
import static io.bailiwick.router.admission.Claims.withCookie;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.admission.ListenerAuthenticators.Duty;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.handshake.Decision.Refusal;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@Conforms(Feature.METHOD_CHOICE)
class ListenerAuthenticatorsTest {
    private final List<String> told = new ArrayList<>();

    /** Answers with this, and notes what it is told. */
    private final class Scripted implements Authenticator {
        private final String name;
        private final Decision answer;

        Scripted(String name, Decision answer) {
            this.name = name;
            this.answer = answer;
        }

        @Override
        public CompletableFuture<Decision> authenticate(Claim claim) {
            told.add(name + " asked about " + claim.authmethods());
            return CompletableFuture.completedFuture(answer);
        }

        @Override
        public void proven(Claim claim, Admission admission) {
            told.add(name + " told of " + admission.authid());
        }

        @Override
        public void loggedOut(Peer peer) {
            told.add(name + " told of a logout");
        }

        @Override
        public void revoked(String realm, String authid) {
            told.add(name + " told of the end of " + authid);
        }
    }

    private static final Refusal NOTHING = Refusal.of("wamp.error.no_matching_auth_method", "not for this one");
    private static final Admission YES =
            new Admission("realm1", "joe", "user", "cookie", "static", Dict.EMPTY, Optional.empty());

    private final Authenticator silent = new Scripted("silent", NOTHING);
    private final Authenticator willing = new Scripted("willing", YES);
    private final Authenticator denying = new Scripted("denying", Refusal.UNPROVEN);
    private final Authenticator nameless =
            new Scripted("nameless", Refusal.of("wamp.error.no_such_principal", "a name is missing"));

    private final ListenerAuthenticators composed = new ListenerAuthenticators(
            Map.of(
                    "public",
                    List.of(
                            new Duty(Set.of("cookie", "tls"), silent),
                            new Duty(Set.of("ticket"), willing),
                            new Duty(Set.of("ticket", "wampcra"), denying),
                            new Duty(Set.of("scram"), nameless)),
                    "shut",
                    List.of()),
            List.of());

    private Decision decide(String... methods) {
        return Claims.decide(composed, claim("realm1", "joe", methods));
    }

    @Test
    void each_method_goes_to_the_first_that_has_it_in_the_order_of_the_client() {
        assertSame(YES, decide("ticket", "wampcra"));
        assertSame(Refusal.UNPROVEN, decide("wampcra", "ticket"));
        assertEquals(List.of("willing asked about [ticket]", "denying asked about [wampcra]"), told);
    }

    @Test
    void who_has_nothing_to_say_leaves_the_next_method_its_turn() {
        assertSame(YES, decide("oauth9", "cookie", "tls", "scram", "ticket"));
        assertEquals(4, told.size());
    }

    @Test
    void where_nobody_has_anything_to_say_the_most_telling_reason_is_told() {
        assertEquals(
                "wamp.error.no_matching_auth_method",
                assertInstanceOf(Refusal.class, decide("cookie", "oauth9")).reason());
        assertEquals(
                "wamp.error.no_such_principal",
                assertInstanceOf(Refusal.class, decide("scram", "cookie")).reason());
    }

    @Test
    void each_listener_has_its_own_and_one_that_is_not_named_lets_nobody_in() {
        for (String listener : List.of("shut", "unnamed")) {
            Peer peer = new Peer(listener, "tcp:192.0.2.1:1", Optional.empty(), false);
            Decision decision = Claims.decide(composed, claim("realm1", "joe", Dict.EMPTY, peer, "ticket"));
            assertEquals(
                    "wamp.error.no_matching_auth_method",
                    assertInstanceOf(Refusal.class, decision).reason());
        }
        assertTrue(told.isEmpty());
    }

    @Test
    void a_client_that_offers_a_thousand_methods_is_asked_about_a_few() {
        String[] many = new String[1000];
        java.util.Arrays.setAll(many, i -> i % 2 == 0 ? "cookie" : "x" + i);
        decide(many);
        assertEquals(1, told.size());
    }

    @Test
    void a_ticket_goes_back_to_who_asked_for_it() {
        Claim shown =
                new Claim("realm1", "joe", null, List.of("wampcra", "ticket"), Dict.EMPTY, withCookie("c"), 1, "shown");
        assertSame(YES, Claims.decide(composed, shown));
        assertEquals(List.of("willing asked about [ticket]"), told);
    }

    @Test
    void all_of_all_listeners_are_told_of_a_kill_once() {
        composed.revoked("realm1", "joe");
        assertEquals(told.size(), Set.copyOf(told).size());
        assertTrue(told.contains("silent told of the end of joe") && told.size() >= 4, told.toString());
    }

    @Test
    void all_of_the_listener_are_told_of_logins_and_logouts_once() {
        composed.proven(claim("realm1", "joe", "ticket"), YES);
        assertEquals(
                List.of("silent told of joe", "willing told of joe", "denying told of joe", "nameless told of joe"),
                told);
        told.clear();
        composed.loggedOut(withCookie("c"));
        assertEquals(4, told.size());
    }
}
