package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.rights.RealmRoles.Rule;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is waited for in a handshake, and how long. */
class HandshakePatienceTest {
    private static final Decision JOE = new Decision.Admission(
            RunningRouter.REALM, "joe", "user", "anonymous", "static", Dict.EMPTY, Optional.empty());

    private final Network network = Network.open(1);
    private final CompletableFuture<Void> asked = new CompletableFuture<>();
    private final CompletableFuture<Decision> decision = new CompletableFuture<>();
    private Router router;
    private Connector connector;

    private void start(HandshakePatience patience) throws Exception {
        router = Router.start(
                network,
                claim -> {
                    asked.complete(null);
                    return decision;
                },
                patience);
        router.openRealm(RunningRouter.REALM, new RealmRoles(Map.of("user", List.of(Rule.prefix("", Action.CALL)))));
        ListenerOptions options = new ListenerOptions(
                "tcp", Endpoint.of("tcp://127.0.0.1:0"), "/ws", Optional.empty(), ListenerOptions.Limits.DEFAULT);
        int port = router.listen(options).endpoint().port();
        connector = network.connector(Endpoint.of("rs://127.0.0.1:" + port), Format.CBOR, Optional.empty());
    }

    @AfterEach
    void stop() {
        router.close();
        network.close();
    }

    @Test
    void who_waits_for_the_authenticator_is_not_slow() throws Exception {
        start(new HandshakePatience(Duration.ofSeconds(3), 20));
        try (RawClient waiting = new RawClient(connector)) {
            waiting.says(RawClient.hello());
            asked.get(20, TimeUnit.SECONDS);
            try (RawClient silent = new RawClient(connector)) {
                silent.isAborted(Uris.AUTHENTICATION_FAILED);
            }
            assertTrue(waiting.received.isEmpty());
            decision.complete(JOE);
            assertEquals(
                    "joe",
                    waiting.hears(Message.Welcome.class)
                            .details()
                            .text("authid")
                            .orElseThrow());
        }
    }

    @Test
    void nobody_waits_for_the_authenticator_for_ever() throws Exception {
        start(new HandshakePatience(Duration.ofSeconds(3), 2));
        try (RawClient waiting = new RawClient(connector)) {
            waiting.says(RawClient.hello());
            Message.Abort abort = waiting.hears(Message.Abort.class);
            assertEquals(Uris.AUTHENTICATION_FAILED, abort.reason());
            assertEquals(
                    "expected the handshake to end within 6 seconds",
                    abort.details().text("message").orElseThrow());
            waiting.isClosed();
            assertFalse(decision.isDone());
        }
    }
}
