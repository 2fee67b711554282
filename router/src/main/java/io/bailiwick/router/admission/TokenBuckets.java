package io.bailiwick.router.admission;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A bucket of tokens for each key, in a table of bounded size.
 *
 * <p>Nobody can free himself by filling the table: only a full bucket is ever dropped for another one, as that changes
 * nothing. Where there is none, the keys that have no bucket share one until there is.
 */
final class TokenBuckets {
    /**
     * How many attempts are allowed.
     *
     * @param burst tokens in a full bucket
     * @param interval time in which one comes back
     */
    record Rate(int burst, Duration interval) {}

    private static final class Bucket {
        private double tokens;
        private long asOfMillis;

        Bucket(int tokens, long now) {
            this.tokens = tokens;
            this.asOfMillis = now;
        }
    }

    private final Rate rate;
    private final int most;
    private final InstantSource clock;
    // Guarded by this.
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);
    private final Bucket shared;

    TokenBuckets(Rate rate, int most, InstantSource clock) {
        if (rate.burst() < 1 || rate.interval().toMillis() < 1 || most < 1) {
            throw new IllegalArgumentException(
                    "throttle: expected a burst, an interval and a table above 0, but found " + rate + " and " + most);
        }
        this.rate = rate;
        this.most = most;
        this.clock = clock;
        this.shared = new Bucket(rate.burst(), clock.millis());
    }

    /** Takes a token; false when there is none. */
    synchronized boolean take(String key) {
        long now = clock.millis();
        Bucket bucket = bucket(key, now);
        refill(bucket, now);
        if (bucket.tokens < 1) {
            return false;
        }
        bucket.tokens--;
        return true;
    }

    /** Gives one token back. */
    synchronized void giveBack(String key) {
        Bucket bucket = buckets.get(key);
        if (bucket != null) {
            bucket.tokens = Math.min(rate.burst(), bucket.tokens + 1);
        }
    }

    /** Fills a bucket. */
    synchronized void reset(String key) {
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
        long passed = Math.max(0, now - bucket.asOfMillis);
        bucket.asOfMillis = now;
        bucket.tokens = Math.min(
                rate.burst(), bucket.tokens + (double) passed / rate.interval().toMillis());
    }
}
