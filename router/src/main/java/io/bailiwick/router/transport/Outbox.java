package io.bailiwick.router.transport;

import io.bailiwick.router.link.MessageTooLargeException;
import io.bailiwick.router.link.QueueRoom;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.transport.frame.Framing;
import io.bailiwick.router.transport.frame.Serializer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What waits to be written to one channel. Messages are encoded on the thread that sends them; the channel's loop takes all
 * that came together in one pass, puts it into frames and flushes once. Where batches were agreed upon, what came together
 * goes out together. Any thread, without a lock.
 */
final class Outbox {
    /** What the bookkeeping of a waiting message takes, about: many small ones must not take more than the bound says. */
    static final int OVERHEAD = 256;

    /** Bytes of a batch at which the next one begins; a single message may have more. */
    static final int BATCH = 1 << 16;

    private static final int FIRST_CAPACITY = 512;

    private final Channel channel;
    private final Serializer serializer;
    private final Framing framing;
    private final int maxMessage;
    private final QueueRoom room;

    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicLong waiting = new AtomicLong();

    /** What is still to be done with bytes that wait. */
    enum Kind {
        /** A message, with room in front for its frame. */
        TEXT,
        /** The same, not of text. */
        BINARY,
        /** Nothing: a frame. */
        FRAME
    }

    /** What waits, or will. */
    record Waiting(ByteBuf bytes, Kind kind) {}

    /** An empty outbox. */
    Outbox(Channel channel, Agreement agreement, ListenerOptions.Limits limits) {
        this.channel = channel;
        this.serializer = agreement.serializer();
        this.framing = agreement.framing();
        this.maxMessage = agreement.outboundLimit();
        this.room = new QueueRoom(limits.queueMark(), limits.queueBound());
    }

    /**
     * Encodes a message, for {@link #offer}.
     *
     * @throws MessageTooLargeException when the peer does not take it
     */
    Waiting encode(Message message) {
        Format format = serializer.format();
        if (message instanceof Message.Event event && serializer.maxTogether() == 1) {
            ByteBuf shared = EventFrames.of(event, format, framing, maxMessage, () -> encoded(event));
            if (shared != null) {
                return new Waiting(shared, Kind.FRAME);
            }
        }
        return new Waiting(encoded(message), format.isText() ? Kind.TEXT : Kind.BINARY);
    }

    private ByteBuf encoded(Message message) {
        ByteBuf buffer = channel.alloc().directBuffer(FIRST_CAPACITY);
        boolean done = false;
        try {
            serializer.write(message, buffer.writerIndex(framing.headerRoom()), maxMessage);
            done = true;
        } finally {
            if (!done) {
                buffer.release();
            }
        }
        return buffer;
    }

    /** Queues a message of the transport, text or else binary, with {@link Framing#headerRoom} in front; as {@link #offer}. */
    boolean offer(ByteBuf message, boolean text) {
        return offer(new Waiting(message, text ? Kind.TEXT : Kind.BINARY));
    }

    /** Queues a control frame, under the same conditions. */
    boolean offerFrame(ByteBuf frame) {
        return offer(new Waiting(frame, Kind.FRAME));
    }

    /** Queues what was encoded, unless that would make more than the bound wait: then it is dropped and false. */
    boolean offer(Waiting next) {
        long cost = cost(next);
        long now = waiting.addAndGet(cost);
        if (now != cost && !room.holds(now)) {
            waiting.addAndGet(-cost);
            next.bytes().release();
            return false;
        }
        queue.add(next);
        if (scheduled.compareAndSet(false, true)) {
            try {
                channel.eventLoop().execute(this::drain);
            } catch (RejectedExecutionException e) {
                // The network was closed and with it the channel: nothing is ever written again.
                discard();
            }
        }
        return true;
    }

    /** Bytes that wait, in our queue or in the channel's. */
    long waiting() {
        return waiting.get();
    }

    boolean isBelowMark() {
        return room.keepsUp(waiting.get());
    }

    /** How much may wait. */
    QueueRoom room() {
        return room;
    }

    /** Writes all that waits and flushes once. On the channel's loop. */
    void drain() {
        scheduled.set(false);
        long burst = 0;
        ChannelFuture end = null;
        Waiting together = null;
        for (Waiting next = queue.poll(); next != null; next = queue.poll()) {
            burst += cost(next);
            if (together != null && !append(together, next)) {
                end = write(together);
                together = null;
            }
            if (together == null) {
                together = next;
            }
        }
        if (together != null) {
            end = write(together);
        }
        if (end != null) {
            // Writes end in order, so the end of the last one tells of them all. A closed channel fails them at once.
            long written = burst;
            end.addListener(last -> room.left(waiting.addAndGet(-written)));
            channel.flush();
        }
    }

    /** Makes one batch of two, if that is allowed and it does not become too long. */
    private boolean append(Waiting before, Waiting next) {
        int room = framing.headerRoom();
        boolean fits = serializer.maxTogether() > 1
                && before.kind() != Kind.FRAME
                && next.kind() != Kind.FRAME
                && before.bytes().readableBytes() + next.bytes().readableBytes() - 2 * room <= longestBatch();
        if (fits) {
            ByteBuf rest = next.bytes().skipBytes(room);
            before.bytes().writeBytes(rest);
            rest.release();
        }
        return fits;
    }

    private int longestBatch() {
        return Math.min(BATCH, maxMessage);
    }

    private ChannelFuture write(Waiting next) {
        return channel.write(
                next.kind() == Kind.FRAME ? next.bytes() : framing.message(next.bytes(), next.kind() == Kind.TEXT));
    }

    private void discard() {
        for (Waiting next = queue.poll(); next != null; next = queue.poll()) {
            next.bytes().release();
        }
    }

    private static long cost(Waiting next) {
        return next.bytes().readableBytes() + (long) OVERHEAD;
    }
}
