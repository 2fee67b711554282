package io.bailiwick.router.handshake;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Uris;
import java.util.Optional;
import java.util.Set;

/** What an {@link Authenticator} makes of a claim. */
public sealed interface Decision {

    /**
     * The claimant may join as this, once it has given the proof.
     *
     * @param realm the realm assigned: never the one claimed, unless the authenticator says so
     * @param authid the identity assigned
     * @param authrole the role assigned
     * @param authmethod the method that is used, one of those offered
     * @param authprovider who decided, for {@code WELCOME.Details.authprovider}: {@code static} or {@code dynamic}
     * @param authextra for {@code WELCOME.Details.authextra}
     * @param proof what must be proven first; empty for {@code anonymous}, for what the connection has proven already
     *     ({@code tls}, {@code cookie}), and for a ticket that the authenticator has seen
     * @param provenBy marks by which the authenticator knows again what the login rests on: a secret, a key, or the names of
     *     a certificate; empty where it has none. They tell nothing to anybody else
     * @param speaksForOthers whether its {@code forward_for} is believed: who stands first in it is made known in its place. For
     *     components of the router's owner only
     */
    record Admission(
            String realm,
            String authid,
            String authrole,
            String authmethod,
            String authprovider,
            Dict authextra,
            Optional<Proof> proof,
            Set<String> provenBy,
            boolean speaksForOthers)
            implements Decision {
        /** Copies the marks. */
        public Admission {
            provenBy = Set.copyOf(provenBy);
        }

        /** An admission of who speaks for itself. */
        public Admission(
                String realm,
                String authid,
                String authrole,
                String authmethod,
                String authprovider,
                Dict authextra,
                Optional<Proof> proof,
                Set<String> provenBy) {
            this(realm, authid, authrole, authmethod, authprovider, authextra, proof, provenBy, false);
        }

        /** The same, of who may name those for whom it speaks. */
        public Admission speakingForOthers() {
            return new Admission(realm, authid, authrole, authmethod, authprovider, authextra, proof, provenBy, true);
        }

        /** An admission without marks. */
        public Admission(
                String realm,
                String authid,
                String authrole,
                String authmethod,
                String authprovider,
                Dict authextra,
                Optional<Proof> proof) {
            this(realm, authid, authrole, authmethod, authprovider, authextra, proof, Set.of());
        }
    }

    /**
     * The claimant may not join.
     *
     * @param reason the URI of ABORT
     * @param message a sentence for {@code ABORT.Details.message}
     * @param proof when present, the reason is told only to a peer that gives this proof; everybody else sees
     *     {@code wamp.error.authentication_failed}, so that a stranger cannot learn who is known
     * @param seemingRole the role that a challenge names, where it names one, as if the claimant were known
     * @param seemingProvider the provider likewise
     */
    record Refusal(String reason, String message, Optional<Proof> proof, String seemingRole, String seemingProvider)
            implements Decision {
        /** What everybody is told who does not give the proof, whatever the reason. */
        public static final Refusal UNPROVEN = of(Uris.AUTHENTICATION_FAILED, "authentication failed");

        /** A refusal with a proof whose challenge names nobody. */
        public Refusal(String reason, String message, Optional<Proof> proof) {
            this(reason, message, proof, "", "");
        }

        /** A refusal told at once. */
        public static Refusal of(String reason, String message) {
            return new Refusal(reason, message, Optional.empty());
        }

        /** None of the methods that the client offers is configured for it. */
        public static Refusal noMatchingMethod(String expected, Claim claim) {
            return of(
                    Uris.NO_MATCHING_AUTH_METHOD,
                    "expected authmethods with " + expected + ", but found " + claim.authmethods());
        }
    }

    /**
     * The claimant is to give this proof, and then the authenticator wants to be asked again, by
     * {@link Authenticator#authenticateProven}: what it has to write before it can decide is not written for somebody who has
     * proven nothing. Who does not give the proof sees what everybody sees who does not.
     */
    record ProofFirst(Proof proof) implements Decision {}

    /**
     * The claimant is to send its ticket, and then the authenticator wants to be asked again, with
     * {@link Claim#ticket()}: it knows tickets only by looking at them.
     */
    record TicketFirst() implements Decision {}
}
