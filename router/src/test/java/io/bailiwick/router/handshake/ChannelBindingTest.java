package io.bailiwick.router.handshake;

import static io.bailiwick.router.handshake.Handshakes.acceptor;
import static io.bailiwick.router.handshake.Handshakes.answer;
import static io.bailiwick.router.handshake.Handshakes.check;
import static io.bailiwick.router.handshake.Handshakes.hello;
import static io.bailiwick.router.handshake.Handshakes.nodeHello;
import static io.bailiwick.router.handshake.Handshakes.refused;
import static io.bailiwick.router.handshake.Handshakes.sent;
import static io.bailiwick.router.handshake.Handshakes.text;
import static io.bailiwick.router.handshake.MethodsTest.admission;
import static io.bailiwick.router.handshake.MethodsTest.handshake;
import static io.bailiwick.router.handshake.MethodsTest.joiner;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.credential.ScramCredential;
import io.bailiwick.router.credential.ScramDialect;
import io.bailiwick.router.credential.ScramParameters;
import io.bailiwick.router.credential.Vectors;
import io.bailiwick.router.cryptosign.Challenge;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.link.ChannelSecurity;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proofs that hold on one connection only: whoever relays the messages of two connections is found out. */
@Conforms(Feature.CHANNEL_BINDING)
class ChannelBindingTest {
    private static final byte[] CLIENT_FINISHED = new byte[12];
    private static final byte[] SERVER_FINISHED = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

    private static final ChannelSecurity HERE = Channels.with(Map.of(
            "tls-exporter", List.of(filled(32, 5)),
            "tls-unique", List.of(CLIENT_FINISHED, SERVER_FINISHED),
            "tls-server-end-point", List.of(filled(48, 6))));
    private static final ChannelSecurity ELSEWHERE = Channels.with(Map.of(
            "tls-exporter", List.of(filled(32, 7)),
            "tls-unique", List.of(filled(12, 8)),
            "tls-server-end-point", List.of(filled(48, 9))));

    private final SigningKey key = SigningKey.generate();
    private final SigningKey routerKey = SigningKey.generate();
    private final ScramCredential credential =
            ScramCredential.derive(ScramDialect.WAMP, "pencil", ScramParameters.pbkdf2(4096));

    private static byte[] filled(int size, int with) {
        byte[] octets = new byte[size];
        java.util.Arrays.fill(octets, (byte) with);
        return octets;
    }

    private Login signing(String binding) {
        return new Login.Key(key, Optional.of(routerKey.publicKey()), Optional.of(binding));
    }

    private static Login scram(String binding) {
        return new Login.Scram(ScramDialect.WAMP, "pencil", Optional.of(binding));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls-exporter", "tls-unique", "tls-server-end-point"})
    @Conforms({Feature.CRYPTOSIGN, Feature.WAMP_SCRAM, Feature.ROUTER_AUTHENTICATION})
    void both_ends_of_one_connection_agree(String type) {
        assertInstanceOf(
                Step.Joined.class,
                handshake(
                        joiner(signing(type), HERE),
                        acceptor(routerKey, HERE),
                        admission(new Proof.OfKey(key.publicKey()))));
        assertInstanceOf(
                Step.Joined.class,
                handshake(joiner(scram(type), HERE), acceptor(null, HERE), admission(new Proof.OfSecret(credential))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls-exporter", "tls-unique", "tls-server-end-point"})
    @Conforms({Feature.CRYPTOSIGN, Feature.WAMP_SCRAM})
    void the_ends_of_two_connections_do_not(String type) {
        Step relayed = handshake(
                joiner(new Login.Key(key, Optional.empty(), Optional.of(type)), ELSEWHERE),
                acceptor(null, HERE),
                admission(new Proof.OfKey(key.publicKey())));
        assertEquals(
                "wamp.error.authentication_failed",
                assertInstanceOf(Step.Ended.class, relayed).abort().reason());
        Step.Ended scram = assertInstanceOf(
                Step.Ended.class,
                handshake(
                        joiner(scram(type), ELSEWHERE),
                        acceptor(null, HERE),
                        admission(new Proof.OfSecret(credential))));
        assertEquals(
                Optional.of("channel-bindings-dont-match"),
                scram.abort().details().text("scram"));
    }

    @Test
    @Conforms(Feature.ROUTER_AUTHENTICATION)
    void the_routers_proof_is_bound_too() {
        Step step = handshake(
                joiner(signing("tls-exporter"), ELSEWHERE),
                acceptor(routerKey, HERE),
                admission(new Proof.OfKey(key.publicKey())));
        assertEquals(
                "wamp.error.authentication_failed: the router did not prove the key that is expected of it",
                text(refused(step)));
    }

    @Test
    void either_finished_message_is_tls_unique_as_clients_disagree() {
        for (byte[] finished : List.of(CLIENT_FINISHED, SERVER_FINISHED)) {
            ChannelSecurity client = Channels.with(Map.of("tls-unique", List.of(finished)));
            assertInstanceOf(
                    Step.Joined.class,
                    handshake(
                            joiner(new Login.Key(key, Optional.empty(), Optional.of("tls-unique")), client),
                            acceptor(null, HERE),
                            admission(new Proof.OfKey(key.publicKey()))));
        }
    }

    @Test
    void the_bare_challenge_is_no_answer_where_a_binding_was_asked_for() {
        Acceptor router = acceptor(null, HERE);
        router.received(hello(
                "realm1",
                Map.of("authextra", Map.of("pubkey", key.publicKey().hex(), "channel_binding", "tls-exporter"))));
        Step challenge = router.decided(admission(new Proof.OfKey(key.publicKey())));
        assertEquals(
                "wamp.error.authentication_failed",
                refused(check(router, router.received(answer(challenge, key)))).reason());
    }

    @Test
    void but_it_is_of_a_node_of_crossbar_which_signs_it_whatever_it_asked_for() {
        Acceptor router = acceptor(null, HERE);
        router.received(nodeHello(key));
        Step challenge = router.decided(admission(new Proof.OfKey(key.publicKey())));
        assertInstanceOf(Step.Admit.class, check(router, router.received(answer(challenge, key))));
    }

    @Test
    @Conforms(Feature.WAMP_SCRAM)
    void a_binding_that_is_not_there_is_refused_by_name() {
        Message.Hello hello =
                sent(Message.Hello.class, joiner(scram("tls-exporter"), HERE).start());
        Acceptor router = acceptor();
        router.received(hello);
        Message.Abort abort = refused(router.decided(admission(new Proof.OfSecret(credential))));
        assertEquals(
                "wamp.error.feature_not_supported: HELLO.Details.authextra.channel_binding: expected none, for this"
                        + " connection provides none, but found tls-exporter",
                text(abort));
        assertEquals(
                Optional.of("unsupported-channel-binding-type"), abort.details().text("scram"));
        assertThrows(IllegalArgumentException.class, () -> joiner(scram("tls-exporter"), ChannelSecurity.NONE));
        assertThrows(IllegalArgumentException.class, () -> joiner(signing("tls-exporter"), ChannelSecurity.NONE));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Login.Scram(ScramDialect.AUTOBAHN, "p", Optional.of("tls-exporter")));
    }

    @Test
    void the_binding_is_echoed_or_the_client_leaves() {
        Joiner client = joiner(new Login.Key(key, Optional.empty(), Optional.of("tls-exporter")), HERE);
        client.start();
        Step step = client.received(new Message.Challenge(
                "cryptosign", Dict.of("challenge", Challenge.issue().hex())));
        assertEquals(
                "wamp.error.authentication_failed: CHALLENGE.Extra.channel_binding: expected tls-exporter, but found"
                        + " another",
                text(refused(step)));
    }

    @Test
    @Conforms(Feature.CRYPTOSIGN)
    void the_known_answers_of_cryptosign_come_out() {
        for (JsonNode vector : Vectors.of("cryptosign")) {
            SigningKey signing = SigningKey.ofSeed(vector.get("seed").asText());
            assertEquals(vector.get("publicKey").asText(), signing.publicKey().hex());
            Challenge challenge = Challenge.of(vector.get("challenge").asText());
            String expected = vector.get("answer").asText();
            if (vector.has("channelId")) {
                byte[] channelId =
                        HexFormat.of().parseHex(vector.get("channelId").asText());
                assertEquals(expected, challenge.answer(signing, channelId));
                assertTrue(challenge.isAnsweredBy(expected, signing.publicKey(), List.of(channelId)));
                assertTrue(challenge.isAnsweredBy(
                        expected.toUpperCase(java.util.Locale.ROOT), signing.publicKey(), List.of(channelId)));
                assertFalse(challenge.isAnsweredBy(expected, signing.publicKey(), List.of()));
            } else {
                assertEquals(expected, challenge.answer(signing));
            }
        }
    }

    @Test
    void a_channel_id_has_32_octets() {
        assertEquals(32, Challenge.channelId("tls-unique", CLIENT_FINISHED).length);
        assertEquals(32, Challenge.channelId("tls-server-end-point", filled(48, 1)).length);
        assertEquals(5, Challenge.channelId("tls-exporter", filled(32, 5))[0]);
        // A Finished of 32 octets, as in TLS 1.3, is hashed like any other.
        assertFalse(java.util.Arrays.equals(filled(32, 5), Challenge.channelId("tls-unique", filled(32, 5))));
    }
}
