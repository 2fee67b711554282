package io.bailiwick.router.cryptosign;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;

/** An Ed25519 key pair in the hands of the JDK. The same seed gives the same public key and the same signatures (RFC 8032). */
final class PlatformKey {
    private static final String ED25519 = "Ed25519";
    private static final String PROVIDER = "SunEC";
    private static final int PUBLIC_SIZE = 32;

    private final KeyPair pair;

    private PlatformKey(KeyPair pair) {
        this.pair = pair;
    }

    static PlatformKey ofSeed(byte[] seed) {
        try {
            KeyPairGenerator generator = generator();
            // The only way from a private to a public half that the JDK offers: the seed is what it draws.
            generator.initialize(NamedParameterSpec.ED25519, new Drawn(seed));
            return new PlatformKey(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }

    /** From the provider that has it in every JDK we know: to ask for any has all providers loaded. */
    private static KeyPairGenerator generator() throws GeneralSecurityException {
        try {
            return KeyPairGenerator.getInstance(ED25519, PROVIDER);
        } catch (NoSuchAlgorithmException | NoSuchProviderException e) {
            return KeyPairGenerator.getInstance(ED25519);
        }
    }

    private static Signature signature() throws GeneralSecurityException {
        try {
            return Signature.getInstance(ED25519, PROVIDER);
        } catch (NoSuchAlgorithmException | NoSuchProviderException e) {
            return Signature.getInstance(ED25519);
        }
    }

    /** The 32 bytes of RFC 8032, with which the encoded form ends. */
    byte[] publicBytes() {
        byte[] encoded = pair.getPublic().getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - PUBLIC_SIZE, encoded.length);
    }

    byte[] sign(byte[] message) {
        try {
            Signature signature = signature();
            signature.initSign(pair.getPrivate());
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key of the JDK's own making cannot sign", e);
        }
    }

    /** A source whose one draw is known. */
    private static final class Drawn extends SecureRandom {
        private static final long serialVersionUID = 1L;

        private final transient byte[] seed;

        Drawn(byte[] seed) {
            this.seed = seed;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, bytes.length);
        }
    }
}
