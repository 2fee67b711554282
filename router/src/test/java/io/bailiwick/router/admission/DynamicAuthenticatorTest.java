package io.bailiwick.router.admission;

import static io.bailiwick.router.admission.Claims.claim;
import static io.bailiwick.router.admission.Claims.peer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.credential.CraSecret;
import io.bailiwick.router.credential.Noise;
import io.bailiwick.router.credential.ScramCredential;
import io.bailiwick.router.credential.ScramDialect;
import io.bailiwick.router.credential.ScramParameters;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.handshake.Decision.Refusal;
import io.bailiwick.router.handshake.Proof;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.session.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Conforms(Feature.DYNAMIC_AUTHENTICATOR)
class DynamicAuthenticatorTest {
    private static final Set<String> ALL =
            Set.of("anonymous", "tls", "ticket", "wampcra", "wamp-scram", "scram", "cryptosign");
    private static final CraSecret MODEL = CraSecret.derive("any", 1000);

    private final SigningKey key = SigningKey.generate();
    private final List<List<?>> asked = new ArrayList<>();

    /** An application that always gives this answer. */
    private DynamicAuthenticator with(CompletionStage<Caller.Returned> answer) {
        Caller caller = (realm, procedure, arguments, limit) -> {
            assertEquals("app", realm);
            assertEquals("com.example.authenticate", procedure);
            asked.add(arguments);
            return answer;
        };
        return new DynamicAuthenticator(
                caller,
                new DynamicAuthenticator.Question("app", "com.example.authenticate", ALL, 2, Duration.ofMillis(200)),
                List.of(new DynamicAuthenticator.Model("user", MODEL)),
                Noise.of(new byte[32]));
    }

    private DynamicAuthenticator returning(Object principal) {
        return with(CompletableFuture.completedFuture(new Caller.Returned(List.of(principal), Map.of())));
    }

    private DynamicAuthenticator failing(String error) {
        return with(CompletableFuture.failedFuture(new Caller.ErrorException(error)));
    }

    private static Admission admitted(DynamicAuthenticator by, Claim claim) {
        return assertInstanceOf(Admission.class, Claims.decide(by, claim));
    }

    private static Refusal refused(DynamicAuthenticator by, Claim claim) {
        return assertInstanceOf(Refusal.class, Claims.decide(by, claim));
    }

    private Claim keyed(String realm, String authid) {
        return claim(realm, authid, Dict.of("pubkey", key.publicKey().hex()), peer("tcp:192.0.2.1:4000"), "cryptosign");
    }

    private static Claim withTicket(String ticket) {
        return new Claim("r", "joe", null, List.of("ticket"), Dict.EMPTY, peer("tcp:192.0.2.1:1"), 7, ticket);
    }

    @Test
    @Conforms(Feature.ASSIGNED_REALM)
    void the_principal_overrides_what_hello_asks_for() {
        Admission admission = admitted(
                returning(Map.of("realm", "other", "authid", "known", "role", "node", "extra", Map.of("shelf", 7L))),
                keyed("asked", "claimed"));
        assertEquals("other", admission.realm());
        assertEquals("known", admission.authid());
        assertEquals("node", admission.authrole());
        assertEquals("dynamic", admission.authprovider());
        assertEquals("cryptosign", admission.authmethod());
        assertEquals(7, admission.authextra().integer("shelf").orElseThrow());
        assertEquals(Optional.of(new Proof.OfKey(key.publicKey())), admission.proof());

        Admission kept = admitted(returning("user"), keyed("asked", "claimed"));
        assertEquals("asked", kept.realm());
        assertEquals("claimed", kept.authid());
        assertEquals("user", kept.authrole());
    }

    @Test
    void the_procedure_is_told_realm_authid_and_details() {
        admitted(returning(Map.of("realm", "r", "authid", "a", "role", "x")), keyed(null, null));
        List<?> arguments = asked.get(0);
        assertNull(arguments.get(0));
        assertNull(arguments.get(1));
        Map<?, ?> details = (Map<?, ?>) arguments.get(2);
        assertEquals("cryptosign", details.get("authmethod"));
        assertEquals(key.publicKey().hex(), details.get("pubkey"));
        assertEquals("tcp:192.0.2.1:4000", ((Map<?, ?>) details.get("transport")).get("peer"));
        assertFalse(details.containsKey("ticket"));
    }

    @Test
    @Conforms(Feature.WAMP_SCRAM)
    void the_procedure_is_asked_for_the_name_that_sasl_prep_makes_where_it_is_for_scram() {
        Claims.decide(failing("com.example.no"), claim("r", "j\u00ADoe", "wamp-scram"));
        Claims.decide(failing("com.example.no"), claim("r", "j\u00ADoe", "wampcra"));
        assertEquals("joe", asked.get(0).get(1));
        assertEquals("joe", ((Map<?, ?>) asked.get(0).get(2)).get("authid"));
        assertEquals("j\u00ADoe", asked.get(1).get(1));
    }

    @Test
    void secrets_of_the_principal_are_what_must_be_proven() {
        Admission plain = admitted(returning(Map.of("role", "user", "secret", "s")), claim("r", "joe", "wampcra"));
        CraSecret cra = (CraSecret) ((Proof.OfSecret) plain.proof().orElseThrow()).secret();
        assertTrue(cra.isAnsweredBy(CraSecret.answer("s", "c"), "c"));

        CraSecret.Salting salting = new CraSecret.Salting("salt", 1000, 32);
        for (Map<String, Object> principal : List.<Map<String, Object>>of(
                Map.of("role", "user", "secret", "s", "salt", "salt", "iterations", 1000L, "keylen", 32L),
                Map.of("role", "user", "derived-key", salting.keyOf("s"), "salt", "salt"))) {
            Admission salted = admitted(returning(principal), claim("r", "joe", "wampcra"));
            CraSecret derived = (CraSecret) ((Proof.OfSecret) salted.proof().orElseThrow()).secret();
            assertEquals(Optional.of(salting), derived.salting());
            assertTrue(derived.isAnsweredBy(CraSecret.answer(salting.keyOf("s"), "c"), "c"));
        }
    }

    @Test
    void a_scram_credential_is_taken_as_crossbar_stores_it() {
        ScramParameters parameters = ScramParameters.argon2id(2, 64);
        for (ScramDialect dialect : ScramDialect.values()) {
            ScramCredential credential = ScramCredential.derive(dialect, "p", parameters);
            Admission admission = admitted(
                    returning(Map.of(
                            "role", "user",
                            "kdf", dialect.nameOf(parameters.kdf()),
                            "salt", HexFormat.of().formatHex(parameters.salt()),
                            "iterations", 2L,
                            "memory", 64L,
                            "stored-key", credential.storedKey(),
                            "server-key", credential.serverKey())),
                    claim("r", "joe", dialect.method()));
            ScramCredential read =
                    (ScramCredential) ((Proof.OfSecret) admission.proof().orElseThrow()).secret();
            assertEquals(parameters, read.parameters());
            assertEquals(credential.storedKey(), read.storedKey());
        }
    }

    @Test
    @Conforms(Feature.TICKET)
    void a_ticket_is_shown_to_the_procedure_which_may_also_name_the_right_one() {
        assertInstanceOf(Decision.TicketFirst.class, Claims.decide(returning("user"), claim("r", "joe", "ticket")));
        assertEquals(0, asked.size());

        Admission admission = admitted(returning("user"), withTicket("shown"));
        assertEquals(Optional.empty(), admission.proof());
        assertEquals("shown", ((Map<?, ?>) asked.get(0).get(2)).get("ticket"));

        admitted(returning(Map.of("role", "user", "ticket", "shown")), withTicket("shown"));
        Refusal wrong = refused(returning(Map.of("role", "user", "ticket", "other")), withTicket("shown"));
        assertEquals(Refusal.UNPROVEN.reason(), wrong.reason());
        assertEquals(Refusal.UNPROVEN.message(), wrong.message());
    }

    @Test
    void only_a_key_that_the_principal_names_is_accepted() {
        String other = SigningKey.generate().publicKey().hex();
        String ours = key.publicKey().hex();
        admitted(returning(Map.of("role", "user", "pubkey", ours)), keyed("r", "joe"));
        admitted(returning(Map.of("role", "user", "pubkey", List.of(other, ours))), keyed("r", "joe"));
        Refusal refusal = refused(returning(Map.of("role", "user", "pubkey", other)), keyed("r", "joe"));
        assertEquals("wamp.error.authentication_failed", refusal.reason());
        assertEquals(Optional.of(new Proof.OfKey(key.publicKey())), refusal.proof());
    }

    @Test
    @Conforms(Feature.UNIFORM_REFUSAL)
    void a_denial_looks_like_a_wrong_proof_and_says_nothing_of_the_application() {
        DynamicAuthenticator denying = failing("com.example.joe_is_banned");
        Refusal refusal = refused(denying, claim("r", "joe", "wampcra"));
        assertEquals(Refusal.UNPROVEN.reason(), refusal.reason());
        assertEquals(Refusal.UNPROVEN.message(), refusal.message());
        CraSecret made = (CraSecret) ((Proof.OfSecret) refusal.proof().orElseThrow()).secret();
        assertEquals(MODEL.toString(), made.toString());
        assertEquals("user", refusal.seemingRole());
        Refusal again = refused(denying, claim("r", "joe", "wampcra"));
        assertEquals(
                made.salting(), ((CraSecret) ((Proof.OfSecret) again.proof().orElseThrow()).secret()).salting());

        assertEquals(
                Optional.of(new Proof.OfKey(key.publicKey())),
                refused(denying, keyed("r", "joe")).proof());
        assertEquals(Optional.empty(), refused(denying, withTicket("shown")).proof());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wamp.error.no_such_procedure",
                "wamp.error.runtime_error",
                "wamp.error.canceled",
                "wamp.error.timeout",
                "wamp.error.invalid_argument",
                "wamp.error.feature_not_supported",
                "crossbar.error.max_concurrency_reached",
                Limits.EXCEEDED
            })
    void a_procedure_that_fails_is_no_denial(String error) {
        assertFails(failing(error), claim("r", "joe", "wampcra"));
    }

    @Test
    @Conforms(Feature.UNIFORM_REFUSAL)
    void a_claim_that_cannot_be_asked_about_is_refused_as_a_wrong_proof_is_and_leaves_its_place() {
        DynamicAuthenticator unaskable = with(CompletableFuture.failedFuture(new Caller.UnwritableException()));
        for (int i = 0; i < 3; i++) {
            Refusal refusal = refused(unaskable, claim("r", "joe", "wampcra"));
            assertEquals(Refusal.UNPROVEN.reason(), refusal.reason());
            assertEquals(Refusal.UNPROVEN.message(), refusal.message());
            assertEquals("user", refusal.seemingRole());
        }
    }

    private static void assertFails(DynamicAuthenticator by, Claim claim) {
        assertThrows(CompletionException.class, () -> Claims.decide(by, claim));
    }

    @Test
    void what_is_no_principal_is_a_failure() {
        for (Object principal :
                List.of(1L, true, List.of(), Map.of("role", 1L), Map.of("role", "x", "realm", List.of()))) {
            assertFails(returning(principal), keyed("r", "joe"));
        }
        assertFails(with(CompletableFuture.completedFuture(new Caller.Returned(List.of(), Map.of()))), keyed("r", "a"));
        assertFails(returning(Map.of("role", "user")), claim("r", "joe", "wampcra"));
        assertFails(returning(Map.of("role", "user", "secret", "s", "salt", "")), claim("r", "joe", "wampcra"));
        assertFails(returning(Map.of("role", "user", "kdf", "md5")), claim("r", "joe", "wamp-scram"));
    }

    @Test
    @Conforms(Feature.ASSIGNED_REALM)
    void what_is_neither_asked_for_nor_assigned_is_missing() {
        assertEquals(
                "wamp.error.no_such_realm",
                refused(returning(Map.of("role", "x", "authid", "a")), keyed(null, null))
                        .reason());
        assertEquals(
                "wamp.error.no_such_principal",
                refused(returning(Map.of("role", "x", "realm", "r")), keyed(null, null))
                        .reason());
        Refusal role = refused(returning(Map.of("realm", "r", "authid", "a")), keyed(null, null));
        assertEquals("wamp.error.no_such_role", role.reason());
        assertEquals(Optional.of(new Proof.OfKey(key.publicKey())), role.proof());
    }

    @Test
    @Conforms(Feature.ANONYMOUS)
    void who_is_anonymous_has_no_name_of_its_own_choice() {
        Admission first = admitted(returning("guest"), claim("r", "alice", "anonymous"));
        Admission second = admitted(returning("guest"), claim("r", "alice", "anonymous"));
        assertTrue(first.authid().matches("anonymous-[0-9a-f]{20}"), first.authid());
        assertNotEquals(first.authid(), second.authid());
        assertEquals("guest", first.authrole());
        assertEquals(
                "visitor-7",
                admitted(returning(Map.of("role", "guest", "authid", "visitor-7")), claim("r", "alice", "anonymous"))
                        .authid());
    }

    @Test
    @Conforms(Feature.TLS_CERTIFICATE)
    void the_name_of_a_certificate_is_assigned_and_not_claimed() {
        Claim certified = claim("r", "alice", Dict.EMPTY, Claims.certified(), "tls");
        assertEquals(
                "wamp.error.no_such_principal",
                refused(returning("node"), certified).reason());
        Admission assigned = admitted(returning(Map.of("role", "node", "authid", "node-1")), certified);
        assertEquals("node-1", assigned.authid());
        assertEquals("tls", assigned.authmethod());
    }

    @Test
    @Conforms(Feature.METHOD_CHOICE)
    void methods_that_it_is_not_asked_about_or_that_cannot_be_are_passed_over() {
        assertEquals(
                "wampcra",
                admitted(
                                returning(Map.of("role", "x", "secret", "s")),
                                claim("r", "joe", "oauth9", "tls", "cryptosign", "wampcra"))
                        .authmethod());
        assertEquals(
                "wamp.error.no_matching_auth_method",
                refused(returning("x"), claim("r", "joe", "oauth9")).reason());
        assertThrows(
                IllegalArgumentException.class,
                () -> new DynamicAuthenticator.Question("r", "p", Set.of("cookie"), 1, Duration.ofSeconds(1)));
    }

    @Test
    void a_procedure_that_is_late_fails_and_only_so_many_are_asked_at_a_time() {
        CompletableFuture<Caller.Returned> never = new CompletableFuture<>();
        DynamicAuthenticator silent = with(never);
        CompletableFuture<Decision> first = silent.authenticate(keyed("r", "a")).toCompletableFuture();
        CompletableFuture<Decision> second =
                silent.authenticate(keyed("r", "b")).toCompletableFuture();
        assertEquals("wamp.error.unavailable", refused(silent, keyed("r", "c")).reason());
        assertThrows(CompletionException.class, () -> first.orTimeout(10, TimeUnit.SECONDS)
                .join());
        assertThrows(CompletionException.class, () -> second.orTimeout(10, TimeUnit.SECONDS)
                .join());
        assertEquals(2, asked.size());
        never.complete(new Caller.Returned(List.of("user"), Map.of()));
        assertEquals("user", admitted(silent, keyed("r", "c")).authrole());
    }

    @Test
    void a_caller_that_throws_is_a_failure_and_leaves_its_place() {
        DynamicAuthenticator broken = new DynamicAuthenticator(
                (realm, procedure, arguments, limit) -> {
                    throw new IllegalStateException("closed");
                },
                new DynamicAuthenticator.Question("app", "p", ALL, 1, Duration.ofSeconds(1)),
                List.of(),
                Noise.of(new byte[32]));
        for (int i = 0; i < 3; i++) {
            assertFails(broken, keyed("r", "joe"));
        }
    }
}
