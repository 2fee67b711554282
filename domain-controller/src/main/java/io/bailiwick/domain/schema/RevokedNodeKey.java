package io.bailiwick.domain.schema;

import java.util.UUID;

/**
 * A key that a node had until it was given another one. Nobody joins by it again, and no node is paired by it again.
 *
 * @param pubkey the key, 64 lower-case hexadecimal characters
 * @param nodeOid the node that had it
 * @param revoked when it was replaced, microseconds since 1970 UTC
 * @param revokedBy the authid of the user who replaced it
 */
public record RevokedNodeKey(String pubkey, UUID nodeOid, long revoked, String revokedBy) {}
