package io.bailiwick.mrealm.node;

import io.bailiwick.mrealm.beat.BeatBytes;
import io.bailiwick.mrealm.schema.BeatWindow;
import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.router.store.Store;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A store with heartbeats in it, put there without a session. */
public final class BeatsInStore {
    private final Store<MrealmSchema> store;
    private final UUID mrealm;
    private BeatHistory history;

    public BeatsInStore(Store<MrealmSchema> store, UUID mrealm) {
        this.store = store;
        this.mrealm = mrealm;
        this.history = new BeatHistory(store, mrealm, Retention.DEFAULT);
    }

    public StoredBeats stored() {
        return new StoredBeats(store, history);
    }

    /** Writes them as one window. */
    public void add(List<MNodeLog> nodes, List<MWorkerLog> workers) {
        LongStream times = Stream.concat(
                        nodes.stream().map(MNodeLog::timestamp),
                        workers.stream().map(MWorkerLog::timestamp))
                .mapToLong(Long::longValue);
        var span = times.summaryStatistics();
        store.writeAll(tx -> {
            long last = store.schema()
                    .beatWindows
                    .range(tx, null, null, true)
                    .findFirst()
                    .map(row -> row.key())
                    .orElse(history.folded(tx));
            store.schema()
                    .beatWindows
                    .insert(
                            tx,
                            Math.max(last, history.folded(tx)) + 1,
                            new BeatWindow(
                                    span.getMin(),
                                    span.getMax(),
                                    nodes.size(),
                                    workers.size(),
                                    BeatBytes.ofNodes(mrealm)
                                            .window(nodes.stream()
                                                    .map(BeatBytes.ofNodes(mrealm)::row)
                                                    .toList()),
                                    BeatBytes.ofWorkers(mrealm)
                                            .window(workers.stream()
                                                    .map(BeatBytes.ofWorkers(mrealm)::row)
                                                    .toList())));
        });
    }

    /** Makes blocks of all windows. */
    public void fold() {
        Folding.run(store, history);
    }
}
