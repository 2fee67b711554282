package io.bailiwick.mrealm.node;

import io.bailiwick.mrealm.beat.BeatBytes;
import io.bailiwick.mrealm.schema.BeatBlock;
import io.bailiwick.mrealm.schema.BeatFold;
import io.bailiwick.mrealm.schema.BeatWindow;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.Table.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One fold: reads the windows that there are, makes blocks of them, writes those in pieces between the windows that go on
 * coming, and says at last that they are there. Some nodes at a time, so that it takes little memory. Waits for the disk: on a
 * thread of its own.
 */
final class Folding {
    /** How many heartbeats are held at a time, some ten megabytes: all windows are read once for each part of them. */
    private static final int AT_A_TIME = 60_000;
    /** Bytes that are written at a time: what comes meanwhile waits for no more. */
    private static final int PIECE = 256 << 10;
    /** Bytes of a block: a row of the store has less than a mebibyte. */
    private static final int LARGEST_BLOCK = 900 << 10;

    private final Store<MrealmSchema> store;
    private final BeatHistory history;
    private final Pace pace = new Pace();

    private Folding(Store<MrealmSchema> store, BeatHistory history) {
        this.store = store;
        this.history = history;
    }

    /** Work that can wait rests for longer than it works, in small pieces: whoever shares the processor with it hardly notices. */
    private static final class Pace {
        private static final long PIECE = TimeUnit.MILLISECONDS.toNanos(1);
        private static final long REST = TimeUnit.MILLISECONDS.toNanos(2);

        private long began = System.nanoTime();

        /** Between two steps of the work, of which none takes long. */
        void pause() {
            if (System.nanoTime() - began >= PIECE) {
                LockSupport.parkNanos(REST);
                began = System.nanoTime();
            }
        }
    }

    /**
     * Which windows: those from {@code after + 1} to {@code last}.
     *
     * @param fold what is in them, without its bytes
     * @param bytes how many bytes of heartbeats they have
     */
    private record Extent(long after, long last, BeatFold fold, long bytes) {
        /** The fold with the bytes of its blocks. */
        BeatFold fold(long nodeBytes, long workerBytes) {
            return new BeatFold(fold.from(), fold.until(), fold.nodes(), fold.workers(), nodeBytes, workerBytes);
        }
    }

    /** The heartbeats of one node or of its workers, to become a block. */
    private static final class Gathered {
        final Map<String, BeatBytes.Rows> workers = new TreeMap<>();
        long from = Long.MAX_VALUE;
        BeatBytes.Head last = new BeatBytes.Head(Long.MIN_VALUE, 0, 0);
        int count;

        void add(BeatBytes.Slice slice, BeatBytes.Head head) {
            workers.computeIfAbsent(slice.worker(), worker -> new BeatBytes.Rows())
                    .add(slice);
            from = Math.min(from, head.timestamp());
            last = head.timestamp() >= last.timestamp() ? head : last;
            count++;
        }

        /** A block; of one who sends so much that it does not fit, every second heartbeat, or fewer. */
        byte[] block(BeatBytes<?> bytes) {
            byte[] block = bytes.block(workers);
            while (block.length > LARGEST_BLOCK) {
                workers.replaceAll((worker, rows) -> rows.half());
                block = bytes.block(workers);
            }
            return block;
        }
    }

    /** Folds all windows that there are. */
    static void run(Store<MrealmSchema> store, BeatHistory history) {
        new Folding(store, history).run();
    }

    private void run() {
        Extent extent = store.read(this::extent);
        int parts = 1 + Math.toIntExact((extent.fold().nodes() + extent.fold().workers()) / AT_A_TIME);
        long nodeBytes = 0;
        long workerBytes = 0;
        for (int number = 0; number < parts; number++) {
            BeatBytes.Part part = new BeatBytes.Part(number, parts);
            Map<UUID, Gathered> nodes = new HashMap<>();
            Map<UUID, Gathered> workers = new HashMap<>();
            store.read(tx -> gather(tx, extent, part, nodes, workers));
            nodeBytes += fold(history.nodes(), extent, nodes);
            workerBytes += fold(history.workers(), extent, workers);
        }
        BeatFold fold = extent.fold(nodeBytes, workerBytes);
        store.writeAll(tx -> history.fold(tx, extent.last(), fold, extent.bytes()));
    }

    private Extent extent(ReadTransaction tx) {
        long after = history.folded(tx);
        long last = after;
        BeatFold sum = new BeatFold(Long.MAX_VALUE, Long.MIN_VALUE, 0, 0, 0, 0);
        long bytes = 0;
        try (var windows = store.schema().beatWindows.range(tx, after + 1, null, false)) {
            for (Row<Long, BeatWindow> row : (Iterable<Row<Long, BeatWindow>>) windows::iterator) {
                pace.pause();
                last = row.key();
                BeatWindow window = row.row();
                sum = new BeatFold(
                        Math.min(sum.from(), window.from()),
                        Math.max(sum.until(), window.until()),
                        sum.nodes() + window.nodes(),
                        sum.workers() + window.workers(),
                        0,
                        0);
                bytes += window.bytes();
            }
        }
        return new Extent(after, last, sum, bytes);
    }

    /** Writes the blocks; returns how many bytes they have. */
    private <T> long fold(BeatLog<T> log, Extent extent, Map<UUID, Gathered> gathered) {
        List<Row<UUID, BeatBlock>> piece = new ArrayList<>();
        long bytes = 0;
        long written = 0;
        // In the order of the keys: what is written side by side takes fewer pages.
        for (Map.Entry<UUID, Gathered> each : new TreeMap<>(gathered).entrySet()) {
            Gathered of = each.getValue();
            pace.pause();
            byte[] block = of.block(log.bytes());
            piece.add(new Row<>(
                    each.getKey(),
                    new BeatBlock(of.from, of.last.timestamp(), of.last.seq(), of.last.sent(), of.count, block)));
            bytes += block.length;
            if (bytes >= PIECE) {
                write(log, extent, piece);
                piece.clear();
                written += bytes;
                bytes = 0;
            }
        }
        write(log, extent, piece);
        return written + bytes;
    }

    private void write(BeatLog<?> log, Extent extent, List<Row<UUID, BeatBlock>> piece) {
        if (!piece.isEmpty()) {
            store.writeAll(tx ->
                    piece.forEach(row -> log.blocks().upsert(tx, new Pair<>(extent.last(), row.key()), row.row())));
        }
    }

    /** Those of one part of the nodes, of both kinds at once: each window is read once for a part. */
    private long gather(
            ReadTransaction tx,
            Extent extent,
            BeatBytes.Part part,
            Map<UUID, Gathered> nodes,
            Map<UUID, Gathered> workers) {
        try (var windows = store.schema().beatWindows.range(tx, extent.after() + 1, extent.last() + 1, false)) {
            windows.forEach(window -> {
                pace.pause();
                gather(history.nodes(), window.row(), part, nodes);
                gather(history.workers(), window.row(), part, workers);
            });
        }
        return extent.last();
    }

    private static void gather(BeatLog<?> log, BeatWindow window, BeatBytes.Part part, Map<UUID, Gathered> gathered) {
        for (BeatBytes.Slice slice : log.bytes().slices(log.inWindow().apply(window), part)) {
            gathered.computeIfAbsent(slice.node(), node -> new Gathered())
                    .add(slice, log.bytes().head(slice));
        }
    }
}
