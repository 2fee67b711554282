package io.bailiwick.mrealm.node;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A node paired with this realm, as the domain tells of it. A realm may have a hundred thousand: what one has in common with
 * another, the names in its row and most of the values, is kept once.
 */
public final class Node {
    private final UUID oid;
    private final String authid;
    private final String[] names;
    /** By name; the text of the oid as the oid. */
    private final @Nullable Object[] values;

    /**
     * A node.
     *
     * @param oid its object id
     * @param authid the identity of its sessions
     * @param row the whole row: {@code oid}, {@code label}, {@code description}, {@code tags}, {@code owner_oid}, {@code
     *     pubkey}, {@code cluster_ip}, {@code mrealm_oid}, {@code authid}, {@code authextra}, and what later domains may add
     */
    public Node(UUID oid, String authid, Map<String, @Nullable Object> row) {
        this(oid, authid, row, null);
    }

    private Node(UUID oid, String authid, Map<String, @Nullable Object> row, @Nullable Node like) {
        this.oid = oid;
        this.authid = authid;
        String[] found = row.keySet().toArray(String[]::new);
        boolean alike = like != null && Arrays.equals(like.names, found);
        this.names = like != null && alike ? like.names : found;
        this.values = new Object[found.length];
        String text = oid.toString();
        for (int i = 0; i < found.length; i++) {
            Object value = row.get(found[i]);
            if (text.equals(value)) {
                value = oid;
            } else if (authid.equals(value)) {
                value = authid;
            } else if (like != null && alike && Objects.equals(value, like.values[i])) {
                value = like.values[i];
            }
            values[i] = value;
        }
    }

    /** Its object id. */
    public UUID oid() {
        return oid;
    }

    /** The identity of its sessions. */
    public String authid() {
        return authid;
    }

    /** The whole row. */
    public Map<String, @Nullable Object> row() {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
            Object value = values[i];
            row.put(names[i], value instanceof UUID ? value.toString() : value);
        }
        return Collections.unmodifiableMap(row);
    }

    /**
     * Reads a row from the wire.
     *
     * @throws IllegalArgumentException naming what was expected and what came
     */
    static Node of(@Nullable Object value) {
        return of(value, null);
    }

    /**
     * As above.
     *
     * @param like another of the realm, with which it may have much in common
     */
    static Node of(@Nullable Object value, @Nullable Node like) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException(
                    "expected a node, but found " + (value == null ? "null" : "no dictionary"));
        }
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        map.forEach((key, entry) -> row.put(String.valueOf(key), entry));
        return new Node(UUID.fromString(text(row, "oid")), text(row, "authid"), row, like);
    }

    private static String text(Map<String, @Nullable Object> row, String key) {
        if (row.get(key) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new IllegalArgumentException("expected a node with a text as " + key + ", but found none");
    }

    /** Whether it keeps a value as the very object that another has, for tests. */
    boolean sharesWith(Node other, String name) {
        int at = Arrays.asList(names).indexOf(name);
        return names == other.names && values[at] == other.values[at];
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Node node
                && oid.equals(node.oid)
                && authid.equals(node.authid)
                && row().equals(node.row());
    }

    @Override
    public int hashCode() {
        return oid.hashCode();
    }

    @Override
    public String toString() {
        return "node " + authid + " (" + oid + ")";
    }
}
