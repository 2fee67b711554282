package io.bailiwick.router.credential;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a SCRAM password is salted: what CHALLENGE tells the client. */
public final class ScramParameters {
    private static final int MIN_PBKDF2_ITERATIONS = 4096;
    private static final int MAX_PBKDF2_ITERATIONS = 10_000_000;
    private static final int MIN_MEMORY = 64;
    private static final int MAX_MEMORY = 1 << 20;
    /** Passes times KiB: below, trying passwords is cheap; above, a router could keep a client busy for hours. */
    private static final long MIN_WORK = 8 << 10;

    private static final long MAX_WORK = 16 << 20;
    private static final int MIN_SALT = 8;

    private final Kdf kdf;
    private final byte[] salt;
    private final int iterations;
    private final int memory;

    /**
     * Parameters.
     *
     * @param salt octets
     * @param iterations rounds of PBKDF2, or passes of Argon2
     * @param memory KiB for Argon2, 0 for PBKDF2
     */
    public ScramParameters(Kdf kdf, byte[] salt, int iterations, int memory) {
        if (salt.length < 1 || iterations < 1 || memory < (kdf == Kdf.ARGON2ID13 ? 8 : 0)) {
            throw new IllegalArgumentException(
                    "SCRAM: expected a salt, iterations, and for Argon2 a memory of at least 8 KiB, but found less");
        }
        this.kdf = kdf;
        this.salt = salt.clone();
        this.iterations = iterations;
        this.memory = kdf == Kdf.PBKDF2 ? 0 : memory;
    }

    /** PBKDF2 with a new salt. */
    public static ScramParameters pbkdf2(int iterations) {
        return new ScramParameters(Kdf.PBKDF2, Octets.random(16), iterations, 0);
    }

    /** Argon2id with a new salt. */
    public static ScramParameters argon2id(int passes, int memory) {
        return new ScramParameters(Kdf.ARGON2ID13, Octets.random(16), passes, memory);
    }

    /** The key derivation. */
    public Kdf kdf() {
        return kdf;
    }

    /** The salt, a copy. */
    public byte[] salt() {
        return salt.clone();
    }

    /** The salt as it stands in messages: Base64. */
    public String saltText() {
        return Octets.base64(salt);
    }

    /** Rounds of PBKDF2, or passes of Argon2. */
    public int iterations() {
        return iterations;
    }

    /** KiB for Argon2, 0 for PBKDF2. */
    public int memory() {
        return memory;
    }

    /**
     * Whether a client may work with them: not so weak that the router, or who claims to be one, could find the password by
     * trying (RFC 7677 asks for 4096 rounds of PBKDF2), and not so strong that it would be kept busy for hours.
     */
    public boolean isReasonable() {
        if (salt.length < MIN_SALT) {
            return false;
        }
        if (kdf == Kdf.PBKDF2) {
            return iterations >= MIN_PBKDF2_ITERATIONS && iterations <= MAX_PBKDF2_ITERATIONS;
        }
        long work = (long) iterations * memory;
        return memory >= MIN_MEMORY && memory <= MAX_MEMORY && work >= MIN_WORK && work <= MAX_WORK;
    }

    byte[] saltedPassword(ScramDialect dialect, String password) {
        return dialect.saltedPassword(kdf, password, salt, iterations, memory);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ScramParameters that
                && kdf == that.kdf
                && Arrays.equals(salt, that.salt)
                && iterations == that.iterations
                && memory == that.memory;
    }

    @Override
    public int hashCode() {
        return Objects.hash(kdf, Arrays.hashCode(salt), iterations, memory);
    }

    @Override
    public String toString() {
        return kdf + ", " + iterations + " iterations" + (kdf == Kdf.ARGON2ID13 ? ", " + memory + " KiB" : "");
    }
}
