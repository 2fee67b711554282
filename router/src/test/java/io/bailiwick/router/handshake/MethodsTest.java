package io.bailiwick.router.handshake;

import static io.bailiwick.router.handshake.Handshakes.acceptor;
import static io.bailiwick.router.handshake.Handshakes.check;
import static io.bailiwick.router.handshake.Handshakes.hello;
import static io.bailiwick.router.handshake.Handshakes.refused;
import static io.bailiwick.router.handshake.Handshakes.sent;
import static io.bailiwick.router.handshake.Handshakes.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.credential.CraSecret;
import io.bailiwick.router.credential.Noise;
import io.bailiwick.router.credential.ScramCredential;
import io.bailiwick.router.credential.ScramDialect;
import io.bailiwick.router.credential.ScramParameters;
import io.bailiwick.router.credential.Secret;
import io.bailiwick.router.credential.TicketHash;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.handshake.Decision.Refusal;
import io.bailiwick.router.link.ChannelSecurity;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each method from HELLO to WELCOME, both sides. */
class MethodsTest {
    static final SigningKey KEY = SigningKey.generate();

    /** A method: what the router stores, what the right client has, and what a wrong one has. */
    record Case(String name, Proof proof, Login right, Login wrong) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Proof stored(Secret secret) {
        return new Proof.OfSecret(secret);
    }

    private static Case scram(ScramDialect dialect, ScramParameters parameters) {
        return new Case(
                dialect.method() + " " + parameters,
                stored(ScramCredential.derive(dialect, "pencil", parameters)),
                new Login.Scram(dialect, "pencil", Optional.empty()),
                new Login.Scram(dialect, "pen", Optional.empty()));
    }

    static List<Case> cases() {
        return List.of(
                new Case(
                        "ticket",
                        stored(TicketHash.ofRandom("ticket")),
                        new Login.Ticket("ticket"),
                        new Login.Ticket("Ticket")),
                new Case(
                        "wampcra",
                        stored(CraSecret.plain("secret")),
                        new Login.WampCra("secret"),
                        new Login.WampCra("Secret")),
                new Case(
                        "salted wampcra",
                        stored(CraSecret.derive("secret", 1000)),
                        new Login.WampCra("secret"),
                        new Login.WampCra("Secret")),
                scram(ScramDialect.WAMP, ScramParameters.pbkdf2(4096)),
                scram(ScramDialect.WAMP, ScramParameters.argon2id(2, 4096)),
                scram(ScramDialect.AUTOBAHN, ScramParameters.pbkdf2(4096)),
                scram(ScramDialect.AUTOBAHN, ScramParameters.argon2id(2, 4096)),
                new Case(
                        "cryptosign",
                        new Proof.OfKey(KEY.publicKey()),
                        Login.Key.of(KEY),
                        Login.Key.of(SigningKey.generate())));
    }

    static Admission admission(Proof proof) {
        return new Admission(
                "realm1", "joe", "user", proof.method(), "static", Dict.of("shelf", 7L), Optional.of(proof));
    }

    static Joiner joiner(Login login, ChannelSecurity security) {
        return new Joiner(
                new Joiner.Introduction("realm1", "joe", null, login, Dict.EMPTY, "test", Handshakes.CLIENT_ROLES),
                security);
    }

    /** Passes messages back and forth; tells the client's last step. */
    static Step handshake(Joiner client, Acceptor router, Decision decision) {
        router.received(sent(Message.Hello.class, client.start()));
        Step asked = router.decided(decision);
        if (!(asked instanceof Step.Send)) {
            return asked;
        }
        Step answered = client.received(sent(Message.Challenge.class, asked));
        if (!(answered instanceof Step.Send)) {
            return answered;
        }
        Step end = check(router, router.received(sent(Message.Authenticate.class, answered)));
        return client.received(end instanceof Step.Admit admit ? admit.welcome() : refused(end));
    }

    @Test
    @Conforms(Feature.WAMP_SCRAM)
    void a_client_says_its_authid_as_sasl_prep_leaves_it_and_a_router_takes_what_was_said() {
        Proof proof = stored(ScramCredential.derive(ScramDialect.WAMP, "pencil", ScramParameters.pbkdf2(4096)));
        Joiner client = named("j\u00ADoe", ScramDialect.WAMP);
        Message.Hello hello = sent(Message.Hello.class, client.start());
        assertEquals("joe", hello.details().text("authid").orElse(""));
        assertInstanceOf(
                Step.Joined.class, handshake(named("j\u00ADoe", ScramDialect.WAMP), acceptor(), admission(proof)));
        assertThrows(IllegalArgumentException.class, () -> named("joe\u0007", ScramDialect.WAMP));

        Message.Hello asTyped = sent(
                Message.Hello.class, named("j\u00ADoe", ScramDialect.AUTOBAHN).start());
        assertEquals("j\u00ADoe", asTyped.details().text("authid").orElse(""));
    }

    private static Joiner named(String authid, ScramDialect dialect) {
        Login login = new Login.Scram(dialect, "pencil", Optional.empty());
        return new Joiner(
                new Joiner.Introduction("realm1", authid, null, login, Dict.EMPTY, "test", Handshakes.CLIENT_ROLES),
                ChannelSecurity.NONE);
    }

    @ParameterizedTest
    @MethodSource("cases")
    @Conforms({Feature.TICKET, Feature.WAMPCRA, Feature.WAMP_SCRAM, Feature.SCRAM_OF_AUTOBAHN, Feature.CRYPTOSIGN})
    void who_has_the_secret_joins(Case one) {
        Step.Joined joined = assertInstanceOf(
                Step.Joined.class,
                handshake(joiner(one.right, ChannelSecurity.NONE), acceptor(), admission(one.proof)));
        Dict details = joined.welcome().details();
        assertEquals("joe", details.text("authid").orElseThrow());
        assertEquals("user", details.text("authrole").orElseThrow());
        assertEquals("realm1", details.text("realm").orElseThrow());
        assertEquals(one.proof.method(), details.text("authmethod").orElseThrow());
        assertEquals("static", details.text("authprovider").orElseThrow());
        assertEquals(7, details.dict("authextra").integer("shelf").orElseThrow());
        assertEquals(Handshakes.SESSION, joined.welcome().session());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void who_has_another_one_does_not(Case one) {
        Step.Ended ended = assertInstanceOf(
                Step.Ended.class, handshake(joiner(one.wrong, ChannelSecurity.NONE), acceptor(), admission(one.proof)));
        assertEquals("wamp.error.authentication_failed: authentication failed", text(ended.abort()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void an_answer_that_was_recorded_is_worth_nothing_later(Case one) {
        if (one.proof.method().equals("ticket")) {
            return;
        }
        Joiner client = joiner(one.right, ChannelSecurity.NONE);
        Message.Hello hello = sent(Message.Hello.class, client.start());
        Acceptor first = acceptor();
        first.received(hello);
        Message.Authenticate recorded = sent(
                Message.Authenticate.class,
                client.received(sent(Message.Challenge.class, first.decided(admission(one.proof)))));
        assertInstanceOf(Step.Admit.class, check(first, first.received(recorded)));

        Acceptor second = acceptor();
        second.received(hello);
        second.decided(admission(one.proof));
        assertEquals(
                "wamp.error.authentication_failed",
                refused(check(second, second.received(recorded))).reason());
    }

    @ParameterizedTest
    @MethodSource("cases")
    @Conforms(Feature.UNIFORM_REFUSAL)
    void who_does_not_exist_sees_the_same_fields_and_the_same_end(Case one) {
        Proof made = one.proof instanceof Proof.OfSecret real
                ? new Proof.OfSecret(real.secret().lookalike(Noise.of(new byte[16])))
                : one.proof;
        Decision stranger = new Refusal(
                "wamp.error.authentication_failed", "authentication failed", Optional.of(made), "user", "static");
        Message.Hello hello = sent(
                Message.Hello.class, joiner(one.wrong, ChannelSecurity.NONE).start());
        List<Object> known = sight(hello, admission(one.proof));
        assertEquals(known, sight(hello, stranger));
        assertFalse(known.isEmpty());
    }

    /** The fields of CHALLENGE and of what is in it, and the ABORT that follows on a wrong answer. */
    private static List<Object> sight(Message.Hello hello, Decision decision) {
        Acceptor router = acceptor();
        router.received(hello);
        Message.Challenge challenge = sent(Message.Challenge.class, router.decided(decision));
        List<Object> sight = new ArrayList<>(List.of(
                challenge.authmethod(), List.copyOf(challenge.extra().entries().keySet())));
        challenge.extra().entries().forEach((key, value) -> {
            if (value instanceof Long) {
                sight.add(key + "=" + value);
            } else if (!key.equals("challenge") || !challenge.authmethod().equals("wampcra")) {
                sight.add(key + " of " + String.valueOf(value).length());
            } else {
                sight.add(String.valueOf(value).replaceAll("\"nonce\":\"[^\"]*\"", ""));
            }
        });
        Map<String, Object> extra = new LinkedHashMap<>();
        challenge.extra().text("nonce").ifPresent(nonce -> extra.put("nonce", nonce));
        String wrong = "A".repeat(43) + "=";
        sight.add(refused(check(router, router.received(new Message.Authenticate(wrong, Dict.of(extra))))));
        return sight;
    }

    /** Whatever stands in AUTHENTICATE: refused, and nothing is thrown. */
    @ParameterizedTest
    @MethodSource("cases")
    void no_content_of_authenticate_does_harm(Case one) {
        Random random = new Random(7);
        List<String> signatures =
                new ArrayList<>(List.of("", "=", "null", "\u0000", "ä", "A".repeat(60_000), "00".repeat(96)));
        List<Object> values = List.of("", 1L, true, List.of(), Map.of(), new byte[3], "AAAA", -1.5);
        Message.Hello hello = sent(
                Message.Hello.class, joiner(one.right, ChannelSecurity.NONE).start());
        for (int i = 0; i < 60; i++) {
            byte[] noise = new byte[random.nextInt(100)];
            random.nextBytes(noise);
            signatures.add(java.util.Base64.getEncoder().encodeToString(noise));
        }
        for (String signature : signatures) {
            Map<String, Object> extra = new LinkedHashMap<>();
            for (String key : List.of("nonce", "channel_binding", "cbind_data", "x")) {
                extra.put(key, values.get(random.nextInt(values.size())));
            }
            Acceptor router = acceptor();
            router.received(hello);
            router.decided(admission(one.proof));
            assertEquals(
                    "wamp.error.authentication_failed",
                    refused(check(router, router.received(new Message.Authenticate(signature, Dict.of(extra)))))
                            .reason());
        }
    }

    @Test
    @Conforms(Feature.WAMPCRA)
    void the_session_in_a_wampcra_challenge_is_that_of_welcome() throws IOException {
        Acceptor router = acceptor();
        router.received(hello("realm1", Map.of("authmethods", List.of("wampcra"), "authid", "joe")));
        Message.Challenge challenge =
                sent(Message.Challenge.class, router.decided(admission(stored(CraSecret.plain("secret")))));
        String text = challenge.extra().text("challenge").orElseThrow();
        JsonNode json = new JsonMapper().readTree(text);
        Step end =
                check(router, router.received(new Message.Authenticate(CraSecret.answer("secret", text), Dict.EMPTY)));
        assertEquals(
                json.get("session").asLong(),
                assertInstanceOf(Step.Admit.class, end).welcome().session());
        assertEquals("joe", json.get("authid").asText());
        assertEquals("user", json.get("authrole").asText());
        assertEquals(Handshakes.NOW.toString(), json.get("timestamp").asText());
        assertEquals(Set.of("challenge"), challenge.extra().entries().keySet());
    }

    @Test
    @Conforms(Feature.WAMP_SCRAM)
    void scram_tells_what_is_wrong_as_far_as_everybody_may_know() {
        Proof proof = stored(ScramCredential.derive(ScramDialect.WAMP, "pencil", ScramParameters.pbkdf2(4096)));
        assertEquals("invalid-proof", scramToken(proof, nonce -> Map.of("nonce", nonce), "A".repeat(43) + "="));
        assertEquals("invalid-encoding", scramToken(proof, nonce -> Map.of("nonce", nonce), "no base64"));
        assertEquals("other-error", scramToken(proof, nonce -> Map.of(), "A".repeat(43) + "="));
        assertEquals("other-error", scramToken(proof, nonce -> Map.of("nonce", nonce + "A"), "A".repeat(43) + "="));
        assertEquals(
                "channel-bindings-dont-match",
                scramToken(
                        proof, nonce -> Map.of("nonce", nonce, "channel_binding", "tls-unique"), "A".repeat(43) + "="));
    }

    private static String scramToken(
            Proof proof, java.util.function.Function<String, Map<String, Object>> extra, String signature) {
        Acceptor router = acceptor();
        router.received(sent(
                Message.Hello.class,
                joiner(new Login.Scram(ScramDialect.WAMP, "pencil", Optional.empty()), ChannelSecurity.NONE)
                        .start()));
        Message.Challenge challenge = sent(Message.Challenge.class, router.decided(admission(proof)));
        String nonce = challenge.extra().text("nonce").orElseThrow();
        Message.Abort abort = refused(
                check(router, router.received(new Message.Authenticate(signature, Dict.of(extra.apply(nonce))))));
        assertEquals("wamp.error.authentication_failed", abort.reason());
        return abort.details().text("scram").orElseThrow();
    }

    @Test
    @Conforms(Feature.WAMP_SCRAM)
    void a_nonce_that_is_short_or_missing_is_refused() {
        Proof proof = stored(ScramCredential.derive(ScramDialect.WAMP, "pencil", ScramParameters.pbkdf2(4096)));
        for (Map<String, Object> authextra : List.<Map<String, Object>>of(
                Map.of(), Map.of("nonce", "AAAA"), Map.of("nonce", "no base64"), Map.of("nonce", "A".repeat(4000)))) {
            Acceptor router = acceptor();
            router.received(hello(
                    "realm1", Map.of("authmethods", List.of("wamp-scram"), "authid", "joe", "authextra", authextra)));
            Message.Abort abort = refused(router.decided(admission(proof)));
            assertEquals("wamp.error.authentication_failed", abort.reason());
            assertEquals(Optional.of("invalid-encoding"), abort.details().text("scram"));
        }
    }

    @Test
    @Conforms({Feature.WAMP_SCRAM, Feature.ROUTER_AUTHENTICATION})
    void a_scram_client_joins_no_router_that_does_not_have_the_credential() {
        for (ScramDialect dialect : ScramDialect.values()) {
            ScramParameters parameters = ScramParameters.pbkdf2(4096);
            String key = ScramCredential.derive(dialect, "pencil", parameters).storedKey();
            // It knows what checks a password, and yet not what proves a router.
            Proof stolen = stored(ScramCredential.stored(dialect, parameters, key, "00".repeat(32)));
            Step step = handshake(
                    joiner(new Login.Scram(dialect, "pencil", Optional.empty()), ChannelSecurity.NONE),
                    acceptor(),
                    admission(stolen));
            assertEquals(
                    "wamp.error.authentication_failed: the router did not prove that it has the credential",
                    text(refused(step)));
            Joiner skipped = joiner(new Login.Scram(dialect, "pencil", Optional.empty()), ChannelSecurity.NONE);
            skipped.start();
            assertEquals(
                    "wamp.error.authentication_failed",
                    refused(skipped.received(new Message.Welcome(1, Dict.EMPTY)))
                            .reason());
        }
    }

    @Test
    @Conforms(Feature.WAMP_SCRAM)
    void a_scram_client_answers_no_weak_parameters_and_no_foreign_nonce() {
        Proof weak = stored(ScramCredential.derive(ScramDialect.WAMP, "pencil", ScramParameters.pbkdf2(100)));
        Login login = new Login.Scram(ScramDialect.WAMP, "pencil", Optional.empty());
        Step step = handshake(joiner(login, ChannelSecurity.NONE), acceptor(), admission(weak));
        assertEquals(
                "wamp.error.authentication_failed: CHALLENGE.Extra: expected a salt and a key derivation that are neither"
                        + " weak nor endless, but found PBKDF2, 100 iterations",
                text(refused(step)));

        Joiner client = joiner(login, ChannelSecurity.NONE);
        client.start();
        Step foreign = client.received(new Message.Challenge(
                "wamp-scram",
                Dict.of(Map.of(
                        "nonce", "A".repeat(48), "salt", "A".repeat(16), "kdf", "pbkdf2", "iterations", 4096L))));
        assertEquals("wamp.error.authentication_failed", refused(foreign).reason());
    }

    @Test
    @Conforms(Feature.TICKET)
    void an_authenticator_may_ask_for_the_ticket_before_it_decides() {
        Acceptor router = acceptor();
        router.received(hello("realm1", Map.of("authmethods", List.of("ticket"), "authid", "joe")));
        Message.Challenge challenge = sent(Message.Challenge.class, router.decided(new Decision.TicketFirst()));
        assertEquals(new Message.Challenge("ticket", Dict.EMPTY), challenge);
        Step.Ask again =
                assertInstanceOf(Step.Ask.class, router.received(new Message.Authenticate("shown", Dict.EMPTY)));
        assertEquals("shown", again.claim().ticket());
        assertFalse(again.claim().toString().contains("shown"));
        Admission seen = new Admission("realm1", "joe", "user", "ticket", "dynamic", Dict.EMPTY, Optional.empty());
        assertInstanceOf(Step.Admit.class, router.decided(seen));

        Acceptor unseen = acceptor();
        unseen.received(hello("realm1", Map.of("authmethods", List.of("ticket"), "authid", "joe")));
        assertEquals(
                "wamp.error.authorization_failed", refused(unseen.decided(seen)).reason());
    }

    @Test
    void nobody_joins_by_a_decision_whose_method_and_proof_differ() {
        for (Case one : cases()) {
            Acceptor router = acceptor();
            router.received(
                    hello("realm1", Map.of("authmethods", List.of("anonymous", one.proof.method()), "authid", "joe")));
            Admission wrong =
                    new Admission("realm1", "joe", "user", "anonymous", "x", Dict.EMPTY, Optional.of(one.proof));
            assertEquals(
                    "wamp.error.authorization_failed",
                    refused(router.decided(wrong)).reason());
        }
    }

    @Test
    @Conforms({Feature.TLS_CERTIFICATE, Feature.COOKIE})
    void what_the_connection_has_proven_needs_no_challenge() {
        for (String method : List.of("tls", "cookie")) {
            Admission proven = new Admission("realm1", "joe", "user", method, "static", Dict.EMPTY, Optional.empty());
            Step step = handshake(joiner(new Login.ByConnection(method), ChannelSecurity.NONE), acceptor(), proven);
            assertEquals(
                    method, assertInstanceOf(Step.Admit.class, step).admission().authmethod());
        }
    }

    @Test
    @Conforms(Feature.TRUSTROOTS)
    void trust_roots_and_certificates_are_refused_by_name_as_none_is_configured() {
        for (Map<String, Object> authextra : List.<Map<String, Object>>of(
                Map.of("trustroot", "0x72b3486d38E9f49215b487CeAaDF27D6acf22115"),
                Map.of("certificates", List.of(Map.of())))) {
            assertEquals(
                    "wamp.error.feature_not_supported: HELLO.Details.authextra: expected neither trustroot nor"
                            + " certificates, for no trust root is configured here, but found one of them",
                    text(refused(acceptor().received(hello("realm1", Map.of("authextra", authextra))))));
        }
    }

    @Test
    void no_login_prints_its_secret() {
        for (Case one : cases()) {
            assertFalse(one.right.toString().contains("secret")
                    || one.right.toString().contains("pencil"));
        }
        assertEquals("Ticket[]", new Login.Ticket("shown").toString());
        assertNotEquals("", Login.Key.of(KEY).toString());
    }
}
