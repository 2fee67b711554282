package io.bailiwick.router.stream;

import io.bailiwick.router.message.ProtocolViolation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * Octets that have arrived, taken apart into frames (WAMP, "RawSocket Transport"). What a frame holds is lent: it stands in an
 * array that is used again. One thread.
 */
final class Incoming {
    static final int MESSAGE = 0;
    static final int PING = 1;
    static final int PONG = 2;

    private static final int KEPT = 1 << 16;

    /** Takes what is in a frame. */
    @FunctionalInterface
    interface Taker {
        /** A frame of a type, whose octets stand in an array. */
        void frame(int type, byte[] bytes, int from, int to);
    }

    private final int limit;
    private ByteBuffer buffer = ByteBuffer.allocate(KEPT);
    private int from;

    Incoming(int limit) {
        this.limit = limit;
    }

    /** Whether the other end may still say something. */
    boolean readFrom(ReadableByteChannel channel) throws IOException {
        // The JDK copies, and keeps the memory of the largest copy.
        buffer.limit(Math.min(buffer.capacity(), buffer.position() + KEPT));
        return channel.read(buffer) >= 0;
    }

    /** Whether a frame has begun to arrive, and not ended. */
    boolean isInsideFrame() {
        return buffer.position() > from;
    }

    /** Lets go of what is there. */
    void skip() {
        buffer.clear();
        from = 0;
    }

    /**
     * Hands over each whole frame.
     *
     * @throws ProtocolViolation at what is no frame, or too long a one; those in front of it have been handed over
     */
    void take(Taker taker) {
        int end = buffer.position();
        int needed = Outgoing.HEADER;
        while (end - from >= Outgoing.HEADER) {
            int header = buffer.getInt(from);
            int type = header >>> 24;
            int length = header & 0xff_ffff;
            if (type > PONG) {
                throw new ProtocolViolation("RawSocket frame", "a first octet of 0x00 to 0x02", "another");
            }
            if (length > limit) {
                throw ProtocolViolation.tooLarge("RawSocket frame", limit, length + " bytes");
            }
            if (end - from - Outgoing.HEADER < length) {
                needed += length;
                break;
            }
            int start = from + Outgoing.HEADER;
            from = start + length;
            taker.frame(type, buffer.array(), start, from);
        }
        makeRoom(needed);
    }

    /** For the rest of a frame, from the beginning of the array. */
    private void makeRoom(int frame) {
        int rest = buffer.position() - from;
        int capacity = Math.max(KEPT, frame);
        if (capacity != buffer.capacity() && (capacity > buffer.capacity() || rest == 0)) {
            ByteBuffer other = ByteBuffer.allocate(capacity);
            buffer = other.put(buffer.array(), from, rest);
        } else if (from > 0) {
            System.arraycopy(buffer.array(), from, buffer.array(), 0, rest);
            buffer.clear().position(rest);
        }
        from = 0;
    }
}
