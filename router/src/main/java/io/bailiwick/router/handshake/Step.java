package io.bailiwick.router.handshake;

import io.bailiwick.router.cryptosign.Challenge;
import io.bailiwick.router.cryptosign.PublicKey;
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
     * Acceptor: check the proof, on a thread that may spend a fraction of a millisecond on it, then
     * {@link Acceptor#checked}.
     *
     * @param challenge what was issued
     * @param answer what came
     * @param key whose answer it must be
     */
    record Check(Challenge challenge, String answer, PublicKey key) implements Step {
        /** Whether the proof holds. A pure function, safe on any thread. */
        public boolean holds() {
            return challenge.isAnsweredBy(answer, key);
        }
    }

    /**
     * Acceptor, last step: let the peer join, then send WELCOME.
     *
     * @param admission what was decided
     * @param roles {@code HELLO.Details.roles}: checked, every feature a truth value
     * @param details {@code WELCOME.Details}
     */
    record Admit(Decision.Admission admission, Dict roles, Dict details) implements Step {
        /** WELCOME for the session id that the realm has given: 1 to 2^53. */
        public Message.Welcome welcome(long session) {
            return new Message.Welcome(session, details);
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
