package io.bailiwick.router.handshake;

import io.bailiwick.router.link.Peer;
import java.util.concurrent.CompletionStage;

/**
 * Decides who may join which realm in which role. Must write nothing when it is asked at first: the claimant has proven
 * nothing yet. Safe on any thread.
 */
@FunctionalInterface
public interface Authenticator {
    /**
     * Decides on a claim. Where the client offers several methods, its order is its preference: the first one that is
     * configured for this principal counts, and names that nobody knows are passed over.
     *
     * @return the decision; a stage that fails refuses the claimant with {@code wamp.error.authorization_failed}
     */
    CompletionStage<Decision> authenticate(Claim claim);

    /**
     * Decides on a claim for which {@link Decision.ProofFirst} was decided, now that the proof was given. May write.
     *
     * @return an admission that rests on this very proof, or a refusal, which is told; a stage that fails refuses the
     *     claimant with {@code wamp.error.authorization_failed}
     */
    default CompletionStage<Decision> authenticateProven(Claim claim, Proof proof) {
        throw new IllegalStateException("expected no proof that was asked for first, but one came");
    }

    /**
     * Whether an admission that was decided some time ago still holds: the claimant has given its proof and is about to
     * join. Where it does not, the claimant is refused as if the proof were wrong.
     */
    default boolean stands(Decision.Admission admission) {
        return true;
    }

    /** The claimant has proven what the decision asked for, and joins. */
    default void proven(Claim claim, Decision.Admission admission) {}

    /** A session of this peer has said GOODBYE with {@code wamp.close.logout}: what is remembered of it is to be forgotten. */
    default void loggedOut(Peer peer) {}

    /**
     * Sessions of an authid were killed: whatever was given to it to come back with is not to be accepted any more.
     *
     * @param realm the realm it was given for; what the same authid has in others stays
     */
    default void revoked(String realm, String authid) {}
}
