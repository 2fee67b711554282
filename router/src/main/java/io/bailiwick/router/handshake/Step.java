package io.bailiwick.router.handshake;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Uris;
import org.jspecify.annotations.Nullable;

/** What is to be done next in a handshake. The machine that gave it waits until it is told what came of it. */
public sealed interface Step {

    /** Both sides: send the message and wait for the peer. */
    record Send(Message message) implements Step {}

    /** Acceptor: put the claim before the {@link Authenticator}, then {@link Acceptor#decided}. */
    record Ask(Claim claim) implements Step {}

    /**
     * Acceptor: the claimant has given the proof of {@link Decision.ProofFirst}; put its claim before the
     * {@link Authenticator} once more, then {@link Acceptor#decided}.
     */
    record AskProven(Claim claim, Proof proof) implements Step {}

    /**
     * Acceptor: check the proof, on a thread that may spend some milliseconds on it, then {@link Acceptor#checked}. Asks
     * nobody but the two values it holds: who checks late, or on another thread, gets the same.
     */
    final class Check implements Step {
        private final Exchange exchange;
        private final Message.Authenticate answer;

        Check(Exchange exchange, Message.Authenticate answer) {
            this.exchange = exchange;
            this.answer = answer;
        }

        /** What comes of it. A pure function, safe on any thread. */
        public Checked checked() {
            return new Checked(exchange.check(answer));
        }
    }

    /** What came of a {@link Check}. */
    final class Checked {
        private final Exchange.Verdict verdict;

        Checked(Exchange.Verdict verdict) {
            this.verdict = verdict;
        }

        Exchange.Verdict verdict() {
            return verdict;
        }
    }

    /**
     * Acceptor, last step: let the peer join, then send WELCOME.
     *
     * @param claim what it asked for
     * @param admission what was decided
     * @param roles {@code HELLO.Details.roles}: checked, every feature a truth value
     * @param details {@code WELCOME.Details}
     */
    record Admit(Claim claim, Decision.Admission admission, Dict roles, Dict details) implements Step {
        /** WELCOME, for the session id that the handshake began with: a challenge may have named it. */
        public Message.Welcome welcome() {
            return new Message.Welcome(claim.session(), details);
        }
    }

    /**
     * Joiner, last step: the session is open.
     *
     * @param welcome what the router has decided
     */
    record Joined(Message.Welcome welcome) implements Step {}

    /** Both sides, last step: send the ABORT, then close the link. */
    record Refuse(Message.Abort abort) implements Step {
        static Refuse of(String reason, String message) {
            return new Refuse(new Message.Abort(Dict.of("message", message), reason));
        }

        static Refuse violation(String text) {
            return of(Uris.PROTOCOL_VIOLATION, text);
        }
    }

    /**
     * Both sides, last step: the handshake is over, there is nothing to send, close the link.
     *
     * @param abort what the peer said, or null when the machine had ended before
     */
    record Ended(Message.@Nullable Abort abort) implements Step {
        static final Ended BEFORE = new Ended(null);
    }
}
