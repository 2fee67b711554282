package io.bailiwick.mrealm.schema;

/**
 * Heartbeats that were written together.
 *
 * @param from when the first of them was received, nanoseconds since the epoch
 * @param until when the last was
 * @param nodes how many of them are of nodes
 * @param workers how many are of workers
 * @param nodeBeats those, as {@code docs/store-format.md} says
 * @param workerBeats those, likewise
 */
@SuppressWarnings("ArrayRecordComponent") // rows are read and written, not compared
public record BeatWindow(long from, long until, int nodes, int workers, byte[] nodeBeats, byte[] workerBeats) {
    /** How many bytes of heartbeats it has. */
    public long bytes() {
        return (long) nodeBeats.length + workerBeats.length;
    }
}
