package io.bailiwick.router.cryptosign;

import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * The public half of an Ed25519 key, known to be a valid point, but for one that was {@link #claimed} or is {@link #named}. Equal
 * when the 32 bytes are equal.
 */
public final class PublicKey {
    private final byte[] bytes;
    private final boolean claimed;
    /** Decoded when it is first needed, unless it was there already. */
    private volatile Ed25519.@Nullable PublicPoint point;

    private PublicKey(byte[] bytes, Ed25519.@Nullable PublicPoint point) {
        this(bytes, point, false);
    }

    private PublicKey(byte[] bytes, Ed25519.@Nullable PublicPoint point, boolean claimed) {
        this.bytes = bytes;
        this.point = point;
        this.claimed = claimed;
    }

    /**
     * Reads a public key.
     *
     * @param hex 64 hexadecimal characters, either case
     * @throws IllegalArgumentException naming what was expected and what came (length, character or not a curve point)
     */
    public static PublicKey of(String hex) {
        byte[] bytes = Hex.decode("public key", hex, Ed25519.PUBLIC_KEY_SIZE);
        // The full check also refuses a point with a part of small order: one key would have several forms.
        Ed25519.PublicPoint point = Ed25519.validatePublicKeyFullExport(bytes, 0);
        if (point == null) {
            throw new IllegalArgumentException(
                    "public key: expected a point of the prime-order group of Ed25519, but found other bytes");
        }
        return new PublicKey(bytes, point);
    }

    /**
     * A key that a stranger names, to be looked for among those that were read by {@link #of}: only a point of the curve, as
     * the full check takes as long as a signature's. It decodes its bytes for each signature, whether it is among them or not,
     * so that the time tells nobody which keys are known.
     *
     * @param hex 64 hexadecimal characters, either case
     * @throws IllegalArgumentException naming what was expected and what came (length, character or not a curve point)
     */
    public static PublicKey claimed(String hex) {
        return new PublicKey(onCurve(hex), null, true);
    }

    /**
     * A key that a stranger names, of which somebody else decides what it may: only a point of the curve now, so that an event
     * loop can read it. The full check comes with its first signature, which takes as long; without it none is valid.
     *
     * @param hex 64 hexadecimal characters, either case
     * @throws IllegalArgumentException naming what was expected and what came (length, character or not a curve point)
     */
    public static PublicKey named(String hex) {
        return new PublicKey(onCurve(hex), null);
    }

    private static byte[] onCurve(String hex) {
        byte[] bytes = Hex.decode("public key", hex, Ed25519.PUBLIC_KEY_SIZE);
        if (!Ed25519.validatePublicKeyPartial(bytes, 0)) {
            throw new IllegalArgumentException(
                    "public key: expected a point of the curve of Ed25519, but found other bytes");
        }
        return bytes;
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
        if (claimed) {
            return Ed25519.verify(signature, 0, bytes, 0, message, 0, message.length);
        }
        Ed25519.PublicPoint valid = point();
        return valid != null && Ed25519.verify(signature, 0, valid, message, 0, message.length);
    }

    private Ed25519.@Nullable PublicPoint point() {
        Ed25519.PublicPoint decoded = point;
        if (decoded == null) {
            decoded = Ed25519.validatePublicKeyFullExport(bytes, 0);
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
