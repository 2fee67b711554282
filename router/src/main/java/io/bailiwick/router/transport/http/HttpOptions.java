package io.bailiwick.router.transport.http;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a listener serves over HTTP besides the upgrade to WebSocket.
 *
 * @param routes what answers at which path; none of them at the path of another, of WebSocket or below that of long-poll
 * @param longPoll the long-poll transport, where it is served
 * @param cookie the cookie that is given to those who come by WebSocket or long-poll; empty for none
 * @param origins from which origins a browser may come
 * @param limits bounds and deadlines of requests
 * @param onlyHttp whether no RawSocket is served beside it
 */
public record HttpOptions(
        List<HttpRoute> routes,
        Optional<LongPoll> longPoll,
        Optional<Cookie> cookie,
        Origins origins,
        Limits limits,
        boolean onlyHttp) {

    /** No routes, no long-poll, no cookie, browsers from the same origin. */
    public static final HttpOptions DEFAULT =
            new HttpOptions(List.of(), Optional.empty(), Optional.empty(), Origins.SAME, Limits.DEFAULT, false);

    private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*");

    /**
     * Checks that no path is served twice.
     *
     * @throws IllegalArgumentException naming what was expected
     */
    public HttpOptions {
        routes = List.copyOf(routes);
        check(
                longPoll.isEmpty() || longPoll.get().hold().compareTo(limits.answerDeadline()) < 0,
                "a hold of long-poll shorter than answerDeadline",
                longPoll.map(LongPoll::hold));
        Set<String> paths = new HashSet<>();
        for (HttpRoute route : routes) {
            check(PATH.matcher(route.path()).matches(), "a path that starts with /", "'" + route.path() + "'");
            check(paths.add(route.path()), "one route for each path", "two for " + route.path());
            String path = route.path();
            check(
                    longPoll.isEmpty() || !path.startsWith(longPoll.get().path() + "/"),
                    "no route below the path of long-poll",
                    path);
        }
    }

    /** These options with other routes. */
    public HttpOptions withRoutes(List<HttpRoute> others) {
        return new HttpOptions(others, longPoll, cookie, origins, limits, onlyHttp);
    }

    /** These options with long-poll. */
    public HttpOptions withLongPoll(LongPoll served) {
        return new HttpOptions(routes, Optional.of(served), cookie, origins, limits, onlyHttp);
    }

    /** These options with a cookie. */
    public HttpOptions withCookie(Cookie given) {
        return new HttpOptions(routes, longPoll, Optional.of(given), origins, limits, onlyHttp);
    }

    /** These options with other origins. */
    public HttpOptions withOrigins(Origins allowed) {
        return new HttpOptions(routes, longPoll, cookie, allowed, limits, onlyHttp);
    }

    /** These options with other bounds and deadlines. */
    public HttpOptions withLimits(Limits others) {
        return new HttpOptions(routes, longPoll, cookie, origins, others, onlyHttp);
    }

    /** Routes and nothing else: for a listener of management. */
    public static HttpOptions only(List<HttpRoute> routes) {
        return new HttpOptions(routes, Optional.empty(), Optional.empty(), Origins.SAME, Limits.DEFAULT, true);
    }

    /**
     * The long-poll transport (WAMP, "HTTP Longpoll Transport").
     *
     * @param path the base: {@code <path>/open} and so on
     * @param hold how long a receive waits for a message
     * @param idle how long a peer may stay away before its link is closed; longer than {@code hold}
     * @param maxTransports links of this listener at a time; 503 to more
     */
    public record LongPoll(String path, Duration hold, Duration idle, int maxTransports) {
        private static final int DEFAULT_TRANSPORTS = 4_096;

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException naming what was expected
         */
        public LongPoll {
            check(PATH.matcher(path).matches() && !path.endsWith("/"), "a path without / at its end", "'" + path + "'");
            check(hold.toMillis() > 0, "hold above 0", hold);
            check(idle.compareTo(hold) > 0, "idle longer than hold", idle);
            check(maxTransports > 0, "maxTransports above 0", maxTransports);
        }

        /** Held for 10 s, closed after 30 s, 4,096 links. */
        public static LongPoll at(String path) {
            return new LongPoll(path, Duration.ofSeconds(10), Duration.ofSeconds(30), DEFAULT_TRANSPORTS);
        }
    }

    /**
     * The cookie of a listener: HttpOnly, SameSite=Lax, Path=/, over TLS Secure.
     *
     * @param name its name
     * @param maxAge how long a browser keeps it
     */
    public record Cookie(String name, Duration maxAge) {
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException naming what was expected
         */
        public Cookie {
            check(NAME.matcher(name).matches(), "a cookie name of letters, digits, _ and -", "'" + name + "'");
            check(maxAge.toSeconds() > 0, "a maxAge of at least a second", maxAge);
        }
    }

    /**
     * Bounds and deadlines of requests. For the first request of a connection the listener's own deadline holds.
     *
     * @param maxLine bytes of a request line; 414 to more
     * @param maxHeaders bytes of all headers; 431 to more
     * @param maxBodies bytes of all bodies of this listener that are read or answered at a time; 503 to more
     * @param requestDeadline from the end of the headers to the end of the body
     * @param answerDeadline how long a route may take; 504 after that
     * @param idle how long a connection may wait between two requests, the headers of the second included
     */
    public record Limits(
            int maxLine,
            int maxHeaders,
            long maxBodies,
            Duration requestDeadline,
            Duration answerDeadline,
            Duration idle) {

        /** 4 KiB, 8 KiB, 64 MiB, 10 s, 60 s, 30 s. */
        public static final Limits DEFAULT = new Limits(
                4_096, 8_192, 64L << 20, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(30));

        /**
         * Checks the bounds.
         *
         * @throws IllegalArgumentException naming what was expected
         */
        public Limits {
            check(maxLine > 0, "maxLine above 0", maxLine);
            check(maxHeaders > 0, "maxHeaders above 0", maxHeaders);
            check(maxBodies > 0, "maxBodies above 0", maxBodies);
            check(requestDeadline.toMillis() > 0, "requestDeadline above 0", requestDeadline);
            check(answerDeadline.toMillis() > 0, "answerDeadline above 0", answerDeadline);
            check(idle.toMillis() > 0, "idle above 0", idle);
        }
    }

    private static void check(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("http: expected " + expected + ", but found " + found);
        }
    }
}
