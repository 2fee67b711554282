package io.bailiwick.router.transport.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Rates by key: each key has a bucket of tokens that fills up evenly. The number of keys is bounded; the one that was quiet
 * longest is forgotten first, and its bucket with it. Safe on any thread.
 */
public final class TokenBuckets {
    private static final double NANOS = 1e9;

    private final double perSecond;
    private final int burst;
    private final int maxKeys;
    private final LongSupplier nanoTime;
    // Guarded by this.
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    private record Bucket(double tokens, long at) {}

    /**
     * Full buckets.
     *
     * @param perSecond tokens that come in a second; 0 or less for no limit at all
     * @param burst tokens that a bucket holds, at least 1
     * @param maxKeys keys that are remembered
     * @param nanoTime the time, as {@link System#nanoTime}
     */
    public TokenBuckets(double perSecond, int burst, int maxKeys, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.burst = Math.max(1, burst);
        this.maxKeys = maxKeys;
        this.nanoTime = nanoTime;
    }

    /** Takes a token of a key; false when there is none now. */
    public boolean take(String key) {
        if (perSecond <= 0) {
            return true;
        }
        long now = nanoTime.getAsLong();
        synchronized (this) {
            Bucket before = buckets.get(key);
            double tokens =
                    before == null ? burst : Math.min(burst, before.tokens + (now - before.at) / NANOS * perSecond);
            boolean enough = tokens >= 1;
            buckets.put(key, new Bucket(enough ? tokens - 1 : tokens, now));
            if (buckets.size() > maxKeys) {
                buckets.remove(buckets.keySet().iterator().next());
            }
            return enough;
        }
    }
}
