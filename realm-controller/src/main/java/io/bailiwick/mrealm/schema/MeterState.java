package io.bailiwick.mrealm.schema;

/**
 * How far a realm's usage has been metered.
 *
 * @param until the end of the last interval that was closed, nanoseconds since the epoch
 * @param seq the number of the last interval with usage, counted from 1; 0 when there was none
 */
public record MeterState(long until, long seq) {}
