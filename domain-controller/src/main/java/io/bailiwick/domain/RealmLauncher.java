package io.bailiwick.domain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.domain.admission.ControllerKeys;
import io.bailiwick.domain.admission.DomainAdmission;
import io.bailiwick.domain.isolation.Confinement;
import io.bailiwick.domain.isolation.ControllerLimits;
import io.bailiwick.domain.isolation.ControllerOptions;
import io.bailiwick.domain.supervision.RealmStarter;
import io.bailiwick.domain.supervision.WantedRealm;
import io.bailiwick.router.child.Child;
import io.bailiwick.router.child.ChildProcess;
import io.bailiwick.router.child.ChildProgram;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.fault.FailPoint;
import io.bailiwick.router.transport.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Starts realm controllers: the JVM and the class path that the domain itself runs on, in the directory of the realm, with
 * nothing of the domain's environment, inside what {@link Confinement} puts around them. The command line holds no secret;
 * realm, store, address and a key made for this one start go in on stdin. The key is known here from before the start
 * until the child has left, and nowhere else.
 */
final class RealmLauncher implements RealmStarter, AutoCloseable {
    private static final String MAIN = "io.bailiwick.mrealm.RealmController";
    /**
     * Small, and quick to start: a controller routes nothing and keeps little in memory. The heap is as large as a start leaves it
     * anyway; archived classes are mapped where they were made for, so that all controllers share them; and what is called by
     * reflection some dozen times, as each start does, is not compiled for that.
     */
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-Xms16m",
            "-Xmn4m",
            "-Xss512k",
            "-XX:TieredStopAtLevel=1",
            "-XX:ReservedCodeCacheSize=32m",
            "-XX:-UsePerfData",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:ArchiveRelocationMode=0",
            "-Dsun.reflect.inflationThreshold=200");

    /** One pool of the C library's memory instead of one for each thread. */
    private static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "1");

    /** The archive is made under the standard bound of the heap; it fits others too. */
    private static final String ARCHIVE_HEAP = "-Xmx" + ControllerLimits.STANDARD.heap() + "m";

    /** A JVM that has failed, not what runs on it: 128 and SIGABRT. */
    private static final int ABORTED = 134;

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final DataDirectory data;
    private final Endpoint router;
    private final ControllerKeys keys;
    private final Confinement confinement;
    private final LongSupplier floor;
    private final Supplier<Map<String, Object>> more;
    private final ChildProgram program = ChildProgram.of(MAIN);
    private final ClassArchive archive;
    private final AtomicInteger starting = new AtomicInteger();

    /**
     * Starts children that come back.
     *
     * @param data where their stores and logs are
     * @param router where they connect to
     * @param keys where their keys are made known
     * @param options how they run
     * @param floor free bytes of the disk below which they write nothing any more
     * @param more settings that are the same for all of them: asked at each start
     * @throws IOException when a sandbox is demanded and does not work
     */
    RealmLauncher(
            DataDirectory data,
            Endpoint router,
            ControllerKeys keys,
            ControllerOptions options,
            LongSupplier floor,
            Supplier<Map<String, Object>> more)
            throws IOException {
        this.floor = floor;
        this.more = more;
        this.data = data;
        this.router = router;
        this.keys = keys;
        List<String> java = new ArrayList<>();
        java.add(JAVA.toString());
        java.addAll(FLAGS);
        java.add(ARCHIVE_HEAP);
        this.archive = new ClassArchive(data.archives(), java, program);
        Set<Path> seen = new HashSet<>(program.files());
        seen.add(data.archives());
        boolean unix = router.scheme().equals("unix");
        this.confinement = Confinement.of(
                options, data.root(), data.logs(), seen, unix ? Optional.of(data.socket()) : Optional.empty());
    }

    /** What realm controllers are started in. */
    Confinement confinement() {
        return confinement;
    }

    /** Makes the class archive if there is none and no controller is being started; one that is will see to it when it is ready. */
    void prepare() {
        if (starting.get() == 0) {
            archive.make();
        }
    }

    /** Starts nothing more by itself: what makes the class archive is ended. */
    @Override
    public void close() {
        archive.close();
    }

    @Override
    public Child start(WantedRealm realm) throws IOException {
        SigningKey key = SigningKey.generate();
        String settings = settings(realm, key);
        RealmLog log = new RealmLog(data.log(realm.oid()));
        Path home = data.home(realm.oid());
        FailPoint.hit("controller.before-spawn");
        keys.add(key.publicKey(), realm.name());
        starting.incrementAndGet();
        Child child;
        try {
            child = ChildProcess.start(
                    command(realm, home), ChildProcess.Surroundings.bare(ENVIRONMENT, home), settings, log);
        } catch (IOException | RuntimeException e) {
            starting.decrementAndGet();
            keys.remove(key.publicKey());
            throw e;
        }
        FailPoint.hit("controller.after-spawn");
        child.exited().whenComplete((code, failure) -> {
            keys.remove(key.publicKey());
            if (code != null && code == ABORTED && child.ready().isCompletedExceptionally()) {
                archive.discard();
            }
        });
        child.ready().whenComplete((ready, failure) -> {
            starting.decrementAndGet();
            if (failure == null) {
                archive.make();
            }
        });
        return child;
    }

    private List<String> command(WantedRealm realm, Path home) {
        List<String> flags = new ArrayList<>(FLAGS);
        flags.addAll(archive.flags());
        FailPoint.directory()
                .map(Path::toAbsolutePath)
                .ifPresent(armed -> flags.add("-D" + FailPoint.PROPERTY + "=" + armed.resolve(realm.name())));
        flags.addAll(program.arguments());
        return confinement.command(realm.name(), home, JAVA, flags);
    }

    private String settings(WantedRealm realm, SigningKey key) {
        Map<String, Object> settings = new LinkedHashMap<>(more.get());
        settings.put("realm", realm.name());
        settings.put("realm_oid", realm.oid().toString());
        settings.put("directory", data.realm(realm.oid()).toString());
        settings.put("router", router.toString());
        settings.put("key", key.seed());
        settings.put("authid", DomainAdmission.CONTROLLER);
        settings.put("disk_floor", floor.getAsLong());
        try {
            return JSON.writeValueAsString(settings);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of texts and numbers is not JSON", e);
        }
    }
}
