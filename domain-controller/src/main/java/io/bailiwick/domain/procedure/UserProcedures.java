package io.bailiwick.domain.procedure;

import io.bailiwick.domain.activation.UserKeys;
import io.bailiwick.domain.procedure.Fields.UserText;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserOrganizationRole;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Named;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.client.Topic;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.store.Form;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Table.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Users: list, look, modify. A user sees itself, the users of realms that it runs, and those with whom it belongs to an
 * organization; there is no way to find out who else is there.
 */
public final class UserProcedures {
    @Topic(carries = "[{oid, what is different now}]", when = "a user was modified")
    private static final String ON_MODIFIED = "crossbarfabriccenter.user.on_user_modified";

    private final Work work;
    private final GlobalSchema schema;
    private final Access access;
    private final LiveDomain live;
    private final UserKeys keys;

    /** Procedures on a store and the domain that runs by it. */
    public UserProcedures(Work work, LiveDomain live, UserKeys keys) {
        this.work = work;
        this.schema = work.schema();
        this.access = new Access(schema);
        this.live = live;
        this.keys = keys;
    }

    /** The oids of the users that the caller sees, itself included. Errors: none of its own */
    @Procedure(value = "crossbarfabriccenter.user.list_users", does = "Lists the users that the caller may see.")
    @Allowed(Right.EVERYBODY)
    public CompletableFuture<List<String>> listUsers(Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.read(
                tx -> access.of(tx, caller).users().stream().map(UUID::toString).toList());
    }

    /** The User of an oid. Error: {@code crossbar.error.no_such_object}. */
    @Procedure(value = "crossbarfabriccenter.user.get_user", does = "Returns a user, by oid.")
    @Allowed(Right.SEES_USER)
    public CompletableFuture<Map<String, @Nullable Object>> getUser(
            @Named("user_oid") UUID userId, Invocation invocation) {
        return seen(invocation, tx -> schema.users.get(tx, userId));
    }

    /**
     * The User of any of its public keys that is not revoked. Errors: {@code crossbar.error.no_such_object},
     * {@code wamp.error.invalid_argument}.
     */
    @Procedure(value = "crossbarfabriccenter.user.get_user_by_pubkey", does = "Returns a user, by public key.")
    @Allowed(Right.SEES_USER)
    public CompletableFuture<Map<String, @Nullable Object>> getUserByPubkey(String pubkey, Invocation invocation) {
        PublicKey key = KeyProcedures.key(pubkey);
        return seen(invocation, tx -> keys.owner(tx, key));
    }

    /** The User of a mail address. Error: {@code crossbar.error.no_such_object}. */
    @Procedure(value = "crossbarfabriccenter.user.get_user_by_email", does = "Returns a user, by mail address.")
    @Allowed(Right.SEES_USER)
    public CompletableFuture<Map<String, @Nullable Object>> getUserByEmail(String email, Invocation invocation) {
        return seen(invocation, tx -> schema.idxUsersByEmail.get(tx, email));
    }

    private CompletableFuture<Map<String, @Nullable Object>> seen(
            Invocation invocation, Function<ReadTransaction, Optional<User>> lookup) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> WireForm.of(access.of(tx, caller).user(Right.SEES_USER, lookup.apply(tx))));
    }

    /**
     * Changes what a user says of itself. A key that is absent leaves its attribute as it is, null empties it. The mail
     * address and the key are what a user logs in with: they do not change here.
     *
     * @param userDelta of {@code label}, {@code description}, {@code tags}
     * @return the attributes that are different now, with their values. Errors: {@code crossbar.error.no_such_object},
     *     {@code fabric.not-authorized}, {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = "crossbarfabriccenter.user.modify_user",
            does = "Changes label, description or tags of a user; returns what is different now.")
    @Allowed(Right.IS_USER)
    public CompletableFuture<Map<String, @Nullable Object>> modifyUser(
            @Named("user_oid") UUID userId,
            @Named("user") Map<String, @Nullable Object> userDelta,
            Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.write(invocation, (tx, deed) -> {
            User before = access.of(tx, caller).user(Right.IS_USER, schema.users.get(tx, userId));
            User after = changed(before, new Fields("user_delta", userDelta));
            Map<String, @Nullable Object> changes = WireForm.changes(before, after);
            if (changes.isEmpty()) {
                return () -> CompletableFuture.completedFuture(changes);
            }
            schema.users.update(tx, after.oid(), after);
            deed.on("user", after.oid()).from(before).to(after);
            List<String> readers = access.readers(tx, after);
            return () -> {
                live.announce(ON_MODIFIED, readers, about(after.oid(), changes));
                return CompletableFuture.completedFuture(changes);
            };
        });
    }

    private static User changed(User before, Fields fields) {
        UserText text = UserText.of(before, fields);
        fields.unchanged("oid", before.oid().toString(), "it never changes")
                .unchanged("email", before.email(), "it is what the user logs in as")
                .unchanged("pubkey", before.pubkey(), "it is what the user logs in with")
                .unchanged("registered", before.registered(), "it never changes")
                .nothingElse();
        return before.described(text.label(), text.description(), text.tags());
    }

    /** The argument of an event that tells of changes: the oid of what was changed, and what is different now. */
    static Map<String, @Nullable Object> about(UUID oid, Map<String, @Nullable Object> changes) {
        Map<String, @Nullable Object> about = new LinkedHashMap<>();
        about.put("oid", oid.toString());
        about.putAll(changes);
        return about;
    }

    /**
     * The oids of the users of an organization, guests of it too. Errors: {@code crossbar.error.no_such_object},
     * {@code fabric.not-authorized}.
     */
    @Procedure(
            value = "crossbarfabriccenter.user.list_users_by_organization",
            does = "Lists the users of an organization.")
    @Allowed(Right.BELONGS_TO_ORGANIZATION)
    public CompletableFuture<List<String>> listUsersByOrganization(
            @Named("org_oid") UUID orgId, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> {
            Standing standing = access.of(tx, caller);
            standing.organization(Right.BELONGS_TO_ORGANIZATION, schema.organizations.get(tx, orgId));
            return oids(access.members(tx, orgId).map(UserOrganizationRole::userOid));
        });
    }

    /**
     * The oids of the organizations of a user, as far as the caller sees them. Error:
     * {@code crossbar.error.no_such_object}.
     */
    @Procedure(
            value = "crossbarfabriccenter.user.list_organizations_by_user",
            does = "Lists the organizations of a user that the caller may see.")
    @Allowed(Right.SEES_USER)
    public CompletableFuture<List<String>> listOrganizationsByUser(
            @Named("user_oid") UUID userId, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        return work.read(tx -> {
            Standing standing = access.of(tx, caller);
            User user = standing.user(Right.SEES_USER, schema.users.get(tx, userId));
            return oids(schema.usersOrganizationRoles
                    .startingWith(tx, Form.uuid(), user.oid())
                    .map(Row::row)
                    .flatMap(held -> schema.organizations.get(tx, held.organizationOid()).stream())
                    .filter(organization ->
                            standing.is(user) || standing.may(Right.BELONGS_TO_ORGANIZATION, organization))
                    .map(organization -> organization.oid()));
        });
    }

    private static List<String> oids(Stream<UUID> oids) {
        return oids.map(Objects::toString).toList();
    }
}
