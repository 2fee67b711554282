package io.bailiwick.mrealm.series;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.message.Uris;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a series.
 *
 * @param from the begin of the first bucket, nanoseconds since the epoch
 * @param until the end of the last, which it does not contain
 * @param buckets how many of equal length lie between
 * @param figures names of figures; empty for those that are usual
 */
public record SeriesRequest(long from, long until, int buckets, List<String> figures) {
    private static final int DEFAULT_BUCKETS = 60;
    private static final int MAX_BUCKETS = 1_000;
    private static final int MAX_FIGURES = 16;
    /** Three numbers each: a fifth of the megabyte that a message may have. */
    private static final int MAX_CELLS = 8_000;

    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    /** Reads what came. Error: {@code wamp.error.invalid_argument}. */
    public static SeriesRequest of(
            @Nullable Long fromNs, @Nullable Long untilNs, @Nullable Integer buckets, @Nullable List<String> figures) {
        Instant now = Instant.now();
        long until = untilNs == null ? TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano() : untilNs;
        long from = fromNs == null ? until - HOUR : fromNs;
        int number = buckets == null ? DEFAULT_BUCKETS : buckets;
        List<String> names = figures == null ? List.of() : List.copyOf(figures);
        if (from < 0 || until - from < number) {
            throw invalid("from_ns, until_ns: expected two times since the epoch, the first before the second");
        } else if (number < 1 || number > MAX_BUCKETS) {
            throw invalid("buckets: expected 1 to " + MAX_BUCKETS + ", but found " + number);
        } else if (names.size() > MAX_FIGURES) {
            throw invalid("figures: expected at most " + MAX_FIGURES + ", but found " + names.size());
        } else if (names.size() * number > MAX_CELLS) {
            throw invalid("expected at most " + MAX_CELLS + " buckets of all figures together, but found "
                    + names.size() * number);
        }
        return new SeriesRequest(from, until, number, names);
    }

    /** An error for what cannot be told. */
    static ApplicationError invalid(String text) {
        return new ApplicationError(Uris.INVALID_ARGUMENT, text);
    }

    /** The bucket of a time inside. */
    int bucket(long time) {
        // Two longs whose product may be none: the time in a bucket is at most a year, which a double has to the
        // microsecond.
        return (int) Math.min(buckets - 1L, (long) ((double) (time - from) / ((double) (until - from) / buckets)));
    }

    /** When a bucket begins. */
    long begin(int bucket) {
        return from + (long) ((double) (until - from) / buckets * bucket);
    }
}
