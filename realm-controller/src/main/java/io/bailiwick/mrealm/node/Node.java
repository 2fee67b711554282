package io.bailiwick.mrealm.node;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A node paired with this realm, as the domain tells of it.
 *
 * @param oid its object id
 * @param authid the identity of its sessions
 * @param row the whole row: {@code oid}, {@code label}, {@code description}, {@code tags}, {@code owner_oid}, {@code pubkey},
 *     {@code cluster_ip}, {@code mrealm_oid}, {@code authid}, {@code authextra}, and what later domains may add
 */
public record Node(UUID oid, String authid, Map<String, @Nullable Object> row) {

    /**
     * Reads a row from the wire.
     *
     * @throws IllegalArgumentException naming what was expected and what came
     */
    static Node of(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException(
                    "expected a node, but found " + (value == null ? "null" : "no dictionary"));
        }
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        map.forEach((key, entry) -> row.put(String.valueOf(key), entry));
        return new Node(UUID.fromString(text(row, "oid")), text(row, "authid"), Collections.unmodifiableMap(row));
    }

    private static String text(Map<String, @Nullable Object> row, String key) {
        if (row.get(key) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new IllegalArgumentException("expected a node with a text as " + key + ", but found none");
    }
}
