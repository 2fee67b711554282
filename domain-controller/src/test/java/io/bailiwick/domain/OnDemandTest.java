package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.isolation.ControllerLimits;
import io.bailiwick.domain.isolation.ControllerOptions;
import io.bailiwick.domain.isolation.ControllerOptions.SandboxChoice;
import io.bailiwick.domain.supervision.RealmStatus;
import io.bailiwick.domain.testing.Population;
import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.client.JoinRefusedException;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Realm controllers, real processes, that run only when somebody needs them. */
@Timeout(90)
class OnDemandTest {
    private static final long PATIENCE = 60;

    private final SigningKey node = SigningKey.generate();
    private static final Duration IDLE = Duration.ofSeconds(3);

    @TempDir
    Path directory;

    private final List<ClientSession> sessions = new ArrayList<>();
    private Network network;
    private ExecutorService callbacks;
    private DomainController domain;

    @BeforeEach
    void start() throws Exception {
        network = Network.open(1);
        callbacks = Executors.newFixedThreadPool(2);
        Path data = directory.resolve("data");
        try (Population population = new Population(DataDirectory.prepare(data).store())) {
            population.node(
                    population.superuser, population.realm("lazy", population.superuser), "n1", node.publicKey(), null);
            population.realm("busy", population.superuser);
        }
        ControllerLimits always = ControllerLimits.STANDARD;
        ControllerLimits lazy = new ControllerLimits(
                always.heap(), always.metaspace(), always.directMemory(), always.openFiles(), IDLE);
        MasterOptions defaults = MasterOptions.of(data);
        domain = DomainController.start(new MasterOptions(
                        data,
                        List.of(MasterOptions.Listener.at(Endpoint.of("tcp://127.0.0.1:0"))),
                        List.of(),
                        Duration.ofSeconds(PATIENCE),
                        defaults.maxRealms(),
                        defaults.maxConcurrentStarts(),
                        defaults.restarts())
                .with(new ControllerOptions(SandboxChoice.AUTO, Duration.ofSeconds(10), always, Map.of("lazy", lazy))));
    }

    @AfterEach
    void stop() {
        sessions.forEach(ClientSession::close);
        domain.close();
        network.close();
        callbacks.shutdownNow();
    }

    private CompletableFuture<ClientSession> joining(String realm, SigningKey key) {
        return joining(Identity.of(realm, null, null, key));
    }

    private CompletableFuture<ClientSession> joining(Identity identity) {
        Endpoint at = Endpoint.of("ws://127.0.0.1:" + domain.endpoints().get(0).port() + "/ws");
        return Client.join(
                network.connector(at, Format.CBOR, Optional.empty()),
                identity,
                callbacks,
                Client.Carrier.JAWAMPA,
                Duration.ofSeconds(PATIENCE));
    }

    private ClientSession join(String realm) throws Exception {
        ClientSession session =
                joining(realm, KeyFiles.readSigningKey(domain.superuserKey())).get(PATIENCE, TimeUnit.SECONDS);
        sessions.add(session);
        return session;
    }

    private static void assertAnswers(ClientSession session) throws Exception {
        session.call("crossbarfabriccenter.mrealm.get_status", Arguments.of(), Duration.ofSeconds(PATIENCE))
                .get(PATIENCE, TimeUnit.SECONDS);
    }

    private RealmStatus status(String realm) {
        return domain.realms().stream()
                .filter(status -> status.name().equals(realm))
                .findFirst()
                .orElseThrow();
    }

    private RealmStatus until(String realm, String state) throws Exception {
        // A moment after the start a realm may not be on record yet.
        return Fleet.until(realm + " to be " + state, () -> domain.realms().stream()
                .filter(status -> status.name().equals(realm) && status.state().equals(state))
                .findFirst()
                .orElse(null));
    }

    @Test
    void a_realm_that_nobody_needs_has_no_process_until_somebody_joins_whose_calls_are_answered_at_once()
            throws Exception {
        assertNull(until("lazy", "idle").pid());
        ClientSession first = join("lazy");
        assertAnswers(first);
        long pid = status("lazy").pid();
        // Somebody is there: it stays, for longer than nobody may be there.
        long end = System.nanoTime() + IDLE.multipliedBy(2).toNanos();
        while (System.nanoTime() < end) {
            assertAnswers(first);
        }
        assertEquals(pid, status("lazy").pid());
        first.close();
        RealmStatus idle = until("lazy", "idle");
        assertNull(idle.reason());
        assertTrue(ProcessHandle.of(pid).isEmpty());
        assertAnswers(join("lazy"));
        assertEquals("ready", until("busy", "ready").state(), "a realm without the setting always runs");
    }

    @Test
    void a_node_that_returns_wakes_its_realm_too() throws Exception {
        until("lazy", "idle");
        for (int i = 0; i < 2; i++) {
            ClientSession session =
                    joining(Identity.of(null, null, "node", node)).get(PATIENCE, TimeUnit.SECONDS);
            sessions.add(session);
            assertAnswers(session);
            session.close();
            until("lazy", "idle");
        }
    }

    @Test
    void a_stranger_who_proves_nothing_starts_nothing() throws Exception {
        Throwable refused = assertThrows(ExecutionException.class, () -> joining("lazy", SigningKey.generate())
                        .get(PATIENCE, TimeUnit.SECONDS))
                .getCause();
        assertInstanceOf(JoinRefusedException.class, refused);
        assertNull(until("lazy", "idle").pid());
    }

    @Test
    void many_who_come_at_once_start_one_process_and_all_are_answered() throws Exception {
        SigningKey key = KeyFiles.readSigningKey(domain.superuserKey());
        List<CompletableFuture<ClientSession>> joining = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            joining.add(joining("lazy", key));
        }
        for (CompletableFuture<ClientSession> each : joining) {
            ClientSession session = each.get(PATIENCE, TimeUnit.SECONDS);
            sessions.add(session);
            assertAnswers(session);
        }
        assertEquals(0, status("lazy").restarts());
    }
}
