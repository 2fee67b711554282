package io.bailiwick.router.link;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What may wait for many peers together, in bytes, besides the first {@link QueueRoom#FREE} of each of them, which are not
 * counted. Safe on any thread, without a lock.
 */
public final class QueueBudget {
    private final long bytes;
    private final AtomicLong taken = new AtomicLong();
    private volatile QueueRoom.@Nullable Terms latest;

    /**
     * A budget of which nothing is taken yet.
     *
     * @param bytes the most that may wait; at half of it every peer for whom something counts is taken to be slow
     */
    public QueueBudget(long bytes) {
        this.bytes = bytes;
    }

    /** The terms of one who shares it: one object for all that have the same, as most have who come one after another. */
    QueueRoom.Terms terms(long mark, long bound) {
        QueueRoom.Terms known = latest;
        if (known == null || known.mark() != mark || known.bound() != bound) {
            known = new QueueRoom.Terms(mark, bound, this);
            latest = known;
        }
        return known;
    }

    boolean take(long more) {
        boolean fits = taken.addAndGet(more) <= bytes;
        if (!fits) {
            taken.addAndGet(-more);
        }
        return fits;
    }

    void giveBack(long fewer) {
        taken.addAndGet(-fewer);
    }

    /** Whether more than half of it is taken. */
    boolean isTight() {
        return taken.get() > bytes / 2;
    }

    /** The most that may wait. */
    long bytes() {
        return bytes;
    }

    /** What is taken of it now, in steps of {@link QueueRoom#STEP}. */
    public long taken() {
        return taken.get();
    }
}
