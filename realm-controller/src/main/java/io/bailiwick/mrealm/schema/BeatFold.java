package io.bailiwick.mrealm.schema;

/**
 * What was made of some windows: a block for each node.
 *
 * @param from when the first heartbeat in it was received, nanoseconds since the epoch
 * @param until when the last was
 * @param nodes how many heartbeats of nodes it has; 0 when they are no longer kept
 * @param workers how many of workers; likewise
 * @param nodeBytes how many bytes the blocks of nodes have; 0 also where an earlier release wrote it, which did not count them
 * @param workerBytes how many those of workers have; likewise
 */
public record BeatFold(long from, long until, long nodes, long workers, long nodeBytes, long workerBytes) {
    /** How many bytes of heartbeats it has. */
    public long bytes() {
        return nodeBytes + workerBytes;
    }
}
