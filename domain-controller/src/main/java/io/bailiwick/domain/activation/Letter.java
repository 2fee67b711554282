package io.bailiwick.domain.activation;

import io.bailiwick.domain.schema.ActivationToken;
import java.time.Instant;

/**
 * A code on its way to a person.
 *
 * @param email to whom
 * @param pubkey the key that asked for it, 64 lower-case hexadecimal characters: the code is good for no other
 * @param code the code itself. It is nowhere else: the store has its hash
 * @param type whether the person is new or has a new key
 * @param created when it was made
 * @param expires from when on it is worth nothing
 */
public record Letter(
        String email, String pubkey, String code, ActivationToken.Type type, Instant created, Instant expires) {

    /** Everything but the code. */
    @Override
    public String toString() {
        return "Letter[to " + email + ", for " + pubkey + "]";
    }
}
