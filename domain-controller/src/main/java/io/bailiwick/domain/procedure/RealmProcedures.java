package io.bailiwick.domain.procedure;

import io.bailiwick.domain.procedure.Fields.UserText;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserMrealmRole;
import io.bailiwick.router.audit.Deed;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Named;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.client.Topic;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.fault.FailPoint;
import io.bailiwick.router.store.Form;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Table.Row;
import io.bailiwick.router.store.WriteTransaction;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Management realms: create, list, look, modify, delete. Anybody who is a user may create one, and owns it then.
 */
public final class RealmProcedures {
    @Topic(carries = "[{oid, what is different now}]", when = "a management realm was modified")
    static final String ON_MODIFIED = "crossbarfabriccenter.mrealm.on_mrealm_modified";

    @Topic(carries = "[ManagementRealm]", when = "a management realm was created; its controller is being started")
    private static final String ON_CREATED = "crossbarfabriccenter.mrealm.on_mrealm_created";
    /** What Crossbar.io FX publishes. */
    @Topic(
            carries = "[{oid, name, created, deleted, owner, caller, unpaired}]",
            when = "a management realm was deleted")
    private static final String ON_DELETED = "crossbarfabriccenter.mrealm.on_realm_deleted";
    /** What Crossbar.io FX documents. */
    @Topic(
            carries = "[{oid, name, created, deleted, owner, caller, unpaired}]",
            when = "a management realm was deleted: the name that Crossbar.io FX documents")
    private static final String ON_DELETED_AS_DOCUMENTED = "crossbarfabriccenter.mrealm.on_mrealm_deleted";

    /** What Crossbar.io FX documents elsewhere. */
    @Topic(
            carries = "[{oid, name, created, deleted, owner, caller, unpaired}]",
            when = "a management realm was deleted: the other name that Crossbar.io FX documents")
    private static final String ON_DELETED_AS_ALSO_DOCUMENTED = "crossbarfabriccenter.mrealm.on_mrealm_delete";

    /** The most dependent objects that an error names: it is one message. */
    static final int MAX_NAMED = 1000;

    private static final String REASON_FOR_USERS = "its controller is in trouble; the superuser can see why";
    private static final String LAST_REASON_FOR_USERS = "its controller has failed; the superuser can see why";

    private final Work work;
    private final GlobalSchema schema;
    private final Access access;
    private final LiveDomain live;
    private final Clock clock;
    private final IntSupplier maxRealms;
    private final IntSupplier maxOwned;

    /**
     * Procedures on a store and the domain that runs by it.
     *
     * @param maxRealms how many realms there may be, all of them of one user: each is a process
     */
    public RealmProcedures(Work work, LiveDomain live, Clock clock, int maxRealms) {
        this(work, live, clock, () -> maxRealms, () -> maxRealms);
    }

    /**
     * As {@link #RealmProcedures(Work, LiveDomain, Clock, int)}, with limits that may change.
     *
     * @param maxOwned who owns so many realms creates no more, unless it is the superuser
     */
    public RealmProcedures(Work work, LiveDomain live, Clock clock, IntSupplier maxRealms, IntSupplier maxOwned) {
        this.work = work;
        this.schema = work.schema();
        this.access = new Access(schema);
        this.live = live;
        this.clock = clock;
        this.maxRealms = maxRealms;
        this.maxOwned = maxOwned;
    }

    /**
     * Creates a management realm and completes when its controller is ready.
     *
     * @param mrealm {@code {name, label?, description?, tags?}}
     * @return the ManagementRealm. Errors: {@code wamp.error.invalid_argument}, {@code fabric.invalid-realm}, {@code crossbar.error.already_exists},
     *     {@code fabric.too-many-realms} (in the domain, or of the caller), {@code crossbar.error.no_such_object} (the caller has no user row),
     *     {@code fabric.realm-start-timeout} (the realm exists and is still being started),
     *     {@code fabric.realm-start-failed} (the realm exists, its controller does not run)
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.create_mrealm",
            does = "Creates a management realm, owned by the caller, and starts its controller.")
    @Allowed(Right.EVERYBODY)
    public CompletableFuture<Map<String, @Nullable Object>> createMrealm(
            Map<String, @Nullable Object> mrealm, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        Fields fields = new Fields("mrealm", mrealm);
        String given = fields.text("name", Integer.MAX_VALUE, null);
        if (given == null) {
            throw fields.wrong("name", "a string", "none");
        }
        String name = RealmNames.checked(given);
        UserText text = UserText.of(fields);
        fields.nothingElse();
        return work.write(invocation, (tx, deed) -> {
            ManagementRealm realm = insert(tx, caller, name, text);
            deed.on("mrealm", realm.oid()).in(realm.oid()).to(realm);
            List<String> readers = access.readers(tx, realm.oid());
            Map<String, @Nullable Object> wire = WireForm.of(realm);
            return () -> {
                FailPoint.hit("create.committed");
                live.announce(ON_CREATED, readers, wire);
                return live.open(realm).thenApply(ready -> {
                    FailPoint.hit("create.ready");
                    return wire;
                });
            };
        });
    }

    private ManagementRealm insert(WriteTransaction tx, Caller caller, String name, UserText wanted) {
        User owner = access.of(tx, caller).user();
        if (schema.idxMrealmsByName.key(tx, name).isPresent()) {
            throw new ApplicationError(FabricErrors.ALREADY_EXISTS, "a management realm of this name exists already");
        }
        int most = maxRealms.getAsInt();
        if (schema.mrealms.count(tx) >= most) {
            throw new ApplicationError(
                    FabricErrors.TOO_MANY_REALMS,
                    "this domain holds " + schema.mrealms.count(tx) + " realms and may hold no more than " + most);
        }
        if (!caller.isSuperuser()) {
            demandRoom(tx, owner);
        }
        ManagementRealm realm = new ManagementRealm(
                UUID.randomUUID(),
                wanted.label(),
                wanted.description(),
                wanted.tags(),
                name,
                WireForm.micros(clock.instant()),
                owner.oid(),
                null,
                null);
        schema.mrealms.insert(tx, realm.oid(), realm);
        schema.usersMrealmRoles.insert(tx, new Pair<>(owner.oid(), realm.oid()), UserMrealmRole.ofCreator());
        return realm;
    }

    /** One user is not to take all the room that there is for realms. */
    private void demandRoom(ReadTransaction tx, User owner) {
        int most = maxOwned.getAsInt();
        long owned = schema.usersMrealmRoles
                .startingWith(tx, Form.uuid(), owner.oid())
                .filter(held -> held.row().includes(Role.OWNER))
                .count();
        if (owned >= most) {
            throw new ApplicationError(
                    FabricErrors.TOO_MANY_REALMS,
                    "expected a user who owns less than " + most + " management realms, but found one who owns "
                            + owned);
        }
    }

    /** The oids of the realms that the caller may see; their names, sorted, when {@code returnNames}. Errors: none of its own */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.list_mrealms",
            does = "Lists the management realms that the caller may see.")
    @Allowed(Right.EVERYBODY)
    public CompletableFuture<List<String>> listMrealms(@Nullable Boolean returnNames, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        boolean names = Boolean.TRUE.equals(returnNames);
        return work.read(tx -> {
            Standing standing = access.of(tx, caller);
            Stream<ManagementRealm> visible =
                    schema.mrealms.all(tx).map(Row::row).filter(realm -> standing.may(Right.SEES_REALM, realm));
            return names
                    ? visible.map(ManagementRealm::name).sorted().toList()
                    : visible.map(realm -> realm.oid().toString()).toList();
        });
    }

    /** The ManagementRealm of an oid, and its {@code controller}. Error: {@code crossbar.error.no_such_object}. */
    @Procedure(value = "crossbarfabriccenter.mrealm.get_mrealm", does = "Returns a management realm, by oid.")
    @Allowed(Right.SEES_REALM)
    public CompletableFuture<Map<String, @Nullable Object>> getMrealm(
            @Named("mrealm_id") UUID mrealmOid, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> shown(caller, seen(tx, caller, schema.mrealms.get(tx, mrealmOid))));
    }

    /** The ManagementRealm of a name, and its {@code controller}. Error: {@code crossbar.error.no_such_object}. */
    @Procedure(value = "crossbarfabriccenter.mrealm.get_mrealm_by_name", does = "Returns a management realm, by name.")
    @Allowed(Right.SEES_REALM)
    public CompletableFuture<Map<String, @Nullable Object>> getMrealmByName(String mrealmName, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> shown(caller, seen(tx, caller, schema.idxMrealmsByName.get(tx, mrealmName))));
    }

    /**
     * Changes what a management realm is called by its users. A key that is absent leaves its attribute as it is, null empties
     * it. The name never changes: it is what nodes and users join, and what stands in their configurations.
     *
     * @param mrealmDiff of {@code label}, {@code description}, {@code tags}
     * @return the attributes that are different now, with their values. Errors: {@code crossbar.error.no_such_object},
     *     {@code fabric.not-authorized}, {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.modify_mrealm",
            does = "Changes label, description or tags of a management realm; returns what is different now.")
    @Allowed(Right.RUNS_REALM)
    public CompletableFuture<Map<String, @Nullable Object>> modifyMrealm(
            @Named("mrealm_id") UUID mrealmOid,
            @Named({"mrealm_delta", "mrealm"}) Map<String, @Nullable Object> mrealmDiff,
            Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.write(invocation, (tx, deed) -> {
            ManagementRealm before = access.of(tx, caller).realm(Right.RUNS_REALM, schema.mrealms.get(tx, mrealmOid));
            ManagementRealm after = changed(before, new Fields("mrealm_diff", mrealmDiff));
            Map<String, @Nullable Object> changes = WireForm.changes(before, after);
            if (changes.isEmpty()) {
                return () -> CompletableFuture.completedFuture(changes);
            }
            schema.mrealms.update(tx, after.oid(), after);
            deed.on("mrealm", after.oid()).in(after.oid()).from(before).to(after);
            List<String> readers = access.readers(tx, after.oid());
            return () -> {
                live.announce(ON_MODIFIED, readers, UserProcedures.about(after.oid(), changes));
                return CompletableFuture.completedFuture(changes);
            };
        });
    }

    private static ManagementRealm changed(ManagementRealm before, Fields fields) {
        UserText text = UserText.of(before, fields);
        fields.unchanged("oid", before.oid().toString(), "it never changes")
                .unchanged("name", before.name(), "nodes and users join by it")
                .unchanged("created", before.created(), "it never changes")
                .unchanged("owner", before.owner().toString(), "roles say who owns a realm")
                .ignore("cf_router_worker")
                .ignore("cf_container_worker")
                .ignore("controller")
                .nothingElse();
        return before.described(text.label(), text.description(), text.tags());
    }

    /**
     * Deletes a management realm: its row, all roles in it, its store; its controller and all sessions are ended first. What it used
     * until then is metered before.
     * Completes when that is done.
     *
     * @param cascade whether its nodes are unpaired; else a realm with nodes is not deleted
     * @return {@code {oid, name, created, deleted, owner, caller, unpaired: [node oid]}}, times as ISO text. Errors:
     *     {@code crossbar.error.no_such_object}, {@code fabric.not-authorized}, {@code crossbar.error.dependent_objects}
     *     with the oids of up to 1000 nodes as keyword {@code nodes}
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.delete_mrealm",
            does = "Deletes a management realm, by oid, with everything in it.")
    @Allowed(Right.OWNS_REALM)
    public CompletableFuture<Map<String, @Nullable Object>> deleteMrealm(
            @Named("mrealm_id") UUID mrealmOid, @Nullable Boolean cascade, Invocation invocation) {
        return delete(invocation, tx -> schema.mrealms.get(tx, mrealmOid), Boolean.TRUE.equals(cascade));
    }

    /**
     * As {@link #deleteMrealm}, by name.
     *
     * @return as of {@code delete_mrealm}. Errors: {@code crossbar.error.no_such_object}, {@code fabric.not-authorized},
     *     {@code crossbar.error.dependent_objects} with the oids of up to 1000 nodes as keyword {@code nodes}
     */
    @Procedure(
            value = "crossbarfabriccenter.mrealm.delete_mrealm_by_name",
            does = "Deletes a management realm, by name, with everything in it.")
    @Allowed(Right.OWNS_REALM)
    public CompletableFuture<Map<String, @Nullable Object>> deleteMrealmByName(
            String mrealmName, @Nullable Boolean cascade, Invocation invocation) {
        return delete(invocation, tx -> schema.idxMrealmsByName.get(tx, mrealmName), Boolean.TRUE.equals(cascade));
    }

    /**
     * What it used is metered while its row is there: if the domain ends meanwhile, there still is a realm to be deleted, with all
     * that it needs for that.
     */
    private CompletableFuture<Map<String, @Nullable Object>> delete(
            Invocation invocation, Function<ReadTransaction, Optional<ManagementRealm>> lookup, boolean cascade) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> deletable(tx, caller, lookup.apply(tx), cascade))
                .thenCompose(realm -> realm.map(live::settle).orElseGet(() -> CompletableFuture.completedFuture(null)))
                .thenCompose(settled ->
                        work.write(invocation, (tx, deed) -> delete(tx, deed, caller, lookup.apply(tx), cascade)));
    }

    /** The realm, if it would be deleted; why it would not, the write says, and records it. */
    private Optional<ManagementRealm> deletable(
            ReadTransaction tx, Caller caller, Optional<ManagementRealm> found, boolean cascade) {
        return found.filter(
                realm -> access.of(tx, caller).may(Right.OWNS_REALM, realm) && (cascade || isEmpty(tx, realm)));
    }

    private boolean isEmpty(ReadTransaction tx, ManagementRealm realm) {
        try (Stream<Node> nodes = Access.nodesOf(schema, tx, realm.oid())) {
            return nodes.findAny().isEmpty();
        }
    }

    private Supplier<CompletableFuture<Map<String, @Nullable Object>>> delete(
            WriteTransaction tx, Deed deed, Caller caller, Optional<ManagementRealm> found, boolean cascade) {
        ManagementRealm realm = access.of(tx, caller).realm(Right.OWNS_REALM, found);
        FailPoint.hit("delete.settled");
        List<Node> nodes = Access.nodesOf(schema, tx, realm.oid()).toList();
        if (!nodes.isEmpty() && !cascade) {
            throw dependent(nodes);
        }
        List<String> readers = access.readers(tx, realm.oid());
        nodes.forEach(node -> schema.nodes.update(tx, node.oid(), node.unpaired()));
        List<Pair<UUID, UUID>> roles =
                access.rolesIn(tx, realm.oid()).map(Row::key).toList();
        roles.forEach(key -> schema.usersMrealmRoles.delete(tx, key));
        schema.mrealms.delete(tx, realm.oid());
        deed.on("mrealm", realm.oid()).in(realm.oid()).from(gone(realm, nodes));
        return () -> {
            FailPoint.hit("delete.committed");
            CompletableFuture<?>[] unpaired =
                    nodes.stream().map(node -> unpair(realm, node, readers)).toArray(CompletableFuture<?>[]::new);
            CompletableFuture<Void> closing = live.close(realm);
            return CompletableFuture.allOf(unpaired)
                    .thenCompose(told -> closing)
                    .thenApply(closed -> {
                        FailPoint.hit("delete.closed");
                        Map<String, @Nullable Object> deleted = deletedForm(realm, caller, nodes);
                        live.announce(ON_DELETED, readers, deleted);
                        live.announce(ON_DELETED_AS_DOCUMENTED, readers, deleted);
                        live.announce(ON_DELETED_AS_ALSO_DOCUMENTED, readers, deleted);
                        return deleted;
                    });
        };
    }

    /** What the record has of a realm that is deleted. */
    private static Map<String, @Nullable Object> gone(ManagementRealm realm, List<Node> nodes) {
        Map<String, @Nullable Object> gone = WireForm.of(realm);
        gone.put("unpaired", nodes.stream().map(Node::oid).toList());
        return gone;
    }

    /**
     * How it stands with a controller, for all but the superuser: why it is in trouble, or failed last, may quote its log, and
     * name files of this machine.
     *
     * @param controller as {@link LiveDomain#controller} has it; stays as it is
     */
    public static Map<String, @Nullable Object> withoutReasons(Map<String, @Nullable Object> controller) {
        Map<String, @Nullable Object> users = new LinkedHashMap<>(controller);
        users.computeIfPresent("reason", (key, reason) -> REASON_FOR_USERS);
        users.computeIfPresent("last_reason", (key, reason) -> LAST_REASON_FOR_USERS);
        return users;
    }

    /** A row with how it stands with its controller: a realm that cannot start is seen here. */
    private Map<String, @Nullable Object> shown(Caller caller, ManagementRealm realm) {
        Map<String, @Nullable Object> shown = WireForm.of(realm);
        Map<String, @Nullable Object> controller = live.controller(realm.oid());
        shown.put("controller", caller.isSuperuser() ? controller : withoutReasons(controller));
        return shown;
    }

    /** Ends the sessions of a node and announces which; that some could not be ended does not keep the realm from its end. */
    private CompletableFuture<Void> unpair(ManagementRealm realm, Node node, List<String> readers) {
        return live.unpaired(realm, node)
                .exceptionally(failure -> List.of())
                .thenAccept(ended ->
                        live.announce(NodeProcedures.ON_UNPAIRED, readers, NodeProcedures.unpairedForm(node, ended)));
    }

    private Map<String, @Nullable Object> deletedForm(ManagementRealm realm, Caller caller, List<Node> nodes) {
        Map<String, @Nullable Object> deleted = new LinkedHashMap<>();
        deleted.put("oid", realm.oid().toString());
        deleted.put("name", realm.name());
        deleted.put("created", WireForm.timeOfMicros(realm.created()));
        deleted.put("deleted", WireForm.time(clock.instant()));
        deleted.put("owner", realm.owner().toString());
        deleted.put("caller", caller.authid());
        deleted.put(
                "unpaired", nodes.stream().map(node -> node.oid().toString()).toList());
        return deleted;
    }

    private static ApplicationError dependent(List<Node> nodes) {
        String text = "expected a management realm without nodes, or cascade, but found " + nodes.size() + " paired";
        List<String> oids = nodes.stream()
                .limit(MAX_NAMED)
                .map(node -> node.oid().toString())
                .toList();
        return new ApplicationError(
                FabricErrors.DEPENDENT_OBJECTS, new Arguments(List.of(text), Map.of("nodes", oids)));
    }

    private ManagementRealm seen(ReadTransaction tx, Caller caller, Optional<ManagementRealm> realm) {
        return access.of(tx, caller).realm(Right.SEES_REALM, realm);
    }
}
