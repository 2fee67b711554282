package io.bailiwick.router.credential;

import java.util.Optional;

/**
 * A WAMP-CRA secret as a router stores it (WAMP, "Challenge Response Authentication"). The key of the HMAC is either the
 * secret itself, or the Base64 <em>text</em> of what PBKDF2 makes of it with a salt: then only that key is stored, and the
 * secret is nowhere in the router. Router configurations of others mean sometimes the one and sometimes the other by the
 * same word; here they are two.
 */
public final class CraSecret implements Secret {
    /** What clients take for {@code iterations} and {@code keylen} where CHALLENGE names none. */
    public static final int DEFAULT_ITERATIONS = 1000;
    /** As above. */
    public static final int DEFAULT_KEYLEN = 32;

    private static final int MAX_ITERATIONS = 10_000_000;
    private static final int MAX_KEYLEN = 1024;
    private static final int SIGNATURE_SIZE = 32;

    /**
     * What {@code CHALLENGE.Extra} tells, so that the client can make the key of its secret.
     *
     * @param salt as text: its UTF-8 octets count, it is never decoded
     * @param iterations rounds of PBKDF2
     * @param keylen octets of the derived key
     */
    public record Salting(String salt, int iterations, int keylen) {
        /** Checks the bounds; what they guard against is a router that keeps a client busy for hours. */
        public Salting {
            if (salt.isEmpty() || salt.length() > 1024) {
                throw new IllegalArgumentException("salt: expected 1 to 1024 characters, but found " + salt.length());
            }
            if (iterations < 1 || iterations > MAX_ITERATIONS) {
                throw new IllegalArgumentException(
                        "iterations: expected 1 to " + MAX_ITERATIONS + ", but found " + iterations);
            }
            if (keylen < 1 || keylen > MAX_KEYLEN) {
                throw new IllegalArgumentException("keylen: expected 1 to " + MAX_KEYLEN + ", but found " + keylen);
            }
        }

        /** The key of the HMAC for a secret: Base64 text. Takes milliseconds. */
        public String keyOf(String secret) {
            return Octets.base64(Kdf.PBKDF2.derive(secret, Octets.utf8(salt), iterations, 0, keylen));
        }
    }

    private final String key;
    private final Optional<Salting> salting;

    private CraSecret(String key, Optional<Salting> salting) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("WAMP-CRA secret: expected a text, but found an empty one");
        }
        this.key = key;
        this.salting = salting;
    }

    /** The secret itself, which the router has to know. */
    public static CraSecret plain(String secret) {
        return new CraSecret(secret, Optional.empty());
    }

    /**
     * What was derived from a secret that the router need not know.
     *
     * @param key Base64 text, with its padding
     */
    public static CraSecret derived(String key, Salting salting) {
        return new CraSecret(key, Optional.of(salting));
    }

    /** A derived key with a new salt, for storing; takes milliseconds. */
    public static CraSecret derive(String secret, int iterations) {
        Salting salting = new Salting(Octets.base64(Octets.random(16)), iterations, DEFAULT_KEYLEN);
        return derived(salting.keyOf(secret), salting);
    }

    /** The answer to a challenge: the Base64 text of its HMAC-SHA-256. */
    public static String answer(String key, String challenge) {
        return Octets.base64(Octets.hmac(Octets.utf8(key), challenge));
    }

    @Override
    public String method() {
        return "wampcra";
    }

    /** What the client has to know beside its secret; none for a plain one. */
    public Optional<Salting> salting() {
        return salting;
    }

    /** The derived key as text, for storing; empty for a plain secret. */
    public Optional<String> derivedKey() {
        return salting.map(some -> key);
    }

    /** Whether the signature is the answer to this challenge, in a time that tells nothing of how near it is. */
    public boolean isAnsweredBy(String signature, String challenge) {
        byte[] given = Octets.fromBase64(signature, SIGNATURE_SIZE);
        byte[] expected = Octets.hmac(Octets.utf8(key), challenge);
        return Octets.same(expected, given == null ? new byte[0] : given);
    }

    @Override
    public CraSecret lookalike(Noise noise) {
        String unknown = Octets.base64(noise.octets("key", 32));
        return salting.map(real -> derived(
                        unknown, new Salting(noise.text("salt", real.salt()), real.iterations(), real.keylen())))
                .orElseGet(() -> plain(unknown));
    }

    @Override
    public String mark(Noise noise) {
        return noise.mark(method() + " " + salting + " " + key);
    }

    /** Whether it is salted, and nothing else. */
    @Override
    public String toString() {
        return "CraSecret["
                + salting.map(some -> "derived, " + some.iterations() + " iterations")
                        .orElse("plain") + "]";
    }
}
