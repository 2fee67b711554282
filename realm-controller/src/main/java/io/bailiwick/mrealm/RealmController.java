package io.bailiwick.mrealm;

import io.bailiwick.mrealm.audit.AuditProcedures;
import io.bailiwick.mrealm.audit.RealmAudit;
import io.bailiwick.mrealm.metadata.CommentProcedures;
import io.bailiwick.mrealm.metadata.DocsProcedures;
import io.bailiwick.mrealm.metadata.InventoryProcedures;
import io.bailiwick.mrealm.metadata.Metadata;
import io.bailiwick.mrealm.metadata.MetadataEvents;
import io.bailiwick.mrealm.metadata.MetadataProcedures;
import io.bailiwick.mrealm.metadata.RealmObjects;
import io.bailiwick.mrealm.metering.Meter;
import io.bailiwick.mrealm.metering.SettleProcedures;
import io.bailiwick.mrealm.metering.UsageProcedures;
import io.bailiwick.mrealm.node.RealmNodes;
import io.bailiwick.mrealm.node.Watch;
import io.bailiwick.mrealm.procedure.HeartbeatProcedures;
import io.bailiwick.mrealm.procedure.RealmProcedures;
import io.bailiwick.mrealm.procedure.StoreProcedures;
import io.bailiwick.mrealm.procedure.Ticks;
import io.bailiwick.mrealm.remote.RemoteApi;
import io.bailiwick.mrealm.remote.RemoteProcedures;
import io.bailiwick.mrealm.rights.RealmGuard;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.router.child.ParentProcess;
import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.client.JoinRefusedException;
import io.bailiwick.router.client.Procedures;
import io.bailiwick.router.fault.FailPoint;
import io.bailiwick.router.log.ChildLog;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.space.Disk;
import io.bailiwick.router.space.SpaceLimits;
import io.bailiwick.router.space.SpaceWatch;
import io.bailiwick.router.store.CorruptStoreException;
import io.bailiwick.router.store.NewerStoreException;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.StoreFailedException;
import io.bailiwick.router.store.StoreLockedException;
import io.bailiwick.router.stream.StreamConnector;
import io.bailiwick.router.transport.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The controller of one management realm. As a process it is a child of the domain: settings on stdin, READY on stdout when
 * everything is registered, log on stderr, and it leaves when stdin ends or a signal asks it to.
 *
 * <p>Exit codes: 0 stdin has ended, 1 an unexpected failure, 2 the settings are wrong, 3 the session was lost, 4 the store
 * cannot be opened or has failed, 5 the realm could not be joined or its domain did not answer.
 */
public final class RealmController implements AutoCloseable {
    /** Exit code: asked to leave. */
    public static final int LEFT = 0;
    /** Exit code: a failure nobody expected. */
    public static final int FAILED = 1;
    /** Exit code: the settings are wrong. Starting again does not help. */
    public static final int WRONG_SETTINGS = 2;
    /** Exit code: the session was lost. Starting again is what helps. */
    public static final int SESSION_LOST = 3;
    /** Exit code: the store is in use, newer than this program, damaged, or has failed while it was in use. */
    public static final int STORE_UNUSABLE = 4;
    /** Exit code: the realm could not be joined, or what is needed there did not answer. */
    public static final int NOT_JOINED = 5;

    private static final long START_SECONDS = 25;
    /** How long learning the nodes may take, a hundred thousand of them too. Each answer on the way has a deadline of its own. */
    private static final long LEARN_SECONDS = 300;

    /** How many heartbeats wait here at most: the nodes wait with the rest. */
    private static final int READ_AHEAD = 512;

    private static final long FLUSH_SECONDS = 5;
    /** What may be called, for those who are read before there are objects of them. */
    private static final List<Class<?>> PROCEDURES = List.of(
            AuditProcedures.class,
            StoreProcedures.class,
            DocsProcedures.class,
            MetadataProcedures.class,
            CommentProcedures.class,
            InventoryProcedures.class,
            HeartbeatProcedures.class,
            RemoteProcedures.class,
            UsageProcedures.class,
            SettleProcedures.class,
            RealmProcedures.class);

    private final RealmSettings settings;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "realm-controller"));
    private final ExecutorService reader =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "realm-store-reader"));
    /** A thread that is there while there is something to meter. */
    private final ExecutorService metering = new ThreadPoolExecutor(
            0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> new Thread(task, "realm-meter"));

    private final CompletableFuture<ClientSession.Closed> ended = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Optional<Store<MrealmSchema>> store = Optional.empty();
    private Optional<StreamConnector> connector = Optional.empty();
    private Optional<ClientSession> session = Optional.empty();
    private Optional<RealmNodes> nodes = Optional.empty();

    private RealmController(RealmSettings settings) {
        this.settings = settings;
    }

    /**
     * Starts a controller in this process: opens the store and joins, learns the nodes, registers everything. When it returns, every
     * registration and subscription is confirmed.
     *
     * @throws StoreLockedException when the store is in use; likewise {@link NewerStoreException},
     *     {@link CorruptStoreException}
     * @throws IOException when the router cannot be reached, refuses, or what is needed in the realm does not answer
     */
    public static RealmController start(RealmSettings settings) throws IOException {
        RealmController controller = new RealmController(settings);
        try {
            controller.open();
            return controller;
        } catch (IOException | RuntimeException e) {
            controller.close();
            throw e;
        }
    }

    private void open() throws IOException {
        // Side by side with the joining: either takes as long as the other, and both are mostly classes to load.
        CompletableFuture<Store<MrealmSchema>> opening =
                CompletableFuture.supplyAsync(() -> Store.open(settings.directory(), new MrealmSchema()), reader);
        ClientSession joined;
        try {
            joined = join();
        } catch (IOException | RuntimeException e) {
            // Whatever came of the store, it is to be closed again.
            store = opening.handle((opened, failure) -> Optional.ofNullable(opened))
                    .join();
            throw e;
        }
        Store<MrealmSchema> opened = opened(opening);
        store = Optional.of(opened);
        opened.writeOnlyWith(space(settings)::hasRoom);

        RealmNodes realmNodes =
                new RealmNodes(joined, settings.realmOid(), opened, thread, settings.lease(), settings.retention());
        nodes = Optional.of(realmNodes);
        Ticks ticks = new Ticks(settings.realm());
        await(
                new Watch(joined, realmNodes, thread).begin(),
                LEARN_SECONDS,
                "learning the nodes of realm " + settings.realm());
        RealmAudit audit = new RealmAudit(joined, settings.realmOid(), opened, InstantSource.system());
        RemoteApi remote = new RemoteApi(joined, realmNodes, audit, thread);
        CompletableFuture<Void> registered = remote.begin();
        Metadata metadata = new Metadata(opened, reader, audit);
        RealmObjects objects = new RealmObjects(settings.realmOid(), settings.realm(), realmNodes);
        MetadataEvents events = new MetadataEvents(joined, thread);
        Meter meter = new Meter(joined, realmNodes, opened, settings.meter(), settings.retention(), thread, metering);
        // get_status last: a node that gets an answer to it may rely on all the rest, as a router takes registrations
        // in order.
        List<Object> groups = List.of(
                new AuditProcedures(audit, reader),
                new StoreProcedures(opened, settings.directory()),
                new DocsProcedures(metadata, objects, events),
                new MetadataProcedures(metadata, objects, events),
                new CommentProcedures(metadata, objects, events),
                new InventoryProcedures(metadata, objects, events),
                new HeartbeatProcedures(realmNodes, reader),
                new RemoteProcedures(remote),
                meter.procedures(reader),
                meter.settling(),
                new RealmProcedures(realmNodes, ticks));
        await(
                CompletableFuture.allOf(
                        registered, Procedures.bind(joined, Map.of(), groups, new RealmGuard(), audit::refused)),
                "registering procedures");
        beginTicks(joined, realmNodes, ticks);
        meter.begin();
    }

    /** The domain warns of its disk; here it only counts whether there is room. */
    private static SpaceWatch space(RealmSettings settings) {
        return new SpaceWatch(
                Disk.of(settings.directory()), new SpaceLimits(0, 0, settings.diskFloor()), System::nanoTime);
    }

    private ClientSession join() throws IOException {
        StreamConnector toRouter = connector(settings.router());
        connector = Optional.of(toRouter);
        Identity identity = Identity.of(settings.realm(), settings.authid(), "backend", settings.key());
        CompletableFuture<ClientSession> joining = Client.join(toRouter, identity, thread, Client.Carrier.DIRECT);
        // This thread has nothing else to do until then.
        Procedures.prepare(PROCEDURES);
        ClientSession joined = await(joining, "joining realm " + settings.realm());
        joined.readAhead(READ_AHEAD);
        session = Optional.of(joined);
        joined.closed().thenAccept(ended::complete);
        return joined;
    }

    private static StreamConnector connector(Endpoint router) {
        return router.isUnix()
                ? StreamConnector.unix(Path.of(router.path()), Format.CBOR)
                : StreamConnector.tcp(router.host(), router.port(), Format.CBOR);
    }

    /** The store, or what kept it from being opened. It waits for the lock, and reads all there is: no deadline of its own. */
    private static Store<MrealmSchema> opened(CompletableFuture<Store<MrealmSchema>> opening) {
        try {
            return opening.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException unchecked ? unchecked : e;
        }
    }

    private void beginTicks(ClientSession joined, RealmNodes realmNodes, Ticks ticks) {
        long millis = settings.tick().toMillis();
        thread.scheduleAtFixedRate(
                () -> joined.publish(Ticks.ON_TICK, ticks.next()), millis, millis, TimeUnit.MILLISECONDS);
        long lease = Math.max(1, Math.min(1_000, settings.lease().toMillis() / 4));
        thread.scheduleAtFixedRate(
                () -> {
                    FailPoint.hit("controller.working");
                    realmNodes.tick();
                },
                lease,
                lease,
                TimeUnit.MILLISECONDS);
    }

    private static <T> T await(CompletableFuture<T> stage, String doing) throws IOException {
        return await(stage, START_SECONDS, doing);
    }

    private static <T> T await(CompletableFuture<T> stage, long seconds, String doing) throws IOException {
        try {
            return stage.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof CompletionException wrapped && wrapped.getCause() != null
                    ? wrapped.getCause()
                    : e.getCause();
            throw new IOException(doing + " failed: " + (cause == null ? e : cause).getMessage(), cause);
        } catch (TimeoutException e) {
            throw new IOException(doing + " failed: no answer within " + seconds + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(doing + " was interrupted", e);
        }
    }

    /** The parent is gone, or wants this to leave. Before the start is over nobody was told that anything is stored: it just ends. */
    private static void leave(@Nullable RealmController running, CompletableFuture<Integer> exit) {
        if (running == null) {
            Runtime.getRuntime().halt(LEFT);
        }
        exit.complete(LEFT);
    }

    /** On the thread that does the work, when there is one. */
    private static void work(@Nullable RealmController running, Runnable task) {
        if (running == null) {
            task.run();
        } else {
            running.thread.execute(task);
        }
    }

    /** What is wrong, in one line for an operator; empty when nothing is. */
    private static String condition(@Nullable RealmController running) {
        boolean full = running != null && running.store.filter(Store::isFull).isPresent();
        return full ? "the disk is full: what came last could not be stored" : "";
    }

    /** Completes when the store has failed for good, whatever was written. */
    CompletableFuture<? extends Throwable> storeFailed() {
        return store.map(Store::failed).orElseGet(CompletableFuture::new);
    }

    /** Completes when the session has ended, whoever ended it. */
    public CompletableFuture<ClientSession.Closed> ended() {
        return ended.copy();
    }

    /** Writes what waits, leaves the realm, closes the store. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        session.ifPresent(ClientSession::close);
        nodes.ifPresent(this::flush);
        thread.shutdownNow();
        reader.shutdown();
        metering.shutdown();
        connector.ifPresent(StreamConnector::close);
        store.ifPresent(Store::close);
    }

    private void flush(RealmNodes realmNodes) {
        try {
            CompletableFuture.supplyAsync(realmNodes::flush, thread)
                    .thenCompose(written -> written)
                    .get(FLUSH_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            System.err.println("The last heartbeats could not be stored: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The process: see the class.
     *
     * @param arguments none; or {@code rehearse}, for a {@link Rehearsal}
     */
    public static void main(String[] arguments) throws Exception {
        ChildLog.choose();
        if (arguments.length == 1 && arguments[0].equals("rehearse")) {
            Rehearsal.run();
        }
        System.exit(run());
    }

    private static int run() {
        try {
            return run(RealmSettings.of(ParentProcess.settings()), exit -> ParentProcess.ready());
        } catch (IllegalArgumentException e) {
            return failure(WRONG_SETTINGS, e);
        } catch (IOException e) {
            return failure(NOT_JOINED, e);
        }
    }

    /**
     * A controller from start to end.
     *
     * @param ready called when it is ready, with what ends it
     * @return its exit code
     */
    @SuppressWarnings("SystemOut") // stderr is the log of a child, and the logger may be what fails
    static int run(RealmSettings settings, Consumer<CompletableFuture<Integer>> ready) {
        CountDownLatch finished = new CountDownLatch(1);
        try {
            CompletableFuture<Integer> exit = new CompletableFuture<>();
            AtomicReference<RealmController> running = new AtomicReference<>();
            // The domain asks for signs of life when the controller is ready, and not before.
            ParentProcess.attend(
                    task -> work(running.get(), task),
                    () -> condition(running.get()),
                    () -> leave(running.get(), exit));
            // A signal, too: Ctrl-C at the domain's terminal goes to the whole process group.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> Departure.leave(exit, finished), "leave-on-signal"));
            // Whatever happens from here on, a controller that is to leave does so.
            exit.thenAccept(code -> Departure.haltIfStuck(finished));
            FailPoint.hit("controller.starting");
            try (RealmController controller = start(settings)) {
                running.set(controller);
                FailPoint.hit("controller.started");
                controller.ended().thenAccept(closed -> {
                    System.err.println("Session lost: " + closed.reason() + " " + closed.message());
                    exit.complete(SESSION_LOST);
                });
                controller.storeFailed().thenAccept(failure -> {
                    System.err.println("The store has failed: " + failure.getMessage());
                    exit.complete(STORE_UNUSABLE);
                });
                ready.accept(exit);
                return closed(controller, exit.join());
            }
        } catch (IllegalArgumentException e) {
            return failure(WRONG_SETTINGS, e);
        } catch (StoreLockedException | NewerStoreException | CorruptStoreException e) {
            return failure(STORE_UNUSABLE, e);
        } catch (IOException | JoinRefusedException e) {
            return failure(NOT_JOINED, e);
        } catch (RuntimeException e) {
            e.printStackTrace();
            return failure(FAILED, e);
        } finally {
            finished.countDown();
        }
    }

    /** Closes, and says with which exit code to leave: a store that could not be closed has failed. */
    private static int closed(RealmController controller, int code) {
        try {
            controller.close();
            return code;
        } catch (StoreFailedException e) {
            return failure(STORE_UNUSABLE, e);
        }
    }

    private static int failure(int code, Exception e) {
        System.err.println("Realm controller cannot run (exit code " + code + "): " + e.getMessage());
        return code;
    }
}
