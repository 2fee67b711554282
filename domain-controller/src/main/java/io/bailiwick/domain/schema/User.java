package io.bailiwick.domain.schema;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who may join the domain.
 *
 * @param email the mail address, which is the user's authid; {@value #SUPERUSER} for the one user that owns what nobody
 *     else owns. Unique when present
 * @param registered when the user was registered, microseconds since 1970 UTC
 * @param pubkey the first of the user's Ed25519 public keys, 64 lower-case hexadecimal characters; all are in
 *     {@link UserKey}. Unique when present; the superuser's row has none, because its keys are named by the configuration
 */
public record User(
        UUID oid,
        @Nullable String label,
        @Nullable String description,
        @Nullable List<String> tags,
        @Nullable String email,
        long registered,
        @Nullable String pubkey)
        implements ConfigurationElement {

    /** The authid of whoever holds a superuser key, and the {@code email} of the row that stands for them all. */
    public static final String SUPERUSER = "superuser";

    /** This user as it describes itself. */
    public User described(@Nullable String newLabel, @Nullable String newDescription, @Nullable List<String> newTags) {
        return new User(oid, newLabel, newDescription, newTags, email, registered, pubkey);
    }

    /** This user with another key to be shown, or none. */
    public User withPubkey(@Nullable String shown) {
        return new User(oid, label, description, tags, email, registered, shown);
    }

    /** The authid under which this user joins: the mail address, or the oid of a user without one. */
    public String authid() {
        return email != null ? email : oid.toString();
    }
}
