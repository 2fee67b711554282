package io.bailiwick.bench.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** The payload of all messages: {@code #}, sixteen digits, and as many x as are wanted. */
final class Filler {
    private static final int DIGITS = 16;
    /** Octets of a format that may stand behind a payload: brackets, or keyword arguments that are empty. */
    private static final int MOST_BEHIND = 8;

    private final byte[] text;

    Filler(int length) {
        this.text = ("#" + "0".repeat(DIGITS) + "x".repeat(length - DIGITS - 1)).getBytes(StandardCharsets.US_ASCII);
    }

    byte[] text() {
        return text;
    }

    /** Writes a number into the payload whose first octet stands there. */
    static void put(ByteBuf out, int at, long number) {
        long rest = number;
        for (int digit = at + DIGITS; digit > at; digit--) {
            out.setByte(digit, '0' + (int) (rest % 10));
            rest /= 10;
        }
    }

    /**
     * The number in the payload with which a message ends.
     *
     * @throws IllegalStateException if there is none
     */
    long number(ByteBuf in, int from, int end) {
        for (int behind = 0; behind <= MOST_BEHIND; behind++) {
            int at = end - behind - text.length;
            if (at >= from && in.getByte(at) == '#') {
                long number = 0;
                for (int digit = at + 1; digit <= at + DIGITS; digit++) {
                    number = number * 10 + in.getByte(digit) - '0';
                }
                return number;
            }
        }
        throw new IllegalStateException("expected the payload that was sent, but found another");
    }
}
