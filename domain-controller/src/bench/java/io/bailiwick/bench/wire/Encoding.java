package io.bailiwick.bench.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** The three formats of WAMP, as far as the load generator writes and reads them: lists, dictionaries, numbers, texts. */
public enum Encoding {
    JSON(1) {
        @Override
        void list(ByteBuf out, int size) {
            out.writeByte('[');
        }

        @Override
        void dict(ByteBuf out, int size) {
            out.writeByte('{');
        }

        @Override
        void number(ByteBuf out, long number) {
            digits(out, number);
        }

        @Override
        void text(ByteBuf out, byte[] utf8) {
            out.writeByte('"').writeBytes(utf8).writeByte('"');
        }

        @Override
        void mark(ByteBuf out, char octet) {
            out.writeByte(octet);
        }

        @Override
        int afterListHeader(ByteBuf in, int at) {
            return at + 1;
        }

        @Override
        long number(ByteBuf in, Cursor cursor) {
            int at = cursor.at;
            int octet = in.getByte(at);
            while (octet < '0') {
                octet = in.getByte(++at);
            }
            long number = 0;
            for (; octet >= '0' && octet <= '9'; octet = in.getByte(++at)) {
                number = number * 10 + octet - '0';
            }
            cursor.at = at;
            return number;
        }
    },
    MSGPACK(2) {
        @Override
        void list(ByteBuf out, int size) {
            out.writeByte(0x90 | size);
        }

        @Override
        void dict(ByteBuf out, int size) {
            out.writeByte(0x80 | size);
        }

        @Override
        void number(ByteBuf out, long number) {
            if (number < 0x80) {
                out.writeByte((int) number);
            } else if (number <= 0xffff) {
                out.writeByte(0xcd).writeShort((int) number);
            } else if (number <= 0xffff_ffffL) {
                out.writeByte(0xce).writeInt((int) number);
            } else {
                out.writeByte(0xcf).writeLong(number);
            }
        }

        @Override
        void text(ByteBuf out, byte[] utf8) {
            if (utf8.length < 32) {
                out.writeByte(0xa0 | utf8.length);
            } else if (utf8.length < 0x100) {
                out.writeByte(0xd9).writeByte(utf8.length);
            } else {
                out.writeByte(0xdb).writeInt(utf8.length);
            }
            out.writeBytes(utf8);
        }

        @Override
        void mark(ByteBuf out, char octet) {}

        @Override
        int afterListHeader(ByteBuf in, int at) {
            return at + ((in.getByte(at) & 0xff) == 0xdc ? 3 : 1);
        }

        @Override
        long number(ByteBuf in, Cursor cursor) {
            int first = in.getUnsignedByte(cursor.at++);
            return switch (first) {
                case 0xcc, 0xd0 -> in.getUnsignedByte(cursor.skip(1));
                case 0xcd, 0xd1 -> in.getUnsignedShort(cursor.skip(2));
                case 0xce, 0xd2 -> in.getUnsignedInt(cursor.skip(4));
                case 0xcf, 0xd3 -> in.getLong(cursor.skip(8));
                case 0xcb -> (long) in.getDouble(cursor.skip(8));
                default -> first;
            };
        }
    },
    CBOR(3) {
        @Override
        void list(ByteBuf out, int size) {
            out.writeByte(0x80 | size);
        }

        @Override
        void dict(ByteBuf out, int size) {
            out.writeByte(0xa0 | size);
        }

        @Override
        void number(ByteBuf out, long number) {
            head(out, 0, number);
        }

        @Override
        void text(ByteBuf out, byte[] utf8) {
            head(out, 0x60, utf8.length);
            out.writeBytes(utf8);
        }

        @Override
        void mark(ByteBuf out, char octet) {}

        @Override
        int afterListHeader(ByteBuf in, int at) {
            return at + ((in.getByte(at) & 0xff) == 0x98 ? 2 : 1);
        }

        @Override
        long number(ByteBuf in, Cursor cursor) {
            int first = in.getUnsignedByte(cursor.at++);
            return switch (first) {
                case 0x18 -> in.getUnsignedByte(cursor.skip(1));
                case 0x19 -> in.getUnsignedShort(cursor.skip(2));
                case 0x1a -> in.getUnsignedInt(cursor.skip(4));
                case 0x1b -> in.getLong(cursor.skip(8));
                case 0xfb -> (long) in.getDouble(cursor.skip(8));
                default -> first;
            };
        }
    };

    private final int rawSocketSerializer;

    Encoding(int rawSocketSerializer) {
        this.rawSocketSerializer = rawSocketSerializer;
    }

    /** Where in a message one reads. */
    static final class Cursor {
        int at;

        /** Moves on, and returns where it stood. */
        int skip(int octets) {
            int before = at;
            at += octets;
            return before;
        }
    }

    int rawSocketSerializer() {
        return rawSocketSerializer;
    }

    /** The name in subprotocols. */
    String id() {
        return this == JSON ? "json" : this == MSGPACK ? "msgpack" : "cbor";
    }

    /** Null. */
    void nothing(ByteBuf out) {
        switch (this) {
            case JSON -> out.writeBytes(new byte[] {'n', 'u', 'l', 'l'});
            case MSGPACK -> out.writeByte(0xc0);
            case CBOR -> out.writeByte(0xf6);
        }
    }

    /** Begins a list of at most 15 values. */
    abstract void list(ByteBuf out, int size);

    /** Begins a dictionary of at most 15 values. */
    abstract void dict(ByteBuf out, int size);

    abstract void number(ByteBuf out, long number);

    abstract void text(ByteBuf out, byte[] utf8);

    void text(ByteBuf out, String text) {
        text(out, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A comma, colon or closing bracket, where there are any. */
    abstract void mark(ByteBuf out, char octet);

    /** Reads the next number of a message, in any width. */
    abstract long number(ByteBuf in, Cursor cursor);

    /** Where the first value of the list begins that a message is. */
    abstract int afterListHeader(ByteBuf in, int at);

    private static void head(ByteBuf out, int major, long value) {
        if (value < 24) {
            out.writeByte(major | (int) value);
        } else if (value <= 0xff) {
            out.writeByte(major | 24).writeByte((int) value);
        } else if (value <= 0xffff) {
            out.writeByte(major | 25).writeShort((int) value);
        } else if (value <= 0xffff_ffffL) {
            out.writeByte(major | 26).writeInt((int) value);
        } else {
            out.writeByte(major | 27).writeLong(value);
        }
    }

    /** Writes a number in decimal. */
    static void digits(ByteBuf out, long number) {
        int length = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            length++;
        }
        int start = out.writerIndex();
        out.ensureWritable(length).writerIndex(start + length);
        long rest = number;
        for (int at = start + length - 1; at >= start; at--) {
            out.setByte(at, '0' + (int) (rest % 10));
            rest /= 10;
        }
    }
}
