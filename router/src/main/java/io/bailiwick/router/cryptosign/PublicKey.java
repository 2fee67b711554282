package io.bailiwick.router.cryptosign;

/** The public half of an Ed25519 key, known to be a valid point. Equal when the 32 bytes are equal. */
public final class PublicKey {
    private PublicKey() {}

    /**
     * Reads a public key.
     *
     * @param hex 64 hexadecimal characters, either case
     * @throws IllegalArgumentException naming what was expected and what came (length, character or not a curve point)
     */
    public static PublicKey of(String hex) {
        throw new UnsupportedOperationException();
    }

    /** 64 lower-case hexadecimal characters. */
    public String hex() {
        throw new UnsupportedOperationException();
    }

    /** Whether this key signed the message. */
    public boolean verifies(byte[] message, byte[] signature) {
        throw new UnsupportedOperationException();
    }
}
