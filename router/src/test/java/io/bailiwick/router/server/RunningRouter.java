package io.bailiwick.router.server;

import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Proof;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A router on loopback for tests: realm {@code com.example.realm}; anonymous peers and holders of a known key may do
 * everything there, role {@code reader} may only call and subscribe below {@code com.example.}.
 */
final class RunningRouter implements AutoCloseable {
    static final String REALM = "com.example.realm";

    private static final List<RealmRoles.Rule> ANYTHING = List.of(new RealmRoles.Rule(
            "", io.bailiwick.router.message.MatchPolicy.PREFIX, java.util.Set.of(Action.values()), false));

    final Network network = Network.open(2);
    final Map<PublicKey, String> known = new ConcurrentHashMap<>();
    final Router router;
    final Endpoint tcp;
    final Endpoint unix;
    private final ExecutorService callbacks = Executors.newFixedThreadPool(4);
    private final Path directory = Files.createTempDirectory("router-test-");

    RunningRouter() throws IOException {
        router = Router.start(network, new KnownKeys());
        router.openRealm(
                REALM,
                new RealmRoles(Map.of(
                        "anything", ANYTHING,
                        "rlink", ANYTHING,
                        "reader", List.of(RealmRoles.Rule.prefix("com.example.", Action.CALL, Action.SUBSCRIBE)))));
        tcp = listen("tcp", "tcp://127.0.0.1:0");
        unix = listen("unix", "unix:" + directory.resolve("router.sock"));
    }

    private Endpoint listen(String name, String endpoint) throws IOException {
        return router.listen(new ListenerOptions(
                        name, Endpoint.of(endpoint), "/ws", Optional.empty(), ListenerOptions.Limits.DEFAULT))
                .endpoint();
    }

    /** All ways in: in process, and WebSocket, RawSocket and unix socket in each format. */
    List<Way> ways() {
        java.util.ArrayList<Way> ways = new java.util.ArrayList<>();
        ways.add(new Way("in process", router.local(REALM, "local", "anything")));
        for (Format format : Format.values()) {
            ways.add(way("ws://127.0.0.1:" + tcp.port() + "/ws", format));
            ways.add(way("rs://127.0.0.1:" + tcp.port(), format));
            ways.add(way(unix.toString(), format));
        }
        return ways;
    }

    Way way(String url, Format format) {
        String name = url.substring(0, url.indexOf(':')) + " in " + format.id();
        return new Way(name, network.connector(Endpoint.of(url), format, Optional.empty()));
    }

    ClientSession join(Connector connector) {
        return join(connector, Identity.anonymous(REALM));
    }

    ClientSession join(Connector connector, Identity identity) {
        return Client.join(connector, identity, callbacks)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    SigningKey newKnownKey(String authid) {
        SigningKey key = SigningKey.generate();
        known.put(key.publicKey(), authid);
        return key;
    }

    @Override
    public void close() throws IOException {
        router.close();
        network.close();
        callbacks.shutdownNow();
        Files.deleteIfExists(directory.resolve("router.sock"));
        Files.delete(directory);
    }

    /** A way into the router. */
    record Way(String name, Connector connector) {
        @Override
        public String toString() {
            return name;
        }
    }

    private final class KnownKeys implements Authenticator {
        @Override
        public CompletionStage<Decision> authenticate(Claim claim) {
            return CompletableFuture.completedFuture(decide(claim));
        }

        private Decision decide(Claim claim) {
            if (claim.authmethods().contains("cryptosign")) {
                PublicKey key = PublicKey.of(claim.authextra().text("pubkey").orElse(""));
                String authid = known.get(key);
                return authid == null
                        ? new Decision.Refusal("com.example.unknown", "not known", Optional.of(new Proof.OfKey(key)))
                        : new Decision.Admission(
                                REALM,
                                authid,
                                claim.authrole() == null ? "anything" : claim.authrole(),
                                "cryptosign",
                                "static",
                                Dict.of("shelf", 7),
                                Optional.of(new Proof.OfKey(key)));
            }
            if (!REALM.equals(claim.realm())) {
                return Decision.Refusal.of(Uris.NO_SUCH_REALM, "no such realm");
            }
            return new Decision.Admission(
                    REALM, "anonymous", "anything", "anonymous", "static", Dict.EMPTY, Optional.empty());
        }
    }
}
