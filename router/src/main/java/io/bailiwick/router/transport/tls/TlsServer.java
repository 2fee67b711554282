package io.bailiwick.router.transport.tls;

import io.bailiwick.router.transport.tls.ListenerTls.ClientCertificates.Mode;
import io.netty.channel.ChannelHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accepting side of TLS. New handshakes use the files as they are now, connections keep what they have begun with. Safe on
 * any thread.
 */
public final class TlsServer {
    private static final Logger log = LoggerFactory.getLogger(TlsServer.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final ListenerTls options;
    private final AtomicLong nextLook = new AtomicLong(System.nanoTime() + LOOK_NANOS);
    private volatile Loaded loaded;
    /** The files as they were when they were last read, with success or without. */
    private volatile List<String> tried;

    private TlsServer(String name, ListenerTls options) throws IOException {
        this.name = name;
        this.options = options;
        this.tried = stamps();
        this.loaded = load();
    }

    /**
     * Reads the files.
     *
     * @param name of the listener, for logs
     * @throws IOException naming the file that cannot be used, and why
     */
    public static TlsServer open(String name, ListenerTls options) throws IOException {
        TlsServer server = new TlsServer(name, options);
        server.warn();
        return server;
    }

    /**
     * Reads the files to see whether they can be used, and says nothing in the log.
     *
     * @throws IOException naming the file that cannot be used, and why
     */
    public static List<Validity> check(ListenerTls options) throws IOException {
        return new TlsServer("", options).certificates();
    }

    private void warn() {
        Instant now = Instant.now();
        for (Validity validity : loaded.validities) {
            Validity.warning(validity.notAfter(), now)
                    .ifPresent(warning -> log.warn("listener {}: {}: {}", name, validity.subject(), warning));
        }
    }

    /**
     * A handler for the head of the pipeline of a new connection. Looks at most once a second whether a file has changed
     * since it was read, and reads them again if so: a few milliseconds, once for a new certificate. If they cannot be
     * used, that is logged once and those in use stay.
     *
     * @param deadline for the handshake, where the stack has one of its own
     */
    public ChannelHandler handler(Duration deadline) {
        long now = System.nanoTime();
        long due = nextLook.get();
        if (now - due >= 0 && nextLook.compareAndSet(due, now + LOOK_NANOS)) {
            noticeChange();
        }
        return loaded.handlers.apply(deadline);
    }

    private void noticeChange() {
        if (!stamps().equals(tried)) {
            try {
                reload();
            } catch (IOException e) {
                log.warn(
                        "listener {}: the certificates in use stay, since the new ones cannot be: {}",
                        name,
                        e.getMessage());
            }
        }
    }

    /**
     * Reads the files anew.
     *
     * @throws IOException naming the file that cannot be used, and why; those in use stay
     */
    public synchronized void reload() throws IOException {
        tried = stamps();
        loaded = load();
        log.info("listener {}: new handshakes use {}", name, loaded.validities);
        warn();
    }

    /** The certificates that new handshakes use. */
    public List<Validity> certificates() {
        return loaded.validities;
    }

    private Loaded load() throws IOException {
        List<Credential> credentials = new ArrayList<>();
        for (CertificateFiles files : options.certificates()) {
            credentials.add(Credential.read(files));
        }
        CredentialChooser chooser = new CredentialChooser(credentials);
        Mode mode = options.clients().mode();
        try {
            Optional<Path> authorities = options.clients().authorities();
            Optional<Trust> trust =
                    authorities.isPresent() ? Optional.of(Trust.read(authorities.get())) : Optional.empty();
            List<Validity> validities = credentials.stream().map(Validity::of).toList();
            if (options.stack() == TlsStack.BOUNCY_CASTLE) {
                BouncyCastleTls context = new BouncyCastleTls(chooser, trust, mode, options.newest());
                return new Loaded(deadline -> context.newHandler(), validities);
            }
            SSLContext context = JdkTls.context(
                    new KeyManager[] {chooser}, trust.map(Trust::managers).orElse(null));
            return new Loaded(deadline -> JdkTls.acceptHandler(context, mode, options.newest(), deadline), validities);
        } catch (GeneralSecurityException e) {
            throw new IOException("expected a TLS context, but found: " + e.getMessage(), e);
        }
    }

    /** What changes when a file is written or replaced. */
    private List<String> stamps() {
        List<String> stamps = new ArrayList<>();
        options.certificates().forEach(files -> {
            stamps.add(stamp(files.chain()));
            stamps.add(stamp(files.key()));
        });
        options.clients().authorities().ifPresent(file -> stamps.add(stamp(file)));
        return stamps;
    }

    private static String stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
        } catch (IOException e) {
            return "none";
        }
    }

    private record Loaded(Function<Duration, ChannelHandler> handlers, List<Validity> validities) {}

    /**
     * From when until when a certificate is valid, with the chain that it is sent with.
     *
     * @param subject the distinguished name of the subject (RFC 2253)
     * @param notBefore the latest beginning in the chain
     * @param notAfter the earliest end in the chain
     */
    public record Validity(String subject, Instant notBefore, Instant notAfter) {
        /** How long before its end a certificate should have been renewed. */
        public static final Duration RENEWAL = Duration.ofDays(14);

        /** What is to be said of a certificate that ends then: nothing as long as there is time for its renewal. */
        public static Optional<String> warning(Instant notAfter, Instant now) {
            if (!notAfter.isAfter(now)) {
                return Optional.of("the certificate has expired at " + notAfter);
            }
            return notAfter.isAfter(now.plus(RENEWAL))
                    ? Optional.empty()
                    : Optional.of("the certificate expires at " + notAfter);
        }

        static Validity of(Credential credential) {
            List<X509Certificate> chain = credential.chain();
            return new Validity(
                    credential.own().getSubjectX500Principal().getName(),
                    chain.stream()
                            .map(certificate -> certificate.getNotBefore().toInstant())
                            .max(Comparator.naturalOrder())
                            .orElseThrow(),
                    chain.stream()
                            .map(certificate -> certificate.getNotAfter().toInstant())
                            .min(Comparator.naturalOrder())
                            .orElseThrow());
        }
    }
}
