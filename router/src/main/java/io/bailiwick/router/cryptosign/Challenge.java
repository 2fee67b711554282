package io.bailiwick.router.cryptosign;

/**
 * 32 bytes issued by a router to one client, which know how to check an answer to themselves
 * (WAMP, "WAMP-Cryptosign": {@code hex(signature) || hex(signed message)}, the message being the challenge itself or, with
 * channel binding, the challenge XOR the channel id).
 */
public final class Challenge {
    private Challenge() {}

    /** A fresh challenge from the system's secure random source. */
    public static Challenge issue() {
        throw new UnsupportedOperationException();
    }

    /** A challenge as received: 64 hexadecimal characters. */
    public static Challenge of(String hex) {
        throw new UnsupportedOperationException();
    }

    /** 64 lower-case hexadecimal characters: the value of {@code CHALLENGE.Extra.challenge}. */
    public String hex() {
        throw new UnsupportedOperationException();
    }

    /** The client's answer: the 192 hexadecimal characters of {@code AUTHENTICATE.Signature}. */
    public String answer(SigningKey key) {
        throw new UnsupportedOperationException();
    }

    /**
     * Whether the answer was given to this very challenge and by the owner of the key. An answer to any other challenge,
     * however well signed, is refused: that is what makes a recorded AUTHENTICATE worthless.
     *
     * @param answer {@code AUTHENTICATE.Signature}: 192 hexadecimal characters; anything else is refused
     */
    public boolean isAnsweredBy(String answer, PublicKey key) {
        throw new UnsupportedOperationException();
    }
}
