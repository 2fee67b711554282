package io.bailiwick.router.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Closed;
import io.bailiwick.router.client.JoinRefusedException;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.TestAuthority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process of a router, and what signals do to it. */
class SignalTest {
    private static final Login TICKET = new Login.Ticket("a chosen ticket");

    @TempDir
    Path directory;

    private Ground ground;
    private TestAuthority authority;
    private String hash;

    @BeforeEach
    void ground() throws Exception {
        ground = new Ground(directory);
        authority = TestAuthority.create(directory, "authority");
        authority.issue("localhost");
        hash = Ground.fed("a chosen ticket", "router", "secret", "ticket").out().strip();
    }

    @AfterEach
    void leave() {
        ground.close();
    }

    private String yaml(String allowed, String... authids) {
        StringBuilder principals = new StringBuilder();
        for (String authid : authids) {
            principals
                    .append("      - {authid: ")
                    .append(authid)
                    .append(", role: clerk, ")
                    .append(hash)
                    .append("}\n");
        }
        return String.join(
                "\n",
                "listeners:",
                "  - name: plain",
                "    endpoint: tcp://127.0.0.1:0",
                "  - name: encrypted",
                "    endpoint: tls://127.0.0.1:0",
                "    tls:",
                "      certificates:",
                "        - {certificate: localhost.pem, key: localhost.key}",
                "realms:",
                "  - name: shop",
                "    roles:",
                "      - name: clerk",
                "        rules:",
                "          - {uri: com.shop., match: prefix, allow: [" + allowed + "]}",
                "    principals:",
                principals.toString());
    }

    private static boolean mayPublish(ClientSession session) {
        try {
            session.publish("com.shop.sold", Arguments.of(1L), io.bailiwick.router.message.Dict.of("acknowledge", true))
                    .get(10, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException refused) {
            return false;
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void hangup_changes_what_a_role_may_do_for_sessions_that_are_open() throws Exception {
        ground.write(yaml("publish", "alice"));
        try (RouterProcess router = RouterProcess.start(ground);
                ClientSession alice = ground.join(router.endpoints.get("plain"), "shop", "alice", TICKET)) {
            assertTrue(mayPublish(alice));
            ground.write(yaml("subscribe", "alice"));
            router.reload(() -> !mayPublish(alice));
            ground.write(yaml("publish", "alice"));
            router.reload(() -> mayPublish(alice));
        }
    }

    @Test
    void hangup_changes_who_may_log_in_and_ends_the_sessions_of_those_who_may_not() throws Exception {
        ground.write(yaml("publish", "alice"));
        try (RouterProcess router = RouterProcess.start(ground);
                ClientSession alice = ground.join(router.endpoints.get("plain"), "shop", "alice", TICKET)) {
            Endpoint plain = router.endpoints.get("plain");
            assertThrows(JoinRefusedException.class, () -> ground.join(plain, "shop", "bob", TICKET));
            ground.write(yaml("publish", "bob"));
            router.reload(() -> alice.closed().isDone());
            assertEquals(
                    "wamp.close.auth-changed",
                    alice.closed().get(1, TimeUnit.SECONDS).reason());
            ground.join(plain, "shop", "bob", TICKET).close();
            assertThrows(JoinRefusedException.class, () -> ground.join(plain, "shop", "alice", TICKET));
        }
    }

    @Test
    void hangup_ends_the_sessions_whose_secret_has_changed_and_no_others() throws Exception {
        ground.write(yaml("publish", "alice", "bob"));
        try (RouterProcess router = RouterProcess.start(ground);
                ClientSession alice = ground.join(router.endpoints.get("plain"), "shop", "alice", TICKET);
                ClientSession bob = ground.join(router.endpoints.get("plain"), "shop", "bob", TICKET)) {
            String other = Ground.fed("another ticket", "router", "secret", "ticket")
                    .out()
                    .strip();
            ground.write(yaml("publish", "alice", "bob").replaceFirst(Pattern.quote(hash), other.replace("$", "\\$")));
            router.reload(() -> alice.closed().isDone());
            assertEquals(
                    new Closed("wamp.close.auth-changed", "what this session logged in with is not valid any more"),
                    alice.closed().get(1, TimeUnit.SECONDS));
            assertTrue(mayPublish(bob));
            Endpoint plain = router.endpoints.get("plain");
            assertThrows(JoinRefusedException.class, () -> ground.join(plain, "shop", "alice", TICKET));
            ground.join(plain, "shop", "alice", new Login.Ticket("another ticket"))
                    .close();
            assertFalse(router.log().contains("another ticket") || router.log().contains("$argon2"), router.log());
        }
    }

    @Test
    void hangup_changes_certificates() throws Exception {
        ground.write(yaml("publish", "alice"));
        try (RouterProcess router = RouterProcess.start(ground)) {
            Endpoint encrypted = router.endpoints.get("encrypted");
            assertTrue(
                    router.log().contains("listener encrypted: CN=localhost: the certificate expires at"),
                    router.log());
            ground.join(encrypted, Optional.of(authority.file()), "shop", "alice", TICKET)
                    .close();
            TestAuthority other = TestAuthority.create(directory, "other");
            other.issue("localhost");
            router.reload(() -> router.log().contains("the configuration was read again"));
            ground.join(encrypted, Optional.of(other.file()), "shop", "alice", TICKET)
                    .close();
            assertThrows(
                    Exception.class,
                    () -> ground.join(encrypted, Optional.of(authority.file()), "shop", "alice", TICKET));
        }
    }

    @Test
    void hangup_with_a_faulty_file_changes_nothing() throws Exception {
        ground.write(yaml("publish", "alice"));
        try (RouterProcess router = RouterProcess.start(ground);
                ClientSession alice = ground.join(router.endpoints.get("plain"), "shop", "alice", TICKET)) {
            ground.write(yaml("publsh", "bob"));
            router.reload(() -> router.log().contains(ground.file + ":14:"));
            assertTrue(router.log().contains("nothing was changed"));
            assertTrue(mayPublish(alice));
            ground.join(router.endpoints.get("plain"), "shop", "alice", TICKET).close();
        }
    }

    @Test
    void termination_says_goodbye_and_nothing_secret_was_logged() throws Exception {
        ground.write(yaml("publish", "alice"));
        try (RouterProcess router = RouterProcess.start(ground);
                ClientSession alice = ground.join(router.endpoints.get("plain"), "shop", "alice", TICKET)) {
            router.signal("TERM");
            Closed closed = alice.closed().get(Duration.ofSeconds(20).toSeconds(), TimeUnit.SECONDS);
            assertEquals("wamp.close.system_shutdown", closed.reason());
            router.end();
            assertFalse(router.log().contains("chosen") || router.log().contains("$argon2"), router.log());
        }
    }
}
