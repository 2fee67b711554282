package io.bailiwick.router.client;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Binds objects whose methods are marked {@link Procedure} to a session.
 *
 * <p>A method's parameters are the arguments of the call, by position or by keyword; a parameter of type
 * {@link ClientSession.Invocation} gets the invocation itself and takes no argument; a parameter marked
 * {@code @Nullable} is optional. Values are converted by Jackson with names in snake case (records, UUID, enums, lists,
 * maps). What is returned (perhaps as a {@link java.util.concurrent.CompletionStage}) is the one positional result; null or
 * void gives one null. An argument too many, missing, unknown or of the wrong type is answered with
 * {@code wamp.error.invalid_argument} and a text that names the argument, what was expected and what came. An exception
 * other than {@link ApplicationError} is logged with a reference and answered with {@code wamp.error.runtime_error} and
 * that reference, not with its text.
 */
public final class Procedures {
    private Procedures() {}

    /**
     * Registers all marked methods of the groups, in order.
     *
     * @param session the session that registers
     * @param parts values for the {@code {name}} parts of URIs
     * @param groups objects with marked methods
     * @return completes when the router has confirmed every one
     */
    public static CompletableFuture<Void> bind(ClientSession session, Map<String, String> parts, List<?> groups) {
        throw new UnsupportedOperationException();
    }
}
