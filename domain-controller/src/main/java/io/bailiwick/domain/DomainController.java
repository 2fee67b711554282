package io.bailiwick.domain;

import io.bailiwick.domain.admission.ControllerKeys;
import io.bailiwick.domain.admission.DomainAdmission;
import io.bailiwick.domain.admission.Roles;
import io.bailiwick.domain.procedure.DomainProcedures;
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
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.server.Router;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    private static final String ON_TICK = "crossbarfabriccenter.domain.on_tick";
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
    /** What was opened, last first. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

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
        store.writeAll(tx -> FirstStart.seed(tx, store.schema(), clock));
        ExecutorService workers = finished(pool("work", WORKERS));
        ScheduledExecutorService timer = finished(timer("domain"));

        ControllerKeys keys = new ControllerKeys();
        DomainAdmission admission = new DomainAdmission(
                store,
                FirstStart.superusers(data, options.superusers(), clock),
                keys,
                anonymous(options.listeners()),
                // Threads of its own: a crowd at the door must not keep those who are in from their work.
                finished(pool("admission", DOORKEEPERS)));
        Network network = later(Network.open(0));
        Router router = later(Router.start(network, admission));
        router.openRealm(Roles.DOMAIN_REALM, Roles.DOMAIN);

        RealmLauncher launcher = new RealmLauncher(data, listenForControllers(router), keys);
        RealmControllers controllers = new RealmControllers(
                launcher,
                finished(timer("supervision")),
                clock,
                options.maxConcurrentStarts(),
                status -> {},
                options.restarts(),
                RealmControllers.STOP_GRACE);
        this.statuses = controllers::statuses;
        Work work = new Work(store, workers);
        work.failed().thenAccept(failed::complete);
        serve(options, router, controllers, work, timer, workers, store);

        for (MasterOptions.Listener listener : options.listeners()) {
            endpoints.add(listen(router, name(endpoints.size()), listener).endpoint());
        }
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
            Store<GlobalSchema> store)
            throws IOException {
        DomainProcedures about = new DomainProcedures(clock);
        HeldSession session = new HeldSession(
                Roles.DOMAIN_REALM, router.local(Roles.DOMAIN_REALM, LiveRealms.DOMAIN, Roles.BACKEND), workers, timer);
        LiveRealms.Times times =
                new LiveRealms.Times(options.startDeadline(), LiveRealms.HANDSHAKE, LiveRealms.QUESTION);
        LiveRealms realms = new LiveRealms(router, controllers, session, work, data, times, timer, workers);
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
                session.open(procedures(about, work, realms, options.maxRealms())),
                "binding the procedures of the domain");
        ScheduledFuture<?> ticking = timer.scheduleAtFixedRate(
                () -> session.publish(ON_TICK, Dict.EMPTY, about.tick()), 0, TICK.toSeconds(), TimeUnit.SECONDS);
        later(() -> ticking.cancel(false));
        warnOfStrangers(stored);
    }

    private List<Object> procedures(DomainProcedures about, Work work, LiveRealms realms, int maxRealms) {
        return List.of(
                about,
                new RealmProcedures(work, realms, clock, maxRealms),
                new NodeProcedures(work, realms),
                new NodeChangeProcedures(work, realms, clock),
                new RoleProcedures(work, realms),
                new UserProcedures(work, realms),
                new OrganizationProcedures(work, realms, clock));
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
        boolean fits = data.socket().toString().getBytes(StandardCharsets.UTF_8).length <= MAX_SOCKET_PATH;
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

    private static Set<String> anonymous(List<MasterOptions.Listener> listeners) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < listeners.size(); i++) {
            if (listeners.get(i).anonymous()) {
                names.add(name(i));
            }
        }
        return names;
    }

    private static String name(int listener) {
        return "listener" + (listener + 1);
    }

    /** Where clients and nodes come in, with the ports that were given. */
    public List<Endpoint> endpoints() {
        return List.copyOf(endpoints);
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
