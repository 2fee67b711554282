package io.bailiwick.domain.activation;

import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserKey;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.store.Form;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Table.Row;
import io.bailiwick.router.store.WriteTransaction;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys of users: several for each, each of one user. A key that was revoked stays on record, so that it can never be added
 * again, by whomever. {@code User.pubkey} shows the first of a user's keys that is not revoked; what counts is the table.
 * Any thread.
 */
public final class UserKeys {
    /** Keys that a user may have at a time. */
    public static final int MOST = 50;

    private final GlobalSchema schema;
    /** The marks of keys that were revoked since the start: a login that was decided before may still be under way. */
    private final Set<String> revoked = ConcurrentHashMap.newKeySet();

    /** The keys in a store of this schema. */
    public UserKeys(GlobalSchema schema) {
        this.schema = schema;
    }

    /** The mark of a login by this key, for {@code Admission.provenBy}: its 64 hexadecimal characters. */
    public static String mark(String pubkey) {
        return pubkey;
    }

    /** Puts the keys of users from before there was a table of them into it. Does nothing the next time. */
    public void migrate(WriteTransaction tx) {
        List<User> users = schema.users.all(tx).map(Row::row).toList();
        for (User user : users) {
            String pubkey = user.pubkey();
            if (pubkey != null && schema.userKeys.get(tx, pubkey).isEmpty()) {
                schema.userKeys.insert(tx, pubkey, new UserKey(pubkey, user.oid(), user.registered(), null));
            }
        }
    }

    /** Whether the key is on record, revoked or not. */
    public Optional<UserKey> find(ReadTransaction tx, PublicKey key) {
        return schema.userKeys.get(tx, key.hex());
    }

    /** The user who joins with the key. */
    public Optional<User> owner(ReadTransaction tx, PublicKey key) {
        return find(tx, key)
                .filter(found -> !found.isRevoked())
                .flatMap(found -> schema.users.get(tx, found.userOid()));
    }

    /** The keys of a user, those that were revoked too, in the order of their digits. */
    public List<UserKey> of(ReadTransaction tx, UUID user) {
        return schema.idxUserKeysByUser
                .startingWith(tx, Form.uuid(), user)
                .map(Row::row)
                .toList();
    }

    /** Whether the user may have one more. */
    boolean hasRoom(ReadTransaction tx, UUID user) {
        return of(tx, user).stream().filter(key -> !key.isRevoked()).count() < MOST;
    }

    /** Adds a key that is not on record to a user that is. */
    void add(WriteTransaction tx, UUID userOid, PublicKey key, long now) {
        schema.userKeys.insert(tx, key.hex(), new UserKey(key.hex(), userOid, now, null));
        show(tx, userOid);
    }

    /**
     * Revokes a key: from the commit on nobody joins with it.
     *
     * @return the key as it is now; empty when it is not on record
     */
    public Optional<UserKey> revoke(WriteTransaction tx, String pubkey, long now) {
        Optional<UserKey> found = schema.userKeys.get(tx, pubkey);
        if (found.isEmpty() || found.get().isRevoked()) {
            return found;
        }
        UserKey ended = new UserKey(pubkey, found.get().userOid(), found.get().added(), now);
        schema.userKeys.update(tx, pubkey, ended);
        show(tx, ended.userOid());
        tx.afterCommit(() -> revoked.add(mark(pubkey)));
        return Optional.of(ended);
    }

    /** Whether one of these marks is that of a key which was revoked since the start. */
    public boolean anyRevoked(Set<String> marks) {
        return marks.stream().anyMatch(revoked::contains);
    }

    /** Keeps {@code User.pubkey} in step. */
    private void show(WriteTransaction tx, UUID userOid) {
        User user = schema.users
                .get(tx, userOid)
                .orElseThrow(() -> new NoSuchElementException("expected a user " + userOid + ", but found none"));
        List<String> live = of(tx, userOid).stream()
                .filter(key -> !key.isRevoked())
                .map(UserKey::pubkey)
                .toList();
        if (user.pubkey() == null || !live.contains(user.pubkey())) {
            schema.users.update(tx, userOid, user.withPubkey(live.isEmpty() ? null : live.get(0)));
        }
    }
}
