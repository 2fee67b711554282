package io.bailiwick.router.transport;

import io.bailiwick.router.transport.frame.Deflate;
import io.bailiwick.router.transport.frame.DeflateOffer;
import io.bailiwick.router.transport.frame.Subprotocol;
import io.bailiwick.router.transport.http.HttpHost;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Answers a GET request to the path of WebSockets, to become one (RFC 6455, section 4.2). What is not in order gets a short
 * text, and the connection is closed.
 */
final class WebSocketUpgrade {
    private static final int KEY_LENGTH = 16;
    private static final String VERSION = "13";
    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String SUBPROTOCOLS = Subprotocol.names();

    private final BoundListener.Arrival arrival;
    private final HttpHost.Visitor visitor;
    private final Runnable leave;

    /**
     * An upgrade that is asked for.
     *
     * @param leave takes what speaks HTTP out of the pipeline
     */
    WebSocketUpgrade(BoundListener.Arrival arrival, HttpHost.Visitor visitor, Runnable leave) {
        this.arrival = arrival;
        this.visitor = visitor;
        this.leave = leave;
    }

    /** Answers the request. */
    void answer(ChannelHandlerContext context, HttpRequest asked) {
        HttpHeaders headers = asked.headers();
        boolean upgrade = headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
                && headers.containsValue(HttpHeaderNames.UPGRADE, "websocket", true);
        if (!upgrade) {
            refuse(
                    HttpResponseStatus.UPGRADE_REQUIRED,
                    "This is a WAMP router: a WebSocket with one of the subprotocols " + SUBPROTOCOLS + " is expected.",
                    HttpHeaderNames.UPGRADE,
                    "websocket");
        } else if (!VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            refuse(
                    HttpResponseStatus.UPGRADE_REQUIRED,
                    "WebSocket version 13 is expected.",
                    HttpHeaderNames.SEC_WEBSOCKET_VERSION,
                    VERSION);
        } else {
            upgrade(context, headers);
        }
    }

    private void upgrade(ChannelHandlerContext context, HttpHeaders headers) {
        List<String> keys = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        Optional<Subprotocol> subprotocol = Subprotocol.firstOf(headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL));
        if (keys.size() != 1 || !isKey(keys.get(0))) {
            refuse(HttpResponseStatus.BAD_REQUEST, "A Sec-WebSocket-Key of 16 bytes in base64 is expected.");
        } else if (subprotocol.isEmpty()) {
            refuse(
                    HttpResponseStatus.BAD_REQUEST,
                    "One of the subprotocols " + SUBPROTOCOLS + " is expected in Sec-WebSocket-Protocol.");
        } else if (arrival.isOneTooMany()) {
            refuse(HttpResponseStatus.SERVICE_UNAVAILABLE, "There are too many connections.");
        } else {
            FullHttpResponse response = response(HttpResponseStatus.SWITCHING_PROTOCOLS, "");
            response.headers()
                    .set(HttpHeaderNames.UPGRADE, "websocket")
                    .set(HttpHeaderNames.CONNECTION, "Upgrade")
                    .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept(keys.get(0)))
                    .set(
                            HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL,
                            subprotocol.get().name());
            Optional<Deflate> deflate = compression(headers);
            deflate.ifPresent(agreed ->
                    response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, DeflateOffer.answer(agreed)));
            visitor.setCookie().ifPresent(cookie -> response.headers().set(HttpHeaderNames.SET_COOKIE, cookie));
            context.writeAndFlush(response);
            arrival.webSocket(subprotocol.get(), deflate, visitor.cookie());
            leave.run();
        }
    }

    private Optional<Deflate> compression(HttpHeaders headers) {
        return arrival.mayCompress()
                ? DeflateOffer.accept(headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS))
                : Optional.empty();
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_LENGTH;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The Sec-WebSocket-Accept that answers a key. */
    static String accept(String key) {
        try {
            // Not a secret: it shows only that the other end has read the key (RFC 6455, section 1.3).
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder()
                    .encodeToString(sha1.digest((key + ACCEPT_SUFFIX).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected SHA-1 in every JDK, but found none", e);
        }
    }

    private void refuse(HttpResponseStatus status, String text, CharSequence... header) {
        FullHttpResponse response = response(status, text + "\n");
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, "close");
        if (header.length == 2) {
            response.headers().set(header[0], header[1]);
        }
        arrival.refuse(response, status.toString().toLowerCase(Locale.ROOT));
    }

    private static FullHttpResponse response(HttpResponseStatus status, String text) {
        ByteBuf body = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
        return new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, body, new DefaultHttpHeaders(), new DefaultHttpHeaders());
    }
}
