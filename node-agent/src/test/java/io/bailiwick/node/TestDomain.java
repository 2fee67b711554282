package io.bailiwick.node;

import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Event;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Proof;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.server.Router;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.SessionDetails;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A router on loopback that pairs keys with names, and can be stopped and started again at its port. */
final class TestDomain implements AutoCloseable {
    static final String REALM = "realm1";
    static final String NODE = "crossbarfabriccenter.node.";

    final Map<String, String> paired = new ConcurrentHashMap<>();
    volatile String refusal = "";
    /** What a node is told that is not paired. */
    volatile String unpaired = "fabric.auth-failed.node-unpaired";
    /** Who brings this is paired under the name it wants. */
    volatile String joinCode = "";
    /** The code of each HELLO; empty without one. */
    final BlockingQueue<String> codes = new LinkedBlockingQueue<>();

    final AtomicInteger asked = new AtomicInteger();
    final ExecutorService callbacks = Executors.newSingleThreadExecutor();
    private final Network network = Network.open(1);
    private Router router;
    Endpoint endpoint = Endpoint.of("tcp://127.0.0.1:0");

    TestDomain() throws Exception {
        open();
    }

    void open() throws Exception {
        router = Router.start(network, this::decide);
        RealmRoles.Rule everything = RealmRoles.Rule.prefix("", Action.values());
        router.openRealm(REALM, new RealmRoles(Map.of("node", List.of(everything), "backend", List.of(everything))));
        endpoint = router.listen(
                        new ListenerOptions("test", endpoint, "/ws", Optional.empty(), ListenerOptions.Limits.DEFAULT))
                .endpoint();
    }

    void stop() {
        router.close();
    }

    private CompletionStage<Decision> decide(Claim claim) {
        asked.incrementAndGet();
        String pubkey = claim.authextra().text("pubkey").orElse("");
        PublicKey key = PublicKey.of(pubkey);
        if (!refusal.isEmpty()) {
            return CompletableFuture.completedFuture(
                    new Decision.Refusal(refusal, "no", Optional.of(new Proof.OfKey(key))));
        }
        String code = claim.authextra().text("join_code").orElse("");
        boolean asNode =
                claim.realm() == null && (claim.authid() == null || !code.isEmpty()) && "node".equals(claim.authrole());
        codes.add(code);
        if (!code.isEmpty() && code.equals(joinCode)) {
            paired.put(pubkey, String.valueOf(claim.authid()));
        }
        String authid = paired.get(pubkey);
        if (!asNode || authid == null) {
            return CompletableFuture.completedFuture(new Decision.Refusal(
                    asNode
                            ? (code.isEmpty() ? unpaired : "io.bailiwick.domain.join_code_refused")
                            : "com.example.wrong-claim",
                    "no",
                    Optional.of(new Proof.OfKey(key))));
        }
        return CompletableFuture.completedFuture(new Decision.Admission(
                REALM,
                authid,
                "node",
                "cryptosign",
                "dynamic",
                Dict.of("node_oid", "o1"),
                Optional.of(new Proof.OfKey(key))));
    }

    String url(String scheme) {
        return scheme + "://127.0.0.1:" + endpoint.port() + (scheme.equals("ws") ? "/ws" : "");
    }

    /** A session of the domain on the realm. */
    ClientSession backend() throws Exception {
        return get(Client.join(router.local(REALM, "domain", "backend"), Identity.anonymous(REALM), callbacks));
    }

    /** A session of another node. */
    CompletableFuture<ClientSession> asNode(String authid) {
        return Client.join(router.local(REALM, authid, "node"), Identity.anonymous(REALM), callbacks);
    }

    /** A session that answers as the realm's controller does. */
    ClientSession controller() throws Exception {
        ClientSession controller = backend();
        get(controller.register(
                "crossbarfabriccenter.mrealm.get_status",
                Dict.EMPTY,
                call -> CompletableFuture.completedFuture(Arguments.of(Map.of("type", "management")))));
        return controller;
    }

    void end(String authid, String reason) throws Exception {
        get(router.end(REALM, session -> session.authid().equals(authid), reason, "test"));
    }

    List<SessionDetails> sessions() throws Exception {
        return get(router.sessions(REALM));
    }

    static BlockingQueue<Event> events(ClientSession session, String topic) throws Exception {
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        get(session.subscribe(topic, MatchPolicy.EXACT, events::add));
        return events;
    }

    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T element = queue.poll(20, TimeUnit.SECONDS);
        if (element == null) {
            throw new AssertionError("expected one within 20 seconds, but found none");
        }
        return element;
    }

    static <T> T get(CompletableFuture<T> stage) throws Exception {
        return stage.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        router.close();
        network.close();
        callbacks.shutdownNow();
    }
}
