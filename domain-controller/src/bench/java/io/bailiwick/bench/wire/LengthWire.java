package io.bailiwick.bench.wire;

import io.netty.buffer.ByteBuf;

/** Four octets of length: RawSocket after its handshake, or the relay's framing, which has none. */
final class LengthWire implements Wire {
    private static final int HEADER = 4;
    /** Length code 15: messages of up to 16 MiB. */
    private static final int TAKES = 15;

    private final int serializer;

    private LengthWire(int serializer) {
        this.serializer = serializer;
    }

    static Wire rawSocket(Encoding encoding) {
        return new LengthWire(encoding.rawSocketSerializer());
    }

    static Wire relay() {
        return new LengthWire(0);
    }

    @Override
    public void greet(ByteBuf out) {
        if (serializer != 0) {
            out.writeInt(0x7f << 24 | TAKES << 20 | serializer << 16);
        }
    }

    @Override
    public boolean greeted(ByteBuf in) {
        if (serializer == 0) {
            return true;
        }
        if (in.readableBytes() < HEADER) {
            return false;
        }
        int answer = in.readInt();
        if ((answer >>> 16 & 0x0f) != serializer) {
            throw new IllegalStateException(
                    "expected the handshake of RawSocket, but found " + String.format("%08x", answer));
        }
        return true;
    }

    @Override
    public int frame(ByteBuf in) {
        if (in.readableBytes() < HEADER) {
            return 0;
        }
        int header = in.getInt(in.readerIndex());
        // 2^24 is written as the X bit alone.
        int length = HEADER + (header >>> 24 == 8 ? 1 << 24 : header & 0xff_ffff);
        return in.readableBytes() < length ? 0 : length;
    }

    @Override
    public int body() {
        return HEADER;
    }

    @Override
    public boolean isControl(ByteBuf in, int length, Client client) {
        int type = in.getByte(in.readerIndex()) & 0x07;
        if (type == 1) {
            client.out()
                    .writeByte(2)
                    .writeMedium(length - HEADER)
                    .writeBytes(in, in.readerIndex() + HEADER, length - HEADER);
        }
        return type != 0;
    }

    @Override
    public int begin(ByteBuf out) {
        out.writeInt(0);
        return out.writerIndex();
    }

    @Override
    public void end(ByteBuf out, int mark) {
        int length = out.writerIndex() - mark;
        out.setInt(mark - HEADER, length == 1 << 24 ? 8 << 24 : length);
    }
}
