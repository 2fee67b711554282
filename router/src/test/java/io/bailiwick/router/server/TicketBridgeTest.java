package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.admission.Principal;
import io.bailiwick.router.admission.StaticAuthenticator;
import io.bailiwick.router.admission.StaticPrincipals;
import io.bailiwick.router.admission.Throttle;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.credential.Noise;
import io.bailiwick.router.credential.TicketHash;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import io.bailiwick.router.transport.http.HttpOptions;
import io.bailiwick.router.web.Bridge;
import io.bailiwick.router.web.BridgeOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A bridge before the router's own authenticators: principals with tickets, rights of their roles, throttling. */
@Conforms(Feature.HTTP_BRIDGES)
class TicketBridgeTest {
    private static final String REALM = "com.example.realm";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Network network;
    private Router router;
    private Bridge bridge;
    private int port;

    @BeforeEach
    void start() throws Exception {
        network = Network.open(2);
        StaticPrincipals principals =
                new StaticPrincipals(List.of(principal("alice", "caller"), principal("bob", "nothing")), Map.of());
        router = Router.start(
                network,
                new Throttle(
                        new StaticAuthenticator(
                                principals, StaticAuthenticator.OtherRealm.REFUSE, Noise.of(new byte[32])),
                        new Throttle.Limits(100, Duration.ofHours(1), 3, Duration.ofHours(1), 100),
                        realm -> realm.equals(REALM) ? realm : "",
                        InstantSource.system(),
                        (listener, bound) -> {}));
        router.openRealm(
                REALM,
                new RealmRoles(Map.of(
                        "caller", List.of(RealmRoles.Rule.prefix("wamp.", Action.CALL)),
                        "nothing", List.of())));
        bridge = new Bridge(
                new BridgeOptions(
                        REALM,
                        Optional.of("/publish"),
                        Optional.of("/call"),
                        BridgeOptions.Access.TICKETS,
                        BridgeOptions.Bounds.DEFAULT),
                router.entrance(),
                network.loop());
        port = router.listen(new ListenerOptions(
                                "web",
                                Endpoint.of("tcp://127.0.0.1:0"),
                                "/ws",
                                Optional.empty(),
                                ListenerOptions.Limits.DEFAULT)
                        .withHttp(HttpOptions.DEFAULT.withRoutes(bridge.routes())))
                .endpoint()
                .port();
    }

    @AfterEach
    void stop() {
        bridge.close();
        router.close();
        network.close();
    }

    private static Principal principal(String authid, String authrole) {
        return new Principal(
                REALM,
                authid,
                authrole,
                Dict.EMPTY,
                List.of(TicketHash.ofRandom("ticket of " + authid)),
                Set.of(),
                Set.of());
    }

    private HttpResponse<String> call(String authid, String ticket, String procedure) throws Exception {
        String credentials =
                Base64.getEncoder().encodeToString((authid + ":" + ticket).getBytes(StandardCharsets.UTF_8));
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/call"))
                        .timeout(Duration.ofSeconds(10))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Basic " + credentials)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"procedure\":\"" + procedure + "\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void a_principal_acts_with_the_rights_of_his_role() throws Exception {
        assertEquals(
                "{\"args\":[1],\"kwargs\":{}}",
                call("alice", "ticket of alice", "wamp.session.count").body());
        assertEquals(403, call("bob", "ticket of bob", "wamp.session.count").statusCode());
        List<String> authids = router.sessions(REALM).join().stream()
                .map(session -> session.authid())
                .sorted()
                .toList();
        assertEquals(List.of("alice", "bob"), authids);
    }

    @Test
    @Conforms({Feature.UNIFORM_REFUSAL, Feature.THROTTLING})
    void guesses_are_answered_alike_and_then_throttled() throws Exception {
        HttpResponse<String> wrong = call("alice", "guess", "wamp.session.count");
        HttpResponse<String> unknown = call("nobody", "guess", "wamp.session.count");
        assertEquals(401, wrong.statusCode());
        assertEquals(wrong.body(), unknown.body());
        assertTrue(wrong.headers().firstValue("WWW-Authenticate").isPresent());
        call("alice", "guess 2", "wamp.session.count");
        call("alice", "guess 3", "wamp.session.count");
        assertEquals(429, call("alice", "guess 4", "wamp.session.count").statusCode());
    }
}
