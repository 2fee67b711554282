package io.bailiwick.router.transport;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What waits in a buffer of its own to be written, perhaps in a chain with others. */
final class Piece {
    final ByteBuf bytes;
    final Kind kind;
    /** Bytes that are counted for it. */
    long cost;

    /** The one that came before; once the chain is {@linkplain #inOrder in order}, the one that comes after. */
    @Nullable
    Piece before;

    /** What is still to be done with the bytes. */
    enum Kind {
        /** A message, with {@link io.bailiwick.router.transport.frame.Framing#headerRoom} in front for its frame. */
        TEXT,
        /** The same, not of text. */
        BINARY,
        /** Nothing: a frame. */
        FRAME
    }

    Piece(ByteBuf bytes, Kind kind, long cost) {
        this.bytes = bytes;
        this.kind = kind;
        this.cost = cost;
    }

    /** Turns a chain round that begins with the last piece: it begins with the first then. */
    static @Nullable Piece inOrder(@Nullable Piece latest) {
        Piece last = latest;
        Piece first = null;
        while (last != null) {
            Piece before = last.before;
            last.before = first;
            first = last;
            last = before;
        }
        return first;
    }
}
