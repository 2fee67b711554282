package io.bailiwick.router.handshake;

import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One CHALLENGE and the check of its answer: one method, one claimant, one connection, one try. */
interface Exchange {
    /**
     * What an exchange begins with.
     *
     * @param claim what HELLO asks for, with the session's id and the connection
     * @param greeting the rest of HELLO
     * @param authid the identity that CHALLENGE names, where it names one
     * @param authrole the role likewise
     * @param authprovider the provider likewise
     * @param now the time likewise
     * @param routerKey proves the router to clients that ask for it, or null
     */
    record Opening(
            Claim claim,
            Greeting greeting,
            String authid,
            String authrole,
            String authprovider,
            Instant now,
            @Nullable SigningKey routerKey) {}

    /**
     * What came of a check.
     *
     * @param holds whether the answer proves what it should
     * @param authextra more for {@code WELCOME.Details.authextra} when it holds
     * @param scram the error token of RFC 5802 for {@code ABORT.Details.scram} when it does not, or null
     */
    record Verdict(boolean holds, Dict authextra, @Nullable String scram) {
        static Verdict of(boolean holds) {
            return new Verdict(holds, Dict.EMPTY, null);
        }

        static Verdict failed(String scram) {
            return new Verdict(false, Dict.EMPTY, scram);
        }
    }

    /** What the client is asked. */
    Message.Challenge challenge();

    /**
     * Checks the answer. A pure function, safe on any thread; may take tens of milliseconds where the secret is meant to be
     * slow. Whatever the client wrote, there is a verdict and no exception.
     */
    Verdict check(Message.Authenticate answer);
}
