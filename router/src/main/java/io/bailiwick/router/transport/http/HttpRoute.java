package io.bailiwick.router.transport.http;

import io.bailiwick.router.link.Peer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * What answers the requests to one path. The listener has checked a request before it comes here: its form, path, method,
 * origin, the size and the type of its body. HEAD comes with GET, and OPTIONS is answered by the listener.
 */
public interface HttpRoute {

    /** The path, for example {@code /publish}: compared octet by octet, without the query. */
    String path();

    /** The methods, for example {@code GET}. */
    Set<String> methods();

    /** Bytes that a body may have; 413 to more. */
    default int maxBody() {
        return 0;
    }

    /** The media types that a body may have, in lower case; 415 to others. Empty for any. */
    default Set<String> mediaTypes() {
        return Set.of();
    }

    /**
     * Answers a request. Called on the event loop of the connection: must not wait.
     *
     * @return the reply; a stage that fails is answered with 500 and logged. When the client goes away, or the listener's
     *     answer deadline passes, the stage's future is cancelled
     */
    CompletionStage<Reply> handle(Request request);

    /**
     * A request that is in order.
     *
     * @param method in capitals; GET for HEAD too
     * @param path without the query
     * @param query the decoded parameters of the query
     * @param headers by name in lower case
     * @param body the body; nobody changes it any more
     * @param peer who sent it, with the cookie it carries
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
    record Request(
            String method,
            String path,
            Map<String, List<String>> query,
            Map<String, List<String>> headers,
            byte[] body,
            Peer peer) {

        /** A header that is there exactly once. One that is repeated is none: nobody knows which of them is meant. */
        public Optional<String> header(String name) {
            return single(headers.get(name.toLowerCase(Locale.ROOT)));
        }

        /** A parameter of the query that is there exactly once. */
        public Optional<String> parameter(String name) {
            return single(query.get(name));
        }

        /** The media type of the body in lower case, without parameters; empty where none is given. */
        public String mediaType() {
            return header("content-type")
                    .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                    .orElse("");
        }

        private static Optional<String> single(@org.jspecify.annotations.Nullable List<String> values) {
            return values == null || values.size() != 1 ? Optional.empty() : Optional.of(values.get(0));
        }

        /** Method and path: headers, query and body may hold secrets. */
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /**
     * An answer.
     *
     * @param status the HTTP status
     * @param headers more headers, Content-Type among them; the listener adds those of the connection
     * @param body the body; nobody changes it any more
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
    record Reply(int status, Map<String, String> headers, byte[] body) {
        private static final byte[] NOTHING = {};

        /** Without body. */
        public static Reply empty(int status) {
            return new Reply(status, Map.of(), NOTHING);
        }

        /** Plain text; a line end is added. */
        public static Reply text(int status, String text) {
            return of(status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
        }

        /** A body of a media type. */
        public static Reply of(int status, String type, byte[] body) {
            return new Reply(status, Map.of("Content-Type", type), body);
        }

        /** JSON text in UTF-8. */
        public static Reply json(int status, byte[] body) {
            return of(status, "application/json; charset=utf-8", body);
        }

        /** This reply with one header more. */
        public Reply with(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Reply(status, Map.copyOf(more), body);
        }
    }
}
