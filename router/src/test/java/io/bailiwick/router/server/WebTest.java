package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import io.bailiwick.router.transport.http.HttpOptions;
import io.bailiwick.router.transport.http.HttpRoute;
import io.bailiwick.router.web.Bridge;
import io.bailiwick.router.web.BridgeOptions;
import io.bailiwick.router.web.StatusRoute;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a whole router answers over HTTP. */
class WebTest {
    private static final StatusRoute.Info INFO = new StatusRoute.Info("shelf 7", "1.2.3", true);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private RunningRouter running;
    private Bridge bridge;
    private Network.Listening listening;
    private Network.Listening management;

    @BeforeEach
    void start() throws Exception {
        running = new RunningRouter();
        bridge = new Bridge(
                new BridgeOptions(
                        RunningRouter.REALM,
                        Optional.of("/publish"),
                        Optional.of("/call"),
                        BridgeOptions.Access.ANONYMOUS,
                        BridgeOptions.Bounds.DEFAULT),
                running.router.entrance(),
                running.network.loop());
        List<HttpRoute> routes = new ArrayList<>(bridge.routes());
        listening = running.router.listen(options("web", "/ws")
                .withHttp(HttpOptions.DEFAULT.withRoutes(routes).withLongPoll(HttpOptions.LongPoll.at("/lp"))));
        management = running.router.listen(
                options("management", "").withHttp(HttpOptions.only(running.router.statusRoutes(INFO))));
    }

    @AfterEach
    void stop() throws Exception {
        bridge.close();
        running.close();
    }

    private static ListenerOptions options(String name, String webSocketPath) {
        return new ListenerOptions(
                name,
                Endpoint.of("tcp://127.0.0.1:0"),
                webSocketPath,
                Optional.empty(),
                ListenerOptions.Limits.DEFAULT);
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + listening.endpoint().port() + path))
                        .timeout(Duration.ofSeconds(10))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(Network.Listening from, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + from.endpoint().port() + path))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    @Conforms(Feature.HTTP_BRIDGES)
    void a_call_over_http_reaches_the_router() throws Exception {
        HttpResponse<String> count = post("/call", "{\"procedure\":\"wamp.session.count\"}");
        assertEquals("{\"args\":[1],\"kwargs\":{}}", count.body());
        assertEquals(200, count.statusCode());
        HttpResponse<String> none = post("/call", "{\"procedure\":\"com.example.none\"}");
        assertEquals(404, none.statusCode());
        assertTrue(none.body().startsWith("{\"error\":\"wamp.error.no_such_procedure\""), none.body());
        assertTrue(post("/publish", "{\"topic\":\"com.example.t\",\"args\":[1]}")
                .body()
                .startsWith("{\"id\":"));
        assertEquals(400, post("/publish", "{\"topic\":\"not a uri\"}").statusCode());
    }

    @Test
    @Conforms(Feature.LONG_POLL)
    void a_session_over_long_poll_calls_and_leaves() throws Exception {
        String opened = post("/lp/open", "{\"protocols\":[\"wamp.2.json\"]}").body();
        String transport = opened.replaceAll(".*\"transport\":\"([^\"]*)\".*", "$1");
        String base = "/lp/" + transport;
        String hello = "[1,\"" + RunningRouter.REALM + "\",{\"roles\":{\"caller\":{}}}]";
        assertEquals(204, post(base + "/send", hello).statusCode());
        assertTrue(post(base + "/receive", "").body().startsWith("[2,"));
        post(base + "/send", "[48,1,{},\"wamp.session.count\"]");
        assertEquals("[50,1,{},[1]]", post(base + "/receive", "").body());
        post(base + "/send", "[6,{},\"wamp.close.normal\"]");
        assertTrue(post(base + "/receive", "").body().startsWith("[6,"));
        assertEquals(204, post(base + "/send", hello).statusCode());
        assertTrue(post(base + "/receive", "").body().startsWith("[2,"), "another session on the same transport");
        post(base + "/close", "");
        assertEquals(404, post(base + "/receive", "").statusCode());
    }

    @Test
    @Conforms(Feature.HEALTH_AND_METRICS)
    void a_router_with_realm_and_listener_is_alive_and_ready() throws Exception {
        assertEquals("ok\n", get(management, "/livez").body());
        assertEquals("ok\n", get(management, "/readyz").body());
        listening.close();
        running.router.closeRealm(RunningRouter.REALM).join();
        HttpResponse<String> unready = get(management, "/readyz");
        assertEquals(503, unready.statusCode());
        assertTrue(unready.body().contains("no realm is open"), unready.body());
        assertEquals(200, get(management, "/livez").statusCode());
    }

    @Test
    @Conforms(Feature.HEALTH_AND_METRICS)
    void information_names_router_and_listeners() throws Exception {
        String info = get(management, "/info").body();
        assertTrue(info.startsWith("{\"name\":\"shelf 7\",\"version\":\"1.2.3\",\"uptime\":"), info);
        assertTrue(
                info.contains(
                        "\"web\":\"tcp://127.0.0.1:" + listening.endpoint().port() + "\""),
                info);
    }

    @Test
    @Conforms(Feature.HEALTH_AND_METRICS)
    void metrics_tell_of_sessions_messages_and_refusals() throws Exception {
        ClientSession session = running.join(
                running.way("ws://127.0.0.1:" + listening.endpoint().port() + "/ws", Format.CBOR)
                        .connector());
        post("/call", "{\"procedure\":\"wamp.session.count\"}");
        String metrics = get(management, "/metrics").body();
        assertMetric(metrics, "bailiwick_sessions{realm=\"" + RunningRouter.REALM + "\"} 2.0");
        assertMetric(metrics, "bailiwick_messages_total{direction=\"in\",type=\"CALL\"} 1.0");
        assertMetric(metrics, "bailiwick_messages_total{direction=\"out\",type=\"WELCOME\"} 2.0");
        assertMetric(metrics, "bailiwick_handshakes_total{outcome=\"joined\"} 2.0");
        assertMetric(metrics, "bailiwick_connections_open{kind=\"websocket\"} 1.0");
        assertMetric(metrics, "bailiwick_http_answers_total{status=\"200\"} 1.0");
        assertMetric(metrics, "bailiwick_realm_happenings_total{what=\"session_joined\"} 2.0");
        assertMetric(metrics, "bailiwick_connections_refused_total{reason=\"rate_of_address\"} 0.0");
        assertFalse(metrics.contains("bailiwick_network_bytes_total{direction=\"in\"} 0.0"), metrics);
        session.close();
    }

    private static void assertMetric(String metrics, String line) {
        assertTrue(metrics.lines().anyMatch(line::equals), () -> "expected " + line + " in\n" + metrics);
    }

    @Test
    void management_is_not_on_the_public_listener() throws Exception {
        for (String path : List.of("/livez", "/readyz", "/metrics", "/info")) {
            assertEquals(404, get(listening, path).statusCode());
        }
    }
}
