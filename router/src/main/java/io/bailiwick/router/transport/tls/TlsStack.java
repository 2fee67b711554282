package io.bailiwick.router.transport.tls;

/**
 * Whose TLS serves a listener or a connector. The suites, versions and checks are the same with both; they differ in speed and in the
 * channel bindings that they can tell.
 */
public enum TlsStack {
    /**
     * The TLS of the JDK, the faster one. Channel bindings: {@code tls-server-end-point}, and from JDK 25 on
     * {@code tls-exporter}. It resumes sessions.
     */
    JDK,
    /**
     * The TLS of Bouncy Castle with the ciphers of the JDK. Channel bindings, on every JDK: {@code tls-server-end-point},
     * {@code tls-exporter}, and {@code tls-unique} with both Finished messages. It never resumes a session: then the first
     * Finished is that of the client in every handshake, and each connection has bindings of its own.
     */
    BOUNCY_CASTLE
}
