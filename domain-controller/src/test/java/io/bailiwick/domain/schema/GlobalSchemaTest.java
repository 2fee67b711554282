package io.bailiwick.domain.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.activation.UserKeys;
import io.bailiwick.router.store.DuplicateKeyException;
import io.bailiwick.router.store.Form;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.NewerStoreException;
import io.bailiwick.router.store.Schema;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.Table;
import io.bailiwick.router.store.Table.Row;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every table and every index of the domain's store, over a real one. */
class GlobalSchemaTest {
    private static final UUID REALM = new UUID(1, 1);
    private static final UUID OTHER_REALM = new UUID(1, 2);
    private static final UUID OWNER = new UUID(2, 1);

    @TempDir
    Path directory;

    private Store<GlobalSchema> store;

    @BeforeEach
    void open() {
        store = Store.open(directory, new GlobalSchema());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private GlobalSchema schema() {
        return store.schema();
    }

    private void reopen() {
        store.close();
        open();
    }

    private static Organization organization(String name) {
        return new Organization(
                UUID.randomUUID(), "label", "text", List.of("a", "b"), name, Organization.Type.BUSINESS, 17);
    }

    private static User user(String email, String pubkey) {
        return new User(UUID.randomUUID(), "label", null, List.of(), email, 1_700_000_000_000_000L, pubkey);
    }

    private static ManagementRealm realm(String name) {
        return new ManagementRealm(UUID.randomUUID(), null, "text", null, name, 5, OWNER, null, null);
    }

    private static Node node(String pubkey, UUID realm, String authid) {
        return new Node(
                UUID.randomUUID(),
                null,
                null,
                List.of("rack 1"),
                OWNER,
                pubkey,
                "10.0.0.1",
                realm,
                authid,
                Map.of("a", Map.of("b", List.of(1, 2))));
    }

    private static ActivationToken token(String email, String pubkey) {
        return new ActivationToken(
                UUID.randomUUID(),
                ActivationToken.Type.LOGIN,
                ActivationToken.Status.PENDING,
                7,
                null,
                "a hash",
                email,
                pubkey,
                0);
    }

    @Test
    void an_organization_is_found_by_oid_and_by_name_after_a_restart() {
        Organization organization = organization("acme");
        store.writeAll(tx -> schema().organizations.insert(tx, organization.oid(), organization));
        reopen();
        assertEquals(Optional.of(organization), store.read(tx -> schema().organizations
                .get(tx, organization.oid())));
        assertEquals(Optional.of(organization), store.read(tx -> schema().idxOrganizationsByName
                .get(tx, "acme")));
    }

    @Test
    void two_organizations_cannot_share_a_name() {
        Organization first = organization("acme");
        Organization second = organization("acme");
        store.writeAll(tx -> schema().organizations.insert(tx, first.oid(), first));
        assertThrows(
                DuplicateKeyException.class,
                () -> store.writeAll(tx -> schema().organizations.insert(tx, second.oid(), second)));
        assertEquals(Optional.of(first), store.read(tx -> schema().idxOrganizationsByName
                .get(tx, "acme")));
    }

    @Test
    void a_user_is_found_by_mail_and_by_key_after_a_restart() {
        User user = user("a@b.c", "aa");
        store.writeAll(tx -> schema().users.insert(tx, user.oid(), user));
        reopen();
        assertEquals(
                Optional.of(user), store.read(tx -> schema().idxUsersByEmail.get(tx, "a@b.c")));
        assertEquals(
                Optional.of(user), store.read(tx -> schema().idxUsersByPubkey.get(tx, "aa")));
    }

    @Test
    void two_users_cannot_share_a_mail_address_or_a_key() {
        User first = user("a@b.c", "aa");
        User sameMail = user("a@b.c", "bb");
        User sameKey = user("d@e.f", "aa");
        store.writeAll(tx -> schema().users.insert(tx, first.oid(), first));
        assertThrows(
                DuplicateKeyException.class,
                () -> store.writeAll(tx -> schema().users.insert(tx, sameMail.oid(), sameMail)));
        assertThrows(
                DuplicateKeyException.class,
                () -> store.writeAll(tx -> schema().users.insert(tx, sameKey.oid(), sameKey)));
    }

    @Test
    void many_users_may_have_neither_mail_nor_key() {
        User first = user(null, null);
        User second = user(null, null);
        store.writeAll(tx -> {
            schema().users.insert(tx, first.oid(), first);
            schema().users.insert(tx, second.oid(), second);
        });
        assertEquals(2, store.read(tx -> schema().users.count(tx)).longValue());
        assertEquals(first.oid().toString(), first.authid());
    }

    @Test
    void a_token_is_found_by_mail_and_key_together() {
        ActivationToken token = token("a@b.c", "aa");
        store.writeAll(tx -> schema().activationTokens.insert(tx, token.oid(), token));
        reopen();
        assertEquals(Optional.of(token), store.read(tx -> schema().idxActTokensByAuthidPubkey
                .get(tx, new Pair<>("a@b.c", "aa"))));
    }

    @Test
    void two_tokens_cannot_share_mail_and_key_but_the_border_between_the_two_counts() {
        ActivationToken first = token("a@b.c", "aa");
        ActivationToken same = token("a@b.c", "aa");
        ActivationToken shifted = token("a@b.ca", "a");
        store.writeAll(tx -> schema().activationTokens.insert(tx, first.oid(), first));
        assertThrows(
                DuplicateKeyException.class,
                () -> store.writeAll(tx -> schema().activationTokens.insert(tx, same.oid(), same)));
        store.writeAll(tx -> schema().activationTokens.insert(tx, shifted.oid(), shifted));
    }

    @Test
    void a_realm_is_found_by_oid_and_by_name_after_a_restart() {
        ManagementRealm realm = realm("mrealm1");
        store.writeAll(tx -> schema().mrealms.insert(tx, realm.oid(), realm));
        reopen();
        assertEquals(Optional.of(realm), store.read(tx -> schema().mrealms.get(tx, realm.oid())));
        assertEquals(
                Optional.of(realm), store.read(tx -> schema().idxMrealmsByName.get(tx, "mrealm1")));
    }

    @Test
    void two_realms_cannot_share_a_name() {
        ManagementRealm first = realm("mrealm1");
        ManagementRealm second = realm("mrealm1");
        store.writeAll(tx -> schema().mrealms.insert(tx, first.oid(), first));
        assertThrows(
                DuplicateKeyException.class,
                () -> store.writeAll(tx -> schema().mrealms.insert(tx, second.oid(), second)));
    }

    @Test
    void roles_are_kept_by_user_and_realm() {
        UserMrealmRole roles = UserMrealmRole.ofCreator();
        store.writeAll(tx -> schema().usersMrealmRoles.insert(tx, new Pair<>(OWNER, REALM), roles));
        reopen();
        assertEquals(
                Optional.of(roles), store.read(tx -> schema().usersMrealmRoles.get(tx, new Pair<>(OWNER, REALM))));
        assertEquals(
                Optional.empty(), store.read(tx -> schema().usersMrealmRoles.get(tx, new Pair<>(REALM, OWNER))));
    }

    @Test
    void roles_in_organizations_are_found_from_both_sides_after_a_restart() {
        UUID acme = new UUID(3, 1);
        UserOrganizationRole held = new UserOrganizationRole(OWNER, acme, List.of(Role.GUEST, Role.OWNER, Role.GUEST));
        store.writeAll(tx -> schema().usersOrganizationRoles.insert(tx, new Pair<>(OWNER, acme), held));
        reopen();
        assertEquals(List.of(Role.OWNER, Role.GUEST), held.roles());
        assertEquals(Optional.of(held), store.read(tx -> schema().usersOrganizationRoles
                .get(tx, new Pair<>(OWNER, acme))));
        assertEquals(List.of(held), store.read(tx -> schema().idxUsersOrganizationRolesByOrganization
                .startingWith(tx, Form.uuid(), acme)
                .map(Row::row)
                .toList()));
    }

    @Test
    void a_revoked_key_stays_revoked_after_a_restart() {
        RevokedNodeKey revoked = new RevokedNodeKey("aa", new UUID(4, 1), 7, "a@b.c");
        store.writeAll(tx -> schema().revokedNodeKeys.insert(tx, "aa", revoked));
        reopen();
        assertEquals(
                Optional.of(revoked), store.read(tx -> schema().revokedNodeKeys.get(tx, "aa")));
    }

    @Test
    void a_node_is_found_by_key_and_by_its_name_in_its_realm_after_a_restart() {
        Node node = node("aa", REALM, "n1");
        store.writeAll(tx -> schema().nodes.insert(tx, node.oid(), node));
        reopen();
        assertEquals(
                Optional.of(node), store.read(tx -> schema().idxNodesByPubkey.get(tx, "aa")));
        assertEquals(
                Optional.of(node), store.read(tx -> schema().idxNodesByAuthid.get(tx, new Pair<>(REALM, "n1"))));
    }

    @Test
    void two_nodes_cannot_share_a_key_nor_a_name_in_one_realm() {
        Node first = node("aa", REALM, "n1");
        Node sameKey = node("aa", REALM, "n2");
        Node sameName = node("bb", REALM, "n1");
        Node elsewhere = node("cc", OTHER_REALM, "n1");
        store.writeAll(tx -> schema().nodes.insert(tx, first.oid(), first));
        assertThrows(
                DuplicateKeyException.class,
                () -> store.writeAll(tx -> schema().nodes.insert(tx, sameKey.oid(), sameKey)));
        assertThrows(
                DuplicateKeyException.class,
                () -> store.writeAll(tx -> schema().nodes.insert(tx, sameName.oid(), sameName)));
        store.writeAll(tx -> schema().nodes.insert(tx, elsewhere.oid(), elsewhere));
    }

    @Test
    void an_unpaired_node_keeps_its_row_and_gives_up_its_name() {
        Node node = node("aa", REALM, "n1");
        Node next = node("bb", REALM, "n1");
        store.writeAll(tx -> schema().nodes.insert(tx, node.oid(), node));
        store.writeAll(tx -> schema().nodes.update(tx, node.oid(), node.unpaired()));
        assertEquals(Optional.of(node.unpaired()), store.read(tx -> schema().idxNodesByPubkey
                .get(tx, "aa")));
        store.writeAll(tx -> schema().nodes.insert(tx, next.oid(), next));
        assertEquals(
                Optional.of(next), store.read(tx -> schema().idxNodesByAuthid.get(tx, new Pair<>(REALM, "n1"))));
    }

    @Test
    void usage_is_in_the_order_of_time_and_keeps_every_field() {
        MasterNodeUsage late = usage(2_000_000_000L, REALM);
        MasterNodeUsage early = usage(1_000_000_000L, OTHER_REALM);
        store.writeAll(tx -> {
            schema().usage.insert(tx, new Pair<>(late.timestamp(), late.mrealmId()), late);
            schema().usage.insert(tx, new Pair<>(early.timestamp(), early.mrealmId()), early);
        });
        reopen();
        assertEquals(
                List.of(early, late),
                store.read(tx -> schema().usage.all(tx).map(Row::row).toList()));
    }

    private static MasterNodeUsage usage(long timestamp, UUID realm) {
        return new MasterNodeUsage(
                timestamp,
                realm,
                timestamp - 1,
                "aa",
                "10.1.2.3",
                4,
                9000,
                3,
                11L,
                12L,
                MasterNodeUsage.Status.SUCCESS,
                "fine",
                new UUID(9, 9),
                13,
                14,
                15,
                16,
                17,
                18,
                19,
                20,
                21,
                22,
                23,
                24,
                25,
                26,
                27,
                28,
                29,
                30,
                31,
                32,
                33,
                34,
                35);
    }

    @Test
    void a_stronger_role_includes_the_weaker_ones() {
        assertTrue(Role.OWNER.includes(Role.GUEST));
        assertTrue(Role.OPERATOR.includes(Role.DEVELOPER));
        assertTrue(Role.GUEST.includes(Role.GUEST));
        assertEquals(false, Role.ADMIN.includes(Role.OWNER));
        assertEquals(Optional.of(Role.OPERATOR), new UserMrealmRole(List.of(Role.GUEST, Role.OPERATOR)).strongest());
    }

    @Test
    void the_numbers_of_roles_are_those_of_the_original_and_never_shared() {
        assertEquals(1, Role.OWNER.code());
        assertEquals(2, Role.ADMIN.code());
        assertEquals(3, Role.USER.code());
        assertEquals(4, Role.GUEST.code());
        assertNotEquals(Role.OPERATOR.code(), Role.DEVELOPER.code());
    }

    /** A node as a later version may write it. */
    record LaterNode(UUID oid, UUID ownerOid, String pubkey, UUID mrealmOid, String authid, Map<String, Long> later) {}

    /** The domain's schema as a later version may declare it. */
    static final class LaterSchema extends Schema {
        final Table<UUID, LaterNode> nodes = table("nodes", Form.uuid(), LaterNode.class);

        LaterSchema() {
            super("domain", 2);
        }
    }

    /** The domain's schema as version 1 declared it, as far as there is something of it to open. */
    static final class FirstSchema extends Schema {
        final Table<UUID, User> users = table("users", Form.uuid(), User.class);
        final Table<UUID, Node> nodes = table("nodes", Form.uuid(), Node.class);
        final Table<Pair<UUID, UUID>, UserMrealmRole> roles =
                table("users_mrealm_roles", Form.pair(Form.uuid(), Form.uuid()), UserMrealmRole.class);

        FirstSchema() {
            super("domain", 1);
            users.uniqueWhenPresent("idx_users_by_pubkey", Form.text(), User::pubkey);
            nodes.unique("idx_nodes_by_pubkey", Form.text(), Node::pubkey);
        }
    }

    @Test
    void a_store_of_version_1_opens_with_all_its_rows_and_is_one_of_version_2_then() {
        store.close();
        Path old = directory.resolve("old");
        User user = user("a@b.c", "aa");
        Node node = node("bb", REALM, "n1");
        UserMrealmRole roles = UserMrealmRole.ofCreator();
        try (Store<FirstSchema> first = Store.open(old, new FirstSchema())) {
            first.writeAll(tx -> {
                first.schema().users.insert(tx, user.oid(), user);
                first.schema().nodes.insert(tx, node.oid(), node);
                first.schema().roles.insert(tx, new Pair<>(user.oid(), REALM), roles);
            });
        }
        try (Store<GlobalSchema> now = Store.open(old, new GlobalSchema())) {
            GlobalSchema schema = now.schema();
            assertEquals(Optional.of(user), now.read(tx -> schema.idxUsersByEmail.get(tx, "a@b.c")));
            assertEquals(Optional.of(node), now.read(tx -> schema.idxNodesByAuthid.get(tx, new Pair<>(REALM, "n1"))));
            assertEquals(
                    Optional.of(roles), now.read(tx -> schema.usersMrealmRoles.get(tx, new Pair<>(user.oid(), REALM))));
            assertEquals(
                    0, now.read(tx -> schema.usersOrganizationRoles.count(tx)).longValue());
            assertEquals(0, now.read(tx -> schema.revokedNodeKeys.count(tx)).longValue());
            // What a start does next.
            now.writeAll(new UserKeys(schema)::migrate);
            UserKey key = new UserKey("aa", user.oid(), user.registered(), null);
            assertEquals(List.of(key), now.read(tx -> new UserKeys(schema).of(tx, user.oid())));
        }
        assertThrows(NewerStoreException.class, () -> Store.open(old, new FirstSchema()));
        open();
    }

    @Test
    void attributes_that_a_later_version_wrote_are_kept_when_a_row_is_changed() {
        UUID oid = UUID.randomUUID();
        LaterNode written = new LaterNode(oid, OWNER, "aa", REALM, "n1", Map.of("a", 1L));
        store.close();
        try (Store<LaterSchema> later = Store.open(directory, new LaterSchema())) {
            later.writeAll(tx -> later.schema().nodes.insert(tx, oid, written));
        }
        open();
        store.writeAll(tx -> {
            Node node = schema().nodes.get(tx, oid).orElseThrow();
            schema().nodes.update(tx, oid, node.pairedTo(REALM, "n2", OWNER, "10.0.0.1", null));
        });
        store.close();
        try (Store<LaterSchema> later = Store.open(directory, new LaterSchema())) {
            LaterNode kept = later.read(tx -> later.schema().nodes.get(tx, oid).orElseThrow());
            assertEquals(new LaterNode(oid, OWNER, "aa", REALM, "n2", Map.of("a", 1L)), kept);
        }
        open();
    }

    @Test
    void names_in_the_store_are_those_of_the_list_and_none_that_is_retired() throws IOException {
        Set<String> current = new TreeSet<>();
        Set<String> retired = new TreeSet<>();
        try (InputStream list = GlobalSchemaTest.class.getResourceAsStream("store-names.txt")) {
            new String(list.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(line ->
                            (line.endsWith(" retired") ? retired : current).add(line.substring(0, line.indexOf(' '))));
        }
        assertEquals(current, new TreeSet<>(schema().names()));
        current.retainAll(retired);
        assertEquals(Set.of(), current);
    }
}
