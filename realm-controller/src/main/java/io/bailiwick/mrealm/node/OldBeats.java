package io.bailiwick.mrealm.node;

import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Table;
import io.bailiwick.router.store.WriteTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The heartbeats that version 1 of the schema wrote, a row for each: read, and removed when they are no longer kept. */
final class OldBeats {
    private final MrealmSchema schema;

    OldBeats(MrealmSchema schema) {
        this.schema = schema;
    }

    boolean isEmpty(ReadTransaction tx) {
        return schema.mnodeLogs.count(tx) == 0 && schema.mworkerLogs.count(tx) == 0;
    }

    /** Those of a node with {@code from <= timestamp < until}, newest first. */
    List<MNodeLog> nodeLogs(ReadTransaction tx, UUID node, long from, long until, int limit) {
        try (var entries = schema.mnodeLogsByNode.range(tx, new Pair<>(node, from), new Pair<>(node, until), true)) {
            return entries.limit(limit)
                    .flatMap(entry ->
                            schema.mnodeLogs.get(tx, new Pair<>(entry.key().second(), node)).stream())
                    .toList();
        }
    }

    /** Those of the workers of a node; likewise. */
    List<MWorkerLog> workerLogs(ReadTransaction tx, UUID node, long from, long until, int limit) {
        try (var entries = schema.mworkerLogsByNode.range(
                tx, new Pair<>(node, new Pair<>(from, "")), new Pair<>(node, new Pair<>(until, "")), true)) {
            return entries.limit(limit)
                    .map(entry -> new Pair<>(
                            entry.key().second().first(),
                            new Pair<>(node, entry.key().second().second())))
                    .flatMap(key -> schema.mworkerLogs.get(tx, key).stream())
                    .toList();
        }
    }

    /** The newest of a node that is not older than this. */
    Optional<MNodeLog> newest(ReadTransaction tx, UUID node, long from) {
        return nodeLogs(tx, node, from, Long.MAX_VALUE, 1).stream().findFirst();
    }

    /**
     * Removes the oldest of nodes.
     *
     * @param excess how many must go at least
     * @param oldest what is older than that goes too
     * @param most at most so many
     */
    void removeNodeLogs(WriteTransaction tx, long excess, long oldest, int most) {
        for (Pair<Long, UUID> key : first(tx, schema.mnodeLogs, excess, oldest, most)) {
            schema.mnodeLogs.delete(tx, key);
            schema.mnodeLogsByNode.delete(tx, new Pair<>(key.second(), key.first()));
        }
    }

    /** As above, of workers. */
    void removeWorkerLogs(WriteTransaction tx, long excess, long oldest, int most) {
        for (Pair<Long, Pair<UUID, String>> key : first(tx, schema.mworkerLogs, excess, oldest, most)) {
            Pair<UUID, String> worker = key.second();
            schema.mworkerLogs.delete(tx, key);
            schema.mworkerLogsByNode.delete(tx, new Pair<>(worker.first(), new Pair<>(key.first(), worker.second())));
        }
    }

    private static <W> List<Pair<Long, W>> first(
            WriteTransaction tx, Table<Pair<Long, W>, ?> table, long excess, long oldest, int most) {
        List<Pair<Long, W>> keys = new ArrayList<>();
        try (var rows = table.range(tx, null, null, false)) {
            var iterator = rows.iterator();
            while (keys.size() < most && iterator.hasNext()) {
                Pair<Long, W> key = iterator.next().key();
                if (keys.size() >= excess && key.first() >= oldest) {
                    break;
                }
                keys.add(key);
            }
        }
        return keys;
    }
}
