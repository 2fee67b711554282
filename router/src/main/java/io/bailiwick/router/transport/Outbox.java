package io.bailiwick.router.transport;

import io.bailiwick.router.codec.Codec;
import io.bailiwick.router.link.MessageTooLargeException;
import io.bailiwick.router.message.Message;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What waits to be written to one channel. Messages are encoded on the thread that sends them; the channel's loop takes all
 * that came together in one pass and flushes once. Any thread, without a lock.
 */
final class Outbox {
    /** What the bookkeeping of a waiting frame takes, about: many small ones must not take more than the bound says. */
    static final int OVERHEAD = 256;

    private static final int FIRST_CAPACITY = 512;

    private final Channel channel;
    private final Codec codec;
    private final Framing framing;
    private final int maxMessage;
    private final long mark;
    private final long bound;

    private final Queue<ByteBuf> frames = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicLong waiting = new AtomicLong();

    /** An empty outbox to a peer that takes messages of at most {@code maxMessage} bytes. */
    Outbox(Channel channel, Codec codec, Framing framing, int maxMessage, ListenerOptions.Limits limits) {
        this.channel = channel;
        this.codec = codec;
        this.framing = framing;
        this.maxMessage = maxMessage;
        this.mark = limits.queueMark();
        this.bound = limits.queueBound();
    }

    /**
     * The frames of a message.
     *
     * @throws MessageTooLargeException when the peer does not take it
     */
    ByteBuf encode(Message message) {
        ByteBuf buffer = channel.alloc().directBuffer(FIRST_CAPACITY);
        boolean done = false;
        try {
            buffer.writerIndex(framing.headerRoom());
            codec.write(message, new Body(buffer, message.name(), buffer.writerIndex() + maxMessage, maxMessage));
            done = true;
        } catch (IOException e) {
            throw new UncheckedIOException("expected a buffer to take " + message.name() + ", but it failed", e);
        } finally {
            if (!done) {
                buffer.release();
            }
        }
        return framing.message(buffer);
    }

    /** Queues frames, unless they would make more than the bound wait: then they are dropped and the answer is false. */
    boolean offer(ByteBuf frame) {
        long cost = cost(frame);
        long now = waiting.addAndGet(cost);
        if (now > bound && now != cost) {
            waiting.addAndGet(-cost);
            frame.release();
            return false;
        }
        frames.add(frame);
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
        return waiting.get() < mark;
    }

    /** Writes all that waits and flushes once. On the channel's loop. */
    void drain() {
        scheduled.set(false);
        long burst = 0;
        ChannelFuture last = null;
        for (ByteBuf frame = frames.poll(); frame != null; frame = frames.poll()) {
            burst += cost(frame);
            last = channel.write(frame);
        }
        if (last != null) {
            // Writes end in order, so the end of the last one tells of them all. A closed channel fails them at once.
            long written = burst;
            last.addListener(end -> waiting.addAndGet(-written));
            channel.flush();
        }
    }

    private void discard() {
        for (ByteBuf frame = frames.poll(); frame != null; frame = frames.poll()) {
            frame.release();
        }
    }

    private static long cost(ByteBuf frame) {
        return frame.readableBytes() + (long) OVERHEAD;
    }

    /** Takes the bytes of one message and not more than allowed. */
    private static final class Body extends OutputStream {
        private final ByteBuf buffer;
        private final String message;
        private final int end;
        private final int limit;

        Body(ByteBuf buffer, String message, int end, int limit) {
            this.buffer = buffer;
            this.message = message;
            this.end = end;
            this.limit = limit;
        }

        @Override
        public void write(int octet) {
            check(1);
            buffer.writeByte(octet);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            check(length);
            buffer.writeBytes(bytes, from, length);
        }

        private void check(int length) {
            if (length > end - buffer.writerIndex()) {
                throw new MessageTooLargeException(message, limit);
            }
        }
    }
}
