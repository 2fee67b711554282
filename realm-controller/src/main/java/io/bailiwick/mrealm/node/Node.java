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
        this(oid, authid, names(row), row.values().toArray(), null);
    }

    /** As above, of a row by name; the values are taken over. */
    private Node(UUID oid, String authid, String[] names, @Nullable Object[] values, @Nullable Node like) {
        this.oid = oid;
        this.authid = authid;
        boolean alike = like != null && Arrays.equals(like.names, names);
        this.names = like != null && alike ? like.names : names;
        this.values = values;
        String text = oid.toString();
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            if (text.equals(value)) {
                values[i] = oid;
            } else if (authid.equals(value)) {
                values[i] = authid;
            } else if (like != null && alike && Objects.equals(value, like.values[i])) {
                values[i] = like.values[i];
            }
        }
    }

    private static String[] names(Map<String, @Nullable Object> row) {
        return row.keySet().toArray(String[]::new);
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
        return of(names(row), row.values().toArray(), like);
    }

    /**
     * A node of a row from the wire, whose names and values stand in the same order; of entries of the same name the last counts. The
     * values are taken over.
     *
     * @param like another of the realm, with which it may have much in common
     * @throws IllegalArgumentException naming what was expected and what came
     */
    static Node of(String[] names, @Nullable Object[] values, @Nullable Node like) {
        return new Node(
                UUID.fromString(text(names, values, "oid")), text(names, values, "authid"), names, values, like);
    }

    private static String text(String[] names, @Nullable Object[] values, String name) {
        int at = Arrays.asList(names).lastIndexOf(name);
        if (at >= 0 && values[at] instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new IllegalArgumentException("expected a node with a text as " + name + ", but found none");
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
