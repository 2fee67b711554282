package io.bailiwick.mrealm.metadata;

import io.bailiwick.mrealm.rights.Allowed;
import io.bailiwick.mrealm.rights.Right;
import io.bailiwick.mrealm.schema.ObjectMetadata;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Procedure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What is written down of all objects together. */
public final class InventoryProcedures {
    private static final int MOST = 1_000;

    private final Metadata metadata;
    private final RealmObjects objects;
    private final MetadataEvents events;

    /** Procedures over all that is written down. */
    public InventoryProcedures(Metadata metadata, RealmObjects objects, MetadataEvents events) {
        this.metadata = metadata;
        this.objects = objects;
        this.events = events;
    }

    /**
     * The tags that are in use, with the number of objects that have each.
     *
     * @return numbers by tag, the first 1000 tags. Errors: none of its own
     */
    @Procedure(
            value = MetadataProcedures.OWN + "list_tags",
            does = "Lists the tags in use, each with the number of objects that have it.")
    @Allowed(Right.LOOKS)
    public CompletionStage<Map<String, Integer>> listTags() {
        return metadata.read(tx -> {
            Map<String, Integer> counts = new TreeMap<>();
            try (var rows = metadata.all(tx)) {
                rows.forEach(row -> row.tags().forEach(tag -> counts.merge(tag, 1, Integer::sum)));
            }
            Map<String, Integer> first = new LinkedHashMap<>();
            counts.entrySet().stream().limit(MOST).forEach(count -> first.put(count.getKey(), count.getValue()));
            return first;
        });
    }

    /**
     * Objects by what is written down of them; by one or both.
     *
     * @param tag those that have it
     * @param attribute those that have an attribute of this name
     * @param value of those, only if it has this value
     * @return a list of {@code {oid, type}}, at most 1000. Errors: none of its own
     */
    @Procedure(
            value = MetadataProcedures.OWN + "find",
            does =
                    "Lists the objects that have a tag, or an attribute, perhaps of a value: `oid` and `type`, 1000 at most.")
    @Allowed(Right.LOOKS)
    public CompletionStage<List<Map<String, String>>> find(
            @Nullable String tag, @Nullable String attribute, @Nullable Object value) {
        return metadata.read(tx -> {
            try (var rows = metadata.all(tx)) {
                return rows.filter(row -> tag == null || row.tags().contains(tag))
                        .filter(row -> attribute == null || has(row, attribute, value))
                        .limit(MOST)
                        .map(row -> Map.of("oid", row.oid().toString(), "type", row.type()))
                        .toList();
            }
        });
    }

    private static boolean has(ObjectMetadata row, String attribute, @Nullable Object value) {
        Object found = row.attributes().get(attribute);
        return found != null && (value == null || same(found, value));
    }

    /** Numbers are equal by their value: which of Java's kinds they are depends on where they were. */
    private static boolean same(Object one, Object other) {
        if (one instanceof Number number && other instanceof Number another) {
            return Double.compare(number.doubleValue(), another.doubleValue()) == 0;
        }
        return one.equals(other);
    }

    /**
     * Removes all that is written of objects that are no more. Event, when there was any: {@code on_deleted}.
     *
     * @return the object ids of those, at most 1000; there may be more. Errors: none of its own
     */
    @Procedure(
            value = MetadataProcedures.OWN + "prune",
            does =
                    "Removes all that is written of objects that are not in the realm any more; returns their oids, 1000 at"
                            + " most at once.")
    @Allowed(Right.ADMINISTERS)
    public CompletionStage<List<String>> prune(Invocation invocation) {
        String author = MetadataEvents.author(invocation);
        CompletableFuture<List<UUID>> all = metadata.read(tx -> {
            try (var rows = metadata.all(tx)) {
                return rows.map(ObjectMetadata::oid).toList();
            }
        });
        // Which objects there are is known on the controller's thread.
        return events.onThread(all).thenCompose(oids -> {
            List<UUID> gone =
                    oids.stream().filter(oid -> !objects.has(oid)).limit(MOST).toList();
            return events.after(
                    metadata.remove(invocation, gone, tx -> gone.stream()
                            .filter(oid -> metadata.remove(tx, oid).isPresent())
                            .map(UUID::toString)
                            .toList()),
                    MetadataProcedures.ON_DELETED,
                    removed -> removed.isEmpty()
                            ? null
                            : MetadataEvents.event("objects", removed, "caller", author, "pruned", true));
        });
    }
}
