package io.bailiwick.router.transport.tls;

import io.bailiwick.router.link.ChannelSecurity;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a handshake that has ended told of the two ends. Immutable. */
final class HandshakeFacts implements ChannelSecurity {
    private final List<byte[]> endPoint;
    private final List<byte[]> exporter;
    private final List<byte[]> finished;
    private final Optional<ClientCertificate> client;

    /**
     * Facts.
     *
     * @param server the server's certificate
     * @param exporter 32 octets of RFC 9266; null where the stack cannot export
     * @param finished the Finished messages, that of the client first; empty where they are unknown or bind nothing
     * @param client the client's certificate, verified
     */
    HandshakeFacts(
            @Nullable X509Certificate server,
            byte @Nullable [] exporter,
            List<byte[]> finished,
            @Nullable X509Certificate client) {
        this.endPoint = server == null ? List.of() : serverEndPoint(server);
        this.exporter = exporter == null ? List.of() : List.of(exporter);
        this.finished = finished;
        this.client = Optional.ofNullable(client).map(HandshakeFacts::describe);
    }

    @Override
    public List<byte[]> bindings(String type) {
        List<byte[]> values =
                switch (type) {
                    case "tls-server-end-point" -> endPoint;
                    case "tls-exporter" -> exporter;
                    case "tls-unique" -> finished;
                    default -> List.of();
                };
        return values.stream().map(byte[]::clone).toList();
    }

    @Override
    public Optional<ClientCertificate> clientCertificate() {
        return client;
    }

    /** RFC 5929, section 4.1; nothing for signatures without a hash function of their own (Ed25519). */
    private static List<byte[]> serverEndPoint(X509Certificate certificate) {
        Optional<String> hash = endPointHash(certificate);
        return hash.isEmpty() ? List.of() : List.of(digest(hash.get(), certificate));
    }

    private static Optional<String> endPointHash(X509Certificate certificate) {
        String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        int with = signature.indexOf("WITH");
        String hash = with > 0 ? signature.substring(0, with) : pssHash(certificate);
        return switch (hash) {
            // The weak ones are replaced, as section 4.1 demands.
            case "MD5", "SHA1", "SHA256", "SHA-1", "SHA-256" -> Optional.of("SHA-256");
            case "SHA224", "SHA-224" -> Optional.of("SHA-224");
            case "SHA384", "SHA-384" -> Optional.of("SHA-384");
            case "SHA512", "SHA-512" -> Optional.of("SHA-512");
            default -> Optional.empty();
        };
    }

    /** RSASSA-PSS names its hash in the parameters. */
    private static String pssHash(X509Certificate certificate) {
        byte[] encoded = certificate.getSigAlgParams();
        if (encoded == null || !certificate.getSigAlgName().equals("RSASSA-PSS")) {
            return "";
        }
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
            parameters.init(encoded);
            return parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm();
        } catch (GeneralSecurityException | IOException e) {
            return "";
        }
    }

    private static ClientCertificate describe(X509Certificate certificate) {
        return new ClientCertificate(
                certificate.getSubjectX500Principal().getName(),
                certificate.getIssuerX500Principal().getName(),
                HexFormat.of().formatHex(digest("SHA-256", certificate)),
                HexFormat.of().formatHex(digest("SHA-1", certificate)));
    }

    private static byte[] digest(String algorithm, X509Certificate certificate) {
        try {
            return MessageDigest.getInstance(algorithm).digest(certificate.getEncoded());
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("expected " + algorithm + " of a certificate that was parsed", e);
        }
    }
}
