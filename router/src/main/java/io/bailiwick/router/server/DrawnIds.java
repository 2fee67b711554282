package io.bailiwick.router.server;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * Ids at random over 1 to 2^53, drawn many at a time: a secure source takes longer for one than a realm for an event. For one
 * thread at a time.
 */
final class DrawnIds implements LongSupplier {
    private static final int TOGETHER = 64;
    private static final int UNWANTED_BITS = 64 - 53;

    private final Random source;
    private final byte[] octets = new byte[TOGETHER * Long.BYTES];
    private final ByteBuffer drawn = ByteBuffer.wrap(octets);

    /** Ids from this source. */
    DrawnIds(Random source) {
        this.source = source;
        drawn.position(octets.length);
    }

    @Override
    public long getAsLong() {
        if (!drawn.hasRemaining()) {
            source.nextBytes(octets);
            drawn.clear();
        }
        return 1 + (drawn.getLong() >>> UNWANTED_BITS);
    }
}
