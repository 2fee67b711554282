package io.bailiwick.mrealm.metering;

import static io.bailiwick.mrealm.metering.Beats.node;
import static io.bailiwick.mrealm.metering.Beats.router;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.mrealm.schema.NodeCarry;
import io.bailiwick.mrealm.schema.UsageFigures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AccountingTest {
    private static final UUID NODE = UUID.randomUUID();

    private static UsageFigures used(List<MNodeLog> nodes, List<MWorkerLog> workers) {
        return Accounting.account(NodeCarry.NONE, nodes, workers).used();
    }

    @Test
    void time_is_used_between_two_heartbeats() {
        assertEquals(0, used(List.of(node(NODE, 1_000)), List.of()).nodes());
        UsageFigures used = used(List.of(node(NODE, 1_000), node(NODE, 11_000), node(NODE, 21_000)), List.of());
        assertEquals(20, used.nodes());
        assertEquals(20, used.controllers());
        assertEquals(3, used.total());
        assertEquals(0, used.count());
    }

    @Test
    void one_heartbeat_may_be_missing_and_a_longer_gap_is_not_usage() {
        assertEquals(
                25,
                used(List.of(node(NODE, 1_000), node(NODE, 26_000)), List.of()).nodes());
        assertEquals(
                0,
                used(List.of(node(NODE, 1_000), node(NODE, 26_001)), List.of()).nodes());
        assertEquals(
                10,
                used(List.of(node(NODE, 1_000), node(NODE, 100_000), node(NODE, 110_000)), List.of())
                        .nodes());
    }

    @Test
    void the_longer_of_two_periods_says_what_a_gap_is() {
        MNodeLog slow = node(NODE, 1_000, 60, Beats.workers(0, 0));
        assertEquals(60, used(List.of(slow, node(NODE, 61_000)), List.of()).nodes());
        MNodeLog none = node(NODE, 1_000, 0, Beats.workers(0, 0));
        assertEquals(
                2,
                used(List.of(none, node(NODE, 3_000, 0, Beats.workers(0, 0))), List.of())
                        .nodes(),
                "no period counts as one second");
    }

    @Test
    void the_workers_that_a_heartbeat_tells_of_run_until_the_next() {
        List<MNodeLog> beats = List.of(
                node(NODE, 1_000, 10, new MNodeLog.Workers(1, 2, 3, 4, 5, 6, 7)),
                node(NODE, 11_000, 10, Beats.workers(0, 1)),
                node(NODE, 21_000, 10, Beats.workers(9, 9)));
        UsageFigures used = used(beats, List.of());
        assertEquals(20, used.controllers());
        assertEquals(20, used.routers());
        assertEquals(30, used.containers());
        assertEquals(50, used.guests());
        assertEquals(50, used.proxies());
        assertEquals(60, used.marketmakers());
        assertEquals(70, used.hostmonitors());
    }

    @Test
    void sessions_count_as_long_as_they_were_told() {
        UsageFigures used = used(
                List.of(),
                List.of(
                        router(NODE, "r1", 1_000, 100, 0L, 0L),
                        router(NODE, "r1", 11_000, 3, 0L, 0L),
                        router(NODE, "r1", 21_000, 0, 0L, 0L),
                        router(NODE, "r2", 1_000, 7, 0L, 0L),
                        router(NODE, "r2", 100_000, 7, 0L, 0L)));
        assertEquals(1_030, used.sessions(), "and not over a gap");
        assertEquals(5, used.count());
    }

    @Test
    void messages_are_what_counters_grew_by_however_long_the_gap() {
        UsageFigures used = used(
                List.of(),
                List.of(
                        router(NODE, "r1", 1_000, 0, 1_000L, 50L),
                        router(NODE, "r1", 11_000, 0, 1_010L, 50L),
                        router(NODE, "r1", 900_000, 0, 1_500L, 60L)));
        assertEquals(500, used.msgsCall(), "the first heartbeat says only where they stand");
        assertEquals(10, used.msgsEvent());
    }

    @Test
    void a_counter_that_shrank_counts_from_zero_with_all_others() {
        UsageFigures used = used(
                List.of(),
                List.of(
                        router(NODE, "r1", 1_000, 0, 100L, 5L),
                        router(NODE, "r1", 11_000, 0, 30L, 8L),
                        router(NODE, "r1", 21_000, 0, 40L, 8L)));
        assertEquals(40, used.msgsCall());
        assertEquals(8, used.msgsEvent());
    }

    @Test
    void a_process_that_lives_anew_is_seen_even_where_no_counter_of_messages_shrank() {
        UsageFigures used = used(
                List.of(),
                List.of(
                        Beats.living(NODE, "r1", 1_000, 5_000, 100L),
                        Beats.living(NODE, "r1", 11_000, 40, 130L),
                        Beats.living(NODE, "r1", 21_000, 80, 131L)));
        assertEquals(131, used.msgsCall());
    }

    @Test
    void a_counter_of_zero_is_a_counter_and_one_that_is_missing_stands_where_it_stood() {
        UsageFigures used = used(
                List.of(),
                List.of(
                        router(NODE, "r1", 1_000, 0, 0L, 5L),
                        router(NODE, "r1", 11_000, 0, null, 6L),
                        router(NODE, "r1", 21_000, 0, 7L, 6L),
                        router(NODE, "r1", 31_000, 0, -3L, 6L)));
        assertEquals(7, used.msgsCall());
        assertEquals(1, used.msgsEvent());
    }

    @Test
    void two_sessions_of_one_node_are_not_two_nodes() {
        List<MNodeLog> beats = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            beats.add(node(NODE, 5_000L * i + 1));
        }
        assertEquals(55, used(beats, List.of()).nodes());
    }

    @Test
    void what_makes_no_whole_second_is_carried_over() {
        NodeCarry carry = NodeCarry.NONE;
        long sum = 0;
        for (int i = 0; i <= 100; i++) {
            Accounting.Outcome outcome = Accounting.account(carry, List.of(node(NODE, 1_000 + 999L * i)), List.of());
            sum += outcome.used().nodes();
            carry = outcome.after();
        }
        assertEquals(99, sum, "99.9 seconds, and the rest is kept");
        assertEquals(900L, carry.rest().get(0));
    }

    @Test
    void nonsense_of_a_node_stays_within_what_json_holds() {
        UsageFigures used = used(
                List.of(),
                List.of(
                        router(NODE, "r1", 1_000, Long.MAX_VALUE, 0L, 0L),
                        router(NODE, "r1", 11_000, 0, Long.MAX_VALUE, 0L),
                        router(NODE, "r2", 1_000, 0, 0L, 0L),
                        router(NODE, "r2", 11_000, -5, Long.MAX_VALUE, 0L)));
        assertEquals(UsageFigures.MOST, used.msgsCall());
        assertEquals(10 * Accounting.MOST_SESSIONS, used.sessions());
        assertEquals(UsageFigures.MOST, used.plus(used).msgsCall());
    }

    @Test
    void a_node_that_makes_up_workers_is_carried_over_within_bounds() {
        List<MWorkerLog> beats = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            beats.add(router(NODE, "r" + i, 1_000 + i, 0, 1L, 1L));
        }
        NodeCarry carry = Accounting.account(NodeCarry.NONE, List.of(), beats).after();
        assertEquals(Accounting.MOST_WORKERS, carry.workers().size());
        assertTrue(carry.workers().stream().anyMatch(worker -> worker.worker().equals("r1999")), "the last ones heard");
    }

    @Test
    void workers_that_are_no_routers_are_counted_as_heartbeats_only() {
        UsageFigures used = used(List.of(), List.of(Beats.container(NODE, "c1", 1_000)));
        assertEquals(1, used.count());
        assertEquals(1, used.total());
        assertEquals(
                List.of(),
                Accounting.account(NodeCarry.NONE, List.of(), List.of(Beats.container(NODE, "c", 1)))
                        .after()
                        .workers());
    }

    // a simulation against what is true and against a slow count

    /** What really happens on a node, second by second, and what is heard of it. */
    private static final class World {
        final Random random;
        final List<MNodeLog> nodes = new ArrayList<>();
        final List<MWorkerLog> workers = new ArrayList<>();
        final Map<String, Long> calls = new HashMap<>();
        long handled;
        long baselines;
        final Map<String, Long> switches = new HashMap<>();

        World(long seed) {
            random = new Random(seed);
        }

        void live(long millisFrom, int rounds) {
            long now = millisFrom;
            Map<String, Long> told = new HashMap<>();
            boolean up = true;
            for (int round = 0; round < rounds; round++) {
                now += 9_500 + random.nextInt(1_000);
                if (random.nextInt(40) == 0) {
                    up = !up;
                }
                for (String worker : List.of("r1", "r2", "r3")) {
                    long more = random.nextInt(50);
                    calls.merge(worker, more, Long::sum);
                    handled += more;
                    if (random.nextInt(30) == 0 && told.containsKey(worker)) {
                        // It dies: what it handled since it was last heard nobody knows.
                        calls.put(worker, 0L);
                        told.put(worker, 0L);
                        switches.put(worker, 0L);
                    }
                }
                if (up && random.nextInt(20) > 0) {
                    nodes.add(node(NODE, now, 10, Beats.workers(3, 0)));
                    for (String worker : List.of("r1", "r2", "r3")) {
                        long count = calls.get(worker);
                        // Fewer switches tell of a restart, where the messages do not.
                        switches.merge(worker, 1L + random.nextInt(9), Long::sum);
                        if (!told.containsKey(worker)) {
                            baselines += count;
                        }
                        told.put(worker, count);
                        workers.add(Beats.living(NODE, worker, now + 1, switches.get(worker), count));
                    }
                }
            }
        }

        /** The same as the rules have it, all at once and without anything carried over. */
        long[] slow() {
            long millis = 0;
            for (int i = 1; i < nodes.size(); i++) {
                long gap = (nodes.get(i).timestamp() - nodes.get(i - 1).timestamp()) / 1_000_000;
                millis += gap <= 25_000 ? gap : 0;
            }
            long messages = 0;
            Map<String, MWorkerLog> before = new HashMap<>();
            for (MWorkerLog beat : workers) {
                MWorkerLog last = before.put(beat.workerId(), beat);
                if (last != null) {
                    long from = last.router().recvCall();
                    long to = beat.router().recvCall();
                    boolean anew = to < from
                            || beat.process().numCtxSwitchesVoluntary()
                                    < last.process().numCtxSwitchesVoluntary();
                    messages += anew ? to : to - from;
                }
            }
            return new long[] {millis / 1000, messages};
        }
    }

    @Test
    void over_any_cutting_into_intervals_the_sums_are_those_of_a_slow_count() {
        for (long seed = 1; seed <= 300; seed++) {
            World world = new World(seed);
            world.live(1_800_000_000_000L, 400);
            long length = List.of(1_000L, 7_000L, 60_000L, 300_000L, 3_600_000L).get((int) (seed % 5));
            Map<Long, List<MNodeLog>> nodes = new java.util.TreeMap<>();
            Map<Long, List<MWorkerLog>> workers = new java.util.TreeMap<>();
            java.util.TreeSet<Long> intervals = new java.util.TreeSet<>();
            world.nodes.forEach(
                    beat -> nodes.computeIfAbsent(cut(beat.timestamp(), length, intervals), k -> new ArrayList<>())
                            .add(beat));
            world.workers.forEach(
                    beat -> workers.computeIfAbsent(cut(beat.timestamp(), length, intervals), k -> new ArrayList<>())
                            .add(beat));
            NodeCarry carry = NodeCarry.NONE;
            UsageFigures sum = UsageFigures.NONE;
            for (long interval : intervals) {
                Accounting.Outcome outcome = Accounting.account(
                        carry, nodes.getOrDefault(interval, List.of()), workers.getOrDefault(interval, List.of()));
                sum = sum.plus(outcome.used());
                carry = outcome.after();
            }
            long[] slow = world.slow();
            assertEquals(slow[0], sum.nodes(), "nodes, seed " + seed);
            assertEquals(slow[1], sum.msgsCall(), "messages, seed " + seed);
            assertEquals(world.nodes.size() + world.workers.size(), sum.total(), "heartbeats, seed " + seed);
            assertTrue(sum.msgsCall() <= world.handled - world.baselines, "never more than was handled, seed " + seed);
            assertTrue(Math.abs(3 * sum.nodes() - sum.routers()) <= 2, "routers, seed " + seed);
        }
    }

    private static Long cut(long timestamp, long length, java.util.Set<Long> intervals) {
        long interval = timestamp / 1_000_000 / length;
        intervals.add(interval);
        return interval;
    }
}
