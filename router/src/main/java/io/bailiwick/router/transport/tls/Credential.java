package io.bailiwick.router.transport.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * A certificate chain with the private key of its first certificate.
 *
 * @param chain at least one certificate
 * @param key fits the public key of the first
 */
record Credential(List<X509Certificate> chain, PrivateKey key) {
    private static final int DNS_NAME = 2;

    /**
     * Reads the files and proves that the key is the one of the certificate: files that were replaced one after the other
     * do not fit for a moment.
     *
     * @throws IOException naming the file that cannot be used, and why
     */
    static Credential read(CertificateFiles files) throws IOException {
        List<X509Certificate> chain =
                PemFile.read("certificate chain", files.chain()).certificates();
        PublicKey publicKey = chain.get(0).getPublicKey();
        PrivateKey key = PemFile.read("private key", files.key()).privateKey(publicKey.getAlgorithm());
        if (!belongTogether(publicKey, key)) {
            throw new IOException("expected the private key of the first certificate of " + files.chain() + " in "
                    + files.key() + ", but they cannot be used together");
        }
        return new Credential(List.copyOf(chain), key);
    }

    private static boolean belongTogether(PublicKey publicKey, PrivateKey key) {
        String algorithm =
                switch (publicKey.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> publicKey.getAlgorithm();
                };
        byte[] probe = {1};
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(probe);
            byte[] signature = signer.sign();
            signer.initVerify(publicKey);
            signer.update(probe);
            return signer.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    X509Certificate own() {
        return chain.get(0);
    }

    /** The algorithm of the key: EC, RSA or EdDSA. */
    String algorithm() {
        return own().getPublicKey().getAlgorithm();
    }

    /** Bits of the field of an elliptic curve; 0 for other keys. */
    int fieldBits() {
        return own().getPublicKey() instanceof ECKey elliptic
                ? elliptic.getParams().getCurve().getField().getFieldSize()
                : 0;
    }

    /** Whether the certificate is for this host: an equal DNS name, or one whose first label is a wildcard (RFC 6125). */
    boolean isFor(String host) {
        try {
            Collection<List<?>> names = own().getSubjectAlternativeNames();
            return names != null
                    && names.stream()
                            .filter(name -> name.get(0).equals(DNS_NAME))
                            .anyMatch(name -> matches((String) name.get(1), host));
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    /** Whether a DNS name of a certificate, perhaps with a wildcard, covers a host. */
    static boolean matches(String pattern, String host) {
        String wanted = host.toLowerCase(Locale.ROOT);
        String name = pattern.toLowerCase(Locale.ROOT);
        int dot = wanted.indexOf('.');
        return name.equals(wanted)
                || (dot > 0 && name.startsWith("*.") && name.substring(1).equals(wanted.substring(dot)));
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Credential[" + own().getSubjectX500Principal().getName() + "]";
    }
}
