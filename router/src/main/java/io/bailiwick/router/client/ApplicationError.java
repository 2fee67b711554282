package io.bailiwick.router.client;

import io.bailiwick.router.codec.Arguments;
import java.util.List;

/**
 * A WAMP ERROR: thrown by a procedure to answer its caller, and what a failed call, registration, subscription or
 * publication ends with.
 */
public final class ApplicationError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String uri;
    private final transient Arguments arguments;

    /** An error with a text as its one argument, as every peer of this family sends it. */
    public ApplicationError(String uri, String message) {
        this(uri, Arguments.of(message));
    }

    /** An error with arguments of its own. */
    public ApplicationError(String uri, Arguments arguments) {
        super(uri + textOf(arguments.list()));
        this.uri = uri;
        this.arguments = arguments;
    }

    private static String textOf(List<?> list) {
        return list.isEmpty() ? "" : ": " + list.get(0);
    }

    /** The error URI. */
    public String uri() {
        return uri;
    }

    /** The arguments. */
    public Arguments arguments() {
        return arguments;
    }
}
