package io.bailiwick.router.cryptosign;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Objects;

/**
 * What people compare in place of a key: the SHA-256 of its 32 bytes, as hexadecimal text in groups and as five words that
 * can be read aloud.
 *
 * <p>The words are made by rule, without a list. The first 90 bits of the hash, highest first, are cut into fifteen pieces of
 * six bits. Each is a syllable: its upper four bits pick the consonant, in the order {@code b d f g h k l m n p r s t v w z},
 * its lower two the vowel, in the order {@code a e i o}. Three syllables are a word. To find a
 * key with the words of another takes as many attempts as there are 90-bit numbers.
 *
 * @param hex the hash, 64 lower-case hexadecimal characters
 */
public record Fingerprint(String hex) {
    /** How many words there are. */
    public static final int WORDS = 5;

    private static final String CONSONANTS = "bdfghklmnprstvwz";
    private static final String VOWELS = "aeio";
    private static final int SYLLABLES = 3;
    private static final int SYLLABLE_BITS = 6;
    private static final int HEX_LENGTH = 64;
    private static final int GROUP = 4;

    /** Checks the form. */
    public Fingerprint {
        if (Hex.decodeOrNull(hex, HEX_LENGTH / 2) == null || !hex.equals(hex.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    "fingerprint: expected " + HEX_LENGTH + " lower-case hexadecimal characters, but found others");
        }
    }

    /** The fingerprint of a key. */
    public static Fingerprint of(PublicKey key) {
        try {
            return new Fingerprint(
                    Hex.encode(MessageDigest.getInstance("SHA-256").digest(key.bytes())));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("expected SHA-256, which every JDK has", impossible);
        }
    }

    /** The hash in sixteen groups of four characters, with a blank between them. */
    public String groups() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < HEX_LENGTH; i += GROUP) {
            text.append(i == 0 ? "" : " ").append(hex, i, i + GROUP);
        }
        return text.toString();
    }

    /** Five words of six letters, with a hyphen between them, for example {@code bakito-rovezi-nimoha-dategi-lupasa}. */
    public String words() {
        byte[] hash = Objects.requireNonNull(Hex.decodeOrNull(hex, HEX_LENGTH / 2));
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < WORDS * SYLLABLES; i++) {
            int piece = bits(hash, i * SYLLABLE_BITS);
            text.append(i > 0 && i % SYLLABLES == 0 ? "-" : "")
                    .append(CONSONANTS.charAt(piece >> 2))
                    .append(VOWELS.charAt(piece & 3));
        }
        return text.toString();
    }

    /** Six bits from a place on. */
    private static int bits(byte[] hash, int from) {
        int both = (hash[from / Byte.SIZE] & 0xFF) << Byte.SIZE | (hash[from / Byte.SIZE + 1] & 0xFF);
        return both >> (2 * Byte.SIZE - SYLLABLE_BITS - from % Byte.SIZE) & 0x3F;
    }

    /**
     * Whether this is the fingerprint that somebody wrote: all of the hash or all of the words, in either case, with blanks,
     * colons or hyphens where one likes.
     */
    public boolean isWritten(String text) {
        String plain = text.toLowerCase(Locale.ROOT).replaceAll("[\\s:-]", "");
        return plain.equals(hex) || plain.equals(words().replace("-", ""));
    }

    @Override
    public String toString() {
        return words();
    }
}
