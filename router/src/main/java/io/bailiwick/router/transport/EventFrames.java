package io.bailiwick.router.transport;

import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.transport.frame.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The frames of the EVENTs that a thread sends to one receiver after another. Receivers that read the same format in the same
 * framing are written the same octets: these are encoded once, each EVENT behind the one before it ({@link Row}), so that a
 * receiver of several is written one piece of what lies there, and shared, whichever loops write them.
 *
 * <p>One for each thread of a network, which keeps it until it ends. Other threads share nothing.
 */
final class EventFrames {
    /** Those with longer payloads are encoded for each receiver: about so much stays with a thread for each format and framing. */
    private static final int LONGEST = 1 << 20;

    private static final FastThreadLocal<EventFrames> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected EventFrames initialValue() {
            return new EventFrames();
        }

        @Override
        protected void onRemoval(EventFrames frames) {
            frames.rows.forEach(Row::release);
        }
    };

    private final List<Row> rows = new ArrayList<>();
    private Message.@Nullable Event last;

    /**
     * The frame of an EVENT, for one receiver more. It is lent, until this thread sends another EVENT.
     *
     * @return null when it is not shared, as that of the first receiver, since most events have no other
     */
    static @Nullable Row of(Message.Event event, Outbox receiver) {
        if (!receiver.framing().isShareable() || !(Thread.currentThread() instanceof FastThreadLocalThread)) {
            return null;
        }
        return OF_THREAD.get().frame(event, receiver);
    }

    @SuppressWarnings(
            "ReferenceEquality") // The very same one, as who publishes to many sends it; no look at what is in it.
    private @Nullable Row frame(Message.Event sent, Outbox receiver) {
        if (sent != last) {
            last = sent.payload().length() > LONGEST ? null : sent;
            rows.forEach(Row::forgetEvent);
            return null;
        }
        Row row = row(receiver);
        if (!row.hasEvent()) {
            row.add(sent, receiver);
        }
        return row.length() <= receiver.maxMessage() ? row : null;
    }

    private Row row(Outbox receiver) {
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).isFor(receiver)) {
                return rows.get(i);
            }
        }
        Row row = new Row(receiver.format(), receiver.framing());
        rows.add(row);
        return row;
    }

    /** What the receivers of one format and framing share: frames in a row, of which the last one is meant. */
    static final class Row {
        /**
         * Bytes of a buffer of frames. A receiver that is slow may keep one of them from being used again: see {@link
         * Outbox}.
         */
        private static final int ROOM = 1 << 16;

        private final Format format;
        private final Framing framing;
        private @Nullable ByteBuf frames;
        private int from;
        private boolean hasEvent;

        private Row(Format format, Framing framing) {
            this.format = format;
            this.framing = framing;
        }

        private boolean isFor(Outbox receiver) {
            return format == receiver.format() && framing.equals(receiver.framing());
        }

        private boolean hasEvent() {
            return hasEvent;
        }

        private void forgetEvent() {
            hasEvent = false;
        }

        private void add(Message.Event event, Outbox receiver) {
            ByteBuf frame = framing.message(receiver.encoded(event), format.isText());
            if (frame.readableBytes() >= Outbox.LARGE) {
                // Never copied, and whoever keeps it for long keeps nothing else.
                release();
                frames = frame;
                from = frame.readerIndex();
            } else {
                append(frame);
            }
            hasEvent = true;
        }

        private void append(ByteBuf frame) {
            ByteBuf row = frames;
            if (row == null || row.writableBytes() < frame.readableBytes()) {
                release();
                row = PooledByteBufAllocator.DEFAULT.directBuffer(ROOM);
                frames = row;
            }
            from = row.writerIndex();
            row.writeBytes(frame);
            frame.release();
        }

        private void release() {
            if (frames != null) {
                frames.release();
                frames = null;
                hasEvent = false;
            }
        }

        /** All frames that there are, the one that is meant at the end. Its indexes are to stay as they are. */
        ByteBuf frames() {
            if (frames == null) {
                throw new IllegalStateException("expected a row with a frame, but found an empty one");
            }
            return frames;
        }

        /** Where the frame begins. */
        int from() {
            return from;
        }

        /** Octets of the frame. */
        int length() {
            return frames().writerIndex() - from;
        }

        /** The frame, to keep, from whatever thread. */
        ByteBuf frame() {
            return frames().retainedSlice(from, length());
        }
    }
}
