package io.bailiwick.router.stream;

import io.bailiwick.router.codec.Codec;
import io.bailiwick.router.link.MessageTooLargeException;
import io.bailiwick.router.message.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;

/** Frames that wait to be written, behind one another in one array. Any thread. */
final class Outgoing implements Codec.Room {
    static final int HEADER = 4;

    private static final int KEPT = 1 << 14;
    /** What the JDK copies for one write, and keeps the memory of. */
    private static final int PIECE = 1 << 16;

    private byte[] array = new byte[KEPT];
    private int taken;
    /** What of it is written already. */
    private int written;

    @Override
    public byte[] array() {
        return array;
    }

    @Override
    public int taken() {
        return taken;
    }

    @Override
    public void take(byte[] longer, int octets) {
        array = longer;
        taken = octets;
    }

    /**
     * Writes a message behind those that wait.
     *
     * @param limit octets that it may have
     * @return how many octets wait now
     * @throws MessageTooLargeException when it has more; what waits is as it was, as after whatever else is thrown
     */
    synchronized int add(Codec codec, Message message, int limit) {
        room(HEADER);
        int start = taken;
        boolean done = false;
        try {
            taken += HEADER;
            codec.write(message, this);
            int length = taken - start - HEADER;
            if (length > limit) {
                throw new MessageTooLargeException(message.name(), limit);
            }
            ByteBuffer.wrap(array).putInt(start, length);
            done = true;
            return taken - written;
        } finally {
            if (!done) {
                taken = start;
            }
        }
    }

    /** Puts a frame behind those that wait. */
    synchronized int add(int type, byte[] payload) {
        room(HEADER + payload.length);
        ByteBuffer.wrap(array, taken, HEADER + payload.length)
                .putInt(type << 24 | payload.length)
                .put(payload);
        taken += HEADER + payload.length;
        return taken - written;
    }

    private void room(int octets) {
        if (written > array.length / 2) {
            System.arraycopy(array, written, array, 0, taken - written);
            taken -= written;
            written = 0;
        }
        if (array.length - taken < octets) {
            array = Arrays.copyOf(array, Math.max(2 * array.length, taken + octets));
        }
    }

    /** How many octets wait. */
    synchronized int waiting() {
        return taken - written;
    }

    /** Writes what the channel takes; whether that was all. */
    synchronized boolean writeTo(WritableByteChannel channel) throws IOException {
        while (written < taken) {
            int octets = channel.write(ByteBuffer.wrap(array, written, Math.min(PIECE, taken - written)));
            if (octets == 0) {
                return false;
            }
            written += octets;
        }
        written = 0;
        taken = 0;
        if (array.length > PIECE) {
            array = new byte[KEPT];
        }
        return true;
    }
}
