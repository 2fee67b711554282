package io.bailiwick.mrealm.node;

import io.bailiwick.mrealm.schema.ExpiryTime;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.WriteTransaction;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time of day by which what is old is removed. A clock may be set wrong, if only for minutes, and what was removed does not
 * come back: so this time goes on no faster than time passes, and a clock that is ahead of it is believed when it was so for a
 * day in which this process ran. The rule: the clock is looked at in rounds of a day; the time is the least that it showed in
 * the round before this one and in this one, carried on by what passed since. So a clock that is set back is followed at once,
 * which keeps things for longer and harms nothing, and one that is set forward within two days.
 *
 * <p>The time goes with the store, and a restart is a jump like any other: nobody can tell whether the machine was off for a month
 * or is wrong by one. Rounds go on where they stood, so that a controller that runs for an hour a day comes to believe its clock
 * too. Any thread.
 */
final class ExpiryClock {
    private static final long ROUND = Duration.ofDays(1).toNanos();
    private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final MrealmSchema schema;
    private final LongSupplier wall;
    private final LongSupplier monotonic;
    private ExpiryTime now;
    private long at;
    /** When it was written last; the store's thread only. */
    private long keptAt;

    /**
     * Goes on from what the store has; in a new one from what the clock says.
     *
     * @param wall the system's clock, nanoseconds since the epoch
     * @param monotonic nanoseconds since some moment, which nobody sets
     */
    ExpiryClock(Store<MrealmSchema> store, LongSupplier wall, LongSupplier monotonic) {
        this.schema = store.schema();
        this.wall = wall;
        this.monotonic = monotonic;
        this.at = monotonic.getAsLong();
        this.keptAt = at - KEPT_NANOS;
        long first = wall.getAsLong();
        this.now = store.read(tx -> schema.expiry.get(tx, MrealmSchema.EXPIRY)).orElse(new ExpiryTime(first, first, 0));
    }

    /** Nanoseconds since the epoch. */
    long nanos() {
        return look().time();
    }

    private synchronized ExpiryTime look() {
        long then = monotonic.getAsLong();
        long passed = then - at;
        at = then;
        long clock = wall.getAsLong();
        long next = Math.min(now.next() + passed, clock);
        long time = Math.min(now.time() + passed, next);
        long stood = now.stood() + passed;
        now = stood < ROUND ? new ExpiryTime(time, next, stood) : new ExpiryTime(next, clock, 0);
        return now;
    }

    /** Writes down how far it is, once a minute, where something is written anyway. */
    void keep(WriteTransaction tx) {
        long then = monotonic.getAsLong();
        if (tx.hasWritten() && then - keptAt >= KEPT_NANOS) {
            schema.expiry.upsert(tx, MrealmSchema.EXPIRY, look());
            tx.afterCommit(() -> keptAt = then);
        }
    }
}
