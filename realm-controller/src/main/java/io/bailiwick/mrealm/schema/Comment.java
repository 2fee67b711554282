package io.bailiwick.mrealm.schema;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A comment on an object.
 *
 * @param oid its own object id
 * @param objectOid the object
 * @param number counts the comments of the object, from 1
 * @param author who wrote it, an authid
 * @param text what it says
 * @param replyTo the comment that it answers, of the same object; it may be gone
 * @param created when it was written, nanoseconds since the epoch
 * @param modified when it was changed last, likewise; as {@code created} when it never was
 */
public record Comment(
        UUID oid,
        UUID objectOid,
        long number,
        String author,
        String text,
        @Nullable UUID replyTo,
        long created,
        long modified) {

    /** The comment with another text. */
    public Comment saying(String other, long now) {
        return new Comment(oid, objectOid, number, author, other, replyTo, created, now);
    }
}
