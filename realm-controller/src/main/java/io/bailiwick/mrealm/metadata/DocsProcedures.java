package io.bailiwick.mrealm.metadata;

import io.bailiwick.mrealm.rights.Allowed;
import io.bailiwick.mrealm.rights.Right;
import io.bailiwick.mrealm.schema.Documentation;
import io.bailiwick.mrealm.schema.ObjectMetadata;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Named;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.client.Topic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What users write down of the objects of a realm at length. Objects and errors as of {@link MetadataProcedures}. */
public final class DocsProcedures {
    private static final String ORIGINAL = "crossbarfabriccenter.mrealm.metadata.";
    /** The type of object that stands for any. */
    private static final String DOCS = "docs";

    @Topic(carries = "[{object, new, docs, caller}]", when = "documentation of an object was written")
    static final String ON_DOCS_ADDED = ORIGINAL + "on_docs_added";

    @Topic(carries = "[{object, docs, caller}]", when = "the documentation of an object was removed")
    static final String ON_DOCS_DELETED = MetadataProcedures.OWN + "on_docs_deleted";

    private final Metadata metadata;
    private final RealmObjects objects;
    private final MetadataEvents events;

    /** Procedures over documentation. */
    public DocsProcedures(Metadata metadata, RealmObjects objects, MetadataEvents events) {
        this.metadata = metadata;
        this.objects = objects;
        this.events = events;
    }

    /**
     * The documentation of an object, or null.
     *
     * @param otype what the object is ({@code node}, {@code mrealm}), or {@code docs} for whatever it is
     * @param oid the object
     * @return {@code {oid, object, docs, author, created, modified}}, times in nanoseconds since the epoch, or null. Errors:
     *     {@code crossbar.error.no_such_object}, {@code wamp.error.invalid_argument} (it is of another type)
     */
    @Procedure(
            value = ORIGINAL + "get_docs",
            does =
                    "Returns the documentation of an object: its own `oid`, `docs`, `author`, `created`, `modified`; null when"
                            + " there is none.")
    @Allowed(Right.LOOKS)
    public CompletionStage<@Nullable Map<String, @Nullable Object>> getDocs(
            String otype, @Named({"object", "object_oid"}) String oid) {
        RealmObjects.Found object = typed(otype, oid);
        return metadata.read(tx -> metadata.of(tx, object.oid())
                .map(ObjectMetadata::docs)
                .map(docs -> shown(object.oid(), docs))
                .orElse(null));
    }

    /**
     * Writes the documentation of an object, in the place of what there was. Event: {@code on_docs_added}.
     *
     * @return {@code {object, new, docs}}: whether there was none before, and the oid of the documentation. Errors:
     *     {@code crossbar.error.no_such_object}, {@code wamp.error.invalid_argument} (it is of another type, or too long)
     */
    @Procedure(
            value = ORIGINAL + "add_docs",
            does =
                    "Writes the documentation of an object, in the place of what there was; returns `object`, whether it is"
                            + " `new`, and the oid of the `docs`.")
    @Allowed(Right.DEVELOPS)
    public CompletionStage<Map<String, @Nullable Object>> addDocs(
            String otype,
            @Named({"object", "object_oid"}) String oid,
            Map<String, @Nullable Object> docs,
            Invocation invocation) {
        RealmObjects.Found object = typed(otype, oid);
        Bounds.requireRoom("docs", docs, Bounds.DOCS);
        String author = MetadataEvents.author(invocation);
        return events.after(
                metadata.write(invocation, object.oid(), tx -> {
                    long now = Metadata.now();
                    Documentation before = metadata.of(tx, object.oid())
                            .map(ObjectMetadata::docs)
                            .orElse(null);
                    UUID docsOid = before == null ? UUID.randomUUID() : before.oid();
                    long created = before == null ? now : before.created();
                    Documentation written = new Documentation(docsOid, docs, author, created, now);
                    metadata.change(tx, object, row -> row.documented(written, now));
                    return MetadataEvents.event(
                            "object", object.oid().toString(), "new", before == null, "docs", docsOid.toString());
                }),
                ON_DOCS_ADDED,
                added -> with(added, author));
    }

    /**
     * Removes the documentation of an object. Event, when there was one: {@code on_docs_deleted}.
     *
     * @return the oid of what was removed, in a list, which is empty when there was none. Error:
     *     {@code crossbar.error.no_such_object} (it is neither in the realm nor an object id)
     */
    @Procedure(
            value = ORIGINAL + "delete_docs",
            does =
                    "Removes the documentation of an object, which may be no more; returns the oids of what was removed.")
    @Allowed(Right.DEVELOPS)
    public CompletionStage<List<String>> deleteDocs(
            @Named({"object", "object_oid"}) String oid, Invocation invocation) {
        UUID object = objects.requireOid(oid);
        String author = MetadataEvents.author(invocation);
        return events.after(
                metadata.write(invocation, object, tx -> metadata.of(tx, object)
                        .filter(row -> row.docs() != null)
                        .map(row -> {
                            metadata.change(
                                    tx,
                                    new RealmObjects.Found(object, row.type()),
                                    found -> found.documented(null, Metadata.now()));
                            return List.of(
                                    Objects.requireNonNull(row.docs()).oid().toString());
                        })
                        .orElse(List.of())),
                ON_DOCS_DELETED,
                deleted -> deleted.isEmpty()
                        ? null
                        : MetadataEvents.event("object", object.toString(), "docs", deleted.get(0), "caller", author));
    }

    private RealmObjects.Found typed(String otype, String oid) {
        RealmObjects.Found object = objects.require(oid);
        if (!otype.equals(DOCS) && !otype.equals(object.type())) {
            throw Bounds.beyond("otype: expected docs or " + object.type() + ", but found another type of object");
        }
        return object;
    }

    static Map<String, @Nullable Object> shown(UUID object, Documentation docs) {
        Map<String, @Nullable Object> shown =
                MetadataEvents.event("oid", docs.oid().toString(), "object", object.toString(), "docs", docs.docs());
        shown.put("author", docs.author());
        shown.put("created", docs.created());
        shown.put("modified", docs.modified());
        return shown;
    }

    private static Map<String, @Nullable Object> with(Map<String, @Nullable Object> added, String author) {
        Map<String, @Nullable Object> event = new LinkedHashMap<>(added);
        event.put("caller", author);
        return event;
    }
}
