package io.bailiwick.router.transport.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a listener encrypts.
 *
 * @param certificates at least one; a client gets the first that is for the host it names (SNI), or the first of all
 * @param clients whether clients show a certificate of their own
 * @param stack whose TLS serves
 * @param newest the newest version offered. {@code tls-unique} exists only up to TLS 1.2 (RFC 9266, section 4.1): a
 *     listener for clients that can bind to nothing else offers no more
 */
public record ListenerTls(
        List<CertificateFiles> certificates, ClientCertificates clients, TlsStack stack, Version newest) {

    /**
     * Checks that there is a certificate.
     *
     * @throws IllegalArgumentException if there is none
     */
    public ListenerTls {
        certificates = List.copyOf(certificates);
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("tls: expected at least one certificate, but found none");
        }
    }

    /** One certificate and the defaults: no client certificates, the JDK's TLS, up to TLS 1.3. */
    public static ListenerTls of(CertificateFiles certificate) {
        return new ListenerTls(List.of(certificate), ClientCertificates.NONE, TlsStack.JDK, Version.TLS_1_3);
    }

    /** The versions of TLS that are served; TLS 1.2 always is. */
    public enum Version {
        /** RFC 5246. */
        TLS_1_2,
        /** RFC 8446. */
        TLS_1_3
    }

    /**
     * Whether clients are asked for a certificate.
     *
     * @param mode whether, and whether a client without one is refused
     * @param authorities a PEM file of the authorities whose certificates are believed; there exactly where clients are
     *     asked. A certificate of another authority ends the handshake, in both modes. Revocation lists are not asked
     */
    public record ClientCertificates(Mode mode, Optional<Path> authorities) {
        /** Clients are not asked. */
        public static final ClientCertificates NONE = new ClientCertificates(Mode.NONE, Optional.empty());

        /**
         * Checks that the parts fit.
         *
         * @throws IllegalArgumentException if authorities are missing, or there although nobody is asked
         */
        public ClientCertificates {
            if ((mode == Mode.NONE) == authorities.isPresent()) {
                throw new IllegalArgumentException(
                        "client certificates: expected authorities where clients are asked and "
                                + "only there, but found mode " + mode
                                + (authorities.isPresent() ? " with" : " without")
                                + " authorities");
            }
        }

        /** Whether clients are asked, and whether they must answer. */
        public enum Mode {
            /** They are not asked. */
            NONE,
            /** Who has none is let in without. */
            OPTIONAL,
            /** Who has none is refused. */
            REQUIRED
        }
    }
}
