package io.bailiwick.router.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Event;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.client.JoinRefusedException;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.standalone.config.RouterOptions;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.tls.ConnectorTls;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file switches on besides realms: pages, bridges, webhooks, and procedures that decide. */
class ServicesTest {
    private static final String FILE = """
            management: {endpoint: "tcp://127.0.0.1:0"}
            history: events
            listeners:
              - name: web
                endpoint: tcp://127.0.0.1:0
                bridges: [{realm: shop, publish_path: /publish, anonymous: true}]
                webhooks: [{path: /hook, realm: shop, topic: com.shop.hook, authid: hook, role: any}]
            templates:
              - name: open
                anonymous: any
                request_ids: strict
                roles:
                  - name: any
                    rules:
                      - {uri: "", match: prefix, allow: [call, register, publish, subscribe]}
                      - {uri: com.shop.vault, allow: [call, register], authorizer: com.shop.decide}
                      - {uri: com.shop.decide, allow: [register]}
                  - name: member
                    rules: [{uri: "", match: prefix, allow: [call]}]
            realms:
              - {name: shop, template: open, history: [{topic: com.shop.kept}]}
              - {name: club, template: open, uri_rule: strict}
            authentication:
              dynamic:
                - {name: members, realm: shop, procedure: com.shop.who, methods: [ticket]}""";

    @TempDir
    Path directory;

    private Ground ground;
    private StandaloneRouter router;

    @BeforeEach
    void start() throws Exception {
        ground = new Ground(directory);
        router = StandaloneRouter.start(RouterOptions.load(ground.write(FILE)));
    }

    @AfterEach
    void leave() {
        router.close();
        ground.close();
    }

    private Endpoint web() {
        return router.endpoints().get("web");
    }

    private ClientSession anyone(String realm) throws Exception {
        return ground.join(web(), realm, null, new Login.Anonymous());
    }

    private static HttpResponse<String> send(Endpoint to, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to.port() + path))
                .header("Content-Type", "application/json");
        request = body.isEmpty() ? request.GET() : request.POST(HttpRequest.BodyPublishers.ofString(body));
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void those_who_watch_have_a_port_of_their_own() throws Exception {
        Endpoint management = router.endpoints().get("management");
        assertEquals(200, send(management, "/livez", "").statusCode());
        assertEquals(200, send(management, "/readyz", "").statusCode());
        assertTrue(send(management, "/metrics", "").body().contains("shop"));
        assertTrue(send(management, "/info", "").body().contains("Bailiwick"));
        assertEquals(404, send(web(), "/metrics", "").statusCode());
    }

    @Test
    void bridges_and_webhooks_publish() throws Exception {
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        try (ClientSession session = anyone("shop")) {
            session.subscribe("com.shop.sold", MatchPolicy.EXACT, events::add).get(5, TimeUnit.SECONDS);
            session.subscribe("com.shop.hook", MatchPolicy.EXACT, events::add).get(5, TimeUnit.SECONDS);
            assertEquals(
                    200,
                    send(web(), "/publish", "{\"topic\": \"com.shop.sold\", \"args\": [1]}")
                            .statusCode());
            assertEquals("com.shop.sold", events.poll(5, TimeUnit.SECONDS).topic());
            assertEquals(204, send(web(), "/hook", "{}").statusCode());
            assertEquals("com.shop.hook", events.poll(5, TimeUnit.SECONDS).topic());
        }
    }

    @Test
    void a_procedure_says_who_somebody_is() throws Exception {
        try (ClientSession decider = anyone("shop")) {
            decider.register(
                            "com.shop.who",
                            Dict.EMPTY,
                            call -> CompletableFuture.completedFuture(Arguments.of(new Object[] {
                                Map.of(
                                        "realm",
                                        "club",
                                        "role",
                                        "member",
                                        "ticket",
                                        "of " + call.arguments().list().get(1))
                            })))
                    .get(5, TimeUnit.SECONDS);
            try (ClientSession bob = ground.join(web(), "club", "bob", new Login.Ticket("of bob"))) {
                assertEquals("member", bob.authrole());
            }
            assertThrows(
                    JoinRefusedException.class, () -> ground.join(web(), "club", "bob", new Login.Ticket("of carol")));
        }
    }

    @Test
    void a_stranger_whose_hello_is_too_deep_to_ask_about_sees_what_a_wrong_ticket_sees() throws Exception {
        Object deep = List.of();
        for (int i = 0; i < 60; i++) {
            deep = List.of(deep);
        }
        Dict extra = Dict.of("deep", deep);
        try (ClientSession decider = anyone("shop")) {
            decider.register(
                            "com.shop.who",
                            Dict.EMPTY,
                            call -> CompletableFuture.completedFuture(
                                    Arguments.of(new Object[] {Map.of("role", "member", "ticket", "right")})))
                    .get(5, TimeUnit.SECONDS);
            JoinRefusedException wrong = assertThrows(
                    JoinRefusedException.class, () -> ground.join(web(), "club", "bob", new Login.Ticket("wrong")));
            Identity stranger = new Identity("club", "bob", null, new Login.Ticket("any"), extra);
            JoinRefusedException refused = assertThrows(
                    JoinRefusedException.class,
                    () -> ground.join(web(), ConnectorTls.trusting(Optional.empty()), stranger));
            assertEquals(wrong.getMessage(), refused.getMessage());
        }
    }

    @Test
    void a_procedure_decides_where_a_rule_says_so() throws Exception {
        try (ClientSession decider = anyone("shop");
                ClientSession caller = anyone("shop")) {
            decider.register(
                            "com.shop.decide",
                            Dict.EMPTY,
                            call -> CompletableFuture.completedFuture(
                                    Arguments.of(call.arguments().list().get(2).equals("register"))))
                    .get(5, TimeUnit.SECONDS);
            decider.register(
                            "com.shop.vault",
                            Dict.EMPTY,
                            call -> CompletableFuture.completedFuture(Arguments.of(new Object[] {"gold"})))
                    .get(5, TimeUnit.SECONDS);
            ExecutionException refused = assertThrows(ExecutionException.class, () -> caller.call("com.shop.vault")
                    .get(10, TimeUnit.SECONDS));
            assertEquals(
                    "wamp.error.not_authorized",
                    refused.getCause() instanceof ApplicationError error ? error.uri() : "");
        }
    }
}
