package io.bailiwick.router.transport.tls;

import io.bailiwick.router.link.ChannelSecurity;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** What the JDK tells of a handshake that has ended. It never tells the Finished messages. */
final class JdkHandshakes {
    private static final String LABEL = "EXPORTER-Channel-Binding";
    private static final int LENGTH = 32;

    /** {@code exportKeyingMaterialData}, which came with JDK 25; null before. */
    private static final @Nullable MethodHandle EXPORT = findExport();

    private JdkHandshakes() {}

    /** Whether this JDK can export keying material. */
    static boolean canExport() {
        return EXPORT != null;
    }

    static ChannelSecurity facts(SSLEngine engine) {
        SSLSession session = engine.getSession();
        X509Certificate local = first(session.getLocalCertificates());
        X509Certificate peer;
        try {
            peer = first(session.getPeerCertificates());
        } catch (SSLPeerUnverifiedException e) {
            peer = null;
        }
        boolean client = engine.getUseClientMode();
        return new HandshakeFacts(client ? peer : local, export(session), List.of(), client ? null : peer);
    }

    private static @Nullable X509Certificate first(Certificate @Nullable [] chain) {
        return chain == null || chain.length == 0 ? null : (X509Certificate) chain[0];
    }

    private static byte @Nullable [] export(SSLSession session) {
        if (EXPORT == null || !(session instanceof ExtendedSSLSession extended)) {
            return null;
        }
        try {
            return (byte[]) EXPORT.invoke(extended, LABEL, new byte[0], LENGTH);
        } catch (SSLException | UnsupportedOperationException e) {
            // TLS 1.2 without the extended master secret has nothing to bind to (RFC 9266, section 4.2).
            return null;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable MethodHandle findExport() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(
                            ExtendedSSLSession.class,
                            "exportKeyingMaterialData",
                            MethodType.methodType(byte[].class, String.class, byte[].class, int.class));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return null;
        }
    }
}
