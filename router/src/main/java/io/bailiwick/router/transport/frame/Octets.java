package io.bailiwick.router.transport.frame;

import io.bailiwick.router.codec.Codec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Octets behind one another in one array, which grows: messages are encoded and framed where they stand, and what has come
 * together is copied to a buffer of the socket's at once. A plain array, as there are many small writes to it, each of which a
 * buffer of Netty's would check for itself. One thread at a time.
 */
public final class Octets implements Codec.Room {
    /** Numbers of four octets in an array, the highest first. */
    static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private static final int FIRST_CAPACITY = 512;

    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int length;

    /** None. */
    public Octets() {}

    /** How many there are. */
    public int length() {
        return length;
    }

    /** How many there may be before the array has to grow: what it takes of memory. */
    public int capacity() {
        return bytes.length;
    }

    /** Leaves so many. */
    public void cut(int shorter) {
        length = shorter;
    }

    /** Adds so many of any content. */
    public void skip(int octets) {
        grow(octets);
    }

    /** Puts the frame around the last message, which begins here, with room in front for its header. */
    public void frame(Framing framing, int from, boolean text) {
        length = framing.frameInPlace(bytes, from, length, text);
    }

    /** Adds the octets of a buffer, whose indexes stay as they are. */
    public void add(ByteBuf buffer, int from, int octets) {
        int at = grow(octets);
        buffer.getBytes(from, bytes, at, octets);
    }

    /** All of them, in a buffer of the socket's. */
    public ByteBuf copy(ByteBufAllocator allocator) {
        return allocator.directBuffer(length).writeBytes(bytes, 0, length);
    }

    @Override
    public byte[] array() {
        return bytes;
    }

    @Override
    public int taken() {
        return length;
    }

    @Override
    public void take(byte[] array, int octets) {
        bytes = array;
        length = octets;
    }

    /** Adds so many, and returns where they are. */
    private int grow(int octets) {
        int at = length;
        if (octets > bytes.length - at) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(at, octets)));
        }
        length = at + octets;
        return at;
    }
}
