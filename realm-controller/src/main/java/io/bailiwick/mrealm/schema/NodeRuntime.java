package io.bailiwick.mrealm.schema;

/**
 * What is known of a node over restarts of this controller. Written together with the logs, so at most once per commit.
 *
 * @param firstSeen when it was seen first, nanoseconds since the epoch, clock of this controller
 * @param lastSeen when it was seen last, likewise
 * @param lastSeq the sequence number of its last heartbeat; 0 when there was none
 * @param lastSent when it sent that, nanoseconds since the epoch, clock of the node; 0 when there was none
 */
public record NodeRuntime(long firstSeen, long lastSeen, long lastSeq, long lastSent) {}
