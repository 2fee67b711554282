package io.bailiwick.router.transport.tls;

import io.bailiwick.router.link.ChannelSecurity;
import io.bailiwick.router.transport.tls.ListenerTls.ClientCertificates.Mode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Vector;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ChannelBinding;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.KeyExchangeAlgorithm;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.jspecify.annotations.Nullable;

/**
 * What the server decides in the handshake of one connection. Sessions are not resumed and connections not negotiated anew:
 * both are so unless one overrides more.
 */
final class BouncyCastleServer extends DefaultTlsServer {
    private final BouncyCastleTls shared;
    private @Nullable Choice choice;
    private @Nullable X509Certificate clientCertificate;
    private ChannelSecurity security = ChannelSecurity.NONE;

    BouncyCastleServer(BouncyCastleTls shared) {
        super(shared.crypto());
        this.shared = shared;
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
    protected boolean preferLocalCipherSuites() {
        return true;
    }

    @Override
    protected Vector<ProtocolName> getProtocolNames() {
        return new Vector<>(List.of(ProtocolName.HTTP_1_1));
    }

    // The server's certificate

    /** A suite can be had if there is a certificate for it that the client can verify. */
    @Override
    protected boolean selectCipherSuite(int suite) throws IOException {
        choice = choose(TlsUtils.getKeyExchangeAlgorithm(suite));
        return choice != null && super.selectCipherSuite(suite);
    }

    private @Nullable Choice choose(int keyExchange) {
        SecurityParameters parameters = context.getSecurityParametersHandshake();
        List<?> offered = parameters.getClientSigAlgs() == null ? List.of() : parameters.getClientSigAlgs();
        return shared.credentials()
                .choose(
                        requestedHost(parameters),
                        credential -> fits(credential, keyExchange)
                                && HandshakeSigner.schemes(context, credential).anyMatch(offered::contains))
                .map(credential -> new Choice(
                        credential,
                        HandshakeSigner.schemes(context, credential)
                                .filter(offered::contains)
                                .findFirst()
                                .orElseThrow()))
                .orElse(null);
    }

    private static Optional<String> requestedHost(SecurityParameters parameters) {
        List<?> names = parameters.getClientServerNames() == null ? List.of() : parameters.getClientServerNames();
        return names.stream()
                .map(ServerName.class::cast)
                .filter(name -> name.getNameType() == NameType.host_name)
                .map(name -> new String(name.getNameData(), StandardCharsets.US_ASCII))
                .findFirst();
    }

    /** In TLS 1.2 the suite names the kind of key. */
    private static boolean fits(Credential credential, int keyExchange) {
        return switch (keyExchange) {
            case KeyExchangeAlgorithm.ECDHE_RSA -> credential.algorithm().equals("RSA");
            case KeyExchangeAlgorithm.ECDHE_ECDSA -> !credential.algorithm().equals("RSA");
            default -> true;
        };
    }

    @Override
    public TlsCredentials getCredentials() throws IOException {
        Choice chosen = choice;
        if (chosen == null) {
            throw new TlsFatalAlert(AlertDescription.internal_error);
        }
        return HandshakeSigner.of(context, shared.crypto(), chosen.credential, chosen.scheme, TlsUtils.EMPTY_BYTES);
    }

    // The client's certificate

    @Override
    @SuppressWarnings("JdkObsolete") // Bouncy Castle takes a Vector.
    public @Nullable CertificateRequest getCertificateRequest() throws IOException {
        if (shared.trust().isEmpty()) {
            return null;
        }
        Vector<?> schemes = TlsUtils.getDefaultSupportedSignatureAlgorithms(context);
        Vector<X500Name> authorities = new Vector<>();
        for (X509Certificate authority : shared.trust().get().authorities()) {
            authorities.add(
                    X500Name.getInstance(authority.getSubjectX500Principal().getEncoded()));
        }
        if (TlsUtils.isTLSv13(context)) {
            return new CertificateRequest(TlsUtils.EMPTY_BYTES, schemes, null, authorities);
        }
        short[] types = {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign};
        return new CertificateRequest(types, schemes, authorities);
    }

    /** Whether the client owns the key of the certificate is verified by the protocol, afterwards. */
    @Override
    public void notifyClientCertificate(Certificate shown) throws IOException {
        if (shown.isEmpty()) {
            if (shared.mode() == Mode.REQUIRED) {
                throw new TlsFatalAlert(
                        TlsUtils.isTLSv13(context)
                                ? AlertDescription.certificate_required
                                : AlertDescription.handshake_failure);
            }
            return;
        }
        List<X509Certificate> chain = BouncyCastleTls.chain(shared.crypto(), shown);
        X509Certificate own = chain.get(0);
        try {
            shared.trust()
                    .orElseThrow()
                    .verifier()
                    .checkClientTrusted(
                            chain.toArray(X509Certificate[]::new),
                            own.getPublicKey().getAlgorithm());
        } catch (CertificateException e) {
            throw new TlsFatalAlert(
                    AlertDescription.bad_certificate, "expected a certificate of a trusted authority", e);
        }
        clientCertificate = own;
    }

    // What the handshake tells

    /** The last moment at which the keys of an exporter are there. */
    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        SecurityParameters parameters = context.getSecurityParametersConnection();
        Choice chosen = choice;
        if (chosen == null) {
            throw new TlsFatalAlert(AlertDescription.internal_error);
        }
        // Without the extended master secret, two connections could be made to have the same bindings (RFC 7627).
        boolean bound = parameters.isExtendedMasterSecret();
        security = new HandshakeFacts(
                chosen.credential.own(),
                bound ? context.exportChannelBinding(ChannelBinding.tls_exporter) : null,
                bound && !TlsUtils.isTLSv13(context)
                        ? List.of(parameters.getPeerVerifyData(), parameters.getLocalVerifyData())
                        : List.of(),
                clientCertificate);
    }

    private record Choice(Credential credential, SignatureAndHashAlgorithm scheme) {}
}
