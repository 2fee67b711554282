package io.bailiwick.node.procedure;

import io.bailiwick.router.client.Procedure;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What this node tells of its system and of its own process. */
public final class FigureProcedures {
    private final SystemFigures system;
    private final ProcessFigures process;
    private final Executor figures;

    /**
     * Procedures over figures.
     *
     * @param figures runs the reading of figures
     */
    public FigureProcedures(SystemFigures system, ProcessFigures process, Executor figures) {
        this.system = system;
        this.process = process;
        this.figures = figures;
    }

    /** {@code {uptime, network, disk, cpu, memory, elapsed}}, times in nanoseconds; network and disk with {@code *_per_sec}. Errors: none of its own */
    @Procedure(
            value = "crossbarfabriccenter.node.{authid}.get_system_stats",
            does =
                    "Tells the figures of the system: network, disk, processors, memory; with rates from the second call on.")
    public CompletionStage<Map<String, Object>> getSystemStats() {
        return CompletableFuture.supplyAsync(system::poll, figures);
    }

    /** {@code {ts, time, pid, status, user, system, cpu_percent, resident, ...}}, as far as the system tells. Errors: none of its own */
    @Procedure(
            value = "crossbarfabriccenter.node.{authid}.get_process_stats",
            does = "Tells the figures of the node's process: times in seconds, memory in bytes, shares in percent.")
    public CompletionStage<Map<String, Object>> getProcessStats() {
        return CompletableFuture.supplyAsync(process::stats, figures);
    }

    /** {@code {descriptors, threads, ...}}, as far as the system tells. Errors: none of its own */
    @Procedure(
            value = "crossbarfabriccenter.node.{authid}.get_process_info",
            does = "Tells how many file descriptors and threads the node's process has.")
    public CompletionStage<Map<String, Object>> getProcessInfo() {
        return CompletableFuture.supplyAsync(process::info, figures);
    }

    /**
     * The number of processors. Errors: none of its own
     *
     * @param logical whether hardware threads are counted; physical cores when false
     */
    @Procedure(
            value = "crossbarfabriccenter.node.{authid}.get_cpu_count",
            does = "Tells how many processors there are: logical ones, or physical ones when asked so.")
    public CompletionStage<Integer> getCpuCount(@Nullable Boolean logical) {
        boolean wanted = logical == null || logical;
        return CompletableFuture.supplyAsync(() -> SystemFigures.processors(wanted), figures);
    }
}
