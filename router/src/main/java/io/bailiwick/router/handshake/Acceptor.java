package io.bailiwick.router.handshake;

import io.bailiwick.router.cryptosign.Challenge;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.handshake.Decision.Refusal;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.message.Uris;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The router's side of one handshake. It is fed what arrives and what was decided, and tells the next {@link Step}:
 *
 * <pre>
 *  HELLO         ->  Ask(claim)  ->  decided  ->  Send(CHALLENGE), or Admit, or Refuse
 *  AUTHENTICATE  ->  Check       ->  checked  ->  Admit, or Refuse
 *  anything else, at any other time           ->  Refuse(wamp.error.protocol_violation)
 * </pre>
 *
 * <p>A stranger learns nothing: whoever does not prove the key gets the same challenge and then the same ABORT, be the key
 * unknown, the signature wrong, or the refusal one that is told only to the owner of the key.
 *
 * <p>Not safe for several threads at once. Knows no time: whoever feeds it owns the deadlines, and ends it with
 * {@link #refuse}.
 */
public final class Acceptor {
    static final String ANONYMOUS = "anonymous";
    static final String CRYPTOSIGN = "cryptosign";

    /** The edge nodes of Crossbar.io ask for this binding and then sign the bare challenge. */
    private static final String NODE_BINDING = "tls-unique";

    /** Told to everybody who does not prove the key, whatever the reason. */
    private static final Step UNPROVEN = Step.Refuse.of(Uris.AUTHENTICATION_FAILED, "authentication failed");

    private enum State {
        HELLO,
        DECISION,
        AUTHENTICATE,
        CHECK,
        ENDED
    }

    /**
     * What the router says of itself.
     *
     * @param agent name and version, for {@code WELCOME.Details.agent}
     * @param roles {@code broker} and {@code dealer} with their features, for {@code WELCOME.Details.roles}
     * @param key the key that proves the router to clients that ask for it, or null to leave their challenge unanswered;
     *     it signs whatever 32 bytes a stranger sends, so it must be good for nothing else
     */
    public record Offer(String agent, Dict roles, @Nullable SigningKey key) {}

    private final Peer peer;
    private final Offer offer;
    private State state = State.HELLO;
    private @Nullable Greeting greeting;
    private @Nullable Decision decision;
    private @Nullable Challenge challenge;

    /** A handshake with a peer that has said nothing yet. */
    public Acceptor(Peer peer, Offer offer) {
        this.peer = peer;
        this.offer = offer;
    }

    /** The peer sent a message. */
    public Step received(Message message) {
        if (state == State.ENDED) {
            return Step.Ended.BEFORE;
        }
        if (message instanceof Message.Abort abort) {
            state = State.ENDED;
            return new Step.Ended(abort);
        }
        if (state == State.HELLO && message instanceof Message.Hello hello) {
            return hello(hello);
        }
        if (state == State.AUTHENTICATE && message instanceof Message.Authenticate authenticate) {
            return authenticate(authenticate);
        }
        return violated(new ProtocolViolation("handshake", expected(), message.name()));
    }

    /** The peer sent something that is not a message. */
    public Step violated(ProtocolViolation violation) {
        return refuse(Uris.PROTOCOL_VIOLATION, String.valueOf(violation.getMessage()));
    }

    /**
     * Ends the handshake from outside, for example because it takes too long or because the {@link Authenticator} failed.
     *
     * @param reason the URI of ABORT
     * @param message a sentence for {@code ABORT.Details.message}
     */
    public Step refuse(String reason, String message) {
        return end(Step.Refuse.of(reason, message));
    }

    /**
     * The {@link Authenticator} has answered.
     *
     * @throws IllegalStateException when it was not asked
     */
    public Step decided(Decision made) {
        if (state == State.ENDED) {
            return Step.Ended.BEFORE;
        }
        Greeting asked = greeting;
        if (state != State.DECISION || asked == null) {
            throw new IllegalStateException("expected no decision now, but one came");
        }
        Optional<PublicKey> proof = made instanceof Admission admission ? admission.proof() : ((Refusal) made).proof();
        if (proof.isPresent() && !asked.offers(CRYPTOSIGN)) {
            // Before anything that depends on the key: nobody learns which keys are known without proving one.
            return end(UNPROVEN);
        }
        if (made instanceof Admission admission && !asked.offers(admission.authmethod())) {
            return refuse(
                    Uris.NO_MATCHING_AUTH_METHOD,
                    "expected authmethods with " + admission.authmethod() + ", but found "
                            + asked.claim().authmethods());
        }
        if (made instanceof Admission admission
                && proof.isPresent() != admission.authmethod().equals(CRYPTOSIGN)) {
            // Never let anybody in because somebody forgot to name the key.
            return refuse(Uris.AUTHORIZATION_FAILED, "the decision names a method that does not fit its proof");
        }
        if (proof.isEmpty()) {
            return conclude(made);
        }
        decision = made;
        return challenge(asked);
    }

    /**
     * The proof has been checked.
     *
     * @param holds the result of {@link Step.Check#holds()}
     * @throws IllegalStateException when no proof was to be checked
     */
    public Step checked(boolean holds) {
        if (state == State.ENDED) {
            return Step.Ended.BEFORE;
        }
        Decision made = decision;
        if (state != State.CHECK || made == null) {
            throw new IllegalStateException("expected no checked proof now, but one came");
        }
        return holds ? conclude(made) : end(UNPROVEN);
    }

    private Step hello(Message.Hello hello) {
        Greeting read;
        try {
            read = Greeting.of(hello, peer);
        } catch (ProtocolViolation violation) {
            return violated(violation);
        }
        String realm = read.claim().realm();
        if (realm != null && !UriRule.LOOSE.allows(realm)) {
            return refuse(Uris.INVALID_URI, "HELLO.Realm: expected a URI, but found another text");
        }
        String binding = read.channelBinding();
        if (binding != null && read.offers(CRYPTOSIGN) && !isBindingOfNode(read)) {
            return refuse(
                    Uris.FEATURE_NOT_SUPPORTED,
                    "HELLO.Details.authextra.channel_binding: expected none, for this connection provides none,"
                            + " but found " + (binding.length() > 20 ? "another text" : binding));
        }
        greeting = read;
        state = State.DECISION;
        return new Step.Ask(read.claim());
    }

    private static boolean isBindingOfNode(Greeting greeting) {
        return NODE_BINDING.equals(greeting.channelBinding())
                && "node".equals(greeting.claim().authrole());
    }

    private Step challenge(Greeting asked) {
        Challenge issued = Challenge.issue();
        Map<String, Object> extra = new LinkedHashMap<>();
        extra.put("challenge", issued.hex());
        String binding = asked.channelBinding();
        if (binding != null) {
            extra.put("channel_binding", binding);
        }
        Challenge ours = asked.challenge();
        SigningKey key = offer.key();
        if (ours != null && key != null) {
            extra.put("pubkey", key.publicKey().hex());
            extra.put("signature", ours.answer(key));
        }
        challenge = issued;
        state = State.AUTHENTICATE;
        return new Step.Send(new Message.Challenge(CRYPTOSIGN, Dict.of(extra)));
    }

    private Step authenticate(Message.Authenticate authenticate) {
        Challenge issued = challenge;
        Decision made = decision;
        if (issued == null || made == null) {
            throw new IllegalStateException("expected a challenge to be open, but there is none");
        }
        // One challenge, one answer: there is no second try, right or wrong.
        challenge = null;
        state = State.CHECK;
        PublicKey key =
                (made instanceof Admission admission ? admission.proof() : ((Refusal) made).proof()).orElseThrow();
        return new Step.Check(issued, authenticate.signature(), key);
    }

    private Step conclude(Decision made) {
        Greeting asked = greeting;
        if (made instanceof Refusal refusal) {
            return refuse(refusal.reason(), refusal.message());
        }
        if (asked == null) {
            throw new IllegalStateException("expected a HELLO before a decision, but there was none");
        }
        Admission admission = (Admission) made;
        return end(new Step.Admit(admission, asked.roles(), welcome(admission)));
    }

    private Dict welcome(Admission admission) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("realm", admission.realm());
        details.put("authid", admission.authid());
        details.put("authrole", admission.authrole());
        details.put("authmethod", admission.authmethod());
        details.put("authprovider", admission.authprovider());
        details.put("authextra", admission.authextra().entries());
        details.put("agent", offer.agent());
        details.put("roles", offer.roles().entries());
        return Dict.of(details);
    }

    private Step end(Step last) {
        if (state == State.ENDED) {
            return Step.Ended.BEFORE;
        }
        state = State.ENDED;
        challenge = null;
        return last;
    }

    private String expected() {
        return switch (state) {
            case HELLO -> "HELLO";
            case AUTHENTICATE -> "AUTHENTICATE";
            default -> "nothing before the router's answer";
        };
    }
}
