package io.bailiwick.domain.procedure;

import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.MrealmRole;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.User;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.store.Form;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Table.Row;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What a caller may see and do. The superuser may do everything. A user sees the realms in which it holds any role, with
 * their nodes, and the unpaired nodes that it owns; it may act on the realms that it owns. What a caller may not see is
 * answered like what is not there.
 */
final class Access {
    private final GlobalSchema schema;

    Access(GlobalSchema schema) {
        this.schema = schema;
    }

    /** The caller's row. */
    Optional<User> user(ReadTransaction tx, Caller caller) {
        Optional<User> byMail = schema.idxUsersByEmail.get(tx, caller.authid());
        if (byMail.isPresent()) {
            return byMail;
        }
        try {
            return schema.users.get(tx, UUID.fromString(caller.authid()));
        } catch (IllegalArgumentException notAnOid) {
            return Optional.empty();
        }
    }

    /** Whether the caller may know of the realm. */
    boolean sees(ReadTransaction tx, Caller caller, UUID mrealmOid) {
        return caller.isSuperuser()
                || user(tx, caller)
                        .flatMap(user -> schema.usersMrealmRoles.get(tx, new Pair<>(user.oid(), mrealmOid)))
                        .isPresent();
    }

    /** Whether the caller may know of the node. */
    boolean sees(ReadTransaction tx, Caller caller, Node node) {
        UUID realm = node.mrealmOid();
        if (realm != null) {
            return sees(tx, caller, realm);
        }
        return caller.isSuperuser()
                || user(tx, caller)
                        .filter(user -> user.oid().equals(node.ownerOid()))
                        .isPresent();
    }

    /** Whether the caller owns the realm. */
    boolean owns(ReadTransaction tx, Caller caller, UUID mrealmOid) {
        return caller.isSuperuser()
                || user(tx, caller)
                        .flatMap(user -> schema.usersMrealmRoles.get(tx, new Pair<>(user.oid(), mrealmOid)))
                        .filter(held -> held.includes(MrealmRole.OWNER))
                        .isPresent();
    }

    /** The realm, if there is one and the caller sees it; else this error. */
    ManagementRealm visible(ReadTransaction tx, Caller caller, Optional<ManagementRealm> realm, String error) {
        return realm.filter(found -> sees(tx, caller, found.oid()))
                .orElseThrow(() -> new ApplicationError(error, "there is no such management realm"));
    }

    /** The node, if there is one and the caller sees it. */
    Node visible(ReadTransaction tx, Caller caller, Optional<Node> node) {
        return node.filter(found -> sees(tx, caller, found))
                .orElseThrow(() -> new ApplicationError(FabricErrors.NO_SUCH_OBJECT, "there is no such node"));
    }

    /** Refuses a caller who does not own the realm; asked only about what the caller sees. */
    void demandOwner(ReadTransaction tx, Caller caller, UUID mrealmOid) {
        if (!owns(tx, caller, mrealmOid)) {
            throw new ApplicationError(FabricErrors.NOT_AUTHORIZED, "expected the owner of the management realm");
        }
    }

    /** The authids of all who may know what happens to the realm, in order. */
    List<String> readers(ReadTransaction tx, UUID mrealmOid) {
        TreeSet<String> authids = new TreeSet<>(List.of(User.SUPERUSER));
        schema.usersMrealmRoles
                .all(tx)
                .map(Row::key)
                .filter(key -> key.second().equals(mrealmOid))
                .flatMap(key -> schema.users.get(tx, key.first()).stream())
                .forEach(user -> authids.add(user.authid()));
        return List.copyOf(authids);
    }

    /** The nodes that are paired to a realm and whose names come after this one, by name. */
    static Stream<Node> nodesOf(GlobalSchema schema, ReadTransaction tx, UUID mrealmOid, String after) {
        return schema.idxNodesByAuthid
                .startingWith(tx, Form.uuid(), mrealmOid, new Pair<>(mrealmOid, after))
                .map(Row::row);
    }

    /** The nodes that are paired to a realm, by name. */
    static Stream<Node> nodesOf(GlobalSchema schema, ReadTransaction tx, UUID mrealmOid) {
        return schema.idxNodesByAuthid.startingWith(tx, Form.uuid(), mrealmOid).map(Row::row);
    }
}
