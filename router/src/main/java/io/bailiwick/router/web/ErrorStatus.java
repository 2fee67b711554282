package io.bailiwick.router.web;

import io.bailiwick.router.message.Uris;
import java.util.Map;

/** The HTTP status that fits an error URI. */
final class ErrorStatus {
    /** The procedure was called and answered with an error of its own. */
    private static final int OF_THE_APPLICATION = 422;

    private static final Map<String, Integer> KNOWN = Map.ofEntries(
            Map.entry(Uris.INVALID_ARGUMENT, 400),
            Map.entry(Uris.INVALID_URI, 400),
            Map.entry(Uris.PROTOCOL_VIOLATION, 400),
            Map.entry(Uris.OPTION_NOT_ALLOWED, 400),
            Map.entry(Uris.DISCLOSE_ME_DISALLOWED, 400),
            Map.entry(Uris.FEATURE_NOT_SUPPORTED, 400),
            Map.entry(Uris.AUTHENTICATION_FAILED, 401),
            Map.entry(Uris.NO_MATCHING_AUTH_METHOD, 401),
            Map.entry(Uris.NO_SUCH_PRINCIPAL, 401),
            Map.entry(Uris.NOT_AUTHORIZED, 403),
            Map.entry(Uris.NO_SUCH_ROLE, 403),
            Map.entry(Uris.NO_SUCH_PROCEDURE, 404),
            Map.entry(Uris.NO_SUCH_REALM, 404),
            Map.entry(Uris.PAYLOAD_SIZE_EXCEEDED, 413),
            // Too many attempts to log in.
            Map.entry(Uris.AUTHENTICATION_DENIED, 429),
            Map.entry("bailiwick.error.limit_exceeded", 429),
            Map.entry(Uris.RUNTIME_ERROR, 500),
            Map.entry(Uris.AUTHORIZATION_FAILED, 500),
            Map.entry(Uris.CANCELED, 503),
            Map.entry(Uris.UNAVAILABLE, 503),
            Map.entry(Uris.NETWORK_FAILURE, 503),
            Map.entry(Uris.SYSTEM_SHUTDOWN, 503),
            Map.entry(Uris.CLOSE_REALM, 503),
            Map.entry(Uris.TIMEOUT, 504));

    private ErrorStatus() {}

    static int of(String error) {
        return KNOWN.getOrDefault(error, OF_THE_APPLICATION);
    }
}
