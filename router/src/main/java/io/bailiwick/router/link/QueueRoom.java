package io.bailiwick.router.link;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * How much may wait for one peer: up to a mark, above which it counts as slow, and up to a bound. Whoever keeps the queue counts
 * its bytes and asks here. Safe on any thread, without a lock.
 *
 * <p>A {@link QueueBudget} that is shared with others is touched only where the queue grows beyond what was taken of it, in
 * steps, and where it has become shorter by a step: not for each message.
 */
public final class QueueRoom {
    /** What may wait for each peer without being counted in a budget, in bytes. */
    public static final long FREE = 64 << 10;
    /** What is taken of a budget at a time, in bytes. */
    public static final long STEP = 128 << 10;

    private static final AtomicLongFieldUpdater<QueueRoom> COVERED =
            AtomicLongFieldUpdater.newUpdater(QueueRoom.class, "covered");

    private static final long ENDED = Long.MAX_VALUE;

    /** What holds for a queue now. */
    record Terms(long mark, long bound, @Nullable QueueBudget budget) {}

    private final long widestMark;
    private final long widestBound;
    private volatile Terms terms;
    /** What may wait now: what is free and what was taken of the budget. */
    private volatile long covered = FREE;

    /**
     * Room that is shared with nobody.
     *
     * @param mark bytes at which the peer counts as slow
     * @param bound the most bytes that may wait
     */
    public QueueRoom(long mark, long bound) {
        this.widestMark = mark;
        this.widestBound = bound;
        this.terms = new Terms(mark, bound, null);
    }

    /**
     * Less room, once until it is widened. The mark falls in proportion.
     *
     * @param bytes the most that may wait; without effect when it is not less than the bound
     * @param together what counts besides
     */
    public void narrow(long bytes, QueueBudget together) {
        Terms wide = terms;
        long bound = Math.min(wide.bound(), bytes);
        long mark =
                bound == wide.bound() ? wide.mark() : Math.max(1, (long) ((double) wide.mark() / wide.bound() * bound));
        terms = together.terms(mark, bound);
    }

    /** All the room again, shared with nobody: what was taken of a budget goes back. */
    public void widen() {
        QueueBudget budget = terms.budget();
        terms = new Terms(widestMark, widestBound, null);
        for (long have = covered; have > FREE && have != ENDED; have = covered) {
            if (COVERED.compareAndSet(this, have, FREE) && budget != null) {
                budget.giveBack(have - FREE);
            }
        }
    }

    /** Whether so much may wait. */
    public boolean holds(long waiting) {
        Terms now = terms;
        return waiting <= now.bound() && (waiting <= covered || now.budget() == null || cover(now.budget(), waiting));
    }

    private boolean cover(QueueBudget budget, long waiting) {
        for (long have = covered; have < waiting; have = covered) {
            long more = steps(waiting - have);
            if (!budget.take(more)) {
                return false;
            }
            if (!COVERED.compareAndSet(this, have, have + more)) {
                budget.giveBack(more);
            }
        }
        return true;
    }

    /** Fewer bytes wait: what is not needed any more goes back to the budget. */
    public void left(long waiting) {
        long have = covered;
        if (have == FREE || have == ENDED) {
            return;
        }
        QueueBudget budget = terms.budget();
        long need = waiting <= FREE ? FREE : FREE + steps(waiting - FREE);
        if (budget != null && have > need && COVERED.compareAndSet(this, have, need)) {
            budget.giveBack(have - need);
        }
    }

    /** The queue is gone, and so is what was taken for it. */
    public void end() {
        QueueBudget budget = terms.budget();
        long have = COVERED.getAndSet(this, ENDED);
        if (budget != null && have != ENDED) {
            budget.giveBack(have - FREE);
        }
    }

    private static long steps(long bytes) {
        return (bytes + STEP - 1) / STEP * STEP;
    }

    /** Whether a peer for whom so much waits keeps up. */
    public boolean keepsUp(long waiting) {
        Terms now = terms;
        return waiting < now.mark()
                && (waiting <= FREE || now.budget() == null || !now.budget().isTight());
    }

    /** Why so much may not wait. */
    public SlowConsumerException excess(long waiting) {
        Terms now = terms;
        return waiting > now.bound() || now.budget() == null
                ? new SlowConsumerException(waiting, now.bound())
                : SlowConsumerException.together(waiting, now.budget().bytes());
    }
}
