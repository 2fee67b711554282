package io.bailiwick.mrealm.node;

import io.bailiwick.mrealm.beat.BeatBytes;
import io.bailiwick.mrealm.schema.BeatBlock;
import io.bailiwick.mrealm.schema.BeatFold;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.mrealm.schema.NodeRuntime;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.Table.Row;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What is known of each node from before: its row, or its newest heartbeat where that is later, for rows are written when a node
 * comes and goes and heartbeats all the time.
 */
record LastSeen(MrealmSchema schema, BeatHistory history, OldBeats old) {
    private static final UUID LEAST = new UUID(0, 0);

    /** Node to what is known of it. */
    Map<UUID, NodeRuntime> of(Store<MrealmSchema> store) {
        return store.read(tx -> {
            Map<UUID, NodeRuntime> known = new LinkedHashMap<>();
            boolean hasOld = !old.isEmpty(tx);
            try (var rows = schema.nodes.all(tx)) {
                rows.forEach(row -> known.put(row.key(), hasOld ? newest(tx, row) : row.row()));
            }
            if (!known.isEmpty()) {
                seenInWindows(tx, known);
                seenInBlocks(tx, known);
            }
            return known;
        });
    }

    private NodeRuntime newest(ReadTransaction tx, Row<UUID, NodeRuntime> row) {
        return old.newest(tx, row.key(), row.row().lastSeen())
                .map(beat -> seen(row.row(), beat.timestamp(), beat.seq(), beat.sent()))
                .orElse(row.row());
    }

    private void seenInWindows(ReadTransaction tx, Map<UUID, NodeRuntime> known) {
        try (var windows = schema.beatWindows.range(tx, history.folded(tx) + 1, null, false)) {
            windows.flatMap(window ->
                            history.nodes().bytes().slices(window.row().nodeBeats()).stream())
                    .forEach(slice -> {
                        BeatBytes.Head head = history.nodes().bytes().head(slice);
                        known.computeIfPresent(
                                slice.node(),
                                (node, before) -> seen(before, head.timestamp(), head.seq(), head.sent()));
                    });
        }
    }

    /** From the newest fold back, until no fold can tell of anything newer. */
    private void seenInBlocks(ReadTransaction tx, Map<UUID, NodeRuntime> known) {
        try (var folds = schema.beatFolds.range(tx, null, null, true)) {
            var iterator = folds.iterator();
            while (iterator.hasNext()) {
                Row<Long, BeatFold> fold = iterator.next();
                boolean over = known.values().stream()
                        .allMatch(runtime -> runtime.lastSeen() >= fold.row().until());
                if (over) {
                    return;
                }
                try (Stream<Row<Pair<Long, UUID>, BeatBlock>> blocks = schema.mnodeBlocks.range(
                        tx, new Pair<>(fold.key(), LEAST), new Pair<>(fold.key() + 1, LEAST), false)) {
                    blocks.forEach(block -> known.computeIfPresent(
                            block.key().second(),
                            (node, before) -> seen(
                                    before,
                                    block.row().until(),
                                    block.row().seq(),
                                    block.row().sent())));
                }
            }
        }
    }

    private static NodeRuntime seen(NodeRuntime before, long timestamp, long seq, long sent) {
        return timestamp < before.lastSeen() ? before : new NodeRuntime(before.firstSeen(), timestamp, seq, sent);
    }
}
