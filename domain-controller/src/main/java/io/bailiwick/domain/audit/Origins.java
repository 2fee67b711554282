package io.bailiwick.domain.audit;

import io.bailiwick.router.client.ClientSession.Invocation;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where calls come from: what the router knows of their sessions beyond what it tells with each call. */
@FunctionalInterface
public interface Origins {
    /** Of no call is anything known. */
    Origins UNKNOWN = invocation -> CompletableFuture.completedFuture(Origin.UNKNOWN);

    /**
     * The origin of a call. Ends with {@code wamp.error.canceled} when the session has left: nobody waits for the answer, and
     * it could not be said any more who has asked.
     */
    CompletableFuture<Origin> of(Invocation invocation);

    /**
     * Where a session comes from.
     *
     * @param authid the identity that it was given
     * @param authrole the role that it was given
     * @param pubkey the key by which it joined, or null
     * @param address its listener and address, or null
     */
    record Origin(
            String authid,
            String authrole,
            @Nullable String pubkey,
            @Nullable String address) {
        /** Nothing is known. */
        public static final Origin UNKNOWN = new Origin("", "", null, null);
    }
}
