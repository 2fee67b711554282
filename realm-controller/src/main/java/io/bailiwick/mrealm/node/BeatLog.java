package io.bailiwick.mrealm.node;

import io.bailiwick.mrealm.beat.BeatBytes;
import io.bailiwick.mrealm.beat.BeatBytes.Slice;
import io.bailiwick.mrealm.schema.BeatBlock;
import io.bailiwick.mrealm.schema.BeatFold;
import io.bailiwick.mrealm.schema.BeatWindow;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * The heartbeats of one kind as windows and blocks have them.
 *
 * @param bytes how they are written
 * @param inWindow where they are in a window
 * @param inFold how many of them a fold has
 * @param blocks where their blocks are
 * @param timestamp when one was received
 * @param newestFirst the order in which they are told
 */
record BeatLog<T>(
        BeatBytes<T> bytes,
        Function<BeatWindow, byte[]> inWindow,
        ToLongFunction<BeatFold> inFold,
        Table<Pair<Long, UUID>, BeatBlock> blocks,
        ToLongFunction<T> timestamp,
        Comparator<T> newestFirst) {
    private static final UUID LEAST = new UUID(0, 0);

    /** A question for the heartbeats of a node with {@code from <= timestamp < until}, no more than {@code limit}. */
    record Question(UUID node, long from, long until, int limit) {
        boolean meets(long first, long last) {
            return first < until && last >= from;
        }
    }

    /** A time, {@code from <= timestamp < until}, and one part of the nodes. */
    record Span(long from, long until, BeatBytes.Part part) {
        boolean meets(long first, long last) {
            return first < until && last >= from;
        }

        boolean has(UUID node) {
            return part.has(node);
        }
    }

    /** Hands over the heartbeats of all nodes in a span, in no order. */
    void each(ReadTransaction tx, MrealmSchema schema, long folded, Span span, Consumer<T> taker) {
        try (var windows = schema.beatWindows.range(tx, folded + 1, null, false)) {
            windows.map(Table.Row::row)
                    .filter(window -> span.meets(window.from(), window.until()))
                    .forEach(window -> eachInWindow(window, span, taker));
        }
        List<Long> folds;
        try (var rows = schema.beatFolds.all(tx)) {
            folds = rows.filter(row -> inFold.applyAsLong(row.row()) > 0
                            && span.meets(row.row().from(), row.row().until()))
                    .map(Table.Row::key)
                    .toList();
        }
        for (long fold : folds) {
            try (var rows = blocks.range(tx, new Pair<>(fold, LEAST), new Pair<>(fold + 1, LEAST), false)) {
                rows.filter(row -> span.has(row.key().second())
                                && span.meets(row.row().from(), row.row().until()))
                        .flatMap(
                                row -> bytes.beats(row.key().second(), row.row().beats()).stream())
                        .filter(beat -> span.meets(timestamp.applyAsLong(beat), timestamp.applyAsLong(beat)))
                        .forEach(taker);
            }
        }
    }

    private void eachInWindow(BeatWindow window, Span span, Consumer<T> taker) {
        for (Slice slice : bytes.slices(inWindow.apply(window), span.part())) {
            long at = bytes.head(slice).timestamp();
            if (span.meets(at, at)) {
                taker.accept(bytes.beat(slice));
            }
        }
    }

    /**
     * The newest heartbeats that answer a question, newest first, and perhaps more.
     *
     * @param folded the number of the last fold: windows up to it are in blocks
     */
    List<T> ask(ReadTransaction tx, MrealmSchema schema, long folded, Question question) {
        List<T> found = new ArrayList<>();
        try (var windows = schema.beatWindows.range(tx, folded + 1, null, false)) {
            windows.forEach(window -> inWindow(window.row(), question, found));
        }
        List<BeatFoldRow> folds = new ArrayList<>();
        try (var rows = schema.beatFolds.all(tx)) {
            rows.filter(row -> inFold.applyAsLong(row.row()) > 0
                            && question.meets(row.row().from(), row.row().until()))
                    .forEach(row -> folds.add(new BeatFoldRow(row.key(), row.row())));
        }
        folds.sort(Comparator.comparingLong((BeatFoldRow row) -> row.fold().until())
                .reversed());
        for (BeatFoldRow row : folds) {
            // The clock may have been set, so that one fold reaches into the time of another.
            long newer = found.stream()
                    .filter(beat -> timestamp.applyAsLong(beat) > row.fold().until())
                    .count();
            if (newer >= question.limit()) {
                break;
            }
            blocks.get(tx, new Pair<>(row.number(), question.node()))
                    .ifPresent(block -> inBlock(block, question, found));
        }
        found.sort(newestFirst);
        return found;
    }

    private record BeatFoldRow(long number, BeatFold fold) {}

    private void inWindow(BeatWindow window, Question question, List<T> found) {
        if (question.meets(window.from(), window.until())) {
            for (Slice slice : bytes.slices(inWindow.apply(window))) {
                if (slice.node().equals(question.node())) {
                    take(bytes.beat(slice), question, found);
                }
            }
        }
    }

    private void inBlock(BeatBlock block, Question question, List<T> found) {
        if (question.meets(block.from(), block.until())) {
            bytes.beats(question.node(), block.beats()).forEach(beat -> take(beat, question, found));
        }
    }

    private void take(T beat, Question question, List<T> found) {
        long at = timestamp.applyAsLong(beat);
        if (question.meets(at, at)) {
            found.add(beat);
        }
    }
}
