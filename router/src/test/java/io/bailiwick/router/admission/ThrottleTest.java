package io.bailiwick.router.admission;

import static io.bailiwick.router.admission.Claims.claim;
import static io.bailiwick.router.admission.Claims.peer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.handshake.Decision.Refusal;
import io.bailiwick.router.message.Dict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@Conforms(Feature.THROTTLING)
class ThrottleTest {
    private static final Refusal ANSWER = Refusal.of("com.example.asked", "the one behind was asked");

    private final Claims.Clock clock = new Claims.Clock();
    private final List<String> counted = new ArrayList<>();
    private final List<Claim> proven = new ArrayList<>();
    private final Throttle throttle = throttle(5, 3);

    private Throttle throttle(int address, int authid) {
        Authenticator behind = new Authenticator() {
            @Override
            public CompletableFuture<Decision> authenticate(Claim claim) {
                return CompletableFuture.completedFuture(ANSWER);
            }

            @Override
            public void proven(Claim claim, Admission admission) {
                proven.add(claim);
            }
        };
        return new Throttle(
                behind,
                new Throttle.Limits(address, Duration.ofSeconds(1), authid, Duration.ofSeconds(10), 100),
                realm -> realm.equals("realm1") ? realm : "",
                clock,
                (listener, bound) -> counted.add(listener + " " + bound));
    }

    private boolean passes(Claim claim) {
        Refusal refusal = assertInstanceOf(Refusal.class, Claims.decide(throttle, claim));
        if (refusal.equals(ANSWER)) {
            return true;
        }
        assertEquals("wamp.error.authentication_denied", refusal.reason());
        assertEquals("too many attempts to log in; try again later", refusal.message());
        return false;
    }

    private static Claim from(int host, String authid, String... methods) {
        return claim("realm1", authid, Dict.EMPTY, peer("tcp:192.0.2." + host + ":" + (1000 + host)), methods);
    }

    private static Admission admission(String authid, String method) {
        return new Admission("realm1", authid, "user", method, "static", Dict.EMPTY, Optional.empty());
    }

    @Test
    void one_address_has_so_many_attempts_and_gets_more_with_time() {
        for (int i = 0; i < 5; i++) {
            assertTrue(passes(from(1, "user" + i, "ticket")));
        }
        assertFalse(passes(from(1, "another", "ticket")));
        assertTrue(passes(from(2, "another", "ticket")));
        assertEquals(List.of("public address"), counted);
        clock.passMillis(1000);
        assertTrue(passes(from(1, "another", "ticket")));
        assertFalse(passes(from(1, "another", "ticket")));
    }

    @Test
    void one_authid_has_so_many_attempts_from_everywhere() {
        for (int host = 1; host <= 3; host++) {
            assertTrue(passes(from(host, "joe", "wampcra")));
        }
        assertFalse(passes(from(4, "joe", "wampcra")));
        assertFalse(passes(from(5, "joe", "cryptosign", "ticket")));
        assertTrue(passes(from(6, "ann", "wampcra")));
        assertEquals(List.of("public authid", "public authid"), counted);
    }

    @Test
    void several_ways_to_type_one_name_win_no_further_attempts() {
        for (int host = 1; host <= 3; host++) {
            assertTrue(passes(from(host, "j" + "\u00AD".repeat(host) + "oe", "ticket", "wamp-scram")));
        }
        assertFalse(passes(from(4, "joe", "wamp-scram")));
        assertFalse(passes(from(4, "joe", "ticket")));
        Claim claim = from(4, "\u00ADjoe", "wamp-scram");
        throttle.proven(claim, admission("\u00ADjoe", "ticket"));
        assertFalse(passes(claim), "somebody else, who is called almost so");
        throttle.proven(claim, admission("joe", "wamp-scram"));
        assertTrue(passes(claim));
    }

    @Test
    void names_of_realms_that_do_not_exist_win_no_further_attempts() {
        int passed = 0;
        for (int i = 0; i < 20; i++) {
            Claim claim = claim("realm" + (i + 5), "joe", Dict.EMPTY, peer("tcp:192.0.3." + i + ":1"), "ticket");
            passed += passes(claim) ? 1 : 0;
        }
        assertEquals(3, passed);
    }

    @Test
    void the_owner_of_a_key_cannot_be_locked_out() {
        for (int host = 1; host <= 20; host++) {
            assertTrue(passes(from(host, "joe", "cryptosign")));
        }
    }

    @Test
    void a_proven_login_costs_nothing() {
        for (int i = 0; i < 50; i++) {
            Claim claim = from(1, "joe", "ticket");
            assertTrue(passes(claim));
            throttle.proven(claim, admission("joe", "ticket"));
        }
        assertEquals(50, proven.size());
    }

    @Test
    void a_proven_login_as_somebody_else_does_not_start_the_count_again() {
        for (int host = 1; host <= 3; host++) {
            Claim claim = from(host, "joe", "ticket");
            assertTrue(passes(claim));
            throttle.proven(claim, admission("ann", "ticket"));
            throttle.proven(claim, admission("joe", "cookie"));
        }
        assertFalse(passes(from(4, "joe", "ticket")));
    }

    @Test
    void the_second_half_of_an_attempt_is_not_counted() {
        Claim shown =
                new Claim("realm1", "joe", null, List.of("ticket"), Dict.EMPTY, peer("tcp:192.0.2.1:1"), 1, "shown");
        for (int i = 0; i < 20; i++) {
            assertSame(ANSWER, Claims.decide(throttle, shown));
        }
    }

    @Test
    void the_known_and_the_unknown_are_refused_alike_and_nothing_is_looked_up() {
        for (int i = 0; i < 5; i++) {
            passes(from(1, null, "anonymous"));
        }
        assertEquals(
                Claims.decide(throttle, from(1, "joe", "ticket")), Claims.decide(throttle, from(1, null, "anonymous")));
    }

    @Test
    void local_peers_do_not_count() {
        for (int i = 0; i < 20; i++) {
            assertTrue(passes(claim("realm1", null, Dict.EMPTY, peer("unix:/run/router.sock"), "anonymous")));
        }
    }

    @Test
    void bounds_that_bound_nothing_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> throttle(0, 3));
        assertThrows(IllegalArgumentException.class, () -> throttle(5, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Throttle.Limits(5, Duration.ZERO, 3, Duration.ofSeconds(10), 100));
    }

    @Test
    void other_bounds_count_from_the_start_and_the_same_ones_go_on() {
        Throttle.Limits same = new Throttle.Limits(5, Duration.ofSeconds(1), 3, Duration.ofSeconds(10), 100);
        for (int i = 0; i < 3; i++) {
            assertTrue(passes(from(i, "joe", "ticket")));
        }
        throttle.change(same);
        assertFalse(passes(from(4, "joe", "ticket")));
        throttle.change(new Throttle.Limits(5, Duration.ofSeconds(1), 1, Duration.ofSeconds(10), 100));
        assertTrue(passes(from(5, "joe", "ticket")));
        assertFalse(passes(from(6, "joe", "ticket")));
    }
}
