package io.bailiwick.router.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The URIs and option names that a thread has read lately: octets that come again give the same string, whose hash is known
 * and which is equal to itself at a glance. A text has one place, which its octets tell, and takes it from the one before;
 * so the memory is bounded, and a peer that sends many others costs them no more than a new string.
 */
final class KnownTexts {
    /** How many there are at most; a power of two. */
    static final int PLACES = 1 << 10;
    /** Longer ones, in octets, are made anew each time. */
    static final int LONGEST = 256;

    private static final VarHandle EIGHT_OCTETS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** How far the bits that tell the place are shifted. */
    private static final int HIGHEST = Long.SIZE - Integer.numberOfTrailingZeros(PLACES);
    /** Odd, with its bits well mixed: 2^64 divided by the golden ratio. */
    private static final long FACTOR = 0x9e3779b97f4a7c15L;

    private static final class Known {
        private final byte[] octets;
        private final String text;

        Known(byte[] octets, String text) {
            this.octets = octets;
            this.text = text;
        }

        boolean hasOctets(byte[] bytes, int from, int to) {
            return Arrays.equals(octets, 0, octets.length, bytes, from, to);
        }
    }

    private final @Nullable Known[] places = new Known[PLACES];

    /** The text of these octets, which are valid UTF-8. */
    String text(byte[] bytes, int from, int to) {
        if (to - from > LONGEST) {
            return new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }
        int place = place(bytes, from, to);
        Known known = places[place];
        if (known == null || !known.hasOctets(bytes, from, to)) {
            known = new Known(
                    Arrays.copyOfRange(bytes, from, to), new String(bytes, from, to - from, StandardCharsets.UTF_8));
            places[place] = known;
        }
        return known.text;
    }

    /**
     * The place of the text of these octets. Each eight of them have a factor of their own, so that no product waits for
     * the one before; the last eight may overlap those before them.
     */
    static int place(byte[] bytes, int from, int to) {
        int last = to - Long.BYTES;
        long hash = (long) to - from;
        if (last < from) {
            for (int at = from; at < to; at++) {
                hash = hash << Byte.SIZE ^ (bytes[at] & 0xff);
            }
        } else {
            long factor = FACTOR;
            for (int at = from; at < last; at += Long.BYTES) {
                hash += (long) EIGHT_OCTETS.get(bytes, at) * factor;
                factor = Long.rotateLeft(factor, 9);
            }
            hash += (long) EIGHT_OCTETS.get(bytes, last) * factor;
        }
        // What differs in high octets must tell as well: it is folded down, and the highest bits are taken.
        long folded = hash ^ (hash >>> Integer.SIZE);
        return (int) ((folded * FACTOR) >>> HIGHEST);
    }
}
