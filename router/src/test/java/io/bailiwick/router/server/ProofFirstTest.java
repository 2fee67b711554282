package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.admission.Throttle;
import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.client.JoinRefusedException;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Proof;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.rights.RealmRoles.Rule;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An authenticator that decides after the proof, over sockets; and what it is told of who comes by a unix socket. */
class ProofFirstTest {
    private static final String REALM = "com.example.realm";

    @TempDir
    Path directory;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<Peer> peers = new CopyOnWriteArrayList<>();
    private final ExecutorService callbacks = Executors.newSingleThreadExecutor();
    private Network network;
    private Router router;
    private Endpoint tcp;
    private Endpoint unix;

    /** Wants the proof first; then lets in who is called joe. */
    private final class Late implements Authenticator {
        @Override
        public CompletionStage<Decision> authenticate(Claim claim) {
            peers.add(claim.peer());
            asked.add("asked");
            PublicKey key = PublicKey.of(claim.authextra().text("pubkey").orElseThrow());
            return CompletableFuture.completedFuture(new Decision.ProofFirst(new Proof.OfKey(key)));
        }

        @Override
        public CompletionStage<Decision> authenticateProven(Claim claim, Proof proof) {
            asked.add("asked again");
            Decision decision = "joe".equals(claim.authid())
                    ? new Decision.Admission(
                            REALM, "joe", "user", "cryptosign", "dynamic", Dict.EMPTY, Optional.of(proof))
                    : Decision.Refusal.of("com.example.code-sent", "look there");
            return CompletableFuture.supplyAsync(
                    () -> decision, CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS));
        }
    }

    @BeforeEach
    void start() throws Exception {
        network = Network.open(1);
        Throttle throttle = new Throttle(
                new Late(), Throttle.Limits.DEFAULT, realm -> "", InstantSource.system(), (listener, bound) -> {});
        router = Router.start(network, throttle);
        router.openRealm(REALM, new RealmRoles(Map.of("user", List.of(Rule.prefix("", Action.CALL)))));
        tcp = listen("tcp", "tcp://127.0.0.1:0");
        unix = listen("unix", "unix:" + directory.resolve("s"));
    }

    private Endpoint listen(String name, String endpoint) throws Exception {
        return router.listen(new ListenerOptions(
                        name, Endpoint.of(endpoint), "/ws", Optional.empty(), ListenerOptions.Limits.DEFAULT))
                .endpoint();
    }

    @AfterEach
    void stop() {
        router.close();
        network.close();
        callbacks.shutdownNow();
    }

    private ClientSession join(String url, String authid) throws Exception {
        Identity identity = Identity.of(REALM, authid, null, SigningKey.generate());
        return Client.join(network.connector(Endpoint.of(url), Format.JSON, Optional.empty()), identity, callbacks)
                .get(20, TimeUnit.SECONDS);
    }

    private String ws() {
        return "ws://127.0.0.1:" + tcp.port() + "/ws";
    }

    @Test
    void who_has_proven_a_key_is_let_in_by_the_second_decision() throws Exception {
        ClientSession session = join(ws(), "joe");
        assertEquals("joe", session.authid());
        assertEquals(List.of("asked", "asked again"), asked);
        session.close();
    }

    @Test
    void an_abort_after_authenticate_tells_what_the_second_decision_says() {
        ExecutionException failure = assertThrows(ExecutionException.class, () -> join(ws(), "jane"));
        JoinRefusedException refused = assertInstanceOf(JoinRefusedException.class, failure.getCause());
        assertEquals("com.example.code-sent", refused.reason());
        assertEquals(List.of("asked", "asked again"), asked);
    }

    @Test
    void who_comes_by_a_unix_socket_is_known_by_the_user_who_runs_the_process() throws Exception {
        Path socket = directory.resolve("s");
        join(unix.toString(), "joe").close();
        join(ws(), "joe").close();
        UserPrincipal ourselves = Files.getOwner(socket);
        assertEquals(Optional.of(ourselves), peers.get(0).user());
        assertEquals(Optional.empty(), peers.get(1).user());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        assertTrue(peers.get(0).network().isEmpty());
    }
}
