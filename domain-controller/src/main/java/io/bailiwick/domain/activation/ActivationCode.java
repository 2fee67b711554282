package io.bailiwick.domain.activation;

import java.security.SecureRandom;
import java.util.Locale;

/**
 * The text of a code: {@code XXXX-XXXX-XXXX}, of 27 letters and digits that nobody takes for one another (no 0 and O, 1, I
 * and L as a small letter, 2 and Z, 5 and S, 8 and B together). Twelve of them are 57 bits.
 */
final class ActivationCode {
    private static final String ALPHABET = "34679ABCDEFGHJKLMNPQRTUVWXY";
    private static final int LENGTH = 12;
    private static final int GROUP = 4;
    private static final SecureRandom RANDOM = new SecureRandom();

    private ActivationCode() {}

    /** A new code. */
    static String draw() {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            if (i > 0 && i % GROUP == 0) {
                code.append('-');
            }
            code.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return code.toString();
    }

    /** A code as somebody typed it, in the form in which it was drawn: capital letters, no blanks around it. */
    static String typed(String text) {
        return text.strip().toUpperCase(Locale.ROOT);
    }
}
