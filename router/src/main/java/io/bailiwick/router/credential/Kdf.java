package io.bailiwick.router.credential;

import java.security.GeneralSecurityException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** Makes a key of a password, slowly on purpose. */
public enum Kdf {
    /** PBKDF2 with HMAC-SHA-256 (RFC 8018). */
    PBKDF2,
    /** Argon2id, version 1.3, one lane (RFC 9106). */
    ARGON2ID13;

    /**
     * The key of a password. Takes milliseconds, or as long as the parameters say.
     *
     * @param password its UTF-8 octets count
     * @param salt at least one octet (Argon2: eight)
     * @param iterations rounds of PBKDF2, or passes of Argon2
     * @param memory KiB that Argon2 fills; PBKDF2 has no use for it
     * @param length octets of the key
     * @throws IllegalArgumentException for parameters that the function does not know
     */
    public byte[] derive(String password, byte[] salt, int iterations, int memory, int length) {
        if (salt.length == 0 || iterations < 1 || length < 1) {
            throw new IllegalArgumentException(
                    "key derivation: expected a salt, iterations and a length above 0, but found less");
        }
        return this == PBKDF2
                ? pbkdf2(password, salt, iterations, length)
                : argon2(password, salt, iterations, memory, length);
    }

    private static byte[] pbkdf2(String password, byte[] salt, int iterations, int length) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, length * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2WithHmacSHA256", e);
        } finally {
            spec.clearPassword();
        }
    }

    private static byte[] argon2(String password, byte[] salt, int iterations, int memory, int length) {
        if (memory < 8) {
            throw new IllegalArgumentException("Argon2: expected a memory of at least 8 KiB, but found " + memory);
        }
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withIterations(iterations)
                .withMemoryAsKB(memory)
                .withParallelism(1)
                .withSalt(salt)
                .build());
        byte[] key = new byte[length];
        generator.generateBytes(Octets.utf8(password), key);
        return key;
    }
}
