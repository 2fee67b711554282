package io.bailiwick.router.store;

/** The read transaction over Xodus. */
final class SnapshotTransaction implements ReadTransaction {}
