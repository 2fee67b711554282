package io.bailiwick.router.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpiryClockTest {
    private static final long DAY = TimeUnit.DAYS.toNanos(1);
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final long BEGAN = 20_000 * DAY;

    private static final class Clocked extends Schema {
        private final Table<Long, ExpiryTime> expiry = table("expiry", Form.integer(), ExpiryTime.class);
        private final Table<Long, Work> work = table("work", Form.integer(), Work.class);

        Clocked() {
            super("clocked", 1);
        }
    }

    private record Work(String what) {}

    @TempDir
    Path directory;

    private long wall = BEGAN;
    private long monotonic = 7;
    private Store<Clocked> store;
    private ExpiryClock clock;

    @BeforeEach
    void open() {
        store = Store.open(directory, new Clocked());
        clock = new ExpiryClock(store, store.schema().expiry, () -> wall, () -> monotonic);
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** The process ends after something was written, and starts again when so much time has passed. */
    private void restart(long after) {
        kept();
        store.close();
        wall += after;
        monotonic = -monotonic;
        open();
    }

    /** Time passes, and the clock is read each minute. */
    private void pass(long nanos) {
        for (long passed = 0; passed < nanos; passed += MINUTE) {
            wall += MINUTE;
            monotonic += MINUTE;
            clock.nanos();
        }
    }

    @Test
    void it_is_the_systems_clock_as_long_as_nobody_sets_that() {
        for (int i = 0; i < 4; i++) {
            assertEquals(wall, clock.nanos());
            pass(DAY);
        }
    }

    @Test
    void a_clock_that_is_a_month_ahead_for_hours_changes_nothing() {
        pass(HOUR);
        wall += 30 * DAY;
        assertEquals(BEGAN + HOUR, clock.nanos());
        pass(23 * HOUR);
        assertEquals(BEGAN + DAY, clock.nanos(), "it goes on as time passes");
        wall -= 30 * DAY;
        assertEquals(wall, clock.nanos());
        pass(3 * DAY);
        assertEquals(wall, clock.nanos());
    }

    @Test
    void a_clock_that_was_set_forward_and_stays_so_is_believed_after_a_day_and_before_two() {
        pass(HOUR);
        wall += 30 * DAY;
        pass(DAY);
        assertTrue(clock.nanos() < wall - 29 * DAY);
        pass(DAY);
        assertEquals(wall, clock.nanos());
    }

    @Test
    void a_clock_that_is_set_back_is_followed_at_once() {
        pass(HOUR);
        wall -= 30 * DAY;
        assertEquals(wall, clock.nanos());
        wall += 30 * DAY;
        assertTrue(clock.nanos() < wall - 29 * DAY, "and forward again later");
        pass(2 * DAY);
        assertEquals(wall, clock.nanos());
    }

    @Test
    void a_machine_that_starts_with_a_clock_months_ahead_is_no_exception() {
        pass(HOUR);
        restart(90 * DAY);
        assertEquals(BEGAN + HOUR, clock.nanos());
        pass(HOUR);
        restart(0);
        pass(HOUR);
        assertEquals(BEGAN + 3 * HOUR, clock.nanos(), "nor when it starts again with it");
        wall -= 90 * DAY;
        assertEquals(wall, clock.nanos());
    }

    @Test
    void one_that_was_off_for_long_knows_the_time_again_after_two_days() {
        pass(HOUR);
        restart(90 * DAY);
        pass(2 * DAY);
        assertEquals(wall, clock.nanos());
    }

    @Test
    void one_that_runs_for_an_hour_a_day_comes_to_believe_its_clock_too() {
        for (int day = 0; day < 60; day++) {
            pass(HOUR);
            restart(23 * HOUR);
        }
        assertTrue(wall - clock.nanos() <= 49 * DAY, "two rounds of running hours behind at most");
        assertTrue(clock.nanos() > BEGAN + 24 * DAY);
    }

    private long kept() {
        store.writeAll(tx -> {
            store.schema().work.upsert(tx, 1L, new Work("done"));
            clock.keep(tx);
        });
        return store.read(tx -> store.schema().expiry.get(tx, ExpiryClock.ROW))
                .orElseThrow()
                .time();
    }

    @Test
    void it_is_written_down_once_a_minute_and_only_where_something_is_written_anyway() {
        long commits = store.syncs();
        store.writeAll(clock::keep);
        assertEquals(commits, store.syncs());
        assertEquals(BEGAN, kept());
        wall += MINUTE / 2;
        monotonic += MINUTE / 2;
        assertEquals(BEGAN, kept());
        wall += MINUTE / 2;
        monotonic += MINUTE / 2;
        assertEquals(BEGAN + MINUTE, kept());
    }

    @Test
    void who_writes_seldom_has_it_written_whenever_asked() {
        for (int hour = 1; hour <= 2; hour++) {
            pass(HOUR);
            store.writeAll(clock::write);
            store.close();
            open();
            assertEquals(BEGAN + hour * HOUR, clock.nanos());
            assertEquals(clock.nanos(), clock.instant().getEpochSecond() * 1_000_000_000);
        }
    }
}
