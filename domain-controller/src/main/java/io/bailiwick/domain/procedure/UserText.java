package io.bailiwick.domain.procedure;

import io.bailiwick.domain.schema.ConfigurationElement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What users write on things, within bounds: it is stored, and sent to everybody who looks.
 *
 * @param label at most 256 characters
 * @param description at most 4096 characters
 * @param tags at most 64, of at most 256 characters each
 */
record UserText(
        @Nullable String label,
        @Nullable String description,
        @Nullable List<String> tags) {
    private static final int MAX_LABEL = 256;
    private static final int MAX_DESCRIPTION = 4096;
    private static final int MAX_TAGS = 64;

    /** What is written on something new. */
    static UserText of(Fields fields) {
        return new UserText(null, null, null).changedBy(fields);
    }

    /** What is written on something after a change. */
    static UserText of(ConfigurationElement before, Fields fields) {
        return new UserText(before.label(), before.description(), before.tags()).changedBy(fields);
    }

    private UserText changedBy(Fields fields) {
        return new UserText(
                fields.text("label", MAX_LABEL, label),
                fields.text("description", MAX_DESCRIPTION, description),
                fields.texts("tags", MAX_TAGS, MAX_LABEL, tags));
    }
}
