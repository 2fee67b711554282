package io.bailiwick.mrealm.schema;

import io.bailiwick.router.store.Form;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.Schema;
import io.bailiwick.router.store.Table;
import java.util.UUID;

/** Everything that the store of one management realm remembers. */
public final class MrealmSchema extends Schema {

    /** Node to what is known of it over restarts. */
    public final Table<UUID, NodeRuntime> nodes = table("nodes", Form.uuid(), NodeRuntime.class);

    /** (time of receipt in ns, node) to heartbeat. In order of time, so that the oldest are found and removed first. */
    public final Table<Pair<Long, UUID>, MNodeLog> mnodeLogs =
            table("mnode_logs", Form.pair(Form.integer(), Form.uuid()), MNodeLog.class);

    /** (node, time of receipt in ns): the heartbeats of one node without reading those of all others. */
    public final Table<Pair<UUID, Long>, LogEntry> mnodeLogsByNode =
            table("mnode_logs_by_node", Form.pair(Form.uuid(), Form.integer()), LogEntry.class);

    /** (time of receipt in ns, (node, worker)) to heartbeat. */
    public final Table<Pair<Long, Pair<UUID, String>>, MWorkerLog> mworkerLogs =
            table("mworker_logs", Form.pair(Form.integer(), Form.pair(Form.uuid(), Form.text())), MWorkerLog.class);

    /** (node, (time of receipt in ns, worker)): the heartbeats of the workers of one node. */
    public final Table<Pair<UUID, Pair<Long, String>>, LogEntry> mworkerLogsByNode = table(
            "mworker_logs_by_node", Form.pair(Form.uuid(), Form.pair(Form.integer(), Form.text())), LogEntry.class);

    /** The schema in the one format there has been. */
    public MrealmSchema() {
        super("mrealm", 1);
    }
}
