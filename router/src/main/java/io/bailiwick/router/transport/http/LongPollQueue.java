package io.bailiwick.router.transport.http;

import io.bailiwick.router.link.QueueRoom;
import io.bailiwick.router.transport.http.HttpRoute.Reply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** What waits to be received, and the receive that waits for it: never both. Guarded by its link. */
final class LongPollQueue {
    /** What the bookkeeping of a waiting message takes, about. */
    static final int OVERHEAD = 256;

    private final LongPollProtocol protocol;
    private final HttpHost.LinkBounds bounds;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private final QueueRoom room;
    private long bytes;
    private byte separator = LongPollProtocol.defaultSeparator();
    private @Nullable CompletableFuture<Reply> receiver;
    private @Nullable Future<?> hold;

    LongPollQueue(LongPollProtocol protocol, HttpHost.LinkBounds bounds) {
        this.protocol = protocol;
        this.bounds = bounds;
        this.room = new QueueRoom(bounds.queueMark(), bounds.queueBound());
    }

    /** Takes a message; false when more than the bound would wait then. One that waits alone is always taken. */
    boolean offer(byte[] message) {
        long now = bytes + message.length + OVERHEAD;
        if (!waiting.isEmpty() && !room.holds(now)) {
            return false;
        }
        bytes = now;
        waiting.add(message);
        serve();
        return true;
    }

    boolean isBelowMark() {
        return room.keepsUp(bytes);
    }

    /** How much may wait. */
    QueueRoom room() {
        return room;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Bytes that wait. */
    long bytes() {
        return bytes;
    }

    /** Nothing waits any more, and nothing will. */
    void clear() {
        waiting.clear();
        bytes = 0;
        room.end();
    }

    /** Batches end in what the peer's batches end in. */
    void answerTo(byte[] body) {
        separator = LongPollProtocol.separatorOf(body, separator);
    }

    /** The receive that waits, if any. */
    @Nullable
    CompletableFuture<Reply> receiver() {
        return receiver;
    }

    /** A receive comes; there is none that waits. */
    void receive(CompletableFuture<Reply> reply) {
        receiver = reply;
        serve();
    }

    /** The receive that waits is held no longer than this timer says. */
    void hold(@Nullable Future<?> timer) {
        hold = timer;
    }

    /** No receive waits any more. */
    void release() {
        receiver = null;
        if (hold != null) {
            hold.cancel(false);
            hold = null;
        }
    }

    private void serve() {
        CompletableFuture<Reply> to = receiver;
        if (to == null || waiting.isEmpty()) {
            return;
        }
        List<byte[]> batch = batch();
        release();
        if (to.complete(Reply.of(200, protocol.mediaType(), protocol.join(batch, separator)))) {
            batch.forEach(message -> bytes -= message.length + OVERHEAD);
            room.left(bytes);
        } else {
            // Its client has gone away in this very moment.
            for (int i = batch.size() - 1; i >= 0; i--) {
                waiting.addFirst(batch.get(i));
            }
        }
    }

    /** Takes what one answer may hold. */
    private List<byte[]> batch() {
        List<byte[]> batch = new ArrayList<>();
        long size = 0;
        do {
            byte[] message = waiting.remove();
            batch.add(message);
            size += message.length + protocol.overhead();
        } while (protocol.batched()
                && !waiting.isEmpty()
                && size + waiting.element().length + protocol.overhead() <= bounds.maxMessage());
        return batch;
    }
}
