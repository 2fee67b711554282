package io.bailiwick.router.transport.http;

import io.bailiwick.router.link.Peer;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The head of a request, and what is wrong with it. */
final class HttpHead {
    private static final int MAX_PARAMETERS = 64;
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9._~-]+(:[0-9]{1,5})?|\\[[0-9A-Fa-f:.]+\\](:[0-9]{1,5})?");
    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");
    private static final Pattern OTHER_CHARSET =
            Pattern.compile(".*;\\s*charset\\s*=\\s*(?!\"?utf-8\"?\\s*(;|$)).*", Pattern.CASE_INSENSITIVE);

    /**
     * A refusal.
     *
     * @param status the HTTP status
     * @param text a sentence
     */
    record Fault(int status, String text) {}

    final HttpRequest request;
    final String path;
    final String method;
    final Optional<String> origin;
    final boolean chunked;
    final long length;

    private HttpHead(HttpRequest request, long length) {
        HttpHeaders headers = request.headers();
        int query = request.uri().indexOf('?');
        this.request = request;
        this.path = query < 0 ? request.uri() : request.uri().substring(0, query);
        this.method = request.method().name();
        this.origin = Optional.ofNullable(headers.get(HttpHeaderNames.ORIGIN));
        this.chunked = headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
        this.length = length;
    }

    /** What is wrong with a request that nobody has looked at; empty for nothing. */
    static Optional<Fault> faultOf(HttpRequest request) {
        HttpHeaders headers = request.headers();
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        List<String> encodings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return fault(505, "HTTP/1.1 is expected.");
        } else if (hosts.size() != 1 || !HOST.matcher(hosts.get(0)).matches()) {
            return fault(400, "One Host header is expected.");
        } else if (encodings.size() > 1
                || (encodings.size() == 1 && !encodings.get(0).equalsIgnoreCase("chunked"))) {
            return fault(501, "No Transfer-Encoding but chunked is known here.");
        } else if (headers.getAll(HttpHeaderNames.CONTENT_LENGTH).size() > 1 || !isLength(headers)) {
            return fault(400, "A Content-Length of digits is expected.");
        } else if (headers.getAll(HttpHeaderNames.ORIGIN).size() > 1) {
            return fault(400, "One Origin header is expected.");
        } else if (headers.contains(HttpHeaderNames.EXPECT) && !HttpUtil.is100ContinueExpected(request)) {
            return fault(417, "No expectation but 100-continue is known here.");
        }
        return Optional.empty();
    }

    private static boolean isLength(HttpHeaders headers) {
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH, "0");
        return !length.isEmpty() && length.length() <= 18 && length.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** A request without fault. */
    static HttpHead of(HttpRequest request) {
        return new HttpHead(request, Long.parseLong(request.headers().get(HttpHeaderNames.CONTENT_LENGTH, "0")));
    }

    /** What is wrong with the body that it announces; empty for nothing. */
    Optional<Fault> faultOfBody(int most, Set<String> mediaTypes) {
        boolean body = chunked || length > 0;
        if (!body) {
            return Optional.empty();
        } else if (!WITH_BODY.contains(method)) {
            return fault(400, "A request without body is expected.");
        } else if (length > most) {
            return fault(413, "A body of at most " + most + " bytes is expected.");
        }
        HttpHeaders headers = request.headers();
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
        String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING, "identity");
        boolean known = mediaTypes.isEmpty()
                || (mediaTypes.contains(type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                        && !OTHER_CHARSET.matcher(type).matches()
                        && headers.getAll(HttpHeaderNames.CONTENT_TYPE).size() == 1);
        if (!known) {
            return fault(
                    415,
                    "A body of "
                            + String.join(" or ", mediaTypes.stream().sorted().toList()) + " in UTF-8 is expected.");
        }
        return encoding.equalsIgnoreCase("identity")
                ? Optional.empty()
                : fault(415, "A body without Content-Encoding is expected.");
    }

    private static Optional<Fault> fault(int status, String text) {
        return Optional.of(new Fault(status, text));
    }

    /**
     * The whole request.
     *
     * @throws IllegalArgumentException when the query cannot be decoded
     */
    HttpRoute.Request whole(byte[] body, Peer peer) {
        QueryStringDecoder query = new QueryStringDecoder(request.uri(), StandardCharsets.UTF_8, true, MAX_PARAMETERS);
        Map<String, List<String>> headers = new LinkedHashMap<>();
        request.headers().forEach(header -> headers.computeIfAbsent(
                        header.getKey().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                .add(header.getValue()));
        return new HttpRoute.Request(isHead() ? "GET" : method, path, query.parameters(), headers, body, peer);
    }

    String host() {
        return request.headers().get(HttpHeaderNames.HOST);
    }

    boolean isOptions() {
        return method.equals("OPTIONS");
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    boolean isPreflight() {
        return isOptions()
                && origin.isPresent()
                && request.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
    }
}
