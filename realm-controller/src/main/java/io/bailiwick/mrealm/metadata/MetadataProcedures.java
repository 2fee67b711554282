package io.bailiwick.mrealm.metadata;

import io.bailiwick.mrealm.rights.Allowed;
import io.bailiwick.mrealm.rights.Right;
import io.bailiwick.mrealm.schema.Documentation;
import io.bailiwick.mrealm.schema.ObjectMetadata;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Named;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.client.Topic;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What users write down of the objects of a realm: tags and attributes. An object is named by its object id; a node also by its
 * authid, the realm by its name. What is written of a node stays when the node is unpaired, for it may be paired again: it is
 * shown again then, and until then only {@code delete} and {@code prune} reach it.
 *
 * <p>Errors of all: {@code crossbar.error.no_such_object}, {@code wamp.error.invalid_argument},
 * {@code wamp.error.not_authorized}.
 */
public final class MetadataProcedures {
    static final String OWN = "io.bailiwick.mrealm.metadata.";

    @Topic(carries = "[{object, tags, caller}]", when = "the tags of an object were changed")
    static final String ON_TAGS_MODIFIED = OWN + "on_tags_modified";

    @Topic(carries = "[{object, attributes, caller}]", when = "the attributes of an object were changed")
    static final String ON_ATTRIBUTES_MODIFIED = OWN + "on_attributes_modified";

    @Topic(carries = "[{objects, caller, pruned}]", when = "all that was written of objects was removed")
    static final String ON_DELETED = OWN + "on_deleted";

    private final Metadata metadata;
    private final RealmObjects objects;
    private final MetadataEvents events;

    /** Procedures over what is written down. */
    public MetadataProcedures(Metadata metadata, RealmObjects objects, MetadataEvents events) {
        this.metadata = metadata;
        this.objects = objects;
        this.events = events;
    }

    /**
     * All that is written of an object, but for the comments themselves.
     *
     * @return {@code {oid, type, docs, tags, attributes, comments, modified}}: {@code docs} null or as of {@code get_docs},
     *     {@code comments} their number, {@code modified} nanoseconds since the epoch or null. Error:
     *     {@code crossbar.error.no_such_object}
     */
    @Procedure(
            value = OWN + "get",
            does = "Returns what is written down of an object: `docs`, `tags`, `attributes`, and how many `comments`.")
    @Allowed(Right.LOOKS)
    public CompletionStage<Map<String, @Nullable Object>> get(@Named({"oid", "object_oid"}) String object) {
        RealmObjects.Found found = objects.require(object);
        return metadata.read(tx ->
                shown(metadata.of(tx, found.oid()).orElseGet(() -> ObjectMetadata.of(found.oid(), found.type()))));
    }

    /**
     * Adds tags. Event: {@code on_tags_modified} with those that there are now.
     *
     * @return all tags that the object has now, sorted. Errors: {@code crossbar.error.no_such_object},
     *     {@code wamp.error.invalid_argument}, also for more than it may have
     */
    @Procedure(value = OWN + "add_tags", does = "Adds tags to an object; returns all that it has now.")
    @Allowed(Right.DEVELOPS)
    public CompletionStage<List<String>> addTags(
            @Named({"oid", "object_oid"}) String object, List<String> tags, Invocation invocation) {
        Bounds.requireTags(tags);
        return changeTags(object, invocation, had -> had.addAll(tags));
    }

    /**
     * Takes tags away. Event as of {@code add_tags}.
     *
     * @return all tags that the object has now, sorted. Errors: {@code crossbar.error.no_such_object},
     *     {@code wamp.error.invalid_argument}
     */
    @Procedure(value = OWN + "remove_tags", does = "Takes tags from an object; returns those that it has now.")
    @Allowed(Right.DEVELOPS)
    public CompletionStage<List<String>> removeTags(
            @Named({"oid", "object_oid"}) String object, List<String> tags, Invocation invocation) {
        Bounds.requireTags(tags);
        return changeTags(object, invocation, had -> tags.forEach(had::remove));
    }

    private CompletionStage<List<String>> changeTags(
            String object, Invocation invocation, Consumer<NavigableSet<String>> change) {
        RealmObjects.Found found = objects.require(object);
        String author = MetadataEvents.author(invocation);
        return events.after(
                metadata.write(invocation, found.oid(), tx -> metadata.change(tx, found, row -> {
                            NavigableSet<String> tags = new TreeSet<>(row.tags());
                            change.accept(tags);
                            Bounds.requireNumber("tags", tags.size());
                            return row.tagged(List.copyOf(tags), Metadata.now());
                        })
                        .tags()),
                ON_TAGS_MODIFIED,
                tags -> MetadataEvents.event("object", found.oid().toString(), "tags", tags, "caller", author));
    }

    /**
     * Sets attributes. Event: {@code on_attributes_modified} with those that there are now.
     *
     * @param attributes values by name; null removes one
     * @return all attributes that the object has now, by name. Errors: {@code crossbar.error.no_such_object},
     *     {@code wamp.error.invalid_argument}, also for more than it may have
     */
    @Procedure(
            value = OWN + "set_attributes",
            does = "Sets attributes of an object, values by name, where null removes one; returns all that it has now.")
    @Allowed(Right.DEVELOPS)
    public CompletionStage<Map<String, Object>> setAttributes(
            @Named({"oid", "object_oid"}) String object,
            Map<String, @Nullable Object> attributes,
            Invocation invocation) {
        RealmObjects.Found found = objects.require(object);
        Bounds.requireKeys(attributes.keySet());
        String author = MetadataEvents.author(invocation);
        return events.after(
                metadata.write(invocation, found.oid(), tx -> metadata.change(tx, found, row -> {
                            Map<String, Object> all = new TreeMap<>(row.attributes());
                            attributes.forEach((name, value) -> {
                                if (value == null) {
                                    all.remove(name);
                                } else {
                                    all.put(name, value);
                                }
                            });
                            Bounds.requireNumber("attributes", all.size());
                            Bounds.requireRoom("attributes", all, Bounds.ATTRIBUTES);
                            return row.described(all, Metadata.now());
                        })
                        .attributes()),
                ON_ATTRIBUTES_MODIFIED,
                all -> MetadataEvents.event("object", found.oid().toString(), "attributes", all, "caller", author));
    }

    /**
     * Removes all that is written of an object, comments too. Event, when there was any: {@code on_deleted}.
     *
     * @return whether there was any. Error: {@code crossbar.error.no_such_object} (it is neither in the realm nor an object id)
     */
    @Procedure(
            value = OWN + "delete",
            does =
                    "Removes all that is written of an object, which may be no more, comments too; tells whether there was any.")
    @Allowed(Right.ADMINISTERS)
    public CompletionStage<Boolean> delete(@Named({"oid", "object_oid"}) String object, Invocation invocation) {
        UUID oid = objects.requireOid(object);
        String author = MetadataEvents.author(invocation);
        return events.after(
                metadata.write(invocation, oid, tx -> metadata.remove(tx, oid).isPresent()),
                ON_DELETED,
                deleted -> deleted
                        ? MetadataEvents.event("objects", List.of(oid.toString()), "caller", author, "pruned", false)
                        : null);
    }

    private static Map<String, @Nullable Object> shown(ObjectMetadata row) {
        Documentation docs = row.docs();
        Map<String, @Nullable Object> shown = MetadataEvents.event(
                "oid",
                row.oid().toString(),
                "type",
                row.type(),
                "docs",
                docs == null ? null : DocsProcedures.shown(row.oid(), docs));
        shown.put("tags", row.tags());
        shown.put("attributes", row.attributes());
        shown.put("comments", row.comments());
        shown.put("modified", row.modified() == 0 ? null : row.modified());
        return shown;
    }
}
