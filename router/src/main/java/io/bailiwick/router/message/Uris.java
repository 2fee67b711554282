package io.bailiwick.router.message;

/** The error, reason and close URIs that WAMP names and this router uses. */
public final class Uris {
    // ERROR and ABORT, WAMP basic profile
    public static final String INVALID_URI = "wamp.error.invalid_uri";
    public static final String NO_SUCH_PROCEDURE = "wamp.error.no_such_procedure";
    public static final String PROCEDURE_ALREADY_EXISTS = "wamp.error.procedure_already_exists";
    public static final String NO_SUCH_REGISTRATION = "wamp.error.no_such_registration";
    public static final String NO_SUCH_SUBSCRIPTION = "wamp.error.no_such_subscription";
    public static final String INVALID_ARGUMENT = "wamp.error.invalid_argument";
    public static final String CANCELED = "wamp.error.canceled";
    public static final String PAYLOAD_SIZE_EXCEEDED = "wamp.error.payload_size_exceeded";
    public static final String PROTOCOL_VIOLATION = "wamp.error.protocol_violation";
    public static final String NOT_AUTHORIZED = "wamp.error.not_authorized";
    public static final String AUTHORIZATION_FAILED = "wamp.error.authorization_failed";
    public static final String NO_SUCH_REALM = "wamp.error.no_such_realm";
    public static final String NO_SUCH_ROLE = "wamp.error.no_such_role";
    // WAMP advanced profile
    public static final String NO_MATCHING_AUTH_METHOD = "wamp.error.no_matching_auth_method";
    public static final String NO_SUCH_PRINCIPAL = "wamp.error.no_such_principal";
    public static final String AUTHENTICATION_FAILED = "wamp.error.authentication_failed";
    public static final String AUTHENTICATION_DENIED = "wamp.error.authentication_denied";
    public static final String TIMEOUT = "wamp.error.timeout";
    public static final String DISCLOSE_ME_DISALLOWED = "wamp.error.option_disallowed.disclose_me";
    public static final String OPTION_NOT_ALLOWED = "wamp.error.option_not_allowed";
    public static final String NETWORK_FAILURE = "wamp.error.network_failure";
    public static final String UNAVAILABLE = "wamp.error.unavailable";
    public static final String NO_AVAILABLE_CALLEE = "wamp.error.no_available_callee";
    public static final String FEATURE_NOT_SUPPORTED = "wamp.error.feature_not_supported";
    public static final String NO_SUCH_SESSION = "wamp.error.no_such_session";
    /** De facto: a callee's procedure failed in a way it did not declare (Autobahn, Crossbar.io). */
    public static final String RUNTIME_ERROR = "wamp.error.runtime_error";
    /** De facto (Crossbar.io): a registration was taken from its callee because another one has it now. */
    public static final String UNREGISTERED = "wamp.error.unregistered";
    /** De facto (Crossbar.io): no callee may work on one call more, and no more calls may wait. */
    public static final String MAX_CONCURRENCY_REACHED = "crossbar.error.max_concurrency_reached";
    /** De facto: the events of this subscription are not kept. */
    public static final String HISTORY_UNAVAILABLE = "wamp.error.history_unavailable";
    // GOODBYE reasons
    public static final String CLOSE_NORMAL = "wamp.close.normal";
    public static final String GOODBYE_AND_OUT = "wamp.close.goodbye_and_out";
    public static final String SYSTEM_SHUTDOWN = "wamp.close.system_shutdown";
    public static final String CLOSE_REALM = "wamp.close.close_realm";
    public static final String KILLED = "wamp.close.killed";
    /** De facto (Crossbar.io): forget the cookie of this session, and end the others that have it. */
    public static final String LOGOUT = "wamp.close.logout";
    /** De facto (Crossbar.io): the rights of this session changed while it was open. */
    public static final String AUTH_CHANGED = "wamp.close.auth-changed";
    /** Ours: the peer did not read what was sent to it. */
    public static final String SLOW_CONSUMER = "wamp.close.slow_consumer";

    private Uris() {}

    /** Whether only the router itself may publish to this topic and register this procedure (WAMP, "Reserved URIs"). */
    public static boolean isReserved(String uri) {
        return uri.startsWith("wamp") && (uri.length() == 4 || uri.charAt(4) == '.');
    }
}
