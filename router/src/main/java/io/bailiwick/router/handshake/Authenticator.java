package io.bailiwick.router.handshake;

import java.util.concurrent.CompletionStage;

/**
 * Decides who may join which realm in which role. Must write nothing: the claimant has proven nothing yet.
 */
@FunctionalInterface
public interface Authenticator {
    /**
     * Decides on a claim.
     *
     * @return the decision; a stage that fails refuses the claimant with {@code wamp.error.authorization_failed}
     */
    CompletionStage<Decision> authenticate(Claim claim);
}
