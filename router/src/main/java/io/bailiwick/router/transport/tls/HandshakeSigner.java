package io.bailiwick.router.transport.tls;

import java.security.PrivateKey;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.DefaultTlsCredentialedSigner;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCertificate;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsEd25519Signer;

/** How either end of Bouncy Castle's TLS shows a certificate and signs with its key. */
final class HandshakeSigner {
    private HandshakeSigner() {}

    /** How the key can sign, best first. */
    static Stream<SignatureAndHashAlgorithm> schemes(TlsContext context, Credential credential) {
        List<Integer> schemes =
                switch (credential.algorithm() + credential.fieldBits()) {
                    case "EC256" -> List.of(SignatureScheme.ecdsa_secp256r1_sha256);
                    case "EC384" -> List.of(SignatureScheme.ecdsa_secp384r1_sha384);
                    case "EC521" -> List.of(SignatureScheme.ecdsa_secp521r1_sha512);
                    case "EdDSA0" -> List.of(SignatureScheme.ed25519);
                    case "RSA0" ->
                        TlsUtils.isTLSv13(context)
                                ? List.of(SignatureScheme.rsa_pss_rsae_sha256)
                                : List.of(SignatureScheme.rsa_pss_rsae_sha256, SignatureScheme.rsa_pkcs1_sha256);
                    default -> List.of();
                };
        return schemes.stream().map(SignatureScheme::getSignatureAndHashAlgorithm);
    }

    /**
     * Signs by a scheme that the other end offered.
     *
     * @param request in TLS 1.3 the context of the request that is answered; empty for the server's own certificate
     */
    static TlsCredentialedSigner of(
            TlsContext context,
            JcaTlsCrypto crypto,
            Credential credential,
            SignatureAndHashAlgorithm scheme,
            byte[] request) {
        TlsCertificate[] certificates = credential.chain().stream()
                .map(certificate -> new JcaTlsCertificate(crypto, certificate))
                .toArray(TlsCertificate[]::new);
        Certificate message = message(context, certificates, request);
        TlsCryptoParameters parameters = new TlsCryptoParameters(context);
        PrivateKey key = credential.key();
        return credential.algorithm().equals("EdDSA")
                // The JDK calls the key by another name than the general signer expects.
                ? new DefaultTlsCredentialedSigner(parameters, new JcaTlsEd25519Signer(crypto, key), message, scheme)
                : new JcaDefaultTlsCredentialedSigner(parameters, crypto, key, message, scheme);
    }

    private static Certificate message(TlsContext context, TlsCertificate[] chain, byte[] request) {
        if (!TlsUtils.isTLSv13(context)) {
            return new Certificate(chain);
        }
        CertificateEntry[] entries = Stream.of(chain)
                .map(certificate -> new CertificateEntry(certificate, null))
                .toArray(CertificateEntry[]::new);
        return new Certificate(request, entries);
    }
}
