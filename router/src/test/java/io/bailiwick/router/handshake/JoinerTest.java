package io.bailiwick.router.handshake;

import static io.bailiwick.router.handshake.Handshakes.acceptor;
import static io.bailiwick.router.handshake.Handshakes.admission;
import static io.bailiwick.router.handshake.Handshakes.check;
import static io.bailiwick.router.handshake.Handshakes.hidden;
import static io.bailiwick.router.handshake.Handshakes.refused;
import static io.bailiwick.router.handshake.Handshakes.sent;
import static io.bailiwick.router.handshake.Handshakes.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bailiwick.router.cryptosign.Challenge;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.link.ChannelSecurity;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JoinerTest {
    private final SigningKey key = SigningKey.generate();
    private final SigningKey routerKey = SigningKey.generate();

    @Test
    void joiner_and_acceptor_make_a_whole_authenticated_handshake() {
        Step.Joined joined =
                assertInstanceOf(Step.Joined.class, handshake(joiner(null), acceptor(), admission(key.publicKey())));
        assertEquals(Handshakes.SESSION, joined.welcome().session());
        assertEquals("realm1", joined.welcome().details().text("realm").orElseThrow());
    }

    @Test
    void both_sides_prove_themselves_when_the_client_asks_for_it() {
        assertInstanceOf(
                Step.Joined.class,
                handshake(joiner(routerKey.publicKey()), acceptor(routerKey), admission(key.publicKey())));
    }

    @Test
    void a_refusal_reaches_the_client() {
        Step.Ended ended =
                assertInstanceOf(Step.Ended.class, handshake(joiner(null), acceptor(), hidden(key.publicKey())));
        assertEquals("fabric.auth-failed.node-unpaired", ended.abort().reason());
    }

    @Test
    void a_router_that_has_another_key_or_none_is_refused() {
        String expected = "wamp.error.authentication_failed: the router did not prove the key that is expected of it";
        for (Acceptor impostor : List.of(acceptor(), acceptor(SigningKey.generate()))) {
            Step step = handshake(joiner(routerKey.publicKey()), impostor, admission(key.publicKey()));
            assertEquals(expected, text(refused(step)));
        }
    }

    @Test
    void a_router_that_skips_its_proof_is_refused() {
        Joiner joiner = joiner(routerKey.publicKey());
        joiner.start();
        assertEquals(
                "wamp.error.authentication_failed",
                refused(joiner.received(new Message.Welcome(1, Dict.EMPTY))).reason());
    }

    @Test
    void hello_carries_what_the_client_says_of_itself() {
        Message.Hello hello = sent(Message.Hello.class, joiner(null).start());
        assertEquals("realm1", hello.realm());
        assertEquals(
                Map.of(
                        "roles", Handshakes.CLIENT_ROLES.entries(),
                        "agent", "test-client",
                        "authmethods", List.of("cryptosign"),
                        "authid", "joe@example.com",
                        "authextra", Map.of("pubkey", key.publicKey().hex(), "extra", "more")),
                hello.details().entries());
    }

    @Test
    void an_anonymous_client_offers_anonymous_and_answers_no_challenge() {
        Joiner joiner = new Joiner(introduction(new Login.Anonymous()), ChannelSecurity.NONE);
        Message.Hello hello = sent(Message.Hello.class, joiner.start());
        assertEquals(List.of("anonymous"), hello.details().texts("authmethods").orElseThrow());
        assertEquals(
                "wamp.error.no_matching_auth_method",
                refused(joiner.received(
                                challenge("cryptosign", Challenge.issue().hex())))
                        .reason());
    }

    @Test
    void one_challenge_is_answered_and_no_more() {
        Joiner joiner = joiner(null);
        joiner.start();
        sent(
                Message.Authenticate.class,
                joiner.received(challenge("cryptosign", Challenge.issue().hex())));
        assertEquals(
                "wamp.error.protocol_violation: handshake: expected WELCOME, but found CHALLENGE",
                text(refused(joiner.received(
                        challenge("cryptosign", Challenge.issue().hex())))));
    }

    @Test
    void a_challenge_of_another_method_or_shape_is_refused() {
        assertEquals("wamp.error.no_matching_auth_method", afterHello(challenge("ticket", "")));
        assertEquals("wamp.error.protocol_violation", afterHello(challenge("cryptosign", "00")));
        assertEquals(
                "wamp.error.protocol_violation",
                afterHello(new Message.Challenge("cryptosign", Dict.of("challenge", 1L))));
        assertEquals(
                "wamp.error.authentication_failed",
                afterHello(new Message.Challenge(
                        "cryptosign", Dict.of("challenge", Challenge.issue().hex(), "channel_binding", "tls-unique"))));
    }

    @Test
    void messages_out_of_order_are_violations() {
        assertEquals(
                "wamp.error.protocol_violation",
                refused(joiner(null).received(new Message.Welcome(1, Dict.EMPTY)))
                        .reason());
        assertEquals("wamp.error.protocol_violation", afterHello(new Message.Published(1, 1)));
        assertEquals("wamp.error.protocol_violation", afterHello(new Message.Welcome(0, Dict.EMPTY)));
        assertEquals("wamp.error.protocol_violation", afterHello(new Message.Welcome((1L << 53) + 1, Dict.EMPTY)));
    }

    @Test
    void an_abort_of_the_router_ends_without_an_answer() {
        Joiner joiner = joiner(null);
        joiner.start();
        Message.Abort abort = new Message.Abort(Dict.EMPTY, "wamp.error.no_such_realm");
        assertSame(
                abort,
                assertInstanceOf(Step.Ended.class, joiner.received(abort)).abort());
        assertInstanceOf(Step.Ended.class, joiner.received(new Message.Welcome(1, Dict.EMPTY)));
        assertInstanceOf(Step.Ended.class, joiner.violated(new ProtocolViolation("late")));
    }

    @Test
    void a_handshake_begins_once() {
        Joiner joiner = joiner(null);
        joiner.start();
        assertThrows(IllegalStateException.class, joiner::start);
    }

    /** Passes messages back and forth until one side is at its end; tells the client's last step. */
    private static Step handshake(Joiner client, Acceptor router, Decision decision) {
        router.received(sent(Message.Hello.class, client.start()));
        Step atClient = client.received(sent(Message.Challenge.class, router.decided(decision)));
        if (!(atClient instanceof Step.Send)) {
            return atClient;
        }
        Step atRouter = check(router, router.received(sent(Message.Authenticate.class, atClient)));
        return client.received(atRouter instanceof Step.Admit admit ? admit.welcome() : refused(atRouter));
    }

    private String afterHello(Message message) {
        Joiner joiner = joiner(null);
        joiner.start();
        return refused(joiner.received(message)).reason();
    }

    private static Message.Challenge challenge(String authmethod, String challenge) {
        return new Message.Challenge(authmethod, Dict.of("challenge", challenge));
    }

    private Joiner joiner(PublicKey expected) {
        return new Joiner(
                introduction(new Login.Key(key, Optional.ofNullable(expected), Optional.empty())),
                ChannelSecurity.NONE);
    }

    private static Joiner.Introduction introduction(Login login) {
        return new Joiner.Introduction(
                "realm1",
                "joe@example.com",
                null,
                login,
                Dict.of("extra", "more"),
                "test-client",
                Handshakes.CLIENT_ROLES);
    }
}
