package io.bailiwick.mrealm.metering;

import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import java.util.UUID;

/** Heartbeats for tests: times in milliseconds. */
final class Beats {
    static final UUID REALM = UUID.randomUUID();
    static final int ROUTER = 1;

    private Beats() {}

    static MNodeLog.Workers workers(int routers, int guests) {
        return new MNodeLog.Workers(1, routers, 0, guests, 0, 0, 0);
    }

    static MNodeLog node(UUID node, long millis, long period, MNodeLog.Workers workers) {
        return new MNodeLog(
                millis * 1_000_000, node, period, REALM, 1, null, millis, 1, workers, null, null, null, null);
    }

    static MNodeLog node(UUID node, long millis) {
        return node(node, millis, 10, workers(0, 0));
    }

    static MWorkerLog router(UUID node, String worker, long millis, long sessions, Long calls, Long events) {
        return new MWorkerLog(
                millis * 1_000_000,
                node,
                worker,
                10,
                REALM,
                ROUTER,
                1,
                millis,
                1,
                null,
                new MWorkerLog.RouterStats(
                        1L, sessions, calls, null, null, null, null, null, events, null, null, null, null, 0L));
    }

    /** A router whose process has switched context so often. */
    static MWorkerLog living(UUID node, String worker, long millis, long switches, Long calls) {
        MWorkerLog beat = router(node, worker, millis, 0, calls, null);
        MWorkerLog.ProcessStats process = new MWorkerLog.ProcessStats(
                null, null, switches, null, null, null, null, null, null, null, null, null, null, null, null, null,
                null, null, null, null, null, null, null, null, null, null, null, null);
        return new MWorkerLog(beat.timestamp(), node, worker, 10, REALM, ROUTER, 1, millis, 1, process, beat.router());
    }

    static MWorkerLog container(UUID node, String worker, long millis) {
        return new MWorkerLog(millis * 1_000_000, node, worker, 10, REALM, 2, 1, millis, 1, null, null);
    }
}
