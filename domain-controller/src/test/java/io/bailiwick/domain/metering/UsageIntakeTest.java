package io.bailiwick.domain.metering;

import static io.bailiwick.domain.testing.Calls.by;
import static io.bailiwick.domain.testing.Calls.refused;
import static io.bailiwick.domain.testing.Calls.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.MasterNodeUsage;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.testing.Population;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageIntakeTest {
    private static final String CONTROLLER = "realm-controller";
    private static final String INVALID = "wamp.error.invalid_argument";

    @TempDir
    Path directory;

    private final List<List<Object>> announced = Collections.synchronizedList(new ArrayList<>());
    private final List<List<String>> readers = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger woken = new AtomicInteger();
    private Population population;
    private ManagementRealm realm;
    private User owner;
    private UsageIntake intake;

    @BeforeEach
    void open() {
        population = new Population(directory);
        owner = population.user("owner");
        realm = population.realm("mrealm1", owner);
        population.grant(population.user("admin"), realm, Role.ADMIN);
        population.grant(population.user("operator"), realm, Role.OPERATOR);
        intake = intake(Optional.of(woken::incrementAndGet));
    }

    @AfterEach
    void close() {
        population.close();
    }

    private UsageIntake intake(Optional<Runnable> submission) {
        return new UsageIntake(
                new Work(population.store, ForkJoinPool.commonPool()),
                realm.oid(),
                "aa",
                submission,
                (who, arguments) -> {
                    readers.add(who);
                    announced.add(arguments);
                });
    }

    private long rows(Table<?, ?> table) {
        Long rows = population.store.read(tx -> table.count(tx));
        return rows;
    }

    /** The start of a minute of 2026-11-01. */
    static long ns(long minute) {
        return (1_793_491_200L + 60 * minute) * 1_000_000_000L;
    }

    /** A record of one minute, in which the figures are 100 times their place, and a number. */
    static Map<String, Object> record(long minute, long number) {
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("from", ns(minute));
        record.put("until", ns(minute + 1));
        record.put("seq", minute + 1);
        for (int i = 0; i < Figures.NAMES.size(); i++) {
            record.put(Figures.NAMES.get(i), 100L * (i + 1) + number);
        }
        return record;
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // they are only read
    private final Map<String, Object> store(Map<String, Object>... records) {
        return result(intake.storeUsage(List.of(records), by(CONTROLLER, "backend")));
    }

    @Test
    @SuppressWarnings("unchecked")
    void a_record_is_stored_announced_and_submitted_once() {
        assertEquals(Map.of("stored", 2, "known", 0), store(record(1, 7), record(2, 7)));
        assertEquals(Map.of("stored", 1, "known", 2), store(record(1, 7), record(2, 7), record(3, 7)));
        assertEquals(3, announced.size());
        assertEquals(2, woken.get());
        MasterNodeUsage row = population
                .store
                .read(tx -> population.schema().usage.get(tx, new Pair<>(ns(2), realm.oid())))
                .orElseThrow();
        assertEquals(ns(1), row.timestampFrom());
        assertEquals(2, row.seq());
        assertEquals(MasterNodeUsage.Status.RECEIVED, row.status());
        for (int i = 0; i < Figures.NAMES.size(); i++) {
            assertEquals(100L * (i + 1) + 7, Figures.of(row)[i], Figures.NAMES.get(i));
        }
        List<Object> event = announced.get(0);
        assertEquals(realm.oid().toString(), event.get(0));
        assertEquals("2026-11-01T00:01:00.000000000Z", event.get(1));
        assertEquals("2026-11-01T00:02:00.000000000Z", event.get(2));
        assertEquals(107L, ((Number) ((Map<String, Object>) event.get(3)).get("count")).longValue());
        assertEquals(List.of("admin", "owner", "superuser"), readers.get(0), "who may know");
    }

    @Test
    void of_a_hundred_at_once_one_is_stored_and_announced() throws Exception {
        List<CompletableFuture<Map<String, Object>>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            answers.add(CompletableFuture.supplyAsync(() -> number)
                    .thenCompose(n -> intake.storeUsage(List.of(record(1, n)), by(CONTROLLER, "backend"))));
        }
        long stored = 0;
        for (CompletableFuture<Map<String, Object>> answer : answers) {
            stored += ((Number) answer.get(20, TimeUnit.SECONDS).get("stored")).longValue();
        }
        assertEquals(1, stored);
        assertEquals(1, announced.size());
        assertEquals(1, rows(population.schema().usage));
        assertEquals(1, rows(population.schema().usagePending));
    }

    @Test
    void the_first_record_of_an_interval_stays() {
        store(record(1, 7));
        assertEquals(Map.of("stored", 0, "known", 1), store(record(1, 8)));
        assertEquals(
                107,
                population
                        .store
                        .read(tx -> population.schema().usage.get(tx, new Pair<>(ns(2), realm.oid())))
                        .orElseThrow()
                        .count());
    }

    @Test
    void without_a_receiver_nothing_waits_to_be_submitted() {
        intake = intake(Optional.empty());
        store(record(1, 7));
        assertEquals(0, rows(population.schema().usagePending));
        assertEquals(
                MasterNodeUsage.Status.NONE,
                population
                        .store
                        .read(tx -> population.schema().usage.get(tx, new Pair<>(ns(2), realm.oid())))
                        .orElseThrow()
                        .status());
    }

    @Test
    void nobody_but_the_realms_controller_stores_usage() {
        for (String role : List.of("owner", "admin", "user", "node", "public")) {
            refused("wamp.error.not_authorized", () -> intake.storeUsage(List.of(record(1, 7)), by("x", role)));
        }
        assertEquals(0, rows(population.schema().usage));
    }

    @Test
    void a_record_with_a_fault_is_refused_with_all_that_come_with_it() {
        for (Map.Entry<String, Object> fault : Map.<String, Object>of(
                        "from", ns(2), "until", ns(2_000), "seq", -1L, "nodes", "many", "msgs_call", 1.5, "count", true)
                .entrySet()) {
            Map<String, Object> wrong = record(1, 7);
            wrong.put(fault.getKey(), fault.getValue());
            String text =
                    refused(INVALID, () -> intake.storeUsage(List.of(record(3, 7), wrong), by(CONTROLLER, "backend")));
            assertTrue(text.startsWith("usage."), text);
        }
        refused(INVALID, () -> intake.storeUsage(Collections.nCopies(1_001, record(1, 7)), by(CONTROLLER, "backend")));
        assertEquals(0, rows(population.schema().usage));
    }
}
