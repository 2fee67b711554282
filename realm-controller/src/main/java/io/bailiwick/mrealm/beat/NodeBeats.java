package io.bailiwick.mrealm.beat;

import io.bailiwick.mrealm.schema.MNodeLog;
import org.jspecify.annotations.Nullable;

/** The heartbeats of nodes. */
final class NodeBeats implements BeatForm<MNodeLog> {
    /** Those before the system's figures. */
    private static final int OWN = 13;

    private static final int CPU = 14;
    private static final int DISK = 9;
    private static final int MEMORY = 11;
    private static final int NETWORK = 11;
    private static final int NUMBER = OWN + 1 + CPU + 1 + DISK + 1 + MEMORY + 1 + NETWORK;
    private static final long DECIMALS = decimals(15, 16, 17, 18, 20, 21, 22, 24, 25, 26, 27, 49);

    private static long decimals(int... figures) {
        long mask = 0;
        for (int figure : figures) {
            mask |= 1L << figure;
        }
        return mask;
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
        cpu(figures, beat.cpu());
        disk(figures, beat.disk());
        memory(figures, beat.memory());
        network(figures, beat.network());
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
                cpu(figures),
                disk(figures),
                memory(figures),
                network(figures));
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

    private static void cpu(Figures figures, MNodeLog.@Nullable Cpu cpu) {
        figures.put(cpu != null);
        if (cpu == null) {
            figures.skip(CPU);
        } else {
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
    }

    private static MNodeLog.@Nullable Cpu cpu(Figures figures) {
        if (!figures.nextIsThere()) {
            figures.skip(CPU);
            return null;
        }
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

    private static void disk(Figures figures, MNodeLog.@Nullable Disk disk) {
        figures.put(disk != null);
        if (disk == null) {
            figures.skip(DISK);
        } else {
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
    }

    private static MNodeLog.@Nullable Disk disk(Figures figures) {
        if (!figures.nextIsThere()) {
            figures.skip(DISK);
            return null;
        }
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

    private static void memory(Figures figures, MNodeLog.@Nullable Memory memory) {
        figures.put(memory != null);
        if (memory == null) {
            figures.skip(MEMORY);
        } else {
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
    }

    private static MNodeLog.@Nullable Memory memory(Figures figures) {
        if (!figures.nextIsThere()) {
            figures.skip(MEMORY);
            return null;
        }
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

    private static void network(Figures figures, MNodeLog.@Nullable Network network) {
        figures.put(network != null);
        if (network == null) {
            figures.skip(NETWORK);
        } else {
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
    }

    private static MNodeLog.@Nullable Network network(Figures figures) {
        if (!figures.nextIsThere()) {
            figures.skip(NETWORK);
            return null;
        }
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
