package io.bailiwick.mrealm.schema;

/**
 * An entry of an index over a log: its key says node and time, and the log's row stands under the two.
 *
 * @param seq the sequence number of the heartbeat
 */
public record LogEntry(long seq) {}
