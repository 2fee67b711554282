package io.bailiwick.domain.schema;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key with which a user joins. A user may have several; a key belongs to one user for ever, also when it was revoked: it
 * never comes back.
 *
 * @param pubkey the public key, 64 lower-case hexadecimal characters
 * @param userOid whose it is
 * @param added since when it is, microseconds since 1970 UTC
 * @param revoked since when nobody joins with it any more, microseconds since 1970 UTC, or null
 */
public record UserKey(
        String pubkey, UUID userOid, long added, @Nullable Long revoked) {

    /** Whether nobody may join with it any more. */
    public boolean isRevoked() {
        return revoked != null;
    }
}
