package io.bailiwick.router.handshake;

import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.handshake.Decision.Refusal;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The router's side of one handshake. It is fed what arrives and what was decided, and tells the next {@link Step}:
 *
 * <pre>
 *  HELLO         ->  Ask(claim)  ->  decided  ->  Send(CHALLENGE), or Admit, or Refuse
 *  AUTHENTICATE  ->  Check       ->  checked  ->  Admit, or Refuse
 *                ->  Ask(claim with the ticket), where the authenticator wants to see it
 *                ->  Check       ->  checked  ->  AskProven(claim)  ->  decided  ->  Admit, or Refuse,
 *                                                where the authenticator wants the proof first
 *  anything else, at any other time           ->  Refuse(wamp.error.protocol_violation)
 * </pre>
 *
 * <p>What each method asks and checks is an {@link Exchange}; this machine knows only the order of things.
 *
 * <p>A stranger learns nothing: whoever does not give the proof gets the same challenge and then the same ABORT, be the
 * principal unknown, the answer wrong, or the refusal one that is told only to who gives the proof.
 *
 * <p>Not safe for several threads at once. Knows no time: whoever feeds it owns the deadlines, and ends it with
 * {@link #refuse}.
 */
public final class Acceptor {
    static final String ANONYMOUS = "anonymous";
    static final String CRYPTOSIGN = "cryptosign";

    /** What needs no proof in the handshake: there is nothing to prove, or the connection has proven it. */
    private static final Set<String> WITHOUT_PROOF = Set.of(ANONYMOUS, "tls", "cookie");

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
     * @param clock for the time that a challenge names
     */
    public record Offer(String agent, Dict roles, @Nullable SigningKey key, InstantSource clock) {}

    private final Peer peer;
    private final Offer offer;
    private final long session;
    private State state = State.HELLO;
    private @Nullable Greeting greeting;
    private @Nullable Decision decision;
    private Dict authextra = Dict.EMPTY;
    /** Open between CHALLENGE and AUTHENTICATE; none while a ticket is awaited for the authenticator. */
    private @Nullable Exchange exchange;

    /** The proof that was given before the authenticator is asked again, where it wanted that. */
    private @Nullable Proof given;

    /**
     * A handshake with a peer that has said nothing yet.
     *
     * @param session the id that the session will have, 1 to 2^53: some challenges name it
     */
    public Acceptor(Peer peer, Offer offer, long session) {
        this.peer = peer;
        this.offer = offer;
        this.session = session;
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
        return refuse(violation.reason(), String.valueOf(violation.getMessage()));
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

    /** Whether it is the {@link Authenticator} that is waited for, and not the peer. */
    public boolean isBeingDecided() {
        return state == State.DECISION;
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
        Proof proven = given;
        if (proven != null) {
            return decidedAfter(proven, made);
        }
        if (made instanceof Decision.TicketFirst) {
            return ticketFirst(asked);
        }
        Optional<Proof> proof = proofOf(made);
        if (proof.isPresent() && !asked.offers(proof.get().method())) {
            // Before anything that depends on the proof: nobody learns who is known without giving one.
            return conclude(Refusal.UNPROVEN);
        }
        if (made instanceof Admission admission) {
            if (!asked.offers(admission.authmethod())) {
                return conclude(Refusal.noMatchingMethod(admission.authmethod(), asked.claim()));
            }
            if (!fits(admission, asked.claim())) {
                // Never let anybody in because somebody forgot to name the proof.
                return refuse(Uris.AUTHORIZATION_FAILED, "the decision names a method that does not fit its proof");
            }
        }
        if (proof.isEmpty()) {
            return conclude(made);
        }
        decision = made;
        return challenge(asked, proof.get());
    }

    /** What is decided after a proof rests on it and on no other: there is no second challenge. */
    private Step decidedAfter(Proof proven, Decision made) {
        if (made instanceof Refusal refusal && refusal.proof().orElse(proven).equals(proven)) {
            return conclude(refusal);
        }
        if (made instanceof Admission admission
                && admission.authmethod().equals(proven.method())
                && admission.proof().filter(proven::equals).isPresent()) {
            return conclude(admission);
        }
        return refuse(Uris.AUTHORIZATION_FAILED, "the decision does not rest on the proof that was given");
    }

    private static Optional<Proof> proofOf(Decision made) {
        if (made instanceof Admission admission) {
            return admission.proof();
        }
        return made instanceof Decision.ProofFirst first ? Optional.of(first.proof()) : ((Refusal) made).proof();
    }

    private static boolean fits(Admission admission, Claim claim) {
        String method = admission.authmethod();
        return admission
                .proof()
                .map(proof -> proof.method().equals(method))
                .orElseGet(() -> WITHOUT_PROOF.contains(method)
                        || (claim.ticket() != null && method.equals(TicketExchange.METHOD)));
    }

    /**
     * The proof has been checked.
     *
     * @param result of {@link Step.Check#checked()}
     * @throws IllegalStateException when no proof was to be checked
     */
    public Step checked(Step.Checked result) {
        if (state == State.ENDED) {
            return Step.Ended.BEFORE;
        }
        Decision made = decision;
        if (state != State.CHECK || made == null) {
            throw new IllegalStateException("expected no checked proof now, but one came");
        }
        Exchange.Verdict verdict = result.verdict();
        if (verdict.holds()) {
            authextra = verdict.authextra();
            return made instanceof Decision.ProofFirst first ? askAgain(first.proof()) : conclude(made);
        }
        Step.Refuse unproven = refusal(Refusal.UNPROVEN);
        String token = verdict.scram();
        Message.Abort abort = unproven.abort();
        return end(
                token == null
                        ? unproven
                        : new Step.Refuse(new Message.Abort(abort.details().with("scram", token), abort.reason())));
    }

    private Step askAgain(Proof proven) {
        given = proven;
        state = State.DECISION;
        return new Step.AskProven(
                Objects.requireNonNull(greeting, "a HELLO before a proof").claim(), proven);
    }

    private Step hello(Message.Hello hello) {
        Greeting read;
        try {
            read = Greeting.of(hello, peer, session);
            read.requireSupported();
        } catch (ProtocolViolation violation) {
            return violated(violation);
        } catch (RefusedException refused) {
            return end(refused.step());
        }
        greeting = read;
        state = State.DECISION;
        return new Step.Ask(read.claim());
    }

    private Step ticketFirst(Greeting asked) {
        if (!asked.offers(TicketExchange.METHOD) || asked.claim().ticket() != null) {
            return refuse(Uris.AUTHORIZATION_FAILED, "the decision asks for a ticket that cannot be asked for");
        }
        state = State.AUTHENTICATE;
        return new Step.Send(TicketExchange.CHALLENGE);
    }

    private Step challenge(Greeting asked, Proof proof) {
        Exchange opened;
        try {
            opened = proof.open(opening(asked));
        } catch (ProtocolViolation violation) {
            return violated(violation);
        } catch (RefusedException refused) {
            return end(refused.step());
        }
        exchange = opened;
        state = State.AUTHENTICATE;
        return new Step.Send(opened.challenge());
    }

    /** What a challenge may name; of somebody who will be refused, only what was claimed. */
    private Exchange.Opening opening(Greeting asked) {
        Claim claim = asked.claim();
        Instant now = offer.clock().instant();
        if (decision instanceof Admission admitted) {
            return new Exchange.Opening(
                    claim, asked, admitted.authid(), admitted.authrole(), admitted.authprovider(), now, offer.key());
        }
        String authid = claim.authid() == null ? "" : claim.authid();
        return decision instanceof Refusal refused
                ? new Exchange.Opening(
                        claim, asked, authid, refused.seemingRole(), refused.seemingProvider(), now, offer.key())
                : new Exchange.Opening(claim, asked, authid, "", "", now, offer.key());
    }

    private Step authenticate(Message.Authenticate authenticate) {
        Exchange opened = exchange;
        if (opened == null) {
            Greeting shown =
                    Objects.requireNonNull(greeting, "a HELLO before a ticket").with(authenticate.signature());
            greeting = shown;
            state = State.DECISION;
            return new Step.Ask(shown.claim());
        }
        // One challenge, one answer: there is no second try, right or wrong.
        exchange = null;
        state = State.CHECK;
        return new Step.Check(opened, authenticate);
    }

    private Step conclude(Decision made) {
        if (made instanceof Refusal refusal) {
            return end(refusal(refusal));
        }
        Greeting asked = Objects.requireNonNull(greeting, "a HELLO before a decision");
        Admission admission = (Admission) made;
        return end(new Step.Admit(asked.claim(), admission, asked.roles(), welcome(admission)));
    }

    private static Step.Refuse refusal(Refusal refusal) {
        return Step.Refuse.of(refusal.reason(), refusal.message());
    }

    private Dict welcome(Admission admission) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("realm", admission.realm());
        details.put("authid", admission.authid());
        details.put("authrole", admission.authrole());
        details.put("authmethod", admission.authmethod());
        details.put("authprovider", admission.authprovider());
        Dict extra = admission.authextra();
        for (Map.Entry<String, @Nullable Object> more : authextra.entries().entrySet()) {
            extra = extra.with(more.getKey(), Objects.requireNonNull(more.getValue()));
        }
        details.put("authextra", extra.entries());
        details.put("agent", offer.agent());
        details.put("roles", offer.roles().entries());
        return Dict.owned("WELCOME.Details", details);
    }

    private Step end(Step last) {
        if (state == State.ENDED) {
            return Step.Ended.BEFORE;
        }
        state = State.ENDED;
        exchange = null;
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
