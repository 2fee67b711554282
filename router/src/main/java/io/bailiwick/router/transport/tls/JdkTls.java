package io.bailiwick.router.transport.tls;

import io.bailiwick.router.transport.tls.ListenerTls.ClientCertificates.Mode;
import io.bailiwick.router.transport.tls.ListenerTls.Version;
import io.netty.handler.ssl.SslHandler;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** The TLS of the JDK, with the versions and suites that we speak. */
final class JdkTls {
    static final List<String> SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** RFC 7301: who offers other protocols only, HTTP/2 for example, is told at once. */
    private static final String[] APPLICATION_PROTOCOLS = {"http/1.1"};

    /** How long a client may resume a session: a certificate that it has shown is not looked at again meanwhile. */
    private static final int RESUMABLE_SECONDS = (int) TimeUnit.HOURS.toSeconds(1);

    private JdkTls() {}

    /** The context of a side. */
    static SSLContext context(KeyManager @Nullable [] keys, TrustManager @Nullable [] trust)
            throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust, null);
        context.getServerSessionContext().setSessionTimeout(RESUMABLE_SECONDS);
        return context;
    }

    static SslHandler acceptHandler(SSLContext context, Mode clients, Version newest, Duration deadline) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = parameters(engine, newest);
        parameters.setUseCipherSuitesOrder(true);
        parameters.setApplicationProtocols(APPLICATION_PROTOCOLS);
        if (clients == Mode.REQUIRED) {
            parameters.setNeedClientAuth(true);
        } else if (clients == Mode.OPTIONAL) {
            parameters.setWantClientAuth(true);
        }
        engine.setSSLParameters(parameters);
        return handler(engine, deadline);
    }

    /** Checks that the certificate is for this host (RFC 2818, section 3.1): a trusted one for another is refused. */
    static SslHandler connectHandler(SSLContext context, String host, int port, Version newest, Duration deadline) {
        SSLEngine engine = context.createSSLEngine(host, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = parameters(engine, newest);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return handler(engine, deadline);
    }

    private static SSLParameters parameters(SSLEngine engine, Version newest) {
        Set<String> supported = Set.of(engine.getSupportedCipherSuites());
        SSLParameters parameters = engine.getSSLParameters();
        boolean upTo13 = newest == Version.TLS_1_3;
        parameters.setProtocols(upTo13 ? new String[] {"TLSv1.3", "TLSv1.2"} : new String[] {"TLSv1.2"});
        Predicate<String> ofVersion = suite -> upTo13 || suite.contains("_WITH_");
        Stream<String> suites = SUITES.stream().filter(supported::contains).filter(ofVersion);
        parameters.setCipherSuites(suites.toArray(String[]::new));
        return parameters;
    }

    private static SslHandler handler(SSLEngine engine, Duration deadline) {
        SslHandler handler = new SslHandler(engine);
        handler.setHandshakeTimeoutMillis(deadline.toMillis());
        handler.handshakeFuture().addListener(end -> {
            if (end.isSuccess() && engine.getSession().getProtocol().equals("TLSv1.2")) {
                refuseRenegotiation(engine);
            }
        });
        return handler;
    }

    /**
     * Nobody negotiates twice on a connection: without a suite to agree upon, a second handshake fails. (The JDK has a
     * switch for it, but for all of the process.) TLS 1.3 has no renegotiation.
     */
    private static void refuseRenegotiation(SSLEngine engine) {
        engine.setEnabledCipherSuites(new String[0]);
    }
}
