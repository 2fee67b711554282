package io.bailiwick.router.transport.tls;

import io.bailiwick.router.link.ChannelSecurity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.Vector;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ChannelBinding;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.jspecify.annotations.Nullable;

/**
 * What the client decides in the handshake of one connection. Sessions are not resumed, so that the first Finished is always
 * its own, and connections not negotiated anew: both are so unless one overrides more.
 */
final class BouncyCastleClient extends DefaultTlsClient implements TlsAuthentication {
    private static final Set<Short> WEAK_HASHES = Set.of(HashAlgorithm.md5, HashAlgorithm.sha1, HashAlgorithm.sha224);

    /**
     * What all connections of a connector share.
     *
     * @param trust verifies the chain of the server
     * @param credential shown to a server that asks for a certificate
     * @param versions those offered, newest first
     */
    record Shared(
            JcaTlsCrypto crypto,
            X509TrustManager trust,
            Optional<Credential> credential,
            List<ProtocolVersion> versions) {}

    private final Shared shared;
    private final String host;
    private @Nullable X509Certificate server;
    private ChannelSecurity security = ChannelSecurity.NONE;

    /** A client that wants to reach this host. */
    BouncyCastleClient(Shared shared, String host) {
        super(shared.crypto());
        this.shared = shared;
        this.host = host;
    }

    /** What the finished handshake has told; nothing before. */
    ChannelSecurity security() {
        return security;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return shared.versions().toArray(ProtocolVersion[]::new);
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return BouncyCastleTls.SUITES.clone();
    }

    @Override
    @SuppressWarnings("JdkObsolete") // Bouncy Castle takes a Vector.
    protected Vector<SignatureAndHashAlgorithm> getSupportedSignatureAlgorithms() {
        Vector<SignatureAndHashAlgorithm> strong = new Vector<>();
        for (Object each : super.getSupportedSignatureAlgorithms()) {
            SignatureAndHashAlgorithm scheme = (SignatureAndHashAlgorithm) each;
            if (!WEAK_HASHES.contains(scheme.getHash())) {
                strong.add(scheme);
            }
        }
        return strong;
    }

    /** RFC 6066, section 3: addresses are not sent. */
    @Override
    protected @Nullable Vector<ServerName> getSNIServerNames() {
        return ServerIdentity.isAddress(host)
                ? null
                : new Vector<>(List.of(new ServerName(NameType.host_name, host.getBytes(StandardCharsets.US_ASCII))));
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return this;
    }

    /** Whether the server owns the key of the certificate is verified by the protocol, afterwards. */
    @Override
    public void notifyServerCertificate(TlsServerCertificate shown) throws IOException {
        Certificate message = shown.getCertificate();
        if (message == null || message.isEmpty()) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, "expected a certificate, but found none");
        }
        List<X509Certificate> chain = BouncyCastleTls.chain(shared.crypto(), message);
        X509Certificate own = chain.get(0);
        try {
            shared.trust().checkServerTrusted(chain.toArray(X509Certificate[]::new), keyExchange(own));
        } catch (CertificateException e) {
            throw new TlsFatalAlert(
                    AlertDescription.bad_certificate, "expected a certificate of a trusted authority", e);
        }
        if (!ServerIdentity.isFor(own, host)) {
            throw new TlsFatalAlert(
                    AlertDescription.bad_certificate, "expected a certificate for " + host + ", but found another");
        }
        server = own;
    }

    /** As the JDK names it when it asks whether a key may be used so; in TLS 1.3 the suite says nothing of the key. */
    private String keyExchange(X509Certificate certificate) {
        if (TlsUtils.isTLSv13(context)) {
            return "UNKNOWN";
        }
        return certificate.getPublicKey().getAlgorithm().equals("RSA") ? "ECDHE_RSA" : "ECDHE_ECDSA";
    }

    /** Nothing where the server accepts no signature that the key can make: it decides what becomes of that. */
    @Override
    public @Nullable TlsCredentials getClientCredentials(CertificateRequest request) {
        List<?> accepted = request.getSupportedSignatureAlgorithms() == null
                ? List.of()
                : request.getSupportedSignatureAlgorithms();
        byte[] answered = request.getCertificateRequestContext();
        return shared.credential()
                .flatMap(credential -> HandshakeSigner.schemes(context, credential)
                        .filter(accepted::contains)
                        .findFirst()
                        .map(scheme -> HandshakeSigner.of(
                                context,
                                shared.crypto(),
                                credential,
                                scheme,
                                answered == null ? TlsUtils.EMPTY_BYTES : answered)))
                .orElse(null);
    }

    /** The last moment at which the keys of an exporter are there. */
    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        SecurityParameters parameters = context.getSecurityParametersConnection();
        // Without the extended master secret, two connections could be made to have the same bindings (RFC 7627).
        boolean bound = parameters.isExtendedMasterSecret();
        security = new HandshakeFacts(
                server,
                bound ? context.exportChannelBinding(ChannelBinding.tls_exporter) : null,
                bound && !TlsUtils.isTLSv13(context)
                        ? List.of(parameters.getLocalVerifyData(), parameters.getPeerVerifyData())
                        : List.of(),
                null);
    }
}
