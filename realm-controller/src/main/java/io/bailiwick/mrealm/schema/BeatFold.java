package io.bailiwick.mrealm.schema;

/**
 * What was made of some windows: a block for each node.
 *
 * @param from when the first heartbeat in it was received, nanoseconds since the epoch
 * @param until when the last was
 * @param nodes how many heartbeats of nodes it has; 0 when they are no longer kept
 * @param workers how many of workers; likewise
 */
public record BeatFold(long from, long until, long nodes, long workers) {}
