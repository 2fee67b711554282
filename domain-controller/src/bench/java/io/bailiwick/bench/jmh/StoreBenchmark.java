package io.bailiwick.bench.jmh;

import io.bailiwick.router.store.Form;
import io.bailiwick.router.store.Schema;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.Table;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Rows are written durably: one by one, by many at once, and a hundred in one transaction. Below the temporary directory. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 2)
public class StoreBenchmark {
    private static final int BATCH = 100;
    private static final int ROWS = 100_000;

    private @Nullable Path directory;
    private @Nullable Store<Heartbeats> store;

    /** A row. */
    public record Heartbeat(long number, String state) {}

    /** One table. */
    static final class Heartbeats extends Schema {
        final Table<Long, Heartbeat> rows = table("heartbeats", Form.integer(), Heartbeat.class);

        Heartbeats() {
            super("bench", 1);
        }
    }

    /** The rows of one thread. */
    @State(Scope.Thread)
    public static class Writer {
        private long next = System.nanoTime() % ROWS;

        private long next() {
            next = (next + 1) % ROWS;
            return next;
        }
    }

    /** Opens an empty store. */
    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("bailiwick-bench");
        store = Store.open(directory.resolve("store"), new Heartbeats());
    }

    /** Closes it and removes its files. */
    @TearDown
    public void remove() throws IOException {
        store().close();
        Files.walkFileTree(Objects.requireNonNull(directory), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private Store<Heartbeats> store() {
        return Objects.requireNonNull(store);
    }

    private void put(int rows, Writer writer) {
        Heartbeats schema = store().schema();
        store().writeAll(tx -> {
            for (int i = 0; i < rows; i++) {
                long number = writer.next();
                schema.rows.upsert(tx, number, new Heartbeat(number, "online"));
            }
        });
    }

    /** One row, one sync. */
    @Benchmark
    @Threads(1)
    public void putOne(Writer writer) {
        put(1, writer);
    }

    /** One row each of many: syncs are shared. */
    @Benchmark
    @Threads(64)
    public void putOneOfMany(Writer writer) {
        put(1, writer);
    }

    /** Rows in transactions of a hundred. */
    @Benchmark
    @Threads(1)
    @OperationsPerInvocation(BATCH)
    public void putBatch(Writer writer) {
        put(BATCH, writer);
    }
}
