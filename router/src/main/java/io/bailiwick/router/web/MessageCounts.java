package io.bailiwick.router.web;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Many counters that many threads count with and few ever read. Each thread has its own, so that counting is a plain addition;
 * who reads adds them all up. What a thread has counted stays when it ends.
 */
final class MessageCounts {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

    private record Share(Thread thread, Tally tally) {}

    /** What one thread has counted: written by it alone. */
    private static final class Tally {
        private final long[] counts;

        Tally(int counters) {
            counts = new long[counters];
        }

        void count(int counter) {
            COUNT.setOpaque(counts, counter, counts[counter] + 1);
        }

        void addTo(long[] sums) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += (long) COUNT.getOpaque(counts, i);
            }
        }
    }

    private final int counters;
    /** One for each router, of which a process has few. */
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<Tally> own = ThreadLocal.withInitial(this::begin);

    // Guarded by this.
    private final long[] ended;
    private final List<Share> shares = new ArrayList<>();

    /** All at 0. */
    MessageCounts(int counters) {
        this.counters = counters;
        this.ended = new long[counters];
    }

    /** One more, by the number of the counter. */
    void count(int counter) {
        own.get().count(counter);
    }

    private synchronized Tally begin() {
        shares.removeIf(share -> {
            boolean over = !share.thread.isAlive();
            if (over) {
                share.tally.addTo(ended);
            }
            return over;
        });
        Tally tally = new Tally(counters);
        shares.add(new Share(Thread.currentThread(), tally));
        return tally;
    }

    /** What all have counted until now, by the number of the counter. */
    synchronized long[] sums() {
        long[] sums = ended.clone();
        for (Share share : shares) {
            share.tally.addTo(sums);
        }
        return sums;
    }
}
