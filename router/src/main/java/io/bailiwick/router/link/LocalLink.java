package io.bailiwick.router.link;

import io.bailiwick.router.message.Message;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One end of a link inside this process: messages are handed over as they are, with payloads of their own.
 *
 * <p>Each end delivers to its listener on its own executor, in order and one callback at a time. A listener is never
 * re-entered; and with an executor that queues its tasks, as an event loop or a thread pool does, no callback ever runs
 * inside {@link #send} or {@link #close}.
 */
public final class LocalLink implements Link {
    /** What waits at an end before {@link #send} tells the other one to slow down, in bytes. */
    static final int MARK_BYTES = 1 << 20;
    /** What may wait at an end before the link is cut, in bytes. */
    static final int BOUND_BYTES = 16 << 20;
    /** What a message counts for besides its payload, in bytes: an estimate that bounds the number of small ones too. */
    static final int MESSAGE_BYTES = 256;
    /** How many messages are delivered before others who share the executor have their turn. */
    private static final int BATCH = 64;

    /**
     * The two ends of a link. Nothing is delivered at an end before it is {@linkplain LocalLink#open opened}; until then it
     * waits.
     */
    public record Pair(LocalLink left, LocalLink right) {}

    private final Inbox inbox;
    private final Inbox outbox;
    private final Peer peer;

    private LocalLink(Inbox inbox, Inbox outbox, Peer peer) {
        this.inbox = inbox;
        this.outbox = outbox;
        this.peer = peer;
    }

    /**
     * A link.
     *
     * @param left delivers what arrives at the left end
     * @param right delivers what arrives at the right end
     */
    public static Pair pair(Executor left, Executor right) {
        return pair(left, right, Peer.LOCAL);
    }

    private static Pair pair(Executor left, Executor right, Peer leftSeenFromRight) {
        Inbox atLeft = new Inbox(left);
        Inbox atRight = new Inbox(right);
        atLeft.other = atRight;
        atRight.other = atLeft;
        return new Pair(new LocalLink(atLeft, atRight, Peer.LOCAL), new LocalLink(atRight, atLeft, leftSeenFromRight));
    }

    /**
     * A way to an acceptor in this process.
     *
     * @param acceptor takes the far end of each link, on the thread of whoever connects
     * @param acceptorSide delivers at the far ends
     * @param connectorSide delivers at the near ends
     */
    public static Connector connector(LinkAcceptor acceptor, Executor acceptorSide, Executor connectorSide) {
        return connector(acceptor, acceptorSide, connectorSide, Peer.LOCAL);
    }

    /**
     * As above, for somebody on whose behalf this process connects.
     *
     * @param peer what the acceptor takes for the other end
     */
    public static Connector connector(LinkAcceptor acceptor, Executor acceptorSide, Executor connectorSide, Peer peer) {
        return listener -> {
            Pair pair = pair(connectorSide, acceptorSide, peer);
            pair.right.open(acceptor.accept(pair.right));
            pair.left.open(listener);
            return CompletableFuture.completedFuture(pair.left);
        };
    }

    /** Says who listens at this end, once, and starts to deliver. */
    public void open(Listener listener) {
        inbox.open(listener);
    }

    @Override
    public boolean send(Message message) {
        return outbox.offer(message.keep());
    }

    @Override
    public boolean keepsUp() {
        return outbox.isBelowMark();
    }

    @Override
    public void bound(int queueBytes, QueueBudget together) {
        outbox.room.narrow(queueBytes, together);
    }

    @Override
    public void renew() {
        outbox.room.widen();
    }

    @Override
    public void reading(boolean wanted) {
        inbox.reading(wanted);
    }

    @Override
    public void close() {
        outbox.end(null, false);
        inbox.end(null, false);
    }

    @Override
    public Peer peer() {
        return peer;
    }

    private static int size(Message message) {
        return MESSAGE_BYTES + message.payload().length();
    }

    /** What waits to be delivered at one end. */
    private static final class Inbox {
        private static final Logger log = LoggerFactory.getLogger(LocalLink.class);

        private final Executor executor;
        private final QueueRoom room = new QueueRoom(MARK_BYTES, BOUND_BYTES);
        private @Nullable Inbox other;

        // Guarded by this.
        private final Queue<Message> waiting = new ArrayDeque<>();
        private long bytes;
        private @Nullable Listener listener;
        /** Whether the executor has been asked to deliver, and has not found the queue empty since. */
        private boolean delivering;

        /** Whether the listener wants nothing more for now; it hears of the end all the same. */
        private boolean paused;

        private boolean ended;
        private boolean told;
        private @Nullable Throwable cause;

        Inbox(Executor executor) {
            this.executor = executor;
        }

        void open(Listener newListener) {
            synchronized (this) {
                if (listener != null) {
                    throw new IllegalStateException("expected an end that is not open, but it was opened before");
                }
                listener = newListener;
            }
            wake();
        }

        boolean offer(Message message) {
            long now;
            boolean alone;
            synchronized (this) {
                if (ended) {
                    return false;
                }
                alone = waiting.isEmpty();
                bytes += size(message);
                waiting.add(message);
                now = bytes;
            }
            if (!alone && !room.holds(now)) {
                cut(room.excess(now));
                return false;
            }
            wake();
            return room.keepsUp(now);
        }

        synchronized boolean isBelowMark() {
            return room.keepsUp(bytes);
        }

        void reading(boolean wanted) {
            synchronized (this) {
                paused = !wanted;
            }
            wake();
        }

        /** Takes no more; tells the listener once what waits has been delivered, or at once when it is not to be. */
        void end(@Nullable Throwable reason, boolean discard) {
            synchronized (this) {
                if (!ended) {
                    ended = true;
                    cause = reason;
                }
                if (discard) {
                    waiting.clear();
                    bytes = 0;
                }
                // What still waits is delivered, or nobody is there to take it: it counts no more.
                room.end();
            }
            wake();
        }

        /** Ends both sides for a fault; what waits here is not delivered any more. */
        private void cut(Throwable reason) {
            end(reason, true);
            Objects.requireNonNull(other, "the other end").end(reason, false);
        }

        private void wake() {
            synchronized (this) {
                if (delivering || listener == null || !hasNews()) {
                    return;
                }
                delivering = true;
            }
            execute();
        }

        private boolean hasNews() {
            return ended ? !told : !waiting.isEmpty() && !paused;
        }

        private void execute() {
            try {
                executor.execute(this::deliver);
            } catch (RejectedExecutionException refused) {
                // Whoever listened here has stopped; this end stays mute, and the other one is told.
                synchronized (this) {
                    told = true;
                }
                cut(refused);
            }
        }

        private void deliver() {
            for (int count = 0; count < BATCH; count++) {
                Message message;
                synchronized (this) {
                    message = paused && !ended ? null : waiting.poll();
                    if (message == null && (!ended || told)) {
                        delivering = false;
                        return;
                    }
                    if (message == null) {
                        told = true;
                    } else {
                        bytes -= size(message);
                        room.left(bytes);
                    }
                }
                hand(message);
            }
            execute();
        }

        /** Hands a message to the listener; none means that the link is closed. */
        private void hand(@Nullable Message message) {
            Listener to = Objects.requireNonNull(listener, "a listener, once something is delivered");
            if (message == null) {
                tellEnd(to);
                return;
            }
            try {
                to.received(message);
            } catch (RuntimeException | Error failure) {
                cut(failure);
            }
        }

        /** What a listener throws here must not reach whoever closes the link: the other end is still to be told. */
        private void tellEnd(Listener to) {
            try {
                to.closed(cause);
            } catch (RuntimeException | Error failure) {
                log.error("the listener failed at the end of the link", failure);
            }
        }
    }
}
