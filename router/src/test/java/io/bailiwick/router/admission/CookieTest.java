package io.bailiwick.router.admission;

import static io.bailiwick.router.admission.Claims.claim;
import static io.bailiwick.router.admission.Claims.withCookie;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.handshake.Decision.Refusal;
import io.bailiwick.router.message.Dict;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@Conforms(Feature.COOKIE)
class CookieTest {
    private final Claims.Clock clock = new Claims.Clock();
    private final Map<String, CookieTable.Remembered> kept = new HashMap<>();
    private final CookieStore store = new CookieStore() {
        @Override
        public Map<String, CookieTable.Remembered> load() {
            return Map.copyOf(kept);
        }

        @Override
        public void put(String cookieHash, CookieTable.Remembered remembered) {
            kept.put(cookieHash, remembered);
        }

        @Override
        public void remove(String cookieHash) {
            kept.remove(cookieHash);
        }
    };
    private final CookieTable table = table();
    private final CookieAuthenticator cookies = new CookieAuthenticator(table);

    private CookieTable table() {
        return new CookieTable(3, Duration.ofHours(1), clock, store);
    }

    private static Claim back(String cookie, String realm, String authid) {
        return claim(realm, authid, Dict.EMPTY, withCookie(cookie), "cookie");
    }

    private void login(String cookie, String authid, String method) {
        Claim claim = claim("realm1", authid, Dict.EMPTY, withCookie(cookie), method);
        cookies.proven(
                claim,
                new Admission("realm1", authid, "user", method, "static", Dict.of("shelf", 7L), Optional.empty()));
    }

    private boolean isKnown(String cookie) {
        Decision decision = Claims.decide(cookies, back(cookie, null, null));
        if (decision instanceof Refusal refusal) {
            assertEquals("wamp.error.no_matching_auth_method", refusal.reason());
            return false;
        }
        return true;
    }

    @Test
    void who_has_proven_a_login_comes_back_with_the_cookie_alone() {
        assertFalse(isKnown("c1"));
        login("c1", "joe", "wampcra");
        Admission admission = assertInstanceOf(Admission.class, Claims.decide(cookies, back("c1", null, null)));
        assertEquals("realm1", admission.realm());
        assertEquals("joe", admission.authid());
        assertEquals("user", admission.authrole());
        assertEquals("cookie", admission.authmethod());
        assertEquals("static", admission.authprovider());
        assertEquals(Dict.of("shelf", 7L), admission.authextra());
        assertEquals(Optional.empty(), admission.proof());
        assertEquals("wampcra", table.find("c1").orElseThrow().authmethod());
        assertFalse(isKnown("c2"));
    }

    @Test
    void who_asks_for_another_realm_or_name_or_does_not_offer_it_is_not_let_in_by_it() {
        login("c1", "joe", "wampcra");
        assertInstanceOf(Admission.class, Claims.decide(cookies, back("c1", "realm1", "joe")));
        assertInstanceOf(Refusal.class, Claims.decide(cookies, back("c1", "realm2", "joe")));
        assertInstanceOf(Refusal.class, Claims.decide(cookies, back("c1", "realm1", "ann")));
        assertInstanceOf(
                Refusal.class, Claims.decide(cookies, claim("realm1", "joe", Dict.EMPTY, withCookie("c1"), "ticket")));
        assertInstanceOf(Refusal.class, Claims.decide(cookies, claim("realm1", "joe", "cookie")));
    }

    @Test
    void what_is_no_login_is_not_remembered() {
        login("c1", "anonymous-1", "anonymous");
        login("c2", "joe", "cookie");
        assertFalse(isKnown("c1") || isKnown("c2"));
    }

    @Test
    void its_age_counts_from_the_login_and_not_from_its_use() {
        login("c1", "joe", "wampcra");
        clock.passMillis(3_599_000);
        assertTrue(isKnown("c1"));
        login("c1", "joe", "cookie");
        clock.passMillis(1_000);
        assertFalse(isKnown("c1"));
        assertEquals(Map.of(), kept);
    }

    @Test
    void a_logout_forgets_it() {
        login("c1", "joe", "wampcra");
        cookies.loggedOut(withCookie("c1"));
        assertFalse(isKnown("c1"));
        assertEquals(Map.of(), kept);
    }

    @Test
    void all_of_an_authid_can_be_revoked() {
        login("c1", "joe", "wampcra");
        login("c2", "joe", "ticket");
        login("c3", "ann", "ticket");
        assertEquals(2, table.revoke("joe"));
        assertFalse(isKnown("c1") || isKnown("c2"));
        assertTrue(isKnown("c3"));
        assertEquals(1, kept.size());
    }

    @Test
    void who_is_killed_in_one_realm_keeps_its_cookies_for_the_others() {
        login("c1", "joe", "wampcra");
        cookies.revoked("realm2", "joe");
        assertTrue(isKnown("c1"));
        cookies.revoked("realm1", "ann");
        assertTrue(isKnown("c1"));
        cookies.revoked("realm1", "joe");
        assertFalse(isKnown("c1"));
        assertEquals(Map.of(), kept);
    }

    @Test
    void only_so_many_are_remembered() {
        for (int i = 0; i < 5; i++) {
            login("c" + i, "joe" + i, "ticket");
        }
        assertFalse(isKnown("c0") || isKnown("c1"));
        assertTrue(isKnown("c2") && isKnown("c3") && isKnown("c4"));
        assertEquals(3, kept.size());
    }

    @Test
    void a_later_login_takes_the_cookie_over() {
        login("c1", "joe", "ticket");
        login("c1", "ann", "ticket");
        assertEquals("ann", table.find("c1").orElseThrow().authid());
    }

    @Test
    void they_outlive_a_restart_and_none_stands_in_the_store() {
        login("c1", "joe", "wampcra");
        assertEquals("joe", table().find("c1").orElseThrow().authid());
        assertTrue(kept.keySet().stream().allMatch(hash -> hash.matches("[0-9a-f]{64}")));
        clock.passMillis(3_600_000);
        assertTrue(table().find("c1").isEmpty());
        assertEquals(Map.of(), kept);
    }
}
