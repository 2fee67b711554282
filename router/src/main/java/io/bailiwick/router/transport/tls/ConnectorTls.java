package io.bailiwick.router.transport.tls;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a connector encrypts: with the TLS of the JDK, up to TLS 1.3. The host name is always checked (RFC 2818, section 3.1).
 *
 * @param trust a PEM file of the certificates to trust; empty for those of the JDK
 * @param certificate shown to a router that asks for one
 */
public record ConnectorTls(Optional<Path> trust, Optional<CertificateFiles> certificate) {
    /** Trusts what the JDK trusts and has no certificate. */
    public static final ConnectorTls DEFAULT = new ConnectorTls(Optional.empty(), Optional.empty());

    /** Trusts the certificates of a PEM file, or those of the JDK, and has no certificate of its own. */
    public static ConnectorTls trusting(Optional<Path> trust) {
        return new ConnectorTls(trust, Optional.empty());
    }
}
