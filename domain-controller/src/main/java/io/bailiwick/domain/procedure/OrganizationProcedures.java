package io.bailiwick.domain.procedure;

import io.bailiwick.domain.procedure.Fields.UserText;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.Organization;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserOrganizationRole;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Named;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.client.Topic;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.store.Form;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Table.Row;
import io.bailiwick.router.store.WriteTransaction;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Organizations: create, list, look, modify, delete. Any user may create one, and owns it then; those who belong to one see
 * each other. Names are unique in the domain.
 */
public final class OrganizationProcedures {
    @Topic(carries = "[Organization]", when = "an organization was created")
    private static final String ON_CREATED = "crossbarfabriccenter.user.on_organization_created";

    @Topic(carries = "[{oid, what is different now}]", when = "an organization was modified")
    private static final String ON_MODIFIED = "crossbarfabriccenter.user.on_organization_modified";

    @Topic(carries = "[Organization]", when = "an organization was deleted")
    private static final String ON_DELETED = "crossbarfabriccenter.user.on_organization_deleted";

    private static final int MAX_NAME = 128;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9_@. -]*[A-Za-z0-9_@.-])?");
    /** Of one user: a name that is taken is taken for all. */
    private static final int MAX_OWNED = 100;

    private final Work work;
    private final GlobalSchema schema;
    private final Access access;
    private final LiveDomain live;
    private final Clock clock;

    /** Procedures on a store and the domain that runs by it. */
    public OrganizationProcedures(Work work, LiveDomain live, Clock clock) {
        this.work = work;
        this.schema = work.schema();
        this.access = new Access(schema);
        this.live = live;
        this.clock = clock;
    }

    /**
     * The oids of the organizations that the caller sees; their names, sorted, when {@code returnNames}. Errors: none of its own
     */
    @Procedure(
            value = "crossbarfabriccenter.user.list_organizations",
            does = "Lists the organizations that the caller may see.")
    @Allowed(Right.EVERYBODY)
    public CompletableFuture<List<String>> listOrganizations(@Nullable Boolean returnNames, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        boolean names = Boolean.TRUE.equals(returnNames);
        return work.read(tx -> {
            Stream<Organization> seen = seen(tx, access.of(tx, caller));
            return names
                    ? seen.map(Organization::name).sorted().toList()
                    : seen.map(organization -> organization.oid().toString()).toList();
        });
    }

    private Stream<Organization> seen(ReadTransaction tx, Standing standing) {
        return standing.isSuperuser()
                ? schema.organizations.all(tx).map(Row::row)
                : schema.usersOrganizationRoles
                        .startingWith(tx, Form.uuid(), standing.user().oid())
                        .flatMap(held -> schema.organizations.get(tx, held.row().organizationOid()).stream());
    }

    /** The Organization of an oid. Error: {@code crossbar.error.no_such_object}. */
    @Procedure(value = "crossbarfabriccenter.user.get_organization", does = "Returns an organization, by oid.")
    @Allowed(Right.SEES_ORGANIZATION)
    public CompletableFuture<Map<String, @Nullable Object>> getOrganization(
            @Named("org_id") UUID orgOid, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> WireForm.of(
                access.of(tx, caller).organization(Right.SEES_ORGANIZATION, schema.organizations.get(tx, orgOid))));
    }

    /**
     * Creates an organization, owned by the caller.
     *
     * @param organization {@code {name, otype?, label?, description?, tags?}}; {@code registered} may be there and is not
     *     believed: it is set here
     * @return the Organization. Errors: {@code wamp.error.invalid_argument}, {@code crossbar.error.already_exists},
     *     {@code fabric.too-many-organizations}, {@code crossbar.error.no_such_object} (the caller has no user row)
     */
    @Procedure(
            value = "crossbarfabriccenter.user.create_organization",
            does = "Creates an organization, owned by the caller.")
    @Allowed(Right.EVERYBODY)
    public CompletableFuture<Map<String, @Nullable Object>> createOrganization(
            Map<String, @Nullable Object> organization, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        Fields fields = new Fields("organization", organization);
        String name = name(fields, null);
        Organization.Type type = type(fields, Organization.Type.NONE);
        UserText text = UserText.of(fields);
        fields.ignore("registered").nothingElse();
        return work.write(invocation, (tx, deed) -> {
            User owner = access.of(tx, caller).user();
            demandFree(tx, name);
            demandRoom(tx, caller, owner);
            Organization created = new Organization(
                    UUID.randomUUID(),
                    text.label(),
                    text.description(),
                    text.tags(),
                    name,
                    type,
                    WireForm.micros(clock.instant()));
            schema.organizations.insert(tx, created.oid(), created);
            schema.usersOrganizationRoles.insert(
                    tx,
                    new Pair<>(owner.oid(), created.oid()),
                    new UserOrganizationRole(
                            owner.oid(), created.oid(), List.of(Role.OWNER, Role.ADMIN, Role.USER, Role.GUEST)));
            deed.on("organization", created.oid()).to(created);
            List<String> readers = access.readers(tx, created);
            Map<String, @Nullable Object> wire = WireForm.of(created);
            return () -> {
                live.announce(ON_CREATED, readers, wire);
                return CompletableFuture.completedFuture(wire);
            };
        });
    }

    private static String name(Fields fields, @Nullable String now) {
        String name = fields.text("name", MAX_NAME, now);
        if (name == null) {
            throw fields.wrong("name", "a string", "none");
        }
        if (!NAME.matcher(name).matches()) {
            throw fields.wrong(
                    "name",
                    "letters, digits, _, -, @, dots and spaces, a letter or digit first and no space last",
                    "something else");
        }
        return name;
    }

    private static Organization.Type type(Fields fields, Organization.Type now) {
        return Organization.Type.of(fields.integer("otype", now.code()))
                .orElseThrow(() -> fields.wrong("otype", "0, 1, 2 or 3", "another integer"));
    }

    private void demandFree(ReadTransaction tx, String name) {
        if (schema.idxOrganizationsByName.key(tx, name).isPresent()) {
            throw new ApplicationError(FabricErrors.ALREADY_EXISTS, "an organization of this name exists already");
        }
    }

    private void demandRoom(ReadTransaction tx, Caller caller, User owner) {
        long owned = schema.usersOrganizationRoles
                .startingWith(tx, Form.uuid(), owner.oid())
                .filter(held -> held.row().includes(Role.OWNER))
                .count();
        if (!caller.isSuperuser() && owned >= MAX_OWNED) {
            throw new ApplicationError(
                    FabricErrors.TOO_MANY_ORGANIZATIONS,
                    "expected a user who owns less than " + MAX_OWNED + " organizations, but found one who owns "
                            + owned);
        }
    }

    /**
     * Changes what an organization is called. A key that is absent leaves its attribute as it is, null empties it.
     *
     * @param orgDelta of {@code name}, {@code otype}, {@code label}, {@code description}, {@code tags}
     * @return the attributes that are different now, with their values. Errors: {@code crossbar.error.no_such_object},
     *     {@code fabric.not-authorized}, {@code wamp.error.invalid_argument}, {@code crossbar.error.already_exists}
     */
    @Procedure(
            value = "crossbarfabriccenter.user.modify_organization",
            does = "Changes name, type, label, description or tags of an organization; returns what is different now.")
    @Allowed(Right.RUNS_ORGANIZATION)
    public CompletableFuture<Map<String, @Nullable Object>> modifyOrganization(
            @Named("org_id") UUID orgOid,
            @Named("organization") Map<String, @Nullable Object> orgDelta,
            Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.write(invocation, (tx, deed) -> {
            Organization before =
                    access.of(tx, caller).organization(Right.RUNS_ORGANIZATION, schema.organizations.get(tx, orgOid));
            Organization after = changed(before, new Fields("org_delta", orgDelta));
            if (!after.name().equals(before.name())) {
                demandFree(tx, after.name());
            }
            Map<String, @Nullable Object> changes = WireForm.changes(before, after);
            if (changes.isEmpty()) {
                return () -> CompletableFuture.completedFuture(changes);
            }
            schema.organizations.update(tx, after.oid(), after);
            deed.on("organization", after.oid()).from(before).to(after);
            List<String> readers = access.readers(tx, after);
            return () -> {
                live.announce(ON_MODIFIED, readers, UserProcedures.about(after.oid(), changes));
                return CompletableFuture.completedFuture(changes);
            };
        });
    }

    private static Organization changed(Organization before, Fields fields) {
        String name = name(fields, before.name());
        Organization.Type type = type(fields, before.otype());
        UserText text = UserText.of(before, fields);
        fields.unchanged("oid", before.oid().toString(), "it never changes")
                .unchanged("registered", before.registered(), "it never changes")
                .nothingElse();
        return new Organization(
                before.oid(), text.label(), text.description(), text.tags(), name, type, before.registered());
    }

    /**
     * Deletes an organization, and with {@code cascade} all that others are in it.
     *
     * @return the Organization as it was. Errors: {@code crossbar.error.no_such_object}, {@code fabric.not-authorized},
     *     {@code crossbar.error.dependent_objects} with the oids of up to 1000 others as keyword {@code users}
     */
    @Procedure(
            value = "crossbarfabriccenter.user.delete_organization",
            does = "Deletes an organization; with others in it only when told to cascade.")
    @Allowed(Right.OWNS_ORGANIZATION)
    public CompletableFuture<Map<String, @Nullable Object>> deleteOrganization(
            @Named("org_id") UUID orgOid, @Nullable Boolean cascade, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.write(invocation, (tx, deed) -> {
            Standing standing = access.of(tx, caller);
            Organization organization =
                    standing.organization(Right.OWNS_ORGANIZATION, schema.organizations.get(tx, orgOid));
            List<UUID> members = access.members(tx, orgOid)
                    .map(UserOrganizationRole::userOid)
                    .toList();
            if (!Boolean.TRUE.equals(cascade)) {
                demandAlone(standing.user(), members);
            }
            List<String> readers = access.readers(tx, organization);
            remove(tx, organization, members);
            deed.on("organization", organization.oid()).from(gone(organization, members));
            Map<String, @Nullable Object> wire = WireForm.of(organization);
            return () -> {
                live.announce(ON_DELETED, readers, wire);
                return CompletableFuture.completedFuture(wire);
            };
        });
    }

    private static void demandAlone(User caller, List<UUID> members) {
        List<UUID> others =
                members.stream().filter(member -> !member.equals(caller.oid())).toList();
        if (!others.isEmpty()) {
            String text = "expected an organization with nobody else in it, or cascade, but found " + others.size();
            List<String> oids = others.stream()
                    .limit(RealmProcedures.MAX_NAMED)
                    .map(UUID::toString)
                    .toList();
            throw new ApplicationError(
                    FabricErrors.DEPENDENT_OBJECTS, new Arguments(List.of(text), Map.of("users", oids)));
        }
    }

    /** What the record has of an organization that is deleted. */
    private static Map<String, @Nullable Object> gone(Organization organization, List<UUID> members) {
        Map<String, @Nullable Object> gone = WireForm.of(organization);
        gone.put("users", members);
        return gone;
    }

    private void remove(WriteTransaction tx, Organization organization, List<UUID> members) {
        members.forEach(member -> schema.usersOrganizationRoles.delete(tx, new Pair<>(member, organization.oid())));
        schema.organizations.delete(tx, organization.oid());
    }
}
