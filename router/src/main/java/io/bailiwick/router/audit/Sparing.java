package io.bailiwick.router.audit;

import io.bailiwick.router.link.TokenBuckets;
import io.bailiwick.router.link.TokenBuckets.Rate;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Keeps a log from being filled with what anybody can cause without a right: of refusals, logins and the like only so many
 * are written, for one who acts and in all; the next one that is tells how many were not. Any thread.
 */
public final class Sparing {
    private static final Rate FOR_ONE = new Rate(20, Duration.ofSeconds(30));
    private static final Rate FOR_ALL = new Rate(1_000, Duration.ofSeconds(5));
    private static final Rate FOR_A_CROWD = new Rate(20_000, Duration.ofSeconds(1));
    private static final int MOST = 4_096;

    private final TokenBuckets each;
    private final TokenBuckets all;
    private final AtomicLong missed = new AtomicLong();

    /** 20 at once for one who acts and one more each 30 seconds; 1,000 in all and one more each 5. */
    public Sparing(LongSupplier nanoTime) {
        this(FOR_ONE, FOR_ALL, nanoTime);
    }

    /** The same, but 20,000 in all and one more each second: for what a crowd does when its master is back. */
    static Sparing ofCrowds(LongSupplier nanoTime) {
        return new Sparing(FOR_ONE, FOR_A_CROWD, nanoTime);
    }

    Sparing(Rate forOne, Rate forAll, LongSupplier nanoTime) {
        this.each = new TokenBuckets(forOne, MOST, nanoTime);
        this.all = new TokenBuckets(forAll, 1, nanoTime);
    }

    /**
     * Whether one more is written.
     *
     * @param who the authid of who acts
     * @return how many before it were not, when it is; empty when it is not
     */
    public OptionalLong admit(String who) {
        if (each.take(who) && all.take("")) {
            return OptionalLong.of(missed.getAndSet(0));
        }
        missed.incrementAndGet();
        return OptionalLong.empty();
    }
}
