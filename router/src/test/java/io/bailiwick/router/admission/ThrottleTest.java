package io.bailiwick.router.admission;

import static io.bailiwick.router.admission.Claims.claim;
import static io.bailiwick.router.admission.Claims.peer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import io.bailiwick.router.link.Peer;
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
    void an_ipv6_network_counts_as_one_address_and_local_peers_do_not_count() {
        assertEquals("2001:db8:0:1:/64", Throttle.address(peer("tcp:[2001:db8:0:1:2:3:4:5]:4000")));
        assertEquals(
                Throttle.address(peer("tcp:[2001:db8:0:1::1]:4000")),
                Throttle.address(peer("tcp:[2001:db8:0:1:ffff::2]:5000")));
        assertNotEquals(
                Throttle.address(peer("tcp:[2001:db8:0:1::1]:4000")),
                Throttle.address(peer("tcp:[2001:db8:0:2::1]:4000")));
        assertEquals("192.0.2.1", Throttle.address(peer("tcp:[::ffff:192.0.2.1]:4000")));
        assertEquals("192.0.2.1", Throttle.address(peer("tcp:192.0.2.1:4000")));
        assertEquals("0:0:0:0:/64", Throttle.address(peer("tcp:[::1]:4000")));
        assertNull(Throttle.address(Peer.LOCAL));
        assertNull(Throttle.address(peer("unix:/run/router.sock")));
    }

    @Test
    void a_full_table_frees_nobody() {
        TokenBuckets buckets = new TokenBuckets(new TokenBuckets.Rate(2, Duration.ofSeconds(1)), 3, clock);
        assertTrue(buckets.take("victim"));
        assertTrue(buckets.take("victim"));
        assertFalse(buckets.take("victim"));
        int passed = 0;
        for (int i = 0; i < 100; i++) {
            passed += buckets.take("filler" + i) ? 1 : 0;
        }
        // Two with a bucket of their own, two from the bucket that the rest share.
        assertEquals(4, passed);
        assertEquals(3, buckets.size());
        assertFalse(buckets.take("victim"));
        clock.passMillis(2000);
        assertTrue(buckets.take("newcomer"));
        assertEquals(3, buckets.size());
    }

    @Test
    void a_clock_that_is_set_back_gives_and_takes_nothing() {
        TokenBuckets buckets = new TokenBuckets(new TokenBuckets.Rate(1, Duration.ofSeconds(1)), 3, clock);
        assertTrue(buckets.take("a"));
        clock.passMillis(-60_000);
        assertFalse(buckets.take("a"));
        clock.passMillis(1000);
        assertTrue(buckets.take("a"));
        assertThrows(
                IllegalArgumentException.class,
                () -> new TokenBuckets(new TokenBuckets.Rate(0, Duration.ofSeconds(1)), 3, clock));
    }
}
