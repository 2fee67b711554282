package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.transport.http.HttpOptions;
import io.bailiwick.router.transport.http.HttpRoute.Reply;
import io.bailiwick.router.transport.http.Origins;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes beside WebSocket and RawSocket on one port, and the bounds of all requests. */
class HttpRouteTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final TextRoute echo = new TextRoute("/echo", false, "GET", "POST");
    private final TextRoute slow = new TextRoute("/slow", true, "GET");
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Site site;

    @BeforeEach
    void listen() throws Exception {
        site = site(HttpOptions.DEFAULT);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private Site site(HttpOptions http) throws Exception {
        return new Site(
                Site.options("tcp://127.0.0.1:0", Site.QUICK).withHttp(http.withRoutes(List.of(echo, slow))),
                Recorder::new);
    }

    private static HttpOptions.Limits limits(long bodies, int requestMillis, int answerMillis, int idleMillis) {
        return new HttpOptions.Limits(
                4_096,
                8_192,
                bodies,
                Duration.ofMillis(requestMillis),
                Duration.ofMillis(answerMillis),
                Duration.ofMillis(idleMillis));
    }

    private void listenWith(HttpOptions.Limits limits) throws Exception {
        site.close();
        site = site(HttpOptions.DEFAULT.withLimits(limits));
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + site.port() + path))
                .timeout(PATIENCE);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String raw(String request) throws Exception {
        try (RawPeer peer = site.raw().sayText(request)) {
            return new String(peer.hearAll(), StandardCharsets.UTF_8);
        }
    }

    /** The head of a request to the route that echoes. */
    private static String post(String headers) {
        return "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain; charset=UTF-8\r\n" + headers + "\r\n\r\n";
    }

    private static void assertStatus(int status, String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
    }

    @Test
    @Conforms(Feature.ONE_PORT)
    void one_port_serves_websocket_rawsocket_and_routes() throws Exception {
        assertEquals("GET of 0 bytes\n", send(to("/echo")).body());
        site.connect("ws", Format.JSON);
        assertEquals("test", site.next().link().peer().listener());
        site.connect("rs", Format.CBOR);
        assertEquals(Format.CBOR, site.next().link().peer().format().orElseThrow());
    }

    @Test
    void a_body_comes_whole_in_chunks_too() throws Exception {
        assertEquals(
                "POST of 5 bytes\n",
                send(to("/echo")
                                .header("Content-Type", "text/plain")
                                .POST(HttpRequest.BodyPublishers.ofString("12345")))
                        .body());
        String chunked =
                raw(post("Transfer-Encoding: chunked\r\nConnection: close") + "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
        assertTrue(chunked.endsWith("POST of 3 bytes\n"), chunked);
    }

    @Test
    void the_connection_is_kept_for_the_next_request() throws Exception {
        try (RawPeer peer = site.raw()) {
            for (int i = 0; i < 3; i++) {
                peer.sayText("GET /echo?n=" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
                assertStatus(200, peer.hearHead());
                assertEquals("GET of 0 bytes\n", new String(peer.hear(15), StandardCharsets.UTF_8));
            }
        }
        assertEquals("0", echo.requests.remove().parameter("n").orElseThrow());
    }

    @Test
    void head_is_answered_with_the_headers_of_get_alone() throws Exception {
        HttpResponse<String> head = send(to("/echo").method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertEquals(200, head.statusCode());
        assertEquals("15", head.headers().firstValue("Content-Length").orElseThrow());
        assertEquals("", head.body());
        // Nothing of a body may lie in the way of the next answer.
        assertEquals("GET of 0 bytes\n", send(to("/echo")).body());
    }

    @Test
    void options_tells_the_methods() throws Exception {
        HttpResponse<String> told = send(to("/echo").method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
        assertEquals(204, told.statusCode());
        assertEquals(
                "GET, HEAD, OPTIONS, POST", told.headers().firstValue("Allow").orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404|GET /none HTTP/1.1|",
                "404|GET /echo/ HTTP/1.1|",
                "405|DELETE /echo HTTP/1.1|",
                "405|POST /slow HTTP/1.1|",
                "505|GET /echo HTTP/1.0|",
                "400|GET /echo HTTP/1.1|Host: b",
                "400|GET /echo HTTP/1.1|Content-Length: 3",
                "400|GET /echo HTTP/1.1|Transfer-Encoding: chunked",
                "400|GET /echo?a=%zz HTTP/1.1|Connection: close",
                "413|POST /echo HTTP/1.1|Content-Type: text/plain;;Content-Length: 101",
                "415|POST /echo HTTP/1.1|Content-Type: text/html;;Content-Length: 1",
                "415|POST /echo HTTP/1.1|Content-Length: 1",
                "415|POST /echo HTTP/1.1|Content-Type: text/plain; charset=latin1;;Content-Length: 1",
                "415|POST /echo HTTP/1.1|Content-Type: text/plain;;Content-Encoding: gzip;;Content-Length: 1",
                "417|POST /echo HTTP/1.1|Content-Type: text/plain;;Content-Length: 1;;Expect: a miracle",
            })
    void what_is_not_in_order_gets_its_status_before_a_body_is_read(int status, String line, String headers)
            throws Exception {
        String more = headers == null ? "" : headers.replace(";;", "\r\n") + "\r\n";
        String answer = raw(line + "\r\nHost: a\r\n" + more + "\r\n");
        assertStatus(status, answer);
        assertTrue(answer.toLowerCase(Locale.ROOT).contains("connection: close\r\n"), answer);
        assertEquals(0, echo.requests.size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 4\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 4",
                "Content-Length: 4\r\nContent-Length: 5",
                "Content-Length: 4, 4",
                "Content-Length: +4",
                "Content-Length: 0x4",
                "Content-Length: -1",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding : chunked",
                "Transfer-Encoding:\u000bchunked",
                "Content Length: 4",
            })
    void a_body_whose_end_two_could_find_at_different_places_is_refused(String headers) throws Exception {
        String hidden = "0\r\n\r\nGET /echo HTTP/1.1\r\nHost: a\r\n\r\n";
        String answer =
                raw("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n" + headers + "\r\n\r\n" + hidden);
        assertTrue(answer.startsWith("HTTP/1.1 400 ") || answer.startsWith("HTTP/1.1 501 "), answer);
        assertEquals(1, answer.split("HTTP/1.1 [0-9]", -1).length - 1, answer);
        assertEquals(0, echo.requests.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: a, b", "Host: a/b", "Host:", "X: y"})
    void a_host_is_required(String header) throws Exception {
        assertStatus(400, raw("GET /echo HTTP/1.1\r\n" + header + "\r\n\r\n"));
    }

    @Test
    void chunks_above_the_bound_are_answered_with_413() throws Exception {
        String chunk = "20\r\n" + "x".repeat(32) + "\r\n";
        assertStatus(
                413,
                raw("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + chunk.repeat(4)));
    }

    @Test
    void lines_and_headers_have_bounds() throws Exception {
        assertStatus(414, raw("GET /echo?" + "x".repeat(5_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"));
        assertStatus(431, raw("GET /echo HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(3_000) + "\r\n"));
    }

    @Test
    void a_client_that_asks_is_told_to_go_on_with_its_body() throws Exception {
        try (RawPeer peer = site.raw()) {
            peer.sayText(post("Content-Length: 2\r\nExpect: 100-continue"));
            assertStatus(100, peer.hearHead());
            peer.sayText("ab");
            assertStatus(200, peer.hearHead());
        }
    }

    @Test
    void requests_behind_one_that_is_not_answered_are_thrown_away() throws Exception {
        try (RawPeer peer = site.raw()) {
            peer.sayText("GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
            CompletableFuture<Reply> reply = slow.open.poll(10, TimeUnit.SECONDS);
            reply.complete(Reply.text(200, "late"));
            String answer = new String(peer.hearAll(), StandardCharsets.UTF_8);
            assertTrue(answer.endsWith("late\n"), answer);
            assertTrue(answer.toLowerCase(Locale.ROOT).contains("connection: close"), answer);
            assertEquals(0, echo.requests.size());
        }
    }

    @Test
    void a_body_that_drips_is_answered_with_408() throws Exception {
        listenWith(limits(1 << 20, 300, 5_000, 5_000));
        try (RawPeer peer = site.raw()) {
            peer.sayText("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
            assertStatus(200, peer.hearHead());
            peer.hear(15);
            peer.sayText("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 50\r\n\r\nab");
            assertStatus(408, new String(peer.hearAll(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void a_connection_without_further_request_is_closed() throws Exception {
        listenWith(limits(1 << 20, 5_000, 5_000, 200));
        try (RawPeer peer = site.raw()) {
            peer.sayText("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
            String all = new String(peer.hearAll(), StandardCharsets.UTF_8);
            assertTrue(all.endsWith("GET of 0 bytes\n"), all);
        }
    }

    @Test
    void an_answer_that_does_not_come_is_answered_with_504() throws Exception {
        listenWith(limits(1 << 20, 5_000, 200, 5_000));
        assertEquals(504, send(to("/slow")).statusCode());
    }

    @Test
    void a_failed_route_is_answered_with_500_and_no_reason() throws Exception {
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(to("/slow").build(), HttpResponse.BodyHandlers.ofString());
        slow.open.poll(10, TimeUnit.SECONDS).completeExceptionally(new IllegalStateException("secret"));
        assertEquals(500, answer.get(10, TimeUnit.SECONDS).statusCode());
        assertFalse(answer.get().body().contains("secret"));
    }

    @Test
    void who_goes_away_cancels_his_request() throws Exception {
        RawPeer peer = site.raw().sayText("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        CompletableFuture<Reply> reply = slow.open.poll(10, TimeUnit.SECONDS);
        peer.hangUp();
        assertThrows(java.util.concurrent.CancellationException.class, () -> reply.get(10, TimeUnit.SECONDS));
    }

    @Test
    void all_bodies_together_have_a_bound() throws Exception {
        listenWith(limits(60, 5_000, 5_000, 5_000));
        try (RawPeer first = site.raw()) {
            String head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 50\r\n\r\n";
            first.sayText(head + "x".repeat(40));
            String refused = raw(head + "x".repeat(50));
            // Which of the two comes first is the network's matter: one has room, and not both.
            first.sayText("x".repeat(10));
            String other = refused.startsWith("HTTP/1.1 503") ? first.hearHead() : refused;
            assertStatus(200, other);
        }
        assertEquals(200, send(to("/echo")).statusCode());
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:PORT, 200",
        "https://127.0.0.1:PORT, 200",
        "http://evil.example, 403",
        "null, 403",
        "https://app.example.com, 200",
        "https://app.example.com:8443, 403",
        "https://example.com, 403",
        "https://a.evil.example/.example.com, 403"
    })
    void pages_of_other_sites_need_to_be_allowed(String origin, int status) throws Exception {
        site.close();
        site = site(HttpOptions.DEFAULT.withOrigins(Origins.of("https://*.example.com")));
        String from = origin.replace("PORT", String.valueOf(site.port()));
        HttpResponse<String> answer = send(to("/echo").header("Origin", from));
        assertEquals(status, answer.statusCode());
        assertEquals(
                status == 200 ? from : "",
                answer.headers().firstValue("Access-Control-Allow-Origin").orElse(""));
        assertEquals(status == 200 ? 101 : 403, upgradeFrom(from));
    }

    private int upgradeFrom(String origin) throws Exception {
        try (RawPeer peer = site.raw()) {
            peer.sayText(RawPeer.upgrade("wamp.2.json")
                    .replace("Host: localhost", "Host: 127.0.0.1:" + site.port() + "\r\nOrigin: " + origin));
            return Integer.parseInt(peer.hearHead().substring(9, 12));
        }
    }

    @Test
    void a_preflight_is_answered_for_allowed_origins() throws Exception {
        site.close();
        site = site(HttpOptions.DEFAULT.withOrigins(Origins.of("https://app.example.com")));
        HttpRequest.Builder ask = to("/echo")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Access-Control-Request-Method", "POST");
        HttpResponse<String> told = send(ask.copy().header("Origin", "https://app.example.com"));
        assertEquals(204, told.statusCode());
        assertTrue(told.headers()
                .firstValue("Access-Control-Allow-Methods")
                .orElse("")
                .contains("POST"));
        assertEquals("Origin", told.headers().firstValue("Vary").orElse(""));
        assertEquals(
                403, send(ask.copy().header("Origin", "https://evil.example")).statusCode());
    }

    @Test
    void a_listener_of_routes_alone_knows_no_rawsocket() throws Exception {
        try (Site management = new Site(
                new ListenerOptions(
                                "management",
                                Endpoint.of("tcp://127.0.0.1:0"),
                                "",
                                java.util.Optional.empty(),
                                Site.QUICK)
                        .withHttp(HttpOptions.only(List.of(echo))),
                Recorder::new)) {
            try (RawPeer peer = management.raw().sayHex("7ff10000")) {
                peer.assertClosedWithoutAWord();
            }
            try (RawPeer peer = management.raw().sayText("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n")) {
                assertStatus(200, peer.hearHead());
            }
        }
    }

    @Test
    void a_path_is_served_once() {
        assertThrows(
                IllegalArgumentException.class,
                () -> HttpOptions.DEFAULT.withRoutes(List.of(echo, new TextRoute("/echo", false, "GET"))));
        assertThrows(IllegalArgumentException.class, () -> Site.options("tcp://127.0.0.1:0", Site.QUICK)
                .withHttp(HttpOptions.DEFAULT.withRoutes(List.of(new TextRoute("/ws", false, "GET")))));
        assertThrows(IllegalArgumentException.class, () -> HttpOptions.DEFAULT
                .withLongPoll(HttpOptions.LongPoll.at("/lp"))
                .withRoutes(List.of(new TextRoute("/lp/open", false, "POST"))));
    }
}
