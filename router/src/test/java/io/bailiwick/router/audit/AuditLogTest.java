package io.bailiwick.router.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log in a real store. */
class AuditLogTest {
    private static final Actor ALICE = new Actor("alice", "user", null, null, 1L, null);
    private static final Actor BOB = new Actor("bob", "user", null, null, 2L, null);

    @TempDir
    Path directory;

    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Store<AuditSchema> store;
    private AuditLog log;
    private Recorder recorder;

    @BeforeEach
    void open() {
        store = Store.open(directory, new AuditSchema());
        log = AuditLog.of("test", store.schema().log, AuditSchema.Line::new, AuditSchema.Line::text, () -> now);
        recorder = new Recorder(store, log, (tx, actor) -> actor);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private AuditHead add(Actor actor, String action, String id) {
        return store.write(tx -> log.append(tx, new Deed(actor, action).on("thing", id)));
    }

    private void add(int number) {
        for (int i = 0; i < number; i++) {
            now = now.plusSeconds(1);
            add(i % 2 == 0 ? ALICE : BOB, "x.do", "t" + i);
        }
    }

    private Chain.Verdict verified() {
        return store.read(tx -> log.verify(tx, 0, 0, Optional.empty()));
    }

    private long cut(AuditLog.Retention retention) {
        return store.write(tx -> {
            Deed deed = new Deed(ALICE, "cut");
            long gone = log.cut(tx, retention, deed);
            recorder.record(tx, deed);
            return gone;
        });
    }

    private List<Long> found(AuditQuery query, long start, boolean forward, int most) {
        return store.read(tx -> log.list(tx, query, start, forward, most)).records().stream()
                .map(AuditRecord::seq)
                .toList();
    }

    @Test
    void records_are_found_by_what_they_say_page_by_page() {
        add(10);
        assertEquals(List.of(10L, 8L), found(new AuditQuery(null, null, "bob", null, null, null), 0, false, 2));
        assertEquals(List.of(4L), found(new AuditQuery(null, "t3", null, null, null, null), 0, false, 5));
        assertEquals(List.of(1L, 2L, 3L), found(AuditQuery.ALL, 0, true, 3));
        assertEquals(List.of(4L, 5L), found(AuditQuery.ALL, 4, true, 2));
        assertEquals(List.of(), found(new AuditQuery(null, null, null, "x.", null, null), 0, false, 0));
        assertEquals(
                10,
                found(new AuditQuery(null, null, null, "x.", null, null), 0, false, 50)
                        .size());
        assertEquals(List.of(), found(new AuditQuery(null, null, null, "x", null, null), 0, false, 50));
        String fourth = "2026-01-01T00:00:04.000000Z";
        String sixth = "2026-01-01T00:00:06.000000Z";
        assertEquals(List.of(5L, 4L), found(new AuditQuery(null, null, null, null, fourth, sixth), 0, false, 50));
        AuditLog.Page page = store.read(tx -> log.list(tx, AuditQuery.ALL, 0, false, 4));
        assertEquals(6, page.next());
        assertEquals(
                0, store.read(tx -> log.list(tx, AuditQuery.ALL, 6, false, 6)).next());
    }

    @Test
    void a_hundred_at_once_make_one_chain_without_a_gap() {
        ExecutorService many = Executors.newFixedThreadPool(16);
        try {
            List<CompletableFuture<AuditHead>> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String id = "t" + i;
                all.add(CompletableFuture.supplyAsync(() -> add(ALICE, "x.do", id), many));
            }
            List<Long> numbers =
                    all.stream().map(one -> one.join().seq()).sorted().toList();
            assertEquals(LongStream.rangeClosed(1, 100).boxed().toList(), numbers);
        } finally {
            many.shutdown();
        }
        assertNull(verified().fault());
        assertEquals(100, verified().records());
    }

    @Test
    void a_record_goes_with_its_change_when_that_is_undone() {
        assertThrows(
                IllegalStateException.class,
                () -> store.writeAll(tx -> {
                    store.schema().things.insert(tx, "a", new AuditSchema.Thing("a"));
                    log.append(tx, new Deed(ALICE, "x").on("thing", "a"));
                    throw new IllegalStateException("no");
                }));
        assertEquals(AuditHead.EMPTY, store.read(log::head));
        assertEquals(1, add(ALICE, "x", "b").seq());
        assertNull(verified().fault());
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_record_that_is_undone_is_followed_by_none_in_the_same_commit() {
        CountDownLatch hold = new CountDownLatch(1);
        store.writeAsync(tx -> {
            awaited(hold);
            return log.append(tx, new Deed(ALICE, "x").on("thing", "a"));
        });
        CompletableFuture<AuditHead> undone = store.writeAsync(tx -> {
            log.append(tx, new Deed(ALICE, "x").on("thing", "b"));
            throw new IllegalStateException("no");
        });
        CompletableFuture<AuditHead> next =
                store.writeAsync(tx -> log.append(tx, new Deed(ALICE, "x").on("thing", "c")));
        hold.countDown();
        assertThrows(CompletionException.class, undone::join);
        assertEquals(2, next.join().seq());
        assertNull(verified().fault());
        assertEquals(2, verified().records());
    }

    @Test
    void a_change_that_is_not_told_is_not_made() {
        assertThrows(
                IllegalStateException.class,
                () -> store.writeAll(tx -> {
                    Deed deed = recorder.begun(tx, ALICE, "x");
                    store.schema().things.insert(tx, "a", new AuditSchema.Thing("a"));
                    recorder.record(tx, deed);
                }));
        assertTrue(store.read(tx -> store.schema().things.get(tx, "a")).isEmpty());
        store.writeAll(tx -> recorder.record(tx, recorder.begun(tx, ALICE, "looks")));
        assertEquals(AuditHead.EMPTY, store.read(log::head));
    }

    @Test
    void one_deed_is_one_record() {
        Deed deed = new Deed(ALICE, "x").on("thing", "a");
        assertThrows(IllegalStateException.class, () -> deed.on("thing", "b"));
    }

    @Test
    void where_the_log_cannot_be_written_nothing_is_done() {
        add(1);
        store.writeAll(tx -> store.schema().log.insert(tx, 2L, new AuditSchema.Line("{\"broken\":true}")));
        assertThrows(
                IllegalArgumentException.class,
                () -> store.writeAll(tx -> {
                    store.schema().things.insert(tx, "a", new AuditSchema.Thing("a"));
                    log.append(tx, new Deed(ALICE, "x").on("thing", "a"));
                }));
        assertTrue(store.read(tx -> store.schema().things.get(tx, "a")).isEmpty());
        assertEquals(2, verified().fault().seq());
    }

    @Test
    void a_row_that_was_changed_or_removed_in_the_store_is_found() {
        add(5);
        String third =
                store.read(tx -> store.schema().log.get(tx, 3L)).orElseThrow().text();
        store.writeAll(tx -> store.schema().log.update(tx, 3L, new AuditSchema.Line(third.replace("alice", "eve"))));
        assertEquals(3, verified().fault() == null ? 0 : verified().fault().seq());
        store.writeAll(tx -> store.schema().log.update(tx, 3L, new AuditSchema.Line(third)));
        assertNull(verified().fault());
        store.writeAll(tx -> store.schema().log.delete(tx, 3L));
        assertEquals(3, verified().fault().seq());
    }

    @Test
    void the_oldest_go_by_number_and_by_age_and_the_rest_is_whole() {
        add(30);
        AuditHead kept = store.read(log::head);
        long gone = cut(new AuditLog.Retention(Optional.empty(), 10));
        assertEquals(21, gone);
        assertEquals(10, verified().records());
        assertNull(verified().fault());
        assertNull(store.read(tx -> log.verify(tx, 0, 0, Optional.of(kept))).fault());
        assertEquals(0, cut(new AuditLog.Retention(Optional.empty(), 10)));
        now = now.plus(Duration.ofDays(2));
        add(3);
        assertEquals(10, cut(new AuditLog.Retention(Optional.of(Duration.ofDays(1)), 0)));
        assertEquals(4, verified().records());
        assertNull(verified().fault());
        assertNotNull(store.read(tx -> log.list(tx, AuditQuery.ALL, 0, false, 1))
                .records()
                .get(0)
                .members()
                .get("before"));
        // Who removes more than it said is found.
        store.writeAll(tx -> store.schema().log.delete(tx, verified().first()));
        assertNotNull(verified().fault());
    }

    @Test
    void the_newest_always_stays_so_that_numbers_go_on() {
        add(3);
        now = now.plus(Duration.ofDays(2));
        assertEquals(2, cut(new AuditLog.Retention(Optional.of(Duration.ofDays(1)), 0)));
        assertEquals(4, store.read(log::head).seq());
        assertNull(verified().fault());
    }

    @Test
    void without_a_bound_all_are_kept() {
        add(3);
        assertEquals(0, cut(AuditLog.Retention.ALL));
        assertEquals(3, verified().records());
    }

    @Test
    void what_was_refused_is_recorded_but_not_without_end() {
        for (int i = 0; i < 200; i++) {
            recorder.refused(BOB, "x.do", "some.error", List.of()).join();
        }
        assertEquals(20, verified().records());
        recorder.refused(ALICE, "x.do", "some.error", List.of()).join();
        AuditRecord last = store.read(tx -> log.list(tx, AuditQuery.ALL, 0, false, 1))
                .records()
                .get(0);
        assertEquals("some.error", last.result());
        assertEquals(180, last.members().get("missed"));
        assertFalse(last.members().containsKey("after"));
        assertEquals(
                Map.of("authid", "alice", "authrole", "user", "session", 1),
                last.members().get("actor"));
    }
}
