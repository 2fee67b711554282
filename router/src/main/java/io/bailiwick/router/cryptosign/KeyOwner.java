package io.bailiwick.router.cryptosign;

import org.jspecify.annotations.Nullable;

/** What a key file says of its key besides the key: for information only, none of it is proven. */
public sealed interface KeyOwner {

    /** Who made the key, {@code user@host}. */
    String creator();

    /** When the key was made, as written; ISO 8601 in UTC. */
    String createdAt();

    /**
     * The owner of {@code key.priv} and {@code key.pub}: a node.
     *
     * @param creator who made the key
     * @param createdAt when
     * @param machineId the machine it was made on
     * @param authid the name the node wants, or null
     * @param clusterIp the address of the node inside its cluster, or null
     */
    record Node(
            String creator,
            String createdAt,
            String machineId,
            @Nullable String authid,
            @Nullable String clusterIp) implements KeyOwner {}

    /**
     * The owner of {@code default.priv} and {@code default.pub}: a person.
     *
     * @param creator who made the key
     * @param createdAt when
     * @param userId the e-mail address, which is the authid
     */
    record User(String creator, String createdAt, String userId) implements KeyOwner {}
}
