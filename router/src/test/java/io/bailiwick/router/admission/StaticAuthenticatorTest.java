package io.bailiwick.router.admission;

import static io.bailiwick.router.admission.Claims.claim;
import static io.bailiwick.router.admission.Claims.peer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.admission.StaticAuthenticator.OtherRealm;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.credential.CraSecret;
import io.bailiwick.router.credential.Noise;
import io.bailiwick.router.credential.ScramCredential;
import io.bailiwick.router.credential.ScramDialect;
import io.bailiwick.router.credential.ScramParameters;
import io.bailiwick.router.credential.Secret;
import io.bailiwick.router.credential.TicketHash;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Channels;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.handshake.Decision.Refusal;
import io.bailiwick.router.handshake.Proof;
import io.bailiwick.router.link.ChannelSecurity.ClientCertificate;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StaticAuthenticatorTest {
    private static final ClientCertificate CERTIFICATE =
            new ClientCertificate("CN=node1,O=Example", "CN=ca", "ab".repeat(32), "cd".repeat(20));

    private final PublicKey joesKey = SigningKey.generate().publicKey();
    private final PublicKey sharedKey = SigningKey.generate().publicKey();
    private final PublicKey strangersKey = SigningKey.generate().publicKey();

    private final Principal joe = principal(
            "realm1",
            "joe",
            List.of(
                    TicketHash.ofRandom("ticket"),
                    CraSecret.derive("secret", 1000),
                    ScramCredential.derive(ScramDialect.WAMP, "pencil", ScramParameters.pbkdf2(10))),
            Set.of(joesKey, sharedKey),
            Set.of());
    private final Principal ann =
            principal("realm1", "ann", List.of(CraSecret.derive("secret", 1000)), Set.of(sharedKey), Set.of());
    private final Principal node1 =
            principal("realm2", "node1", List.of(), Set.of(), Set.of(CertificateName.fingerprint("AB".repeat(32))));
    private final Principal sue = principal("realm2", "sue", List.of(TicketHash.ofRandom("t")), Set.of(), Set.of());

    private final StaticPrincipals principals =
            new StaticPrincipals(List.of(joe, ann, node1, sue), Map.of("open", "guest"));
    private final StaticAuthenticator strict = authenticator(OtherRealm.REFUSE);
    private final StaticAuthenticator moving = authenticator(OtherRealm.MOVE);

    private StaticAuthenticator authenticator(OtherRealm otherRealm) {
        return new StaticAuthenticator(principals, otherRealm, Noise.of(new byte[32]));
    }

    private static Principal principal(
            String realm, String authid, List<Secret> secrets, Set<PublicKey> keys, Set<CertificateName> certificates) {
        return new Principal(realm, authid, "user", Dict.of("of", authid), secrets, keys, certificates);
    }

    private static Admission admitted(StaticAuthenticator by, Claim claim) {
        return assertInstanceOf(Admission.class, Claims.decide(by, claim));
    }

    private static Refusal refused(StaticAuthenticator by, Claim claim) {
        return assertInstanceOf(Refusal.class, Claims.decide(by, claim));
    }

    private static Claim keyed(String realm, String authid, PublicKey key, String... methods) {
        return claim(
                realm,
                authid,
                Dict.of("pubkey", key.hex()),
                peer("tcp:192.0.2.1:4000"),
                methods.length == 0 ? new String[] {"cryptosign"} : methods);
    }

    private static Claim certified(String realm, String authid, ClientCertificate certificate, String... methods) {
        Peer peer = new Peer(
                "public", "tcp:192.0.2.1:1", Optional.empty(), true, Optional.empty(), Channels.with(certificate));
        return claim(realm, authid, Dict.EMPTY, peer, methods);
    }

    @Test
    @Conforms({Feature.TICKET, Feature.UNIFORM_REFUSAL})
    void a_ticket_that_is_revoked_is_refused_to_who_shows_it_and_nothing_else_is() {
        Claim byTicket = claim("realm1", "joe", "ticket");
        Admission before = admitted(strict, byTicket);
        assertTrue(strict.stands(before));
        strict.revoked("realm2", "joe");
        strict.revoked("realm1", "nobody");
        strict.revoked("realm1", "ann");
        assertTrue(strict.stands(before));
        strict.revoked("realm1", "joe");
        Refusal refusal = refused(strict, byTicket);
        assertEquals(before.proof(), refusal.proof(), "the challenge and the work are the same");
        assertEquals(Refusal.UNPROVEN.reason(), refusal.reason());
        assertEquals(Refusal.UNPROVEN.message(), refusal.message());
        assertFalse(strict.stands(before), "not even for who was about to join");
        Admission byOther = admitted(strict, claim("realm1", "joe", "wampcra"));
        assertTrue(strict.stands(byOther));
        assertTrue(strict.stands(admitted(strict, claim("realm2", "sue", "ticket"))));
        assertTrue(moving.stands(admitted(moving, byTicket)), "those who decide do not know of each other");
    }

    @Test
    @Conforms(Feature.WAMP_SCRAM)
    void an_authid_is_looked_up_as_sasl_prep_leaves_it_by_scram_and_as_it_is_by_all_else() {
        Admission typed = admitted(strict, claim("realm1", "j\u00ADoe", "wamp-scram"));
        assertEquals("joe", typed.authid());
        assertEquals(admitted(strict, claim("realm1", "joe", "wamp-scram")).proof(), typed.proof());
        for (String method : List.of("ticket", "wampcra")) {
            refused(strict, claim("realm1", "j\u00ADoe", method));
        }
        assertEquals(salt("nobody"), salt("no\u00ADbody"), "who does not exist has one salt too");
        assertNotEquals(salt("nobody"), salt("nobody else"));
        assertEquals(
                Refusal.UNPROVEN.reason(),
                refused(strict, claim("realm1", "joe\u0007", "wamp-scram")).reason());
    }

    private String salt(String authid) {
        StaticAuthenticator ofJoe = new StaticAuthenticator(
                new StaticPrincipals(List.of(joe), Map.of()), OtherRealm.REFUSE, Noise.of(new byte[32]));
        Proof proof =
                refused(ofJoe, claim("realm1", authid, "wamp-scram")).proof().orElseThrow();
        return ((ScramCredential) ((Proof.OfSecret) proof).secret())
                .parameters()
                .saltText();
    }

    @Test
    @Conforms(Feature.METHOD_CHOICE)
    void the_first_method_of_the_client_that_is_configured_for_it_counts() {
        assertEquals(
                "wampcra",
                admitted(strict, claim("realm1", "joe", "wampcra", "ticket")).authmethod());
        assertEquals(
                "ticket",
                admitted(strict, claim("realm1", "joe", "ticket", "wampcra")).authmethod());
        assertEquals(
                "wampcra",
                admitted(strict, claim("realm1", "ann", "ticket", "wampcra")).authmethod());
        assertEquals(
                "wamp-scram",
                admitted(strict, claim("realm1", "joe", "scram", "wamp-scram")).authmethod());
        assertEquals(
                "ticket",
                admitted(strict, keyed("realm2", "sue", strangersKey, "cryptosign", "ticket"))
                        .authmethod());
    }

    @Test
    @Conforms(Feature.METHOD_CHOICE)
    void names_that_nobody_knows_are_passed_over() {
        assertEquals(
                "ticket",
                admitted(strict, claim("realm1", "joe", "oauth9", "", "ticket")).authmethod());
    }

    @Test
    @Conforms(Feature.METHOD_CHOICE)
    void none_in_common_is_told() {
        Refusal refusal = refused(strict, claim("realm2", "sue", "wampcra", "oauth9"));
        assertEquals("wamp.error.no_matching_auth_method", refusal.reason());
        assertEquals(Optional.empty(), refusal.proof());
    }

    @Test
    void an_admission_has_what_the_principal_has() {
        Admission admission = admitted(strict, claim("realm1", "joe", "wampcra"));
        assertEquals("realm1", admission.realm());
        assertEquals("joe", admission.authid());
        assertEquals("user", admission.authrole());
        assertEquals("static", admission.authprovider());
        assertEquals(Dict.of("of", "joe"), admission.authextra());
        assertEquals(Optional.of(new Proof.OfSecret(joe.secrets().get(1))), admission.proof());
    }

    @Test
    @Conforms(Feature.ANONYMOUS)
    void anonymous_is_let_in_where_the_realm_allows_it_under_a_name_of_its_own() {
        Admission admission = admitted(strict, claim("open", null, "anonymous"));
        assertEquals("guest", admission.authrole());
        assertEquals("anonymous", admission.authmethod());
        assertNotEquals(
                admission.authid(),
                admitted(strict, claim("open", null, "anonymous")).authid());
        assertEquals(
                "wamp.error.no_matching_auth_method",
                refused(strict, claim("realm1", null, "anonymous")).reason());
        assertEquals(
                "wamp.error.no_such_realm",
                refused(strict, claim(null, null, "anonymous")).reason());
    }

    @Test
    @Conforms(Feature.ASSIGNED_REALM)
    void realm_and_authid_are_assigned_by_the_key() {
        Admission admission = admitted(strict, keyed(null, null, joesKey));
        assertEquals("realm1", admission.realm());
        assertEquals("joe", admission.authid());
        assertEquals(Optional.of(new Proof.OfKey(joesKey)), admission.proof());
        assertEquals("joe", admitted(strict, keyed("realm1", "joe", joesKey)).authid());
    }

    @Test
    @Conforms(Feature.ASSIGNED_REALM)
    void a_key_of_two_principals_tells_neither() {
        Refusal refusal = refused(strict, keyed(null, null, sharedKey));
        assertEquals("wamp.error.no_such_principal", refusal.reason());
        assertEquals(Optional.of(new Proof.OfKey(sharedKey)), refusal.proof());
        assertEquals("ann", admitted(strict, keyed(null, "ann", sharedKey)).authid());
    }

    @Test
    @Conforms(Feature.ASSIGNED_REALM)
    void a_key_that_is_not_that_of_the_authid_is_refused_after_its_proof() {
        for (Claim claim : List.of(
                keyed("realm1", "ann", joesKey),
                keyed("realm1", "joe", strangersKey),
                keyed(null, null, strangersKey))) {
            Refusal refusal = refused(strict, claim);
            assertEquals("wamp.error.authentication_failed", refusal.reason());
            assertEquals("cryptosign", refusal.proof().orElseThrow().method());
        }
    }

    @Test
    @Conforms(Feature.ASSIGNED_REALM)
    void without_authid_and_key_nobody_can_be_told() {
        assertEquals(
                "wamp.error.no_such_principal",
                refused(strict, claim(null, null, "cryptosign", "ticket")).reason());
        assertEquals(
                "wamp.error.no_such_realm",
                refused(strict, claim("nowhere", "joe", "ticket")).reason());
    }

    @Test
    void a_key_that_is_none_is_refused_at_once() {
        Refusal refusal =
                refused(strict, claim(null, null, Dict.of("pubkey", "00"), peer("tcp:192.0.2.1:1"), "cryptosign"));
        assertEquals(
                "HELLO.Details.authextra.pubkey: public key: expected 64 hexadecimal characters, but found 2 characters",
                refusal.message());
    }

    @Test
    @Conforms(Feature.ASSIGNED_REALM)
    void who_asks_for_another_realm_is_refused_or_moved_as_configured() {
        assertEquals(
                "wamp.error.authentication_failed",
                refused(strict, claim("realm2", "joe", "ticket")).reason());
        assertEquals(
                "wamp.error.authentication_failed",
                refused(strict, keyed("realm2", null, joesKey)).reason());
        assertEquals(
                "realm1", admitted(moving, claim("realm2", "joe", "ticket")).realm());
        assertEquals(
                "realm1", admitted(moving, claim("nowhere", "joe", "ticket")).realm());
        assertEquals("realm1", admitted(moving, keyed("realm2", null, joesKey)).realm());
        assertEquals("realm1", admitted(strict, claim(null, "joe", "ticket")).realm());
    }

    @Test
    @Conforms(Feature.TLS_CERTIFICATE)
    void a_certificate_is_known_by_fingerprint_or_subject() {
        Admission admission = admitted(strict, certified(null, null, CERTIFICATE, "tls"));
        assertEquals("node1", admission.authid());
        assertEquals("realm2", admission.realm());
        assertEquals(Optional.empty(), admission.proof());
        for (CertificateName name : List.of(
                CertificateName.fingerprint("CD:" + "cd".repeat(19)), CertificateName.subject("cn=NODE1, o=example"))) {
            StaticAuthenticator by = new StaticAuthenticator(
                    new StaticPrincipals(List.of(principal("r", "n", List.of(), Set.of(), Set.of(name))), Map.of()),
                    OtherRealm.REFUSE,
                    Noise.of(new byte[32]));
            assertEquals(
                    "n", admitted(by, certified("r", null, CERTIFICATE, "tls")).authid());
        }
        assertNotEquals(CertificateName.subject("CN=node1,O=Example"), CertificateName.subject("O=Example,CN=node1"));
    }

    @Test
    @Conforms({Feature.TLS_CERTIFICATE, Feature.METHOD_CHOICE})
    void a_certificate_that_nobody_knows_leaves_the_other_methods() {
        ClientCertificate unknown = new ClientCertificate("CN=x", "CN=ca", "00".repeat(32), "00".repeat(20));
        assertEquals(
                "ticket",
                admitted(strict, certified("realm1", "joe", unknown, "tls", "ticket"))
                        .authmethod());
        assertEquals(
                "ticket",
                admitted(strict, claim("realm1", "joe", "tls", "ticket")).authmethod());
        assertEquals(
                "wamp.error.no_matching_auth_method",
                refused(strict, certified("realm1", "joe", unknown, "tls")).reason());
        assertEquals(
                "wamp.error.no_matching_auth_method",
                refused(strict, certified("realm2", "sue", CERTIFICATE, "tls")).reason());
    }

    @Test
    @Conforms(Feature.UNIFORM_REFUSAL)
    void who_does_not_exist_is_asked_for_the_same_method_at_the_same_cost() {
        for (String nobody : List.of("nobody", "noone", "x")) {
            Refusal refusal = refused(strict, claim("realm2", nobody, "ticket"));
            assertEquals(Refusal.UNPROVEN.reason(), refusal.reason());
            assertEquals(Refusal.UNPROVEN.message(), refusal.message());
            Secret made = ((Proof.OfSecret) refusal.proof().orElseThrow()).secret();
            // Prints what a check of it costs.
            assertEquals(sue.secrets().get(0).toString(), made.toString());
            assertEquals("user", refusal.seemingRole());
            assertEquals("static", refusal.seemingProvider());
        }
    }

    @Test
    @Conforms(Feature.UNIFORM_REFUSAL)
    void who_does_not_exist_has_a_salt_that_does_not_change_with_time_or_realm() {
        CraSecret.Salting salting = salting(claim("realm1", "nobody", "wampcra"));
        assertEquals(salting, salting(claim("realm1", "nobody", "wampcra")));
        assertNotEquals(salting, salting(claim("realm1", "noone", "wampcra")));
        assertEquals(1000, salting.iterations());
        // Somebody who exists is the same in every realm where he is moved from, and without one.
        Refusal here = refused(moving, claim("realm1", "nobody", "ticket", "wampcra"));
        Refusal there = refused(moving, claim("realm2", "nobody", "ticket", "wampcra"));
        Refusal nowhere = refused(moving, claim(null, "nobody", "ticket", "wampcra"));
        assertEquals(text(here), text(there));
        assertEquals(text(here), text(nowhere));
    }

    private static String text(Refusal refusal) {
        Secret secret = ((Proof.OfSecret) refusal.proof().orElseThrow()).secret();
        return secret instanceof CraSecret cra ? String.valueOf(cra.salting()) : ((TicketHash) secret).text();
    }

    private CraSecret.Salting salting(Claim claim) {
        Secret secret = ((Proof.OfSecret) refused(strict, claim).proof().orElseThrow()).secret();
        return ((CraSecret) secret).salting().orElseThrow();
    }

    @Test
    void a_configuration_that_contradicts_itself_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new StaticPrincipals(List.of(joe, joe), Map.of()));
        assertThrows(
                IllegalArgumentException.class,
                () -> principal("r", "a", List.of(CraSecret.plain("a"), CraSecret.plain("b")), Set.of(), Set.of()));
        assertThrows(IllegalArgumentException.class, () -> CertificateName.fingerprint("ab"));
        assertThrows(IllegalArgumentException.class, () -> CertificateName.subject("no name"));
        assertTrue(new StaticPrincipals(List.of(), Map.of()).modelRealms().isEmpty());
    }

    @Test
    void where_nobody_is_configured_nobody_is_let_in() {
        StaticAuthenticator empty = new StaticAuthenticator(
                new StaticPrincipals(List.of(), Map.of("open", "guest")), OtherRealm.REFUSE, Noise.of(new byte[32]));
        assertEquals(
                "wamp.error.no_matching_auth_method",
                refused(empty, claim("open", "joe", "ticket")).reason());
        assertEquals(
                "wamp.error.no_matching_auth_method",
                refused(empty, keyed("open", "joe", joesKey)).reason());
    }
}
