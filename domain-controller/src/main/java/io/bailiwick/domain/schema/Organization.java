package io.bailiwick.domain.schema;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An organization that users belong to.
 *
 * @param name its name, unique in the domain
 * @param otype what kind it is
 * @param registered when it was registered, microseconds since 1970 UTC
 */
public record Organization(
        UUID oid,
        @Nullable String label,
        @Nullable String description,
        @Nullable List<String> tags,
        String name,
        Type otype,
        long registered)
        implements ConfigurationElement {

    /** What kind an organization is. */
    public enum Type {
        /** Not said. */
        NONE(0),
        /** One person. */
        PERSONAL(1),
        /** A company. */
        BUSINESS(2),
        /** A school or university. */
        ACADEMICS(3);

        private final int code;

        Type(int code) {
            this.code = code;
        }

        /** The number in the store and on the wire. */
        @JsonValue
        public int code() {
            return code;
        }

        /** The kind of a number. */
        public static Optional<Type> of(long code) {
            return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
        }
    }
}
