package io.bailiwick.domain.metering;

import static io.bailiwick.domain.testing.Calls.by;
import static io.bailiwick.domain.testing.Calls.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.audit.DomainAudit;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.testing.Population;
import io.bailiwick.router.audit.AuditLog.Retention;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.store.ExpiryClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a domain removes by its age, on a machine whose clock is set forward. */
class ExpiryTest {
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final long DAY = TimeUnit.DAYS.toNanos(1);
    private static final Duration KEPT = Duration.ofDays(10);

    @TempDir
    Path directory;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private Population population;
    private Work work;
    private long wall = UsageIntakeTest.ns(5);
    private long monotonic = 7;
    private ExpiryClock expiry;

    @BeforeEach
    void open() {
        population = new Population(directory);
        work = new Work(population.store, ForkJoinPool.commonPool());
        started();
    }

    @AfterEach
    void close() {
        timer.shutdownNow();
        population.close();
    }

    private void started() {
        expiry = new ExpiryClock(population.store, population.schema().expiry, () -> wall, () -> monotonic);
    }

    private void pass(long nanos) {
        for (long passed = 0; passed < nanos; passed += HOUR) {
            wall += HOUR;
            monotonic += HOUR;
            expiry.nanos();
        }
    }

    /** How many records of usage are left when those were removed that are not kept. */
    private long usageLeft() throws Exception {
        try (Metering metering = metering()) {
            metering.begin();
            // Behind the removal, in the timer's line and in the store's.
            timer.submit(() -> {}).get();
            population.store.writeAll(tx -> {});
            return population.store.read(tx -> population.schema().usage.count(tx));
        }
    }

    private Metering metering() throws IOException {
        return new Metering(
                new MeteringOptions(Duration.ofMinutes(1), Duration.ofSeconds(1), KEPT, Optional.empty()),
                work,
                SigningKey.generate(),
                timer,
                Clock.systemUTC(),
                expiry,
                (readers, usage) -> {});
    }

    private long recordsLeft() {
        Retention retention = new Retention(Optional.of(KEPT), 0);
        new DomainAudit(population.store, () -> Instant.ofEpochSecond(0, wall)).keep(retention, expiry);
        population.store.writeAll(tx -> {});
        return population.store.read(tx -> population.schema().auditLog.count(tx));
    }

    @Test
    void usage_and_audit_outlive_a_clock_that_is_a_year_ahead_for_a_day() throws Exception {
        ManagementRealm realm = population.realm("mrealm1", population.user("owner"));
        UsageIntake intake = new UsageIntake(work, realm.oid(), "aa", Optional.empty(), (readers, usage) -> {});
        Map<String, Object> one = UsageIntakeTest.record(1, 7);
        assertEquals(
                1,
                result(intake.storeUsage(List.of(one), by("realm-controller", "backend")))
                        .get("stored"));
        DomainAudit audit = new DomainAudit(population.store, () -> Instant.ofEpochSecond(0, wall));
        for (int i = 0; i < 3; i++) {
            audit.own("io.bailiwick.audit.something", Map.of());
        }
        wall += 365 * DAY;
        assertEquals(1, usageLeft());
        assertEquals(3, recordsLeft());
        pass(20 * HOUR);
        assertEquals(1, usageLeft());
        started();
        assertEquals(1, usageLeft(), "nor does a restart help it");
        assertEquals(3, recordsLeft());
        pass(2 * DAY);
        assertEquals(0, usageLeft(), "it has stood for a day: so it is the time");
        assertTrue(recordsLeft() < 3);
    }
}
