package io.bailiwick.mrealm;

import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Event;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Proof;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.server.Router;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.RoleLimits;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A management realm for tests: a router on loopback that admits keys it was told of, and a session that plays the domain: lists
 * paired nodes and tells of pairings.
 */
public final class TestRealm implements AutoCloseable {
    public static final String REALM = "realm1";
    public static final UUID OID = UUID.randomUUID();
    public static final String MREALM = "crossbarfabriccenter.mrealm.";
    private static final List<String> ROLES =
            List.of("backend", "node", "owner", "admin", "operator", "developer", "guest", "public");

    public final SigningKey controllerKey = SigningKey.generate();
    private final Network network = Network.open(1);
    private final ExecutorService callbacks = Executors.newSingleThreadExecutor();
    private final Map<String, Decision> admitted = new ConcurrentHashMap<>();
    private final Map<String, Map<String, Object>> nodes = new ConcurrentHashMap<>();
    /** What the domain says of sessions, by their ids. */
    public final Map<Long, Map<String, Object>> callers = new ConcurrentHashMap<>();

    private final Router router;
    final Endpoint endpoint;
    final ClientSession domain;

    public TestRealm(Path directory) throws Exception {
        admitted.put(
                controllerKey.publicKey().hex(),
                admission(controllerKey, "realm-controller", "backend").speakingForOthers());
        router = Router.start(
                network,
                claim -> CompletableFuture.completedFuture(admitted.getOrDefault(
                        claim.authextra().text("pubkey").orElse(""),
                        Decision.Refusal.of(Uris.AUTHENTICATION_FAILED, ""))));
        RealmRoles.Rule everything = RealmRoles.Rule.prefix("", Action.values());
        router.openRealm(
                REALM,
                // Rights are the controller's affair here: the router lets everybody do everything.
                new RealmRoles(
                        ROLES.stream().collect(Collectors.toMap(role -> role, role -> List.of(everything))),
                        Map.of("backend", RoleLimits.AWAITED),
                        RealmRoles.Caching.DEFAULT));
        Path socket = directory.resolve("r.sock");
        Files.deleteIfExists(socket);
        endpoint = router.listen(new ListenerOptions(
                        "test", Endpoint.of("unix:" + socket), "/ws", Optional.empty(), ListenerOptions.Limits.DEFAULT))
                .endpoint();
        domain = local("domain", "backend");
        get(domain.register(
                "io.bailiwick.domain.list_nodes",
                Dict.EMPTY,
                call -> CompletableFuture.completedFuture(Arguments.of(List.copyOf(nodes.values())))));
        get(domain.register("io.bailiwick.domain.get_caller", Dict.EMPTY, call -> {
            Object caller = callers.get(((Number) call.arguments().list().get(0)).longValue());
            return CompletableFuture.completedFuture(Arguments.of(caller == null ? Map.of() : caller));
        }));
    }

    private static Decision.Admission admission(SigningKey key, String authid, String role) {
        return new Decision.Admission(
                REALM,
                authid,
                role,
                "cryptosign",
                "dynamic",
                Dict.EMPTY,
                Optional.of(new Proof.OfKey(key.publicKey())));
    }

    /** A session in process, with nothing to prove. */
    public ClientSession local(String authid, String role) throws Exception {
        return get(Client.join(router.local(REALM, authid, role), Identity.anonymous(REALM), callbacks));
    }

    /** The same, kept straight on its link: one that takes and makes progressive results. */
    public ClientSession direct(String authid, String role) throws Exception {
        return get(Client.join(
                router.local(REALM, authid, role), Identity.anonymous(REALM), callbacks, Client.Carrier.DIRECT));
    }

    /** The same, over a socket, with a key of its own. */
    ClientSession distant(String authid, String role) throws Exception {
        SigningKey key = SigningKey.generate();
        admitted.put(key.publicKey().hex(), admission(key, authid, role));
        return get(Client.join(
                network.connector(endpoint, Format.CBOR, Optional.empty()),
                Identity.of(REALM, authid, role, key),
                callbacks,
                Client.Carrier.DIRECT));
    }

    /** Pairs a node, and tells the controller if it is there. */
    public UUID pair(String authid) throws Exception {
        return pair(authid, UUID.randomUUID());
    }

    /** Pairs a node that may have been paired before. */
    UUID pair(String authid, UUID oid) throws Exception {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("oid", oid.toString());
        row.put("authid", authid);
        row.put("pubkey", "00");
        row.put("mrealm_oid", OID.toString());
        nodes.put(authid, row);
        get(domain.publish("io.bailiwick.domain.on_node_paired", row));
        return oid;
    }

    public void unpair(String authid) throws Exception {
        get(domain.publish("io.bailiwick.domain.on_node_unpaired", nodes.remove(authid)));
    }

    /** Changes an attribute of a paired node. */
    public void modify(String authid, String attribute, Object value) throws Exception {
        nodes.get(authid).put(attribute, value);
        modified(nodes.get(authid));
    }

    void modified(Map<String, ?> row) throws Exception {
        get(domain.publish("io.bailiwick.domain.on_node_modified", row));
    }

    /** The settings of a controller of this realm. */
    public String settings(Path directory, String more) {
        return "{\"realm\":\"" + REALM + "\",\"realm_oid\":\"" + OID + "\",\"directory\":\"" + directory
                + "\",\"router\":\"" + endpoint + "\",\"key\":\"" + controllerKey.seed()
                + "\",\"authid\":\"realm-controller\"" + more + "}";
    }

    /** Ends the sessions of an identity from the router's side. */
    void end(String authid) throws Exception {
        get(router.end(REALM, session -> session.authid().equals(authid), Uris.KILLED, "test"));
    }

    /** Events of a topic, as they come. */
    public static BlockingQueue<Event> events(ClientSession session, String topic) throws Exception {
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        get(session.subscribe(topic, MatchPolicy.EXACT, events::add));
        return events;
    }

    public static Event next(BlockingQueue<Event> events) throws InterruptedException {
        Event event = events.poll(10, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("expected an event within ten seconds, but found none");
        }
        return event;
    }

    public static Object call(ClientSession session, String procedure, Object... arguments) throws Exception {
        return get(session.call(procedure, arguments)).list().get(0);
    }

    public static <T> T get(CompletableFuture<T> stage) throws Exception {
        return stage.get(10, TimeUnit.SECONDS);
    }

    /** Waits until a question has the answer. */
    public static void until(String what, Callable<Boolean> question) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (!question.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("expected within 15 seconds: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Override
    public void close() {
        router.close();
        network.close();
        callbacks.shutdownNow();
    }
}
