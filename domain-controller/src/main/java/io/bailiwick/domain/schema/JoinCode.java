package io.bailiwick.domain.schema;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A code with which nodes join a realm by themselves. Who was shown the code has it; here is its hash.
 *
 * @param id the part of the code that names it, and is no secret
 * @param codeHash a hash of the secret part
 * @param mrealmOid the realm that nodes join by it
 * @param authid the names that nodes may have: one name, the beginning of a name and {@code *}, or null for any
 * @param usesLeft how many nodes may still join by it
 * @param uses how many there were to be
 * @param created when it was made, microseconds since 1970 UTC
 * @param createdBy the oid of the user who made it, and counts as who has paired these nodes
 * @param expires when it ends, microseconds since 1970 UTC
 */
public record JoinCode(
        String id,
        String codeHash,
        UUID mrealmOid,
        @Nullable String authid,
        int usesLeft,
        int uses,
        long created,
        UUID createdBy,
        long expires) {

    /** This code after one more node has joined by it. */
    public JoinCode used() {
        return withUsesLeft(usesLeft - 1);
    }

    /** This code for so many nodes more. */
    public JoinCode withUsesLeft(int left) {
        return new JoinCode(id, codeHash, mrealmOid, authid, left, uses, created, createdBy, expires);
    }
}
