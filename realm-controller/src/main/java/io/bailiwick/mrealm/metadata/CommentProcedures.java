package io.bailiwick.mrealm.metadata;

import io.bailiwick.mrealm.rights.Allowed;
import io.bailiwick.mrealm.rights.Right;
import io.bailiwick.mrealm.schema.Comment;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Named;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.client.Topic;
import io.bailiwick.router.message.Uris;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Comments on the objects of a realm. Whoever writes one may change it and take it back; an admin of the realm may remove any.
 * Objects and errors as of {@link MetadataProcedures}.
 */
public final class CommentProcedures {
    private static final String OWN = MetadataProcedures.OWN;
    /** Of the longest comments in letters of three octets, just the megabyte that a message may have. */
    private static final int MAX_LIMIT = 80;

    @Topic(carries = "[Comment]", when = "a comment was written")
    static final String ON_COMMENT_ADDED = OWN + "on_comment_added";

    @Topic(carries = "[Comment]", when = "a comment was changed by its author")
    static final String ON_COMMENT_MODIFIED = OWN + "on_comment_modified";

    @Topic(carries = "[Comment]", when = "a comment was removed")
    static final String ON_COMMENT_DELETED = OWN + "on_comment_deleted";

    private final Metadata metadata;
    private final RealmObjects objects;
    private final MetadataEvents events;

    /** Procedures over comments. */
    public CommentProcedures(Metadata metadata, RealmObjects objects, MetadataEvents events) {
        this.metadata = metadata;
        this.objects = objects;
        this.events = events;
    }

    /**
     * Writes a comment. Event: {@code on_comment_added} with the Comment.
     *
     * @param text 1 to 4096 characters
     * @param replyTo the comment of the same object that it answers
     * @return {@code {oid, object, number, author, text, reply_to, created, modified}}, the Comment, times in nanoseconds since
     *     the epoch. Errors: {@code crossbar.error.no_such_object} (the object, or the comment that it answers),
     *     {@code wamp.error.invalid_argument}, also where there are as many as there may be
     */
    @Procedure(
            value = OWN + "add_comment",
            does = "Writes a comment on an object, perhaps in answer to another one; returns the comment.")
    @Allowed(Right.DEVELOPS)
    public CompletionStage<Map<String, @Nullable Object>> addComment(
            @Named({"oid", "object_oid"}) String object, String text, @Nullable String replyTo, Invocation invocation) {
        RealmObjects.Found found = objects.require(object);
        Bounds.requireText(text);
        UUID answered = replyTo == null ? null : RealmObjects.oid(replyTo);
        String author = MetadataEvents.author(invocation);
        return events.after(
                metadata.write(invocation, found.oid(), tx -> {
                    if (answered != null
                            && !metadata.comment(tx, answered).objectOid().equals(found.oid())) {
                        throw Bounds.beyond("reply_to: expected a comment of the same object, but found another's");
                    }
                    long now = Metadata.now();
                    return shown(metadata.add(
                            tx,
                            found,
                            number -> new Comment(
                                    UUID.randomUUID(), found.oid(), number, author, text, answered, now, now),
                            now));
                }),
                ON_COMMENT_ADDED,
                comment -> comment);
    }

    /**
     * The comments of an object in the order in which they were written.
     *
     * @param after those whose numbers come after this one only
     * @param limit how many at most; never more than 80
     * @return a list of Comments, by number. Errors: {@code crossbar.error.no_such_object}, {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = OWN + "list_comments",
            does =
                    "Lists the comments of an object in the order in which they were written, those after a `number` or the"
                            + " first, 80 at most at once.")
    @Allowed(Right.LOOKS)
    public CompletionStage<List<Map<String, @Nullable Object>>> listComments(
            @Named({"oid", "object_oid"}) String object, @Nullable Long after, @Nullable Integer limit) {
        RealmObjects.Found found = objects.require(object);
        int wanted = limit == null ? MAX_LIMIT : limit;
        if (wanted < 1 || (after != null && after < 0)) {
            throw Bounds.beyond("limit, after: expected 1 or more, and 0 or more, but found less");
        }
        return metadata.read(tx ->
                metadata.comments(tx, found.oid(), after == null ? 0 : after, Math.min(wanted, MAX_LIMIT)).stream()
                        .map(CommentProcedures::shown)
                        .toList());
    }

    /**
     * Changes a comment of the caller's own. Event: {@code on_comment_modified} with the Comment.
     *
     * @return the Comment as it is now. Errors: {@code crossbar.error.no_such_object}, {@code wamp.error.not_authorized} (another
     *     has written it), {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = OWN + "modify_comment",
            does = "Changes a comment that the caller has written; returns the comment.")
    @Allowed(Right.DEVELOPS)
    public CompletionStage<Map<String, @Nullable Object>> modifyComment(
            @Named("comment_oid") String comment, String text, Invocation invocation) {
        UUID oid = RealmObjects.oid(comment);
        Bounds.requireText(text);
        String author = MetadataEvents.author(invocation);
        return events.after(
                metadata.write(invocation, oid, tx -> {
                    Comment found = metadata.comment(tx, oid);
                    requireOwn(found, author, false);
                    return shown(metadata.update(tx, found.saying(text, Metadata.now())));
                }),
                ON_COMMENT_MODIFIED,
                modified -> modified);
    }

    /**
     * Removes a comment of the caller's own, or any for an admin. Event: {@code on_comment_deleted} with the Comment.
     *
     * @return the Comment as it was. Errors: {@code crossbar.error.no_such_object}, {@code wamp.error.not_authorized} (another
     *     has written it)
     */
    @Procedure(
            value = OWN + "delete_comment",
            does = "Removes a comment that the caller has written, or any for an admin; returns what was removed.")
    @Allowed(Right.DEVELOPS)
    public CompletionStage<Map<String, @Nullable Object>> deleteComment(
            @Named("comment_oid") String comment, Invocation invocation) {
        UUID oid = RealmObjects.oid(comment);
        String author = MetadataEvents.author(invocation);
        boolean any = Right.ADMINISTERS.held(Right.roleOf(invocation));
        return events.after(
                metadata.write(invocation, oid, tx -> {
                    Comment found = metadata.comment(tx, oid);
                    requireOwn(found, author, any);
                    metadata.delete(tx, found, Metadata.now());
                    return shown(found);
                }),
                ON_COMMENT_DELETED,
                deleted -> deleted);
    }

    private static void requireOwn(Comment comment, String author, boolean any) {
        if (!any && (author.isEmpty() || !comment.author().equals(author))) {
            throw new ApplicationError(
                    Uris.NOT_AUTHORIZED, "expected the author of the comment, but found another caller");
        }
    }

    private static Map<String, @Nullable Object> shown(Comment comment) {
        UUID answered = comment.replyTo();
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        shown.put("oid", comment.oid().toString());
        shown.put("object", comment.objectOid().toString());
        shown.put("number", comment.number());
        shown.put("author", comment.author());
        shown.put("text", comment.text());
        shown.put("reply_to", answered == null ? null : answered.toString());
        shown.put("created", comment.created());
        shown.put("modified", comment.modified());
        return shown;
    }
}
