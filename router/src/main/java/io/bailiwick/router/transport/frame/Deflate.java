package io.bailiwick.router.transport.frame;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * permessage-deflate (RFC 7692) as it is agreed upon here: without context takeover in either direction, so that a
 * connection keeps nothing between messages. Each event loop has one compressor and one decompressor for all of its
 * connections.
 *
 * @param windowBits the base-2 logarithm of the window that the peer can unpack, 8 to 15
 * @param named whether the other end has named that window, and is to be answered
 */
public record Deflate(int windowBits, boolean named) {
    /** Messages of fewer bytes go out as they are. */
    static final int THRESHOLD = 512;

    static final int MAX_WINDOW_BITS = 15;

    /** What a compressed message ends with, and what is not sent (RFC 7692, section 7.2.1). */
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    private static final int FIRST_CAPACITY = 1_024;

    private static final FastThreadLocal<Deflater> DEFLATERS = new FastThreadLocal<>() {
        @Override
        protected Deflater initialValue() {
            return new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        }

        @Override
        protected void onRemoval(Deflater deflater) {
            deflater.end();
        }
    };

    private static final FastThreadLocal<Inflater> INFLATERS = new FastThreadLocal<>() {
        @Override
        protected Inflater initialValue() {
            return new Inflater(true);
        }

        @Override
        protected void onRemoval(Inflater inflater) {
            inflater.end();
        }
    };

    /**
     * Compresses a message.
     *
     * @param buffer {@code room} octets of any content, then the message; stays the caller's
     * @return the same with the message compressed; empty where that wins nothing or the peer could not unpack it
     */
    Optional<ByteBuf> compress(ByteBuf buffer, int room) {
        int length = buffer.readableBytes() - room;
        // The JDK's compressor always looks back 32 KiB. A message that is not longer than the peer's window cannot be
        // looked back in further than that.
        if (length < THRESHOLD || (windowBits < MAX_WINDOW_BITS && length > 1 << windowBits)) {
            return Optional.empty();
        }
        Deflater deflater = DEFLATERS.get();
        deflater.reset();
        deflater.setInput(buffer.nioBuffer(buffer.readerIndex() + room, length));
        ByteBuf packed = buffer.alloc().directBuffer(room + length);
        int written = deflater.deflate(packed.nioBuffer(room, length), Deflater.SYNC_FLUSH);
        if (written == length) {
            packed.release();
            return Optional.empty();
        }
        return Optional.of(packed.writerIndex(room + written - TAIL.length));
    }

    /**
     * Unpacks a message. Not more than one byte beyond the limit is ever unpacked.
     *
     * @param packed the message in its first {@code length} bytes
     * @return the message; empty if it has more bytes than the limit
     * @throws DataFormatException if it is not the result of a compression
     */
    static Optional<byte[]> inflate(byte[] packed, int length, int limit) throws DataFormatException {
        Inflater inflater = INFLATERS.get();
        inflater.reset();
        inflater.setInput(packed, 0, length);
        boolean atTail = false;
        byte[] out = new byte[(int) Math.min(limit + 1L, Math.max(FIRST_CAPACITY, 4L * length))];
        int size = 0;
        while (true) {
            int more = inflater.inflate(out, size, out.length - size);
            size += more;
            if (size > limit) {
                return Optional.empty();
            }
            if (inflater.finished()) {
                // A final block, which the RFC allows in the middle: what is behind it begins anew.
                int rest = inflater.getRemaining();
                if (atTail || rest == 0) {
                    return Optional.of(Arrays.copyOf(out, size));
                }
                inflater.reset();
                inflater.setInput(packed, length - rest, rest);
            } else if (size == out.length) {
                out = Arrays.copyOf(out, (int) Math.min(limit + 1L, 2L * out.length));
            } else if (inflater.needsInput() && atTail) {
                return Optional.of(Arrays.copyOf(out, size));
            } else if (inflater.needsInput()) {
                atTail = true;
                inflater.setInput(TAIL);
            } else if (more == 0) {
                throw new DataFormatException("expected compressed data, but found something else");
            }
        }
    }
}
