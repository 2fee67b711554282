package io.bailiwick.mrealm.schema;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What users have written down of an object, but for comments. An object of which nothing is written has no row.
 *
 * @param oid the object
 * @param type what the object is: {@code node}, {@code mrealm}
 * @param docs what is written at length
 * @param tags words, in order of the alphabet
 * @param attributes values by name
 * @param comments how many comments there are
 * @param lastComment the number of the last comment, also when that is gone
 * @param modified when any of it changed last, nanoseconds since the epoch
 */
public record ObjectMetadata(
        UUID oid,
        String type,
        @Nullable Documentation docs,
        List<String> tags,
        Map<String, Object> attributes,
        int comments,
        long lastComment,
        long modified) {

    /** Nothing yet. */
    public static ObjectMetadata of(UUID oid, String type) {
        return new ObjectMetadata(oid, type, null, List.of(), Map.of(), 0, 0, 0);
    }

    /** Whether nothing is written any more. */
    public boolean isEmpty() {
        return docs == null && tags.isEmpty() && attributes.isEmpty() && comments == 0;
    }

    /** With other documentation, or none. */
    public ObjectMetadata documented(@Nullable Documentation other, long now) {
        return new ObjectMetadata(oid, type, other, tags, attributes, comments, lastComment, now);
    }

    /** With other tags. */
    public ObjectMetadata tagged(List<String> others, long now) {
        return new ObjectMetadata(oid, type, docs, others, attributes, comments, lastComment, now);
    }

    /** With other attributes. */
    public ObjectMetadata described(Map<String, Object> others, long now) {
        return new ObjectMetadata(oid, type, docs, tags, others, comments, lastComment, now);
    }

    /** With more or less comments. */
    public ObjectMetadata commented(int number, long last, long now) {
        return new ObjectMetadata(oid, type, docs, tags, attributes, number, last, now);
    }
}
