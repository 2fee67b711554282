package io.bailiwick.router.store;

import java.util.ArrayList;
import java.util.List;

/** A transaction that may write. Used inside the function given to {@link Store#write} only. */
public final class WriteTransaction implements ReadTransaction {
    private final ByteTransaction bytes;
    private final Schema schema;
    private final List<Runnable> actions = new ArrayList<>();
    private boolean over;

    WriteTransaction(ByteTransaction bytes, Schema schema) {
        this.bytes = bytes;
        this.schema = schema;
    }

    /**
     * Runs an action after the commit is on disk, on the writer's thread and in the order of these calls, before the caller
     * of the write hears of it; not at all if the transaction fails. What an action throws is logged and harms nobody. An
     * action may not wait for another write of the same store: it runs on the thread that would do it.
     */
    public void afterCommit(Runnable action) {
        bytes(schema);
        actions.add(action);
    }

    /** Whether this piece of work has changed anything yet. */
    public boolean hasWritten() {
        return bytes(schema).hasWorked();
    }

    List<Runnable> actions() {
        return actions;
    }

    void end() {
        over = true;
    }

    ByteTransaction bytes(Schema wanted) {
        SnapshotTransaction.requireUsable(over, schema, wanted);
        bytes.requireThread();
        return bytes;
    }
}
