package io.bailiwick.domain.schema;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A node that the domain knows. It is paired when it has a realm; then it also has an authid. A node that was unpaired keeps
 * its row, and so its identity.
 *
 * @param ownerOid the oid of the user who paired it last
 * @param pubkey its Ed25519 public key, 64 lower-case hexadecimal characters, unique in the domain
 * @param clusterIp the address other nodes reach it at, or null
 * @param mrealmOid the management realm it is paired to, or null
 * @param authid its name in that realm, unique there, or null
 * @param authextra what the node is given at each join besides its place, or null
 */
public record Node(
        UUID oid,
        @Nullable String label,
        @Nullable String description,
        @Nullable List<String> tags,
        UUID ownerOid,
        String pubkey,
        @Nullable String clusterIp,
        @Nullable UUID mrealmOid,
        @Nullable String authid,
        @Nullable Map<String, @Nullable Object> authextra)
        implements ConfigurationElement {

    /** Whether it belongs to a realm now. */
    public boolean isPaired() {
        return mrealmOid != null && authid != null;
    }

    /** This node as a member of a realm. */
    public Node pairedTo(
            UUID realm, String name, UUID owner, String address, @Nullable Map<String, @Nullable Object> extra) {
        return new Node(oid, label, description, tags, owner, pubkey, address, realm, name, extra);
    }

    /** This node as its users describe it. */
    public Node described(
            @Nullable String newLabel,
            @Nullable String newDescription,
            @Nullable List<String> newTags,
            @Nullable String address,
            @Nullable Map<String, @Nullable Object> extra) {
        return new Node(oid, newLabel, newDescription, newTags, ownerOid, pubkey, address, mrealmOid, authid, extra);
    }

    /** This node with another key. */
    public Node withKey(String key) {
        return new Node(oid, label, description, tags, ownerOid, key, clusterIp, mrealmOid, authid, authextra);
    }

    /** This node without a realm. */
    public Node unpaired() {
        return new Node(oid, label, description, tags, ownerOid, pubkey, clusterIp, null, null, null);
    }
}
