package io.bailiwick.router.store;

/**
 * How far the time of an {@link ExpiryClock} had come, and what it goes on by.
 *
 * @param time that time, nanoseconds since the epoch
 * @param next the least that the system's clock has shown in this round, carried on by the time that passed since, likewise
 * @param stood how long this round has run, nanoseconds
 */
public record ExpiryTime(long time, long next, long stood) {}
