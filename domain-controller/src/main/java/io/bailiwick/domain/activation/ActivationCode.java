package io.bailiwick.domain.activation;

import java.security.SecureRandom;
import java.util.Locale;

/**
 * The text of a code: {@code XXXX-XXXX-XXXX}, of 27 letters and digits that nobody takes for one another (no 0 and O, 1, I
 * and L as a small letter, 2 and Z, 5 and S, 8 and B together). Twelve of them are 57 bits.
 */
public final class ActivationCode {
    private static final String ALPHABET = "34679ABCDEFGHJKLMNPQRTUVWXY";
    private static final int GROUPS = 3;
    private static final int GROUP = 4;
    private static final SecureRandom RANDOM = new SecureRandom();

    private ActivationCode() {}

    /** A new code. */
    static String draw() {
        return draw(GROUPS);
    }

    /** A text of the same kind with so many groups of four characters, nineteen bits each. */
    public static String draw(int groups) {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < groups * GROUP; i++) {
            if (i > 0 && i % GROUP == 0) {
                code.append('-');
            }
            code.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return code.toString();
    }

    /** A code as somebody typed it, in the form in which it was drawn: capital letters, no blanks around it. */
    public static String typed(String text) {
        return text.strip().toUpperCase(Locale.ROOT);
    }
}
