package io.bailiwick.mrealm.node;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The nodes paired with this realm, by authid and by object id. */
final class PairedNodes {
    private final Map<String, Node> byAuthid = new HashMap<>();
    private final Map<UUID, Node> byOid = new HashMap<>();

    void add(Node node) {
        remove(node.oid());
        Node replaced = byAuthid.put(node.authid(), node);
        if (replaced != null) {
            byOid.remove(replaced.oid());
        }
        byOid.put(node.oid(), node);
    }

    Optional<Node> remove(UUID oid) {
        Node node = byOid.remove(oid);
        if (node == null) {
            return Optional.empty();
        }
        byAuthid.remove(node.authid());
        return Optional.of(node);
    }

    Optional<Node> byAuthid(String authid) {
        return Optional.ofNullable(byAuthid.get(authid));
    }

    /**
     * The node with this object id, or else with this authid: people and programs mix the two up. The object id goes before,
     * for who is called like the object id of another must not get what is meant for that.
     */
    Optional<Node> find(String oidOrAuthid) {
        UUID oid = oidOrNull(oidOrAuthid);
        Node node = oid == null ? null : byOid.get(oid);
        return node == null ? byAuthid(oidOrAuthid) : Optional.of(node);
    }

    /** Only what is written as object ids are: the JDK takes for a UUID much that nobody else does. */
    private static @Nullable UUID oidOrNull(String text) {
        try {
            UUID oid = UUID.fromString(text);
            return oid.toString().equalsIgnoreCase(text) ? oid : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** All, in order of authid. */
    List<Node> all() {
        return byAuthid.values().stream()
                .sorted(Comparator.comparing(Node::authid))
                .toList();
    }
}
