package io.bailiwick.domain.schema;

/**
 * A key of a node that is not let into any realm, and not listed as waiting, until it is forgiven.
 *
 * @param pubkey the key, 64 lower-case hexadecimal characters
 * @param denied when, microseconds since 1970 UTC
 * @param deniedBy the authid of who denied it
 */
public record DeniedNodeKey(String pubkey, long denied, String deniedBy) {}
