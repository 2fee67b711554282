package io.bailiwick.mrealm.metadata;

import io.bailiwick.mrealm.audit.RealmAudit;
import io.bailiwick.mrealm.schema.Comment;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.mrealm.schema.ObjectMetadata;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.store.Form;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.WriteTransaction;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What is written down, in the store. */
public final class Metadata {
    private final Store<MrealmSchema> store;
    private final MrealmSchema schema;
    private final Executor reader;
    private final RealmAudit audit;

    /**
     * What is written down in a store.
     *
     * @param reader runs what reads
     * @param audit records what is written
     */
    public Metadata(Store<MrealmSchema> store, Executor reader, RealmAudit audit) {
        this.store = store;
        this.schema = store.schema();
        this.reader = reader;
        this.audit = audit;
    }

    /** Now, nanoseconds since the epoch. */
    static long now() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    <T> CompletableFuture<T> read(Function<ReadTransaction, T> work) {
        return CompletableFuture.supplyAsync(() -> store.read(work), reader);
    }

    /**
     * Completes when it is on disk, with a record of who did it, or has changed nothing.
     *
     * @param object the object, or the comment, that it is about
     */
    <T> CompletableFuture<T> write(Invocation invocation, UUID object, Function<WriteTransaction, T> work) {
        return audit.write(invocation, (tx, deed) -> {
            Optional<ObjectMetadata> before = of(tx, object);
            T result = work.apply(tx);
            if (tx.hasWritten()) {
                deed.on("metadata", object)
                        .from(before.orElse(null))
                        .to(of(tx, object).orElse(null));
            }
            return result;
        });
    }

    /** The same of several objects, whose metadata are removed. */
    <T> CompletableFuture<T> remove(Invocation invocation, List<UUID> all, Function<WriteTransaction, T> work) {
        return audit.write(invocation, (tx, deed) -> {
            T result = work.apply(tx);
            if (tx.hasWritten()) {
                deed.on("metadata", all.get(0)).from(Map.of("removed", all));
            }
            return result;
        });
    }

    Optional<ObjectMetadata> of(ReadTransaction tx, UUID object) {
        return schema.metadata.get(tx, object);
    }

    /** All objects of which something is written, in the order of their object ids; to be closed. */
    Stream<ObjectMetadata> all(ReadTransaction tx) {
        return schema.metadata.all(tx).map(row -> row.row());
    }

    /** Changes what is written of an object; a row that says nothing any more is removed. */
    ObjectMetadata change(WriteTransaction tx, RealmObjects.Found object, UnaryOperator<ObjectMetadata> change) {
        Optional<ObjectMetadata> before = of(tx, object.oid());
        if (before.isEmpty() && schema.metadata.count(tx) >= Bounds.OBJECTS) {
            throw Bounds.beyond(
                    "expected no more than " + Bounds.OBJECTS + " objects with metadata, but there are as many");
        }
        ObjectMetadata after = change.apply(before.orElseGet(() -> ObjectMetadata.of(object.oid(), object.type())));
        if (!after.isEmpty()) {
            schema.metadata.upsert(tx, object.oid(), after);
        } else if (before.isPresent()) {
            schema.metadata.delete(tx, object.oid());
        }
        return after;
    }

    /** Removes all that is written of an object; how many comments that were, or empty when there was nothing. */
    Optional<Integer> remove(WriteTransaction tx, UUID object) {
        List<Pair<UUID, Long>> keys;
        try (var rows = schema.comments.startingWith(tx, Form.uuid(), object)) {
            keys = rows.map(row -> row.key()).toList();
        }
        keys.forEach(key -> schema.comments.delete(tx, key));
        return schema.metadata.delete(tx, object).map(gone -> keys.size());
    }

    // comments

    /** The comments of an object with higher numbers, in order, so many at most. */
    List<Comment> comments(ReadTransaction tx, UUID object, long after, int limit) {
        try (var rows =
                schema.comments.range(tx, new Pair<>(object, after + 1), new Pair<>(object, Long.MAX_VALUE), false)) {
            return rows.limit(limit).map(row -> row.row()).toList();
        }
    }

    Comment add(WriteTransaction tx, RealmObjects.Found object, Function<Long, Comment> made, long now) {
        if (schema.comments.count(tx) >= Bounds.ALL_COMMENTS) {
            throw Bounds.beyond("expected no more than " + Bounds.ALL_COMMENTS + " comments, but there are as many");
        }
        ObjectMetadata after = change(tx, object, before -> {
            if (before.comments() >= Bounds.COMMENTS) {
                throw Bounds.beyond(
                        "expected no more than " + Bounds.COMMENTS + " comments of an object, but there are as many");
            }
            return before.commented(before.comments() + 1, before.lastComment() + 1, now);
        });
        Comment comment = made.apply(after.lastComment());
        schema.comments.insert(tx, key(comment), comment);
        return comment;
    }

    /** The comment. Error: {@code crossbar.error.no_such_object}. */
    Comment comment(ReadTransaction tx, UUID oid) {
        return schema.idxCommentsByOid.get(tx, oid).orElseThrow(() -> RealmObjects.none("comment"));
    }

    Comment update(WriteTransaction tx, Comment comment) {
        schema.comments.update(tx, key(comment), comment);
        return comment;
    }

    void delete(WriteTransaction tx, Comment comment, long now) {
        schema.comments.delete(tx, key(comment));
        ObjectMetadata of = of(tx, comment.objectOid())
                .orElseThrow(() -> new IllegalStateException("comment " + comment.oid() + " is of no object"));
        change(
                tx,
                new RealmObjects.Found(of.oid(), of.type()),
                before -> before.commented(before.comments() - 1, before.lastComment(), now));
    }

    private static Pair<UUID, Long> key(Comment comment) {
        return new Pair<>(comment.objectOid(), comment.number());
    }
}
