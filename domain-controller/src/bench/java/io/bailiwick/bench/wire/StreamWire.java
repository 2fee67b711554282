package io.bailiwick.bench.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Protocols whose messages have no frame of their own: lines of NATS, packets of MQTT. */
enum StreamWire implements Wire {
    /** A line, and behind one that begins with MSG the bytes that it announces at its end. */
    NATS {
        @Override
        public int frame(ByteBuf in) {
            int at = in.readerIndex();
            int end = in.indexOf(at, in.writerIndex(), (byte) '\n');
            if (end < 0) {
                return 0;
            }
            int line = end + 1 - at;
            if (in.getByte(at) != 'M') {
                return line;
            }
            int digits = end - 1;
            while (in.getByte(digits - 1) != ' ') {
                digits--;
            }
            int payload = Integer.parseInt(in.toString(digits, end - 1 - digits, StandardCharsets.US_ASCII));
            int length = line + payload + 2;
            return in.readableBytes() < length ? 0 : length;
        }
    },
    /** A first octet, a length in seven bits an octet, and so many octets. */
    MQTT {
        @Override
        public int frame(ByteBuf in) {
            int at = in.readerIndex();
            int length = 0;
            for (int i = 1; i < in.readableBytes(); i++) {
                int octet = in.getByte(at + i);
                length |= (octet & 0x7f) << (7 * (i - 1));
                if ((octet & 0x80) == 0) {
                    int whole = 1 + i + length;
                    return in.readableBytes() < whole ? 0 : whole;
                }
            }
            return 0;
        }
    };

    @Override
    public void greet(ByteBuf out) {}

    @Override
    public boolean greeted(ByteBuf in) {
        return true;
    }

    @Override
    public int body() {
        return 0;
    }

    @Override
    public int begin(ByteBuf out) {
        return out.writerIndex();
    }

    @Override
    public void end(ByteBuf out, int mark) {}
}
