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

/**
 * Starts realm controllers: the JVM and the class path that the domain itself runs on. The command line holds no secret;
 * realm, store, address and a key made for this one start go in on stdin. The key is known here from before the start
 * until the child has left, and nowhere else.
 */
final class RealmLauncher implements RealmStarter {
    private static final String MAIN = "io.bailiwick.mrealm.RealmController";
    /** Small, and quick to start: a controller routes nothing and keeps little in memory. */
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-Xss512k",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final DataDirectory data;
    private final Endpoint router;
    private final ControllerKeys keys;

    /**
     * Starts children that come back.
     *
     * @param data where their stores and logs are
     * @param router where they connect to
     * @param keys where their keys are made known
     */
    RealmLauncher(DataDirectory data, Endpoint router, ControllerKeys keys) {
        this.data = data;
        this.router = router;
        this.keys = keys;
    }

    @Override
    public Child start(WantedRealm realm) throws IOException {
        SigningKey key = SigningKey.generate();
        String settings = settings(realm, key);
        RealmLog log = new RealmLog(data.log(realm.oid()));
        keys.add(key.publicKey(), realm.name());
        Child child;
        try {
            child = ChildProcess.start(command(), settings, log);
        } catch (IOException | RuntimeException e) {
            keys.remove(key.publicKey());
            throw e;
        }
        child.exited().whenComplete((code, failure) -> keys.remove(key.publicKey()));
        return child;
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(MAIN);
        return command;
    }

    private String settings(WantedRealm realm, SigningKey key) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("realm", realm.name());
        settings.put("realm_oid", realm.oid().toString());
        settings.put("directory", data.realm(realm.oid()).toString());
        settings.put("router", router.toString());
        settings.put("key", key.seed());
        settings.put("authid", DomainAdmission.CONTROLLER);
        try {
            return JSON.writeValueAsString(settings);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of texts is not JSON", e);
        }
    }
}
