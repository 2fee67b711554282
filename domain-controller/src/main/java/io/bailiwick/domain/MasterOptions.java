package io.bailiwick.domain;

import io.bailiwick.domain.config.Upkeep;
import io.bailiwick.domain.isolation.ControllerOptions;
import io.bailiwick.router.child.Lifecycle;
import io.bailiwick.router.config.FaultyFileException;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.socket.NetworkOptions;
import io.bailiwick.router.transport.tls.CertificateFiles;
import io.bailiwick.router.transport.tls.ListenerTls;
import io.bailiwick.router.transport.tls.TlsServer;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
 * watch_to_pair: /srv/nodes         # key files below it are paired; more in io.bailiwick.domain.waiting.WatchOptions
 * start_deadline: 20                # seconds until a realm controller must be ready
 * max_realms: 100
 * max_realms_owned: 20              # who owns so many creates no more, unless it is the superuser
 * max_concurrent_starts: 2
 * restarts:                         # of a realm controller that dies
 *   waits: [1, 5, 10, 15, 30]       # seconds before the first, second, ... restart; the last one repeats
 *   budget: 5                       # so many starts
 *   window: 300                     # within so many seconds; then the realm is failed, and tried once in each window
 * controllers:                      # more in io.bailiwick.domain.isolation.ControllerOptions
 *   sandbox: auto                   # around each realm controller
 *   hung_after: 10                  # seconds without a sign of life
 *   heap: 192                       # MiB for each
 *   idle_after: 0                   # minutes with nobody in the realm until it is stopped; 0: never
 * threads: 0                        # event loops; 0 for one per processor, one where there are two
 * transport: auto                   # by what they speak with the kernel: auto, nio or epoll
 * # and what {@link Upkeep} tells
 * </pre>
 *
 * Every line may be left out. Paths are relative to the file.
 *
 * @param data the directory where everything is kept
 * @param listeners where clients and nodes come in
 * @param superusers public key files of those who may do everything, besides the key made at the first start
 * @param startDeadline how long {@code create_mrealm} waits until a realm controller is ready
 * @param maxRealms how many management realms there may be
 * @param maxRealmsOwned who owns so many of them creates no more, unless it is the superuser
 * @param maxConcurrentStarts how many realm controllers are started at a time
 * @param restarts how a realm controller that dies is started again
 * @param logins how people come in, besides with a key that is on record
 * @param controllers how realm controllers run
 * @param network its event loops
 * @param upkeep what the master sees to while it runs, and how it begins and ends
 */
public record MasterOptions(
        Path data,
        List<Listener> listeners,
        List<Path> superusers,
        Duration startDeadline,
        int maxRealms,
        int maxRealmsOwned,
        int maxConcurrentStarts,
        Lifecycle restarts,
        Logins logins,
        ControllerOptions controllers,
        NetworkOptions network,
        Upkeep upkeep) {

    /** Options as given. */
    public MasterOptions {
        listeners = List.copyOf(listeners);
        superusers = List.copyOf(superusers);
    }

    private static final int MAX_REALMS_OWNED = 20;

    /** Options with the standard ways for people to come in, the standard upkeep, and 20 realms for one owner. */
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
                MAX_REALMS_OWNED,
                maxConcurrentStarts,
                restarts,
                Logins.DEFAULT,
                ControllerOptions.STANDARD,
                NetworkOptions.DEFAULT,
                Upkeep.DEFAULT);
    }

    /** These options with other ways for realm controllers to run. */
    public MasterOptions with(ControllerOptions other) {
        return with(data, listeners, superusers, logins, other, upkeep);
    }

    /** These options with other ways for people to come in. */
    public MasterOptions with(Logins other) {
        return with(data, listeners, superusers, other, controllers, upkeep);
    }

    /** These options with another upkeep. */
    public MasterOptions with(Upkeep other) {
        return with(data, listeners, superusers, logins, controllers, other);
    }

    /** These options with everything kept in another directory. */
    public MasterOptions withData(Path directory) {
        return with(directory, listeners, superusers, logins, controllers, upkeep);
    }

    /** These options with other ways in. */
    public MasterOptions withListeners(List<Listener> others) {
        return with(data, others, superusers, logins, controllers, upkeep);
    }

    /** These options with one more public key file of a superuser. */
    public MasterOptions withSuperuser(Path file) {
        List<Path> all = new ArrayList<>(superusers);
        all.add(file);
        return with(data, listeners, all, logins, controllers, upkeep);
    }

    private MasterOptions with(
            Path directory,
            List<Listener> ways,
            List<Path> keyFiles,
            Logins people,
            ControllerOptions realms,
            Upkeep care) {
        return new MasterOptions(
                directory,
                ways,
                keyFiles,
                startDeadline,
                maxRealms,
                maxRealmsOwned,
                maxConcurrentStarts,
                restarts,
                people,
                realms,
                network,
                care);
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
        /** Where WebSocket upgrades go unless told otherwise. */
        static final String DEFAULT_PATH = "/ws";

        /** {@code tcp://127.0.0.1:9000}, WebSocket at {@code /ws}, nobody anonymous: where the original listens, but on loopback. */
        public static Listener loopback() {
            return at(Endpoint.of("tcp://127.0.0.1:9000"));
        }

        /** An endpoint without TLS, WebSocket at {@code /ws}, nobody anonymous. */
        public static Listener at(Endpoint endpoint) {
            return new Listener(endpoint, DEFAULT_PATH, Optional.empty(), false);
        }
    }

    /** The defaults: one listener at {@code tcp://127.0.0.1:9000}, no further superusers, 20 s, 100 realms, 20 of one owner,
     * 2 starts at a time. */
    public static MasterOptions of(Path data) {
        return new MasterOptions(
                data, List.of(Listener.loopback()), List.of(), Duration.ofSeconds(20), 100, 2, Lifecycle.STANDARD);
    }

    /**
     * Reads a YAML file; what it leaves out is as in {@link #of}, with the data in {@code data} beside the file.
     *
     * @throws FaultyFileException naming line and column of each name that is not known (and the one that was probably
     *     meant), each value of the wrong type, and each that is out of its bounds
     * @throws IOException when the file cannot be read
     */
    public static MasterOptions load(Path yaml) throws IOException {
        return MasterForm.load(yaml);
    }

    /**
     * Looks at the files that these options name, as a start would: certificates with their keys, public keys of superusers, the
     * password for the mail server, which nobody but its owner may read.
     *
     * @return a text for each that cannot be used
     */
    public List<String> unusableFiles() {
        List<String> unusable = new ArrayList<>();
        listeners.forEach(listener -> listener.certificate()
                .ifPresent(files -> look(unusable, () -> TlsServer.check(ListenerTls.of(files)))));
        superusers.forEach(file -> look(unusable, () -> KeyFiles.readPublicKey(file)));
        logins.mail().ifPresent(server -> look(unusable, server::checkFiles));
        return unusable;
    }

    /** Something that may find a file unusable. */
    @FunctionalInterface
    private interface Look {
        void look() throws IOException;
    }

    private static void look(List<String> unusable, Look look) {
        try {
            look.look();
        } catch (NoSuchFileException missing) {
            unusable.add("expected a file " + missing.getFile() + ", but there is none");
        } catch (IOException e) {
            unusable.add(String.valueOf(e.getMessage()));
        }
    }

    /** These options as a file would say them, those that no file said too. Of secrets it has the names of their files only. */
    public Map<String, Object> shown() {
        return MasterForm.shown(this);
    }
}
