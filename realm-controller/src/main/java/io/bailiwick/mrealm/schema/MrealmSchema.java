package io.bailiwick.mrealm.schema;

import io.bailiwick.router.store.ExpiryTime;
import io.bailiwick.router.store.Form;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.Index;
import io.bailiwick.router.store.Schema;
import io.bailiwick.router.store.Table;
import java.util.UUID;

/** Everything that the store of one management realm remembers. */
public final class MrealmSchema extends Schema {

    /** Node to what is known of it over restarts. */
    public final Table<UUID, NodeRuntime> nodes = table("nodes", Form.uuid(), NodeRuntime.class);

    /** Version 1: (time of receipt in ns, node) to heartbeat. In order of time, so that the oldest are found and removed first. */
    public final Table<Pair<Long, UUID>, MNodeLog> mnodeLogs =
            table("mnode_logs", Form.pair(Form.integer(), Form.uuid()), MNodeLog.class);

    /** Version 1: (node, time of receipt in ns): the heartbeats of one node without reading those of all others. */
    public final Table<Pair<UUID, Long>, LogEntry> mnodeLogsByNode =
            table("mnode_logs_by_node", Form.pair(Form.uuid(), Form.integer()), LogEntry.class);

    /** Version 1: (time of receipt in ns, (node, worker)) to heartbeat. */
    public final Table<Pair<Long, Pair<UUID, String>>, MWorkerLog> mworkerLogs =
            table("mworker_logs", Form.pair(Form.integer(), Form.pair(Form.uuid(), Form.text())), MWorkerLog.class);

    /** Version 1: (node, (time of receipt in ns, worker)): the heartbeats of the workers of one node. */
    public final Table<Pair<UUID, Pair<Long, String>>, LogEntry> mworkerLogsByNode = table(
            "mworker_logs_by_node", Form.pair(Form.uuid(), Form.pair(Form.integer(), Form.text())), LogEntry.class);

    /** Number of a window, counted up, to the heartbeats of all nodes that were written together. */
    public final Table<Long, BeatWindow> beatWindows = compactTable("beat_windows", Form.integer(), BeatWindow.class);

    /**
     * Number of a window to what was made of it and of all before it, down to the fold before. A window is read as long as no
     * fold has its number or a higher one; blocks are read only if there is a fold of theirs.
     */
    public final Table<Long, BeatFold> beatFolds = table("beat_folds", Form.integer(), BeatFold.class);

    /** (fold, node) to the heartbeats of the node. */
    public final Table<Pair<Long, UUID>, BeatBlock> mnodeBlocks =
            compactTable("mnode_blocks", Form.pair(Form.integer(), Form.uuid()), BeatBlock.class);

    /** (fold, node) to the heartbeats of the node's workers. */
    public final Table<Pair<Long, UUID>, BeatBlock> mworkerBlocks =
            compactTable("mworker_blocks", Form.pair(Form.integer(), Form.uuid()), BeatBlock.class);

    /** One row, under {@link #METER}: how far usage is metered. */
    public final Table<Long, MeterState> meter = table("meter", Form.integer(), MeterState.class);

    /** Node to what the meter carries over of it. */
    public final Table<UUID, NodeCarry> nodeCarries = compactTable("node_carries", Form.uuid(), NodeCarry.class);

    /** (end of an interval in ns, node) to what the node used in it. */
    public final Table<Pair<Long, UUID>, UsageFigures> nodeUsage =
            compactTable("node_usage", Form.pair(Form.integer(), Form.uuid()), UsageFigures.class);

    /** End of an interval in ns to what the realm used in it, until the domain has it. */
    public final Table<Long, UsageInterval> usageIntervals =
            table("usage_intervals", Form.integer(), UsageInterval.class);

    /** The key of the one row of {@link #meter}. */
    public static final long METER = 0;

    /** One row: the time by which what is old is removed. */
    public final Table<Long, ExpiryTime> expiry = table("expiry", Form.integer(), ExpiryTime.class);

    /** Object to what users have written down of it. */
    public final Table<UUID, ObjectMetadata> metadata = table("metadata", Form.uuid(), ObjectMetadata.class);

    /** (object, number) to comment: those of an object in the order in which they were written. */
    public final Table<Pair<UUID, Long>, Comment> comments =
            table("comments", Form.pair(Form.uuid(), Form.integer()), Comment.class);

    /** A comment by its own object id. */
    public final Index<UUID, Pair<UUID, Long>, Comment> idxCommentsByOid =
            comments.unique("idx_comments_by_oid", Form.uuid(), Comment::oid);

    /** The log of management actions, by number from 1. Only {@code RealmAudit} writes it. */
    public final Table<Long, AuditLine> auditLog = compactTable("audit_log", Form.integer(), AuditLine.class);

    /**
     * The schema. Version 1 had no windows and blocks, and version 2 deflated its blocks; what they wrote is read as it is, until
     * it is no longer kept.
     */
    public MrealmSchema() {
        super("mrealm", 3);
    }
}
