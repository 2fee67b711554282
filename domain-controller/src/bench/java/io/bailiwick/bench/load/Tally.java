package io.bailiwick.bench.load;

import io.bailiwick.bench.wire.Client;
import io.bailiwick.bench.wire.Ear;
import io.bailiwick.bench.wire.Generator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What both loads count. Fields belong to the generator's loop. */
final class Tally {
    private static final long MOST = 60_000_000_000L;
    private static final long PATIENCE = 10_000_000_000L;
    /** With two of them a latency would be known to one in a hundred, and what is aimed at is five. */
    private static final int DIGITS = 3;

    private final Generator generator;
    private final List<Client> clients = new ArrayList<>();
    private Histogram latencies = new Histogram(MOST, DIGITS);
    private long operations;
    private @Nullable String fault;

    boolean running;
    long outstanding;

    Tally(Generator generator) {
        this.generator = generator;
    }

    void add(List<Client> some) {
        clients.addAll(some);
    }

    void done(long count) {
        operations += count;
    }

    void took(long nanos) {
        latencies.recordValue(Math.min(MOST, nanos));
    }

    /** The first fault stays. */
    void failed(String reason) {
        if (fault == null) {
            fault = reason;
        }
    }

    Sample sample() {
        Sample sample = generator.ask(() -> {
            Sample now = new Sample(System.nanoTime(), operations, latencies);
            latencies = new Histogram(MOST, DIGITS);
            operations = 0;
            return now;
        });
        check();
        return sample;
    }

    private void check() {
        String found = generator.ask(() -> String.valueOf(fault));
        if (!found.equals("null")) {
            throw new IllegalStateException(found);
        }
    }

    void pause() {
        generator.ask(() -> running = false);
        long end = System.nanoTime() + PATIENCE;
        while (generator.ask(() -> outstanding) > 0) {
            check();
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "expected all to be answered, but " + generator.ask(() -> outstanding) + " are still missing");
            }
            LockSupport.parkNanos(1_000_000);
        }
        check();
    }

    /** Starts nothing new, whatever is still on its way. */
    void close() {
        generator.ask(() -> running = false);
        generator.close(clients);
    }

    /** For connections that are to hear nothing. */
    Ear deaf() {
        return (client, reason) -> failed(reason);
    }
}
