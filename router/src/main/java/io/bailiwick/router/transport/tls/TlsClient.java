package io.bailiwick.router.transport.tls;

import io.netty.channel.ChannelHandler;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** The connecting side of TLS. Safe on any thread. */
public final class TlsClient {
    private final SSLContext context;

    private TlsClient(SSLContext context) {
        this.context = context;
    }

    /**
     * Reads the files.
     *
     * @throws IOException naming the file that cannot be used, and why
     */
    public static TlsClient open(ConnectorTls options) throws IOException {
        try {
            TrustManager @Nullable [] trust = options.trust().isPresent()
                    ? Trust.read(options.trust().get()).managers()
                    : null;
            KeyManager @Nullable [] keys = options.certificate().isPresent()
                    ? new KeyManager[] {
                        new CredentialChooser(
                                List.of(Credential.read(options.certificate().get())))
                    }
                    : null;
            return new TlsClient(JdkTls.context(keys, trust));
        } catch (GeneralSecurityException e) {
            throw new IOException("expected a TLS context, but found: " + e.getMessage(), e);
        }
    }

    /**
     * A handler for the head of a pipeline.
     *
     * @param host whose certificate it has to be
     * @param deadline for the handshake
     */
    public ChannelHandler handler(String host, int port, Duration deadline) {
        return JdkTls.connectHandler(context, host, port, deadline);
    }
}
