package io.bailiwick.domain.testing;

import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserKey;
import io.bailiwick.domain.schema.UserMrealmRole;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A real store with people, realms and nodes in it. */
public final class Population implements AutoCloseable {
    public final Store<GlobalSchema> store;
    public final User superuser;

    private final Path directory;

    public Population(Path directory) {
        this.directory = directory;
        store = Store.open(directory, new GlobalSchema());
        superuser = insert(new User(UUID.randomUUID(), null, null, null, User.SUPERUSER, 1, null));
    }

    private Population(Path directory, User superuser) {
        this.directory = directory;
        this.store = Store.open(directory, new GlobalSchema());
        this.superuser = superuser;
    }

    /** The same after a restart; this one is closed. */
    public Population reopened() {
        store.close();
        return new Population(directory, superuser);
    }

    public GlobalSchema schema() {
        return store.schema();
    }

    public User user(String email, PublicKey key) {
        return insert(new User(UUID.randomUUID(), null, null, null, email, 1, key.hex()));
    }

    public User user(String email) {
        return user(email, SigningKey.generate().publicKey());
    }

    private User insert(User user) {
        store.writeAll(tx -> {
            schema().users.insert(tx, user.oid(), user);
            if (user.pubkey() != null) {
                schema().userKeys.insert(tx, user.pubkey(), new UserKey(user.pubkey(), user.oid(), 1, null));
            }
        });
        return user;
    }

    /** A realm whose owner has the creator's roles. */
    public ManagementRealm realm(String name, User owner) {
        ManagementRealm realm =
                new ManagementRealm(UUID.randomUUID(), null, null, null, name, 1_000_000, owner.oid(), null, null);
        store.writeAll(tx -> {
            schema().mrealms.insert(tx, realm.oid(), realm);
            schema().usersMrealmRoles.insert(tx, new Pair<>(owner.oid(), realm.oid()), UserMrealmRole.ofCreator());
        });
        return realm;
    }

    public void grant(User user, ManagementRealm realm, Role... roles) {
        store.writeAll(tx -> schema().usersMrealmRoles
                .upsert(tx, new Pair<>(user.oid(), realm.oid()), new UserMrealmRole(List.of(roles))));
    }

    public Node node(User owner, ManagementRealm realm, String authid, PublicKey key, Map<String, Object> authextra) {
        Node node = new Node(
                UUID.randomUUID(),
                null,
                null,
                null,
                owner.oid(),
                key.hex(),
                "127.0.0.1",
                realm.oid(),
                authid,
                authextra);
        store.writeAll(tx -> schema().nodes.insert(tx, node.oid(), node));
        return node;
    }

    public Node node(User owner, ManagementRealm realm, String authid) {
        return node(owner, realm, authid, SigningKey.generate().publicKey(), null);
    }

    public Node unpairedNode(User owner, PublicKey key) {
        Node node = new Node(UUID.randomUUID(), null, null, null, owner.oid(), key.hex(), null, null, null, null);
        store.writeAll(tx -> schema().nodes.insert(tx, node.oid(), node));
        return node;
    }

    @Override
    public void close() {
        store.close();
    }
}
