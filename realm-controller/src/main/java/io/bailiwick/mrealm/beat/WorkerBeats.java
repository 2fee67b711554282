package io.bailiwick.mrealm.beat;

import io.bailiwick.mrealm.beat.Fields.Rule;
import io.bailiwick.mrealm.schema.MWorkerLog;

/** The heartbeats of workers of nodes. */
final class WorkerBeats implements BeatForm<MWorkerLog> {
    /** Those before the process' figures. */
    private static final int OWN = 6;

    private static final int PROCESS = 28;
    private static final int ROUTER = 14;
    static final int NUMBER = OWN + 1 + PROCESS + 1 + ROUTER;
    static final long DECIMALS = BeatForm.bits(13, 14, 15, 16, 17, 18);

    /** Each of these says whether the figures behind it are there. */
    static final int PROCESS_MARK = OWN;

    private static final int ROUTER_MARK = PROCESS_MARK + 1 + PROCESS;

    /** Where a process' figures stand. */
    static final Fields PROCESS_FIELDS = new Fields("heartbeat.process")
            .with(PROCESS_MARK + 1, DECIMALS, "num_fds", "num_threads")
            .with(PROCESS_MARK + 3, DECIMALS, "num_ctx_switches_voluntary", "num_ctx_switches_voluntary_per_sec")
            .with(PROCESS_MARK + 5, DECIMALS, "num_ctx_switches_involuntary", "num_ctx_switches_involuntary_per_sec")
            .with(PROCESS_MARK + 7, DECIMALS, "cpu_user", "cpu_user_per_sec", "cpu_system", "cpu_system_per_sec")
            .with(PROCESS_MARK + 11, DECIMALS, "cpu_wait", "cpu_wait_per_sec")
            .with(PROCESS_MARK + 13, DECIMALS, "read_bytes", "read_bytes_per_sec", "read_ios", "read_ios_per_sec")
            .with(PROCESS_MARK + 17, DECIMALS, "write_bytes", "write_bytes_per_sec", "write_ios", "write_ios_per_sec")
            .with(PROCESS_MARK + 21, DECIMALS, "sent_bytes", "sent_bytes_per_sec", "sent_ios", "sent_ios_per_sec")
            .with(PROCESS_MARK + 25, DECIMALS, "recv_bytes", "recv_bytes_per_sec", "recv_ios", "recv_ios_per_sec");

    /** Where a worker's figures stand in its heartbeat. */
    static final Fields FIELDS = new Fields("heartbeat")
            .with("timestamp", Rule.NATURAL, SENT)
            .with("seq", Rule.NATURAL, SEQ)
            .with("period", Rule.PERIOD, PERIOD)
            .with("type", Rule.TYPE, 4)
            .with("state", Rule.STATE, 5)
            .with("process", PROCESS_MARK, PROCESS_MARK, ROUTER_MARK, PROCESS_FIELDS)
            .with("router", ROUTER_MARK, ROUTER_MARK, NUMBER, routerFields());

    private static Fields routerFields() {
        int messages = ROUTER_MARK + 3;
        return new Fields("heartbeat.router")
                .with(ROUTER_MARK + 1, DECIMALS, "roles", "sessions")
                .with(
                        "messages",
                        Fields.NONE,
                        messages,
                        NUMBER,
                        new Fields("heartbeat.router.messages", true)
                                .with(messages, DECIMALS, "call", "yield", "invocation", "result", "publish")
                                .with(messages + 5, DECIMALS, "published", "event", "register", "registered")
                                .with(messages + 9, DECIMALS, "subscribe", "subscribed", "error"));
    }

    @Override
    public int number() {
        return NUMBER;
    }

    @Override
    public long decimals() {
        return DECIMALS;
    }

    @Override
    public Owner owner(MWorkerLog beat) {
        return new Owner(beat.mrealmId(), beat.nodeId(), beat.workerId());
    }

    @Override
    public Figures figures(MWorkerLog beat) {
        Figures figures = new Figures(NUMBER)
                .put(Long.valueOf(beat.timestamp()))
                .put(Long.valueOf(beat.seq()))
                .put(Long.valueOf(beat.sent()))
                .put(Long.valueOf(beat.period()))
                .put(beat.type())
                .put(beat.state());
        figures.put(beat.process(), PROCESS, WorkerBeats::process);
        figures.put(beat.router(), ROUTER, WorkerBeats::router);
        return figures;
    }

    @Override
    public MWorkerLog beat(Owner owner, Figures figures) {
        figures.first();
        long timestamp = figures.nextLong();
        long seq = figures.nextLong();
        long sent = figures.nextLong();
        return new MWorkerLog(
                timestamp,
                owner.node(),
                owner.worker(),
                figures.nextLong(),
                owner.mrealm(),
                figures.nextInt(),
                figures.nextInt(),
                sent,
                seq,
                figures.nextGroup(PROCESS, WorkerBeats::process),
                figures.nextGroup(ROUTER, WorkerBeats::router));
    }

    private static void process(Figures figures, MWorkerLog.ProcessStats process) {
        figures.put(process.numFds())
                .put(process.numThreads())
                .put(process.numCtxSwitchesVoluntary())
                .put(process.numCtxSwitchesVoluntaryPerSec())
                .put(process.numCtxSwitchesInvoluntary())
                .put(process.numCtxSwitchesInvoluntaryPerSec())
                .put(process.cpuUser())
                .put(process.cpuUserPerSec())
                .put(process.cpuSystem())
                .put(process.cpuSystemPerSec())
                .put(process.cpuWait())
                .put(process.cpuWaitPerSec())
                .put(process.readBytes())
                .put(process.readBytesPerSec())
                .put(process.readIos())
                .put(process.readIosPerSec())
                .put(process.writeBytes())
                .put(process.writeBytesPerSec())
                .put(process.writeIos())
                .put(process.writeIosPerSec())
                .put(process.sentBytes())
                .put(process.sentBytesPerSec())
                .put(process.sentIos())
                .put(process.sentIosPerSec())
                .put(process.recvBytes())
                .put(process.recvBytesPerSec())
                .put(process.recvIos())
                .put(process.recvIosPerSec());
    }

    private static MWorkerLog.ProcessStats process(Figures figures) {
        return new MWorkerLog.ProcessStats(
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextDoubleOrNull(),
                figures.nextDoubleOrNull(),
                figures.nextDoubleOrNull(),
                figures.nextDoubleOrNull(),
                figures.nextDoubleOrNull(),
                figures.nextDoubleOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull());
    }

    private static void router(Figures figures, MWorkerLog.RouterStats router) {
        figures.put(router.routerRoles())
                .put(router.routerSessions())
                .put(router.recvCall())
                .put(router.recvYield())
                .put(router.sentInvocation())
                .put(router.sentResult())
                .put(router.recvPublish())
                .put(router.sentPublished())
                .put(router.sentEvent())
                .put(router.recvRegister())
                .put(router.sentRegistered())
                .put(router.recvSubscribe())
                .put(router.sentSubscribed())
                .put(router.errors());
    }

    private static MWorkerLog.RouterStats router(Figures figures) {
        return new MWorkerLog.RouterStats(
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull(),
                figures.nextLongOrNull());
    }
}
