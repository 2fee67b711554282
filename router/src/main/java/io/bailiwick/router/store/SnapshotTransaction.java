package io.bailiwick.router.store;

/** The read transaction over Xodus. */
final class SnapshotTransaction implements ReadTransaction, AutoCloseable {
    private final ByteTransaction bytes;
    private final Schema schema;
    private boolean over;

    SnapshotTransaction(ByteTransaction bytes, Schema schema) {
        this.bytes = bytes;
        this.schema = schema;
    }

    ByteTransaction bytes(Schema wanted) {
        requireUsable(over, schema, wanted);
        bytes.requireThread();
        return bytes;
    }

    @Override
    public void close() {
        over = true;
        bytes.close();
    }

    static void requireUsable(boolean over, Schema schema, Schema wanted) {
        if (over) {
            throw new IllegalStateException("expected a running transaction, but it is over");
        }
        if (schema != wanted) {
            throw new IllegalArgumentException("expected a transaction of the store of " + wanted.name()
                    + " that this table belongs to, but came one of another store");
        }
    }
}
