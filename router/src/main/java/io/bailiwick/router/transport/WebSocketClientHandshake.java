package io.bailiwick.router.transport;

import io.bailiwick.router.transport.frame.Deflate;
import io.bailiwick.router.transport.frame.DeflateOffer;
import io.bailiwick.router.transport.frame.Subprotocol;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The client's side of a WebSocket upgrade (RFC 6455, section 4.1), for one subprotocol, with or without compression. */
final class WebSocketClientHandshake extends ChannelInboundHandlerAdapter {
    private final NetworkConnector.Attempt attempt;
    private final Endpoint endpoint;
    private final Subprotocol subprotocol;
    private final boolean compression;
    private final String key;
    private Optional<Deflate> deflate = Optional.empty();

    /** An upgrade to a subprotocol, in which compression is offered or not. */
    WebSocketClientHandshake(
            NetworkConnector.Attempt attempt, Endpoint endpoint, Subprotocol subprotocol, boolean compression) {
        this.attempt = attempt;
        this.endpoint = endpoint;
        this.subprotocol = subprotocol;
        this.compression = compression;
        byte[] nonce = new byte[16];
        ThreadLocalRandom.current().nextBytes(nonce);
        this.key = Base64.getEncoder().encodeToString(nonce);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        HttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, endpoint.path());
        request.headers()
                .set(HttpHeaderNames.HOST, endpoint.authority())
                .set(HttpHeaderNames.UPGRADE, "websocket")
                .set(HttpHeaderNames.CONNECTION, "Upgrade")
                .set(HttpHeaderNames.SEC_WEBSOCKET_KEY, key)
                .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13")
                .set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, subprotocol.name());
        if (compression) {
            request.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, DeflateOffer.TERMS);
        }
        context.writeAndFlush(request);
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (!attempt.isOver() && message instanceof HttpResponse response) {
                String fault = fault(response);
                if (fault == null) {
                    attempt.webSocket(subprotocol, deflate);
                    context.pipeline().remove(this);
                    context.pipeline().remove(HttpClientCodec.class);
                } else {
                    attempt.failed(new IOException(fault));
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private @Nullable String fault(HttpResponse response) {
        HttpHeaders headers = response.headers();
        if (response.decoderResult().isFailure()) {
            return "expected an HTTP response, but found something else";
        } else if (!response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            return "expected HTTP status 101, but found " + response.status();
        } else if (!headers.containsValue(HttpHeaderNames.UPGRADE, "websocket", true)
                || !headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)) {
            return "expected an upgrade to websocket, but found another";
        } else if (!WebSocketUpgrade.accept(key).equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT))) {
            return "expected the Sec-WebSocket-Accept of our key, but found another";
        } else if (!subprotocol.name().equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL))) {
            return "expected subprotocol " + subprotocol.name() + ", but found another";
        } else if (headers.contains(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS)) {
            return extensionFault(headers);
        }
        return null;
    }

    private @Nullable String extensionFault(HttpHeaders headers) {
        if (!compression) {
            return "expected no extension, since none was offered, but found one";
        }
        deflate = DeflateOffer.agreed(headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS));
        return deflate.isPresent() ? null : "expected " + DeflateOffer.TERMS + " or no extension, but found another";
    }
}
