package io.bailiwick.router.transport;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a listener behaves.
 *
 * @param name for logs, metrics and rules
 * @param endpoint where, scheme tcp, tls or unix
 * @param webSocketPath the HTTP path of WebSocket upgrades, for example {@code /ws}
 * @param certificate PEM chain and key, needed by tls
 * @param limits bounds and deadlines
 */
public record ListenerOptions(
        String name, Endpoint endpoint, String webSocketPath, Optional<Certificate> certificate, Limits limits) {

    /** PEM files of a certificate chain (server's own first) and of its private key (PKCS#8). */
    public record Certificate(Path chain, Path key) {}

    /**
     * Bounds and deadlines of a connection.
     *
     * @param maxMessage bytes of one message, both ways; RawSocket rounds down to a power of two
     * @param maxUnauthenticatedMessage bytes of one message before WELCOME
     * @param queueMark bytes waiting to be sent at which {@code Link.send} turns false
     * @param queueBound bytes waiting to be sent at which the connection is closed
     * @param requestDeadline from accept to the end of the HTTP request or the RawSocket handshake
     * @param pingInterval silence after which a ping is sent; two unanswered close the connection
     * @param closeDeadline how long a close waits for what is queued
     */
    public record Limits(
            int maxMessage,
            int maxUnauthenticatedMessage,
            int queueMark,
            int queueBound,
            Duration requestDeadline,
            Duration pingInterval,
            Duration closeDeadline) {
        /** The defaults: 1 MiB, 64 KiB, 1 MiB, 4 MiB, 5 s, 10 s, 1 s. */
        public static final Limits DEFAULT = new Limits(
                1 << 20,
                1 << 16,
                1 << 20,
                4 << 20,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1));
    }
}
