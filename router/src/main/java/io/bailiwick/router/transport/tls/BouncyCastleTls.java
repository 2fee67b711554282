package io.bailiwick.router.transport.tls;

import io.bailiwick.router.transport.tls.ListenerTls.ClientCertificates.Mode;
import io.bailiwick.router.transport.tls.ListenerTls.Version;
import java.io.IOException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.jcajce.util.DefaultJcaJceHelper;
import org.bouncycastle.jcajce.util.JcaJceHelper;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCertificate;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/**
 * What all connections of a listener share that is served by Bouncy Castle's TLS. Its low-level interface is used and not its
 * JSSE provider: that one forgets the keys of an exporter when the handshake ends and never tells the server's Finished.
 *
 * @param crypto the ciphers of the JDK, which know the processor's instructions for AES
 * @param credentials the certificates of the listener
 * @param trust the authorities of client certificates, if clients are asked
 * @param mode whether clients are asked
 * @param versions those offered, newest first
 */
record BouncyCastleTls(
        JcaTlsCrypto crypto,
        CredentialChooser credentials,
        Optional<Trust> trust,
        Mode mode,
        List<ProtocolVersion> versions) {

    /** As {@link JdkTls#SUITES}. */
    static final int[] SUITES = {
        CipherSuite.TLS_AES_128_GCM_SHA256,
        CipherSuite.TLS_AES_256_GCM_SHA384,
        CipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
    };

    BouncyCastleTls(CredentialChooser credentials, Optional<Trust> trust, Mode mode, Version newest) {
        this(newCrypto(), credentials, trust, mode, versions(newest));
    }

    /** What the ends of either side calculate with. */
    static JcaTlsCrypto newCrypto() {
        return new JdkFirst().create(new SecureRandom());
    }

    /** The versions up to this one, newest first. */
    static List<ProtocolVersion> versions(Version newest) {
        return newest == Version.TLS_1_3
                ? List.of(ProtocolVersion.TLSv13, ProtocolVersion.TLSv12)
                : List.of(ProtocolVersion.TLSv12);
    }

    /** The certificates that the other end has shown, its own first. */
    static List<X509Certificate> chain(JcaTlsCrypto crypto, Certificate shown) throws IOException {
        List<X509Certificate> chain = new ArrayList<>();
        for (TlsCertificate certificate : shown.getCertificateList()) {
            chain.add(JcaTlsCertificate.convert(crypto, certificate).getX509Certificate());
        }
        return chain;
    }

    /** The ciphers of the JDK, and Bouncy Castle's signatures where the JDK has another name for them (RSASSA-PSS). */
    private static final class JdkFirst extends JcaTlsCryptoProvider {
        private final Provider bouncyCastle = new BouncyCastleProvider();
        private final JcaJceHelper helper = new DefaultJcaJceHelper() {
            @Override
            public Signature createSignature(String algorithm) throws NoSuchAlgorithmException {
                try {
                    return super.createSignature(algorithm);
                } catch (NoSuchAlgorithmException e) {
                    return Signature.getInstance(algorithm, bouncyCastle);
                }
            }
        };

        @Override
        public JcaJceHelper getHelper() {
            return helper;
        }
    }

    /** The server's end of a new connection. */
    BouncyCastleHandler newHandler() {
        return BouncyCastleHandler.accepting(new BouncyCastleServer(this));
    }
}
