package io.bailiwick.router.transport.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** The parts of a PEM file (RFC 7468), in their order; text around them is a comment. */
final class PemFile {
    private static final Pattern PART =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private final Path file;
    private final List<Part> parts;

    private PemFile(Path file, List<Part> parts) {
        this.file = file;
        this.parts = parts;
    }

    /**
     * Reads a file.
     *
     * @param what what is expected of it, for the error
     * @throws IOException naming the file
     */
    static PemFile read(String what, Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException("expected a readable file with the " + what + ", but found none at " + file);
        }
        List<Part> parts = new ArrayList<>();
        Matcher matcher = PART.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            try {
                parts.add(new Part(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
            } catch (IllegalArgumentException e) {
                throw new IOException("expected PEM with the " + what + " in " + file + ", but found broken base64", e);
            }
        }
        return new PemFile(file, parts);
    }

    /** All certificates of the file, at least one. */
    List<X509Certificate> certificates() throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Part part : parts) {
                if (part.label.equals("CERTIFICATE")) {
                    certificates.add(
                            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(part.octets)));
                }
            }
        } catch (CertificateException e) {
            throw new IOException("expected PEM certificates in " + file + ", but found one that cannot be read", e);
        }
        if (certificates.isEmpty()) {
            throw new IOException("expected PEM certificates in " + file + ", but found none");
        }
        return certificates;
    }

    /**
     * The private key of the file.
     *
     * @param algorithm that of the public key, as the JDK calls it
     */
    PrivateKey privateKey(String algorithm) throws IOException {
        for (Part part : parts) {
            if (part.label.equals("ENCRYPTED PRIVATE KEY")) {
                throw new IOException("expected a private key without a password in " + file + ", but found one with");
            }
            if (part.label.endsWith("PRIVATE KEY")) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(part.pkcs8()));
                } catch (GeneralSecurityException | IllegalArgumentException e) {
                    // The cause may quote the key: it stays here.
                    throw new IOException("expected a private key (" + algorithm + ") in " + file
                            + ", but found one that cannot be read as such: "
                            + e.getClass().getSimpleName());
                }
            }
        }
        throw new IOException("expected a PEM private key in " + file + ", but found none");
    }

    private static final class Part {
        private final String label;
        private final byte[] octets;

        Part(String label, byte[] octets) {
            this.label = label;
            this.octets = octets;
        }

        private byte[] pkcs8() throws IOException {
            return switch (label) {
                case "RSA PRIVATE KEY" ->
                    new PrivateKeyInfo(
                                    new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                                    RSAPrivateKey.getInstance(octets))
                            .getEncoded();
                case "EC PRIVATE KEY" -> {
                    ECPrivateKey key = ECPrivateKey.getInstance(octets);
                    ASN1ObjectIdentifier elliptic = X9ObjectIdentifiers.id_ecPublicKey;
                    yield new PrivateKeyInfo(new AlgorithmIdentifier(elliptic, key.getParametersObject()), key)
                            .getEncoded();
                }
                default -> octets;
            };
        }
    }
}
