package io.bailiwick.bench.wire;

import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** A key pair to log in with. Made from a number: a benchmark has no secrets. */
public final class Key {
    private final int number;
    private final byte[] seed = new byte[Ed25519.SECRET_KEY_SIZE];
    private final byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];

    /** The key of a number below 16,777,216. */
    public Key(int number) {
        this.number = number;
        seed[0] = 1;
        seed[1] = (byte) number;
        seed[2] = (byte) (number >> 8);
        seed[3] = (byte) (number >> 16);
        Ed25519.generatePublicKey(seed, 0, publicKey, 0);
    }

    /** The principal that it belongs to. */
    public String authid() {
        return "bench" + number;
    }

    /** The public half, as 64 hexadecimal characters. */
    public String publicHex() {
        return HexFormat.of().formatHex(publicKey);
    }

    byte[] publicBytes() {
        return publicKey.clone();
    }

    byte[] signature(byte[] message) {
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(seed, 0, publicKey, 0, message, 0, message.length, signature, 0);
        return signature;
    }

    /** A message of its own, signed. */
    public Signed signed() {
        byte[] message = new byte[Ed25519.SECRET_KEY_SIZE];
        return new Signed(publicBytes(), message, signature(message));
    }

    /** Something that was signed. */
    public static final class Signed {
        private final byte[] publicKey;
        private final byte[] message;
        private final byte[] signature;

        private Signed(byte[] publicKey, byte[] message, byte[] signature) {
            this.publicKey = publicKey;
            this.message = message;
            this.signature = signature;
        }

        /** Verifies it, anew each time. */
        public boolean holds() {
            return Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
        }
    }

    /** The answer to a challenge: signature and challenge, in hexadecimal. */
    String sign(String challenge) {
        return HexFormat.of().formatHex(signature(HexFormat.of().parseHex(challenge))) + challenge;
    }
}
