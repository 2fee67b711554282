package io.bailiwick.bench.load;

import org.HdrHistogram.Histogram;

/**
 * What a load did between two samples.
 *
 * @param nanos when the sample was taken, by {@link System#nanoTime}
 * @param operations calls that were answered, or events that were received
 * @param latencies of calls, or from a publication to its last receiver, in nanoseconds
 */
public record Sample(long nanos, long operations, Histogram latencies) {}
