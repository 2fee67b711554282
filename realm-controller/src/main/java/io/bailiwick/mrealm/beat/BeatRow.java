package io.bailiwick.mrealm.beat;

import java.util.UUID;

/**
 * One heartbeat on its way to a window.
 *
 * @param worker empty for the node itself
 * @param timestamp when it was received, nanoseconds since the epoch
 * @param seq the sequence number of the node's beat
 * @param sent when it was sent, nanoseconds since the epoch, clock of the node
 * @param period seconds between two beats, as the node is configured
 * @param figures all of its figures, as {@link FigureRow} writes them
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
public record BeatRow(UUID node, String worker, long timestamp, long seq, long sent, long period, byte[] figures) {

    static BeatRow of(UUID node, String worker, Figures figures, long decimals) {
        Octets octets = new Octets(256);
        FigureRow.write(figures, decimals, octets);
        long[] values = figures.values;
        return new BeatRow(
                node,
                worker,
                values[BeatForm.TIMESTAMP],
                values[BeatForm.SEQ],
                values[BeatForm.SENT],
                values[BeatForm.PERIOD],
                octets.toBytes());
    }
}
