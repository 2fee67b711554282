package io.bailiwick.domain;

import io.bailiwick.domain.admission.ControllerKeys;
import io.bailiwick.domain.admission.Roles;
import io.bailiwick.domain.audit.DomainAudit;
import io.bailiwick.domain.audit.SessionOrigins;
import io.bailiwick.domain.audit.procedure.AuditProcedures;
import io.bailiwick.domain.backup.BackupProcedures;
import io.bailiwick.domain.backup.Backups;
import io.bailiwick.domain.metering.Metering;
import io.bailiwick.domain.procedure.DomainProcedures;
import io.bailiwick.domain.procedure.KeyProcedures;
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
import io.bailiwick.domain.waiting.NodeDoor;
import io.bailiwick.domain.waiting.WatchedDirectory;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.server.Router;
import io.bailiwick.router.space.Disk;
import io.bailiwick.router.space.SpaceWatch;
import io.bailiwick.router.store.ExpiryClock;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.Table.Row;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.ListenerOptions.Limits;
import io.bailiwick.router.transport.Network;
import io.bailiwick.router.transport.tls.ListenerTls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running domain: one store, one router, one process per management realm. */
public final class DomainController implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DomainController.class);
    private static final Duration NOTING = Duration.ofSeconds(5);
    /** The kernel takes 107 bytes; other systems a few less. */
    private static final int MAX_SOCKET_PATH = 100;

    private static final long ARCHIVE_DELAY_SECONDS = 3;
    private static final int WORKERS = 4;
    private static final int DOORKEEPERS = 2;
    private static final long DRAIN_LOOK_MILLIS = 20;

    private final DataDirectory data;
    private final Clock clock;
    private final List<Endpoint> endpoints = new ArrayList<>();
    private final CompletableFuture<String> failed = new CompletableFuture<>();
    private Supplier<Map<UUID, RealmStatus>> statuses = Map::of;
    private final List<Network.Listening> listeners = new ArrayList<>();
    /** The listeners, and the local door; realm controllers have one of their own. */
    private final List<Network.Listening> doors = new ArrayList<>();

    private Reload reload = next -> {};
    private Optional<Path> localDoor = Optional.empty();
    private Optional<Router> running = Optional.empty();
    private final Opened opened = new Opened();
    private final SpaceWatch space;
    private volatile MasterOptions options;

    /** Goes on by other options; changes nothing when it fails. */
    @FunctionalInterface
    private interface Reload {
        void by(MasterOptions next) throws IOException;
    }

    private DomainController(DataDirectory data, MasterOptions options, Disk disk, Clock clock) {
        this.clock = clock;
        this.data = data;
        this.options = options;
        this.space = new SpaceWatch(disk, options.upkeep().disk(), System::nanoTime);
    }

    /**
     * Starts a domain. When this returns, all its listeners are bound and all its realms can be joined; their controllers
     * are being started.
     *
     * @throws IOException naming what could not be opened (a file, an address, a key); nothing stays open then
     */
    public static DomainController start(MasterOptions options) throws IOException {
        return start(options, Disk.of(options.data()));
    }

    /** As {@link #start(MasterOptions)}, on a disk whose room is told by another. */
    static DomainController start(MasterOptions options, Disk disk) throws IOException {
        return start(options, disk, Clock.systemUTC());
    }

    /** The same by another time of day. */
    static DomainController start(MasterOptions options, Disk disk, Clock clock) throws IOException {
        DomainController domain = new DomainController(DataDirectory.prepare(options.data()), options, disk, clock);
        try {
            domain.open();
        } catch (IOException | RuntimeException e) {
            domain.close();
            throw e;
        }
        return domain;
    }

    private void open() throws IOException {
        Store<GlobalSchema> store = opened.later(Store.open(data.store(), new GlobalSchema()));
        store.failed().thenAccept(reason -> failed.complete(String.valueOf(reason.getMessage())));
        DomainAudit audit = new DomainAudit(store, clock);
        FirstStart.seed(store, audit, clock, options.upkeep().defaultRealm());
        opened.later(() -> audit.own(DomainAudit.STOPPED, Map.of()));
        audit.own(DomainAudit.STARTED, Map.of("version", DomainProcedures.version()));
        ExecutorService workers = opened.finished(Opened.pool("work", WORKERS));
        ScheduledExecutorService timer = opened.finished(Opened.timer("domain"));

        ControllerKeys keys = new ControllerKeys();
        // Threads of its own: a crowd at the door must not keep those who are in from their work.
        ExecutorService doorkeepers = opened.finished(Opened.pool("admission", DOORKEEPERS));
        Gatehouse gate = opened.later(new Gatehouse(options, data, store, keys, doorkeepers, clock));
        // After the writes without which nothing opens: a domain whose disk is full still lets people in.
        store.writeOnlyWith(space::hasRoom);
        Network network = opened.later(Network.open(options.network()));
        RestingRealms resting = opened.later(gate.resting());
        Router router = opened.later(Router.start(network, gate.authenticator()));
        running = Optional.of(router);
        router.openRealm(Roles.DOMAIN_REALM, Roles.DOMAIN);

        RealmLauncher launcher = opened.later(new RealmLauncher(
                data,
                listenForControllers(router),
                keys,
                options.controllers(),
                () -> options.upkeep().disk().floor(),
                () -> options.upkeep().controllerSettings()));
        Work work = new Work(store, workers, new SessionOrigins(() -> router.sessions(Roles.DOMAIN_REALM)), audit);
        ControllerEvents events = new ControllerEvents(work);
        RealmControllers controllers = new RealmControllers(
                launcher,
                opened.finished(Opened.timer("supervision")),
                SteadyClock.setBy(clock),
                options.maxConcurrentStarts(),
                events::changed,
                options.restarts(),
                RealmControllers.STOP_GRACE,
                options.controllers().hungAfter());
        this.statuses = controllers::statuses;
        KeySessions sessions = new KeySessions(router, store, LiveRealms.HANDSHAKE, timer, workers);
        LiveRealms.Site site = new LiveRealms.Site(data, launcher.confinement().sandbox(), resting::isOnDemand);
        serve(router, controllers, events, work, timer, workers, store, gate, sessions, site);
        resting.begin(router, controllers, timer);

        for (MasterOptions.Listener listener : options.listeners()) {
            Network.Listening listening = listen(router, Gatehouse.listener(endpoints.size()), listener);
            listeners.add(listening);
            doors.add(listening);
            endpoints.add(listening.endpoint());
        }
        this.localDoor = openLocalDoor(router);
        LOG.info("The domain is open at {}", endpoints);
        // Not at once: who opens a domain often creates a realm next, and that comes first.
        timer.schedule(launcher::prepare, ARCHIVE_DELAY_SECONDS, TimeUnit.SECONDS);
    }

    /** Opens the domain realm and all stored realms to whoever may join. */
    private void serve(
            Router router,
            RealmControllers controllers,
            ControllerEvents events,
            Work work,
            ScheduledExecutorService timer,
            ExecutorService workers,
            Store<GlobalSchema> store,
            Gatehouse gate,
            KeySessions sessions,
            LiveRealms.Site site)
            throws IOException {
        DomainProcedures about = new DomainProcedures(clock, () -> Housekeeping.status(space));
        HeldSession session = new HeldSession(
                Roles.DOMAIN_REALM, router.local(Roles.DOMAIN_REALM, LiveRealms.DOMAIN, Roles.BACKEND), workers, timer);
        LiveRealms.Times times =
                new LiveRealms.Times(options.startDeadline(), LiveRealms.HANDSHAKE, LiveRealms.QUESTION);
        LiveRealms realms = new LiveRealms(router, controllers, session, work, site, times, timer, workers);
        ExpiryClock expiry = new ExpiryClock(store, store.schema().expiry, clock);
        Metering metering = metering(work, timer, expiry, session);
        realms.offer(metering::intake);
        events.begin(realms);
        opened.later(session);
        opened.later(realms);
        opened.later(metering);
        // Closed first: a controller that is asked to leave in the middle of its start still asks the domain for its
        // nodes.
        opened.later(controllers);

        List<ManagementRealm> stored =
                store.read(tx -> store.schema().mrealms.all(tx).map(Row::row).toList());
        CompletableFuture<?>[] admitted = stored.stream().map(realms::admit).toArray(CompletableFuture<?>[]::new);
        Opened.await(CompletableFuture.allOf(admitted), "opening the stored realms");
        gate.nodes().places().open(new NodeSessions(router), timer);
        NodeDoor.Served nodes = gate.nodes().serve(work, realms);
        List<Object> procedures = new ArrayList<>(procedures(about, work, realms, gate, sessions, nodes));
        procedures.add(backups(store, work, realms));
        procedures.add(metering.procedures());
        Opened.await(session.open(procedures, work::refused), "binding the procedures of the domain");
        metering.begin();
        ScheduledFuture<?> noting = timer.scheduleAtFixedRate(
                () -> gate.nodes().write(false), NOTING.toSeconds(), NOTING.toSeconds(), TimeUnit.SECONDS);
        opened.later(() -> noting.cancel(false));
        if (options.logins().watch().isPresent()) {
            opened.later(WatchedDirectory.open(options.logins().watch().get(), work, nodes.pairing(), clock));
        }
        Housekeeping housekeeping = opened.later(new Housekeeping(timer, session, about, space, () -> {
            gate.clean();
            work.audit().keep(options.upkeep().audit().retention(), expiry);
        }));
        housekeeping.begin(options.upkeep());
        this.reload = next -> {
            work.audit().asked(DomainAudit.RELOADED);
            reload(next, gate, sessions, realms, housekeeping);
        };
        warnOfStrangers(stored);
    }

    private List<Object> procedures(
            DomainProcedures about,
            Work work,
            LiveRealms realms,
            Gatehouse gate,
            KeySessions sessions,
            NodeDoor.Served nodes) {
        List<Object> groups = new ArrayList<>(List.of(
                about,
                new RealmProcedures(work, realms, clock, () -> options.maxRealms(), () -> options.maxRealmsOwned()),
                new RoleProcedures(work, realms),
                new UserProcedures(work, realms, gate.keys()),
                new KeyProcedures(work, gate.keys(), gate::codes, sessions, clock),
                new OrganizationProcedures(work, realms, clock),
                new AuditProcedures(work)));
        groups.addAll(nodes.groups());
        return groups;
    }

    private Metering metering(Work work, ScheduledExecutorService timer, ExpiryClock expiry, HeldSession session)
            throws IOException {
        return new Metering(
                options.upkeep().metering(),
                work,
                FirstStart.master(data, clock),
                timer,
                clock,
                expiry,
                (readers, usage) -> session.publishAll(
                        Metering.ON_METER_USAGE, Dict.of("eligible_authid", readers), Arguments.of(usage.toArray())));
    }

    private BackupProcedures backups(Store<GlobalSchema> store, Work work, LiveRealms realms) {
        LiveStores stores = new LiveStores(realms, data);
        Backups backups = new Backups(
                store,
                DataDirectory.places(data.root()),
                stores,
                () -> options.upkeep().backups(),
                clock);
        return new BackupProcedures(work, backups, stores, opened.finished(Opened.pool("backup", 1)));
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
        return opened.later(router.listen(listenerOptions(name, listener)));
    }

    private static ListenerOptions listenerOptions(String name, MasterOptions.Listener listener) {
        return new ListenerOptions(
                name,
                listener.endpoint(),
                listener.webSocketPath(),
                listener.certificate().map(ListenerTls::of),
                Limits.DEFAULT);
    }

    /** Where an administrator of this machine comes in without a key; nowhere when the path is too long and was not chosen. */
    private Optional<Path> openLocalDoor(Router router) throws IOException {
        Path socket = options.logins().adminSocket().orElse(data.adminSocket());
        if (options.logins().adminSocket().isEmpty() && !fits(socket)) {
            LOG.warn(
                    "There is no local door: the path {} is too long for a socket; name another with admin_socket",
                    socket);
            return Optional.empty();
        }
        doors.add(listen(router, Gatehouse.LOCAL_DOOR, MasterOptions.Listener.at(Endpoint.of("unix:" + socket))));
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
     * Reads the files again that the options name: keys of superusers, certificates.
     *
     * @throws IOException naming what could not be read; then all is as before
     */
    public void reload() throws IOException {
        reload(options);
    }

    /**
     * Goes on by other options, as far as that can be done without a restart: superusers, certificates, start_deadline,
     * max_realms, max_realms_owned, tick, drain, disk, backups, audit, heartbeats. The sessions of superusers whose keys are gone end.
     *
     * @return the settings that take effect at the next start, by name; they are logged too
     * @throws IOException naming what could not be read; then all is as before
     */
    public List<String> reload(MasterOptions file) throws IOException {
        ReloadPlan plan = ReloadPlan.of(options, file);
        reload.by(plan.next());
        if (!plan.waiting().isEmpty()) {
            LOG.warn("These settings take effect at the next start: {}", String.join(", ", plan.waiting()));
        }
        return plan.waiting();
    }

    private synchronized void reload(
            MasterOptions next, Gatehouse gate, KeySessions sessions, LiveRealms realms, Housekeeping housekeeping)
            throws IOException {
        List<Runnable> prepared = new ArrayList<>();
        for (int i = 0; i < listeners.size(); i++) {
            prepared.add(listeners
                    .get(i)
                    .prepare(listenerOptions(
                            Gatehouse.listener(i), next.listeners().get(i))));
        }
        Set<PublicKey> gone = gate.reload(next.superusers());
        // Nothing fails from here on.
        prepared.forEach(Runnable::run);
        gone.forEach(key -> sessions.revoked(key.hex()));
        realms.change(next.startDeadline());
        housekeeping.change(options.upkeep(), next.upkeep());
        options = next;
        LOG.info("The configuration was read again");
    }

    /**
     * The first half of a graceful end: takes no new connections but of realm controllers, and waits until no call is pending in any realm, as long as
     * {@code drain} says at most. Those who are joined go on; {@link #close} says goodbye to them.
     */
    public void drain() {
        long end = System.nanoTime() + options.upkeep().drain().toNanos();
        running.ifPresent(router -> {
            doors.forEach(Network.Listening::close);
            try {
                int pending = router.pendingCalls().get();
                while (pending > 0 && System.nanoTime() - end < 0) {
                    TimeUnit.MILLISECONDS.sleep(DRAIN_LOOK_MILLIS);
                    pending = router.pendingCalls().get();
                }
                LOG.info(
                        pending == 0
                                ? "No call is pending: the domain can be closed"
                                : "{} calls are still pending and will not be answered",
                        pending);
            } catch (ExecutionException e) {
                LOG.warn("Pending calls could not be counted", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
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
        opened.close();
    }
}
