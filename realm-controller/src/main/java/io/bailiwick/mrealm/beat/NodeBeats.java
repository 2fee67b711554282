package io.bailiwick.mrealm.beat;

import io.bailiwick.mrealm.beat.Fields.Rule;
import io.bailiwick.mrealm.schema.MNodeLog;

/** The heartbeats of nodes. */
final class NodeBeats implements BeatForm<MNodeLog> {
    /** Those before the system's figures. */
    private static final int OWN = 13;

    private static final int CPU = 14;
    private static final int DISK = 9;
    private static final int MEMORY = 11;
    private static final int NETWORK = 11;
    static final int NUMBER = OWN + 1 + CPU + 1 + DISK + 1 + MEMORY + 1 + NETWORK;
    static final long DECIMALS = BeatForm.bits(15, 16, 17, 18, 20, 21, 22, 24, 25, 26, 27, 49);
    static final int SESSION = 5;

    private static final int WORKERS = 6;
    /** Each of these says whether the figures behind it are there. */
    private static final int CPU_MARK = OWN;

    private static final int DISK_MARK = CPU_MARK + 1 + CPU;
    private static final int MEMORY_MARK = DISK_MARK + 1 + DISK;
    private static final int NETWORK_MARK = MEMORY_MARK + 1 + MEMORY;
    private static final int CONNECTION = NETWORK_MARK + 5;

    /** Where a node's figures stand in its heartbeat. */
    static final Fields FIELDS = new Fields("heartbeat")
            .with("timestamp", Rule.NATURAL, SENT)
            .with("seq", Rule.NATURAL, SEQ)
            .with("period", Rule.PERIOD, PERIOD)
            .with("state", Rule.STATE, 4)
            .with("workers", Fields.NONE, WORKERS, OWN, workerFields())
            .with("system", Fields.NONE, CPU_MARK, NUMBER, systemFields());

    private static Fields workerFields() {
        return new Fields("heartbeat.workers")
                .with("controller", Rule.WORKERS, WORKERS)
                .with("router", Rule.WORKERS, WORKERS + 1)
                .with("container", Rule.WORKERS, WORKERS + 2)
                .with("guest", Rule.WORKERS, WORKERS + 3)
                .with("proxy", Rule.WORKERS, WORKERS + 4)
                .with("xbrmm", Rule.WORKERS, WORKERS + 5)
                .with("hostmonitor", Rule.WORKERS, WORKERS + 6)
                // Told, but not kept.
                .with("websocket-testee", Rule.WORKERS, Fields.NONE)
                .with("", Rule.WORKERS, Fields.NONE);
    }

    private static Fields systemFields() {
        return new Fields("heartbeat.system")
                .with("cpu", CPU_MARK, CPU_MARK, DISK_MARK, cpuFields())
                .with("disk", DISK_MARK, DISK_MARK, MEMORY_MARK, diskFields())
                .with("memory", MEMORY_MARK, MEMORY_MARK, NETWORK_MARK, memoryFields())
                .with("network", NETWORK_MARK, NETWORK_MARK, NUMBER, networkFields());
    }

    private static Fields cpuFields() {
        return new Fields("heartbeat.system.cpu")
                .with(CPU_MARK + 1, DECIMALS, "ctx_switches", "freq", "guest", "guest_nice", "idle", "interrupts")
                .with(CPU_MARK + 7, DECIMALS, "iowait", "irq", "nice", "soft_interrupts", "softirq", "steal")
                .with(CPU_MARK + 13, DECIMALS, "system", "user");
    }

    private static Fields diskFields() {
        return new Fields("heartbeat.system.disk")
                .with(
                        DISK_MARK + 1,
                        DECIMALS,
                        "busy_time",
                        "read_bytes",
                        "read_count",
                        "read_merged_count",
                        "read_time")
                .with(DISK_MARK + 6, DECIMALS, "write_bytes", "write_count", "write_merged_count", "write_time");
    }

    private static Fields memoryFields() {
        return new Fields("heartbeat.system.memory")
                .with(MEMORY_MARK + 1, DECIMALS, "active", "available", "buffers", "cached", "free", "inactive")
                .with(MEMORY_MARK + 7, DECIMALS, "shared", "slab", "total", "used", "percent");
    }

    private static Fields networkFields() {
        return new Fields("heartbeat.system.network")
                .with(NETWORK_MARK + 1, DECIMALS, "bytes_recv", "bytes_sent", "packets_recv", "packets_sent")
                .with(
                        "connection",
                        Fields.NONE,
                        CONNECTION,
                        CONNECTION + 3,
                        new Fields("heartbeat.system.network.connection")
                                .with(CONNECTION, DECIMALS, "AF_INET", "AF_INET6", "AF_UNIX"))
                .with(NETWORK_MARK + 8, DECIMALS, "dropin", "dropout", "errin", "errout");
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
    public Owner owner(MNodeLog beat) {
        return new Owner(beat.mrealmId(), beat.nodeId(), "");
    }

    @Override
    public Figures figures(MNodeLog beat) {
        Figures figures = new Figures(NUMBER)
                .put(Long.valueOf(beat.timestamp()))
                .put(Long.valueOf(beat.seq()))
                .put(Long.valueOf(beat.sent()))
                .put(Long.valueOf(beat.period()))
                .put(beat.state())
                .put(beat.session());
        workers(figures, beat.workers());
        figures.put(beat.cpu(), CPU, NodeBeats::cpu);
        figures.put(beat.disk(), DISK, NodeBeats::disk);
        figures.put(beat.memory(), MEMORY, NodeBeats::memory);
        figures.put(beat.network(), NETWORK, NodeBeats::network);
        return figures;
    }

    @Override
    public MNodeLog beat(Owner owner, Figures figures) {
        figures.first();
        long timestamp = figures.nextLong();
        long seq = figures.nextLong();
        long sent = figures.nextLong();
        return new MNodeLog(
                timestamp,
                owner.node(),
                figures.nextLong(),
                owner.mrealm(),
                figures.nextInt(),
                figures.nextLongOrNull(),
                sent,
                seq,
                workers(figures),
                figures.nextGroup(CPU, NodeBeats::cpu),
                figures.nextGroup(DISK, NodeBeats::disk),
                figures.nextGroup(MEMORY, NodeBeats::memory),
                figures.nextGroup(NETWORK, NodeBeats::network));
    }

    private static void workers(Figures figures, MNodeLog.Workers workers) {
        figures.put(workers.controllers())
                .put(workers.routers())
                .put(workers.containers())
                .put(workers.guests())
                .put(workers.proxies())
                .put(workers.marketmakers())
                .put(workers.hostmonitors());
    }

    private static MNodeLog.Workers workers(Figures figures) {
        return new MNodeLog.Workers(
                figures.nextInt(),
                figures.nextInt(),
                figures.nextInt(),
                figures.nextInt(),
                figures.nextInt(),
                figures.nextInt(),
                figures.nextInt());
    }

    private static void cpu(Figures figures, MNodeLog.Cpu cpu) {
        figures.put(cpu.ctxSwitches())
                .put(cpu.freq())
                .put(cpu.guest())
                .put(cpu.guestNice())
                .put(cpu.idle())
                .put(cpu.interrupts())
                .put(cpu.iowait())
                .put(cpu.irq())
                .put(cpu.nice())
                .put(cpu.softInterrupts())
                .put(cpu.softirq())
                .put(cpu.steal())
                .put(cpu.system())
                .put(cpu.user());
    }

    private static MNodeLog.Cpu cpu(Figures figures) {
        return new MNodeLog.Cpu(
                figures.nextLongOrNull(),
                figures.nextDoubleOrNull(),
                figures.nextDoubleOrNull(),
                figures.nextDoubleOrNull(),
                figures.nextDoubleOrNull(),
                figures.nextLongOrNull(),
                figures.nextDoubleOrNull(),
                figures.nextDoubleOrNull(),
                figures.nextDoubleOrNull(),
                figures.nextLongOrNull(),
                figures.nextDoubleOrNull(),
                figures.nextDoubleOrNull(),
                figures.nextDoubleOrNull(),
                figures.nextDoubleOrNull());
    }

    private static void disk(Figures figures, MNodeLog.Disk disk) {
        figures.put(disk.busyTime())
                .put(disk.readBytes())
                .put(disk.readCount())
                .put(disk.readMergedCount())
                .put(disk.readTime())
                .put(disk.writeBytes())
                .put(disk.writeCount())
                .put(disk.writeMergedCount())
                .put(disk.writeTime());
    }

    private static MNodeLog.Disk disk(Figures figures) {
        return new MNodeLog.Disk(
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

    private static void memory(Figures figures, MNodeLog.Memory memory) {
        figures.put(memory.active())
                .put(memory.available())
                .put(memory.buffers())
                .put(memory.cached())
                .put(memory.free())
                .put(memory.inactive())
                .put(memory.shared())
                .put(memory.slab())
                .put(memory.total())
                .put(memory.used())
                .put(memory.percent());
    }

    private static MNodeLog.Memory memory(Figures figures) {
        return new MNodeLog.Memory(
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
                figures.nextDoubleOrNull());
    }

    private static void network(Figures figures, MNodeLog.Network network) {
        figures.put(network.bytesRecv())
                .put(network.bytesSent())
                .put(network.packetsRecv())
                .put(network.packetsSent())
                .put(network.connectionAfInet())
                .put(network.connectionAfInet6())
                .put(network.connectionAfUnix())
                .put(network.dropin())
                .put(network.dropout())
                .put(network.errin())
                .put(network.errout());
    }

    private static MNodeLog.Network network(Figures figures) {
        return new MNodeLog.Network(
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
