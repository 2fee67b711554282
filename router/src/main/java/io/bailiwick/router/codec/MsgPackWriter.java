package io.bailiwick.router.codec;

import java.math.BigInteger;

/** Tokens of MessagePack. */
final class MsgPackWriter extends TokenWriter {

    @Override
    void nothing() {
        octet(0xc0);
    }

    @Override
    void truth(boolean value) {
        octet(value ? 0xc3 : 0xc2);
    }

    @Override
    void integer(long value) {
        if (value >= 0) {
            if (value < 0x80) {
                octet((int) value);
            } else {
                sized(0xcc, value, value < 0x100 ? 0 : value < 0x10000 ? 1 : value < 0x1_0000_0000L ? 2 : 3);
            }
        } else if (value >= -0x20) {
            octet((int) value);
        } else {
            sized(0xd0, value, value == (byte) value ? 0 : value == (short) value ? 1 : value == (int) value ? 2 : 3);
        }
    }

    /** A number of 1, 2, 4 or 8 octets, which the head tells. */
    private void sized(int firstHead, long value, int power) {
        octet(firstHead + power);
        bigEndian(value, 1 << power);
    }

    @Override
    void bigInteger(BigInteger value) {
        if (value.signum() < 0 || value.bitLength() > Long.SIZE) {
            throw new UntranslatablePayloadException(
                    "expected an integer that MessagePack can hold, but found one of more than 64 bits");
        }
        sized(0xcc, value.longValue(), 3);
    }

    @Override
    void real(double value) {
        octet(0xcb);
        bigEndian(Double.doubleToLongBits(value), 8);
    }

    @Override
    void text(byte[] utf8, int from, int to) {
        int length = to - from;
        if (length < 0x20) {
            octet(0xa0 | length);
        } else {
            sized(0xd9, length, length < 0x100 ? 0 : length < 0x10000 ? 1 : 2);
        }
        octets(utf8, from, to);
    }

    @Override
    void binary(byte[] octets, int from, int to) {
        int length = to - from;
        sized(0xc4, length, length < 0x100 ? 0 : length < 0x10000 ? 1 : 2);
        octets(octets, from, to);
    }

    @Override
    void list(int size) {
        container(0x90, 0xdc, size);
    }

    @Override
    void dict(int size) {
        container(0x80, 0xde, size);
    }

    private void container(int shortHead, int longHead, int size) {
        if (size < 0x10) {
            octet(shortHead | size);
        } else {
            boolean small = size < 0x10000;
            octet(small ? longHead : longHead + 1);
            bigEndian(size, small ? 2 : 4);
        }
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
