package io.bailiwick.bench.harness;

import io.bailiwick.bench.load.Load;
import io.bailiwick.bench.load.Sample;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * What one measurement found.
 *
 * @param seconds how long it was
 * @param operations that were done
 * @param serverCpu processor seconds of the server
 * @param generatorCpu of the generator
 * @param others processors that were busy for neither of them, or taken by the hypervisor; other servers of ours count too
 * @param p50 half of the latencies are not above it, in microseconds
 * @param p99 99 of 100 are not above it
 */
public record Window(
        double seconds, long operations, double serverCpu, double generatorCpu, double others, double p50, double p99) {
    private static final double NANOS = 1e9;
    private static final double MICROS = 1e3;

    /** Measures a load that runs. */
    static Window of(Load load, ServerProcess server, Duration length) {
        Sample before = load.sample();
        double busy = Machine.busy();
        double serverCpu = server.cpu();
        double generatorCpu = Machine.generator();
        long end = before.nanos() + length.toNanos();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        Sample after = load.sample();
        serverCpu = server.cpu() - serverCpu;
        generatorCpu = Machine.generator() - generatorCpu;
        double seconds = (after.nanos() - before.nanos()) / NANOS;
        double others = Math.max(0, Machine.busy() - busy - serverCpu - generatorCpu) / seconds;
        return new Window(
                seconds,
                after.operations(),
                serverCpu,
                generatorCpu,
                others,
                after.latencies().getValueAtPercentile(50) / MICROS,
                after.latencies().getValueAtPercentile(99) / MICROS);
    }

    /** Operations a second. */
    public double rate() {
        return operations / seconds;
    }

    /** Operations a second of the server's processor. */
    public double perCpuSecond() {
        return serverCpu == 0 ? Double.NaN : operations / serverCpu;
    }

    /** Microseconds of the server's processor for an operation. */
    public double cpuPerOperation() {
        return operations == 0 ? Double.NaN : serverCpu * 1e6 / operations;
    }
}
