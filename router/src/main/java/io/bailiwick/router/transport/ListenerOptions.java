package io.bailiwick.router.transport;

import io.bailiwick.router.transport.http.HttpOptions;
import io.bailiwick.router.transport.tls.ListenerTls;
import java.time.Duration;
import java.util.Optional;

/**
 * How a listener behaves.
 *
 * @param name for logs, metrics and rules
 * @param endpoint where, scheme tcp, tls or unix
 * @param webSocketPath the HTTP path of WebSocket upgrades, for example {@code /ws}; empty where only RawSocket is served
 * @param tls how to encrypt, needed by an endpoint of scheme tls
 * @param limits bounds and deadlines
 * @param compression whether WebSocket clients that ask for permessage-deflate (RFC 7692) get it. Compression costs the
 *     router time, and a secret that travels in one message with what a stranger has chosen can be guessed from the length
 * @param http what else is served over HTTP
 */
public record ListenerOptions(
        String name,
        Endpoint endpoint,
        String webSocketPath,
        Optional<ListenerTls> tls,
        Limits limits,
        boolean compression,
        HttpOptions http) {

    /**
     * Checks that the parts fit.
     *
     * @throws IllegalArgumentException naming what was expected
     */
    public ListenerOptions {
        if (!endpoint.listens()) {
            throw new IllegalArgumentException("listener " + name
                    + ": expected an endpoint to listen on (tcp, tls or unix), but found " + endpoint);
        }
        if (endpoint.isTls() != tls.isPresent()) {
            throw new IllegalArgumentException("listener " + name + ": expected a certificate with tls and only there, "
                    + "but found " + endpoint + (tls.isPresent() ? " with one" : " without one"));
        }
        if (!webSocketPath.isEmpty() && !webSocketPath.startsWith("/")) {
            throw new IllegalArgumentException(
                    "listener " + name + ": expected a path that starts with /, but found '" + webSocketPath + "'");
        }
        String webSocket = webSocketPath;
        if (!webSocket.isEmpty()
                && http.routes().stream().anyMatch(route -> route.path().equals(webSocket))) {
            throw new IllegalArgumentException(
                    "listener " + name + ": expected no route at the path of WebSocket, but found " + webSocket);
        }
    }

    /** A listener that does not compress and serves nothing over HTTP but the upgrade to WebSocket. */
    public ListenerOptions(
            String name, Endpoint endpoint, String webSocketPath, Optional<ListenerTls> tls, Limits limits) {
        this(name, endpoint, webSocketPath, tls, limits, false, HttpOptions.DEFAULT);
    }

    /** The same listener with or without compression. */
    public ListenerOptions withCompression(boolean wanted) {
        return new ListenerOptions(name, endpoint, webSocketPath, tls, limits, wanted, http);
    }

    /**
     * These options with what another configuration says that can be changed while the listener is bound: limits, compression,
     * and TLS where both have it.
     */
    public ListenerOptions changed(ListenerOptions other) {
        Optional<ListenerTls> encryption = tls.isPresent() && other.tls.isPresent() ? other.tls : tls;
        return new ListenerOptions(name, endpoint, webSocketPath, encryption, other.limits, other.compression, http);
    }

    /** These options with something else over HTTP. */
    public ListenerOptions withHttp(HttpOptions served) {
        return new ListenerOptions(name, endpoint, webSocketPath, tls, limits, compression, served);
    }

    /**
     * Bounds and deadlines of a connection.
     *
     * @param maxMessage bytes of one message, both ways, from 512 to 16 MiB; RawSocket rounds down to a power of two
     * @param maxUnauthenticatedMessage bytes of one message before WELCOME was sent
     * @param queueMark bytes waiting to be sent at which {@code Link.send} turns false
     * @param queueBound bytes waiting to be sent at which the connection is closed; a message that waits alone is always
     *     taken. Each message counts for 256 bytes more than it has, for what its bookkeeping takes.
     * @param requestDeadline from accept to the end of the HTTP request or the RawSocket handshake, TLS included
     * @param pingInterval silence after which a ping is sent; two unanswered, each given half this time, close the
     *     connection. Zero for no pings. Over RawSocket a router pings only peers that have sent a ping themselves:
     *     Autobahn takes a ping for a length of 16 MiB. Silent TCP peers are watched by the kernel (keep-alive) as well.
     * @param closeDeadline how long a close waits for what is queued
     * @param maxConnections connections of one listener at a time; further ones are refused (HTTP 503, RawSocket error 4)
     * @param perAddress what one address may have of them
     */
    public record Limits(
            int maxMessage,
            int maxUnauthenticatedMessage,
            int queueMark,
            int queueBound,
            Duration requestDeadline,
            Duration pingInterval,
            Duration closeDeadline,
            int maxConnections,
            PerAddress perAddress) {

        /** The defaults: 1 MiB, 64 KiB, 1 MiB, 4 MiB, 5 s, 10 s, 1 s, 16,384 connections. */
        public static final Limits DEFAULT = new Limits(
                1 << 20,
                1 << 16,
                1 << 20,
                4 << 20,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                16_384,
                PerAddress.NONE);

        /**
         * Checks the bounds.
         *
         * @throws IllegalArgumentException naming what was expected
         */
        public Limits {
            check(maxMessage >= 512 && maxMessage <= 1 << 24, "maxMessage from 512 to 16777216", maxMessage);
            check(maxUnauthenticatedMessage > 0, "maxUnauthenticatedMessage above 0", maxUnauthenticatedMessage);
            check(queueMark > 0, "queueMark above 0", queueMark);
            check(queueBound >= queueMark, "queueBound of at least queueMark", queueBound);
            check(maxConnections > 0, "maxConnections above 0", maxConnections);
            check(requestDeadline.toMillis() > 0, "requestDeadline above 0", requestDeadline);
            check(!pingInterval.isNegative(), "pingInterval of 0 or more", pingInterval);
            check(closeDeadline.toMillis() > 0, "closeDeadline above 0", closeDeadline);
        }

        /** These bounds with others of one message, before WELCOME and after. */
        public Limits withMessages(int unauthenticated, int most) {
            return new Limits(
                    most,
                    unauthenticated,
                    queueMark,
                    queueBound,
                    requestDeadline,
                    pingInterval,
                    closeDeadline,
                    maxConnections,
                    perAddress);
        }

        /** These bounds with others of what waits to be sent. */
        public Limits withQueue(int mark, int bound) {
            return new Limits(
                    maxMessage,
                    maxUnauthenticatedMessage,
                    mark,
                    bound,
                    requestDeadline,
                    pingInterval,
                    closeDeadline,
                    maxConnections,
                    perAddress);
        }

        /** These bounds with other times. */
        public Limits withTimes(Duration forRequest, Duration betweenPings, Duration forClose) {
            return new Limits(
                    maxMessage,
                    maxUnauthenticatedMessage,
                    queueMark,
                    queueBound,
                    forRequest,
                    betweenPings,
                    forClose,
                    maxConnections,
                    perAddress);
        }

        /** These bounds with another number of connections. */
        public Limits withConnections(int most) {
            return new Limits(
                    maxMessage,
                    maxUnauthenticatedMessage,
                    queueMark,
                    queueBound,
                    requestDeadline,
                    pingInterval,
                    closeDeadline,
                    most,
                    perAddress);
        }

        /** These bounds with others for one address. */
        public Limits withPerAddress(PerAddress bounds) {
            return new Limits(
                    maxMessage,
                    maxUnauthenticatedMessage,
                    queueMark,
                    queueBound,
                    requestDeadline,
                    pingInterval,
                    closeDeadline,
                    maxConnections,
                    bounds);
        }

        private static void check(boolean holds, String expected, Object found) {
            if (!holds) {
                throw new IllegalArgumentException("limits: expected " + expected + ", but found " + found);
            }
        }
    }

    /**
     * What one address may have of a listener; an IPv6 address stands for its network of 64 bits. Further connections are
     * closed without a word. A long-poll link counts like a connection. Unix sockets have no address.
     *
     * @param connections at a time; 0 for no bound: a whole fleet may come from one address
     * @param perSecond new ones in a second, on the long run; 0 for no bound
     * @param burst new ones at once
     */
    public record PerAddress(int connections, int perSecond, int burst) {
        /** No bounds. */
        public static final PerAddress NONE = new PerAddress(0, 0, 0);

        /**
         * Checks the bounds.
         *
         * @throws IllegalArgumentException naming what was expected
         */
        public PerAddress {
            if (connections < 0 || perSecond < 0 || burst < perSecond) {
                throw new IllegalArgumentException(
                        "per address: expected bounds of 0 or more, and a burst of at least perSecond, but found "
                                + connections + ", " + perSecond + " and " + burst);
            }
        }
    }
}
