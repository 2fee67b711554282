package io.bailiwick.router.cryptosign;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * 32 bytes issued by a router to one client, which know how to check an answer to themselves
 * (WAMP, "WAMP-Cryptosign": {@code hex(signature) || hex(signed message)}, the message being the challenge itself or, with
 * channel binding, the challenge XOR the channel id).
 */
public final class Challenge {
    private static final int SIZE = 32;
    private static final int ANSWER_SIZE = Ed25519.SIGNATURE_SIZE + SIZE;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] bytes;

    private Challenge(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A fresh challenge from the system's secure random source. */
    public static Challenge issue() {
        byte[] bytes = new byte[SIZE];
        RANDOM.nextBytes(bytes);
        return new Challenge(bytes);
    }

    /**
     * A challenge as received.
     *
     * @param hex 64 hexadecimal characters, either case
     * @throws IllegalArgumentException naming what was expected and what came
     */
    public static Challenge of(String hex) {
        return new Challenge(Hex.decode("challenge", hex, SIZE));
    }

    /** 64 lower-case hexadecimal characters: the value of {@code CHALLENGE.Extra.challenge}. */
    public String hex() {
        return Hex.encode(bytes);
    }

    /** The client's answer: the 192 hexadecimal characters of {@code AUTHENTICATE.Signature}. */
    public String answer(SigningKey key) {
        return answerTo(bytes, key);
    }

    /**
     * The client's answer with channel binding.
     *
     * @param channelId the 32 bytes that both ends know of their TLS connection
     */
    public String answer(SigningKey key, byte[] channelId) {
        return answerTo(bound(channelId), key);
    }

    /**
     * Whether the answer was given to this very challenge and by the owner of the key. An answer to any other challenge,
     * however well signed, is refused: that is what makes a recorded AUTHENTICATE worthless.
     *
     * @param answer {@code AUTHENTICATE.Signature}: 192 hexadecimal characters; anything else is refused
     */
    public boolean isAnsweredBy(String answer, PublicKey key) {
        return isAnswerTo(bytes, answer, key);
    }

    /**
     * The same with channel binding: the answer must also have been given on this very connection.
     *
     * @param channelId the 32 bytes that both ends know of their TLS connection
     */
    public boolean isAnsweredBy(String answer, PublicKey key, byte[] channelId) {
        return isAnswerTo(bound(channelId), answer, key);
    }

    private static String answerTo(byte[] message, SigningKey key) {
        return Hex.encode(key.sign(message)) + Hex.encode(message);
    }

    private static boolean isAnswerTo(byte[] message, String answer, PublicKey key) {
        byte[] decoded = Hex.decodeOrNull(answer, ANSWER_SIZE);
        if (decoded == null) {
            return false;
        }
        byte[] signature = Arrays.copyOf(decoded, Ed25519.SIGNATURE_SIZE);
        byte[] signed = Arrays.copyOfRange(decoded, Ed25519.SIGNATURE_SIZE, ANSWER_SIZE);
        // Both are checked always, so that the time tells nothing of which of them failed.
        boolean same = MessageDigest.isEqual(message, signed);
        boolean verified = key.verifies(message, signature);
        return same && verified;
    }

    private byte[] bound(byte[] channelId) {
        if (channelId.length != SIZE) {
            throw new IllegalArgumentException(
                    "channel id: expected " + SIZE + " bytes, but found " + channelId.length);
        }
        byte[] message = bytes.clone();
        for (int i = 0; i < SIZE; i++) {
            message[i] ^= channelId[i];
        }
        return message;
    }
}
