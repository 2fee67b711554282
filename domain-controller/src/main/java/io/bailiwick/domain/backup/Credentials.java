package io.bailiwick.domain.backup;

import io.bailiwick.domain.activation.UserKeys;
import io.bailiwick.domain.schema.DeniedNodeKey;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.JoinCode;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.RevokedNodeKey;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserKey;
import io.bailiwick.domain.schema.UserMrealmRole;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.Table;
import io.bailiwick.router.store.Table.Row;
import io.bailiwick.router.store.WriteTransaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Who may come into a domain, as one store says: nodes, keys of users, revoked and denied keys, join codes, roles. */
record Credentials(
        Map<UUID, Node> nodes,
        Map<String, UserKey> userKeys,
        Map<String, RevokedNodeKey> revokedNodeKeys,
        Map<String, DeniedNodeKey> deniedNodeKeys,
        Map<String, JoinCode> joinCodes,
        Map<UUID, ManagementRealm> realms,
        Map<UUID, User> users,
        Map<Pair<UUID, UUID>, UserMrealmRole> roles) {

    static Credentials of(Store<GlobalSchema> store) {
        GlobalSchema schema = store.schema();
        return store.read(tx -> new Credentials(
                all(schema.nodes, tx),
                all(schema.userKeys, tx),
                all(schema.revokedNodeKeys, tx),
                all(schema.deniedNodeKeys, tx),
                all(schema.joinCodes, tx),
                all(schema.mrealms, tx),
                all(schema.users, tx),
                all(schema.usersMrealmRoles, tx)));
    }

    private static <K, R> Map<K, R> all(Table<K, R> table, ReadTransaction tx) {
        Map<K, R> all = new LinkedHashMap<>();
        for (Row<K, R> row : table.all(tx).toList()) {
            all.put(row.key(), row.row());
        }
        return all;
    }

    /**
     * What has happened since.
     *
     * @param kept whether revocations will hold
     */
    List<Change> until(Credentials now, boolean kept) {
        List<Change> changes = new ArrayList<>();
        now.realms.values().stream()
                .filter(realm -> !realms.containsKey(realm.oid()))
                .forEach(realm -> changes.add(new Change("realm created", realm.name(), null, false)));
        realms.values().stream()
                .filter(realm -> !now.realms.containsKey(realm.oid()))
                .forEach(realm -> changes.add(new Change("realm deleted", realm.name(), null, false)));
        now.nodes.values().stream()
                .filter(node -> node.isPaired() && !isAtItsPlace(node))
                .forEach(node -> changes.add(new Change("node paired", now.name(node), node.pubkey(), false)));
        nodes.values().stream()
                .filter(node -> node.isPaired() && !now.isAtItsPlace(node))
                .forEach(node -> changes.add(new Change("node unpaired", name(node), node.pubkey(), false)));
        now.revokedNodeKeys.values().stream()
                .filter(key -> !revokedNodeKeys.containsKey(key.pubkey()))
                .forEach(key -> changes.add(new Change(
                        "node key revoked",
                        Optional.ofNullable(now.nodes.get(key.nodeOid()))
                                .map(now::name)
                                .orElse(key.nodeOid().toString()),
                        key.pubkey(),
                        kept)));
        now.deniedNodeKeys.keySet().stream()
                .filter(key -> !deniedNodeKeys.containsKey(key))
                .forEach(key -> changes.add(new Change("node key denied", holder(key), key, kept)));
        joinCodes.values().stream()
                .filter(code -> code.usesLeft() > now.usesLeft(code))
                .forEach(code -> changes.add(new Change(
                        now.usesLeft(code) == 0 ? "join code ended" : "join code used",
                        code.id() + " of " + realm(code.mrealmOid()),
                        null,
                        kept)));
        for (UserKey key : now.userKeys.values()) {
            UserKey before = userKeys.get(key.pubkey());
            if (key.isRevoked() && (before == null || !before.isRevoked())) {
                changes.add(new Change("user key revoked", now.user(key.userOid()), key.pubkey(), kept));
            } else if (before == null) {
                changes.add(new Change("user key added", now.user(key.userOid()), key.pubkey(), false));
            }
        }
        roles.forEach((key, held) -> {
            UserMrealmRole left = now.roles.get(key);
            if (now.realms.containsKey(key.second()) && !held.equals(left)) {
                changes.add(new Change("role changed", user(key.first()) + " in " + realm(key.second()), null, false));
            }
        });
        return changes;
    }

    /** How many nodes may still join by a code: none by one that was revoked, or has been over for long. */
    private int usesLeft(JoinCode code) {
        return Optional.ofNullable(joinCodes.get(code.id()))
                .map(JoinCode::usesLeft)
                .orElse(0);
    }

    /** The name of the node that has a key; the key itself where none has it. */
    private String holder(String key) {
        return nodes.values().stream()
                .filter(node -> node.pubkey().equals(key))
                .findFirst()
                .map(this::name)
                .orElse(key);
    }

    private boolean isAtItsPlace(Node node) {
        Node here = nodes.get(node.oid());
        UUID realm = node.mrealmOid();
        return here != null && realm != null && realm.equals(here.mrealmOid());
    }

    private String name(Node node) {
        UUID realm = node.mrealmOid();
        return realm == null || node.authid() == null ? node.oid().toString() : node.authid() + " in " + realm(realm);
    }

    private String realm(UUID oid) {
        return Optional.ofNullable(realms.get(oid)).map(ManagementRealm::name).orElse(oid.toString());
    }

    private String user(UUID oid) {
        return Optional.ofNullable(users.get(oid)).map(User::authid).orElse(oid.toString());
    }

    /**
     * Has every key that is revoked or denied here revoked or denied in another store too. A node that had a revoked one there
     * gets its key of here, or none; one that had a denied one is in no realm. Nobody joins by a code more often than here.
     */
    void revokeIn(Store<GlobalSchema> restored) {
        UserKeys keys = new UserKeys(restored.schema());
        restored.writeAll(tx -> {
            for (UserKey key : userKeys.values()) {
                Long revoked = key.revoked();
                if (revoked != null) {
                    revoke(tx, restored.schema(), keys, key, revoked);
                }
            }
            revokedNodeKeys.values().forEach(key -> revoke(tx, restored.schema(), key));
            deniedNodeKeys.values().forEach(key -> deny(tx, restored.schema(), key));
            endCodes(tx, restored.schema());
        });
    }

    private static void revoke(WriteTransaction tx, GlobalSchema schema, UserKeys keys, UserKey key, long revoked) {
        Optional<UserKey> there = schema.userKeys.get(tx, key.pubkey());
        if (there.isEmpty()) {
            schema.userKeys.insert(tx, key.pubkey(), key);
        } else if (!there.get().isRevoked()) {
            keys.revoke(tx, key.pubkey(), revoked);
        }
    }

    private void revoke(WriteTransaction tx, GlobalSchema schema, RevokedNodeKey key) {
        schema.revokedNodeKeys.upsert(tx, key.pubkey(), key);
        Optional<Node> holder = schema.idxNodesByPubkey.get(tx, key.pubkey());
        if (holder.isPresent()) {
            Node node = holder.get();
            Node here = nodes.get(node.oid());
            boolean better = here != null
                    && !revokedNodeKeys.containsKey(here.pubkey())
                    && schema.idxNodesByPubkey.key(tx, here.pubkey()).isEmpty();
            schema.nodes.update(tx, node.oid(), better && here != null ? node.withKey(here.pubkey()) : node.unpaired());
        }
    }

    private static void deny(WriteTransaction tx, GlobalSchema schema, DeniedNodeKey key) {
        schema.deniedNodeKeys.upsert(tx, key.pubkey(), key);
        schema.waitingNodes.delete(tx, key.pubkey());
        schema.idxNodesByPubkey
                .get(tx, key.pubkey())
                .ifPresent(node -> schema.nodes.update(tx, node.oid(), node.unpaired()));
    }

    private void endCodes(WriteTransaction tx, GlobalSchema schema) {
        for (JoinCode code : schema.joinCodes.all(tx).map(Row::row).toList()) {
            int left = usesLeft(code);
            if (left == 0) {
                schema.joinCodes.delete(tx, code.id());
            } else if (left < code.usesLeft()) {
                schema.joinCodes.update(tx, code.id(), code.withUsesLeft(left));
            }
        }
    }
}
