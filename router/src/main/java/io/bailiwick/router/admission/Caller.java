package io.bailiwick.router.admission;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Calls procedures of the router's realms, as the router itself. */
@FunctionalInterface
public interface Caller {
    /**
     * Calls a procedure.
     *
     * @param realm the realm that it is registered in
     * @param procedure its URI
     * @param arguments positional: null, {@link Boolean}, {@link Long}, {@link Double}, {@link String}, {@link List} and
     *     {@link Map} with text keys
     * @param limit when the call is to be canceled
     * @return what it returned; ends with {@link ErrorException} when it answered with ERROR, or there is none, and with
     *     {@link UnwritableException} when it was not asked because the arguments cannot be written
     */
    CompletionStage<Returned> call(
            String realm, String procedure, List<? extends @Nullable Object> arguments, Duration limit);

    /**
     * What a procedure returned.
     *
     * @param list positional results
     * @param map keyword results
     */
    record Returned(List<? extends @Nullable Object> list, Map<String, ? extends @Nullable Object> map) {}

    /** The arguments have no form on the wire, for example because they are nested too deeply. */
    final class UnwritableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** Nothing was called. */
        public UnwritableException() {
            super("expected arguments that can be written, but found others");
        }
    }

    /** ERROR. */
    final class ErrorException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String error;

        /** An error of this URI. */
        public ErrorException(String error) {
            super(error);
            this.error = error;
        }

        /** The URI. */
        public String error() {
            return error;
        }
    }
}
