package io.bailiwick.mrealm.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A node paired with this realm, as the domain tells of it.
 *
 * @param oid its object id
 * @param authid the identity of its sessions
 * @param json the whole row, as text: a realm may have a hundred thousand nodes, and a map for each of them would take four
 *     times the memory
 */
public record Node(UUID oid, String authid, String json) {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    Node(UUID oid, String authid, Map<String, @Nullable Object> row) {
        this(oid, authid, written(row));
    }

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
        return new Node(UUID.fromString(text(row, "oid")), text(row, "authid"), row);
    }

    /**
     * The whole row: {@code oid}, {@code label}, {@code description}, {@code tags}, {@code owner_oid}, {@code pubkey},
     * {@code cluster_ip}, {@code mrealm_oid}, {@code authid}, {@code authextra}, and what later domains may add.
     */
    public Map<String, @Nullable Object> row() {
        try {
            return JSON.readValue(json, new TypeReference<LinkedHashMap<String, @Nullable Object>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a row that was written here is no JSON", e);
        }
    }

    private static String written(Map<String, @Nullable Object> row) {
        try {
            return JSON.writeValueAsString(row);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("expected a node that can be written as JSON, but found another", e);
        }
    }

    private static String text(Map<String, @Nullable Object> row, String key) {
        if (row.get(key) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new IllegalArgumentException("expected a node with a text as " + key + ", but found none");
    }
}
