package io.bailiwick.router.admission;

import io.bailiwick.router.credential.Noise;
import io.bailiwick.router.link.ChannelSecurity.ClientCertificate;
import java.util.List;
import java.util.Locale;
import javax.security.auth.x500.X500Principal;

/**
 * A name of a client certificate, for {@code tls}. A fingerprint names one certificate; a subject names whatever the
 * authorities that the listener trusts issue to it.
 *
 * @param kind which name
 * @param value hexadecimal digits in lower case, or the distinguished name in canonical form
 */
public record CertificateName(Kind kind, String value) {
    /** The names that a certificate has. */
    public enum Kind {
        /** The SHA-256 fingerprint. */
        SHA256,
        /** The SHA-1 fingerprint, which configurations of Crossbar.io name. */
        SHA1,
        /** The distinguished name of the subject. */
        SUBJECT
    }

    /**
     * A fingerprint, of SHA-256 or SHA-1 by its length.
     *
     * @param text hexadecimal digits, either case, with or without colons
     * @throws IllegalArgumentException when it is neither 64 nor 40 digits
     */
    public static CertificateName fingerprint(String text) {
        String hex = text.replace(":", "").toLowerCase(Locale.ROOT);
        if (!hex.matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "certificate fingerprint: expected 64 or 40 hexadecimal digits, but found another text");
        }
        return new CertificateName(hex.length() == 64 ? Kind.SHA256 : Kind.SHA1, hex);
    }

    /**
     * A subject.
     *
     * @param name a distinguished name (RFC 2253), for example {@code CN=node1,O=Example}
     * @throws IllegalArgumentException when it is none
     */
    public static CertificateName subject(String name) {
        return new CertificateName(Kind.SUBJECT, canonical(name));
    }

    private static String canonical(String name) {
        return new X500Principal(name).getName(X500Principal.CANONICAL);
    }

    String mark(Noise noise) {
        return noise.mark("tls " + kind + " " + value);
    }

    /** All names of a certificate. */
    static List<CertificateName> of(ClientCertificate certificate) {
        return List.of(
                new CertificateName(Kind.SHA256, certificate.sha256()),
                new CertificateName(Kind.SHA1, certificate.sha1()),
                new CertificateName(Kind.SUBJECT, canonical(certificate.subject())));
    }
}
