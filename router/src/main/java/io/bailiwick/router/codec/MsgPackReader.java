package io.bailiwick.router.codec;

/**
 * Tokens of MessagePack. Extension types are refused: WAMP gives them no meaning and the other formats have no
 * counterpart.
 */
final class MsgPackReader extends TokenReader {
    private double real;

    @Override
    Kind read() {
        int head = octet("a value");
        if (head < 0x80) {
            return small(head);
        } else if (head < 0x90) {
            return container(Kind.DICT, head & 0x0f);
        } else if (head < 0xa0) {
            return container(Kind.LIST, head & 0x0f);
        } else if (head < 0xc0) {
            return content(Kind.TEXT, head & 0x1f);
        } else if (head >= 0xe0) {
            return small((byte) head);
        }
        return read(head);
    }

    /** The types that are told by a whole octet. */
    private Kind read(int head) {
        return switch (head) {
            case 0xc0 -> Kind.NULL;
            case 0xc2, 0xc3 -> truth(head == 0xc3);
            case 0xc4, 0xc5, 0xc6 -> content(Kind.BINARY, bigEndian(1 << (head - 0xc4)));
            case 0xca -> real(Float.intBitsToFloat((int) bigEndian(4)));
            case 0xcb -> real(Double.longBitsToDouble(bigEndian(8)));
            case 0xcc, 0xcd, 0xce, 0xcf -> unsigned(bigEndian(1 << (head - 0xcc)));
            case 0xd0, 0xd1, 0xd2, 0xd3 -> small(signed(1 << (head - 0xd0)));
            case 0xd9, 0xda, 0xdb -> content(Kind.TEXT, bigEndian(1 << (head - 0xd9)));
            case 0xdc, 0xdd -> container(Kind.LIST, bigEndian(2 << (head - 0xdc)));
            case 0xde, 0xdf -> container(Kind.DICT, bigEndian(2 << (head - 0xde)));
            case 0xc1 -> throw violation(position - 1, "a value", "the unused octet 0xc1");
            default -> throw violation(position - 1, "a value", "an extension type");
        };
    }

    private long signed(int octets) {
        int unused = Long.SIZE - Byte.SIZE * octets;
        return bigEndian(octets) << unused >> unused;
    }

    private Kind truth(boolean value) {
        flag = value;
        return Kind.BOOLEAN;
    }

    private Kind small(long value) {
        integer = value;
        return Kind.INTEGER;
    }

    private Kind real(double value) {
        real = value;
        return Kind.FLOAT;
    }

    @Override
    boolean hasMore(Kind container, int read) {
        throw new IllegalStateException("expected a size that was announced, but found another form");
    }

    @Override
    double real() {
        return real;
    }

    @Override
    byte[] decoded(int from, int to) {
        throw new IllegalStateException("expected content in one piece, but found another form");
    }
}
