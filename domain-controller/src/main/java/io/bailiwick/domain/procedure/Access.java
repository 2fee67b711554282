package io.bailiwick.domain.procedure;

import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.Organization;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserMrealmRole;
import io.bailiwick.domain.schema.UserOrganizationRole;
import io.bailiwick.router.store.Form;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Table.Row;
import io.bailiwick.router.store.Table.Version;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who is who, and who hears of what. What a caller may see and do is its {@link Standing}; what a caller may not see is
 * answered like what is not there.
 */
public final class Access {
    private final GlobalSchema schema;
    private volatile @Nullable Readers latest;

    /** Who may know of a realm, as long as the tables are as they were: many nodes are paired to one realm in one commit. */
    private record Readers(UUID realm, Version roles, Version users, List<String> authids) {}

    /** By these tables. */
    public Access(GlobalSchema schema) {
        this.schema = schema;
    }

    /** The user of an authid or an oid. */
    Optional<User> user(ReadTransaction tx, String id) {
        Optional<User> byMail = schema.idxUsersByEmail.get(tx, id);
        if (byMail.isPresent()) {
            return byMail;
        }
        try {
            return schema.users.get(tx, UUID.fromString(id));
        } catch (IllegalArgumentException notAnOid) {
            return Optional.empty();
        }
    }

    /** What the caller is to the things of the domain, as this transaction finds it. */
    public Standing of(ReadTransaction tx, Caller caller) {
        return new Standing(schema, tx, caller, user(tx, caller.authid()));
    }

    /** The realm that a node is paired to, if it is. */
    Optional<ManagementRealm> realmOf(ReadTransaction tx, Node node) {
        UUID realm = node.mrealmOid();
        return realm == null
                ? Optional.empty()
                : Optional.of(schema.mrealms
                        .get(tx, realm)
                        .orElseThrow(() -> new IllegalStateException(
                                "node " + node.oid() + " is paired to a realm without a row")));
    }

    /** The authids of all who may know what happens to the realm, in order. */
    public List<String> readers(ReadTransaction tx, UUID mrealmOid) {
        Version roles = schema.usersMrealmRoles.version(tx);
        Version users = schema.users.version(tx);
        Readers known = latest;
        if (known != null
                && known.realm().equals(mrealmOid)
                && known.roles().equals(roles)
                && known.users().equals(users)) {
            return known.authids();
        }
        TreeSet<String> authids = new TreeSet<>(List.of(User.SUPERUSER));
        rolesIn(tx, mrealmOid)
                .map(Row::key)
                .flatMap(key -> schema.users.get(tx, key.first()).stream())
                .forEach(user -> authids.add(user.authid()));
        latest = new Readers(mrealmOid, roles, users, List.copyOf(authids));
        return List.copyOf(authids);
    }

    /** The authids of all who are at least this in the realm, and of the superuser, in order. */
    public List<String> readers(ReadTransaction tx, UUID mrealmOid, Role least) {
        TreeSet<String> authids = new TreeSet<>(List.of(User.SUPERUSER));
        rolesIn(tx, mrealmOid)
                .filter(held -> held.row().includes(least))
                .flatMap(held -> schema.users.get(tx, held.key().first()).stream())
                .forEach(user -> authids.add(user.authid()));
        return List.copyOf(authids);
    }

    /** What users are in a management realm. */
    Stream<Row<Pair<UUID, UUID>, UserMrealmRole>> rolesIn(ReadTransaction tx, UUID mrealmOid) {
        return schema.idxUsersMrealmRolesByMrealm.startingWith(tx, Form.uuid(), mrealmOid);
    }

    /** The authids of all who may know what happens to the node, in order. */
    List<String> readers(ReadTransaction tx, Node node) {
        UUID realm = node.mrealmOid();
        if (realm != null) {
            return readers(tx, realm);
        }
        TreeSet<String> authids = new TreeSet<>(List.of(User.SUPERUSER));
        schema.users.get(tx, node.ownerOid()).ifPresent(owner -> authids.add(owner.authid()));
        return List.copyOf(authids);
    }

    /** The authids of all who may know what happens to the organization, in order. */
    List<String> readers(ReadTransaction tx, Organization organization) {
        TreeSet<String> authids = new TreeSet<>(List.of(User.SUPERUSER));
        members(tx, organization.oid())
                .flatMap(held -> schema.users.get(tx, held.userOid()).stream())
                .forEach(user -> authids.add(user.authid()));
        return List.copyOf(authids);
    }

    /** The authids of all who see the user, in order: {@link Standing} from the other side. */
    List<String> readers(ReadTransaction tx, User user) {
        Set<UUID> seers = new HashSet<>(Set.of(user.oid()));
        Set<UUID> realms = schema.usersMrealmRoles
                .startingWith(tx, Form.uuid(), user.oid())
                .map(held -> held.key().second())
                .collect(Collectors.toSet());
        realms.stream()
                .flatMap(realm -> rolesIn(tx, realm))
                .filter(held -> held.row().includes(Role.ADMIN))
                .forEach(held -> seers.add(held.key().first()));
        schema.usersOrganizationRoles
                .startingWith(tx, Form.uuid(), user.oid())
                .flatMap(held -> members(tx, held.row().organizationOid()))
                .filter(held -> held.includes(Role.USER))
                .forEach(held -> seers.add(held.userOid()));
        TreeSet<String> authids = new TreeSet<>(List.of(User.SUPERUSER));
        seers.stream().flatMap(oid -> schema.users.get(tx, oid).stream()).forEach(seer -> authids.add(seer.authid()));
        return List.copyOf(authids);
    }

    /** What the users of an organization are in it. */
    Stream<UserOrganizationRole> members(ReadTransaction tx, UUID organization) {
        return schema.idxUsersOrganizationRolesByOrganization
                .startingWith(tx, Form.uuid(), organization)
                .map(Row::row);
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
