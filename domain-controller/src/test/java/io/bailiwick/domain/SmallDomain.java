package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bailiwick.domain.activation.Activations;
import io.bailiwick.domain.activation.OperatorCodes;
import io.bailiwick.domain.activation.UserKeys;
import io.bailiwick.domain.admission.ControllerKeys;
import io.bailiwick.domain.admission.DomainAdmission;
import io.bailiwick.domain.admission.Doors;
import io.bailiwick.domain.admission.Roles;
import io.bailiwick.domain.admission.SuperuserKeys;
import io.bailiwick.domain.audit.DomainAudit;
import io.bailiwick.domain.audit.SessionOrigins;
import io.bailiwick.domain.audit.procedure.AuditProcedures;
import io.bailiwick.domain.procedure.DomainProcedures;
import io.bailiwick.domain.procedure.KeyProcedures;
import io.bailiwick.domain.procedure.NodeProcedures;
import io.bailiwick.domain.procedure.OrganizationProcedures;
import io.bailiwick.domain.procedure.RealmProcedures;
import io.bailiwick.domain.procedure.RoleProcedures;
import io.bailiwick.domain.procedure.UserProcedures;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.supervision.RealmControllers;
import io.bailiwick.domain.testing.Population;
import io.bailiwick.domain.waiting.NodeDoor;
import io.bailiwick.domain.waiting.WaitingRoom;
import io.bailiwick.router.child.Lifecycle;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.client.JoinRefusedException;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.server.Router;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A whole domain in this process: a real store, a real router, real admission, clients over real sockets who prove their keys.
 * Only the realm controllers are not there: their processes are plain objects that are ready at once.
 */
final class SmallDomain implements AutoCloseable {
    static final String DOMAIN = Roles.DOMAIN_REALM;
    static final String USER = "crossbarfabriccenter.user.";
    static final String MREALM = "crossbarfabriccenter.mrealm.";
    static final String NO_SUCH_OBJECT = "crossbar.error.no_such_object";
    static final String NOT_AUTHORIZED = "fabric.not-authorized";
    static final String INVALID = "wamp.error.invalid_argument";
    private static final long PATIENCE = 30;

    final Population population;
    final UserKeys userKeys;
    final NodeDoor nodes;
    final NodeProcedures pairing;
    final Work work;
    private final SigningKey superuserKey = SigningKey.generate();
    private final Map<String, SigningKey> keys = new ConcurrentHashMap<>(Map.of(User.SUPERUSER, superuserKey));
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledExecutorService supervisor = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService workers = Executors.newFixedThreadPool(4);
    private final ExecutorService callbacks = Executors.newFixedThreadPool(2);
    private final Network network = Network.open(1);
    private final Router router;
    private final RealmControllers controllers;
    /** The controllers that were started last, by the names of their realms. */
    final Map<String, PlainChild> children = new ConcurrentHashMap<>();

    final Endpoint endpoint;

    SmallDomain(Path directory) throws Exception {
        DataDirectory data = DataDirectory.prepare(directory);
        population = new Population(data.store());
        Clock clock = Clock.systemUTC();
        userKeys = new UserKeys(population.schema());
        OperatorCodes codes = new OperatorCodes(clock);
        nodes = new NodeDoor(population.store, WaitingRoom.Limits.DEFAULT, clock);
        router = Router.start(
                network,
                new DomainAdmission(
                        population.store,
                        new SuperuserKeys(Set.of(superuserKey.publicKey())),
                        new ControllerKeys(),
                        userKeys,
                        new Activations(population.store, userKeys, codes, Activations.Limits.DEFAULT, clock),
                        new Doors(Set.of(), Set.of(), Set.of()),
                        nodes,
                        nodes.places(),
                        workers));
        router.openRealm(DOMAIN, Roles.DOMAIN);
        Work work = new Work(
                population.store,
                workers,
                new SessionOrigins(() -> router.sessions(DOMAIN)),
                new DomainAudit(population.store));
        ControllerEvents events = new ControllerEvents(work);
        controllers = new RealmControllers(
                wanted -> {
                    PlainChild child = PlainChild.atOnce();
                    children.put(wanted.name(), child);
                    return child;
                },
                supervisor,
                clock,
                2,
                events::changed,
                Lifecycle.STANDARD,
                RealmControllers.STOP_GRACE);
        HeldSession session = new HeldSession(DOMAIN, router.local(DOMAIN, "domain", Roles.BACKEND), workers, timer);
        LiveRealms.Times times =
                new LiveRealms.Times(Duration.ofSeconds(PATIENCE), Duration.ofMillis(300), Duration.ofMillis(300));
        LiveRealms live = new LiveRealms(router, controllers, session, work, data, times, timer, workers);
        events.begin(live);
        KeySessions keySessions = new KeySessions(router, population.store, times.handshake(), timer, workers);
        nodes.places().open(new NodeSessions(router), timer);
        NodeDoor.Served served = nodes.serve(work, live);
        pairing = served.pairing();
        this.work = work;
        List<Object> groups = new ArrayList<>(List.of(
                new DomainProcedures(clock),
                new RealmProcedures(work, live, clock, 1000),
                new RoleProcedures(work, live),
                new UserProcedures(work, live, userKeys),
                new KeyProcedures(work, userKeys, codes::waiting, keySessions, clock),
                new OrganizationProcedures(work, live, clock),
                new AuditProcedures(work)));
        groups.addAll(served.groups());
        session.open(groups, work::refused).get(PATIENCE, TimeUnit.SECONDS);
        Network.Listening listening = router.listen(new ListenerOptions(
                "test", Endpoint.of("tcp://127.0.0.1:0"), "/ws", Optional.empty(), ListenerOptions.Limits.DEFAULT));
        endpoint = Endpoint.of("rs://127.0.0.1:" + listening.endpoint().port());
    }

    /** A user who can log in. */
    User user(String authid) {
        SigningKey key = SigningKey.generate();
        keys.put(authid, key);
        return population.user(authid, key.publicKey());
    }

    SigningKey key(String authid) {
        return keys.get(authid);
    }

    /** A user on the domain realm. */
    ClientSession join(String authid) throws Exception {
        return join(Identity.of(DOMAIN, null, null, keys.get(authid)));
    }

    ClientSession join(String authid, String realm, String role) throws Exception {
        return join(Identity.of(realm, null, role, keys.get(authid)));
    }

    ClientSession node(SigningKey key) throws Exception {
        return join(Identity.of(null, null, "node", key));
    }

    ClientSession join(Identity identity) throws Exception {
        return Client.join(network.connector(endpoint, Format.JSON, Optional.empty()), identity, callbacks)
                .get(PATIENCE, TimeUnit.SECONDS);
    }

    /** The reason why somebody is not let in. */
    String refusal(Identity identity) {
        ExecutionException failure = assertThrows(ExecutionException.class, () -> join(identity));
        return assertInstanceOf(JoinRefusedException.class, failure.getCause()).reason();
    }

    static <T> T within(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE, TimeUnit.SECONDS);
    }

    /** The first result of a call. */
    static Object call(ClientSession session, String procedure, Object... arguments) throws Exception {
        return within(session.call(procedure, Arguments.of(arguments), Duration.ofSeconds(PATIENCE)))
                .list()
                .get(0);
    }

    @SuppressWarnings("unchecked") // a dictionary on the wire has text keys
    static Map<String, Object> dict(ClientSession session, String procedure, Object... arguments) throws Exception {
        return (Map<String, Object>) call(session, procedure, arguments);
    }

    /** What a call by keywords ends with. */
    static Object byName(ClientSession session, String procedure, Map<String, Object> keywords) throws Exception {
        return within(session.call(procedure, new Arguments(List.of(), keywords), Duration.ofSeconds(PATIENCE)))
                .list()
                .get(0);
    }

    /** The error that a call ends with. */
    static ApplicationError error(ClientSession session, String procedure, Object... arguments) {
        ExecutionException failure = assertThrows(ExecutionException.class, () -> call(session, procedure, arguments));
        return assertInstanceOf(ApplicationError.class, failure.getCause());
    }

    /** The URI of the error that a call ends with. */
    static String refused(ClientSession session, String procedure, Object... arguments) {
        return error(session, procedure, arguments).uri();
    }

    /** The text of an error for arguments. */
    static String invalid(ClientSession session, String procedure, Object... arguments) {
        ApplicationError error = error(session, procedure, arguments);
        if (!error.uri().equals(INVALID)) {
            throw new AssertionError("expected " + INVALID + ", but found " + error);
        }
        return String.valueOf(error.arguments().list().get(0));
    }

    /** The first arguments of the events of a topic, as they come. */
    static BlockingQueue<Map<?, ?>> events(ClientSession session, String topic) throws Exception {
        BlockingQueue<Map<?, ?>> events = new LinkedBlockingQueue<>();
        within(session.subscribe(
                topic,
                MatchPolicy.EXACT,
                event -> events.add((Map<?, ?>) event.arguments().list().get(0))));
        return events;
    }

    static Map<?, ?> next(BlockingQueue<Map<?, ?>> events) throws Exception {
        Map<?, ?> event = events.poll(PATIENCE, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("no event came");
        }
        return event;
    }

    @Override
    public void close() {
        controllers.close();
        router.close();
        network.close();
        timer.shutdownNow();
        supervisor.shutdownNow();
        workers.shutdown();
        callbacks.shutdownNow();
        population.close();
    }
}
