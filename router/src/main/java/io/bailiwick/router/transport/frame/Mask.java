package io.bailiwick.router.transport.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The mask of a WebSocket frame (RFC 6455, section 5.3), put on or taken off, eight octets at a time. */
final class Mask {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Mask() {}

    /** Applies a key, of which the first octet goes with the first of the range. */
    static void apply(int key, byte[] bytes, int from, int to) {
        if (key == 0) {
            return;
        }
        long wide = (key & 0xffff_ffffL) << 32 | (key & 0xffff_ffffL);
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            LONGS.set(bytes, at, (long) LONGS.get(bytes, at) ^ wide);
        }
        for (int shift = 24; at < to; at++, shift = (shift + 24) & 31) {
            bytes[at] ^= (byte) (key >>> shift);
        }
    }
}
