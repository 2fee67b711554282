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

    /** The error URI. */
    String error() {
        return error;
    }

    /** The sentence that goes with it. */
    String text() {
        return String.valueOf(getMessage());
    }
}
