package io.bailiwick.router.transport.http;

import io.bailiwick.router.transport.http.HttpRoute.Reply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes responses of replies: what HTTP and browsers want beside the reply itself. */
final class HttpResponses {
    /** What a page may send; the last one is the bridges'. */
    private static final String REQUEST_HEADERS = "authorization, content-type, x-wamp-authid";

    private static final String PREFLIGHT_SECONDS = "600";

    /** RFC 9110, section 5.6.7. */
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final HttpSide side;
    private final boolean tls;

    HttpResponses(HttpSide side, boolean tls) {
        this.side = side;
        this.tls = tls;
    }

    boolean isOriginAllowed(HttpHead asked) {
        return asked.origin.isEmpty() || side.options().origins().allow(asked.origin.get(), asked.host(), tls);
    }

    /** The Allow header of a path. */
    static String allowed(Set<String> methods) {
        Set<String> all = new TreeSet<>(methods);
        all.add("OPTIONS");
        if (methods.contains("GET")) {
            all.add("HEAD");
        }
        return String.join(", ", all);
    }

    /** The answer to OPTIONS, and to what a browser asks before it sends a request of another origin (CORS). */
    Reply options(HttpHead asked, Set<String> methods) {
        Reply reply = Reply.empty(204).with("Allow", allowed(methods));
        return asked.isPreflight()
                ? reply.with("Access-Control-Allow-Methods", allowed(methods))
                        .with("Access-Control-Allow-Headers", REQUEST_HEADERS)
                        .with("Access-Control-Max-Age", PREFLIGHT_SECONDS)
                : reply;
    }

    /**
     * The response to a request.
     *
     * @param asked the head of the request; null where it could not be read
     * @param keep whether the connection stays open
     */
    FullHttpResponse of(Reply reply, @Nullable HttpHead asked, boolean keep) {
        boolean bare = asked != null && asked.isHead();
        ByteBuf content = bare ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(reply.body());
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()), content);
        response.headers()
                .set(HttpHeaderNames.DATE, DATE.format(Instant.now()))
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("X-Content-Type-Options", "nosniff");
        if (reply.status() != 204) {
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, reply.body().length);
        }
        reply.headers().forEach((name, value) -> response.headers().set(name, value));
        if (asked != null && asked.origin.isPresent() && isOriginAllowed(asked)) {
            response.headers()
                    .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, asked.origin.get())
                    .set(HttpHeaderNames.VARY, "Origin");
            if (side.cookies().areGiven()) {
                response.headers().set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
            }
        }
        if (!keep) {
            response.headers().set(HttpHeaderNames.CONNECTION, "close");
        }
        return response;
    }
}
