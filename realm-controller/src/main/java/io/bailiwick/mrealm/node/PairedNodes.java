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

    /** The node with this authid, or else with this object id: people and programs mix the two up. */
    Optional<Node> find(String oidOrAuthid) {
        Node node = byAuthid.get(oidOrAuthid);
        UUID oid = node == null ? oidOrNull(oidOrAuthid) : null;
        return Optional.ofNullable(oid == null ? node : byOid.get(oid));
    }

    private static @Nullable UUID oidOrNull(String text) {
        try {
            return UUID.fromString(text);
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
