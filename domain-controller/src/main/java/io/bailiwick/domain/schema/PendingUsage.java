package io.bailiwick.domain.schema;

import java.util.UUID;

/**
 * A record of usage that is to be submitted: the key of its row.
 *
 * @param timestamp end of the interval, nanoseconds since 1970 UTC
 * @param mrealmId the management realm
 */
public record PendingUsage(long timestamp, UUID mrealmId) {}
