package io.bailiwick.domain.activation;

import java.util.concurrent.CompletionStage;

/** How a code gets to the person it is for. Safe on any thread, and never waits on the caller's. */
public interface CodeDelivery {
    /**
     * Hands a code over.
     *
     * @return completes when somebody else has taken charge of it, fails when nobody did. Takes as long and fails as often
     *     for somebody who is known as for somebody who is not
     */
    CompletionStage<Void> deliver(Letter letter);

    /** What a person is told who has been promised a code: where it is to be found. */
    String told(String email);

    /** A code that was handed over is not good for anything any more. */
    default void over(String email, String pubkey) {}
}
