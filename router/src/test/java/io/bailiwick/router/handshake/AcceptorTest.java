package io.bailiwick.router.handshake;

import static io.bailiwick.router.handshake.Handshakes.acceptor;
import static io.bailiwick.router.handshake.Handshakes.admission;
import static io.bailiwick.router.handshake.Handshakes.answer;
import static io.bailiwick.router.handshake.Handshakes.check;
import static io.bailiwick.router.handshake.Handshakes.hello;
import static io.bailiwick.router.handshake.Handshakes.hidden;
import static io.bailiwick.router.handshake.Handshakes.nodeHello;
import static io.bailiwick.router.handshake.Handshakes.refused;
import static io.bailiwick.router.handshake.Handshakes.sent;
import static io.bailiwick.router.handshake.Handshakes.text;
import static io.bailiwick.router.handshake.Handshakes.userHello;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.cryptosign.Challenge;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.handshake.Decision.Refusal;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AcceptorTest {
    private final SigningKey key = SigningKey.generate();
    private static final Step.Checked NO_MATTER = new Step.Checked(Exchange.Verdict.of(true));

    private final Acceptor acceptor = acceptor();

    @Test
    @Conforms(Feature.CRYPTOSIGN)
    void an_authenticate_that_answers_another_challenge_is_refused() {
        Acceptor earlier = acceptor();
        earlier.received(userHello(key));
        Message.Authenticate recorded = answer(earlier.decided(admission(key.publicKey())), key);
        assertInstanceOf(Step.Admit.class, check(earlier, earlier.received(recorded)));

        acceptor.received(userHello(key));
        acceptor.decided(admission(key.publicKey()));
        assertEquals(
                "wamp.error.authentication_failed: authentication failed",
                text(refused(check(acceptor, acceptor.received(recorded)))));
    }

    @Test
    @Conforms({Feature.CRYPTOSIGN, Feature.CHANNEL_BINDING, Feature.ASSIGNED_REALM})
    void a_node_of_crossbar_is_let_in() {
        Step.Ask ask = assertInstanceOf(Step.Ask.class, acceptor.received(nodeHello(key)));
        assertNull(ask.claim().realm());
        assertNull(ask.claim().authid());
        assertEquals("node", ask.claim().authrole());
        assertEquals(List.of("cryptosign"), ask.claim().authmethods());
        assertEquals(
                key.publicKey().hex(), ask.claim().authextra().text("pubkey").orElseThrow());

        Step challenge = acceptor.decided(admission(key.publicKey()));
        // The binding is echoed, and yet the bare challenge is what such a node signs.
        assertEquals(
                Optional.of("tls-unique"),
                sent(Message.Challenge.class, challenge).extra().text("channel_binding"));
        assertInstanceOf(Step.Admit.class, check(acceptor, acceptor.received(answer(challenge, key))));
    }

    @Test
    @Conforms(Feature.ASSIGNED_REALM)
    void welcome_tells_what_was_decided_and_nothing_that_was_claimed() {
        acceptor.received(hello(
                "com.claimed",
                Map.of("authid", "claimed", "authrole", "claimed", "authextra", Map.of("pubkey", "claimed"))));
        Step challenge = acceptor.decided(admission(key.publicKey()));
        Step.Admit admit =
                assertInstanceOf(Step.Admit.class, check(acceptor, acceptor.received(answer(challenge, key))));

        Message.Welcome welcome = admit.welcome();
        assertEquals(4711, welcome.session());
        assertEquals(
                Map.of(
                        "realm", "realm1",
                        "authid", "joe@example.com",
                        "authrole", "owner",
                        "authmethod", "cryptosign",
                        "authprovider", "dynamic",
                        "authextra", Map.of("node_oid", "1234"),
                        "agent", "Bailiwick-test",
                        "roles", Handshakes.ROUTER_ROLES.entries()),
                welcome.details().entries());
        assertTrue(admit.roles().dict("caller").dict("features").flag("call_canceling", false));
        assertEquals("realm1", admit.admission().realm());
    }

    @Test
    @Conforms(Feature.ANONYMOUS)
    void anonymous_is_let_in_without_a_challenge_when_the_decision_says_so() {
        Step.Ask ask = assertInstanceOf(
                Step.Ask.class,
                acceptor.received(new Message.Hello("realm1", Dict.of(Map.of("roles", Map.of("caller", Map.of()))))));
        assertEquals(List.of("anonymous"), ask.claim().authmethods());
        assertInstanceOf(Step.Admit.class, acceptor.decided(anonymous()));
    }

    @Test
    @Conforms(Feature.METHOD_CHOICE)
    void the_method_of_the_decision_must_have_been_offered() {
        acceptor.received(userHello(key));
        assertEquals(
                "wamp.error.no_matching_auth_method: expected authmethods with anonymous, but found [cryptosign]",
                text(refused(acceptor.decided(anonymous()))));
    }

    @Test
    void nobody_is_let_in_by_cryptosign_without_a_key_to_prove() {
        acceptor.received(userHello(key));
        Admission forgotten =
                new Admission("realm1", "joe", "owner", "cryptosign", "static", Dict.EMPTY, Optional.empty());
        assertEquals(
                "wamp.error.authorization_failed",
                refused(acceptor.decided(forgotten)).reason());
    }

    @Test
    void a_refusal_without_proof_is_told_at_once() {
        acceptor.received(userHello(key));
        assertEquals(
                "wamp.error.no_such_realm: no realm",
                text(refused(acceptor.decided(Refusal.of("wamp.error.no_such_realm", "no realm")))));
    }

    @Nested
    @Conforms(Feature.UNIFORM_REFUSAL)
    class A_stranger {
        private final SigningKey other = SigningKey.generate();

        @Test
        void sees_the_same_for_a_wrong_signature_an_unknown_key_and_a_hidden_reason() {
            assertEquals(wrongSignature(), hiddenReason());
            assertEquals(wrongSignature(), hiddenReasonWithoutCryptosign());
            assertEquals("wamp.error.authentication_failed: authentication failed", wrongSignature());
        }

        private String wrongSignature() {
            return outcome(admission(key.publicKey()));
        }

        private String hiddenReason() {
            return outcome(hidden(key.publicKey()));
        }

        private String hiddenReasonWithoutCryptosign() {
            Acceptor fresh = acceptor();
            fresh.received(hello("realm1", Map.of("authmethods", List.of("anonymous"))));
            return text(refused(fresh.decided(hidden(key.publicKey()))));
        }

        private String outcome(Decision decision) {
            Acceptor fresh = acceptor();
            fresh.received(userHello(key));
            Step challenge = fresh.decided(decision);
            return text(refused(check(fresh, fresh.received(answer(challenge, other)))));
        }

        @Test
        void sees_a_challenge_of_the_same_shape() {
            acceptor.received(userHello(key));
            Acceptor second = acceptor();
            second.received(userHello(key));
            assertEquals(
                    sent(Message.Challenge.class, acceptor.decided(admission(key.publicKey())))
                            .extra()
                            .entries()
                            .keySet(),
                    sent(Message.Challenge.class, second.decided(hidden(key.publicKey())))
                            .extra()
                            .entries()
                            .keySet());
        }

        @Test
        void but_the_owner_of_the_key_is_told_the_hidden_reason() {
            acceptor.received(nodeHello(key));
            Step challenge = acceptor.decided(hidden(key.publicKey()));
            assertEquals(
                    "fabric.auth-failed.node-unpaired: this node is not paired",
                    text(refused(check(acceptor, acceptor.received(answer(challenge, key))))));
        }
    }

    /** The authenticator wants the proof before it decides. */
    @Nested
    @Conforms(Feature.CRYPTOSIGN)
    class ProofFirst {
        private final Proof proof = new Proof.OfKey(key.publicKey());

        private Step proven() {
            acceptor.received(userHello(key));
            Step challenge = acceptor.decided(new Decision.ProofFirst(proof));
            return check(acceptor, acceptor.received(answer(challenge, key)));
        }

        @Test
        void who_gives_the_proof_is_put_before_the_authenticator_again_and_let_in_without_a_second_challenge() {
            Step.AskProven ask = assertInstanceOf(Step.AskProven.class, proven());
            assertEquals(proof, ask.proof());
            assertEquals("realm1", ask.claim().realm());
            Step.Admit admit = assertInstanceOf(Step.Admit.class, acceptor.decided(admission(key.publicKey())));
            assertEquals("joe@example.com", admit.admission().authid());
        }

        @Test
        void who_gives_the_proof_is_told_the_reason_of_a_refusal() {
            proven();
            assertEquals(
                    "com.example.code-sent: look there",
                    text(refused(acceptor.decided(Refusal.of("com.example.code-sent", "look there")))));
        }

        @Test
        void who_does_not_give_it_sees_what_everybody_sees_and_nobody_is_asked_again() {
            acceptor.received(userHello(key));
            Step challenge = acceptor.decided(new Decision.ProofFirst(proof));
            Step end = check(acceptor, acceptor.received(answer(challenge, SigningKey.generate())));
            assertEquals("wamp.error.authentication_failed: authentication failed", text(refused(end)));
        }

        @Test
        void the_challenge_is_that_of_somebody_who_is_known() {
            Acceptor other = acceptor();
            other.received(userHello(key));
            Message.Challenge known = sent(Message.Challenge.class, other.decided(admission(key.publicKey())));
            acceptor.received(userHello(key));
            Message.Challenge unknown = sent(Message.Challenge.class, acceptor.decided(new Decision.ProofFirst(proof)));
            assertEquals(
                    known.extra().entries().keySet(), unknown.extra().entries().keySet());
        }

        @Test
        void a_decision_that_rests_on_another_proof_or_on_none_lets_nobody_in() {
            List<Decision> wrong = List.of(
                    admission(SigningKey.generate().publicKey()),
                    anonymous(),
                    hidden(SigningKey.generate().publicKey()),
                    new Decision.ProofFirst(proof),
                    new Decision.TicketFirst());
            for (Decision decision : wrong) {
                Acceptor fresh = acceptor();
                fresh.received(userHello(key));
                Step challenge = fresh.decided(new Decision.ProofFirst(proof));
                check(fresh, fresh.received(answer(challenge, key)));
                assertEquals(
                        "wamp.error.authorization_failed",
                        refused(fresh.decided(decision)).reason(),
                        decision.toString());
            }
        }

        @Test
        void who_speaks_before_the_second_decision_is_refused() {
            proven();
            assertEquals(
                    "wamp.error.protocol_violation",
                    refused(acceptor.received(userHello(key))).reason());
        }
    }

    @Nested
    @Conforms(Feature.PROTOCOL_VIOLATIONS)
    class Order {
        @Test
        void nothing_but_hello_comes_first() {
            for (Message message : List.of(
                    new Message.Authenticate("00", Dict.EMPTY),
                    new Message.Goodbye(Dict.EMPTY, "wamp.close.normal"),
                    new Message.Call(1, Dict.EMPTY, "com.a", Payload.EMPTY),
                    new Message.Welcome(1, Dict.EMPTY))) {
                assertEquals(
                        "wamp.error.protocol_violation: handshake: expected HELLO, but found " + message.name(),
                        text(refused(acceptor().received(message))));
            }
        }

        @Test
        void a_second_hello_is_refused() {
            acceptor.received(userHello(key));
            assertEquals(
                    "wamp.error.protocol_violation: handshake: expected nothing before the router's answer,"
                            + " but found HELLO",
                    text(refused(acceptor.received(userHello(key)))));
        }

        @Test
        void an_authenticate_that_nobody_asked_for_is_refused() {
            acceptor.received(userHello(key));
            String signature = Challenge.issue().answer(key);
            assertEquals(
                    "wamp.error.protocol_violation",
                    refused(acceptor.received(new Message.Authenticate(signature, Dict.EMPTY)))
                            .reason());
        }

        @Test
        void hello_in_place_of_authenticate_is_refused() {
            acceptor.received(userHello(key));
            acceptor.decided(admission(key.publicKey()));
            assertEquals(
                    "wamp.error.protocol_violation: handshake: expected AUTHENTICATE, but found HELLO",
                    text(refused(acceptor.received(userHello(key)))));
        }

        @Test
        void a_second_authenticate_is_refused_even_when_the_first_was_right() {
            acceptor.received(userHello(key));
            Step challenge = acceptor.decided(admission(key.publicKey()));
            Step.Check first = assertInstanceOf(Step.Check.class, acceptor.received(answer(challenge, key)));
            assertEquals(
                    "wamp.error.protocol_violation",
                    refused(acceptor.received(answer(challenge, key))).reason());
            assertInstanceOf(Step.Ended.class, acceptor.checked(first.checked()));
        }

        @Test
        void a_wrong_answer_cannot_be_mended_by_a_right_one() {
            acceptor.received(userHello(key));
            Step challenge = acceptor.decided(admission(key.publicKey()));
            check(acceptor, acceptor.received(answer(challenge, SigningKey.generate())));
            assertInstanceOf(Step.Ended.class, acceptor.received(answer(challenge, key)));
        }

        @Test
        void after_the_end_nothing_happens_any_more() {
            acceptor.refuse("wamp.error.timeout", "too late");
            assertInstanceOf(Step.Ended.class, acceptor.received(userHello(key)));
            assertInstanceOf(Step.Ended.class, acceptor.decided(admission(key.publicKey())));
            assertInstanceOf(Step.Ended.class, acceptor.checked(NO_MATTER));
            assertInstanceOf(Step.Ended.class, acceptor.refuse("wamp.error.timeout", "again"));
        }

        @Test
        void a_decision_that_comes_after_a_violation_lets_nobody_in() {
            acceptor.received(userHello(key));
            acceptor.violated(new ProtocolViolation("frame: expected a message, but found noise"));
            assertInstanceOf(Step.Ended.class, acceptor.decided(anonymous()));
        }

        @Test
        void an_abort_of_the_client_ends_without_an_answer() {
            acceptor.received(userHello(key));
            acceptor.decided(admission(key.publicKey()));
            Message.Abort abort = new Message.Abort(Dict.EMPTY, "wamp.error.cannot_authenticate");
            assertSame(
                    abort,
                    assertInstanceOf(Step.Ended.class, acceptor.received(abort)).abort());
        }

        @Test
        void what_the_caller_tells_out_of_turn_is_a_fault_of_the_caller() {
            assertThrows(IllegalStateException.class, () -> acceptor.decided(anonymous()));
            assertThrows(IllegalStateException.class, () -> acceptor.checked(NO_MATTER));
            acceptor.received(userHello(key));
            assertThrows(IllegalStateException.class, () -> acceptor.checked(NO_MATTER));
        }
    }

    static List<List<Object>> malformed() {
        return List.of(
                List.of("HELLO.Details.roles: expected at least one of publisher,", Map.of("roles", Map.of())),
                List.of("HELLO.Details.roles: expected at least one of", Map.of("roles", Map.of("broker", Map.of()))),
                List.of("HELLO.Details.roles: expected a dictionary, but found a list", Map.of("roles", List.of())),
                List.of(
                        "HELLO.Details.roles.caller: expected a dictionary, but found a boolean",
                        Map.of("roles", Map.of("caller", true))),
                List.of(
                        "HELLO.Details.roles.callee.features: expected a dictionary, but found a list",
                        Map.of("roles", Map.of("callee", Map.of("features", List.of())))),
                List.of(
                        "HELLO.Details.roles.callee.features.call_canceling: expected a boolean, but found a string",
                        Map.of("roles", Map.of("callee", Map.of("features", Map.of("call_canceling", "yes"))))),
                List.of("HELLO.Details.agent: expected a string, but found an integer", Map.of("agent", 1L)),
                List.of("HELLO.Details.authid: expected a string, but found an integer", Map.of("authid", 1L)),
                List.of(
                        "HELLO.Details.authid: expected at most 255 characters, but found 256 characters",
                        Map.of("authid", "a".repeat(256))),
                List.of("HELLO.Details.authrole: expected a string, but found a list", Map.of("authrole", List.of())),
                List.of(
                        "HELLO.Details.authmethods: expected a list of strings, but found a string",
                        Map.of("authmethods", "cryptosign")),
                List.of("HELLO.Details.authextra: expected a dictionary, but found a string", Map.of("authextra", "x")),
                List.of(
                        "HELLO.Details.authextra.challenge: expected 64 hexadecimal characters, but found 2 characters",
                        Map.of("authextra", Map.of("challenge", "00"))),
                List.of(
                        "HELLO.Details.authextra.challenge: expected a string, but found an integer",
                        Map.of("authextra", Map.of("challenge", 1L))),
                List.of(
                        "HELLO.Details.authextra.channel_binding: expected a string, but found a boolean",
                        Map.of("authextra", Map.of("channel_binding", true))));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void a_malformed_hello_is_a_violation_that_names_the_place(List<Object> row) {
        @SuppressWarnings("unchecked") // the rows above
        Map<String, Object> details = (Map<String, Object>) row.get(1);
        String text = text(refused(acceptor.received(hello("realm1", details))));
        assertTrue(text.startsWith("wamp.error.protocol_violation: " + row.get(0)), text);
    }

    @Test
    void a_realm_that_is_no_uri_is_refused() {
        assertEquals(
                "wamp.error.invalid_uri",
                refused(acceptor.received(hello("no uri", Map.of()))).reason());
        assertEquals(
                "wamp.error.protocol_violation",
                refused(acceptor().received(hello("a".repeat(256), Map.of()))).reason());
    }

    @Test
    void unknown_details_are_ignored() {
        assertInstanceOf(Step.Ask.class, acceptor.received(hello("realm1", Map.of("x_unknown", List.of(1L)))));
    }

    @Nested
    @Conforms(Feature.CHANNEL_BINDING)
    class Channel_binding {
        @Test
        void that_is_asked_for_by_others_than_nodes_is_refused_by_name() {
            assertEquals(
                    "wamp.error.feature_not_supported: HELLO.Details.authextra.channel_binding: expected none, for this"
                            + " connection provides none, but found tls-unique",
                    text(refused(acceptor.received(asking("user", "tls-unique")))));
        }

        @Test
        void of_another_kind_is_refused_to_nodes_too() {
            assertEquals(
                    "wamp.error.feature_not_supported",
                    refused(acceptor.received(asking("node", "tls-exporter"))).reason());
        }

        @Test
        void that_is_null_is_none() {
            acceptor.received(userHello(key));
            assertFalse(sent(Message.Challenge.class, acceptor.decided(admission(key.publicKey())))
                    .extra()
                    .has("channel_binding"));
        }

        private Message.Hello asking(String authrole, String binding) {
            return hello("realm1", Map.of("authrole", authrole, "authextra", Map.of("channel_binding", binding)));
        }
    }

    @Nested
    @Conforms(Feature.ROUTER_AUTHENTICATION)
    class Router_authentication {
        private final SigningKey routerKey = SigningKey.generate();
        private final Challenge asked = Challenge.issue();

        @Test
        void answers_the_challenge_of_the_client() {
            Dict extra = challengeExtra(acceptor(routerKey), Map.of("challenge", asked.hex()));
            assertEquals(Optional.of(routerKey.publicKey().hex()), extra.text("pubkey"));
            String signature = extra.text("signature").orElseThrow();
            assertTrue(asked.isAnsweredBy(signature, routerKey.publicKey()));
            assertFalse(Challenge.issue().isAnsweredBy(signature, routerKey.publicKey()));
        }

        @Test
        void is_absent_when_not_asked_for() {
            Dict extra = challengeExtra(acceptor(routerKey), Map.of());
            assertFalse(extra.has("pubkey"));
            assertFalse(extra.has("signature"));
        }

        @Test
        void is_absent_when_the_router_has_no_key() {
            Dict extra = challengeExtra(acceptor(), Map.of("challenge", asked.hex()));
            assertFalse(extra.has("pubkey"));
            assertFalse(extra.has("signature"));
        }

        private Dict challengeExtra(Acceptor router, Map<String, Object> authextra) {
            router.received(hello("realm1", Map.of("authextra", authextra)));
            return sent(Message.Challenge.class, router.decided(admission(key.publicKey())))
                    .extra();
        }
    }

    @Test
    void every_handshake_has_its_own_challenge() {
        acceptor.received(userHello(key));
        Acceptor second = acceptor();
        second.received(userHello(key));
        assertNotEquals(acceptor.decided(admission(key.publicKey())), second.decided(admission(key.publicKey())));
    }

    private static Admission anonymous() {
        return new Admission("realm1", "anonymous1", "public", "anonymous", "static", Dict.EMPTY, Optional.empty());
    }
}
