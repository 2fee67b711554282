package io.bailiwick.node.procedure;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import oshi.SystemInfo;
import oshi.software.os.OSProcess;

/** The figures of this process, in the names and units of the wire. Only what the system tells is there. */
public final class ProcessFigures {
    private static final double MILLIS = 1000.0;

    private final Rates rates = new Rates();
    private @Nullable SystemInfo info;
    private @Nullable OSProcess previous;

    private OSProcess read() {
        SystemInfo system = info == null ? new SystemInfo() : info;
        info = system;
        return system.getOperatingSystem().getCurrentProcess();
    }

    /** As heartbeats carry it: flat, with rates from the second time on. CPU times in seconds. */
    public synchronized Map<String, Object> poll() {
        OSProcess process = read();
        Map<String, Number> counters = new LinkedHashMap<>();
        Map<String, Long> status = ProcFiles.numbers("self/status");
        put(counters, "num_ctx_switches_voluntary", status.get("voluntary_ctxt_switches"));
        put(counters, "num_ctx_switches_involuntary", status.get("nonvoluntary_ctxt_switches"));
        Map<String, Long> io = ProcFiles.numbers("self/io");
        put(counters, "read_ios", io.get("syscr"));
        put(counters, "write_ios", io.get("syscw"));
        counters.put("read_bytes", process.getBytesRead());
        counters.put("write_bytes", process.getBytesWritten());
        counters.put("cpu_user", process.getUserTime() / MILLIS);
        counters.put("cpu_system", process.getKernelTime() / MILLIS);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("pid", process.getProcessID());
        result.put("status", state(process));
        result.put("num_fds", process.getOpenFiles());
        result.put("num_threads", process.getThreadCount());
        result.putAll(rates.with(counters, System.nanoTime()));
        return result;
    }

    /** As {@code get_process_stats} answers it: CPU times in seconds, memory in bytes, shares in percent. */
    synchronized Map<String, Object> stats() {
        OSProcess process = read();
        Map<String, Object> result = new LinkedHashMap<>();
        java.time.Instant now = java.time.Instant.now();
        result.put("ts", Iso.text(now));
        result.put("time", TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano());
        result.put("pid", process.getProcessID());
        result.put("status", state(process));
        Map<String, Number> told = new HashMap<>();
        Map<String, Long> status = ProcFiles.numbers("self/status");
        put(told, "voluntary", status.get("voluntary_ctxt_switches"));
        put(told, "nonvoluntary", status.get("nonvoluntary_ctxt_switches"));
        Map<String, Long> io = ProcFiles.numbers("self/io");
        put(told, "reads", io.get("syscr"));
        put(told, "writes", io.get("syscw"));
        result.putAll(told);
        result.put("user", process.getUserTime() / MILLIS);
        result.put("system", process.getKernelTime() / MILLIS);
        result.put("cpu_percent", percent(process.getProcessCpuLoadBetweenTicks(previous)));
        result.put("resident", process.getResidentSetSize());
        result.put("virtual", process.getVirtualSize());
        long total =
                java.util.Objects.requireNonNull(info).getHardware().getMemory().getTotal();
        result.put("mem_percent", percent(total == 0 ? 0 : (double) process.getResidentSetSize() / total));
        previous = process;
        return result;
    }

    /** As {@code get_process_info} answers it, as far as it does not tell of files and peers. */
    synchronized Map<String, Object> info() {
        OSProcess process = read();
        return Map.of("descriptors", process.getOpenFiles(), "threads", process.getThreadCount());
    }

    private static double percent(double share) {
        return Math.round(1000 * share) / 10.0;
    }

    private static String state(OSProcess process) {
        return process.getState().name().toLowerCase(Locale.ROOT);
    }

    private static void put(Map<String, Number> counters, String name, @Nullable Long value) {
        if (value != null) {
            counters.put(name, value);
        }
    }
}
