package io.bailiwick.mrealm;

import io.bailiwick.router.child.ParentProcess;
import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Proof;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.server.Router;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A start of a realm controller for the sake of its classes alone: a JVM that runs this, and is told to keep what it has
 * loaded, leaves an archive from which realm controllers start in a fraction of the time. Router, realm, node and store are
 * made up, live in a directory of their own, and are gone when this ends.
 *
 * <p>A child process as {@link RealmController} is: the directory comes in on stdin, READY goes out when all was played,
 * and then it ends by itself. When stdin ends before, it is not wanted any more and leaves nothing.
 */
final class Rehearsal implements AutoCloseable {
    private static final String REALM = "rehearsal";
    private static final String NODE = "node1";
    private static final String BACKEND = "backend";
    private static final String TCP = "tcp://127.0.0.1:0";
    private static final Map<String, Object> BEAT = Map.of(
            "timestamp", 1, "seq", 1, "period", 5, "system", Map.of("cpu", Map.of("user", 1.5, "interrupts", 1)));

    private static final long PATIENCE_SECONDS = 30;
    /** The kernel takes 107 bytes for the path of a socket. */
    private static final int MAX_SOCKET_PATH = 100;

    private final SigningKey key = SigningKey.generate();
    private final UUID realm = UUID.randomUUID();
    private final Map<String, Object> node = Map.of(
            "oid", UUID.randomUUID().toString(),
            "authid", NODE,
            "pubkey", key.publicKey().hex(),
            "mrealm_oid", realm.toString());
    private final Network network = Network.open(1);
    private final Router router = Router.start(network, this::authenticate);
    private final Path directory;

    private Rehearsal(Path directory) {
        this.directory = directory;
    }

    /** See the class. Ends the process. */
    static void run() throws Exception {
        Path directory = Path.of(ParentProcess.settings());
        ParentProcess.onGone(() -> Runtime.getRuntime().halt(RealmController.LEFT));
        try (Rehearsal rehearsal = new Rehearsal(directory)) {
            rehearsal.play();
        }
        ParentProcess.ready();
        System.exit(RealmController.LEFT);
    }

    private CompletableFuture<Decision> authenticate(Claim claim) {
        return CompletableFuture.completedFuture(new Decision.Admission(
                REALM,
                "realm-controller",
                BACKEND,
                "cryptosign",
                "dynamic",
                Dict.EMPTY,
                Optional.of(new Proof.OfKey(key.publicKey()))));
    }

    private void play() throws Exception {
        RealmRoles.Rule everything = RealmRoles.Rule.prefix("", Action.values());
        router.openRealm(REALM, new RealmRoles(Map.of(BACKEND, List.of(everything), "node", List.of(everything))));
        Endpoint endpoint = listen();
        ClientSession domain = local("domain", BACKEND);
        await(domain.register(
                "io.bailiwick.domain.list_nodes",
                Dict.EMPTY,
                call -> CompletableFuture.completedFuture(Arguments.of(List.of(node)))));
        RealmSettings settings = RealmSettings.of("{\"realm\":\"" + REALM + "\",\"realm_oid\":\"" + realm
                + "\",\"directory\":\"" + directory.resolve("store") + "\",\"router\":\"" + endpoint
                + "\",\"key\":\"" + key.seed() + "\",\"authid\":\"realm-controller\"}");
        // Twice: a store that is there is opened by other ways than a new one.
        for (int life = 0; life < 2; life++) {
            int code = RealmController.run(settings, exit -> liveThrough(domain, exit));
            if (code != RealmController.LEFT) {
                throw new IllegalStateException("expected a realm controller that leaves, but found exit code " + code);
            }
        }
        domain.close();
    }

    private void liveThrough(ClientSession domain, CompletableFuture<Integer> exit) {
        try {
            liveThrough(domain);
            exit.complete(RealmController.LEFT);
        } catch (Exception e) {
            throw new IllegalStateException("the rehearsal has failed", e);
        }
    }

    private Endpoint listen() throws java.io.IOException {
        Path socket = directory.resolve("r.sock");
        boolean fits = socket.toString().length() <= MAX_SOCKET_PATH;
        Endpoint bound = router.listen(new ListenerOptions(
                        REALM,
                        Endpoint.of(fits ? "unix:" + socket : TCP),
                        "/ws",
                        Optional.empty(),
                        ListenerOptions.Limits.DEFAULT))
                .endpoint();
        return fits ? bound : Endpoint.of("rs://127.0.0.1:" + bound.port());
    }

    /** What soon comes to every realm controller: a node that joins, shows a sign of life, and is asked for. */
    private void liveThrough(ClientSession domain) throws Exception {
        await(domain.publish("io.bailiwick.domain.on_node_paired", node));
        ClientSession joined = local(NODE, "node");
        await(joined.publish("crossbarfabriccenter.node.on_heartbeat", NODE, BEAT));
        // Answered when it is on disk.
        await(joined.call("io.bailiwick.mrealm.store_heartbeat", NODE, BEAT).handle((stored, refused) -> true));
        await(domain.call("crossbarfabriccenter.mrealm.get_nodes"));
        await(domain.call("crossbarfabriccenter.mrealm.get_status"));
        joined.close();
    }

    private ClientSession local(String authid, String role) throws Exception {
        return await(Client.join(
                router.local(REALM, authid, role), Identity.anonymous(REALM), Runnable::run, Client.Carrier.DIRECT));
    }

    private static <T> T await(CompletableFuture<T> stage) throws Exception {
        return stage.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws java.io.IOException {
        router.close();
        network.close();
        Files.deleteIfExists(directory.resolve("r.sock"));
    }
}
