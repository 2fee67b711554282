package io.bailiwick.router.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.JoinRefusedException;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.standalone.config.RouterOptions;
import io.bailiwick.router.transport.Endpoint;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the cookies and tickets of those whose sessions are killed, over sockets of a router with a file. */
@Conforms({Feature.SESSION_META_API, Feature.COOKIE, Feature.TICKET})
class KillTest {
    private static final Login TICKET = new Login.Ticket("a chosen ticket");

    @TempDir
    Path directory;

    private Ground ground;
    private String hash;

    @BeforeEach
    void ground() {
        ground = new Ground(directory);
        hash = Ground.fed("a chosen ticket", "router", "secret", "ticket").out().strip();
    }

    @AfterEach
    void leave() {
        ground.close();
    }

    /** Two realms with the same people; in the first, a kill revokes what the setting says. */
    private RouterOptions options(String setting) throws Exception {
        String roles = """
                    roles:
                      - name: any
                        rules: [{uri: "", match: prefix, allow: [call]}]
                    principals:
                      - {authid: alice, role: any, HASH, wampcra: {secret: other}}
                      - {authid: boss, role: any, HASH}
                """.replace("HASH", hash);
        return RouterOptions.load(ground.write(String.join(
                "\n",
                "listeners:",
                "  - name: web",
                "    endpoint: tcp://127.0.0.1:0",
                "    cookie: {name: marked}",
                "    bridges: [{realm: shop, call_path: /call, tickets: true}]",
                "authentication: {cookies: {}}",
                "realms:",
                "  - name: shop",
                setting.isEmpty() ? "" : "    kill_revokes: " + setting,
                roles,
                "  - name: plant",
                roles)));
    }

    private static Endpoint web(StandaloneRouter router) {
        return router.endpoints().get("web");
    }

    private void killsAlice(StandaloneRouter router, String procedure, Object... arguments) throws Exception {
        try (ClientSession boss = ground.join(web(router), "shop", "boss", new Login.Ticket("a chosen ticket"))) {
            boss.call(procedure, arguments).get(10, TimeUnit.SECONDS);
        }
    }

    private String refusal(StandaloneRouter router, Login login) {
        return String.valueOf(
                assertThrows(JoinRefusedException.class, () -> ground.join(web(router), "shop", "alice", login))
                        .getMessage());
    }

    private void isLetIn(StandaloneRouter router, String realm, Login login) throws Exception {
        ground.join(web(router), realm, "alice", login).close();
    }

    @Test
    void a_kill_takes_the_ticket_of_that_authid_in_that_realm_until_the_file_is_read_again() throws Exception {
        RouterOptions options = options("");
        try (StandaloneRouter router = StandaloneRouter.start(options)) {
            ClientSession alice = ground.join(web(router), "shop", "alice", TICKET);
            killsAlice(router, "wamp.session.kill", alice.id());
            assertEquals(
                    "wamp.close.killed",
                    alice.closed().get(10, TimeUnit.SECONDS).reason());
            assertEquals(refusal(router, new Login.Ticket("a wrong ticket")), refusal(router, TICKET));
            isLetIn(router, "plant", TICKET);
            isLetIn(router, "shop", new Login.WampCra("other"));
            router.reload(options);
            isLetIn(router, "shop", TICKET);
            killsAlice(router, "wamp.session.kill_by_authid", "alice");
            refusal(router, TICKET);
        }
    }

    @Test
    void a_realm_may_keep_tickets_out_of_it() throws Exception {
        try (StandaloneRouter router = StandaloneRouter.start(options("[cookies]"))) {
            killsAlice(router, "wamp.session.kill_by_authid", "alice");
            isLetIn(router, "shop", TICKET);
        }
    }

    @Test
    void the_session_that_a_bridge_keeps_for_a_ticket_does_not_come_back() throws Exception {
        RouterOptions options = options("[tickets]");
        try (StandaloneRouter router = StandaloneRouter.start(options)) {
            assertEquals(200, bridged(router));
            killsAlice(router, "wamp.session.kill_by_authrole", "any");
            assertEquals(401, bridged(router));
            router.reload(options);
            assertEquals(200, bridged(router));
        }
    }

    private static int bridged(StandaloneRouter router) throws Exception {
        String credentials =
                Base64.getEncoder().encodeToString("alice:a chosen ticket".getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + web(router).port() + "/call"))
                .header("Content-Type", "application/json")
                .header("Authorization", "Basic " + credentials)
                .POST(HttpRequest.BodyPublishers.ofString("{\"procedure\": \"wamp.session.count\"}"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** A WebSocket of a browser, which keeps its cookies. */
    private static final class Browser implements WebSocket.Listener {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                heard.add(text.toString());
                text.setLength(0);
            }
            return WebSocket.Listener.super.onText(socket, data, last);
        }
    }

    /** The types of the two messages that come for a HELLO with cookie and ticket, and for the ticket where it is asked. */
    private static String login(StandaloneRouter router, CookieManager cookies) throws Exception {
        Browser browser = new Browser();
        WebSocket socket = HttpClient.newBuilder()
                .cookieHandler(cookies)
                .build()
                .newWebSocketBuilder()
                .subprotocols("wamp.2.json")
                .buildAsync(URI.create("ws://127.0.0.1:" + web(router).port() + "/ws"), browser)
                .get(10, TimeUnit.SECONDS);
        socket.sendText(
                        "[1,\"shop\",{\"roles\":{\"caller\":{}},\"authid\":\"alice\","
                                + "\"authmethods\":[\"cookie\",\"ticket\"]}]",
                        true)
                .get(10, TimeUnit.SECONDS);
        String first = type(browser.heard.poll(10, TimeUnit.SECONDS));
        if (first.equals("2")) {
            return "by cookie";
        }
        socket.sendText("[5,\"a chosen ticket\",{}]", true).get(10, TimeUnit.SECONDS);
        return type(browser.heard.poll(10, TimeUnit.SECONDS)).equals("2") ? "by ticket" : "refused";
    }

    private static String type(String message) {
        return message.substring(1, message.indexOf(','));
    }

    @Test
    void cookies_and_tickets_are_revoked_or_kept_each_as_the_realm_says() throws Exception {
        for (String setting : new String[] {"[cookies, tickets]", "[cookies]", "[tickets]", "[]"}) {
            try (StandaloneRouter router = StandaloneRouter.start(options(setting))) {
                CookieManager cookies = new CookieManager();
                assertEquals("by ticket", login(router, cookies));
                assertEquals("by cookie", login(router, cookies));
                killsAlice(router, "wamp.session.kill_by_authid", "alice");
                boolean cookie = setting.contains("cookies");
                boolean ticket = setting.contains("tickets");
                assertEquals(!cookie ? "by cookie" : ticket ? "refused" : "by ticket", login(router, cookies), setting);
            }
        }
    }

    @Test
    void a_setting_that_names_something_else_is_a_fault() throws Exception {
        assertTrue(assertThrows(Exception.class, () -> options("[passwords]"))
                .getMessage()
                .contains("cookies, tickets"));
    }
}
