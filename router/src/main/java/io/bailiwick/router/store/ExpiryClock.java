package io.bailiwick.router.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
 * or is wrong by one. Rounds go on where they stood, so that a process that runs for an hour a day comes to believe its clock
 * too. Any thread.
 */
public final class ExpiryClock {
    /** The key of the one row of its table. */
    static final long ROW = 0;

    private static final long ROUND = Duration.ofDays(1).toNanos();
    private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Table<Long, ExpiryTime> rows;
    private final LongSupplier wall;
    private final LongSupplier monotonic;
    private ExpiryTime now;
    private long at;
    /** When it was written last; the store's thread only. */
    private long keptAt;

    /**
     * By a system's clock.
     *
     * @param rows a table of that store, which has one row at most
     */
    public ExpiryClock(Store<?> store, Table<Long, ExpiryTime> rows, InstantSource clock) {
        this(store, rows, () -> nanos(clock.instant()), System::nanoTime);
    }

    /**
     * Goes on from what the store has; in a new one from what the clock says.
     *
     * @param rows a table of that store, which has one row at most
     * @param wall the system's clock, nanoseconds since the epoch
     * @param monotonic nanoseconds since some moment, which nobody sets
     */
    public ExpiryClock(Store<?> store, Table<Long, ExpiryTime> rows, LongSupplier wall, LongSupplier monotonic) {
        this.rows = rows;
        this.wall = wall;
        this.monotonic = monotonic;
        this.at = monotonic.getAsLong();
        this.keptAt = at - KEPT_NANOS;
        long first = wall.getAsLong();
        this.now = store.read(tx -> rows.get(tx, ROW)).orElse(new ExpiryTime(first, first, 0));
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    /** Nanoseconds since the epoch. */
    public long nanos() {
        return look().time();
    }

    /** The same as an instant. */
    public Instant instant() {
        return Instant.ofEpochSecond(0, nanos());
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
    public void keep(WriteTransaction tx) {
        long then = monotonic.getAsLong();
        if (tx.hasWritten() && then - keptAt >= KEPT_NANOS) {
            write(tx);
            tx.afterCommit(() -> keptAt = then);
        }
    }

    /** Writes down how far it is, for who does so seldom enough. */
    public void write(WriteTransaction tx) {
        rows.upsert(tx, ROW, look());
    }
}
