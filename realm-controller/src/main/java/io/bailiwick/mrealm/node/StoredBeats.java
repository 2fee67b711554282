package io.bailiwick.mrealm.node;

import io.bailiwick.mrealm.beat.BeatBytes;
import io.bailiwick.mrealm.schema.BeatFold;
import io.bailiwick.mrealm.schema.BeatWindow;
import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.Table.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;

/**
 * The heartbeats in the store across all nodes, as the meter reads them: what it has no use for is left out. Waits for the
 * disk: any thread but the controller's.
 */
public final class StoredBeats {
    private final Store<MrealmSchema> store;
    private final MrealmSchema schema;
    private final BeatHistory history;

    StoredBeats(Store<MrealmSchema> store, BeatHistory history) {
        this.store = store;
        this.schema = store.schema();
        this.history = history;
    }

    /**
     * The heartbeats of one node and of its workers, each in order of receipt.
     *
     * @param node its own, without the figures of the machine
     * @param workers those of its workers; one that is no router has no figures
     */
    public record OfNode(List<MNodeLog> node, List<MWorkerLog> workers) {}

    /**
     * Some of the heartbeats that were received in a time; those that version 1 of the schema wrote are left out.
     *
     * @param from the first moment, nanoseconds since the epoch
     * @param until the first moment that is not in it
     * @param part which of the {@code parts} into which all nodes fall, from 0
     */
    public Map<UUID, OfNode> received(long from, long until, int part, int parts) {
        Map<UUID, OfNode> found = new TreeMap<>();
        BeatLog.Span span = new BeatLog.Span(from, until, new BeatBytes.Part(part, parts));
        store.read(tx -> {
            long folded = history.folded(tx);
            history.nodes().each(tx, schema, folded, span, beat -> of(found, beat.nodeId())
                    .node()
                    .add(bare(beat)));
            history.workers().each(tx, schema, folded, span, beat -> of(found, beat.nodeId())
                    .workers()
                    .add(bare(beat)));
            return folded;
        });
        found.values().forEach(beats -> {
            beats.node().sort(Comparator.comparingLong(MNodeLog::timestamp));
            beats.workers().sort(Comparator.comparingLong(MWorkerLog::timestamp));
        });
        return found;
    }

    private static OfNode of(Map<UUID, OfNode> found, UUID node) {
        return found.computeIfAbsent(node, fresh -> new OfNode(new ArrayList<>(), new ArrayList<>()));
    }

    private static MNodeLog bare(MNodeLog beat) {
        return new MNodeLog(
                beat.timestamp(),
                beat.nodeId(),
                beat.period(),
                beat.mrealmId(),
                beat.state(),
                beat.session(),
                beat.sent(),
                beat.seq(),
                beat.workers(),
                null,
                null,
                null,
                null);
    }

    private static MWorkerLog bare(MWorkerLog beat) {
        return beat.router() != null
                ? beat
                : new MWorkerLog(
                        beat.timestamp(),
                        beat.nodeId(),
                        beat.workerId(),
                        beat.period(),
                        beat.mrealmId(),
                        beat.type(),
                        beat.state(),
                        beat.sent(),
                        beat.seq(),
                        null,
                        null);
    }

    /** At most so many heartbeats were received in a time; what was written together counts whole. */
    public long atMost(long from, long until) {
        BeatLog.Span span = new BeatLog.Span(from, until, BeatBytes.Part.WHOLE);
        return store.read(tx -> {
            try (var windows = schema.beatWindows.range(tx, history.folded(tx) + 1, null, false);
                    var folds = schema.beatFolds.all(tx)) {
                long inWindows = windows.map(Row::row)
                        .filter(window -> span.meets(window.from(), window.until()))
                        .mapToLong(window -> window.nodes() + window.workers())
                        .sum();
                return inWindows
                        + folds.map(Row::row)
                                .filter(fold -> span.meets(fold.from(), fold.until()))
                                .mapToLong(fold -> fold.nodes() + fold.workers())
                                .sum();
            }
        });
    }

    /** A moment, not before this one, before which none was received; empty when none was received since. */
    public OptionalLong next(long from) {
        return store.read(tx -> {
            try (var windows = schema.beatWindows.range(tx, history.folded(tx) + 1, null, false);
                    var folds = schema.beatFolds.all(tx)) {
                OptionalLong least = LongStream.concat(
                                windows.map(Row::row)
                                        .filter(window -> window.until() >= from)
                                        .mapToLong(BeatWindow::from),
                                folds.map(Row::row)
                                        .filter(fold -> fold.until() >= from)
                                        .mapToLong(BeatFold::from))
                        .min();
                return least.isPresent() ? OptionalLong.of(Math.max(from, least.getAsLong())) : least;
            }
        });
    }
}
