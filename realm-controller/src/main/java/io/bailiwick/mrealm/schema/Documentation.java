package io.bailiwick.mrealm.schema;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is written of an object at length.
 *
 * @param oid the documentation's own object id
 * @param docs what its author gave, not interpreted
 * @param author who wrote it last, an authid
 * @param created when there was one first, nanoseconds since the epoch
 * @param modified when it was written last, likewise
 */
public record Documentation(UUID oid, Map<String, @Nullable Object> docs, String author, long created, long modified) {}
