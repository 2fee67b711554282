package io.bailiwick.router.transport.http;

import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.link.QueueBudget;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.transport.frame.Serializer;
import io.bailiwick.router.transport.frame.Subprotocol;
import io.bailiwick.router.transport.http.HttpRoute.Reply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link over many HTTP requests. What is sent waits, within the bounds of any link, until a receive fetches it; what comes
 * is delivered on the link's own event loop, in the order in which the requests were read. Guarded by its lock; the
 * listener is called without it.
 */
final class LongPollLink implements Link {
    private static final Logger log = LoggerFactory.getLogger(LongPollLink.class);

    private final HttpHost.LinkBounds bounds;
    private final HttpOptions.LongPoll options;
    private final Serializer serializer;
    private final Peer peer;
    private final ScheduledExecutorService loop;
    private final Runnable onEnd;

    // Guarded by this.
    private final LongPollQueue queue;
    private @Nullable Future<?> watch;
    /** Replies to what was delivered while the listener wants nothing more: the peer has to wait. */
    private final List<CompletableFuture<Reply>> paused = new ArrayList<>();

    private long arriving;
    private boolean reading = true;
    private boolean admitted;
    /** Bytes of one message of the peer, once it is admitted. */
    private int sessionLimit = Integer.MAX_VALUE;

    private boolean closing;
    private boolean ended;
    private @Nullable Throwable cause;
    private long lastSeen = System.nanoTime();

    // Of the loop only.
    private @Nullable Listener listener;
    private boolean deaf;

    /**
     * A link that nobody listens to yet.
     *
     * @param onEnd runs once, when it is gone
     */
    LongPollLink(HttpHost host, HttpOptions.LongPoll options, Subprotocol protocol, Peer peer, Runnable onEnd) {
        this.bounds = host.bounds();
        this.options = options;
        this.serializer = Serializer.of(protocol);
        this.queue = new LongPollQueue(serializer, host.bounds());
        this.peer = peer;
        this.loop = host.loop();
        this.onEnd = onEnd;
    }

    /** Begins to work. */
    void start(Listener takes) {
        execute(() -> listener = takes);
        watch(options.idle());
    }

    @Override
    public Peer peer() {
        return peer;
    }

    // What the router sends.

    @Override
    public boolean send(Message message) {
        byte[] bytes = encode(message);
        long waiting;
        synchronized (this) {
            if (closing) {
                return false;
            }
            admitted |= message instanceof Message.Welcome;
            if (queue.offer(bytes)) {
                return queue.isBelowMark();
            }
            waiting = queue.bytes() + bytes.length + LongPollQueue.OVERHEAD;
        }
        cut(queue.room().excess(waiting));
        return false;
    }

    private byte[] encode(Message message) {
        ByteBuf buffer = Unpooled.buffer();
        serializer.write(message, buffer, bounds.maxMessage());
        return ByteBufUtil.getBytes(buffer);
    }

    @Override
    public synchronized void limit(int messageBytes) {
        sessionLimit = messageBytes;
    }

    @Override
    public synchronized void bound(int queueBytes, QueueBudget together) {
        queue.room().narrow(queueBytes, together);
    }

    @Override
    public synchronized void renew() {
        admitted = false;
        sessionLimit = Integer.MAX_VALUE;
        queue.room().widen();
    }

    @Override
    public synchronized boolean keepsUp() {
        return queue.isBelowMark();
    }

    @Override
    public void close() {
        boolean empty;
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
            empty = queue.isEmpty();
        }
        if (empty) {
            end();
        } else {
            later(bounds.closeDeadline(), this::cutAfterClose);
        }
    }

    private void cutAfterClose() {
        synchronized (this) {
            if (!queue.isEmpty() && cause == null) {
                cause = new IOException("expected the peer to receive what was sent before the close within "
                        + bounds.closeDeadline().toMillis() + " ms, but it did not");
            }
        }
        end();
    }

    /** Closes at once, for a fault. */
    void cut(Throwable reason) {
        synchronized (this) {
            if (!closing) {
                cause = reason;
            }
            closing = true;
        }
        end();
    }

    private void end() {
        List<CompletableFuture<Reply>> open = new ArrayList<>();
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            closing = true;
            queue.clear();
            if (watch != null) {
                watch.cancel(false);
            }
            if (queue.receiver() != null) {
                open.add(queue.receiver());
                queue.release();
            }
            open.addAll(paused);
            paused.clear();
        }
        onEnd.run();
        open.forEach(reply -> reply.complete(gone()));
        execute(this::tellEnd);
    }

    private void tellEnd() {
        Throwable why;
        synchronized (this) {
            why = cause;
        }
        if (listener != null) {
            try {
                listener.closed(why);
            } catch (RuntimeException e) {
                log.error("{}: the listener failed at the end of the link", peer.address(), e);
            }
        }
    }

    private static Reply gone() {
        return Reply.text(404, "There is no such transport.");
    }

    @Override
    public void reading(boolean wanted) {
        List<CompletableFuture<Reply>> free = new ArrayList<>();
        synchronized (this) {
            reading = wanted;
            if (wanted) {
                free.addAll(paused);
                paused.clear();
            }
        }
        free.forEach(reply -> reply.complete(Reply.empty(204)));
    }

    // What the peer asks.

    /** Bytes that the body of a send may have now. */
    synchronized int inboundLimit() {
        int most = bounds.maxMessage() + serializer.overhead();
        return admitted
                ? Math.min(bounds.maxMessage(), sessionLimit) + serializer.overhead()
                : Math.min(most, bounds.maxUnauthenticatedMessage());
    }

    /** The next message, or in a batched protocol all that wait; 204 when there was none for a while. */
    CompletionStage<Reply> receive() {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        boolean drained;
        synchronized (this) {
            lastSeen = System.nanoTime();
            if (ended) {
                reply.complete(gone());
                return reply;
            }
            if (queue.receiver() != null) {
                reply.complete(Reply.text(400, "One receive at a time is expected, but another one is waiting."));
                return reply;
            }
            queue.receive(reply);
            if (!reply.isDone()) {
                queue.hold(later(options.hold(), () -> nothing(reply)));
            }
            drained = closing && queue.isEmpty();
        }
        reply.whenComplete((done, failure) -> forget(reply));
        if (drained) {
            end();
        }
        return reply;
    }

    private void nothing(CompletableFuture<Reply> reply) {
        forget(reply);
        reply.complete(Reply.empty(204));
    }

    /** The client of a receive has gone away, or it was answered. */
    private synchronized void forget(CompletableFuture<Reply> reply) {
        if (queue.receiver() == reply) {
            queue.release();
        }
        lastSeen = System.nanoTime();
    }

    /** Messages of the peer; answered when they were delivered, and the listener wants more. */
    CompletionStage<Reply> send(byte[] body) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        synchronized (this) {
            lastSeen = System.nanoTime();
            if (ended || closing) {
                reply.complete(gone());
            } else if (arriving > 0 && arriving + body.length > bounds.queueBound()) {
                reply.complete(Reply.text(503, "There is too much to do."));
            }
            if (reply.isDone()) {
                return reply;
            }
            arriving += body.length + LongPollQueue.OVERHEAD;
        }
        reply.whenComplete((done, failure) -> arrived(body.length + LongPollQueue.OVERHEAD));
        execute(() -> take(body, reply));
        return reply;
    }

    private synchronized void arrived(long bytes) {
        arriving -= bytes;
    }

    /** On the loop. */
    private void take(byte[] body, CompletableFuture<Reply> reply) {
        Listener to = listener;
        if (deaf || to == null || isClosing()) {
            reply.complete(gone());
            return;
        }
        try {
            // The body was not let in with more than a message may have.
            serializer.read(body, 0, body.length, body.length, to::received);
        } catch (ProtocolViolation violation) {
            reply.complete(Reply.text(400, String.valueOf(violation.getMessage())));
            violated(to, violation);
            return;
        } catch (RuntimeException e) {
            log.error("{}: the listener failed; the link is closed", peer.address(), e);
            reply.complete(Reply.text(500, "The router failed to answer."));
            cut(e);
            return;
        }
        synchronized (this) {
            if (!reading && !ended) {
                paused.add(reply);
                return;
            }
        }
        reply.complete(Reply.empty(204));
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    private void violated(Listener to, ProtocolViolation violation) {
        deaf = true;
        synchronized (this) {
            if (cause == null) {
                cause = violation;
            }
        }
        try {
            to.violated(violation);
        } catch (RuntimeException e) {
            log.error("{}: the listener failed; the link is closed", peer.address(), e);
            cut(e);
        }
        later(bounds.closeDeadline(), this::close);
    }

    /** The peer is done: what waits is thrown away. */
    CompletionStage<Reply> closedByPeer() {
        end();
        return CompletableFuture.completedFuture(Reply.empty(204));
    }

    // Time.

    /** Closes the link of a peer that has not been seen for too long. */
    private void watch(Duration wait) {
        Future<?> next = later(wait, () -> {
            Duration rest;
            synchronized (this) {
                if (ended) {
                    return;
                }
                long since = queue.receiver() == null ? System.nanoTime() - lastSeen : 0;
                rest = options.idle().minusNanos(since);
            }
            if (rest.isNegative() || rest.isZero()) {
                cut(new IOException(
                        "expected a receive within " + options.idle().toMillis() + " ms, but there was none"));
            } else {
                watch(rest);
            }
        });
        synchronized (this) {
            watch = next;
            if (ended && next != null) {
                next.cancel(false);
            }
        }
    }

    private @Nullable Future<?> later(Duration wait, Runnable task) {
        try {
            return loop.schedule(task, wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("{}: the network is closed", peer.address());
            return null;
        }
    }

    private void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("{}: the network is closed", peer.address());
        }
    }
}
