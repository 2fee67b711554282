package io.bailiwick.mrealm.metering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.mrealm.node.BeatsInStore;
import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.mrealm.schema.MeterState;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.mrealm.schema.NodeCarry;
import io.bailiwick.mrealm.schema.UsageFigures;
import io.bailiwick.mrealm.schema.UsageInterval;
import io.bailiwick.router.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    /** The start of an interval, in milliseconds. */
    private static final long T = 1_800_000_000_000L;

    private static final long MINUTE = 60_000;
    private static final MeterOptions OPTIONS = new MeterOptions(Duration.ofMinutes(1), Duration.ofSeconds(5));

    @TempDir
    Path directory;

    private final UUID node = UUID.randomUUID();
    private final UUID other = UUID.randomUUID();
    private Set<UUID> paired = Set.of(node, other);
    private Store<MrealmSchema> store;
    private BeatsInStore beats;
    private Ledger ledger;
    /** What ended before that is not kept. */
    private long oldest = Long.MIN_VALUE;

    @BeforeEach
    void open() {
        store = Store.open(directory, new MrealmSchema());
        beats = new BeatsInStore(store, Beats.REALM);
        ledger = ledger(1_000_000);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void restart() {
        store.close();
        open();
    }

    private Ledger ledger(long most) {
        return new Ledger(store, beats.stored(), OPTIONS, () -> oldest, most);
    }

    private static long ns(long millis) {
        return millis * 1_000_000;
    }

    private void closeAll(long millis) {
        while (ledger.closeNext(ns(millis), paired)) {
            // the next
        }
    }

    private void beat(UUID of, long millis) {
        beats.add(List.of(Beats.node(of, millis)), List.of(Beats.router(of, "r1", millis, 1, millis, 0L)));
    }

    @Test
    void an_interval_is_closed_when_its_grace_is_over_and_not_before() {
        closeAll(T);
        for (long at = T + 1_000; at < T + 2 * MINUTE; at += 10_000) {
            beat(node, at);
        }
        closeAll(T + MINUTE + 4_999);
        assertEquals(List.of(), ledger.waiting(10));
        closeAll(T + MINUTE + 5_000);
        UsageInterval closed = ledger.waiting(10).get(0);
        assertEquals(1, ledger.waiting(10).size());
        assertEquals(ns(T), closed.from());
        assertEquals(ns(T + MINUTE), closed.until());
        assertEquals(1, closed.seq());
        assertEquals(50, closed.figures().nodes());
        assertEquals(50, closed.figures().sessions());
        assertEquals(50_000, closed.figures().msgsCall());
        closeAll(T + 2 * MINUTE + 5_000);
        assertEquals(60, ledger.waiting(10).get(1).figures().nodes(), "across the border nothing is lost");
    }

    @Test
    void what_is_settled_is_metered_until_that_moment_once_and_what_follows_begins_there() {
        closeAll(T);
        for (long at = T + 1_000; at < T + 3 * MINUTE; at += 10_000) {
            beat(node, at);
        }
        long moment = ns(T + MINUTE + 32_000);
        ledger.closeAll(moment, paired);
        ledger.closeAll(moment, paired);
        restart();
        ledger.closeAll(moment, paired);
        List<UsageInterval> settled = ledger.waiting(10);
        assertEquals(List.of(1L, 2L), settled.stream().map(UsageInterval::seq).toList());
        assertEquals(ns(T + MINUTE), settled.get(0).until(), "the grace is not waited for");
        assertEquals(ns(T + MINUTE), settled.get(1).from());
        assertEquals(moment, settled.get(1).until());
        assertEquals(90, sumOfNodes(settled), "from the first heartbeat to the last before the moment");
        closeAll(T + 3 * MINUTE + 5_000);
        List<UsageInterval> all = ledger.waiting(10);
        assertEquals(moment, all.get(2).from());
        assertEquals(ns(T + 2 * MINUTE), all.get(2).until());
        assertEquals(170, sumOfNodes(all), "nothing is lost or doubled");
    }

    private static long sumOfNodes(List<UsageInterval> intervals) {
        return intervals.stream().mapToLong(each -> each.figures().nodes()).sum();
    }

    @Test
    void intervals_without_a_heartbeat_make_no_record_and_no_gap_in_the_numbers() {
        closeAll(T);
        beat(node, T + 1_000);
        beat(node, T + 11_000);
        beat(node, T + 100 * MINUTE);
        closeAll(T + 500 * MINUTE);
        List<UsageInterval> waiting = ledger.waiting(10);
        assertEquals(List.of(1L, 2L), waiting.stream().map(UsageInterval::seq).toList());
        assertEquals(ns(T + 100 * MINUTE), waiting.get(1).from());
        assertEquals(0, waiting.get(1).figures().nodes(), "a gap");
        assertEquals(ns(T + 499 * MINUTE), ledger.state(ns(T + 500 * MINUTE)).until());
        assertFalse(ledger.closeNext(ns(T + 500 * MINUTE), paired));
    }

    @Test
    void a_heartbeat_that_comes_to_a_closed_interval_does_not_open_it_again() {
        closeAll(T);
        beat(node, T + 10_000);
        closeAll(T + MINUTE + 5_000);
        beat(node, T + 20_000);
        beat(node, T + MINUTE + 10_000);
        closeAll(T + 3 * MINUTE);
        List<UsageInterval> waiting = ledger.waiting(10);
        assertEquals(2, waiting.size());
        assertEquals(0, waiting.get(0).figures().nodes());
        assertEquals(0, waiting.get(1).figures().nodes());
        assertEquals(MINUTE, waiting.get(1).figures().msgsCall(), "but its messages are not lost");
    }

    @Test
    void metering_begins_with_the_interval_of_the_first_heartbeat_however_late_it_is_begun() {
        beat(node, T - 10 * MINUTE);
        beat(node, T - 10 * MINUTE + 10_000);
        closeAll(T + 30_000);
        List<UsageInterval> waiting = ledger.waiting(10);
        assertEquals(1, waiting.size());
        assertEquals(ns(T - 10 * MINUTE), waiting.get(0).from());
        assertEquals(10, waiting.get(0).figures().nodes());
    }

    @Test
    void without_a_heartbeat_metering_begins_with_the_interval_in_which_it_is_begun() {
        closeAll(T + 30_000);
        assertEquals(new MeterState(ns(T), 0), ledger.state(ns(T + 30_000)));
    }

    @Test
    void a_node_that_is_not_paired_any_more_is_carried_over_no_longer() {
        closeAll(T);
        beat(node, T + 1_000);
        beat(node, T + 11_000);
        paired = Set.of(other);
        closeAll(T + 2 * MINUTE);
        assertEquals(10, ledger.waiting(1).get(0).figures().nodes(), "what it used is used");
        assertEquals(
                Optional.empty(), store.read(tx -> store.schema().nodeCarries.get(tx, node)));
        paired = Set.of(node);
        beat(node, T + 10 * MINUTE);
        closeAll(T + 12 * MINUTE);
        assertEquals(0, ledger.waiting(2).get(1).figures().msgsCall(), "a first heartbeat again");
    }

    @Test
    void a_clock_that_was_wrong_by_days_does_not_end_metering() {
        closeAll(T);
        beat(node, T + 1_000);
        closeAll(T + Duration.ofDays(3_000).toMillis());
        beat(node, T + 2 * MINUTE);
        closeAll(T + 4 * MINUTE);
        beat(node, T + 4 * MINUTE + 10_000);
        closeAll(T + 6 * MINUTE);
        List<UsageInterval> waiting = ledger.waiting(10);
        assertEquals(List.of(1L, 2L), waiting.stream().map(UsageInterval::seq).toList());
        assertEquals(ns(T + 4 * MINUTE), waiting.get(1).from());
        assertEquals(ns(T + 5 * MINUTE), ledger.state(ns(T + 6 * MINUTE)).until());
    }

    @Test
    void a_clock_that_is_set_back_by_hours_closes_nothing_twice() {
        closeAll(T);
        beat(node, T + 1_000);
        closeAll(T + 2 * MINUTE);
        closeAll(T + 300 * MINUTE);
        long reached = ledger.state(ns(T)).until();
        beat(node, T + 30_000);
        closeAll(T + 2 * MINUTE);
        assertEquals(reached, ledger.state(ns(T)).until());
        assertEquals(1, ledger.waiting(10).size());
    }

    @Test
    void an_interval_of_another_length_ends_where_the_next_of_that_length_begins() {
        closeAll(T + 7 * MINUTE);
        beat(node, T + 9 * MINUTE);
        ledger = new Ledger(
                store,
                beats.stored(),
                new MeterOptions(Duration.ofMinutes(5), Duration.ofSeconds(5)),
                () -> oldest,
                100);
        closeAll(T + 20 * MINUTE);
        UsageInterval closed = ledger.waiting(2).get(0);
        assertEquals(ns(T + 7 * MINUTE), closed.from());
        assertEquals(ns(T + 10 * MINUTE), closed.until());
    }

    @Test
    void the_usage_of_single_nodes_adds_up_to_the_realms_and_is_told_newest_first() {
        closeAll(T);
        for (long at = T + 1_000; at < T + 5 * MINUTE; at += 10_000) {
            beat(node, at);
            beat(other, at + 3_000);
        }
        closeAll(T + 10 * MINUTE);
        for (UsageInterval closed : ledger.waiting(10)) {
            UsageFigures sum = ledger.nodeUsage(Optional.empty(), closed.until() - 1, closed.until(), 10).stream()
                    .map(Ledger.OfNode::figures)
                    .reduce(UsageFigures.NONE, UsageFigures::plus);
            assertEquals(closed.figures(), sum);
        }
        List<Ledger.OfNode> mine = ledger.nodeUsage(Optional.of(node), 0, Long.MAX_VALUE, 3);
        assertEquals(
                List.of(ns(T + 5 * MINUTE), ns(T + 4 * MINUTE), ns(T + 3 * MINUTE)),
                mine.stream().map(Ledger.OfNode::until).toList());
        assertTrue(mine.stream().allMatch(usage -> usage.node().equals(node)));
    }

    @Test
    void a_clock_that_is_months_ahead_for_a_while_removes_no_usage_of_single_nodes() {
        closeAll(T);
        beat(node, T + 1_000);
        beat(node, T + 11_000);
        closeAll(T + 2 * MINUTE);
        oldest = ns(T - Duration.ofDays(7).toMillis());
        closeAll(T + Duration.ofDays(90).toMillis());
        closeAll(T + 4 * MINUTE);
        assertEquals(
                1, ledger.nodeUsage(Optional.of(node), 0, Long.MAX_VALUE, 100).size());
    }

    @Test
    void the_usage_of_single_nodes_is_kept_within_bounds_of_number_and_age() {
        ledger = ledger(3);
        closeAll(T);
        for (int i = 0; i < 10; i++) {
            beat(node, T + i * MINUTE + 1_000);
        }
        closeAll(T + 20 * MINUTE);
        closeAll(T + 21 * MINUTE);
        assertEquals(
                3, ledger.nodeUsage(Optional.empty(), 0, Long.MAX_VALUE, 100).size());
        oldest = ns(T + Duration.ofDays(1).toMillis());
        closeAll(T + Duration.ofDays(8).toMillis());
        closeAll(T + Duration.ofDays(8).toMillis() + 2 * MINUTE);
        assertEquals(List.of(), ledger.nodeUsage(Optional.empty(), 0, Long.MAX_VALUE, 100));
        assertEquals(10, ledger.waiting(100).size(), "what the domain has not yet is kept");
    }

    @Test
    void what_the_domain_has_waits_no_more() {
        closeAll(T);
        beat(node, T + 1_000);
        beat(node, T + MINUTE);
        closeAll(T + 5 * MINUTE);
        List<UsageInterval> waiting = ledger.waiting(10);
        ledger.acknowledged(waiting.subList(0, 1));
        assertEquals(waiting.subList(1, 2), ledger.waiting(10));
        restart();
        assertEquals(waiting.subList(1, 2), ledger.waiting(10));
    }

    @Test
    void with_folds_and_restarts_at_any_moment_nothing_is_lost_or_counted_twice() {
        for (long seed = 1; seed <= 6; seed++) {
            Random random = new Random(seed);
            long start = T + seed * 1_000 * MINUTE;
            closeAll(start);
            long before = ledger.state(ns(start)).seq();
            List<MNodeLog> nodes = new ArrayList<>();
            List<MWorkerLog> workers = new ArrayList<>();
            NodeCarry carry = carryOf(node);
            long calls = seed * 1_000_000;
            for (long at = start + 1; at < start + 20 * MINUTE; at += 9_000 + random.nextInt(2_000)) {
                calls += random.nextInt(100);
                MNodeLog beat = Beats.node(node, at, 10, Beats.workers(1, 2));
                MWorkerLog worker = Beats.router(node, "r1", at, random.nextInt(9), calls, calls / 2);
                nodes.add(beat);
                workers.add(worker);
                beats.add(List.of(beat), List.of(worker));
                switch (random.nextInt(20)) {
                    case 0 -> restart();
                    case 1 -> beats.fold();
                    case 2, 3, 4 -> closeAll(at);
                    default -> ledger.closeNext(ns(at), paired);
                }
            }
            closeAll(start + 30 * MINUTE);
            UsageFigures sum = ledger.waiting(1_000).stream()
                    .filter(closed -> closed.seq() > before)
                    .map(UsageInterval::figures)
                    .reduce(UsageFigures.NONE, UsageFigures::plus);
            assertEquals(Accounting.account(carry, nodes, workers).used(), sum, "seed " + seed);
        }
    }

    private NodeCarry carryOf(UUID of) {
        return store.read(tx -> store.schema().nodeCarries.get(tx, of)).orElse(NodeCarry.NONE);
    }

    @Test
    void an_interval_fits_a_day_a_whole_number_of_times() {
        assertThrows(
                IllegalArgumentException.class, () -> new MeterOptions(Duration.ofMinutes(7), Duration.ofSeconds(1)));
        assertThrows(IllegalArgumentException.class, () -> new MeterOptions(Duration.ZERO, Duration.ofSeconds(1)));
        assertEquals(Duration.ofDays(1), new MeterOptions(Duration.ofDays(1), Duration.ZERO).interval());
    }
}
