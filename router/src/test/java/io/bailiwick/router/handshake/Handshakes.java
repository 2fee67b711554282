package io.bailiwick.router.handshake;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.bailiwick.router.cryptosign.Challenge;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.handshake.Decision.Refusal;
import io.bailiwick.router.link.ChannelSecurity;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the tests of both machines have in common. */
final class Handshakes {
    static final Dict ROUTER_ROLES = Dict.of(
            "broker",
            Map.of("features", Map.of("pattern_based_subscription", true)),
            "dealer",
            Map.of("features", Map.of()));
    static final Dict CLIENT_ROLES = Dict.of(Map.of("caller", Map.of("features", Map.of("call_canceling", true))));

    static final long SESSION = 4711;
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private Handshakes() {}

    static Acceptor acceptor() {
        return acceptor(null);
    }

    static Acceptor acceptor(SigningKey routerKey) {
        return acceptor(routerKey, ChannelSecurity.NONE);
    }

    /** A router that knows this of the connection, and gives the session the id 4711. */
    static Acceptor acceptor(SigningKey routerKey, ChannelSecurity security) {
        Peer peer = new Peer(
                "test",
                "tcp:127.0.0.1:1",
                Optional.empty(),
                security != ChannelSecurity.NONE,
                Optional.empty(),
                security);
        return new Acceptor(
                peer, new Acceptor.Offer("Bailiwick-test", ROUTER_ROLES, routerKey, InstantSource.fixed(NOW)), SESSION);
    }

    /** A HELLO as an edge node of Crossbar.io sends it, with the explicit nulls. */
    static Message.Hello nodeHello(SigningKey key) {
        Map<String, Object> authextra = new LinkedHashMap<>();
        authextra.put("pubkey", key.publicKey().hex());
        authextra.put("trustroot", null);
        authextra.put("challenge", null);
        authextra.put("channel_binding", "tls-unique");
        return hello(null, Map.of("authrole", "node", "authextra", authextra));
    }

    static Message.Hello userHello(SigningKey key) {
        return hello(
                "realm1", Map.of("authextra", Map.of("pubkey", key.publicKey().hex())));
    }

    /** A HELLO of a caller that offers cryptosign, with other details. */
    static Message.Hello hello(String realm, Map<String, Object> other) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("roles", CLIENT_ROLES.entries());
        details.put("authmethods", List.of("cryptosign"));
        details.putAll(other);
        return new Message.Hello(realm, Dict.of(details));
    }

    static Admission admission(PublicKey key) {
        return new Admission(
                "realm1",
                "joe@example.com",
                "owner",
                "cryptosign",
                "dynamic",
                Dict.of("node_oid", "1234"),
                Optional.of(new Proof.OfKey(key)));
    }

    static Refusal hidden(PublicKey key) {
        return new Refusal(
                "fabric.auth-failed.node-unpaired", "this node is not paired", Optional.of(new Proof.OfKey(key)));
    }

    static <T extends Message> T sent(Class<T> type, Step step) {
        return assertInstanceOf(type, assertInstanceOf(Step.Send.class, step).message());
    }

    static Message.Abort refused(Step step) {
        return assertInstanceOf(Step.Refuse.class, step).abort();
    }

    static String text(Message.Abort abort) {
        return abort.reason() + ": " + abort.details().text("message").orElse("");
    }

    /** The answer to a CHALLENGE. */
    static Message.Authenticate answer(Step challenge, SigningKey key) {
        String issued = sent(Message.Challenge.class, challenge)
                .extra()
                .text("challenge")
                .orElseThrow();
        return new Message.Authenticate(Challenge.of(issued).answer(key), Dict.EMPTY);
    }

    /** What the acceptor makes of a proof. */
    static Step check(Acceptor acceptor, Step check) {
        return acceptor.checked(assertInstanceOf(Step.Check.class, check).checked());
    }
}
