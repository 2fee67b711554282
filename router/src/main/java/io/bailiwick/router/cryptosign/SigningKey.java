package io.bailiwick.router.cryptosign;

/** An Ed25519 key pair (RFC 8032). Never prints its private half. */
public final class SigningKey {
    private SigningKey() {}

    /** A new key from the system's secure random source. */
    public static SigningKey generate() {
        throw new UnsupportedOperationException();
    }

    /**
     * The key of a seed.
     *
     * @param seed 64 hexadecimal characters (32 bytes), either case
     * @throws IllegalArgumentException when it is not; the text does not repeat the seed
     */
    public static SigningKey ofSeed(String seed) {
        throw new UnsupportedOperationException();
    }

    /** The 32-byte seed as 64 lower-case hexadecimal characters: the secret itself, for key files and pipes only. */
    public String seed() {
        throw new UnsupportedOperationException();
    }

    /** The public half. */
    public PublicKey publicKey() {
        throw new UnsupportedOperationException();
    }

    /** The 64-byte signature of a message. */
    public byte[] sign(byte[] message) {
        throw new UnsupportedOperationException();
    }
}
