package io.bailiwick.router.transport.http;

import io.bailiwick.router.transport.http.HttpHead.Fault;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The body of a request as it comes, within its own bound and that of all that come at the same time. */
final class RequestBody {
    private static final int FIRST_CAPACITY = 512;

    private final HttpSide side;
    private @Nullable ByteBuf bytes;
    private long reserved;

    /** No body. */
    RequestBody(HttpSide side) {
        this.side = side;
    }

    /**
     * Takes a part.
     *
     * @param most bytes that the whole may have
     * @return what is wrong with it, or nothing
     */
    Optional<Fault> add(ByteBufAllocator allocator, ByteBuf part, int most) {
        int length = part.readableBytes();
        if (length == 0) {
            return Optional.empty();
        }
        if (reserved + length > most) {
            return Optional.of(new Fault(413, "A body of at most " + most + " bytes is expected."));
        }
        if (!side.reserve(length)) {
            return Optional.of(new Fault(503, "There are too many requests now."));
        }
        reserved += length;
        if (bytes == null) {
            bytes = allocator.heapBuffer(FIRST_CAPACITY);
        }
        // Copied: a body of many small chunks must not keep the buffers that they came in.
        bytes.writeBytes(part);
        return Optional.empty();
    }

    byte[] octets() {
        return bytes == null ? new byte[0] : ByteBufUtil.getBytes(bytes);
    }

    /** Forgets what came, and makes room for others. */
    void release() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
        side.giveBack(reserved);
        reserved = 0;
    }
}
