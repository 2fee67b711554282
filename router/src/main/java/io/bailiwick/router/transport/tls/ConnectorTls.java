package io.bailiwick.router.transport.tls;

import io.bailiwick.router.transport.tls.ListenerTls.Version;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a connector encrypts. The host name is always checked: by the JDK as RFC 2818, section 3.1 has it, and by Bouncy Castle's
 * stack by the alternative names alone (RFC 9525).
 *
 * @param trust a PEM file of the certificates to trust; empty for those of the JDK
 * @param certificate shown to a router that asks for one
 * @param stack whose TLS connects: Bouncy Castle's has all channel bindings on every JDK
 * @param newest the newest version offered; TLS 1.2 always is. {@code tls-unique} exists only there (RFC 9266, section 4.1)
 */
public record ConnectorTls(
        Optional<Path> trust, Optional<CertificateFiles> certificate, TlsStack stack, Version newest) {
    /** Trusts what the JDK trusts and has no certificate. */
    public static final ConnectorTls DEFAULT = new ConnectorTls(Optional.empty(), Optional.empty());

    /** With the TLS of the JDK, up to TLS 1.3. */
    public ConnectorTls(Optional<Path> trust, Optional<CertificateFiles> certificate) {
        this(trust, certificate, TlsStack.JDK, Version.TLS_1_3);
    }

    /** Trusts the certificates of a PEM file, or those of the JDK, and has no certificate of its own. */
    public static ConnectorTls trusting(Optional<Path> trust) {
        return new ConnectorTls(trust, Optional.empty());
    }

    /** The same with another stack, and other versions. */
    public ConnectorTls by(TlsStack other, Version upTo) {
        return new ConnectorTls(trust, certificate, other, upTo);
    }
}
