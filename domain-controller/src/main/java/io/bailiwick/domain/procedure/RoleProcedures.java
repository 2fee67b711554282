package io.bailiwick.domain.procedure;

import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Organization;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserMrealmRole;
import io.bailiwick.domain.schema.UserOrganizationRole;
import io.bailiwick.router.audit.Deed;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Named;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.client.Topic;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Table.Row;
import io.bailiwick.router.store.WriteTransaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What users are in organizations and management realms: set, look, list, remove. There is always somebody left who owns the
 * thing. A user is named by its oid, which it tells to whom it wants to be let in by; it may give up what it has.
 *
 * <p>Whoever loses a role in a realm loses the sessions that it has there in that role before the call ends.
 */
public final class RoleProcedures {
    @Topic(
            carries = "[{organization_oid, user_oid, roles, caller}]",
            when = "the roles of a user in an organization are others now")
    private static final String ON_ORGANIZATION = "crossbarfabriccenter.user.on_organization_roles_modified";

    @Topic(
            carries = "[{mrealm_oid, user_oid, roles, caller}]",
            when = "the roles of a user in a management realm are others now")
    private static final String ON_MREALM = "crossbarfabriccenter.mrealm.on_mrealm_roles_modified";

    private final Work work;
    private final GlobalSchema schema;
    private final Access access;
    private final LiveDomain live;

    /** Procedures on a store and the domain that runs by it. */
    public RoleProcedures(Work work, LiveDomain live) {
        this.work = work;
        this.schema = work.schema();
        this.access = new Access(schema);
        this.live = live;
    }

    // in organizations

    /**
     * Gives a user these roles in an organization, and no others; none at all takes all away.
     *
     * @param roles of {@code owner}, {@code admin}, {@code operator}, {@code developer}, {@code user}, {@code guest}
     * @return the roles that the user holds now, the strongest first. Errors: {@code crossbar.error.no_such_object},
     *     {@code fabric.not-authorized}, {@code wamp.error.invalid_argument}, {@code fabric.last-owner}
     */
    @Procedure(
            value = "crossbarfabriccenter.user.set_roles_on_organization_for_user",
            does = "Gives a user these roles in an organization, and no others.")
    @Allowed(Right.OWNS_ORGANIZATION)
    public CompletableFuture<List<String>> setRolesOnOrganizationForUser(
            @Named("org_oid") UUID orgId,
            @Named("user_oid") UUID userId,
            @Named("user_roles") List<String> roles,
            Invocation invocation) {
        Caller caller = Caller.of(invocation);
        List<Role> wanted = parsed("roles", roles);
        return work.write(
                invocation, (tx, deed) -> change(tx, deed, caller, Right.OWNS_ORGANIZATION, orgId, userId, wanted));
    }

    /**
     * Takes all roles in an organization from a user.
     *
     * @return the roles that the user holds now: none. Errors: {@code crossbar.error.no_such_object},
     *     {@code fabric.not-authorized}, {@code fabric.last-owner}
     */
    @Procedure(
            value = "crossbarfabriccenter.user.remove_roles_on_organization_for_user",
            does = "Takes all roles in an organization from a user.")
    @Allowed(Right.OWNS_ORGANIZATION_OR_IS_USER)
    public CompletableFuture<List<String>> removeRolesOnOrganizationForUser(
            @Named("org_oid") UUID orgId, @Named("user_oid") UUID userId, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.write(
                invocation,
                (tx, deed) -> change(tx, deed, caller, Right.OWNS_ORGANIZATION_OR_IS_USER, orgId, userId, List.of()));
    }

    private Supplier<CompletableFuture<List<String>>> change(
            WriteTransaction tx, Deed deed, Caller caller, Right right, UUID orgId, UUID userId, List<Role> wanted) {
        Standing standing = access.of(tx, caller);
        Optional<User> found = schema.users.get(tx, userId);
        Organization organization = standing.organization(right, schema.organizations.get(tx, orgId), found);
        Pair<UUID, UUID> key = new Pair<>(userId, orgId);
        List<Role> held = schema.usersOrganizationRoles
                .get(tx, key)
                .map(UserOrganizationRole::roles)
                .orElse(List.of());
        User user = named(standing, found, held, wanted);
        if (held.equals(wanted)) {
            return () -> CompletableFuture.completedFuture(ids(wanted));
        }
        List<UUID> owners = access.members(tx, orgId)
                .filter(member -> member.includes(Role.OWNER))
                .map(UserOrganizationRole::userOid)
                .toList();
        demandAnotherOwner(owners, userId, wanted);
        if (wanted.isEmpty()) {
            schema.usersOrganizationRoles.delete(tx, key);
        } else {
            schema.usersOrganizationRoles.upsert(tx, key, new UserOrganizationRole(userId, orgId, wanted));
        }
        deed.on("organization_roles", userId).from(rolesIn(orgId, held)).to(rolesIn(orgId, wanted));
        List<String> readers = readers(tx, owners, user);
        Map<String, @Nullable Object> change = changeOf("organization_oid", organization.oid(), user, wanted, caller);
        return () -> {
            live.announce(ON_ORGANIZATION, readers, change);
            return CompletableFuture.completedFuture(ids(wanted));
        };
    }

    /**
     * The roles of a user in an organization, the strongest first; none when it holds none. Errors:
     * {@code crossbar.error.no_such_object}, {@code fabric.not-authorized}.
     */
    @Procedure(
            value = "crossbarfabriccenter.user.get_roles_on_organization_for_user",
            does = "Returns the roles of a user in an organization.")
    @Allowed(Right.OWNS_ORGANIZATION_OR_IS_USER)
    public CompletableFuture<List<String>> getRolesOnOrganizationForUser(
            @Named("org_oid") UUID orgId, @Named("user_oid") UUID userId, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> {
            Standing standing = access.of(tx, caller);
            Optional<User> found = schema.users.get(tx, userId);
            standing.organization(Right.OWNS_ORGANIZATION_OR_IS_USER, schema.organizations.get(tx, orgId), found);
            List<Role> held = schema.usersOrganizationRoles
                    .get(tx, new Pair<>(userId, orgId))
                    .map(UserOrganizationRole::roles)
                    .orElse(List.of());
            named(standing, found, held, List.of());
            return ids(held);
        });
    }

    /**
     * Who is what in an organization: {@code [{user_oid, authid, roles}]}, by user oid; of one user, when it is given. Errors:
     * {@code crossbar.error.no_such_object}, {@code fabric.not-authorized}.
     */
    @Procedure(
            value = "crossbarfabriccenter.user.list_roles_on_organization_for_user",
            does = "Lists the users of an organization with their roles in it, all or one.")
    @Allowed(Right.OWNS_ORGANIZATION)
    public CompletableFuture<List<Map<String, @Nullable Object>>> listRolesOnOrganizationForUser(
            @Named("org_oid") UUID orgId, @Named("user_oid") @Nullable UUID userId, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> {
            access.of(tx, caller).organization(Right.OWNS_ORGANIZATION, schema.organizations.get(tx, orgId));
            Map<UUID, List<Role>> held = new LinkedHashMap<>();
            access.members(tx, orgId).forEach(member -> held.put(member.userOid(), member.roles()));
            return listed(tx, held, userId);
        });
    }

    // in management realms

    /**
     * Gives a user these roles in a management realm, and no others; none at all takes all away. Sessions that the user has
     * there in a role that it does not hold any more end with {@code wamp.close.auth-changed}.
     *
     * @param userRoles of {@code owner}, {@code admin}, {@code operator}, {@code developer}, {@code user}, {@code guest}
     * @return the roles that the user holds now, the strongest first. Errors: {@code crossbar.error.no_such_object},
     *     {@code fabric.not-authorized}, {@code wamp.error.invalid_argument}, {@code fabric.last-owner}
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.set_roles_on_mrealm_for_user",
            does = "Gives a user these roles in a management realm, and no others; ends sessions in other roles.")
    @Allowed(Right.OWNS_REALM)
    public CompletableFuture<List<String>> setRolesOnMrealmForUser(
            @Named("mrealm_id") UUID mrealmOid,
            @Named("user_id") UUID userOid,
            @Named("roles") List<String> userRoles,
            Invocation invocation) {
        Caller caller = Caller.of(invocation);
        List<Role> wanted = parsed("user_roles", userRoles);
        return work.write(
                invocation, (tx, deed) -> govern(tx, deed, caller, Right.OWNS_REALM, mrealmOid, userOid, wanted));
    }

    /**
     * Takes all roles in a management realm from a user.
     *
     * @return the roles that the user holds now: none. Errors: {@code crossbar.error.no_such_object},
     *     {@code fabric.not-authorized}, {@code fabric.last-owner}
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.remove_roles_on_mrealm_for_user",
            does = "Takes all roles in a management realm from a user, and ends its sessions there.")
    @Allowed(Right.OWNS_REALM_OR_IS_USER)
    public CompletableFuture<List<String>> removeRolesOnMrealmForUser(
            @Named("mrealm_id") UUID mrealmOid, @Named("user_id") UUID userOid, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.write(
                invocation,
                (tx, deed) -> govern(tx, deed, caller, Right.OWNS_REALM_OR_IS_USER, mrealmOid, userOid, List.of()));
    }

    private Supplier<CompletableFuture<List<String>>> govern(
            WriteTransaction tx,
            Deed deed,
            Caller caller,
            Right right,
            UUID mrealmOid,
            UUID userOid,
            List<Role> wanted) {
        Standing standing = access.of(tx, caller);
        Optional<User> found = schema.users.get(tx, userOid);
        ManagementRealm realm = standing.realm(right, schema.mrealms.get(tx, mrealmOid), found);
        Pair<UUID, UUID> key = new Pair<>(userOid, mrealmOid);
        List<Role> held =
                schema.usersMrealmRoles.get(tx, key).map(UserMrealmRole::roles).orElse(List.of());
        User user = named(standing, found, held, wanted);
        if (held.equals(wanted)) {
            return () -> CompletableFuture.completedFuture(ids(wanted));
        }
        List<UUID> owners = owners(tx, mrealmOid);
        demandAnotherOwner(owners, userOid, wanted);
        Optional<UserMrealmRole> now = wanted.isEmpty() ? Optional.empty() : Optional.of(new UserMrealmRole(wanted));
        now.ifPresentOrElse(
                roles -> schema.usersMrealmRoles.upsert(tx, key, roles), () -> schema.usersMrealmRoles.delete(tx, key));
        deed.on("mrealm_roles", userOid)
                .in(mrealmOid)
                .from(rolesIn(mrealmOid, held))
                .to(rolesIn(mrealmOid, wanted));
        Optional<ManagementRealm> handedOn = handOn(tx, standing, realm, owners(tx, mrealmOid));
        List<String> readers = readers(tx, owners, user);
        List<String> all = access.readers(tx, mrealmOid);
        return () -> {
            handedOn.ifPresent(after -> live.announce(
                    RealmProcedures.ON_MODIFIED,
                    all,
                    UserProcedures.about(after.oid(), WireForm.changes(realm, after))));
            return live.governed(realm, user, now).thenApply(killed -> {
                Map<String, @Nullable Object> change = changeOf("mrealm_oid", mrealmOid, user, wanted, caller);
                change.put("killed", killed);
                live.announce(ON_MREALM, readers, change);
                return ids(wanted);
            });
        };
    }

    /** The realm's row names somebody who owns it: the caller, or else any owner, when who it names does so no more. */
    private Optional<ManagementRealm> handOn(
            WriteTransaction tx, Standing standing, ManagementRealm realm, List<UUID> owners) {
        if (owners.isEmpty() || owners.contains(realm.owner())) {
            return Optional.empty();
        }
        UUID own = standing.user().oid();
        ManagementRealm after = realm.ownedBy(owners.contains(own) ? own : owners.get(0));
        schema.mrealms.update(tx, after.oid(), after);
        return Optional.of(after);
    }

    /**
     * The roles of a user in a management realm, the strongest first; none when it holds none. Errors:
     * {@code crossbar.error.no_such_object}, {@code fabric.not-authorized}.
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.get_roles_on_mrealm_for_user",
            does = "Returns the roles of a user in a management realm.")
    @Allowed(Right.OWNS_REALM_OR_IS_USER)
    public CompletableFuture<List<String>> getRolesOnMrealmForUser(
            @Named("mrealm_id") UUID mrealmOid, @Named("user_id") UUID userOid, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> {
            Standing standing = access.of(tx, caller);
            Optional<User> found = schema.users.get(tx, userOid);
            standing.realm(Right.OWNS_REALM_OR_IS_USER, schema.mrealms.get(tx, mrealmOid), found);
            List<Role> held = schema.usersMrealmRoles
                    .get(tx, new Pair<>(userOid, mrealmOid))
                    .map(UserMrealmRole::roles)
                    .orElse(List.of());
            named(standing, found, held, List.of());
            return ids(held);
        });
    }

    /**
     * Who is what in a management realm: {@code [{user_oid, authid, roles}]}, by user oid; of one user, when it is given.
     * Errors: {@code crossbar.error.no_such_object}, {@code fabric.not-authorized}.
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.list_roles_on_mrealm_for_user",
            does = "Lists the users of a management realm with their roles in it, all or one.")
    @Allowed(Right.OWNS_REALM)
    public CompletableFuture<List<Map<String, @Nullable Object>>> listRolesOnMrealmForUser(
            @Named("mrealm_id") UUID mrealmOid, @Named("user_id") @Nullable UUID userOid, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> {
            access.of(tx, caller).realm(Right.OWNS_REALM, schema.mrealms.get(tx, mrealmOid));
            Map<UUID, List<Role>> held = new LinkedHashMap<>();
            access.rolesIn(tx, mrealmOid)
                    .forEach(row -> held.put(row.key().first(), row.row().roles()));
            return listed(tx, held, userOid);
        });
    }

    private List<UUID> owners(ReadTransaction tx, UUID mrealmOid) {
        return access.rolesIn(tx, mrealmOid)
                .filter(held -> held.row().includes(Role.OWNER))
                .map(Row::key)
                .map(Pair::first)
                .toList();
    }

    // what both have in common

    /** What the record has of roles, in the place that has this oid. */
    private static Map<String, @Nullable Object> rolesIn(UUID place, List<Role> roles) {
        return Map.of(place.toString(), ids(roles));
    }

    /**
     * The user that a call is about. Who is given a role may be anybody whose oid the caller knows; else it is somebody whom
     * the caller sees, or who holds a role already.
     */
    private static User named(Standing standing, Optional<User> found, List<Role> held, List<Role> wanted) {
        return found.filter(user -> !wanted.isEmpty() || !held.isEmpty() || standing.may(Right.SEES_USER, user))
                .orElseThrow(() -> Standing.none("user"));
    }

    private static void demandAnotherOwner(List<UUID> owners, UUID user, List<Role> wanted) {
        if (owners.equals(List.of(user)) && !wanted.contains(Role.OWNER)) {
            throw new ApplicationError(
                    FabricErrors.LAST_OWNER, "expected another owner beside this user, but found none");
        }
    }

    /** Roles by their names; each once, the strongest first. */
    private static List<Role> parsed(String argument, List<String> names) {
        List<Role> roles = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String place = argument + "[" + i + "]";
            roles.add(Role.of(names.get(i))
                    .orElseThrow(() -> new ApplicationError(
                            Uris.INVALID_ARGUMENT,
                            "argument '" + place + "': expected owner, admin, operator, developer, user or guest, "
                                    + "but found another text")));
        }
        return Role.ordered(roles);
    }

    private static List<String> ids(List<Role> roles) {
        return roles.stream().map(Role::id).toList();
    }

    /** The authids of those who may know who holds what: the owners from before, and the user itself. */
    private List<String> readers(ReadTransaction tx, List<UUID> owners, User user) {
        TreeSet<String> authids = new TreeSet<>(List.of(User.SUPERUSER, user.authid()));
        owners.stream()
                .flatMap(oid -> schema.users.get(tx, oid).stream())
                .forEach(owner -> authids.add(owner.authid()));
        return List.copyOf(authids);
    }

    private static Map<String, @Nullable Object> changeOf(
            String thing, UUID oid, User user, List<Role> roles, Caller caller) {
        Map<String, @Nullable Object> change = new LinkedHashMap<>();
        change.put(thing, oid.toString());
        change.put("user_oid", user.oid().toString());
        change.put("roles", ids(roles));
        change.put("caller", caller.authid());
        return change;
    }

    private List<Map<String, @Nullable Object>> listed(
            ReadTransaction tx, Map<UUID, List<Role>> held, @Nullable UUID only) {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        held.forEach((oid, roles) -> {
            if (only == null || only.equals(oid)) {
                Map<String, @Nullable Object> row = new LinkedHashMap<>();
                row.put("user_oid", oid.toString());
                row.put("authid", schema.users.get(tx, oid).map(User::authid).orElse(null));
                row.put("roles", ids(roles));
                rows.add(row);
            }
        });
        return rows;
    }
}
