package io.bailiwick.router.transport.http;

import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.link.Traffic;
import io.bailiwick.router.message.Format;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/** The listener, as its HTTP side sees it. Safe on any thread. */
public interface HttpHost {
    /** The path of WebSocket upgrades; empty where there are none. */
    String webSocketPath();

    /** Bounds of links. */
    LinkBounds bounds();

    /** Finds a listener for a new link. */
    Link.Listener accept(Link link);

    /** An event loop, by turns. */
    ScheduledExecutorService loop();

    /** Counts. */
    Traffic traffic();

    /**
     * Bounds of a link, with the meaning that they have for sockets.
     *
     * @param maxMessage bytes of one message, both ways
     * @param maxUnauthenticatedMessage bytes of one message before WELCOME was sent
     * @param queueMark bytes waiting at which {@code Link.send} turns false
     * @param queueBound bytes waiting at which the link is closed
     * @param closeDeadline how long a close waits for what is queued
     */
    record LinkBounds(
            int maxMessage, int maxUnauthenticatedMessage, int queueMark, int queueBound, Duration closeDeadline) {}

    /** One connection of the listener. On its event loop only. */
    interface Arrival {
        /** Who is at the other end. */
        Peer peer(Optional<Format> format, Optional<String> cookie);

        /** Whether the connection is encrypted. */
        boolean isTls();

        /** Whether the listener has all the connections it may have without this one. */
        boolean isOneTooMany();

        /** Whether the connection is lost to HTTP: nothing more is to be read or answered. */
        boolean isOver();

        /** Runs this instead of cutting the connection, should the listener's deadline pass. */
        void onDeadline(Runnable answer);

        /** The first request was read: the listener's deadline holds no more. */
        void settled();

        /** Writes a last answer, then closes. */
        void refuse(Object lastWord, String reason);

        /** Closes at once. */
        void cut(String reason);

        /**
         * One more link of this address, besides the connection itself: the listener's bounds for an address hold for it.
         *
         * @return gives it back; empty when the address has all it may have
         */
        Optional<Runnable> anotherLink();

        /**
         * Answers a request to the path of WebSocket upgrades, whose origin is allowed.
         *
         * @param leave takes the HTTP side out of the pipeline, to be run when the answer 101 was written
         * @param visitor the cookie, and whether it is to be set
         */
        void upgrade(ChannelHandlerContext context, HttpRequest request, Visitor visitor, Runnable leave);
    }

    /**
     * Who comes with a request.
     *
     * @param cookie the value of the listener's cookie, carried or new
     * @param setCookie the Set-Cookie header, for a new one
     */
    record Visitor(Optional<String> cookie, Optional<String> setCookie) {}
}
