package io.bailiwick.domain.schema;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A code that was sent to a mail address, and what became of it. The code itself is in the mail only; here is its hash.
 *
 * @param atype what the code is for
 * @param status how far it got
 * @param created when the code was made, microseconds since 1970 UTC
 * @param completed when the right code came back, microseconds since 1970 UTC, or null
 * @param codeHash a hash of the code, which cannot be turned back into it
 * @param email the address it was sent to
 * @param pubkey the key that asked for it, 64 lower-case hexadecimal characters
 * @param tries how many wrong codes were given for it
 */
public record ActivationToken(
        UUID oid,
        Type atype,
        Status status,
        long created,
        @Nullable Long completed,
        String codeHash,
        String email,
        String pubkey,
        int tries) {

    /** This token after one more wrong code. */
    public ActivationToken triedInVain() {
        return new ActivationToken(oid, atype, status, created, completed, codeHash, email, pubkey, tries + 1);
    }

    /** What a code is for. */
    public enum Type {
        /** A user who was not known before. */
        REGISTRATION(1),
        /** A known user with a new key. */
        LOGIN(2);

        private final int code;

        Type(int code) {
            this.code = code;
        }

        /** The number in the store. */
        @JsonValue
        public int code() {
            return code;
        }
    }

    /** How far a code got. */
    public enum Status {
        /** Sent, not yet back. */
        PENDING(1),
        /** Came back in time. */
        ACTIVE(2),
        /** Came back too late or never. */
        EXPIRED(3);

        private final int code;

        Status(int code) {
            this.code = code;
        }

        /** The number in the store. */
        @JsonValue
        public int code() {
            return code;
        }
    }
}
