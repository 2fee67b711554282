package io.bailiwick.router.cryptosign;

import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * The public half of an Ed25519 key: a point of the curve, in the one form in which RFC 8032 writes it, and none of the eight
 * points of small order, for which anybody can make signatures. Equal when the 32 bytes are equal.
 *
 * <p>That the point is one of the prime-order group is not asked: it would take longer than a signature, and whoever has a
 * key outside of it has won nothing. Such a point is a proper key A and a point T of small order; there are seven for each
 * key. What verifies under A + T is, multiplied by eight, Schnorr's equation under A, so that only who has the private half
 * of A can make it; and it is made over a hash of the key's own bytes, so that a signature by one of the eight is none by
 * another. To its owner it is one key more, as a newly generated one is; to all others it is another key.
 */
public final class PublicKey {
    private final byte[] bytes;
    /** Decoded when it is first needed, unless it was there already. */
    private volatile Ed25519.@Nullable PublicPoint point;

    private PublicKey(byte[] bytes, Ed25519.@Nullable PublicPoint point) {
        this.bytes = bytes;
        this.point = point;
    }

    /**
     * Reads a public key. It takes the same time whether the key is known to anybody or not, a tenth of that of a signature, so
     * that an event loop may read what strangers claim.
     *
     * @param hex 64 hexadecimal characters, either case
     * @throws IllegalArgumentException naming what was expected and what came (length, character or not a proper point)
     */
    public static PublicKey of(String hex) {
        byte[] bytes = Hex.decode("public key", hex, Ed25519.PUBLIC_KEY_SIZE);
        Ed25519.PublicPoint point = Ed25519.validatePublicKeyPartialExport(bytes, 0);
        if (point == null) {
            throw new IllegalArgumentException(
                    "public key: expected a point of the curve of Ed25519, not of small order, but found other bytes");
        }
        return new PublicKey(bytes, point);
    }

    /** The public half of a seed: a valid point by construction. */
    static PublicKey ofSeed(byte[] seed) {
        Ed25519.PublicPoint point = Ed25519.generatePublicKey(seed, 0);
        byte[] bytes = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.encodePublicPoint(point, bytes, 0);
        return new PublicKey(bytes, point);
    }

    /** A key whose bytes were computed from its private half, which makes them a valid point. */
    static PublicKey ofComputed(byte[] bytes) {
        return new PublicKey(bytes, null);
    }

    /** 64 lower-case hexadecimal characters. */
    public String hex() {
        return Hex.encode(bytes);
    }

    /** Whether this key signed the message. A signature of another length than 64 bytes is none. */
    public boolean verifies(byte[] message, byte[] signature) {
        if (signature.length != Ed25519.SIGNATURE_SIZE) {
            return false;
        }
        Ed25519.PublicPoint valid = point();
        return valid != null && Ed25519.verify(signature, 0, valid, message, 0, message.length);
    }

    private Ed25519.@Nullable PublicPoint point() {
        Ed25519.PublicPoint decoded = point;
        if (decoded == null) {
            decoded = Ed25519.validatePublicKeyPartialExport(bytes, 0);
            point = decoded;
        }
        return decoded;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PublicKey that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return hex();
    }

    /** The 32 bytes themselves, for signing: not to be changed. */
    byte[] bytes() {
        return bytes;
    }
}
