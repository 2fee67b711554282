package io.bailiwick.router.realm;

import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.PayloadCodec.Values;

/** A call of the router itself came to nothing: an ERROR of the callee or of the dealer, or no answer in time. */
public final class CallFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String error;
    private final boolean unwritable;
    private final transient Values arguments;

    /**
     * A call that failed.
     *
     * @param error the error URI, for example {@code wamp.error.no_such_procedure}
     * @param arguments what came with it
     */
    public CallFailed(String error, Values arguments) {
        this(error, arguments, false);
    }

    private CallFailed(String error, Values arguments, boolean unwritable) {
        // The arguments may be anything, also something that belongs in no log.
        super("expected a result, but found " + error, null, false, false);
        this.error = error;
        this.arguments = arguments;
        this.unwritable = unwritable;
    }

    /** A call that was not even made: its arguments have no form on the wire. */
    static CallFailed unwritable(String why) {
        return new CallFailed(Uris.INVALID_ARGUMENT, Values.of(why), true);
    }

    /**
     * Whether the call was not made because its arguments cannot be written, for example because they are nested too deeply:
     * then it is whoever they came from that is to blame, and nobody was asked.
     */
    public boolean isUnwritable() {
        return unwritable;
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
