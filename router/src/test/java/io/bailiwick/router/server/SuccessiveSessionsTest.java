package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.rights.RealmRoles.Rule;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions one after another on one link (WAMP, "Closing a Session"): after GOODBYE from both ends HELLO is legal again. */
@Conforms(Feature.LIFECYCLE)
class SuccessiveSessionsTest {
    private static final String ONE = "com.example.one";
    private static final String TWO = "com.example.two";
    private static final String TOPIC = "com.example.topic";
    private static final RealmRoles ROLES =
            new RealmRoles(Map.of("user", List.of(new Rule("", MatchPolicy.PREFIX, Set.of(Action.values()), false))));

    private final AtomicInteger claims = new AtomicInteger();
    private final Network network = Network.open(2);
    private Router router;
    private Endpoint listening;

    @BeforeEach
    void start() throws IOException {
        router = Router.start(network, claim -> CompletableFuture.completedFuture(decide(claim)));
        router.openRealm(ONE, ROLES);
        router.openRealm(TWO, ROLES);
        listening = router.listen(new ListenerOptions(
                        "tcp",
                        Endpoint.of("tcp://127.0.0.1:0"),
                        "/ws",
                        Optional.empty(),
                        ListenerOptions.Limits.DEFAULT))
                .endpoint();
    }

    @AfterEach
    void stop() {
        router.close();
        network.close();
    }

    private Decision decide(Claim claim) {
        return new Decision.Admission(
                String.valueOf(claim.realm()),
                "user-" + claims.incrementAndGet(),
                "user",
                "anonymous",
                "static",
                Dict.EMPTY,
                Optional.empty());
    }

    private void publish(String realm, Values news) {
        Objects.requireNonNull(router.realm(realm)).realm().publish(TOPIC, news);
    }

    private RawClient connect(String scheme) {
        boolean web = scheme.equals("ws");
        Endpoint to = Endpoint.of(scheme + "://127.0.0.1:" + listening.port() + (web ? "/ws" : ""));
        Connector way = network.connector(to, web ? Format.JSON : Format.CBOR, Optional.empty());
        return new RawClient(way);
    }

    private static Message.Hello hello(String realm) {
        return new Message.Hello(realm, Dict.of("roles", Map.of("caller", Map.of(), "subscriber", Map.of())));
    }

    private static Message.Welcome joins(RawClient client, String realm) throws InterruptedException {
        client.says(hello(realm));
        return client.hears(Message.Welcome.class);
    }

    private static void leaves(RawClient client) throws InterruptedException {
        client.says(new Message.Goodbye(Dict.EMPTY, Uris.CLOSE_NORMAL));
        assertEquals(Uris.GOODBYE_AND_OUT, client.hears(Message.Goodbye.class).reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws", "rs"})
    void a_link_carries_sessions_of_two_realms_one_after_another(String scheme) throws InterruptedException {
        try (RawClient client = connect(scheme)) {
            Message.Welcome first = joins(client, ONE);
            client.says(new Message.Subscribe(1, Dict.EMPTY, TOPIC));
            client.hears(Message.Subscribed.class);
            leaves(client);
            assertEquals(0, router.ids().inUse(), "a link that rests has no session");

            Message.Welcome second = joins(client, TWO);
            assertEquals(TWO, second.details().text("realm").orElseThrow());
            assertEquals("user-2", second.details().text("authid").orElseThrow());
            assertNotEquals(first.session(), second.session());
            assertEquals(1, router.ids().inUse());
            // Nothing of the first session is left: no subscription, no request ids.
            Values news = Values.of("news");
            publish(ONE, news);
            publish(TWO, news);
            client.says(new Message.Call(1, Dict.EMPTY, "com.example.nothing", Payload.EMPTY));
            assertEquals(
                    Uris.NO_SUCH_PROCEDURE,
                    client.hears(Message.ErrorReply.class).error());
            client.says(new Message.Subscribe(2, Dict.EMPTY, TOPIC));
            client.hears(Message.Subscribed.class);
            publish(TWO, news);
            client.hears(Message.Event.class);
            leaves(client);
            joins(client, ONE);
            assertEquals(3, claims.get(), "each session is decided on anew");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws", "rs"})
    void a_client_that_closes_after_goodbye_leaves_nothing(String scheme) throws InterruptedException {
        RawClient client = connect(scheme);
        joins(client, ONE);
        leaves(client);
        client.close();
        client.isClosed();
        assertEquals(0, router.ids().inUse());
    }

    @Test
    @Conforms(Feature.PROTOCOL_VIOLATIONS)
    void between_two_sessions_nothing_but_hello_is_legal() throws InterruptedException {
        List<Message> wrong = List.of(
                new Message.Call(1, Dict.EMPTY, "com.example.procedure", Payload.EMPTY),
                new Message.Goodbye(Dict.EMPTY, Uris.CLOSE_NORMAL),
                new Message.Authenticate("x", Dict.EMPTY));
        for (Message message : wrong) {
            try (RawClient client = connect("rs")) {
                joins(client, ONE);
                leaves(client);
                client.says(message);
                client.isAborted(Uris.PROTOCOL_VIOLATION);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws", "rs"})
    @Conforms(Feature.LIMITS)
    void between_two_sessions_the_peer_is_a_stranger_again(String scheme) throws InterruptedException {
        String long100000 = "x".repeat(100_000);
        try (RawClient client = connect(scheme)) {
            joins(client, ONE);
            client.says(new Message.Call(1, Dict.of("x_long", long100000), "com.example.nothing", Payload.EMPTY));
            client.hears(Message.ErrorReply.class);
            leaves(client);
            client.says(new Message.Hello(TWO, Dict.of("roles", Map.of("caller", Map.of()), "x_long", long100000)));
            client.isClosed();
            assertEquals(1, claims.get());
        }
    }

    @Test
    void who_answers_the_close_of_a_realm_may_join_another() throws InterruptedException {
        try (RawClient client = connect("ws")) {
            joins(client, ONE);
            router.closeRealm(ONE).join();
            assertEquals(Uris.CLOSE_REALM, client.hears(Message.Goodbye.class).reason());
            client.says(new Message.Goodbye(Dict.EMPTY, Uris.GOODBYE_AND_OUT));
            joins(client, TWO);
        }
    }

    @Test
    void who_is_killed_may_not() throws InterruptedException {
        try (RawClient client = connect("ws")) {
            joins(client, ONE);
            router.end(ONE, session -> true, Uris.KILLED, "because");
            assertEquals(Uris.KILLED, client.hears(Message.Goodbye.class).reason());
            client.says(new Message.Goodbye(Dict.EMPTY, Uris.GOODBYE_AND_OUT));
            client.isClosed();
        }
    }

    @Test
    @Conforms(Feature.COOKIE)
    void who_logs_out_has_to_connect_again() throws InterruptedException {
        try (RawClient client = connect("ws")) {
            joins(client, ONE);
            client.says(new Message.Goodbye(Dict.EMPTY, Uris.LOGOUT));
            client.hears(Message.Goodbye.class);
            client.isClosed();
        }
    }

    @Test
    @Conforms(Feature.LIMITS)
    void a_link_carries_only_so_many_sessions() throws InterruptedException {
        try (RawClient client = connect("rs")) {
            for (int i = 0; i < Reception.MOST_SESSIONS; i++) {
                joins(client, i % 2 == 0 ? ONE : TWO);
                leaves(client);
            }
            client.isClosed();
        }
    }

    @Test
    void a_router_that_closes_does_not_wait_for_links_that_rest() throws InterruptedException {
        RawClient client = connect("rs");
        joins(client, ONE);
        leaves(client);
        long start = System.nanoTime();
        router.close();
        client.isClosed();
        assertTrue(System.nanoTime() - start < 3_000_000_000L);
    }
}
