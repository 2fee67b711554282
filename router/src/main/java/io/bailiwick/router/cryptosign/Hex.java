package io.bailiwick.router.cryptosign;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Bytes as hexadecimal text. Errors tell length and position, never the text, for it may be a secret. */
final class Hex {
    private static final HexFormat FORMAT = HexFormat.of();

    private Hex() {}

    static String encode(byte[] bytes) {
        return FORMAT.formatHex(bytes);
    }

    /**
     * Reads exactly so many bytes.
     *
     * @param what the name of the thing, for the error text
     * @throws IllegalArgumentException when the text is not twice so many hexadecimal characters
     */
    static byte[] decode(String what, String text, int bytes) {
        String fault = fault(text, bytes);
        if (fault != null) {
            throw new IllegalArgumentException(
                    what + ": expected " + 2 * bytes + " hexadecimal characters, but found " + fault);
        }
        return FORMAT.parseHex(text);
    }

    /** The bytes, or null when the text is not twice so many hexadecimal characters. */
    static byte @Nullable [] decodeOrNull(String text, int bytes) {
        return fault(text, bytes) == null ? FORMAT.parseHex(text) : null;
    }

    private static @Nullable String fault(String text, int bytes) {
        if (text.length() != 2 * bytes) {
            return text.length() + " characters";
        }
        for (int i = 0; i < text.length(); i++) {
            if (!HexFormat.isHexDigit(text.charAt(i))) {
                return "another character at position " + i;
            }
        }
        return null;
    }
}
