package io.bailiwick.node.procedure;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.CentralProcessor.TickType;
import oshi.hardware.HWDiskStore;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.NetworkIF;

/**
 * The figures of the system this node runs on, in the names and units of the wire. Rates and shares are those since the poll
 * before, so whoever wants them steady has an instance of its own. Only what the system tells is there.
 */
public final class SystemFigures {
    private final Rates network = new Rates();
    private final Rates disk = new Rates();
    private @Nullable SystemInfo info;
    private long[] ticks = new long[TickType.values().length];
    private long polled;

    /**
     * Reads all figures: {@code uptime} (ns), {@code network}, {@code disk}, {@code cpu}, {@code memory}, and from the second
     * time on {@code elapsed} (ns since the poll before) and rates.
     */
    public synchronized Map<String, Object> poll() {
        SystemInfo system = info == null ? new SystemInfo() : info;
        info = system;
        HardwareAbstractionLayer hardware = system.getHardware();
        long now = System.nanoTime();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put(
                "uptime", TimeUnit.SECONDS.toNanos(system.getOperatingSystem().getSystemUptime()));
        result.put("network", network(hardware.getNetworkIFs(true), now));
        List<HWDiskStore> disks = hardware.getDiskStores();
        if (!disks.isEmpty()) {
            result.put("disk", disk(disks, now));
        }
        result.put("cpu", cpu(hardware.getProcessor()));
        result.put("memory", memory(hardware));
        if (polled != 0) {
            result.put("elapsed", now - polled);
        }
        polled = now;
        return result;
    }

    /** How many processors there are. */
    static int processors(boolean logical) {
        CentralProcessor processor = new SystemInfo().getHardware().getProcessor();
        return logical ? processor.getLogicalProcessorCount() : processor.getPhysicalProcessorCount();
    }

    private Map<String, Object> network(List<NetworkIF> interfaces, long now) {
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put(
                "bytes_sent",
                interfaces.stream().mapToLong(NetworkIF::getBytesSent).sum());
        counters.put(
                "bytes_recv",
                interfaces.stream().mapToLong(NetworkIF::getBytesRecv).sum());
        counters.put(
                "packets_sent",
                interfaces.stream().mapToLong(NetworkIF::getPacketsSent).sum());
        counters.put(
                "packets_recv",
                interfaces.stream().mapToLong(NetworkIF::getPacketsRecv).sum());
        counters.put(
                "errin", interfaces.stream().mapToLong(NetworkIF::getInErrors).sum());
        counters.put(
                "errout", interfaces.stream().mapToLong(NetworkIF::getOutErrors).sum());
        counters.put(
                "dropin", interfaces.stream().mapToLong(NetworkIF::getInDrops).sum());
        Map<String, Object> result = network.with(counters, now);
        Map<String, Object> connection = new LinkedHashMap<>();
        count(connection, "AF_INET", "net/tcp", "net/udp");
        count(connection, "AF_INET6", "net/tcp6", "net/udp6");
        count(connection, "AF_UNIX", "net/unix");
        if (!connection.isEmpty()) {
            result.put("connection", connection);
        }
        return result;
    }

    private static void count(Map<String, Object> connection, String family, String... files) {
        long[] entries = Arrays.stream(files)
                .map(ProcFiles::entries)
                .filter(java.util.OptionalLong::isPresent)
                .mapToLong(java.util.OptionalLong::getAsLong)
                .toArray();
        if (entries.length > 0) {
            connection.put(family, Arrays.stream(entries).sum());
        }
    }

    private Map<String, Object> disk(List<HWDiskStore> disks, long now) {
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put(
                "read_count", disks.stream().mapToLong(HWDiskStore::getReads).sum());
        counters.put(
                "write_count", disks.stream().mapToLong(HWDiskStore::getWrites).sum());
        counters.put(
                "read_bytes",
                disks.stream().mapToLong(HWDiskStore::getReadBytes).sum());
        counters.put(
                "write_bytes",
                disks.stream().mapToLong(HWDiskStore::getWriteBytes).sum());
        counters.put(
                "busy_time",
                disks.stream().mapToLong(HWDiskStore::getTransferTime).sum());
        return disk.with(counters, now);
    }

    private Map<String, Object> cpu(CentralProcessor processor) {
        long[] now = processor.getSystemCpuLoadTicks();
        Map<String, Object> result = shares(ticks, now);
        ticks = now;
        long[] frequencies = processor.getCurrentFreq();
        if (frequencies.length > 0) {
            result.put("freq", Arrays.stream(frequencies).average().orElse(0) / 1e6);
        }
        result.put("ctx_switches", processor.getContextSwitches());
        result.put("interrupts", processor.getInterrupts());
        return result;
    }

    /** What each state of the processors had of the time between two readings, in percent with one decimal. */
    static Map<String, Object> shares(long[] before, long[] now) {
        long total = 0;
        for (int i = 0; i < now.length; i++) {
            total += Math.max(0, now[i] - before[i]);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        for (TickType type : TickType.values()) {
            long grown = Math.max(0, now[type.getIndex()] - before[type.getIndex()]);
            double percent = total == 0 ? 0 : Math.round(1000.0 * grown / total) / 10.0;
            result.put(type.name().toLowerCase(java.util.Locale.ROOT), percent);
        }
        return result;
    }

    private static Map<String, Object> memory(HardwareAbstractionLayer hardware) {
        long total = hardware.getMemory().getTotal();
        long available = hardware.getMemory().getAvailable();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("total", total);
        result.put("available", available);
        result.put("used", total - available);
        result.put("percent", total == 0 ? 0 : Math.round(1000.0 * (total - available) / total) / 10.0);
        Map<String, Long> linux = ProcFiles.numbers("meminfo");
        Map.of(
                        "MemFree", "free",
                        "Active", "active",
                        "Inactive", "inactive",
                        "Buffers", "buffers",
                        "Cached", "cached",
                        "Shmem", "shared",
                        "Slab", "slab")
                .forEach((name, key) -> {
                    Long bytes = linux.get(name);
                    if (bytes != null) {
                        result.put(key, bytes);
                    }
                });
        return result;
    }
}
