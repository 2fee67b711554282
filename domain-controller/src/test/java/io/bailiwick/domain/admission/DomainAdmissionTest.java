package io.bailiwick.domain.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.activation.Activations;
import io.bailiwick.domain.activation.OperatorCodes;
import io.bailiwick.domain.activation.UserKeys;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.testing.Population;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.handshake.Decision.Refusal;
import io.bailiwick.router.handshake.Proof;
import io.bailiwick.router.link.ChannelSecurity;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of decisions, over a real store. */
class DomainAdmissionTest {
    private static final String DOMAIN = "com.crossbario.fabric";
    private static final String FAILED = "wamp.error.authentication_failed";
    private static final String INVALID = "fabric.auth-failed.invalid-parameters";

    @TempDir
    Path directory;

    private final PublicKey superuserKey = key();
    private final PublicKey aliceKey = key();
    private final PublicKey bobKey = key();
    private final PublicKey nodeKey = key();
    private final PublicKey strangerKey = key();
    private final ControllerKeys controllers = new ControllerKeys();
    private Population population;
    private ManagementRealm realm;
    private User bob;
    private Node node;
    private UserKeys keys;
    private DomainAdmission admission;
    private final UserPrincipal administrator = () -> "administrator";

    @BeforeEach
    void populate() {
        population = new Population(directory);
        User alice = population.user("alice@example.org", aliceKey);
        bob = population.user("bob@example.org", bobKey);
        realm = population.realm("mrealm1", alice);
        node = population.node(alice, realm, "n1", nodeKey, Map.of("site", "north", "node_oid", "forged"));
        keys = new UserKeys(population.schema());
        admission = admission(Runnable::run);
    }

    private DomainAdmission admission(Executor executor) {
        Activations activations = new Activations(
                population.store,
                keys,
                new OperatorCodes(InstantSource.system()),
                Activations.Limits.DEFAULT,
                InstantSource.system());
        Doors doors = new Doors(Set.of("open"), Set.of("local"), Set.of(administrator));
        return new DomainAdmission(
                population.store,
                new SuperuserKeys(Set.of(superuserKey)),
                controllers,
                keys,
                activations,
                doors,
                executor);
    }

    @AfterEach
    void close() {
        population.close();
    }

    private static PublicKey key() {
        return SigningKey.generate().publicKey();
    }

    private Decision decide(String realm, String authid, String authrole, PublicKey key) {
        return decide(realm, authid, authrole, List.of("cryptosign"), Dict.of("pubkey", key.hex()), "shut");
    }

    private Decision decide(
            String realm, String authid, String authrole, List<String> methods, Dict authextra, String listener) {
        Peer peer = new Peer(listener, "tcp:127.0.0.1:1", Optional.of(Format.JSON), false);
        return admission
                .authenticate(new Claim(realm, authid, authrole, methods, authextra, peer))
                .toCompletableFuture()
                .join();
    }

    private static void assertAdmitted(
            String realm, String authid, String authrole, PublicKey proof, Decision decision) {
        Admission admitted = assertInstanceOf(Admission.class, decision);
        assertEquals(realm, admitted.realm());
        assertEquals(authid, admitted.authid());
        assertEquals(authrole, admitted.authrole());
        assertEquals("cryptosign", admitted.authmethod());
        assertEquals("dynamic", admitted.authprovider());
        assertEquals(Optional.of(new Proof.OfKey(proof)), admitted.proof());
        assertEquals(Set.of(proof.hex()), admitted.provenBy());
    }

    /** Refused, but only after the key was proven. */
    private static void assertRefusedAfterProof(String reason, PublicKey proof, Decision decision) {
        Refusal refusal = assertInstanceOf(Refusal.class, decision);
        assertEquals(reason, refusal.reason());
        assertEquals(Optional.of(new Proof.OfKey(proof)), refusal.proof());
    }

    private static Refusal assertRefusedAtOnce(String reason, Decision decision) {
        Refusal refusal = assertInstanceOf(Refusal.class, decision);
        assertEquals(reason, refusal.reason());
        assertEquals(Optional.empty(), refusal.proof());
        return refusal;
    }

    @Test
    void a_paired_node_is_assigned_its_realm_and_name_whatever_authid_it_claims() {
        assertAdmitted("mrealm1", "n1", "node", nodeKey, decide(null, null, "node", nodeKey));
        assertAdmitted("mrealm1", "n1", "node", nodeKey, decide(null, "n2", "node", nodeKey));
    }

    @Test
    void a_node_is_told_its_place_and_its_own_authextra_cannot_forge_it() {
        Admission admitted = assertInstanceOf(Admission.class, decide(null, null, "node", nodeKey));
        assertEquals(
                Map.of(
                        "site",
                        "north",
                        "node_oid",
                        node.oid().toString(),
                        "cluster_ip",
                        "127.0.0.1",
                        "mrealm_oid",
                        realm.oid().toString()),
                admitted.authextra().entries());
    }

    @Test
    void a_node_that_was_never_seen_is_told_how_to_pair_it_after_it_has_proven_its_key() {
        Decision decision = decide(null, null, "node", strangerKey);
        assertRefusedAfterProof("fabric.auth-failed.node-unpaired", strangerKey, decision);
        assertTrue(((Refusal) decision)
                .message()
                .contains("bailiwick node pair " + strangerKey.hex() + " <realm> <name>"));
    }

    @Test
    void a_node_that_was_unpaired_is_refused_like_one_that_was_never_seen() {
        population.store.writeAll(tx -> population.schema().nodes.update(tx, node.oid(), node.unpaired()));
        assertRefusedAfterProof("fabric.auth-failed.node-unpaired", nodeKey, decide(null, null, "node", nodeKey));
    }

    @Test
    void a_node_may_not_choose_its_realm() {
        assertRefusedAtOnce(INVALID, decide("mrealm1", null, "node", nodeKey));
    }

    @Test
    void the_key_of_a_node_is_not_the_key_of_a_user_and_the_other_way_round() {
        assertRefusedAfterProof(FAILED, nodeKey, decide(null, null, null, nodeKey));
        assertRefusedAfterProof(FAILED, nodeKey, decide("mrealm1", null, null, nodeKey));
        assertRefusedAfterProof("fabric.auth-failed.node-unpaired", aliceKey, decide(null, null, "node", aliceKey));
    }

    @Test
    void a_user_joins_the_domain_realm_as_user() {
        for (String asked : new String[] {null, DOMAIN}) {
            for (String role : new String[] {null, "user"}) {
                assertAdmitted(DOMAIN, "alice@example.org", "user", aliceKey, decide(asked, null, role, aliceKey));
            }
        }
    }

    @Test
    void a_user_may_name_itself_but_nobody_else() {
        assertAdmitted(
                DOMAIN, "alice@example.org", "user", aliceKey, decide(DOMAIN, "alice@example.org", null, aliceKey));
        assertRefusedAfterProof(FAILED, aliceKey, decide(DOMAIN, "bob@example.org", null, aliceKey));
        assertRefusedAfterProof(FAILED, aliceKey, decide(DOMAIN, "superuser", null, aliceKey));
    }

    @Test
    void other_roles_on_the_domain_realm_are_refused() {
        for (String role : List.of("backend", "owner", "public", "authenticator")) {
            assertRefusedAtOnce(INVALID, decide(DOMAIN, null, role, superuserKey));
        }
    }

    @Test
    void a_stranger_is_refused_in_the_same_words_as_a_user_without_a_role_or_a_realm_that_does_not_exist() {
        Decision stranger = decide("mrealm1", null, "owner", strangerKey);
        Decision withoutRole = decide("mrealm1", null, "owner", bobKey);
        Decision noRealm = decide("nowhere", null, "owner", bobKey);
        assertRefusedAfterProof(FAILED, strangerKey, stranger);
        assertRefusedAfterProof(FAILED, bobKey, withoutRole);
        assertRefusedAfterProof(FAILED, bobKey, noRealm);
        assertEquals(((Refusal) stranger).message(), ((Refusal) withoutRole).message());
        assertEquals(((Refusal) stranger).message(), ((Refusal) noRealm).message());
    }

    @Test
    void without_a_role_a_user_joins_a_management_realm_in_the_weakest_that_it_was_given() {
        assertAdmitted("mrealm1", "alice@example.org", "guest", aliceKey, decide("mrealm1", null, null, aliceKey));
        population.grant(bob, realm, Role.OWNER, Role.OPERATOR);
        assertAdmitted("mrealm1", "bob@example.org", "operator", bobKey, decide("mrealm1", null, null, bobKey));
        population.grant(bob, realm, Role.OWNER);
        assertAdmitted("mrealm1", "bob@example.org", "owner", bobKey, decide("mrealm1", null, null, bobKey));
        population.grant(bob, realm, Role.USER);
        assertAdmitted("mrealm1", "bob@example.org", "guest", bobKey, decide("mrealm1", null, null, bobKey));
    }

    @Test
    void a_user_joins_in_the_role_it_asks_for_if_it_holds_that_or_a_stronger_one() {
        for (String role : List.of("owner", "admin", "operator", "developer", "guest")) {
            assertAdmitted("mrealm1", "alice@example.org", role, aliceKey, decide("mrealm1", null, role, aliceKey));
        }
        population.grant(bob, realm, Role.OPERATOR);
        assertAdmitted("mrealm1", "bob@example.org", "developer", bobKey, decide("mrealm1", null, "developer", bobKey));
        assertRefusedAfterProof(FAILED, bobKey, decide("mrealm1", null, "admin", bobKey));
    }

    @Test
    void roles_that_are_not_for_users_are_refused_on_a_management_realm() {
        for (String role : List.of("user", "public", "trusted", "OWNER")) {
            assertRefusedAtOnce(INVALID, decide("mrealm1", null, role, aliceKey));
        }
    }

    @Test
    void a_superuser_key_is_the_superuser_whatever_authid_it_claims_and_holds_every_role() {
        assertAdmitted(DOMAIN, "superuser", "user", superuserKey, decide(null, "me@example.org", null, superuserKey));
        assertAdmitted("mrealm1", "superuser", "owner", superuserKey, decide("mrealm1", null, null, superuserKey));
        for (String role : List.of("owner", "admin", "operator", "developer", "guest")) {
            assertAdmitted("mrealm1", "superuser", role, superuserKey, decide("mrealm1", null, role, superuserKey));
        }
    }

    @Test
    void the_superuser_is_told_that_a_realm_does_not_exist_and_nobody_who_lacks_the_key_is() {
        assertRefusedAfterProof("wamp.error.no_such_realm", superuserKey, decide("nowhere", null, null, superuserKey));
    }

    @Test
    void a_realm_controller_joins_its_own_realm_as_backend_as_long_as_its_key_is_known() {
        PublicKey key = key();
        assertRefusedAfterProof(FAILED, key, decide("mrealm1", "realm-controller", "backend", key));
        controllers.add(key, "mrealm1");
        assertAdmitted("mrealm1", "realm-controller", "backend", key, decide("mrealm1", null, "backend", key));
        assertRefusedAfterProof(FAILED, key, decide("mrealm2", null, "backend", key));
        assertRefusedAfterProof(FAILED, key, decide("mrealm1", null, "owner", key));
        controllers.remove(key);
        assertRefusedAfterProof(FAILED, key, decide("mrealm1", null, "backend", key));
    }

    @Test
    void nobody_but_a_realm_controller_is_backend() {
        assertRefusedAfterProof(FAILED, superuserKey, decide("mrealm1", null, "backend", superuserKey));
        assertRefusedAfterProof(FAILED, aliceKey, decide("mrealm1", null, "backend", aliceKey));
    }

    @Test
    void an_anonymous_client_is_public_where_the_listener_allows_it_and_refused_elsewhere() {
        List<String> anonymous = List.of("anonymous");
        Admission admitted =
                assertInstanceOf(Admission.class, decide("mrealm1", null, null, anonymous, Dict.EMPTY, "open"));
        assertEquals("public", admitted.authrole());
        assertEquals("mrealm1", admitted.realm());
        assertEquals("anonymous", admitted.authmethod());
        assertEquals(Optional.empty(), admitted.proof());
        assertRefusedAtOnce(
                "wamp.error.no_matching_auth_method", decide("mrealm1", null, null, anonymous, Dict.EMPTY, "shut"));
    }

    @Test
    void an_anonymous_client_gets_neither_the_domain_realm_nor_another_role() {
        List<String> anonymous = List.of("anonymous");
        assertRefusedAtOnce(FAILED, decide(DOMAIN, null, null, anonymous, Dict.EMPTY, "open"));
        assertRefusedAtOnce(FAILED, decide("nowhere", null, null, anonymous, Dict.EMPTY, "open"));
        assertRefusedAtOnce(INVALID, decide("mrealm1", null, "owner", anonymous, Dict.EMPTY, "open"));
        assertRefusedAtOnce(INVALID, decide(null, null, null, anonymous, Dict.EMPTY, "open"));
    }

    @Test
    void a_key_goes_before_anonymous_when_both_are_offered() {
        Decision decision = decide(
                "mrealm1", null, null, List.of("anonymous", "cryptosign"), Dict.of("pubkey", aliceKey.hex()), "open");
        assertAdmitted("mrealm1", "alice@example.org", "guest", aliceKey, decision);
    }

    @Test
    void
            who_has_a_key_that_is_not_on_record_and_names_a_mail_address_is_to_prove_the_key_first_whoever_has_the_address() {
        Decision first = new Decision.ProofFirst(new Proof.OfKey(strangerKey));
        for (String realmAsked : new String[] {null, DOMAIN, "mrealm1", "nowhere"}) {
            for (String email : List.of("alice@example.org", "nobody@example.org")) {
                assertEquals(first, decide(realmAsked, email, null, strangerKey));
            }
        }
        long tokens =
                population.store.read(tx -> population.schema().activationTokens.count(tx));
        assertEquals(0, tokens);
    }

    @Test
    void a_code_for_a_key_that_is_on_record_is_not_expected() {
        Dict extra = Dict.of("pubkey", aliceKey.hex(), "activation_code", "AAAA-AAAA-AAAA");
        assertRefusedAfterProof(
                "fabric.auth-failed.no-pending-activation",
                aliceKey,
                decide(DOMAIN, "alice@example.org", null, List.of("cryptosign"), extra, "shut"));
    }

    @Test
    void a_code_without_an_authid_or_one_that_is_no_text_is_an_invalid_parameter() {
        Dict code = Dict.of("pubkey", strangerKey.hex(), "activation_code", "AAAA-AAAA-AAAA");
        assertRefusedAtOnce(INVALID, decide(null, null, null, List.of("cryptosign"), code, "shut"));
        Dict number = Dict.of("pubkey", strangerKey.hex(), "activation_code", 17L);
        assertRefusedAtOnce(INVALID, decide(null, "a@example.org", null, List.of("cryptosign"), number, "shut"));
    }

    @Test
    void an_authid_counts_whatever_capitals_it_is_written_with() {
        assertAdmitted(
                DOMAIN, "alice@example.org", "user", aliceKey, decide(DOMAIN, "Alice@Example.org", null, aliceKey));
    }

    @Test
    void a_revoked_key_is_a_strangers_and_a_login_that_was_decided_before_does_not_stand() {
        Admission before = assertInstanceOf(Admission.class, decide(DOMAIN, null, null, bobKey));
        assertTrue(admission.stands(before));
        population.store.writeAll(tx -> keys.revoke(tx, bobKey.hex(), 1));
        assertFalse(admission.stands(before));
        assertRefusedAfterProof(FAILED, bobKey, decide(DOMAIN, "bob@example.org", null, bobKey));
        assertRefusedAfterProof(FAILED, bobKey, decide(DOMAIN, "mallory@example.org", null, bobKey));
    }

    private Decision atLocalDoor(String realmAsked, String role, UserPrincipal user) {
        Peer peer = new Peer(
                "local",
                "unix:/s",
                Optional.of(Format.CBOR),
                false,
                Optional.empty(),
                ChannelSecurity.NONE,
                Optional.ofNullable(user));
        Claim claim = new Claim(realmAsked, null, role, List.of("anonymous"), Dict.EMPTY, peer);
        return admission.authenticate(claim).toCompletableFuture().join();
    }

    @Test
    void an_administrator_of_the_machine_is_the_superuser_at_the_local_door() {
        for (String[] asked : new String[][] {
            {null, null, DOMAIN, "user"},
            {DOMAIN, "user", DOMAIN, "user"},
            {"mrealm1", null, "mrealm1", "owner"},
            {"mrealm1", "guest", "mrealm1", "guest"}
        }) {
            Admission admitted = assertInstanceOf(Admission.class, atLocalDoor(asked[0], asked[1], administrator));
            assertEquals("superuser", admitted.authid());
            assertEquals(asked[2], admitted.realm());
            assertEquals(asked[3], admitted.authrole());
            assertEquals("anonymous", admitted.authmethod());
            assertTrue(admission.stands(admitted));
        }
        assertRefusedAtOnce("wamp.error.no_such_realm", atLocalDoor("nowhere", null, administrator));
        assertRefusedAtOnce(INVALID, atLocalDoor(DOMAIN, "backend", administrator));
        assertRefusedAtOnce(INVALID, atLocalDoor("mrealm1", "backend", administrator));
    }

    @Test
    void nobody_else_is_at_the_local_door_and_an_administrator_is_not_at_another() {
        assertRefusedAtOnce(FAILED, atLocalDoor(DOMAIN, null, () -> "somebody"));
        assertRefusedAtOnce(FAILED, atLocalDoor(DOMAIN, null, null));
        Peer elsewhere = new Peer(
                "shut",
                "unix:/s",
                Optional.of(Format.CBOR),
                false,
                Optional.empty(),
                ChannelSecurity.NONE,
                Optional.of(administrator));
        Claim claim = new Claim(DOMAIN, null, null, List.of("anonymous"), Dict.EMPTY, elsewhere);
        assertRefusedAtOnce(
                "wamp.error.no_matching_auth_method",
                admission.authenticate(claim).toCompletableFuture().join());
    }

    @Test
    void a_public_key_that_is_missing_or_malformed_is_an_invalid_parameter_and_says_so() {
        List<String> cryptosign = List.of("cryptosign");
        Refusal missing = assertRefusedAtOnce(INVALID, decide(null, null, "node", cryptosign, Dict.EMPTY, "shut"));
        assertTrue(missing.message().startsWith("Invalid parameters in authentication: "), missing.message());
        assertTrue(missing.message().contains("authextra.pubkey"), missing.message());
        assertRefusedAtOnce(INVALID, decide(null, null, null, cryptosign, Dict.of("pubkey", "abc"), "shut"));
        assertRefusedAtOnce(INVALID, decide(null, null, null, cryptosign, Dict.of("pubkey", 17L), "shut"));
    }

    @Test
    void a_public_key_in_upper_case_is_the_same_key() {
        String upper = aliceKey.hex().toUpperCase(Locale.ROOT);
        Decision decision = decide(DOMAIN, null, null, List.of("cryptosign"), Dict.of("pubkey", upper), "shut");
        assertAdmitted(DOMAIN, "alice@example.org", "user", aliceKey, decision);
    }

    @Test
    void other_methods_are_refused() {
        assertRefusedAtOnce(
                "wamp.error.no_matching_auth_method",
                decide(DOMAIN, null, null, List.of("ticket", "wampcra"), Dict.EMPTY, "open"));
    }

    @Test
    void a_claimant_too_many_is_not_decided_and_nobody_is_thrown_at() {
        DomainAdmission busy = admission(task -> {
            throw new RejectedExecutionException("full");
        });
        Peer peer = new Peer("shut", "tcp:127.0.0.1:1", Optional.of(Format.JSON), false);
        Claim claim = new Claim(null, null, "node", List.of("cryptosign"), Dict.of("pubkey", nodeKey.hex()), peer);
        assertTrue(busy.authenticate(claim).toCompletableFuture().isCompletedExceptionally());
    }
}
