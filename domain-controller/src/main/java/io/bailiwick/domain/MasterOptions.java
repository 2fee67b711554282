package io.bailiwick.domain;

import io.bailiwick.domain.isolation.ControllerOptions;
import io.bailiwick.router.child.Lifecycle;
import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.YamlNode;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.tls.CertificateFiles;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a domain runs.
 *
 * <pre>
 * data: /var/lib/bailiwick          # where everything is kept; mode 0700
 * listeners:
 *   - endpoint: tls://0.0.0.0:443   # tcp://host:port, tls://host:port or unix:/path
 *     websocket_path: /ws
 *     certificate: chain.pem        # needed by tls, with key
 *     key: key.pem
 *     anonymous: false              # true lets in who proves nothing, as role public
 * superusers:                       # public key files of those who may do everything
 *   - admin.pub
 * admin_socket: admin.sock          # where an administrator of this machine comes in; default: in the data directory
 * mail:                             # the server that takes activation codes; without it they wait for the operator
 *   host: smtp.example.org          # more in io.bailiwick.domain.mail.SmtpOptions
 *   from: Bailiwick &lt;noreply@example.org&gt;
 * mail_domains: [example.org]       # whose addresses get activation codes; default: all
 * start_deadline: 20                # seconds until a realm controller must be ready
 * max_realms: 100
 * max_concurrent_starts: 2
 * restarts:                         # of a realm controller that dies
 *   waits: [1, 5, 10, 15, 30]       # seconds before the first, second, ... restart; the last one repeats
 *   budget: 5                       # so many starts
 *   window: 300                     # within so many seconds; then the realm is failed, and tried once in each window
 * controllers:                      # more in io.bailiwick.domain.isolation.ControllerOptions
 *   sandbox: auto                   # around each realm controller
 *   hung_after: 10                  # seconds without a sign of life
 *   heap: 64                        # MiB for each
 *   idle_after: 0                   # minutes with nobody in the realm until it is stopped; 0: never
 * </pre>
 *
 * Every line may be left out. Paths are relative to the file.
 *
 * @param data the directory where everything is kept
 * @param listeners where clients and nodes come in
 * @param superusers public key files of those who may do everything, besides the key made at the first start
 * @param startDeadline how long {@code create_mrealm} waits until a realm controller is ready
 * @param maxRealms how many management realms there may be
 * @param maxConcurrentStarts how many realm controllers are started at a time
 * @param restarts how a realm controller that dies is started again
 * @param logins how people come in, besides with a key that is on record
 * @param controllers how realm controllers run
 */
public record MasterOptions(
        Path data,
        List<Listener> listeners,
        List<Path> superusers,
        Duration startDeadline,
        int maxRealms,
        int maxConcurrentStarts,
        Lifecycle restarts,
        Logins logins,
        ControllerOptions controllers) {

    private static final Set<String> NAMES = Set.of(
            "data",
            "listeners",
            "superusers",
            "admin_socket",
            "mail",
            "mail_domains",
            "start_deadline",
            "max_realms",
            "max_concurrent_starts",
            "restarts",
            "controllers");
    private static final Set<String> RESTART_NAMES = Set.of("waits", "budget", "window");

    /** Options as given. */
    public MasterOptions {
        listeners = List.copyOf(listeners);
        superusers = List.copyOf(superusers);
    }

    /** Options with the standard ways for people to come in. */
    public MasterOptions(
            Path data,
            List<Listener> listeners,
            List<Path> superusers,
            Duration startDeadline,
            int maxRealms,
            int maxConcurrentStarts,
            Lifecycle restarts) {
        this(
                data,
                listeners,
                superusers,
                startDeadline,
                maxRealms,
                maxConcurrentStarts,
                restarts,
                Logins.DEFAULT,
                ControllerOptions.STANDARD);
    }

    /** These options with other ways for realm controllers to run. */
    public MasterOptions with(ControllerOptions other) {
        return new MasterOptions(
                data, listeners, superusers, startDeadline, maxRealms, maxConcurrentStarts, restarts, logins, other);
    }

    /** These options with other ways for people to come in. */
    public MasterOptions with(Logins other) {
        return new MasterOptions(
                data,
                listeners,
                superusers,
                startDeadline,
                maxRealms,
                maxConcurrentStarts,
                restarts,
                other,
                controllers);
    }

    /** These options with one more public key file of a superuser. */
    public MasterOptions withSuperuser(Path file) {
        List<Path> all = new ArrayList<>(superusers);
        all.add(file);
        return new MasterOptions(
                data,
                listeners,
                all,
                startDeadline,
                maxRealms,
                maxConcurrentStarts,
                restarts,
                logins,
                controllers);
    }

    /**
     * A way in.
     *
     * @param endpoint scheme tcp, tls or unix
     * @param webSocketPath the HTTP path of WebSocket upgrades
     * @param certificate needed by tls
     * @param anonymous whether it lets in, as role {@code public}, who proves nothing
     */
    public record Listener(
            Endpoint endpoint, String webSocketPath, Optional<CertificateFiles> certificate, boolean anonymous) {
        private static final Set<String> NAMES =
                Set.of("endpoint", "websocket_path", "certificate", "key", "anonymous");
        private static final String DEFAULT_PATH = "/ws";

        /** {@code tcp://127.0.0.1:9000}, WebSocket at {@code /ws}, nobody anonymous: where the original listens, but on loopback. */
        public static Listener loopback() {
            return at(Endpoint.of("tcp://127.0.0.1:9000"));
        }

        /** An endpoint without TLS, WebSocket at {@code /ws}, nobody anonymous. */
        public static Listener at(Endpoint endpoint) {
            return new Listener(endpoint, DEFAULT_PATH, Optional.empty(), false);
        }
    }

    /** The defaults: one listener at {@code tcp://127.0.0.1:9000}, no further superusers, 20 s, 100 realms, 2 starts at a time. */
    public static MasterOptions of(Path data) {
        return new MasterOptions(
                data, List.of(Listener.loopback()), List.of(), Duration.ofSeconds(20), 100, 2, Lifecycle.STANDARD);
    }

    /**
     * Reads a YAML file; what it leaves out is as in {@link #of}, with the data in {@code data} beside the file.
     *
     * @throws InvalidOptionsException naming line and column of a name that is not known (and the one that was probably
     *     meant), a value of the wrong type, or one out of its bounds
     * @throws IOException when the file cannot be read
     */
    public static MasterOptions load(Path yaml) throws IOException {
        YamlNode root = YamlNode.read(yaml);
        root.allowOnly(NAMES);
        Path directory = yaml.toAbsolutePath().normalize().getParent();
        MasterOptions defaults = of(path(directory, root.get("data").orElse(null), "data"));
        Optional<YamlNode> controllers = root.get("controllers");
        return new MasterOptions(
                defaults.data(),
                listeners(root, directory, defaults),
                superusers(root, directory),
                Duration.ofSeconds(number(root, "start_deadline", 600, (int)
                        defaults.startDeadline().toSeconds())),
                number(root, "max_realms", 10_000, defaults.maxRealms()),
                number(root, "max_concurrent_starts", 64, defaults.maxConcurrentStarts()),
                restarts(root),
                Logins.read(root, directory == null ? Path.of("").toAbsolutePath() : directory),
                controllers.isPresent() ? ControllerOptions.read(controllers.get()) : ControllerOptions.STANDARD);
    }

    private static Lifecycle restarts(YamlNode root) throws InvalidOptionsException {
        Lifecycle standard = Lifecycle.STANDARD;
        Optional<YamlNode> found = root.get("restarts");
        if (found.isEmpty()) {
            return standard;
        }
        found.get().allowOnly(RESTART_NAMES);
        List<Duration> waits = new ArrayList<>();
        Optional<YamlNode> given = found.get().get("waits");
        if (given.isPresent()) {
            for (YamlNode wait : given.get().items()) {
                waits.add(Duration.ofSeconds(wait.number(0, 3600)));
            }
            if (waits.isEmpty()) {
                throw given.get().wrong("at least one wait", "none");
            }
        }
        Duration window = Duration.ofSeconds(
                number(found.get(), "window", 86_400, (int) standard.window().toSeconds()));
        return new Lifecycle(
                waits.isEmpty() ? standard.waits() : List.copyOf(waits),
                standard.startDeadline(),
                number(found.get(), "budget", 1_000_000, standard.budget()),
                window,
                window,
                standard.health());
    }

    private static int number(YamlNode root, String name, int most, int otherwise) throws InvalidOptionsException {
        Optional<YamlNode> found = root.get(name);
        return found.isPresent() ? found.get().number(1, most) : otherwise;
    }

    private static List<Path> superusers(YamlNode root, @Nullable Path directory) throws InvalidOptionsException {
        List<Path> files = new ArrayList<>();
        Optional<YamlNode> found = root.get("superusers");
        if (found.isPresent()) {
            for (YamlNode item : found.get().items()) {
                files.add(path(directory, item, ""));
            }
        }
        return files;
    }

    private static List<Listener> listeners(YamlNode root, @Nullable Path directory, MasterOptions defaults)
            throws InvalidOptionsException {
        Optional<YamlNode> found = root.get("listeners");
        if (found.isEmpty()) {
            return defaults.listeners();
        }
        List<Listener> listeners = new ArrayList<>();
        for (YamlNode item : found.get().items()) {
            listeners.add(listener(item, directory));
        }
        if (listeners.isEmpty()) {
            throw found.get().wrong("at least one listener", "none");
        }
        return listeners;
    }

    private static Listener listener(YamlNode node, @Nullable Path directory) throws InvalidOptionsException {
        node.allowOnly(Listener.NAMES);
        Endpoint endpoint = endpoint(node.require("endpoint"));
        boolean tls = endpoint.scheme().equals("tls");
        Optional<YamlNode> chain = node.get("certificate");
        Optional<YamlNode> key = node.get("key");
        Optional<CertificateFiles> certificate = Optional.empty();
        if (tls) {
            certificate = Optional.of(new CertificateFiles(
                    path(directory, node.require("certificate"), ""), path(directory, node.require("key"), "")));
        } else if (chain.isPresent() || key.isPresent()) {
            throw chain.or(() -> key)
                    .orElse(node)
                    .wrong("certificate and key at a tls endpoint only", "one at another");
        }
        String webSocketPath = Listener.DEFAULT_PATH;
        Optional<YamlNode> given = node.get("websocket_path");
        if (given.isPresent()) {
            webSocketPath = given.get().text();
            if (!webSocketPath.startsWith("/")) {
                throw given.get().wrong("a path that begins with /", "another");
            }
        }
        Optional<YamlNode> anonymous = node.get("anonymous");
        return new Listener(
                endpoint,
                webSocketPath,
                certificate,
                anonymous.isPresent() && anonymous.get().flag());
    }

    private static Endpoint endpoint(YamlNode node) throws InvalidOptionsException {
        Endpoint endpoint;
        try {
            endpoint = Endpoint.of(node.text());
        } catch (IllegalArgumentException e) {
            throw node.wrong("an endpoint", "this: " + e.getMessage());
        }
        if (!Set.of("tcp", "tls", "unix").contains(endpoint.scheme())) {
            throw node.wrong("tcp://host:port, tls://host:port or unix:/path", "scheme " + endpoint.scheme());
        }
        return endpoint;
    }

    static Path path(@Nullable Path directory, @Nullable YamlNode node, String otherwise)
            throws InvalidOptionsException {
        Path base = directory == null ? Path.of("").toAbsolutePath() : directory;
        if (node == null) {
            return base.resolve(otherwise);
        }
        try {
            return base.resolve(node.text()).normalize();
        } catch (InvalidPathException e) {
            throw node.wrong("a path", "text that is none");
        }
    }
}
