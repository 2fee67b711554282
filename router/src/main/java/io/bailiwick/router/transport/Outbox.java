package io.bailiwick.router.transport;

import io.bailiwick.router.link.MessageTooLargeException;
import io.bailiwick.router.link.QueueRoom;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.transport.frame.Framing;
import io.bailiwick.router.transport.frame.Octets;
import io.bailiwick.router.transport.frame.Serializer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.GenericFutureListener;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to one channel. On the channel's loop a message is encoded right behind those that wait already,
 * into one array, the tail, which goes to the channel in one piece when the loop's pass is over ({@link Departures}). A
 * message of another thread is encoded there and queued; the loop puts it behind the tail before anything that comes later.
 * As long as nothing waits but EVENTs that others get as well, a view of where these lie ({@link EventFrames}) stands for the
 * tail, and none of them is copied. Where batches were agreed upon, what came together goes out together. Any thread, without a lock.
 */
final class Outbox implements Runnable, GenericFutureListener<Outbox.Written> {
    /** What the bookkeeping of a waiting message takes, about: many small ones must not take more than the bound says. */
    static final int OVERHEAD = 256;

    /** Bytes of a batch at which the next one begins; a single message may have more. */
    static final int BATCH = 1 << 16;

    /** Bytes of a tail at which the next one begins. */
    static final int TAIL = 1 << 16;

    /** Bytes of a tail that only the loop has counted, until all threads get to know of them. */
    private static final int UNTOLD = 1 << 16;

    /** Messages of so many bytes are written in buffers of their own rather than copied. */
    static final int LARGE = 8 << 10;

    private static final int FIRST_CAPACITY = 512;

    private static final AtomicLongFieldUpdater<Outbox> WAITING =
            AtomicLongFieldUpdater.newUpdater(Outbox.class, "waiting");

    private static final AtomicReferenceFieldUpdater<Outbox, @Nullable Piece> QUEUED =
            AtomicReferenceFieldUpdater.newUpdater(Outbox.class, Piece.class, "queued");

    private final Channel channel;
    private final EventLoop loop;
    private final Serializer serializer;
    private final Framing framing;
    private final int maxMessage;
    private final QueueRoom room;

    private volatile long waiting;

    /** The last of what other threads have sent and the loop has not taken yet. */
    private volatile @Nullable Piece queued;

    // Of the loop only. What waits is in the tail, or else what is viewed.
    private @Nullable Octets tail;
    private @Nullable ByteBuf view;
    private long tailCost;
    /** What {@link #waiting} does not have of it yet. */
    private long untold;
    /** The buffer of which {@link #view} is one. */
    private @Nullable ByteBuf viewed;

    private @Nullable Piece batch;
    private boolean departing;

    /** The end of a write, which tells what waits no more. */
    static final class Written extends DefaultChannelPromise {
        private final long cost;

        Written(Channel channel, EventLoop loop, long cost) {
            super(channel, loop);
            this.cost = cost;
        }
    }

    /** An empty outbox. */
    Outbox(Channel channel, Agreement agreement, ListenerOptions.Limits limits) {
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.serializer = agreement.serializer();
        this.framing = agreement.framing();
        this.maxMessage = agreement.outboundLimit();
        this.room = new QueueRoom(limits.queueMark(), limits.queueBound());
    }

    /**
     * Encodes a message and lets it wait, unless that would make more than the bound wait: then it is dropped and false.
     *
     * @throws MessageTooLargeException when the peer does not take it
     */
    boolean send(Message message) {
        boolean alone = serializer.maxTogether() == 1;
        EventFrames.Row shared = alone && message instanceof Message.Event event ? EventFrames.of(event, this) : null;
        boolean inLoop = loop.inEventLoop();
        if (shared != null) {
            boolean small = inLoop && shared.length() < LARGE;
            return small ? follow(shared) : offer(shared.frame(), Piece.Kind.FRAME);
        }
        if (inLoop && alone && message.payload().length() < LARGE && framing.longestInPlace() > 0) {
            return write(message);
        }
        return offer(encoded(message), kind());
    }

    private Piece.Kind kind() {
        return format().isText() ? Piece.Kind.TEXT : Piece.Kind.BINARY;
    }

    /** The format of messages. */
    Format format() {
        return serializer.format();
    }

    Framing framing() {
        return framing;
    }

    /** Bytes of one message that the peer takes. */
    int maxMessage() {
        return maxMessage;
    }

    /**
     * A message in a buffer of its own, with {@link Framing#headerRoom} in front.
     *
     * @throws MessageTooLargeException when the peer does not take it
     */
    ByteBuf encoded(Message message) {
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

    /** Lets bytes wait, under the same conditions; they are taken over. */
    boolean offer(ByteBuf bytes, Piece.Kind kind) {
        long cost = cost(bytes.readableBytes());
        if (!take(cost)) {
            bytes.release();
            return false;
        }
        Piece piece = new Piece(bytes, kind, cost);
        if (loop.inEventLoop()) {
            takeQueued();
            append(piece);
        } else {
            queue(piece);
        }
        return true;
    }

    /** Counts what is to wait, unless too much would wait then. What waits alone always may. */
    private boolean take(long cost) {
        long now = WAITING.addAndGet(this, cost) + (loop.inEventLoop() ? untold : 0);
        boolean taken = now == cost || room.holds(now);
        if (!taken) {
            WAITING.addAndGet(this, -cost);
        }
        return taken;
    }

    private void giveBack(long cost) {
        WAITING.addAndGet(this, -cost);
        room.left(waiting());
    }

    /** Something was written, or never will be. */
    @Override
    public void operationComplete(Written end) {
        giveBack(end.cost);
    }

    private static long cost(int bytes) {
        return bytes + (long) OVERHEAD;
    }

    /**
     * Bytes that wait, in our buffers or in the channel's. Other threads than the channel's may find up to {@link #UNTOLD}
     * less.
     */
    long waiting() {
        return loop.inEventLoop() ? waiting + untold : waiting;
    }

    boolean isBelowMark() {
        return room.keepsUp(waiting());
    }

    /** How much may wait. */
    QueueRoom room() {
        return room;
    }

    // Other threads.

    private void queue(Piece piece) {
        Piece before;
        do {
            before = queued;
            piece.before = before;
        } while (!QUEUED.compareAndSet(this, before, piece));
        if (before == null) {
            try {
                loop.execute(this);
            } catch (RejectedExecutionException e) {
                // The network was closed and with it the channel: nothing is ever written again.
                for (Piece lost = queuedInOrder(); lost != null; lost = lost.before) {
                    lost.bytes.release();
                    giveBack(lost.cost);
                }
            }
        }
    }

    /** Takes over what other threads have queued. On the channel's loop, as all below. */
    @Override
    public void run() {
        takeQueued();
    }

    private void takeQueued() {
        if (queued == null) {
            return;
        }
        Piece next = queuedInOrder();
        while (next != null) {
            Piece after = next.before;
            append(next);
            next = after;
        }
    }

    private @Nullable Piece queuedInOrder() {
        return Piece.inOrder(QUEUED.getAndSet(this, null));
    }

    // The tail.

    /** Encodes a message behind the tail. One that cannot be sent leaves it as it was. */
    private boolean write(Message message) {
        takeQueued();
        int longest = Math.min(maxMessage, framing.longestInPlace());
        Octets to = tail();
        int start = to.length();
        boolean taken = false;
        try {
            to.skip(framing.roomInPlace());
            serializer.write(message, to, longest);
            to.frame(framing, start, format().isText());
            taken = wasTaken(to.length() - start);
            return taken;
        } catch (MessageTooLargeException e) {
            if (longest == maxMessage) {
                throw e;
            }
        } finally {
            if (!taken) {
                to.cut(start);
            }
            handOverIfLong();
        }
        // With little in its payload and much in front of it: more than one frame.
        return offer(encoded(message), kind());
    }

    /** Lets a frame follow that others are sent as well: where it stands right behind what is viewed, the view gets longer. */
    private boolean follow(EventFrames.Row row) {
        takeQueued();
        int length = row.length();
        boolean taken = wasTaken(length);
        if (taken) {
            ByteBuf frames = row.frames();
            ByteBuf before = view;
            if (before == null && tail == null) {
                goSoon();
                view = frames.retainedDuplicate().readerIndex(row.from());
                viewed = frames;
            } else if (before != null && isFollowedBy(frames, before.writerIndex(), row.from())) {
                before.writerIndex(row.from() + length);
            } else {
                tail().add(frames, row.from(), length);
            }
            handOverIfLong();
        }
        return taken;
    }

    @SuppressWarnings("ReferenceEquality") // The same buffer, not the same bytes.
    private boolean isFollowedBy(ByteBuf frames, int end, int from) {
        return viewed == frames && end == from;
    }

    /** Counts what comes into the tail, under the same conditions as {@link #take}. */
    private boolean wasTaken(int bytes) {
        long cost = cost(bytes);
        long now = waiting + untold + cost;
        boolean taken = now == cost || room.holds(now);
        if (taken) {
            tailCost += cost;
            untold += cost;
            if (untold > UNTOLD) {
                tell();
            }
        }
        return taken;
    }

    /** Lets all threads know what the loop has counted. */
    private void tell() {
        WAITING.addAndGet(this, untold);
        untold = 0;
    }

    /** The tail, for more to be written to it. */
    private Octets tail() {
        goSoon();
        Octets now = tail;
        if (now == null) {
            now = Departures.of(loop).takeOctets();
            tail = now;
            ByteBuf before = view;
            if (before != null) {
                now.add(before, before.readerIndex(), before.readableBytes());
                view = null;
                viewed = null;
                before.release();
            }
        }
        return now;
    }

    private void goSoon() {
        if (!departing) {
            Departures.of(loop).add(this);
            departing = true;
        }
    }

    /** Puts what is counted already behind all that waits. */
    private void append(Piece piece) {
        if (piece.kind == Piece.Kind.FRAME || serializer.maxTogether() == 1) {
            endBatch();
            place(piece);
        } else if (batch == null || !joins(batch, piece)) {
            endBatch();
            batch = piece;
        }
        goSoon();
    }

    private void place(Piece piece) {
        ByteBuf frame = piece.kind == Piece.Kind.FRAME
                ? piece.bytes
                : framing.message(piece.bytes, piece.kind == Piece.Kind.TEXT);
        if (frame.readableBytes() < LARGE) {
            tail().add(frame, frame.readerIndex(), frame.readableBytes());
            tailCost += piece.cost;
            frame.release();
            handOverIfLong();
        } else {
            handOver();
            handOver(frame, piece.cost);
        }
    }

    /** Makes one batch of two, if it does not become too long. */
    private boolean joins(Piece before, Piece next) {
        int room = framing.headerRoom();
        boolean fits =
                before.bytes.readableBytes() + next.bytes.readableBytes() - 2 * room <= Math.min(BATCH, maxMessage);
        if (fits) {
            before.bytes.writeBytes(next.bytes.skipBytes(room));
            before.cost += next.cost;
            next.bytes.release();
        }
        return fits;
    }

    private void endBatch() {
        if (batch != null) {
            Piece ended = batch;
            batch = null;
            place(ended);
        }
    }

    private void handOverIfLong() {
        int length = tail != null ? tail.length() : view != null ? view.readableBytes() : 0;
        if (length >= TAIL) {
            handOver();
        }
    }

    /** Gives what waits to the channel, which keeps it until it is flushed. */
    private void handOver() {
        tell();
        if (view != null && waiting > tailCost) {
            // The peer has not read what came before. Each such view would keep a whole buffer: one is enough.
            tail();
        }
        ByteBuf all = view == null ? fromTail() : view;
        long cost = tailCost;
        view = null;
        viewed = null;
        if (all != null) {
            tailCost = 0;
            handOver(all, cost);
        }
    }

    /** What is in the tail, in a buffer of its own; null when there is nothing. */
    private @Nullable ByteBuf fromTail() {
        Octets octets = tail;
        if (octets == null) {
            return null;
        }
        ByteBuf all = octets.length() == 0 ? null : octets.copy(channel.alloc());
        tail = null;
        Departures.of(loop).giveBack(octets);
        return all;
    }

    private void handOver(ByteBuf bytes, long cost) {
        channel.write(bytes, new Written(channel, loop, cost).addListener(this));
    }

    /** Gives all that waits to the socket. */
    void depart() {
        try {
            takeQueued();
            endBatch();
            handOver();
        } finally {
            departing = false;
        }
        channel.flush();
    }
}
