package io.bailiwick.router.codec;

import java.math.BigInteger;

/** Tokens of CBOR, of definite length. */
final class CborWriter extends TokenWriter {
    private static final int UNSIGNED = 0x00;
    private static final int NEGATIVE = 0x20;
    private static final int BYTES = 0x40;
    private static final int CHARACTERS = 0x60;
    private static final int ARRAY = 0x80;
    private static final int MAP = 0xa0;
    private static final int POSITIVE_BIGNUM = 0xc2;
    private static final int NEGATIVE_BIGNUM = 0xc3;

    /** A head with its number, seen as unsigned. */
    private void head(int major, long argument) {
        if (argument >= 0 && argument < 24) {
            octet(major | (int) argument);
            return;
        }
        int power = 3;
        if (argument >= 0 && argument < 0x1_0000_0000L) {
            power = argument < 0x100 ? 0 : argument < 0x10000 ? 1 : 2;
        }
        octet(major | 24 + power);
        bigEndian(argument, 1 << power);
    }

    @Override
    void nothing() {
        octet(0xf6);
    }

    @Override
    void truth(boolean value) {
        octet(value ? 0xf5 : 0xf4);
    }

    @Override
    void integer(long value) {
        if (value >= 0) {
            head(UNSIGNED, value);
        } else {
            head(NEGATIVE, ~value);
        }
    }

    @Override
    void bigInteger(BigInteger value) {
        boolean negative = value.signum() < 0;
        BigInteger magnitude = negative ? value.not() : value;
        if (magnitude.bitLength() <= Long.SIZE) {
            head(negative ? NEGATIVE : UNSIGNED, magnitude.longValue());
            return;
        }
        octet(negative ? NEGATIVE_BIGNUM : POSITIVE_BIGNUM);
        byte[] octets = magnitude.toByteArray();
        int signOctet = octets[0] == 0 ? 1 : 0;
        binary(octets, signOctet, octets.length);
    }

    @Override
    void real(double value) {
        octet(0xfb);
        bigEndian(Double.doubleToLongBits(value), 8);
    }

    @Override
    void text(byte[] utf8, int from, int to) {
        head(CHARACTERS, to - from);
        octets(utf8, from, to);
    }

    @Override
    void binary(byte[] octets, int from, int to) {
        head(BYTES, to - from);
        octets(octets, from, to);
    }

    @Override
    void list(int size) {
        head(ARRAY, size);
    }

    @Override
    void dict(int size) {
        head(MAP, size);
    }

    @Override
    void end(TokenReader.Kind container) {
        // The size at the head said it.
    }

    @Override
    void key(byte[] utf8, int from, int to) {
        text(utf8, from, to);
    }
}
