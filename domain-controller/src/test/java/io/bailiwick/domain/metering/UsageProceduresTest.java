package io.bailiwick.domain.metering;

import static io.bailiwick.domain.metering.UsageIntakeTest.ns;
import static io.bailiwick.domain.testing.Calls.by;
import static io.bailiwick.domain.testing.Calls.refused;
import static io.bailiwick.domain.testing.Calls.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.MasterNodeUsage;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.domain.testing.MovableClock;
import io.bailiwick.domain.testing.Population;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.store.ExpiryClock;
import io.bailiwick.router.store.Form.Pair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageProceduresTest {
    private static final long HOUR = 60;
    private static final long DAY = 24 * HOUR;
    private static final String NONE = "crossbar.error.no_such_object";

    @TempDir
    Path directory;

    private Population population;
    private Work work;
    private ManagementRealm mine;
    private ManagementRealm other;
    private UsageProcedures procedures;

    @BeforeEach
    void open() {
        population = new Population(directory);
        work = new Work(population.store, ForkJoinPool.commonPool());
        mine = population.realm("mine", population.user("owner"));
        other = population.realm("other", population.user("another"));
        population.grant(population.user("operator"), mine, Role.OPERATOR);
        procedures = new UsageProcedures(work, MeteringOptions.DEFAULT, "aa", Optional.empty());
    }

    @AfterEach
    void close() {
        population.close();
    }

    private void used(ManagementRealm realm, long... minutes) {
        population.store.writeAll(tx -> {
            for (long minute : minutes) {
                MasterNodeUsage row =
                        Records.of(UsageIntakeTest.record(minute, 0), realm.oid(), "aa", MasterNodeUsage.Status.NONE);
                population.schema().usage.insert(tx, new Pair<>(row.timestamp(), realm.oid()), row);
            }
        });
    }

    private Map<String, Object> page(
            String who, UUID realm, Long from, Long until, String by, Integer limit, String after) {
        return result(procedures.listUsage(realm, from, until, by, limit, after, by(who)));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> rows(Map<String, Object> page) {
        return (List<Map<String, Object>>) page.get("usage");
    }

    private List<Map<String, Object>> list(String by, Long from, Long until) {
        Map<String, Object> page = page("owner", mine.oid(), from, until, by, null, null);
        assertNull(page.get("next"));
        return rows(page);
    }

    @Test
    void usage_is_summed_up_by_interval_hour_day_month_and_in_total() {
        used(mine, 0, 1, HOUR, HOUR + 59, DAY, 29 * DAY + 23 * HOUR + 59, 30 * DAY);
        used(other, 0);
        assertEquals(7, list(null, null, null).size());
        assertEquals(List.of(2L, 2L, 1L, 1L, 1L), counts("hour"));
        assertEquals(List.of(4L, 1L, 1L, 1L), counts("day"));
        assertEquals(List.of(6L, 1L), counts("month"));
        assertEquals(List.of(7L), counts("total"));
        Map<String, Object> day = list("day", null, null).get(0);
        assertEquals("2026-11-01T00:00:00.000000000Z", day.get("from"));
        assertEquals("2026-11-01T02:00:00.000000000Z", day.get("until"));
        assertEquals("mine", day.get("mrealm_name"));
        for (int i = 0; i < Figures.NAMES.size(); i++) {
            assertEquals(400L * (i + 1), day.get(Figures.NAMES.get(i)));
        }
    }

    private List<Object> counts(String by) {
        return list(by, null, null).stream().map(row -> row.get("intervals")).toList();
    }

    @Test
    void a_time_has_the_intervals_that_lie_in_it_whole() {
        used(mine, 0, 1, 2, 3);
        assertEquals(2, list("interval", ns(1), ns(3)).size());
        assertEquals(1, list("interval", ns(1) + 1, ns(4) - 1).size());
        assertEquals(List.of(), list("interval", ns(4), null));
        assertEquals(
                2L,
                result(procedures.getUsage(mine.oid(), ns(1), ns(3), by("owner")))
                        .get("intervals"));
        Map<String, Object> nothing = result(procedures.getUsage(mine.oid(), ns(9), null, by("owner")));
        assertEquals(0L, nothing.get("intervals"));
        assertEquals(0L, nothing.get("nodes"));
    }

    @Test
    void pages_follow_each_other_over_all_realms_without_a_gap() {
        used(mine, 0, 1, 2, DAY, DAY + 1, 2 * DAY);
        used(other, 0, DAY, 2 * DAY, 3 * DAY);
        for (String by : List.of("interval", "hour", "day", "month", "total")) {
            List<Map<String, Object>> all = rows(page("superuser", null, null, null, by, 500, null));
            for (int limit = 1; limit < 6; limit++) {
                List<Map<String, Object>> paged = new ArrayList<>();
                String after = null;
                do {
                    Map<String, Object> page = page("superuser", null, null, null, by, limit, after);
                    assertTrue(rows(page).size() <= limit);
                    paged.addAll(rows(page));
                    after = (String) page.get("next");
                } while (after != null);
                assertEquals(all, paged, by + " by " + limit);
            }
        }
    }

    @Test
    void admins_see_the_usage_of_their_realms_only() {
        used(mine, 0);
        used(other, 0);
        assertEquals(1, rows(page("owner", null, null, null, null, null, null)).size());
        assertEquals(
                2, rows(page("superuser", null, null, null, null, null, null)).size());
        assertEquals(
                0, rows(page("operator", null, null, null, null, null, null)).size());
        refused("fabric.not-authorized", () -> list("operator", mine));
        refused(NONE, () -> list("owner", other));
        refused(NONE, () -> procedures.getUsage(other.oid(), null, null, by("owner")));
        refused("fabric.not-authorized", () -> procedures.getMeteringStatus(by("owner")));
    }

    private java.util.concurrent.CompletableFuture<?> list(String who, ManagementRealm realm) {
        return procedures.listUsage(realm.oid(), null, null, null, null, null, by(who));
    }

    @Test
    void the_usage_of_a_deleted_realm_is_the_superusers_to_see() {
        used(mine, 0);
        population.store.writeAll(tx -> population.schema().mrealms.delete(tx, mine.oid()));
        List<Map<String, Object>> found = rows(page("superuser", mine.oid(), null, null, null, null, null));
        assertEquals(1, found.size());
        assertNull(found.get(0).get("mrealm_name"));
        assertEquals(
                1, rows(page("superuser", null, null, null, null, null, null)).size());
        refused(NONE, () -> list("owner", mine));
        refused(NONE, () -> procedures.listUsage(UUID.randomUUID(), null, null, null, null, null, by("superuser")));
    }

    @Test
    void what_is_asked_wrongly_is_told() {
        for (String after : List.of("", "/", "x/1", mine.oid() + "/", mine.oid() + "/x", "1/1/1")) {
            refused(
                    "wamp.error.invalid_argument",
                    () -> procedures.listUsage(null, null, null, null, null, after, by("owner")));
        }
        refused(
                "wamp.error.invalid_argument",
                () -> procedures.listUsage(null, null, null, "year", null, null, by("owner")));
        refused(
                "wamp.error.invalid_argument",
                () -> procedures.listUsage(null, null, null, null, 0, null, by("owner")));
    }

    @Test
    void the_status_tells_how_much_there_is_and_whose_key_signs() {
        used(mine, 0, 1);
        Map<String, Object> status = result(procedures.getMeteringStatus(by("superuser")));
        assertEquals(300L, status.get("interval"));
        assertEquals("aa", status.get("key"));
        assertEquals(2L, status.get("records"));
        assertEquals(0L, status.get("pending"));
        assertEquals("2026-11-01T00:02:00.000Z", status.get("newest"));
        assertNull(status.get("receiver"));
    }

    @Test
    void records_are_kept_as_long_as_told_and_those_that_wait_to_be_submitted_longer() throws Exception {
        used(mine, 0, DAY, 2 * DAY);
        population.store.writeAll(tx -> {
            MasterNodeUsage row =
                    Records.of(UsageIntakeTest.record(1, 0), mine.oid(), "aa", MasterNodeUsage.Status.RECEIVED);
            population.schema().usage.insert(tx, new Pair<>(row.timestamp(), mine.oid()), row);
        });
        MovableClock clock = new MovableClock();
        clock.move(java.time.Duration.between(clock.instant(), Records.instant(ns(2 * DAY))));
        MeteringOptions options = new MeteringOptions(
                MeteringOptions.DEFAULT.interval(),
                MeteringOptions.DEFAULT.grace(),
                java.time.Duration.ofDays(1),
                Optional.empty());
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        ExpiryClock expiry = new ExpiryClock(population.store, population.schema().expiry, clock);
        try (Metering metering =
                new Metering(options, work, SigningKey.generate(), timer, clock, expiry, (readers, arguments) -> {})) {
            metering.begin();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (list("interval", null, null).size() > 3) {
                assertTrue(System.nanoTime() < end);
                TimeUnit.MILLISECONDS.sleep(5);
            }
            assertEquals(
                    List.of(ns(1), ns(DAY), ns(2 * DAY)),
                    list("interval", null, null).stream()
                            .map(row -> row.get("from_ns"))
                            .toList());
        } finally {
            timer.shutdownNow();
        }
    }
}
