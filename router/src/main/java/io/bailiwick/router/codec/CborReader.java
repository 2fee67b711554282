package io.bailiwick.router.codec;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Tokens of CBOR (RFC 8949). Lists, dictionaries and strings of indefinite length are read. {@code undefined} is read as
 * null. Tags 2 and 3 make integers of any size. Tags that only say more about a value which stands for itself are passed
 * over: dates (0, 1), expected conversions (21 to 23), kinds of text (32 to 36), UUID (37) and self-described CBOR (55799).
 * All other tags and simple values are refused, because without knowing them the value would be taken for another.
 */
final class CborReader extends TokenReader {
    private static final int UNSIGNED = 0;
    private static final int NEGATIVE = 1;
    private static final int BYTES = 2;
    private static final int CHARACTERS = 3;
    private static final int ARRAY = 4;
    private static final int MAP = 5;
    private static final int TAG = 6;

    private static final int INDEFINITE = 31;
    private static final int BREAK = 0xff;
    /** The octets that a number of {@link RawCheck#MAX_DIGITS} decimal digits can take. */
    private static final int MAX_BIGNUM = INTEGER_BOUND.bitLength() / 8 + 1;

    private double real;

    @Override
    Kind read() {
        int head = octet("a value");
        while (head >>> 5 == TAG) {
            long tag = argument(head);
            if (tag == 2 || tag == 3) {
                return bignum(tag == 3);
            }
            if (!annotates(tag)) {
                throw violation(position, "a value", "tag " + Long.toUnsignedString(tag));
            }
            head = octet("a tagged value");
        }
        boolean indefinite = (head & 0x1f) == INDEFINITE;
        return switch (head >>> 5) {
            case UNSIGNED -> unsigned(argument(head));
            case NEGATIVE -> negative(argument(head));
            case BYTES -> indefinite ? chunks(Kind.BINARY, BYTES) : content(Kind.BINARY, argument(head));
            case CHARACTERS -> indefinite ? chunks(Kind.TEXT, CHARACTERS) : content(Kind.TEXT, argument(head));
            case ARRAY -> indefinite ? open(Kind.LIST) : container(Kind.LIST, argument(head));
            case MAP -> indefinite ? open(Kind.DICT) : container(Kind.DICT, argument(head));
            default -> simple(head);
        };
    }

    private static boolean annotates(long tag) {
        return tag == 0 || tag == 1 || (tag >= 21 && tag <= 23) || (tag >= 32 && tag <= 37) || tag == 55799;
    }

    /** The number that comes with a head, unsigned. */
    private long argument(int head) {
        int info = head & 0x1f;
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            throw violation(position - 1, "a value", "octet " + hex(head));
        }
        return bigEndian(1 << (info - 24));
    }

    private Kind negative(long argument) {
        if (argument >= 0) {
            integer = ~argument;
            return Kind.INTEGER;
        }
        return anyInteger(new BigInteger(Long.toUnsignedString(argument)).not());
    }

    private Kind bignum(boolean negative) {
        int head = octet("the bytes of an integer");
        if (head >>> 5 != BYTES || (head & 0x1f) == INDEFINITE) {
            throw violation(position - 1, "the bytes of an integer", "octet " + hex(head));
        }
        long length = argument(head);
        if (length < 0 || length > MAX_BIGNUM) {
            throw tooManyDigits();
        }
        content(Kind.BINARY, length);
        BigInteger magnitude = new BigInteger(1, binary());
        return anyInteger(negative ? magnitude.not() : magnitude);
    }

    private Kind open(Kind container) {
        size = UNKNOWN_SIZE;
        return container;
    }

    /** A string in chunks, each of which must be a whole string of definite length (RFC 8949, section 3.2.3). */
    private Kind chunks(Kind kind, int major) {
        int from = position;
        int head = octet("a part of a string");
        while (head != BREAK) {
            if (head >>> 5 != major || (head & 0x1f) == INDEFINITE) {
                throw violation(position - 1, "a part of a string", "octet " + hex(head));
            }
            content(kind, argument(head));
            head = octet("a part of a string");
        }
        contentAt(from, position - 1, false);
        return kind;
    }

    @Override
    byte[] decoded(int from, int to) {
        byte[] joined = new byte[to - from];
        int length = 0;
        int here = position;
        position = from;
        while (position < to) {
            int chunk = (int) argument(octet("a part of a string"));
            System.arraycopy(bytes, position, joined, length, chunk);
            position += chunk;
            length += chunk;
        }
        position = here;
        return Arrays.copyOf(joined, length);
    }

    private Kind simple(int head) {
        switch (head) {
            case 0xf4, 0xf5 -> {
                flag = head == 0xf5;
                return Kind.BOOLEAN;
            }
            case 0xf6, 0xf7 -> {
                return Kind.NULL;
            }
            case 0xf9 -> real = half((int) bigEndian(2));
            case 0xfa -> real = Float.intBitsToFloat((int) bigEndian(4));
            case 0xfb -> real = Double.longBitsToDouble(bigEndian(8));
            default -> throw violation(position - 1, "a value", "octet " + hex(head));
        }
        return Kind.FLOAT;
    }

    /** A float of 16 bits (RFC 8949, appendix D). */
    private static double half(int bits) {
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        double magnitude;
        if (exponent == 0) {
            magnitude = Math.scalb((double) fraction, -24);
        } else if (exponent < 31) {
            magnitude = Math.scalb((double) (fraction + 0x400), exponent - 25);
        } else {
            magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        }
        return (bits & 0x8000) == 0 ? magnitude : -magnitude;
    }

    @Override
    boolean hasMore(Kind container, int read) {
        // What is expected is put into words for a fault only: this is asked for each element.
        if (position >= end) {
            throw violation(position, "the end of " + container.words, "the end of the message");
        }
        if ((bytes[position] & 0xff) != BREAK) {
            return true;
        }
        position++;
        return false;
    }

    @Override
    double real() {
        return real;
    }
}
