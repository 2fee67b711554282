package io.bailiwick.router.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.JoinRefusedException;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.standalone.config.RouterOptions;
import io.bailiwick.router.transport.Endpoint;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A router whose file has a template that realms are made from when somebody joins them. */
class TemplateTest {
    private static final String FILE = """
            listeners:
              - {name: all, endpoint: "tcp://127.0.0.1:0"}
            templates:
              - name: tenant
                realms: {pattern: com.tenant., most: 2, idle_ms: 60000}
                anonymous: guest
                roles:
                  - name: guest
                    limits: {sessions: 1}
                  - name: clerk
                    rules:
                      - {uri: "", match: prefix, allow: [call, register, publish, subscribe]}
                principals:
                  - {authid: alice, role: clerk, wampcra: {secret: hers}}
                  - {authid: bob, role: clerk, wampcra: {secret: his}}
            realms:
              - name: com.tenant.fixed
                roles: [{name: owner}]
                principals:
                  - {authid: carol, role: owner, wampcra: {secret: hers too}}
            """;

    @TempDir
    Path directory;

    private Ground ground;

    @BeforeEach
    void ground() {
        ground = new Ground(directory);
    }

    @AfterEach
    void leave() {
        ground.close();
    }

    private static void isRefused(String reason, Executable join) {
        JoinRefusedException refused = assertThrows(JoinRefusedException.class, join::run);
        assertTrue(String.valueOf(refused.getMessage()).contains(reason), refused.getMessage());
    }

    private interface Executable {
        void run() throws Exception;
    }

    @Test
    void principals_of_a_template_join_each_of_its_realms_and_strangers_learn_nothing() throws Exception {
        try (StandaloneRouter router = StandaloneRouter.start(RouterOptions.load(ground.write(FILE)))) {
            Endpoint all = router.endpoints().get("all");
            String failed = "wamp.error.authentication_failed";
            isRefused(failed, () -> ground.join(all, "com.tenant.a", "alice", new Login.WampCra("wrong")));
            isRefused(failed, () -> ground.join(all, "com.tenant.a", "nobody", new Login.WampCra("wrong")));
            isRefused("no_such_realm", () -> ground.join(all, "com.stranger", "alice", new Login.WampCra("hers")));
            isRefused(failed, () -> ground.join(all, "com.tenant.fixed", "alice", new Login.WampCra("hers")));
            try (ClientSession alice = ground.join(all, "com.tenant.a", "alice", new Login.WampCra("hers"));
                    ClientSession bob = ground.join(all, "com.tenant.b", "bob", new Login.WampCra("his"));
                    ClientSession carol =
                            ground.join(all, "com.tenant.fixed", "carol", new Login.WampCra("hers too"))) {
                assertEquals("clerk", alice.welcome().textOrNull("authrole"));
                assertEquals("com.tenant.b", bob.welcome().textOrNull("realm"));
                assertEquals("owner", carol.welcome().textOrNull("authrole"));
                isRefused(
                        "bailiwick.error.limit_exceeded",
                        () -> ground.join(all, "com.tenant.c", "alice", new Login.WampCra("hers")));
                try (ClientSession guest = ground.join(all, "com.tenant.a", null, new Login.Anonymous())) {
                    assertEquals("guest", guest.welcome().textOrNull("authrole"));
                    isRefused(
                            "bailiwick.error.limit_exceeded",
                            () -> ground.join(all, "com.tenant.a", null, new Login.Anonymous()));
                }
            }
        }
    }

    @Test
    void a_principal_that_is_gone_from_the_template_is_gone_from_its_realms() throws Exception {
        try (StandaloneRouter router = StandaloneRouter.start(RouterOptions.load(ground.write(FILE)))) {
            Endpoint all = router.endpoints().get("all");
            try (ClientSession alice = ground.join(all, "com.tenant.a", "alice", new Login.WampCra("hers"));
                    ClientSession bob = ground.join(all, "com.tenant.a", "bob", new Login.WampCra("his"))) {
                router.reload(RouterOptions.load(ground.write(FILE.replace("authid: alice", "authid: amelia"))));
                alice.closed().toCompletableFuture().get(20, TimeUnit.SECONDS);
                isRefused(
                        "wamp.error.authentication_failed",
                        () -> ground.join(all, "com.tenant.a", "alice", new Login.WampCra("hers")));
                ground.join(all, "com.tenant.a", "amelia", new Login.WampCra("hers"))
                        .close();
                assertTrue(!bob.closed().toCompletableFuture().isDone());
            }
        }
    }

    @Test
    void faults_of_templates_are_told() throws Exception {
        ground.write(FILE.replace("{pattern: com.tenant., most: 2, idle_ms: 60000}", "{most: 0, pattern: \"a b\"}"));
        Ground.Run checked = ground.check();
        assertEquals(78, checked.code());
        assertTrue(checked.err().contains(":5:20: "), checked.err());
        assertTrue(checked.err().contains("a URI, or a pattern for match prefix"), checked.err());
        ground.write(FILE.replace("    realms: {pattern: com.tenant., most: 2, idle_ms: 60000}\n", ""));
        assertTrue(ground.check().err().contains("principals in a template with realms: only"));
    }
}
