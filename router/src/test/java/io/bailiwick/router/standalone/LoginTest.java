package io.bailiwick.router.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.JoinRefusedException;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.credential.ScramDialect;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.standalone.config.RouterOptions;
import io.bailiwick.router.transport.Endpoint;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A router started from a file lets in whom the file names, by each method, and by the lines that the commands print. */
class LoginTest {
    private static final String PASSWORD = "correct horse";
    private static final Arguments OPEN = Arguments.of(new Object[] {"9 to 5"});

    @TempDir
    Path directory;

    private Ground ground;
    private final SigningKey key = SigningKey.generate();

    @BeforeEach
    void ground() {
        ground = new Ground(directory);
    }

    @AfterEach
    void leave() {
        ground.close();
    }

    /** The lines that a command prints, as deep as the lines of a principal. */
    private static String lines(String... arguments) {
        Ground.Run made = Ground.fed(PASSWORD + "\n", arguments);
        assertEquals(0, made.code(), made.err());
        return made.out().lines().map(line -> "        " + line).collect(Collectors.joining("\n"));
    }

    private String everyMethod() {
        return String.join(
                "\n",
                "listeners:",
                "  - name: all",
                "    endpoint: tcp://127.0.0.1:0",
                "  - name: narrow",
                "    endpoint: tcp://127.0.0.1:0",
                "    authenticators:",
                "      - {by: static, methods: [ticket]}",
                "realms:",
                "  - name: shop",
                "    anonymous: guest",
                "    roles:",
                "      - name: guest",
                "        rules:",
                "          - {uri: com.shop.hours, allow: [call]}",
                "      - name: clerk",
                "        rules:",
                "          - {uri: com.shop., match: prefix, allow: [call, register, publish, subscribe]}",
                "    principals:",
                "      - authid: alice",
                "        role: clerk",
                "        extra: {desk: 4}",
                lines("router", "secret", "ticket"),
                lines("router", "secret", "wampcra", "--iterations", "1000"),
                lines("router", "secret", "scram", "--iterations", "4096"),
                lines("router", "secret", "scram", "--autobahn", "--argon2id"),
                "        authorized_keys: [\"" + key.publicKey().hex() + "\"]",
                "      - authid: bob",
                "        role: clerk",
                "        wampcra: {secret_file: bob.secret}",
                "      - authid: carol",
                "        role: clerk",
                "        wampcra: {secret: plain}",
                "  - name: plant",
                "    roles:",
                "      - name: node",
                "    principals:",
                "      - authid: alice",
                "        role: node",
                "        ticket: "
                        + Ground.run("router", "secret", "ticket", "--random")
                                .out()
                                .replace("ticket: ", ""));
    }

    @Test
    void each_method_of_a_principal_lets_it_in() throws Exception {
        ground.secret("bob.secret", "bobs");
        try (StandaloneRouter router = StandaloneRouter.start(RouterOptions.load(ground.write(everyMethod())))) {
            Endpoint all = router.endpoints().get("all");
            Map<String, Login> logins = Map.of(
                    "ticket", new Login.Ticket(PASSWORD),
                    "wampcra", new Login.WampCra(PASSWORD),
                    "wamp-scram", new Login.Scram(ScramDialect.WAMP, PASSWORD, Optional.empty()),
                    "scram", new Login.Scram(ScramDialect.AUTOBAHN, PASSWORD, Optional.empty()),
                    "cryptosign", Login.Key.of(key));
            for (Map.Entry<String, Login> login : logins.entrySet()) {
                try (ClientSession alice = ground.join(all, "shop", "alice", login.getValue())) {
                    assertEquals("clerk", alice.authrole());
                    assertEquals(
                            login.getKey(), alice.welcome().text("authmethod").orElse(""));
                    assertEquals(
                            4L,
                            alice.welcome().dict("authextra").integer("desk").orElse(0));
                }
            }
            ground.join(all, "shop", "bob", new Login.WampCra("bobs")).close();
            ground.join(all, "shop", "carol", new Login.WampCra("plain")).close();
            assertThrows(
                    JoinRefusedException.class, () -> ground.join(all, "shop", "bob", new Login.WampCra(PASSWORD)));
            assertThrows(
                    JoinRefusedException.class, () -> ground.join(all, "plant", "alice", new Login.Ticket(PASSWORD)));
        }
    }

    @Test
    void a_role_may_do_what_its_rules_say_and_a_listener_takes_its_methods_only() throws Exception {
        ground.secret("bob.secret", "bobs");
        try (StandaloneRouter router = StandaloneRouter.start(RouterOptions.load(ground.write(everyMethod())))) {
            Endpoint narrow = router.endpoints().get("narrow");
            assertThrows(JoinRefusedException.class, () -> ground.join(narrow, "shop", null, new Login.Anonymous()));
            Login ticket = new Login.Ticket(PASSWORD);
            try (ClientSession alice = ground.join(narrow, "shop", "alice", ticket);
                    ClientSession guest =
                            ground.join(router.endpoints().get("all"), "shop", null, new Login.Anonymous())) {
                for (String procedure : new String[] {"com.shop.hours", "com.shop.safe"}) {
                    alice.register(procedure, Dict.EMPTY, call -> CompletableFuture.completedFuture(OPEN))
                            .get(5, TimeUnit.SECONDS);
                }
                assertEquals(OPEN, call(guest, "com.shop.hours"));
                ExecutionException refused = assertThrows(ExecutionException.class, () -> call(guest, "com.shop.safe"));
                assertEquals(
                        "wamp.error.not_authorized",
                        refused.getCause() instanceof ApplicationError error ? error.uri() : "");
            }
        }
    }

    private static Arguments call(ClientSession session, String procedure) throws Exception {
        return session.call(procedure, Arguments.of(), java.time.Duration.ofSeconds(5))
                .get(5, TimeUnit.SECONDS);
    }
}
