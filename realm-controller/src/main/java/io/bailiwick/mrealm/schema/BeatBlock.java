package io.bailiwick.mrealm.schema;

/**
 * Heartbeats of one node, or of its workers.
 *
 * @param from when the first of them was received, nanoseconds since the epoch
 * @param until when the last was
 * @param seq the sequence number of that one
 * @param sent when that one was sent
 * @param count how many there are
 * @param beats those, as {@code docs/store-format.md} says
 */
@SuppressWarnings("ArrayRecordComponent") // rows are read and written, not compared
public record BeatBlock(long from, long until, long seq, long sent, int count, byte[] beats) {}
