package io.bailiwick.router.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Closed;
import io.bailiwick.router.client.JoinRefusedException;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.credential.TicketHash;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.standalone.config.RouterOptions;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a router on its own makes of another file while it runs. */
class ReloadTest {
    private static final Closed CREDENTIAL_GONE =
            new Closed("wamp.close.auth-changed", "what this session logged in with is not valid any more");
    private static final Login TICKET = new Login.Ticket("one");

    private static final String FILE = """
            ROUTER
            listeners:
              - {name: plain, endpoint: "tcp://127.0.0.1:0", LISTENER}
              - name: encrypted
                endpoint: tls://127.0.0.1:0
                tls: {certificates: [{certificate: localhost.pem, key: localhost.key}], TLS}
            realms:
              - name: shop
                anonymous: clerk
                REALM
                roles:
                  - name: clerk
                    rules: [{uri: "", match: prefix, allow: [call, register, publish, subscribe]}]
                principals:
                  - {authid: alice, role: clerk, ALICE}
                  - {authid: bob, role: clerk, ticket: BOB}
            authentication:
              noise_file: noise.key
              AUTHENTICATION
            """;

    @TempDir
    Path directory;

    private final Map<String, String> parts = new LinkedHashMap<>();
    private final SigningKey key = SigningKey.generate();
    private final String one = TicketHash.ofRandom("one").text();
    private Ground ground;
    private TestAuthority authority;
    private StandaloneRouter router;

    @BeforeEach
    void start() throws Exception {
        ground = new Ground(directory);
        authority = TestAuthority.create(directory, "authority");
        authority.issue("localhost");
        alice("ticket: " + one, key);
        parts.put("BOB", one);
        router = StandaloneRouter.start(load());
    }

    @AfterEach
    void leave() {
        router.close();
        ground.close();
    }

    private void alice(String secret, SigningKey... keys) {
        String hex = String.join(
                ", ",
                List.of(keys).stream()
                        .map(each -> "\"" + each.publicKey().hex() + "\"")
                        .toList());
        parts.put("ALICE", secret + ", authorized_keys: [" + hex + "]");
    }

    /** The file with these parts; those without one are left out. */
    private RouterOptions load() throws IOException {
        String text = FILE;
        for (String part : List.of("ROUTER", "LISTENER", "TLS", "REALM", "AUTHENTICATION", "ALICE", "BOB")) {
            String standard = part.equals("LISTENER") ? "websocket_path: /ws" : part.equals("TLS") ? "stack: jdk" : "";
            text = text.replace(part, parts.getOrDefault(part, standard));
        }
        return RouterOptions.load(ground.write(text));
    }

    private List<String> reload() throws IOException {
        return router.reload(load());
    }

    private Endpoint plain() {
        return router.endpoints().get("plain");
    }

    private ClientSession join(String authid, Login login) throws Exception {
        return ground.join(plain(), "shop", authid, login);
    }

    private static Closed end(ClientSession session) throws Exception {
        return session.closed().get(10, TimeUnit.SECONDS);
    }

    private static void assertOpen(ClientSession session) throws Exception {
        session.publish("com.shop.sold", Arguments.of(1L), Dict.of("acknowledge", true))
                .get(10, TimeUnit.SECONDS);
    }

    // Credentials

    @Test
    void only_the_sessions_end_whose_own_credential_is_gone() throws Exception {
        SigningKey second = SigningKey.generate();
        alice("ticket: " + one, key, second);
        assertEquals(List.of(), reload());
        try (ClientSession byTicket = join("alice", TICKET);
                ClientSession byKey = join("alice", Login.Key.of(key));
                ClientSession bySecond = join("alice", Login.Key.of(second));
                ClientSession bob = join("bob", TICKET);
                ClientSession anyone = join(null, new Login.Anonymous())) {
            alice("ticket: " + one, second);
            reload();
            assertEquals(CREDENTIAL_GONE, end(byKey));
            alice("ticket: " + TicketHash.ofRandom("two").text(), second);
            reload();
            assertEquals(CREDENTIAL_GONE, end(byTicket));
            assertOpen(bySecond);
            assertOpen(bob);
            assertOpen(anyone);
            alice("extra: {desk: 4}", second);
            reload();
            assertOpen(bySecond);
        }
    }

    @Test
    void the_same_secret_with_another_salt_is_another_credential() throws Exception {
        try (ClientSession alice = join("alice", TICKET)) {
            alice("ticket: " + TicketHash.ofRandom("one").text(), key);
            reload();
            assertEquals(CREDENTIAL_GONE, end(alice));
        }
    }

    // What takes effect at once

    @Test
    void other_bounds_of_logins_hold_at_once() throws Exception {
        Login wrong = new Login.Ticket("wrong");
        assertEquals("wamp.error.authentication_failed", refusal("bob", wrong));
        parts.put("AUTHENTICATION", "throttle: {authid_burst: 1, authid_interval_ms: 1000000}");
        assertEquals(List.of(), reload());
        assertEquals("wamp.error.authentication_failed", refusal("bob", wrong));
        assertEquals("wamp.error.authentication_denied", refusal("bob", wrong));
    }

    private String refusal(String authid, Login login) {
        return assertThrows(
                        JoinRefusedException.class, () -> join(authid, login).close())
                .reason();
    }

    @Test
    void new_connections_take_the_new_limits_of_a_listener_and_old_ones_keep_theirs() throws Exception {
        try (ClientSession alice = join("alice", TICKET)) {
            parts.put("LISTENER", "limits: {max_connections: 1, max_message: 1024}");
            assertEquals(List.of(), reload());
            assertThrows(IOException.class, () -> join("bob", TICKET));
            alice.publish("com.shop.sold", Arguments.of("x".repeat(10_000)), Dict.of("acknowledge", true))
                    .get(10, TimeUnit.SECONDS);
            parts.put("LISTENER", "limits: {max_connections: 2}");
            reload();
            join("bob", TICKET).close();
        }
    }

    @Test
    void who_joins_takes_the_new_limits_of_a_realm() throws Exception {
        try (ClientSession alice = join("alice", TICKET)) {
            parts.put("REALM", "limits: {sessions_per_authid: 1, subscriptions: 1}");
            assertEquals(List.of(), reload());
            assertThrows(JoinRefusedException.class, () -> join("alice", TICKET));
            subscribe(alice, "com.shop.one");
            assertThrows(ExecutionException.class, () -> subscribe(alice, "com.shop.two"));
            parts.remove("REALM");
            reload();
            subscribe(alice, "com.shop.two");
            join("alice", TICKET).close();
        }
    }

    private static void subscribe(ClientSession session, String topic) throws Exception {
        session.subscribe(topic, MatchPolicy.EXACT, event -> {}).get(10, TimeUnit.SECONDS);
    }

    @Test
    void a_listener_asks_other_authenticators() throws Exception {
        parts.put("LISTENER", "authenticators: [{by: static, methods: [cryptosign]}]");
        assertEquals(List.of(), reload());
        assertThrows(JoinRefusedException.class, () -> join("alice", TICKET));
        join("alice", Login.Key.of(key)).close();
    }

    @Test
    void a_procedure_that_decides_comes_and_goes() throws Exception {
        Login carols = new Login.Ticket("of carol");
        String dynamic = "dynamic: [{name: users, realm: shop, procedure: com.shop.who, methods: [ticket]}]";
        try (ClientSession decider = join(null, new Login.Anonymous())) {
            decider.register(
                            "com.shop.who",
                            Dict.EMPTY,
                            call -> CompletableFuture.completedFuture(Arguments.of(
                                    new Object[] {Map.of("realm", "shop", "role", "clerk", "ticket", "of carol")})))
                    .get(10, TimeUnit.SECONDS);
            assertThrows(JoinRefusedException.class, () -> join("carol", carols));
            parts.put("AUTHENTICATION", dynamic);
            assertEquals(List.of(), reload());
            try (ClientSession carol = join("carol", carols)) {
                parts.remove("AUTHENTICATION");
                assertEquals(List.of(), reload());
                assertThrows(JoinRefusedException.class, () -> join("carol", carols));
                assertOpen(carol);
            }
        }
    }

    @Test
    void a_listener_takes_other_certificates_and_another_stack() throws Exception {
        Endpoint encrypted = router.endpoints().get("encrypted");
        TestAuthority other = TestAuthority.create(directory, "other");
        other.issue("localhost");
        parts.put("TLS", "stack: bouncy_castle, newest: \"1.2\"");
        assertEquals(List.of(), reload());
        ground.join(encrypted, Optional.of(other.file()), "shop", "alice", TICKET)
                .close();
        assertThrows(
                IOException.class,
                () -> ground.join(encrypted, Optional.of(authority.file()), "shop", "alice", TICKET));
    }

    // What does not

    @Test
    void what_needs_a_restart_is_named_and_stays_until_then() throws Exception {
        parts.put(
                "ROUTER",
                "threads: 3\ntransport: epoll\nhistory: events\nmanagement: {endpoint: \"tcp://127.0.0.1:0\"}");
        parts.put("LISTENER", "websocket_path: /other, origins: [\"https://example.com\"]");
        parts.put("REALM", "dealer: {waiting_calls: 1}\n    uri_rule: strict");
        parts.put("AUTHENTICATION", "cookies: {age: 60}");
        List<String> waiting = List.of(
                "threads",
                "transport",
                "history",
                "authentication.cookies",
                "management",
                "listeners.plain.websocket_path",
                "listeners.plain.origins",
                "realms.shop.uri_rule",
                "realms.shop.dealer");
        assertEquals(waiting, reload());
        assertEquals(waiting, reload(), "they are still waiting");
        try (ClientSession alice = join("alice", TICKET)) {
            subscribe(alice, "com.shop.A B".replace(' ', '-'));
        }
        assertFalse(Files.exists(directory.resolve("events")));
        parts.clear();
        parts.put("BOB", one);
        alice("ticket: " + one, key);
        assertEquals(List.of(), reload());
    }

    @Test
    void listeners_that_are_new_or_gone_are_named_and_the_others_stay_bound() throws Exception {
        RouterOptions file = load();
        RouterOptions other = RouterOptions.load(
                ground.write(Files.readString(ground.file).replace("name: encrypted", "name: renamed")));
        assertEquals(List.of("listeners.encrypted", "listeners.renamed"), router.reload(other));
        ground.join(router.endpoints().get("encrypted"), Optional.of(authority.file()), "shop", "alice", TICKET)
                .close();
        assertEquals(List.of(), router.reload(file));
    }

    @Test
    void what_cannot_be_used_changes_nothing_at_all() throws Exception {
        alice("ticket: " + TicketHash.ofRandom("two").text(), key);
        parts.put("LISTENER", "limits: {max_connections: 1}");
        RouterOptions file = load();
        Files.writeString(directory.resolve("localhost.key"), "no key");
        try (ClientSession alice = join("alice", TICKET);
                ClientSession bob = join("bob", TICKET)) {
            IOException failure = assertThrows(IOException.class, () -> router.reload(file));
            assertTrue(failure.getMessage().contains("localhost.key"), failure.getMessage());
            assertOpen(alice);
            assertOpen(bob);
            join("alice", TICKET).close();
        }
    }
}
