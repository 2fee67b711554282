package io.bailiwick.mrealm.beat;

import java.util.Arrays;

/** Bytes that grow: numbers in as many octets as they need, least significant seven bits first. */
final class Octets {
    private byte[] bytes;
    private int length;

    Octets(int expected) {
        bytes = new byte[expected];
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    void octet(int value) {
        room(1);
        bytes[length++] = (byte) value;
    }

    /** A number of at least 0 in one octet for every seven bits; others take ten. */
    void natural(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    /** A number that is as often below 0 as above. */
    void integer(long value) {
        natural(value << 1 ^ value >> 63);
    }

    /** How many octets {@link #integer} takes for a number. */
    static int size(long value) {
        long natural = value << 1 ^ value >> 63;
        return (Long.SIZE - 1 - Long.numberOfLeadingZeros(natural | 1)) / 7 + 1;
    }

    /** Eight octets. */
    void fixed(long value) {
        room(Long.BYTES);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
    }

    void all(byte[] some) {
        slice(some, 0, some.length);
    }

    void slice(byte[] some, int from, int count) {
        room(count);
        System.arraycopy(some, from, bytes, length, count);
        length += count;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }

    /** Reads what was written, from the beginning. */
    static final class In {
        final byte[] bytes;
        int at;
        private final int end;

        In(byte[] bytes) {
            this(bytes, 0, bytes.length);
        }

        In(byte[] bytes, int from, int end) {
            this.bytes = bytes;
            this.at = from;
            this.end = end;
        }

        boolean isAtEnd() {
            return at == end;
        }

        /** Passes over so many: a method, because {@code at += natural()} would take the position from before the number. */
        void skip(int octets) {
            at += octets;
        }

        int octet() {
            return bytes[at++] & 0xFF;
        }

        long natural() {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                long octet = octet();
                value |= (octet & 0x7F) << shift;
                if (octet < 0x80) {
                    return value;
                }
            }
        }

        long integer() {
            long value = natural();
            return value >>> 1 ^ -(value & 1);
        }

        long fixed() {
            long value = 0;
            for (int i = 0; i < Long.BYTES; i++) {
                value = value << 8 | octet();
            }
            return value;
        }
    }
}
