package io.bailiwick.router.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLParameters;

/** TLS 1.2 and 1.3 of the JDK, from PEM files. */
final class Tls {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final SslContext context;

    private Tls(SslContext context) {
        this.context = context;
    }

    /**
     * The server's side.
     *
     * @throws IOException naming the file that cannot be used
     */
    static Tls server(ListenerOptions.Certificate certificate) throws IOException {
        checkReadable("certificate chain", certificate.chain());
        checkReadable("private key", certificate.key());
        try {
            return new Tls(SslContextBuilder.forServer(
                            certificate.chain().toFile(), certificate.key().toFile())
                    .sslProvider(SslProvider.JDK)
                    .protocols(PROTOCOLS)
                    .build());
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    "expected a PEM certificate chain in " + certificate.chain() + " and its PKCS#8 key in "
                            + certificate.key() + ", but they cannot be used together",
                    e);
        }
    }

    /**
     * The client's side.
     *
     * @param trust a PEM file of the certificates to trust; empty for those of the JDK
     */
    static Tls client(Optional<Path> trust) throws IOException {
        SslContextBuilder builder =
                SslContextBuilder.forClient().sslProvider(SslProvider.JDK).protocols(PROTOCOLS);
        if (trust.isPresent()) {
            checkReadable("certificates to trust", trust.get());
            try {
                builder.trustManager(trust.get().toFile());
            } catch (IllegalArgumentException e) {
                throw new IOException(
                        "expected PEM certificates in " + trust.get() + ", but found none that can be read", e);
            }
        }
        return new Tls(builder.build());
    }

    private static void checkReadable(String what, Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException("expected a readable file with the " + what + ", but found none at " + file);
        }
    }

    SslHandler acceptHandler(ByteBufAllocator allocator, Duration deadline) {
        SslHandler handler = context.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(deadline.toMillis());
        return handler;
    }

    /** Checks that the certificate is for this host (RFC 2818, section 3.1): a trusted one for another is refused. */
    SslHandler connectHandler(ByteBufAllocator allocator, String host, int port, Duration deadline) {
        SslHandler handler = context.newHandler(allocator, host, port);
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        handler.engine().setSSLParameters(parameters);
        handler.setHandshakeTimeoutMillis(deadline.toMillis());
        return handler;
    }
}
