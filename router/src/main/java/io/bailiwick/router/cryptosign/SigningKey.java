package io.bailiwick.router.cryptosign;

import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/** An Ed25519 key pair (RFC 8032). Never prints its private half. */
public final class SigningKey {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] seed;
    private final PublicKey publicKey;

    /** Signs in place of Bouncy Castle; null for a key that signs often. */
    private final @Nullable PlatformKey platform;

    private SigningKey(byte[] seed) {
        this.seed = seed;
        this.publicKey = PublicKey.ofSeed(seed);
        this.platform = null;
    }

    private SigningKey(byte[] seed, PlatformKey platform) {
        this.seed = seed;
        this.publicKey = PublicKey.ofComputed(platform.publicBytes());
        this.platform = platform;
    }

    /** A new key from the system's secure random source. */
    public static SigningKey generate() {
        byte[] seed = new byte[Ed25519.SECRET_KEY_SIZE];
        RANDOM.nextBytes(seed);
        return new SigningKey(seed);
    }

    /**
     * The key of a seed.
     *
     * @param seed 64 hexadecimal characters (32 bytes), either case
     * @throws IllegalArgumentException when it is not; the text does not repeat the seed
     */
    public static SigningKey ofSeed(String seed) {
        return new SigningKey(Hex.decode("private key", seed, Ed25519.SECRET_KEY_SIZE));
    }

    /**
     * As {@link #ofSeed}, for a process that signs once in its life, when it joins. The JDK's own Ed25519 is many times
     * slower than Bouncy Castle's, but costs nothing to load; the other's signed jar costs more than all the rest of a
     * short start.
     */
    public static SigningKey forOneLogin(String seed) {
        byte[] bytes = Hex.decode("private key", seed, Ed25519.SECRET_KEY_SIZE);
        return new SigningKey(bytes, PlatformKey.ofSeed(bytes));
    }

    /** The 32-byte seed as 64 lower-case hexadecimal characters: the secret itself, for key files and pipes only. */
    public String seed() {
        return Hex.encode(seed);
    }

    /** The public half. */
    public PublicKey publicKey() {
        return publicKey;
    }

    /** The 64-byte signature of a message. */
    public byte[] sign(byte[] message) {
        if (platform != null) {
            return platform.sign(message);
        }
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(seed, 0, publicKey.bytes(), 0, message, 0, message.length, signature, 0);
        return signature;
    }

    /** Two keys are the same when their public halves are: those tell no secret by the time that it takes to compare them. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SigningKey key && key.publicKey.equals(publicKey);
    }

    @Override
    public int hashCode() {
        return publicKey.hashCode();
    }

    /** The public half only. */
    @Override
    public String toString() {
        return "SigningKey[publicKey=" + publicKey + "]";
    }
}
