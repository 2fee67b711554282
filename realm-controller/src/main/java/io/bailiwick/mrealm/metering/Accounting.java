package io.bailiwick.mrealm.metering;

import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.mrealm.schema.NodeCarry;
import io.bailiwick.mrealm.schema.NodeCarry.WorkerCarry;
import io.bailiwick.mrealm.schema.UsageFigures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one node used, from its heartbeats in an interval and what is carried over from those before: without a clock, a store or
 * a rounding that is lost.
 *
 * <ul>
 *   <li>Time is used between two heartbeats of a node that are at most {@code 2 1/2} periods apart, so that one may be missing;
 *       the longer of the two periods counts. A longer gap is not usage. Before the first heartbeat and after the last nothing
 *       is used.
 *   <li>The workers that a heartbeat tells of run until the next; likewise sessions of a router, from its own heartbeats.
 *   <li>It counts in the interval in which the second of the two was received. What does not make a whole second is carried
 *       over.
 *   <li>Messages are what a router's counters grew by since its heartbeat before, however long ago that was. When any of its
 *       counters shrank, the worker was started anew, and they count from zero. The first heartbeat of a router says only where
 *       its counters stand.
 * </ul>
 */
final class Accounting {
    /** Workers of a node that are carried over: the last ones heard. A node with more of them makes them up. */
    static final int MOST_WORKERS = 256;
    /** More sessions than that no router has. */
    static final long MOST_SESSIONS = 10_000_000;

    private static final int NODES = 2;
    private static final int SESSIONS = NODES + NodeCarry.TYPES + 1;
    private static final int MESSAGES = SESSIONS + 1;
    private static final long UNKNOWN = -1;

    private final long[] used = UsageFigures.NONE.values();
    /** Milliseconds, of what is counted in seconds: from {@link #NODES} to {@link #SESSIONS}. */
    private final long[] millis;

    private final Map<String, WorkerCarry> workers = new LinkedHashMap<>();
    private long last;
    private long period;
    private List<Integer> running;

    /**
     * What came of it.
     *
     * @param used what was used
     * @param after what is to be carried over
     */
    record Outcome(UsageFigures used, NodeCarry after) {}

    private Accounting(NodeCarry before) {
        last = before.last();
        period = before.period();
        running = before.running();
        millis = before.rest().stream().mapToLong(Long::longValue).toArray();
        before.workers().forEach(worker -> workers.put(worker.worker(), worker));
    }

    /**
     * Accounts for one interval.
     *
     * @param before what the interval before has left
     * @param nodeBeats the heartbeats of the node, in order of receipt
     * @param workerBeats those of its workers, likewise
     */
    static Outcome account(NodeCarry before, List<MNodeLog> nodeBeats, List<MWorkerLog> workerBeats) {
        Accounting accounting = new Accounting(before);
        nodeBeats.forEach(accounting::take);
        workerBeats.forEach(accounting::take);
        return accounting.outcome();
    }

    private void take(MNodeLog beat) {
        used[1]++;
        long now = TimeUnit.NANOSECONDS.toMillis(beat.timestamp());
        long span = bridged(last, now, Math.max(period, beat.period()));
        millis[0] += span;
        for (int type = 0; type < NodeCarry.TYPES; type++) {
            millis[1 + type] += span * running.get(type);
        }
        last = Math.max(last, now);
        period = beat.period();
        MNodeLog.Workers told = beat.workers();
        running = List.of(
                told.controllers(),
                told.hostmonitors(),
                told.routers(),
                told.containers(),
                told.guests(),
                told.proxies(),
                told.marketmakers());
    }

    private void take(MWorkerLog beat) {
        used[0]++;
        used[1]++;
        MWorkerLog.RouterStats router = beat.router();
        if (router == null) {
            return;
        }
        long now = TimeUnit.NANOSECONDS.toMillis(beat.timestamp());
        List<Long> counters = counters(router);
        List<Long> life = life(beat.process());
        WorkerCarry before = workers.remove(beat.workerId());
        if (before != null) {
            long span = bridged(before.last(), now, Math.max(before.period(), beat.period()));
            millis[millis.length - 1] += span * before.sessions();
            boolean anew = shrank(before.counters(), counters) || shrank(before.life(), life);
            for (int i = 0; i < counters.size(); i++) {
                used[MESSAGES + i] = UsageFigures.plus(
                        used[MESSAGES + i], grown(before.counters().get(i), counters.get(i), anew));
            }
            counters = anew ? counters : latest(before.counters(), counters);
            life = anew ? life : latest(before.life(), life);
            now = Math.max(now, before.last());
        }
        // Behind all others: the last ones heard are kept.
        workers.put(
                beat.workerId(),
                new WorkerCarry(beat.workerId(), now, beat.period(), sessions(router), counters, life));
        if (workers.size() > 2 * MOST_WORKERS) {
            forgetTheOldest();
        }
    }

    /** The milliseconds between two heartbeats, if no gap is between them. */
    private static long bridged(long before, long now, long periodSeconds) {
        long most = TimeUnit.SECONDS.toMillis(Math.max(1, periodSeconds)) * 5 / 2;
        return before == 0 || now < before || now - before > most ? 0 : now - before;
    }

    private static boolean shrank(List<Long> before, List<Long> now) {
        for (int i = 0; i < before.size(); i++) {
            if (now.get(i) != UNKNOWN && now.get(i) < before.get(i)) {
                return true;
            }
        }
        return false;
    }

    private static long grown(long before, long now, boolean anew) {
        if (now == UNKNOWN) {
            return 0;
        } else if (anew) {
            return now;
        }
        return before == UNKNOWN ? 0 : now - before;
    }

    /** A counter that was not told this time stands where it stood. */
    private static List<Long> latest(List<Long> before, List<Long> now) {
        List<Long> latest = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            latest.add(now.get(i) == UNKNOWN ? before.get(i) : now.get(i));
        }
        return latest;
    }

    private static List<Long> counters(MWorkerLog.RouterStats router) {
        return known(
                router.recvCall(),
                router.recvYield(),
                router.sentInvocation(),
                router.sentResult(),
                router.errors(),
                router.recvPublish(),
                router.sentPublished(),
                router.sentEvent(),
                router.recvRegister(),
                router.sentRegistered(),
                router.recvSubscribe(),
                router.sentSubscribed());
    }

    /** What grows as long as a process lives: less of it is another process. */
    private static List<Long> life(MWorkerLog.@Nullable ProcessStats process) {
        return process == null
                ? known(null, null)
                : known(process.numCtxSwitchesVoluntary(), process.numCtxSwitchesInvoluntary());
    }

    private static List<Long> known(@Nullable Long... counters) {
        return Arrays.stream(counters)
                .map(counter -> counter == null || counter < 0 ? UNKNOWN : counter)
                .toList();
    }

    private static long sessions(MWorkerLog.RouterStats router) {
        Long sessions = router.routerSessions();
        return sessions == null ? 0 : Math.max(0, Math.min(MOST_SESSIONS, sessions));
    }

    private void forgetTheOldest() {
        List<String> oldest = workers.values().stream()
                .sorted(Comparator.comparingLong(WorkerCarry::last))
                .map(WorkerCarry::worker)
                .limit(Math.max(0, workers.size() - MOST_WORKERS))
                .toList();
        oldest.forEach(workers::remove);
    }

    private Outcome outcome() {
        List<Long> rest = new ArrayList<>();
        for (int i = 0; i < millis.length; i++) {
            used[NODES + i] = UsageFigures.plus(used[NODES + i], millis[i] / 1000);
            rest.add(millis[i] % 1000);
        }
        forgetTheOldest();
        return new Outcome(
                UsageFigures.of(used), new NodeCarry(last, period, running, rest, List.copyOf(workers.values())));
    }
}
