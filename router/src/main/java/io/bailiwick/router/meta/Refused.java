package io.bailiwick.router.meta;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Uris;
import org.jspecify.annotations.Nullable;

/** A procedure of the meta API answers with ERROR. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final String error;

    /**
     * An answer with ERROR.
     *
     * @param error the error URI
     * @param text what was expected, and what came instead
     */
    Refused(String error, String text) {
        super(text, null, false, false);
        this.error = error;
    }

    /** An argument is of the wrong type. */
    static Refused argument(String expected, @Nullable Object found) {
        return new Refused(
                Uris.INVALID_ARGUMENT,
                "expected " + expected + ", but found " + (found == null ? "nothing" : Dict.kind(found)));
    }

    /**
     * A session has no part in something.
     *
     * @param part the part that was expected, such as {@code a callee of the registration}
     * @param error the error URI when there is such a session
     */
    static Refused noPart(MetaHost host, long session, String part, String error) {
        return new Refused(
                host.session(session) == null ? Uris.NO_SUCH_SESSION : error,
                "expected the session id of " + part + ", but found " + session);
    }

    /** The error URI. */
    String error() {
        return error;
    }

    /** The sentence that goes with it. */
    String text() {
        return String.valueOf(getMessage());
    }
}
