package io.bailiwick.domain.procedure;

import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.Organization;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserMrealmRole;
import io.bailiwick.domain.schema.UserOrganizationRole;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.store.Form;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Table.Row;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one caller is to the things of the domain, as one transaction finds it: the one place where rights are decided. Asking
 * for a thing gives it to who has the right; who does not see it is answered as if it were not there, with
 * {@code crossbar.error.no_such_object}, and who sees it and lacks the right with {@code fabric.not-authorized}.
 */
public final class Standing {
    private final GlobalSchema schema;
    private final ReadTransaction tx;
    private final Caller caller;
    private final Optional<User> row;
    private final Map<UUID, Optional<UserMrealmRole>> inRealms = new HashMap<>();

    Standing(GlobalSchema schema, ReadTransaction tx, Caller caller, Optional<User> row) {
        this.schema = schema;
        this.tx = tx;
        this.caller = caller;
        this.row = row;
    }

    /** Whether the caller is the superuser. */
    public boolean isSuperuser() {
        return caller.isSuperuser();
    }

    /** The caller's own row. Error: {@code crossbar.error.no_such_object}. */
    public User user() {
        return row.orElseThrow(() -> none("user"));
    }

    /** Whether the caller is this user. */
    boolean is(User user) {
        return row.filter(own -> own.oid().equals(user.oid())).isPresent();
    }

    /** Whether the caller has a right to a realm. */
    public boolean may(Right right, ManagementRealm realm) {
        return mayInRealm(right, realm.oid());
    }

    private boolean mayInRealm(Right right, UUID realm) {
        return isSuperuser()
                || inRealms.computeIfAbsent(realm, this::lookedUp)
                        .filter(held -> held.includes(right.role()))
                        .isPresent();
    }

    private Optional<UserMrealmRole> lookedUp(UUID realm) {
        return row.flatMap(user -> schema.usersMrealmRoles.get(tx, new Pair<>(user.oid(), realm)));
    }

    /** A node is its realm's; one that is in none is its owner's. */
    public boolean may(Right right, Node node) {
        UUID realm = node.mrealmOid();
        return realm != null
                ? mayInRealm(right, realm)
                : isSuperuser()
                        || row.filter(user -> user.oid().equals(node.ownerOid()))
                                .isPresent();
    }

    boolean may(Right right, Organization organization) {
        return isSuperuser()
                || row.flatMap(user ->
                                schema.usersOrganizationRoles.get(tx, new Pair<>(user.oid(), organization.oid())))
                        .filter(held -> held.includes(right.role()))
                        .isPresent();
    }

    boolean may(Right right, User user) {
        return isSuperuser() || is(user) || (right == Right.SEES_USER && meets(user));
    }

    private boolean meets(User other) {
        return row.isPresent()
                && (realmsRunBy(row.get()).anyMatch(realm -> schema.usersMrealmRoles
                                .get(tx, new Pair<>(other.oid(), realm))
                                .isPresent())
                        || organizationsOf(row.get()).anyMatch(organization -> schema.usersOrganizationRoles
                                .get(tx, new Pair<>(other.oid(), organization))
                                .isPresent()));
    }

    private Stream<UUID> realmsRunBy(User user) {
        return schema.usersMrealmRoles
                .startingWith(tx, Form.uuid(), user.oid())
                .filter(held -> held.row().includes(Role.ADMIN))
                .map(held -> held.key().second());
    }

    private Stream<UUID> organizationsOf(User user) {
        return schema.usersOrganizationRoles
                .startingWith(tx, Form.uuid(), user.oid())
                .map(Row::row)
                .filter(held -> held.includes(Role.USER))
                .map(UserOrganizationRole::organizationOid);
    }

    /** The oids of all users that the caller sees, in the order of their texts, as the store has it. */
    List<UUID> users() {
        if (isSuperuser()) {
            return schema.users.all(tx).map(Row::key).toList();
        }
        User own = user();
        Set<UUID> seen = new TreeSet<>(Comparator.comparing(UUID::toString));
        seen.add(own.oid());
        Set<UUID> realms = realmsRunBy(own).collect(Collectors.toSet());
        realms.stream()
                .flatMap(realm -> schema.idxUsersMrealmRolesByMrealm.startingWith(tx, Form.uuid(), realm))
                .forEach(held -> seen.add(held.key().first()));
        organizationsOf(own)
                .flatMap(organization ->
                        schema.idxUsersOrganizationRolesByOrganization.startingWith(tx, Form.uuid(), organization))
                .forEach(held -> seen.add(held.row().userOid()));
        return List.copyOf(seen);
    }

    /** The realm, for who has the right to it. */
    public ManagementRealm realm(Right right, Optional<ManagementRealm> found) {
        return allowed(right, Right.SEES_REALM, "management realm", this::may, found);
    }

    /** The same of a realm that was named: where there is none to see, that is {@code fabric.no-such-realm}. */
    public ManagementRealm realmOfName(Right right, Optional<ManagementRealm> found) {
        if (found.filter(there -> may(Right.SEES_REALM, there)).isEmpty()) {
            throw new ApplicationError(FabricErrors.NO_SUCH_REALM, "there is no such management realm");
        }
        return realm(right, found);
    }

    /** The node, for who has the right to it. */
    Node node(Right right, Optional<Node> found) {
        return allowed(right, Right.SEES_NODE, "node", this::may, found);
    }

    /** The organization, for who has the right to it. */
    Organization organization(Right right, Optional<Organization> found) {
        return allowed(right, Right.SEES_ORGANIZATION, "organization", this::may, found);
    }

    /** The user, for who has the right to it. */
    User user(Right right, Optional<User> found) {
        return allowed(right, Right.SEES_USER, "user", this::may, found);
    }

    /** The organization, for who has the right to it; some rights to it the user has, too, that the call is about. */
    Organization organization(Right right, Optional<Organization> found, Optional<User> about) {
        return organization(weakened(right, about, Right.SEES_ORGANIZATION), found);
    }

    /** The realm likewise. */
    ManagementRealm realm(Right right, Optional<ManagementRealm> found, Optional<User> about) {
        return realm(weakened(right, about, Right.SEES_REALM), found);
    }

    private Right weakened(Right right, Optional<User> about, Right sight) {
        return right.self() && about.filter(this::is).isPresent() ? sight : right;
    }

    private static <T> T allowed(Right right, Right sight, String what, BiPredicate<Right, T> may, Optional<T> found) {
        T thing = found.filter(there -> may.test(sight, there)).orElseThrow(() -> none(what));
        if (!may.test(right, thing)) {
            throw refused(right);
        }
        return thing;
    }

    /** The error for who sees a thing and may not do this to it. */
    public static ApplicationError refused(Right right) {
        return new ApplicationError(
                FabricErrors.NOT_AUTHORIZED, "expected " + right.holder() + ", but found another caller");
    }

    /** The error for what is not there, or not for the caller to see. */
    public static ApplicationError none(String what) {
        return new ApplicationError(FabricErrors.NO_SUCH_OBJECT, "there is no such " + what);
    }
}
