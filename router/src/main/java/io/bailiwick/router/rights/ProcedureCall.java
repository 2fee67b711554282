package io.bailiwick.router.rights;

import io.bailiwick.router.session.PayloadCodec.Values;
import java.util.concurrent.CompletionStage;

/** Calls a procedure of the realm, as the router and with its rights. */
@FunctionalInterface
public interface ProcedureCall {
    /**
     * Calls.
     *
     * @return the result; completes on the realm's thread, and exceptionally for an ERROR
     */
    CompletionStage<Values> call(String procedure, Values arguments);
}
