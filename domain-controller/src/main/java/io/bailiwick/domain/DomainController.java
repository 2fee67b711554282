package io.bailiwick.domain;

import io.bailiwick.domain.admission.ControllerKeys;
import io.bailiwick.domain.admission.Roles;
import io.bailiwick.domain.audit.DomainAudit;
import io.bailiwick.domain.audit.SessionOrigins;
import io.bailiwick.domain.audit.procedure.AuditProcedures;
import io.bailiwick.domain.procedure.DomainProcedures;
import io.bailiwick.domain.procedure.KeyProcedures;
import io.bailiwick.domain.procedure.NodeChangeProcedures;
import io.bailiwick.domain.procedure.NodeProcedures;
import io.bailiwick.domain.procedure.OrganizationProcedures;
import io.bailiwick.domain.procedure.RealmProcedures;
import io.bailiwick.domain.procedure.RoleProcedures;
import io.bailiwick.domain.procedure.UserProcedures;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.supervision.RealmControllers;
import io.bailiwick.domain.supervision.RealmStatus;
import io.bailiwick.domain.supervision.SteadyClock;
import io.bailiwick.router.client.Topic;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.server.Router;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.Table.Row;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions.Limits;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import io.bailiwick.router.transport.tls.ListenerTls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running domain: one store, one router, one process per management realm. */
public final class DomainController implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DomainController.class);
    @Topic(carries = "[{now, tick}]", when = "the domain starts, and every five minutes")
    private static final String ON_TICK = "crossbarfabriccenter.domain.on_tick";
    private static final Duration CLEANING = Duration.ofMinutes(1);
    private static final Duration TICK = Duration.ofMinutes(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** The kernel takes 107 bytes; other systems a few less. */
    private static final int MAX_SOCKET_PATH = 100;

    private static final long ARCHIVE_DELAY_SECONDS = 3;
    private static final int WORKERS = 4;
    private static final int DOORKEEPERS = 2;
    private static final int MAX_WAITING = 10_000;

    private final DataDirectory data;
    private final Clock clock = Clock.systemUTC();
    private final List<Endpoint> endpoints = new ArrayList<>();
    private final CompletableFuture<String> failed = new CompletableFuture<>();
    private Supplier<Map<UUID, RealmStatus>> statuses = Map::of;
    private Reload reload = () -> {};
    private Optional<Path> localDoor = Optional.empty();
    /** What was opened, last first. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Reads again what may change while the domain runs. */
    @FunctionalInterface
    private interface Reload {
        void run() throws IOException;
    }

    private DomainController(DataDirectory data) {
        this.data = data;
    }

    /**
     * Starts a domain. When this returns, all its listeners are bound and all its realms can be joined; their controllers
     * are being started.
     *
     * @throws IOException naming what could not be opened (a file, an address, a key); nothing stays open then
     */
    public static DomainController start(MasterOptions options) throws IOException {
        DomainController domain = new DomainController(DataDirectory.prepare(options.data()));
        try {
            domain.open(options);
        } catch (IOException | RuntimeException e) {
            domain.close();
            throw e;
        }
        return domain;
    }

    private void open(MasterOptions options) throws IOException {
        Store<GlobalSchema> store = later(Store.open(data.store(), new GlobalSchema()));
        DomainAudit audit = new DomainAudit(store, clock);
        FirstStart.seed(store, audit, clock);
        later(() -> audit.own(DomainAudit.STOPPED, Map.of()));
        audit.own(DomainAudit.STARTED, Map.of("version", DomainProcedures.version()));
        ExecutorService workers = finished(pool("work", WORKERS));
        ScheduledExecutorService timer = finished(timer("domain"));

        ControllerKeys keys = new ControllerKeys();
        // Threads of its own: a crowd at the door must not keep those who are in from their work.
        ExecutorService doorkeepers = finished(pool("admission", DOORKEEPERS));
        Gatehouse gate = later(new Gatehouse(options, data, store, keys, doorkeepers, clock));
        Network network = later(Network.open(0));
        RestingRealms resting = later(gate.resting());
        Router router = later(Router.start(network, gate.authenticator()));
        router.openRealm(Roles.DOMAIN_REALM, Roles.DOMAIN);

        RealmLauncher launcher = new RealmLauncher(data, listenForControllers(router), keys, options.controllers());
        RealmControllers controllers = new RealmControllers(
                launcher,
                finished(timer("supervision")),
                SteadyClock.setBy(clock),
                options.maxConcurrentStarts(),
                status -> {},
                options.restarts(),
                RealmControllers.STOP_GRACE,
                options.controllers().hungAfter());
        this.statuses = controllers::statuses;
        Work work = new Work(
                store, workers, new SessionOrigins(() -> router.sessions(Roles.DOMAIN_REALM)), audit);
        work.failed().thenAccept(failed::complete);
        KeySessions sessions = new KeySessions(router, store, LiveRealms.HANDSHAKE, timer, workers);
        this.reload = () -> {
            audit.own(DomainAudit.KEYS_RELOADED, Map.of());
            gate.reload().forEach(key -> sessions.revoked(key.hex()));
        };
        LiveRealms.Site site = new LiveRealms.Site(data, launcher.confinement().sandbox(), resting::isOnDemand);
        serve(options, router, controllers, work, timer, workers, store, gate, sessions, site);
        resting.begin(router, controllers, timer);
        ScheduledFuture<?> cleaning = timer.scheduleAtFixedRate(gate::clean, 0, CLEANING.toSeconds(), TimeUnit.SECONDS);
        later(() -> cleaning.cancel(false));

        for (MasterOptions.Listener listener : options.listeners()) {
            endpoints.add(listen(router, Gatehouse.listener(endpoints.size()), listener)
                    .endpoint());
        }
        this.localDoor = openLocalDoor(router, options);
        LOG.info("The domain is open at {}", endpoints);
        // Not at once: who opens a domain often creates a realm next, and that comes first.
        timer.schedule(launcher::prepare, ARCHIVE_DELAY_SECONDS, TimeUnit.SECONDS);
    }

    /** Opens the domain realm and all stored realms to whoever may join. */
    private void serve(
            MasterOptions options,
            Router router,
            RealmControllers controllers,
            Work work,
            ScheduledExecutorService timer,
            ExecutorService workers,
            Store<GlobalSchema> store,
            Gatehouse gate,
            KeySessions sessions,
            LiveRealms.Site site)
            throws IOException {
        DomainProcedures about = new DomainProcedures(clock);
        HeldSession session = new HeldSession(
                Roles.DOMAIN_REALM, router.local(Roles.DOMAIN_REALM, LiveRealms.DOMAIN, Roles.BACKEND), workers, timer);
        LiveRealms.Times times =
                new LiveRealms.Times(options.startDeadline(), LiveRealms.HANDSHAKE, LiveRealms.QUESTION);
        LiveRealms realms = new LiveRealms(router, controllers, session, work, site, times, timer, workers);
        later(session);
        later(realms);
        // Closed first: a controller that is asked to leave in the middle of its start still asks the domain for its
        // nodes.
        later(controllers);

        List<ManagementRealm> stored =
                store.read(tx -> store.schema().mrealms.all(tx).map(Row::row).toList());
        CompletableFuture<?>[] admitted = stored.stream().map(realms::admit).toArray(CompletableFuture<?>[]::new);
        await(CompletableFuture.allOf(admitted), "opening the stored realms");
        await(
                session.open(procedures(about, work, realms, options.maxRealms(), gate, sessions)),
                "binding the procedures of the domain");
        ScheduledFuture<?> ticking = timer.scheduleAtFixedRate(
                () -> session.publish(ON_TICK, Dict.EMPTY, about.tick()), 0, TICK.toSeconds(), TimeUnit.SECONDS);
        later(() -> ticking.cancel(false));
        warnOfStrangers(stored);
    }

    private List<Object> procedures(
            DomainProcedures about, Work work, LiveRealms realms, int maxRealms, Gatehouse gate, KeySessions sessions) {
        return List.of(
                about,
                new RealmProcedures(work, realms, clock, maxRealms),
                new NodeProcedures(work, realms),
                new NodeChangeProcedures(work, realms, clock),
                new RoleProcedures(work, realms),
                new UserProcedures(work, realms, gate.keys()),
                new KeyProcedures(work, gate.keys(), gate::codes, sessions, clock),
                new OrganizationProcedures(work, realms, clock),
                new AuditProcedures(work));
    }

    /** Stores of realms that have no row are left alone: they may be what a lost domain store is rebuilt from. */
    private void warnOfStrangers(List<ManagementRealm> stored) throws IOException {
        Set<String> known = stored.stream().map(realm -> realm.oid().toString()).collect(Collectors.toSet());
        try (var directories = Files.list(data.realms())) {
            directories
                    .filter(directory -> !known.contains(String.valueOf(directory.getFileName())))
                    .forEach(directory -> LOG.warn("{} belongs to no management realm of this domain", directory));
        }
    }

    private Endpoint listenForControllers(Router router) throws IOException {
        boolean fits = fits(data.socket());
        // Left by a domain that was killed; the lock on the store says that it is not there any more.
        Files.deleteIfExists(data.socket());
        Endpoint wanted = Endpoint.of(fits ? "unix:" + data.socket() : "tcp://127.0.0.1:0");
        Endpoint bound =
                listen(router, "controllers", MasterOptions.Listener.at(wanted)).endpoint();
        return fits ? bound : Endpoint.of("rs://127.0.0.1:" + bound.port());
    }

    private Network.Listening listen(Router router, String name, MasterOptions.Listener listener) throws IOException {
        return later(router.listen(new ListenerOptions(
                name,
                listener.endpoint(),
                listener.webSocketPath(),
                listener.certificate().map(ListenerTls::of),
                Limits.DEFAULT)));
    }

    /** Where an administrator of this machine comes in without a key; nowhere when the path is too long and was not chosen. */
    private Optional<Path> openLocalDoor(Router router, MasterOptions options) throws IOException {
        Path socket = options.logins().adminSocket().orElse(data.adminSocket());
        if (options.logins().adminSocket().isEmpty() && !fits(socket)) {
            LOG.warn(
                    "There is no local door: the path {} is too long for a socket; name another with admin_socket",
                    socket);
            return Optional.empty();
        }
        listen(router, Gatehouse.LOCAL_DOOR, MasterOptions.Listener.at(Endpoint.of("unix:" + socket)));
        return Optional.of(socket);
    }

    private static boolean fits(Path socket) {
        return socket.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_SOCKET_PATH;
    }

    /** Where clients and nodes come in, with the ports that were given. */
    public List<Endpoint> endpoints() {
        return List.copyOf(endpoints);
    }

    /** The socket at which an administrator of this machine comes in as the superuser, without a key. */
    public Optional<Path> localDoor() {
        return localDoor;
    }

    /**
     * Reads the superusers' key files again. The sessions of those whose keys are gone end.
     *
     * @throws IOException naming what could not be read; then all is as before
     */
    public void reload() throws IOException {
        reload.run();
    }

    /** How it stands with the controller of each management realm. */
    public List<RealmStatus> realms() {
        return List.copyOf(statuses.get().values());
    }

    /** The private key file of the superuser, made at the first start. */
    public Path superuserKey() {
        return data.superuserPrivate();
    }

    /** Completes with the reason when the domain's store has failed for good: close the domain and start it anew. */
    public CompletableFuture<String> failed() {
        return failed.copy();
    }

    /** Stops listening, ends all realm controllers and all sessions, and closes the store. Idempotent. */
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            AutoCloseable next = opened.pop();
            try {
                next.close();
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                LOG.warn("Closing {} failed", next, e);
            }
        }
    }

    private <T extends AutoCloseable> T later(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Lets it finish what it does when it is its turn: an interrupt in the middle of a read would close the store's file. */
    private <T extends ExecutorService> T finished(T executor) {
        opened.push(() -> {
            executor.shutdown();
            if (!executor.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("Expected all work to end within {} s, but some did not", PATIENCE.toSeconds());
            }
        });
        return executor;
    }

    private static void await(CompletableFuture<?> future, String what) throws IOException {
        try {
            future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(what + " failed: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IOException(what + ": expected an end within " + PATIENCE.toSeconds() + " s, but found none", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(what + " was interrupted", e);
        }
    }

    private static ExecutorService pool(String name, int number) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                number, number, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), threads(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ScheduledExecutorService timer(String name) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, threads(name));
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    private static ThreadFactory threads(String name) {
        return task -> {
            Thread thread = new Thread(task, "bailiwick-" + name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
