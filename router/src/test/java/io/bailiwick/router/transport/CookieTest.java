package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.transport.http.HttpOptions;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The cookie of a listener: who comes without it is given one, and the link knows it. */
@Conforms(Feature.COOKIE)
class CookieTest {
    private static final Pattern SET =
            Pattern.compile("set-cookie: wamp=([a-z0-9_-]{32}); (.*)\r\n", Pattern.CASE_INSENSITIVE);

    private static Site site(HttpOptions http) throws Exception {
        return new Site(Site.options("tcp://127.0.0.1:0", Site.QUICK).withHttp(http), Recorder::new);
    }

    private static Site site() throws Exception {
        return site(HttpOptions.DEFAULT
                .withCookie(new HttpOptions.Cookie("wamp", Duration.ofHours(1)))
                .withLongPoll(HttpOptions.LongPoll.at("/lp")));
    }

    private static String upgrade(Site site, String header) throws Exception {
        try (RawPeer peer = site.raw()) {
            peer.sayText(RawPeer.upgrade("wamp.2.json").replace("Host: localhost", "Host: localhost" + header));
            return peer.hearHead();
        }
    }

    @Test
    void who_upgrades_without_a_cookie_is_given_one_nobody_can_guess() throws Exception {
        try (Site site = site()) {
            Matcher set = SET.matcher(upgrade(site, ""));
            assertTrue(set.find());
            assertEquals("Max-Age=3600; Path=/; HttpOnly; SameSite=Lax", set.group(2));
            assertEquals(Optional.of(set.group(1)), site.next().link().peer().cookie());
            Matcher other = SET.matcher(upgrade(site, ""));
            assertTrue(other.find());
            assertNotEquals(set.group(1), other.group(1));
        }
    }

    @Test
    void a_cookie_that_is_carried_is_kept() throws Exception {
        try (Site site = site()) {
            Matcher set = SET.matcher(upgrade(site, ""));
            assertTrue(set.find());
            site.next();
            String again = upgrade(site, "\r\nCookie: other=1; wamp=" + set.group(1));
            assertFalse(again.toLowerCase(Locale.ROOT).contains("set-cookie"));
            assertEquals(Optional.of(set.group(1)), site.next().link().peer().cookie());
        }
    }

    @Test
    void a_cookie_that_is_not_ours_or_there_twice_is_replaced() throws Exception {
        try (Site site = site()) {
            assertTrue(SET.matcher(upgrade(site, "\r\nCookie: wamp=short")).find());
            String value = "A".repeat(32);
            String twice = "\r\nCookie: wamp=" + value + "; wamp=" + "B".repeat(32);
            assertTrue(SET.matcher(upgrade(site, twice)).find());
        }
    }

    @Test
    void long_poll_gives_it_too() throws Exception {
        try (Site site = site()) {
            HttpResponse<byte[]> opened = new PollClient(site.port()).post("open", "{\"protocols\":[\"wamp.2.json\"]}");
            String set = opened.headers().firstValue("Set-Cookie").orElseThrow();
            assertEquals(
                    Optional.of(set.substring(5, 37)), site.next().link().peer().cookie());
        }
    }

    @Test
    void without_the_option_there_is_none() throws Exception {
        try (Site site = site(HttpOptions.DEFAULT)) {
            assertFalse(upgrade(site, "\r\nCookie: wamp=" + "A".repeat(32))
                    .toLowerCase(Locale.ROOT)
                    .contains("set-cookie"));
            assertEquals(Optional.empty(), site.next().link().peer().cookie());
        }
    }
}
