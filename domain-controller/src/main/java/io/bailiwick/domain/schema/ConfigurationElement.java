package io.bailiwick.domain.schema;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What everything that users configure has in common: an identity, and three things that users may write on it and that
 * nothing here interprets.
 */
public interface ConfigurationElement {

    /** The identity. Never changes, never comes back. */
    UUID oid();

    /** A short text of the user's, or null. */
    @Nullable
    String label();

    /** A longer text of the user's, or null. */
    @Nullable
    String description();

    /** Words of the user's, or null when there are none. */
    @Nullable
    List<String> tags();
}
