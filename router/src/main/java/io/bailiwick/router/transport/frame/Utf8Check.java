package io.bailiwick.router.transport.frame;

import io.bailiwick.router.message.ProtocolViolation;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks at text as it arrives and tells at the first octet that cannot be UTF-8 (RFC 3629, section 4: shortest forms only,
 * no surrogates, nothing above U+10FFFF). A character may be cut anywhere.
 */
final class Utf8Check {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

    /** Octets that the character still needs, and the bounds of the next of them. */
    private int missing;

    private int least;
    private int most;

    /** Whether these octets are text, and end with a whole character. */
    static boolean isUtf8(byte[] bytes, int from, int to) {
        Utf8Check check = new Utf8Check();
        return check.take(bytes, from, to) && check.end();
    }

    /** What is wrong with what is no text. */
    static ProtocolViolation violation(String place) {
        return new ProtocolViolation(place, "UTF-8", "other octets");
    }

    /** Takes the next octets; false if they cannot be UTF-8. */
    boolean take(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (missing == 0) {
                at = skipAscii(bytes, at, to);
                if (at < to && !start(bytes[at++] & 0xff)) {
                    return false;
                }
            } else {
                int octet = bytes[at++] & 0xff;
                if (octet < least || octet > most) {
                    return false;
                }
                missing--;
                least = 0x80;
                most = 0xbf;
            }
        }
        return true;
    }

    private static int skipAscii(byte[] bytes, int from, int to) {
        int at = from;
        while (at + Long.BYTES <= to && ((long) LONGS.get(bytes, at) & NOT_ASCII) == 0) {
            at += Long.BYTES;
        }
        while (at < to && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    /** The first octet of a character of several. The second has narrower bounds after four of them. */
    private boolean start(int octet) {
        if (octet < 0xc2 || octet > 0xf4) {
            return false;
        }
        missing = octet < 0xe0 ? 1 : octet < 0xf0 ? 2 : 3;
        least = octet == 0xe0 ? 0xa0 : octet == 0xf0 ? 0x90 : 0x80;
        most = octet == 0xed ? 0x9f : octet == 0xf4 ? 0x8f : 0xbf;
        return true;
    }

    /** Ends the text, so that another may begin; false if its last character is cut. */
    boolean end() {
        boolean whole = missing == 0;
        missing = 0;
        return whole;
    }
}
