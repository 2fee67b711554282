package io.bailiwick.domain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.domain.admission.ControllerKeys;
import io.bailiwick.domain.admission.DomainAdmission;
import io.bailiwick.domain.supervision.RealmStarter;
import io.bailiwick.domain.supervision.WantedRealm;
import io.bailiwick.router.child.Child;
import io.bailiwick.router.child.ChildProcess;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.transport.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Starts realm controllers: the JVM and the class path that the domain itself runs on. The command line holds no secret;
 * realm, store, address and a key made for this one start go in on stdin. The key is known here from before the start
 * until the child has left, and nowhere else.
 */
final class RealmLauncher implements RealmStarter {
    private static final String MAIN = "io.bailiwick.mrealm.RealmController";
    /**
     * Small, and quick to start: a controller routes nothing and keeps little in memory. The heap is small until more is
     * needed; archived classes are mapped where they were made for, so that all controllers share them; and Netty takes
     * memory for its buffers in pieces of 64 KiB instead of megabytes.
     */
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-Xms8m",
            "-Xmx64m",
            "-Xss512k",
            "-XX:TieredStopAtLevel=1",
            "-XX:ReservedCodeCacheSize=32m",
            "-XX:-UsePerfData",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:ArchiveRelocationMode=0",
            "-Dio.netty.allocator.maxOrder=3",
            "-Dio.netty.allocator.numDirectArenas=1",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");

    /** One pool of the C library's memory instead of one for each thread. */
    private static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "1");

    /** A JVM that has failed, not what runs on it: 128 and SIGABRT. */
    private static final int ABORTED = 134;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final DataDirectory data;
    private final Endpoint router;
    private final ControllerKeys keys;
    private final Map<String, Object> more;
    private final String classPath = System.getProperty("java.class.path");
    private final ClassArchive archive;
    private final AtomicInteger starting = new AtomicInteger();

    /**
     * Starts children that come back.
     *
     * @param data where their stores and logs are
     * @param router where they connect to
     * @param keys where their keys are made known
     * @param more settings that are the same for all of them
     */
    RealmLauncher(DataDirectory data, Endpoint router, ControllerKeys keys, Map<String, Object> more) {
        this.data = data;
        this.router = router;
        this.keys = keys;
        this.more = Map.copyOf(more);
        this.archive = new ClassArchive(data.archives(), java(), classPath);
    }

    /** Makes the class archive if there is none and no controller is being started; one that is will see to it when it is ready. */
    void prepare() {
        if (starting.get() == 0) {
            archive.make();
        }
    }

    @Override
    public Child start(WantedRealm realm) throws IOException {
        SigningKey key = SigningKey.generate();
        String settings = settings(realm, key);
        RealmLog log = new RealmLog(data.log(realm.oid()));
        keys.add(key.publicKey(), realm.name());
        starting.incrementAndGet();
        Child child;
        try {
            child = ChildProcess.start(command(), ENVIRONMENT, settings, log);
        } catch (IOException | RuntimeException e) {
            starting.decrementAndGet();
            keys.remove(key.publicKey());
            throw e;
        }
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

    private static List<String> java() {
        List<String> java = new ArrayList<>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.addAll(FLAGS);
        return java;
    }

    private List<String> command() {
        List<String> command = java();
        command.addAll(archive.flags());
        command.add("-cp");
        command.add(classPath);
        command.add(MAIN);
        return command;
    }

    private String settings(WantedRealm realm, SigningKey key) {
        Map<String, Object> settings = new LinkedHashMap<>(more);
        settings.put("realm", realm.name());
        settings.put("realm_oid", realm.oid().toString());
        settings.put("directory", data.realm(realm.oid()).toString());
        settings.put("router", router.toString());
        settings.put("key", key.seed());
        settings.put("authid", DomainAdmission.CONTROLLER);
        try {
            return JSON.writeValueAsString(settings);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of texts and numbers is not JSON", e);
        }
    }
}
