package io.bailiwick.mrealm.schema;

/**
 * What a realm used in an interval, until the domain has it.
 *
 * @param from the start of the interval, nanoseconds since the epoch
 * @param until its end
 * @param seq counts the intervals with usage, from 1, without a gap
 * @param figures what was used
 */
public record UsageInterval(long from, long until, long seq, UsageFigures figures) {}
