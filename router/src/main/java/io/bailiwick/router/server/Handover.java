package io.bailiwick.router.server;

import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A way to a router whose links tell their listeners on an executor what has arrived, in order. Where too much waits for the
 * executor, the peer has to wait.
 */
final class Handover implements Connector {
    /** What may wait before the peer has to, in bytes. */
    private static final long FULL = 4L << 20;
    /** What a message counts for besides its payload. */
    private static final int MESSAGE_BYTES = 256;

    private final Connector way;
    private final Executor executor;

    Handover(Connector way, Executor executor) {
        this.way = way;
        this.executor = executor;
    }

    @Override
    public CompletionStage<Link> connect(Link.Listener listener) {
        Queued queued = new Queued(listener, executor);
        CompletionStage<Link> opening = way.connect(queued);
        opening.thenAccept(link -> queued.link = link);
        return opening;
    }

    private static final class Queued implements Link.Listener {
        private final Link.Listener listener;
        private final Executor executor;
        private final AtomicLong waiting = new AtomicLong();
        private volatile @Nullable Link link;

        Queued(Link.Listener listener, Executor executor) {
            this.listener = listener;
            this.executor = executor;
        }

        @Override
        public void received(Message message) {
            Message kept = message.keep();
            long size = (long) MESSAGE_BYTES + kept.payload().length();
            Link open = link;
            if (waiting.addAndGet(size) > FULL && open != null) {
                open.reading(false);
            }
            executor.execute(() -> {
                listener.received(kept);
                long left = waiting.addAndGet(-size);
                Link now = link;
                if (now != null && left <= FULL / 2 && left + size > FULL / 2) {
                    now.reading(true);
                }
            });
        }

        @Override
        public void violated(ProtocolViolation violation) {
            executor.execute(() -> listener.violated(violation));
        }

        @Override
        public void closed(@Nullable Throwable cause) {
            executor.execute(() -> listener.closed(cause));
        }
    }
}
