package io.bailiwick.router.transport.tls;

import io.netty.channel.ChannelHandler;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** The connecting side of TLS. Safe on any thread. */
public final class TlsClient {
    private final Handlers handlers;

    /** Makes the handlers of one stack. */
    @FunctionalInterface
    private interface Handlers {
        ChannelHandler handler(String host, int port, Duration deadline);
    }

    private TlsClient(Handlers handlers) {
        this.handlers = handlers;
    }

    /**
     * Reads the files.
     *
     * @throws IOException naming the file that cannot be used, and why
     */
    public static TlsClient open(ConnectorTls options) throws IOException {
        try {
            Optional<Trust> trust = options.trust().isPresent()
                    ? Optional.of(Trust.read(options.trust().get()))
                    : Optional.empty();
            Optional<Credential> credential = options.certificate().isPresent()
                    ? Optional.of(Credential.read(options.certificate().get()))
                    : Optional.empty();
            return new TlsClient(
                    options.stack() == TlsStack.BOUNCY_CASTLE
                            ? bouncyCastle(options, trust, credential)
                            : jdk(options, trust, credential));
        } catch (GeneralSecurityException e) {
            throw new IOException("expected a TLS context, but found: " + e.getMessage(), e);
        }
    }

    private static Handlers jdk(ConnectorTls options, Optional<Trust> trust, Optional<Credential> credential)
            throws GeneralSecurityException {
        TrustManager @Nullable [] managers = trust.map(Trust::managers).orElse(null);
        KeyManager @Nullable [] keys = credential
                .map(own -> new KeyManager[] {new CredentialChooser(List.of(own))})
                .orElse(null);
        SSLContext context = JdkTls.context(keys, managers);
        return (host, port, deadline) -> JdkTls.connectHandler(context, host, port, options.newest(), deadline);
    }

    private static Handlers bouncyCastle(ConnectorTls options, Optional<Trust> trust, Optional<Credential> credential)
            throws GeneralSecurityException {
        BouncyCastleClient.Shared shared = new BouncyCastleClient.Shared(
                BouncyCastleTls.newCrypto(),
                trust.isPresent() ? trust.get().verifier() : Trust.ofJdk(),
                credential,
                BouncyCastleTls.versions(options.newest()));
        return (host, port, deadline) -> BouncyCastleHandler.connecting(new BouncyCastleClient(shared, host));
    }

    /**
     * A handler for the head of a pipeline.
     *
     * @param host whose certificate it has to be
     * @param deadline for the handshake, where the stack has one of its own
     */
    public ChannelHandler handler(String host, int port, Duration deadline) {
        return handlers.handler(host, port, deadline);
    }
}
