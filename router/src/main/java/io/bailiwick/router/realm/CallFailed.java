package io.bailiwick.router.realm;

import io.bailiwick.router.session.PayloadCodec.Values;

/** A call of the router itself came to nothing: an ERROR of the callee or of the dealer, or no answer in time. */
public final class CallFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String error;
    private final transient Values arguments;

    /**
     * A call that failed.
     *
     * @param error the error URI, for example {@code wamp.error.no_such_procedure}
     * @param arguments what came with it
     */
    public CallFailed(String error, Values arguments) {
        // The arguments may be anything, also something that belongs in no log.
        super("expected a result, but found " + error, null, false, false);
        this.error = error;
        this.arguments = arguments;
    }

    /** The error URI. */
    public String error() {
        return error;
    }

    /** The arguments and keyword arguments of the error. */
    public Values arguments() {
        return arguments;
    }
}
