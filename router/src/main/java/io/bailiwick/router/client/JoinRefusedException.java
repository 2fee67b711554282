package io.bailiwick.router.client;

/** The router answered ABORT. */
public final class JoinRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /** A refusal with the URI and the text of the ABORT. */
    public JoinRefusedException(String reason, String message) {
        super(reason + (message.isEmpty() ? "" : ": " + message));
        this.reason = reason;
    }

    /** The URI of the ABORT, for example {@code wamp.error.authentication_failed}. */
    public String reason() {
        return reason;
    }
}
