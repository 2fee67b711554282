package io.bailiwick.router.store;

/** A snapshot of the store. Used inside the function given to {@link Store#read} only. */
public sealed interface ReadTransaction permits WriteTransaction, SnapshotTransaction {}
