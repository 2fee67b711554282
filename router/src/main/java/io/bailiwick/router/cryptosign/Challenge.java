package io.bailiwick.router.cryptosign;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
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

    /**
     * The same where several channel ids are right, since clients disagree about what {@code tls-unique} is.
     *
     * @param channelIds 32 bytes each; none means that nothing is right
     */
    public boolean isAnsweredBy(String answer, PublicKey key, List<byte[]> channelIds) {
        boolean answered = false;
        for (byte[] channelId : channelIds) {
            answered |= isAnsweredBy(answer, key, channelId);
        }
        return answered;
    }

    /**
     * The channel id of a channel binding: what is XORed into a challenge. The octets themselves where they are 32, as for
     * {@code tls-exporter} (RFC 9266); else, and for {@code tls-unique} always, their SHA-256.
     *
     * @param type the type of the binding
     * @param binding its octets, as the type defines them
     */
    public static byte[] channelId(String type, byte[] binding) {
        if (binding.length == SIZE && !type.equals("tls-unique")) {
            return binding.clone();
        }
        try {
            return MessageDigest.getInstance("SHA-256").digest(binding);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
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
