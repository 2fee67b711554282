package io.bailiwick.router.store;

/** A transaction that may write. Used inside the function given to {@link Store#write} only. */
public final class WriteTransaction implements ReadTransaction {
    WriteTransaction() {}

    /** Runs an action after the commit is on disk, on the writer's thread; not at all if the transaction fails. */
    public void afterCommit(Runnable action) {
        throw new UnsupportedOperationException();
    }
}
