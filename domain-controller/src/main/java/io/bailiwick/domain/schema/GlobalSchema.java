package io.bailiwick.domain.schema;

import io.bailiwick.router.store.ExpiryTime;
import io.bailiwick.router.store.Form;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.Index;
import io.bailiwick.router.store.Schema;
import io.bailiwick.router.store.Table;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the domain remembers: users, what they may do where, management realms, nodes, usage. There is one such
 * store per domain; what happens inside a management realm is in that realm's own store.
 *
 * <p>A name that was once used here never comes back with another meaning: {@code store-names.txt} beside the tests lists
 * all of them.
 */
public final class GlobalSchema extends Schema {
    /**
     * Version of the form of the rows. Raised when an older release could no longer read them, or would break what they
     * promise: one of version 1 would pair a node by a key that was revoked.
     */
    private static final int VERSION = 2;

    /** Organizations, by oid. */
    public final Table<UUID, Organization> organizations = table("organizations", Form.uuid(), Organization.class);

    /** Organizations by name. */
    public final Index<String, UUID, Organization> idxOrganizationsByName =
            organizations.unique("idx_organizations_by_name", Form.text(), Organization::name);

    /** Users, by oid. */
    public final Table<UUID, User> users = table("users", Form.uuid(), User.class);

    /** Users by the first of their public keys; a user without one is not in it. */
    public final Index<String, UUID, User> idxUsersByPubkey =
            users.uniqueWhenPresent("idx_users_by_pubkey", Form.text(), User::pubkey);

    /** Users by mail address; a user without one is not in it. */
    public final Index<String, UUID, User> idxUsersByEmail =
            users.uniqueWhenPresent("idx_users_by_email", Form.text(), User::email);

    /** The keys with which users join, those that were revoked too, by public key. */
    public final Table<String, UserKey> userKeys = table("user_keys", Form.text(), UserKey.class);

    /** The same by (user oid, public key). */
    public final Index<Pair<UUID, String>, String, UserKey> idxUserKeysByUser = userKeys.unique(
            "idx_user_keys_by_user",
            Form.pair(Form.uuid(), Form.text()),
            key -> new Pair<>(key.userOid(), key.pubkey()));

    /** Codes that were sent to users, by oid. */
    public final Table<UUID, ActivationToken> activationTokens =
            table("activation_tokens", Form.uuid(), ActivationToken.class);

    /** Codes by (mail address, public key): two components, so that no two pairs share a key. */
    public final Index<Pair<String, String>, UUID, ActivationToken> idxActTokensByAuthidPubkey =
            activationTokens.unique(
                    "idx_act_tokens_by_authid_pubkey",
                    Form.pair(Form.text(), Form.text()),
                    token -> new Pair<>(token.email(), token.pubkey()));

    /** Management realms, by oid. */
    public final Table<UUID, ManagementRealm> mrealms = table("mrealms", Form.uuid(), ManagementRealm.class);

    /** Management realms by name. */
    public final Index<String, UUID, ManagementRealm> idxMrealmsByName =
            mrealms.unique("idx_mrealms_by_name", Form.text(), ManagementRealm::name);

    /** What users are in management realms, by (user oid, realm oid). */
    public final Table<Pair<UUID, UUID>, UserMrealmRole> usersMrealmRoles =
            table("users_mrealm_roles", Form.pair(Form.uuid(), Form.uuid()), UserMrealmRole.class);

    /** The same by (realm oid, user oid). */
    public final Index<Pair<UUID, UUID>, Pair<UUID, UUID>, UserMrealmRole> idxUsersMrealmRolesByMrealm =
            usersMrealmRoles.uniqueByKey(
                    "idx_users_mrealm_roles_by_mrealm",
                    Form.pair(Form.uuid(), Form.uuid()),
                    key -> new Pair<>(key.second(), key.first()));

    /** What users are in organizations, by (user oid, organization oid). */
    public final Table<Pair<UUID, UUID>, UserOrganizationRole> usersOrganizationRoles =
            table("users_organization_roles", Form.pair(Form.uuid(), Form.uuid()), UserOrganizationRole.class);

    /** The same by (organization oid, user oid). */
    public final Index<Pair<UUID, UUID>, Pair<UUID, UUID>, UserOrganizationRole>
            idxUsersOrganizationRolesByOrganization = usersOrganizationRoles.unique(
                    "idx_users_organization_roles_by_organization",
                    Form.pair(Form.uuid(), Form.uuid()),
                    held -> new Pair<>(held.organizationOid(), held.userOid()));

    /** Nodes, paired or not, by oid. */
    public final Table<UUID, Node> nodes = table("nodes", Form.uuid(), Node.class);

    /** Nodes by public key. */
    public final Index<String, UUID, Node> idxNodesByPubkey =
            nodes.unique("idx_nodes_by_pubkey", Form.text(), Node::pubkey);

    /** Paired nodes by (realm oid, authid); a node that is not paired is not in it. */
    public final Index<Pair<UUID, String>, UUID, Node> idxNodesByAuthid =
            nodes.uniqueWhenPresent("idx_nodes_by_authid", Form.pair(Form.uuid(), Form.text()), GlobalSchema::place);

    /** Keys that nodes had before, by key. */
    public final Table<String, RevokedNodeKey> revokedNodeKeys =
            table("revoked_node_keys", Form.text(), RevokedNodeKey.class);

    /** Nodes that have knocked and belong to no realm yet, by public key. */
    public final Table<String, WaitingNode> waitingNodes = table("waiting_nodes", Form.text(), WaitingNode.class);

    /** Keys that no node is to be paired by until somebody forgives them, by public key. */
    public final Table<String, DeniedNodeKey> deniedNodeKeys =
            table("denied_node_keys", Form.text(), DeniedNodeKey.class);

    /** Codes with which nodes join realms by themselves, by id. */
    public final Table<String, JoinCode> joinCodes = table("join_codes", Form.text(), JoinCode.class);

    /** What realms used, by (end of the interval in nanoseconds since 1970 UTC, realm oid). */
    public final Table<Pair<Long, UUID>, MasterNodeUsage> usage =
            table("usage", Form.pair(Form.integer(), Form.uuid()), MasterNodeUsage.class);

    /** The same by (realm oid, end of the interval). */
    public final Index<Pair<UUID, Long>, Pair<Long, UUID>, MasterNodeUsage> idxUsageByMrealm = usage.unique(
            "idx_usage_by_mrealm",
            Form.pair(Form.uuid(), Form.integer()),
            used -> new Pair<>(used.mrealmId(), used.timestamp()));

    /** Records of usage that are to be submitted, by number in the order in which they came. */
    public final Table<Long, PendingUsage> usagePending = table("usage_pending", Form.integer(), PendingUsage.class);

    /** One row: how far the submission of usage got. */
    public final Table<Long, UsageSubmission> usageSubmission =
            table("usage_submission", Form.integer(), UsageSubmission.class);

    /** One row: the time by which what is old is removed. */
    public final Table<Long, ExpiryTime> expiry = table("expiry", Form.integer(), ExpiryTime.class);

    /** The log of management actions, by number from 1. Only {@code DomainAudit} writes it. */
    public final Table<Long, AuditLine> auditLog = compactTable("audit_log", Form.integer(), AuditLine.class);

    /** The schema, not yet attached to a store. */
    public GlobalSchema() {
        super("domain", VERSION);
    }

    private static @Nullable Pair<UUID, String> place(Node node) {
        UUID realm = node.mrealmOid();
        String authid = node.authid();
        return realm == null || authid == null ? null : new Pair<>(realm, authid);
    }
}
