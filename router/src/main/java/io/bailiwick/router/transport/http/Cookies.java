package io.bailiwick.router.transport.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The cookie of a listener: read from requests, and made for those who have none. */
final class Cookies {
    private static final int OCTETS = 24;
    /** What we give: anything else under the name is not ours. */
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{32}");

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Optional<HttpOptions.Cookie> options;

    Cookies(Optional<HttpOptions.Cookie> options) {
        this.options = options;
    }

    /** Whether there is a cookie at all. */
    boolean areGiven() {
        return options.isPresent();
    }

    /** The value that a request carries. Two of the name are none: nobody knows which is ours. */
    Optional<String> carriedBy(HttpHeaders headers) {
        if (options.isEmpty()) {
            return Optional.empty();
        }
        String name = options.get().name();
        List<String> values = headers.getAll(HttpHeaderNames.COOKIE).stream()
                .flatMap(header -> ServerCookieDecoder.STRICT.decodeAll(header).stream())
                .filter(cookie -> cookie.name().equals(name))
                .map(Cookie::value)
                .toList();
        return values.size() == 1 && VALUE.matcher(values.get(0)).matches()
                ? Optional.of(values.get(0))
                : Optional.empty();
    }

    /** A value of 192 random bits, in base64url. */
    static String newValue() {
        byte[] octets = new byte[OCTETS];
        RANDOM.nextBytes(octets);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }

    /** The Set-Cookie header that gives a value. */
    String header(String value, boolean tls) {
        HttpOptions.Cookie cookie = options.orElseThrow();
        return cookie.name() + "=" + value + "; Max-Age=" + cookie.maxAge().toSeconds()
                + "; Path=/; HttpOnly; SameSite=Lax" + (tls ? "; Secure" : "");
    }
}
