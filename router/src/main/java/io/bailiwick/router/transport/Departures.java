package io.bailiwick.router.transport;

import io.bailiwick.router.transport.frame.Octets;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The outboxes of one event loop that have something for their sockets. All are flushed in one task, which runs when the loop
 * has read what was there to read: whatever one pass of the loop brings for a peer goes out in one write. On the loop.
 */
final class Departures implements Runnable {
    /** That of the loop whose thread this is. */
    private static final FastThreadLocal<@Nullable Departures> OF_THREAD = new FastThreadLocal<>();

    /** Bytes of arrays that are kept for the next messages. */
    private static final int KEPT = 1 << 20;

    private final EventLoop loop;
    private final Deque<Octets> spare = new ArrayDeque<>();
    private int kept;
    private final Queue<Outbox> ready = new ArrayDeque<>();
    private boolean scheduled;

    private Departures(EventLoop loop) {
        this.loop = loop;
    }

    /** Those of a loop, on its own thread. */
    static Departures of(EventLoop loop) {
        Departures ofThread = OF_THREAD.get();
        if (ofThread == null || ofThread.loop != loop) {
            ofThread = new Departures(loop);
            OF_THREAD.set(ofThread);
        }
        return ofThread;
    }

    /** An empty array for what is to depart. Those of an outbox are needed for one pass of the loop alone. */
    Octets takeOctets() {
        Octets octets = spare.pollLast();
        if (octets == null) {
            return new Octets();
        }
        kept -= octets.capacity();
        return octets;
    }

    /** It has departed: the array is for another one, unless there are enough. */
    void giveBack(Octets octets) {
        if (kept + octets.capacity() <= KEPT) {
            octets.cut(0);
            kept += octets.capacity();
            spare.addLast(octets);
        }
    }

    /**
     * Flushes this one too, once.
     *
     * @throws java.util.concurrent.RejectedExecutionException when the loop has ended
     */
    void add(Outbox outbox) {
        schedule();
        ready.add(outbox);
    }

    private void schedule() {
        if (!scheduled) {
            loop.execute(this);
            scheduled = true;
        }
    }

    @Override
    public void run() {
        try {
            // A write that fails may end a connection, and others may hear of that: what they get goes out as well.
            for (Outbox next = ready.poll(); next != null; next = ready.poll()) {
                next.depart();
            }
        } finally {
            scheduled = false;
            if (!ready.isEmpty()) {
                // One of them has failed, which is no reason for the others to wait.
                schedule();
            }
        }
    }
}
