package io.bailiwick.router.transport.tls;

import io.bailiwick.router.transport.tls.ListenerTls.ClientCertificates.Mode;
import io.bailiwick.router.transport.tls.ListenerTls.Version;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.jcajce.util.DefaultJcaJceHelper;
import org.bouncycastle.jcajce.util.JcaJceHelper;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.ProtocolVersion;
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

    BouncyCastleTls(CredentialChooser credentials, Optional<Trust> trust, Mode mode, Version newest) {
        this(
                new JdkFirst().create(new SecureRandom()),
                credentials,
                trust,
                mode,
                newest == Version.TLS_1_3
                        ? List.of(ProtocolVersion.TLSv13, ProtocolVersion.TLSv12)
                        : List.of(ProtocolVersion.TLSv12));
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

    /** The server of one connection. */
    BouncyCastleServer newServer() {
        return new BouncyCastleServer(this);
    }
}
