package io.bailiwick.router.client;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The bound on what waits: a number of things and the bytes they hold. Any thread. */
final class Backlog {
    private final int maxCount;
    private final long maxBytes;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    Backlog(int maxCount, long maxBytes) {
        this.maxCount = maxCount;
        this.maxBytes = maxBytes;
    }

    /** Takes something in; false when there is no room. The first thing is taken however large it is. */
    boolean enter(int size) {
        int things = count.incrementAndGet();
        long all = bytes.addAndGet(size);
        if (things > maxCount || (things > 1 && all > maxBytes)) {
            leave(size);
            return false;
        }
        return true;
    }

    /** Something that was taken in is done. */
    void leave(int size) {
        count.decrementAndGet();
        bytes.addAndGet(-size);
    }
}
