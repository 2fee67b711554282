package io.bailiwick.router.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.transport.http.HttpRoute;
import io.bailiwick.router.transport.http.HttpRoute.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP bridges: one identity for each caller, proven by the handshake of WAMP. */
@Conforms(Feature.HTTP_BRIDGES)
class BridgeTest {
    private static final Peer PEER = new Peer("web", "tcp:192.0.2.1:4000", Optional.empty(), true);
    private static final BridgeOptions.Signed SIGNED =
            new BridgeOptions.Signed("backend", "very secret", "backend", "publisher", Duration.ofSeconds(60));

    private final TicketRouter router = new TicketRouter();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<Bridge> bridges = new ArrayList<>();

    @AfterEach
    void close() {
        bridges.forEach(Bridge::close);
        timer.shutdownNow();
        router.close();
    }

    private Bridge bridge(BridgeOptions.Access access, BridgeOptions.Bounds bounds) {
        Bridge bridge = new Bridge(
                new BridgeOptions("realm1", Optional.of("/publish"), Optional.of("/call"), access, bounds),
                router,
                timer);
        bridges.add(bridge);
        return bridge;
    }

    private Bridge bridge(BridgeOptions.Access access) {
        return bridge(access, BridgeOptions.Bounds.DEFAULT);
    }

    private static HttpRoute.Request request(
            String path, String body, Map<String, String> headers, Map<String, String> query) {
        Map<String, List<String>> manyHeaders = new HashMap<>();
        headers.forEach((name, value) -> manyHeaders.put(name, List.of(value)));
        Map<String, List<String>> manyQuery = new HashMap<>();
        query.forEach((name, value) -> manyQuery.put(name, List.of(value)));
        return new HttpRoute.Request("POST", path, manyQuery, manyHeaders, body.getBytes(StandardCharsets.UTF_8), PEER);
    }

    private static CompletableFuture<Reply> start(Bridge bridge, HttpRoute.Request request) {
        return bridge.routes().stream()
                .filter(route -> route.path().equals(request.path()))
                .findFirst()
                .orElseThrow()
                .handle(request)
                .toCompletableFuture();
    }

    private static Reply post(Bridge bridge, String path, String body, Map<String, String> headers) throws Exception {
        return start(bridge, request(path, body, headers, Map.of())).get(10, TimeUnit.SECONDS);
    }

    private static Map<String, String> basic(String authid, String ticket) {
        return Map.of(
                "authorization",
                "Basic "
                        + Base64.getEncoder().encodeToString((authid + ":" + ticket).getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(Reply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    @Test
    void who_proves_his_ticket_publishes_as_himself() throws Exception {
        Bridge bridge = bridge(BridgeOptions.Access.TICKETS);
        Reply reply = post(
                bridge,
                "/publish",
                "{\"topic\":\"com.example.t\",\"args\":[1,null],\"kwargs\":{\"a\":true},\"options\":{\"exclude\":[7]}}",
                basic("alice", "ticket of alice"));
        assertEquals("{\"id\":4711}", text(reply));
        assertEquals(200, reply.status());
        assertEquals(List.of("alice"), router.joined);
        Message.Publish publish = assertInstanceOf(Message.Publish.class, router.requests.take());
        assertEquals("com.example.t", publish.topic());
        assertEquals(List.of(7L), publish.options().ids("exclude").orElseThrow());
        assertTrue(publish.options().flag("acknowledge", false));
        Arguments arguments = Payloads.decode(publish.payload());
        assertEquals(java.util.Arrays.asList(1L, null), arguments.list());
        assertEquals(Map.of("a", true), arguments.map());
    }

    @Test
    void a_bearer_ticket_comes_with_its_authid_beside_it() throws Exception {
        Reply reply = post(
                bridge(BridgeOptions.Access.TICKETS),
                "/call",
                "{\"procedure\":\"echo\",\"args\":[\"x\"]}",
                Map.of("authorization", "Bearer ticket of bob", "x-wamp-authid", "bob"));
        assertEquals("{\"args\":[\"x\"],\"kwargs\":{}}", text(reply));
        assertEquals(List.of("bob"), router.joined);
    }

    @Test
    void a_wrong_ticket_is_answered_with_401_and_asked_for_each_time() throws Exception {
        Bridge bridge = bridge(BridgeOptions.Access.TICKETS);
        for (int i = 0; i < 2; i++) {
            Reply reply = post(bridge, "/call", "{\"procedure\":\"echo\"}", basic("alice", "wrong"));
            assertEquals(401, reply.status());
            assertTrue(reply.headers().containsKey("WWW-Authenticate"));
            assertTrue(text(reply).contains("wamp.error.authentication_failed"), text(reply));
        }
        assertEquals(2, router.links.size());
        assertEquals(List.of(), router.joined);
    }

    @Test
    void a_thousand_requests_need_one_login() throws Exception {
        Bridge bridge = bridge(
                BridgeOptions.Access.TICKETS,
                new BridgeOptions.Bounds(
                        1_000, 0, 0, Duration.ofSeconds(5), 10, Duration.ofMinutes(1), Duration.ofMinutes(1)));
        List<CompletableFuture<Reply>> all = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            all.add(start(
                    bridge,
                    request("/publish", "{\"topic\":\"t" + i + "\"}", basic("alice", "ticket of alice"), Map.of())));
        }
        for (CompletableFuture<Reply> each : all) {
            assertEquals(200, each.get(10, TimeUnit.SECONDS).status());
        }
        assertEquals(List.of("alice"), router.joined);
        for (int i = 0; i < 1_000; i++) {
            assertEquals("t" + i, ((Message.Publish) router.requests.take()).topic());
        }
    }

    @Test
    void requests_that_wait_for_the_login_keep_their_order() throws Exception {
        Bridge bridge = bridge(BridgeOptions.Access.ANONYMOUS);
        CountDownLatch login = new CountDownLatch(1);
        router.pause(login);
        List<CompletableFuture<Reply>> all = new ArrayList<>();
        CompletableFuture<Reply> left =
                start(bridge, request("/call", "{\"procedure\":\"never\"}", Map.of(), Map.of()));
        for (int i = 0; i < 10; i++) {
            all.add(start(bridge, request("/publish", "{\"topic\":\"t" + i + "\"}", Map.of(), Map.of())));
        }
        left.cancel(false);
        login.countDown();
        for (CompletableFuture<Reply> each : all) {
            assertEquals(200, each.get(10, TimeUnit.SECONDS).status());
        }
        assertInstanceOf(Message.Call.class, router.requests.take());
        for (int i = 0; i < 10; i++) {
            assertEquals(
                    "t" + i,
                    assertInstanceOf(Message.Publish.class, router.requests.take())
                            .topic());
        }
        assertInstanceOf(Message.Cancel.class, router.requests.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void a_login_that_is_refused_answers_all_that_wait_for_it() throws Exception {
        Bridge bridge = bridge(BridgeOptions.Access.TICKETS);
        CountDownLatch login = new CountDownLatch(1);
        router.pause(login);
        List<CompletableFuture<Reply>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(start(bridge, request("/publish", "{\"topic\":\"t\"}", basic("alice", "wrong"), Map.of())));
        }
        login.countDown();
        for (CompletableFuture<Reply> each : all) {
            assertEquals(401, each.get(10, TimeUnit.SECONDS).status());
        }
        assertEquals(1, router.links.size());
        assertEquals(List.of(), List.copyOf(router.requests));
    }

    @Test
    void the_session_of_one_ticket_is_not_for_another() throws Exception {
        Bridge bridge = bridge(BridgeOptions.Access.TICKETS);
        post(bridge, "/call", "{\"procedure\":\"echo\"}", basic("alice", "ticket of alice"));
        assertEquals(
                401,
                post(bridge, "/call", "{\"procedure\":\"echo\"}", basic("alice", "x"))
                        .status());
        post(bridge, "/call", "{\"procedure\":\"echo\"}", basic("bob", "ticket of bob"));
        assertEquals(List.of("alice", "bob"), router.joined);
    }

    @Test
    void a_session_that_was_ended_is_opened_again() throws Exception {
        Bridge bridge = bridge(BridgeOptions.Access.TICKETS);
        assertEquals(
                400,
                post(bridge, "/call", "{\"procedure\":\"die\"}", basic("alice", "ticket of alice"))
                        .status());
        assertEquals(
                200,
                post(bridge, "/call", "{\"procedure\":\"echo\"}", basic("alice", "ticket of alice"))
                        .status());
        assertEquals(List.of("alice", "alice"), router.joined);
    }

    @Test
    void sessions_above_the_bound_leave() throws Exception {
        Bridge bridge = bridge(
                BridgeOptions.Access.TICKETS,
                new BridgeOptions.Bounds(
                        1_000, 0, 0, Duration.ofSeconds(5), 1, Duration.ofMinutes(1), Duration.ofMinutes(1)));
        for (String who : List.of("alice", "bob", "alice")) {
            assertEquals(
                    200,
                    post(bridge, "/call", "{\"procedure\":\"echo\"}", basic(who, "ticket of " + who))
                            .status());
        }
        assertEquals(List.of("alice", "bob", "alice"), router.joined);
        router.requests.take();
        assertInstanceOf(
                Message.Goodbye.class,
                router.requests.stream()
                        .filter(Message.Goodbye.class::isInstance)
                        .findFirst()
                        .orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "wamp.error.not_authorized, 403",
        "wamp.error.no_such_procedure, 404",
        "wamp.error.invalid_argument, 400",
        "wamp.error.runtime_error, 500",
        "wamp.error.timeout, 504",
        "wamp.error.payload_size_exceeded, 413",
        "com.example.sold_out, 422"
    })
    void an_error_has_its_uri_and_a_status_that_fits(String error, int status) throws Exception {
        Reply reply = post(
                bridge(BridgeOptions.Access.ANONYMOUS), "/call", "{\"procedure\":\"fail." + error + "\"}", Map.of());
        assertEquals(status, reply.status());
        assertEquals("{\"error\":\"" + error + "\",\"args\":[\"why\"],\"kwargs\":{}}", text(reply));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "[{\"procedure\":\"echo\"}]",
                "{\"procedure\":7}",
                "{}",
                "{\"procedure\":\"echo\",\"args\":{}}",
                "{\"procedure\":\"echo\",\"kwargs\":[]}",
                "{\"procedure\":\"echo\"},{}",
                "{\"procedure\":\"echo\"}],{\"a\":1}",
                "{\"procedure\":\"echo\",\"options\":{\"timeout\":\"x\"}}"
            })
    void what_is_no_request_is_answered_with_400_and_never_sent(String body) throws Exception {
        Reply reply = post(bridge(BridgeOptions.Access.ANONYMOUS), "/call", body, Map.of());
        assertEquals(400, reply.status(), text(reply));
        assertTrue(text(reply).contains("wamp.error.invalid_argument"), text(reply));
        assertEquals(List.of(), router.joined);
    }

    @Test
    void a_result_without_form_in_json_is_an_error() throws Exception {
        assertEquals(
                500,
                post(bridge(BridgeOptions.Access.ANONYMOUS), "/call", "{\"procedure\":\"float\"}", Map.of())
                        .status());
    }

    @Test
    void a_call_that_takes_too_long_is_cancelled() throws Exception {
        Bridge bridge = bridge(
                BridgeOptions.Access.ANONYMOUS,
                new BridgeOptions.Bounds(
                        1_000, 0, 0, Duration.ofMillis(100), 10, Duration.ofMinutes(1), Duration.ofMinutes(1)));
        Reply reply = post(bridge, "/call", "{\"procedure\":\"never\"}", Map.of());
        assertEquals(504, reply.status());
        assertInstanceOf(Message.Call.class, router.requests.take());
        assertInstanceOf(Message.Cancel.class, router.requests.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void a_call_whose_client_goes_away_is_cancelled() throws Exception {
        CompletableFuture<Reply> reply = start(
                bridge(BridgeOptions.Access.ANONYMOUS),
                request("/call", "{\"procedure\":\"never\"}", Map.of(), Map.of()));
        assertInstanceOf(Message.Call.class, router.requests.poll(10, TimeUnit.SECONDS));
        reply.cancel(false);
        assertInstanceOf(Message.Cancel.class, router.requests.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void without_credentials_one_is_anonymous_only_where_that_is_allowed() throws Exception {
        assertEquals(
                401,
                post(bridge(BridgeOptions.Access.TICKETS), "/call", "{\"procedure\":\"echo\"}", Map.of())
                        .status());
        assertEquals(
                200,
                post(bridge(BridgeOptions.Access.ANONYMOUS), "/call", "{\"procedure\":\"echo\"}", Map.of())
                        .status());
        assertEquals(List.of("anonymous at tcp:192.0.2.1"), router.joined);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic", "Basic !!!", "Basic bm9jb2xvbg==", "Bearer ", "Digest x", "Negotiate YQ=="})
    void credentials_that_are_none_are_answered_with_401(String header) throws Exception {
        BridgeOptions.Access all = new BridgeOptions.Access(true, true, Optional.empty());
        assertEquals(
                401,
                post(bridge(all), "/call", "{\"procedure\":\"echo\"}", Map.of("authorization", header))
                        .status());
        assertEquals(List.of(), router.joined);
    }

    @Test
    @Conforms(Feature.RATES)
    void an_address_that_comes_too_often_is_answered_with_429() throws Exception {
        Bridge bridge = bridge(
                BridgeOptions.Access.ANONYMOUS,
                new BridgeOptions.Bounds(
                        1_000, 1, 2, Duration.ofSeconds(5), 10, Duration.ofMinutes(1), Duration.ofMinutes(1)));
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            statuses.add(
                    post(bridge, "/call", "{\"procedure\":\"echo\"}", Map.of()).status());
        }
        assertEquals(List.of(200, 200, 429), statuses);
    }

    // Signed requests

    private static HttpRoute.Request signed(Instant time, String nonce, String body, String signedBody) {
        Map<String, String> query =
                new HashMap<>(Map.of("key", "backend", "timestamp", time.toString(), "seq", "1", "nonce", nonce));
        byte[] hmac = SignedRequests.hmac(
                "very secret",
                List.of(
                        "backend".getBytes(StandardCharsets.UTF_8),
                        time.toString().getBytes(StandardCharsets.UTF_8),
                        "1".getBytes(StandardCharsets.UTF_8),
                        nonce.getBytes(StandardCharsets.UTF_8),
                        signedBody.getBytes(StandardCharsets.UTF_8)));
        query.put("signature", Base64.getUrlEncoder().encodeToString(hmac));
        return request("/publish", body, Map.of(), query);
    }

    private Bridge signedBridge() {
        return bridge(new BridgeOptions.Access(false, false, Optional.of(SIGNED)));
    }

    private static int status(Bridge bridge, HttpRoute.Request request) throws Exception {
        return start(bridge, request).get(10, TimeUnit.SECONDS).status();
    }

    @Test
    void a_signed_request_publishes_as_the_owner_of_the_secret() throws Exception {
        String body = "{\"topic\":\"com.example.t\"}";
        assertEquals(200, status(signedBridge(), signed(Instant.now(), "1", body, body)));
        assertEquals(List.of("backend as publisher"), router.joined);
    }

    @Test
    void a_nonce_counts_once() throws Exception {
        Bridge bridge = signedBridge();
        String body = "{\"topic\":\"com.example.t\"}";
        HttpRoute.Request request = signed(Instant.now(), "5", body, body);
        assertEquals(200, status(bridge, request));
        assertEquals(401, status(bridge, request));
        assertEquals(200, status(bridge, signed(Instant.now(), "6", body, body)));
    }

    @Test
    void a_signature_covers_the_body_and_the_time() throws Exception {
        Bridge bridge = signedBridge();
        String body = "{\"topic\":\"com.example.t\"}";
        assertEquals(401, status(bridge, signed(Instant.now(), "1", body, body + " ")));
        assertEquals(401, status(bridge, signed(Instant.now().minusSeconds(61), "2", body, body)));
        assertEquals(401, status(bridge, signed(Instant.now().plusSeconds(70), "3", body, body)));
        HttpRoute.Request good = signed(Instant.now(), "4", body, body);
        Map<String, String> other = new HashMap<>();
        good.query().forEach((name, values) -> other.put(name, values.get(0)));
        other.put("timestamp", Instant.now().plusSeconds(1).toString());
        assertEquals(401, status(bridge, request("/publish", body, Map.of(), other)));
        other.remove("nonce");
        assertEquals(400, status(bridge, request("/publish", body, Map.of(), other)));
        assertEquals(List.of(), router.joined);
    }

    @Test
    void secrets_are_not_shown() {
        assertFalse(SIGNED.toString().contains("very secret"));
    }
}
