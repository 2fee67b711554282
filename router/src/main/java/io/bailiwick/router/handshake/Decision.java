package io.bailiwick.router.handshake;

import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.message.Dict;
import java.util.Optional;

/** What an {@link Authenticator} makes of a claim. */
public sealed interface Decision {

    /**
     * The claimant may join as this, once it has proven the key.
     *
     * @param realm the realm assigned: never the one claimed, unless the authenticator says so
     * @param authid the identity assigned
     * @param authrole the role assigned
     * @param authmethod the method that is used: {@code cryptosign} or {@code anonymous}
     * @param authprovider who decided, for {@code WELCOME.Details.authprovider}: {@code static} or {@code dynamic}
     * @param authextra for {@code WELCOME.Details.authextra}
     * @param proof the key whose possession must be proven first; empty for anonymous
     */
    record Admission(
            String realm,
            String authid,
            String authrole,
            String authmethod,
            String authprovider,
            Dict authextra,
            Optional<PublicKey> proof)
            implements Decision {}

    /**
     * The claimant may not join.
     *
     * @param reason the URI of ABORT
     * @param message a sentence for {@code ABORT.Details.message}
     * @param proof when present, the reason is told only to a peer that proves this key; everybody else sees
     *     {@code wamp.error.authentication_failed}, so that a stranger cannot learn which keys are known
     */
    record Refusal(String reason, String message, Optional<PublicKey> proof) implements Decision {
        /** A refusal told at once. */
        public static Refusal of(String reason, String message) {
            return new Refusal(reason, message, Optional.empty());
        }
    }
}
