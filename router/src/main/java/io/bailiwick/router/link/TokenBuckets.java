package io.bailiwick.router.link;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A bucket of tokens for each key, in a table of bounded size: how often somebody may come. Safe on any thread.
 *
 * <p>Nobody can free himself by filling the table: only a full bucket is ever dropped for another one, as that changes
 * nothing. Where there is none, the keys that have no bucket share one until there is.
 */
public final class TokenBuckets {
    /**
     * How many attempts are allowed.
     *
     * @param burst tokens in a full bucket
     * @param interval time in which one comes back; zero for no bound at all
     */
    public record Rate(int burst, Duration interval) {
        /**
         * So many in a second, on the long run.
         *
         * @param perSecond tokens that come back in a second; 0 for no bound at all
         */
        public static Rate perSecond(int perSecond, int burst) {
            return new Rate(Math.max(1, burst), perSecond == 0 ? Duration.ZERO : SECOND.dividedBy(perSecond));
        }

        private boolean isUnbounded() {
            return interval.isZero();
        }
    }

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final class Bucket {
        private double tokens;
        private long asOf;

        Bucket(int tokens, long now) {
            this.tokens = tokens;
            this.asOf = now;
        }
    }

    private final Rate rate;
    private final double intervalNanos;
    private final int most;
    private final LongSupplier nanoTime;
    // Guarded by this.
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);
    private final Bucket shared;

    /**
     * Full buckets.
     *
     * @param most keys that have a bucket of their own
     * @param nanoTime the time, as {@link System#nanoTime}
     * @throws IllegalArgumentException for a burst or a table of less than 1, or a negative interval
     */
    public TokenBuckets(Rate rate, int most, LongSupplier nanoTime) {
        if (rate.burst() < 1 || rate.interval().isNegative() || most < 1) {
            throw new IllegalArgumentException("token buckets: expected a burst and a table above 0 and no negative"
                    + " interval, but found " + rate + " and " + most);
        }
        this.rate = rate;
        this.intervalNanos = rate.interval().toNanos();
        this.most = most;
        this.nanoTime = nanoTime;
        this.shared = new Bucket(rate.burst(), nanoTime.getAsLong());
    }

    /** Takes a token; false when there is none now. */
    public boolean take(String key) {
        return rate.isUnbounded() || takeWithin(key);
    }

    private synchronized boolean takeWithin(String key) {
        long now = nanoTime.getAsLong();
        Bucket bucket = bucket(key, now);
        refill(bucket, now);
        if (bucket.tokens < 1) {
            return false;
        }
        bucket.tokens--;
        return true;
    }

    /** Gives one token back. */
    public synchronized void giveBack(String key) {
        Bucket bucket = buckets.get(key);
        if (bucket != null) {
            bucket.tokens = Math.min(rate.burst(), bucket.tokens + 1);
        }
    }

    /** Fills a bucket. */
    public synchronized void reset(String key) {
        buckets.remove(key);
    }

    synchronized int size() {
        return buckets.size();
    }

    private Bucket bucket(String key, long now) {
        Bucket known = buckets.get(key);
        if (known != null) {
            return known;
        }
        if (buckets.size() >= most && !dropFullOne(now)) {
            return shared;
        }
        Bucket fresh = new Bucket(rate.burst(), now);
        buckets.put(key, fresh);
        return fresh;
    }

    /** The one that was not used for longest is the likeliest to be full. */
    private boolean dropFullOne(long now) {
        Iterator<Bucket> eldest = buckets.values().iterator();
        Bucket candidate = eldest.next();
        refill(candidate, now);
        if (candidate.tokens < rate.burst()) {
            return false;
        }
        eldest.remove();
        return true;
    }

    private void refill(Bucket bucket, long now) {
        // A clock that was set back takes nothing and gives nothing.
        long passed = Math.max(0, now - bucket.asOf);
        bucket.asOf = now;
        bucket.tokens = Math.min(rate.burst(), bucket.tokens + passed / intervalNanos);
    }
}
