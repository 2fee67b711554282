package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.admission.CookieAuthenticator;
import io.bailiwick.router.admission.CookieStore;
import io.bailiwick.router.admission.CookieTable;
import io.bailiwick.router.admission.ListenerAuthenticators;
import io.bailiwick.router.admission.ListenerAuthenticators.Duty;
import io.bailiwick.router.admission.Principal;
import io.bailiwick.router.admission.StaticAuthenticator;
import io.bailiwick.router.admission.StaticPrincipals;
import io.bailiwick.router.admission.Throttle;
import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.client.JoinRefusedException;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.credential.CraSecret;
import io.bailiwick.router.credential.Noise;
import io.bailiwick.router.credential.ScramCredential;
import io.bailiwick.router.credential.ScramDialect;
import io.bailiwick.router.credential.ScramParameters;
import io.bailiwick.router.credential.TicketHash;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.link.ChannelSecurity;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.rights.RealmRoles.Rule;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Logins by each method over sockets of a running router, and what it remembers of them. */
class AuthenticationTest {
    private static final String REALM = "com.example.realm";
    private static final SigningKey KEY = SigningKey.generate();
    private static final SigningKey ROUTER_KEY = SigningKey.generate();
    private static final CookieTable COOKIES =
            new CookieTable(100, Duration.ofHours(1), InstantSource.system(), CookieStore.NONE);
    private static final Rule KILL = Rule.exact("wamp.session.kill_by_authid", Action.CALL);
    private static final List<String> THROTTLED = new CopyOnWriteArrayList<>();

    private static Network network;
    private static ExecutorService callbacks;
    private static Authenticator authenticator;
    private static Router router;
    private static Endpoint endpoint;

    @BeforeAll
    static void start() throws IOException {
        network = Network.open(2);
        callbacks = Executors.newFixedThreadPool(2);
        Principal joe = new Principal(
                REALM,
                "joe",
                "user",
                Dict.EMPTY,
                List.of(
                        TicketHash.ofRandom("ticket"),
                        CraSecret.derive("secret", 1000),
                        ScramCredential.derive(ScramDialect.WAMP, "pencil", ScramParameters.pbkdf2(4096)),
                        ScramCredential.derive(ScramDialect.AUTOBAHN, "pencil", ScramParameters.argon2id(2, 4096))),
                Set.of(KEY.publicKey()),
                Set.of());
        Principal jim = new Principal(
                REALM, "jim", "user", Dict.EMPTY, List.of(TicketHash.ofRandom("jims")), Set.of(), Set.of());
        Authenticator known = new StaticAuthenticator(
                new StaticPrincipals(List.of(joe, jim), Map.of(REALM, "user")),
                StaticAuthenticator.OtherRealm.REFUSE,
                Noise.of(new byte[32]));
        Authenticator composed = new ListenerAuthenticators(
                Map.of(),
                List.of(
                        new Duty(Set.of(CookieAuthenticator.METHOD), new CookieAuthenticator(COOKIES)),
                        new Duty(
                                Set.of("anonymous", "ticket", "wampcra", "wamp-scram", "scram", "cryptosign"), known)));
        Throttle.Limits limits = new Throttle.Limits(1000, Duration.ofSeconds(1), 3, Duration.ofHours(1), 100);
        authenticator = new Throttle(
                composed,
                limits,
                realm -> realm.equals(REALM) ? realm : "",
                InstantSource.system(),
                (listener, bound) -> THROTTLED.add(bound));
        router = Router.start(network, authenticator, Optional.of(ROUTER_KEY));
        router.openRealm(REALM, new RealmRoles(Map.of("user", List.of(KILL))));
        endpoint = router.listen(new ListenerOptions(
                        "public",
                        Endpoint.of("tcp://127.0.0.1:0"),
                        "/ws",
                        Optional.empty(),
                        ListenerOptions.Limits.DEFAULT))
                .endpoint();
    }

    @AfterAll
    static void stop() {
        router.close();
        network.close();
        callbacks.shutdownNow();
    }

    private static ClientSession join(Format format, String realm, String authid, Login login) {
        String scheme = format == Format.JSON ? "ws" : "rs";
        String url = scheme + "://127.0.0.1:" + endpoint.port() + (scheme.equals("ws") ? "/ws" : "");
        return Client.join(
                        network.connector(Endpoint.of(url), format, Optional.empty()),
                        new Identity(realm, authid, null, login, Dict.EMPTY),
                        callbacks)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    private static String refusal(String authid, Login login) {
        CompletionException failure =
                assertThrows(CompletionException.class, () -> join(Format.MSGPACK, REALM, authid, login));
        return String.valueOf(
                assertInstanceOf(JoinRefusedException.class, failure.getCause()).getMessage());
    }

    @Test
    @Conforms({
        Feature.TICKET,
        Feature.WAMPCRA,
        Feature.WAMP_SCRAM,
        Feature.SCRAM_OF_AUTOBAHN,
        Feature.CRYPTOSIGN,
        Feature.ROUTER_AUTHENTICATION,
        Feature.ASSIGNED_REALM
    })
    void joe_joins_by_every_method_in_every_format() {
        for (Format format : List.of(Format.JSON, Format.MSGPACK, Format.CBOR)) {
            for (Login login : List.of(
                    new Login.Ticket("ticket"),
                    new Login.WampCra("secret"),
                    new Login.Scram(ScramDialect.WAMP, "pencil", Optional.empty()),
                    new Login.Scram(ScramDialect.AUTOBAHN, "pencil", Optional.empty()),
                    new Login.Key(KEY, Optional.of(ROUTER_KEY.publicKey()), Optional.empty()))) {
                ClientSession session = join(format, null, "joe", login);
                assertEquals("joe", session.authid());
                assertEquals("user", session.authrole());
                assertEquals(REALM, session.realm());
                session.close();
            }
        }
    }

    @Test
    @Conforms(Feature.ANONYMOUS)
    void anonymous_gets_a_name_of_its_own() {
        ClientSession first = join(Format.CBOR, REALM, null, new Login.Anonymous());
        ClientSession second = join(Format.CBOR, REALM, null, new Login.Anonymous());
        assertNotEquals(first.authid(), second.authid());
        first.close();
        second.close();
    }

    @Test
    @Conforms({Feature.UNIFORM_REFUSAL, Feature.THROTTLING})
    void who_does_not_exist_sees_what_a_wrong_secret_sees_and_after_some_attempts_too() {
        assertEquals(refusal("joe-2", new Login.Ticket("no")), refusal("joe-3", new Login.Ticket("no")));
        assertEquals(
                "wamp.error.authentication_failed: authentication failed", refusal("joe-3", new Login.Ticket("no")));
        assertEquals(
                "wamp.error.authentication_failed: authentication failed", refusal("joe-3", new Login.Ticket("no")));
        assertEquals(
                "wamp.error.authentication_denied: too many attempts to log in; try again later",
                refusal("joe-3", new Login.Ticket("no")));
        assertTrue(THROTTLED.contains("authid"));
    }

    @Test
    @Conforms(Feature.METHOD_CHOICE)
    void a_method_that_nobody_knows_is_refused_by_name() {
        assertTrue(refusal("joe", new Login.ByConnection("oauth9")).startsWith("wamp.error.no_matching_auth_method: "));
    }

    /** The end of a connection whose HTTP request had a cookie. */
    private static final class CookieLink implements Link {
        private final Peer peer;
        private final BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
        private final Link.Listener listener;

        CookieLink(String cookie) {
            peer = new Peer(
                    "web",
                    "tcp:192.0.2.1:1",
                    Optional.of(Format.JSON),
                    true,
                    Optional.of(cookie),
                    ChannelSecurity.NONE);
            listener = router.receive(this, authenticator);
        }

        Message says(Message message) throws InterruptedException {
            listener.received(message);
            return hears();
        }

        Message hears() throws InterruptedException {
            return heard.poll(10, TimeUnit.SECONDS);
        }

        Message hello(String... methods) throws InterruptedException {
            return helloOf("joe", methods);
        }

        Message helloOf(String authid, String... methods) throws InterruptedException {
            return says(new Message.Hello(
                    REALM,
                    Dict.of(Map.of(
                            "roles", Map.of("caller", Map.of()),
                            "authid", authid,
                            "authmethods", List.of(methods)))));
        }

        @Override
        public boolean send(Message message) {
            heard.add(message);
            return true;
        }

        @Override
        public void close() {
            listener.closed(null);
        }

        @Override
        public Peer peer() {
            return peer;
        }
    }

    @Test
    @Conforms(Feature.COOKIE)
    void a_cookie_lets_in_until_one_of_its_sessions_logs_out_which_ends_the_others() throws InterruptedException {
        CookieLink first = new CookieLink("c1");
        assertInstanceOf(Message.Challenge.class, first.hello("cookie", "ticket"));
        assertInstanceOf(Message.Welcome.class, first.says(new Message.Authenticate("ticket", Dict.EMPTY)));

        CookieLink second = new CookieLink("c1");
        Message.Welcome back = assertInstanceOf(Message.Welcome.class, second.hello("cookie", "ticket"));
        assertEquals(Optional.of("joe"), back.details().text("authid"));
        assertEquals(Optional.of("cookie"), back.details().text("authmethod"));

        CookieLink undecided = new CookieLink("c1");
        CookieLink other = new CookieLink("c2");
        assertInstanceOf(Message.Challenge.class, other.hello("cookie", "ticket"));

        Message goodbye = first.says(new Message.Goodbye(Dict.EMPTY, "wamp.close.logout"));
        assertEquals(
                "wamp.close.goodbye_and_out",
                assertInstanceOf(Message.Goodbye.class, goodbye).reason());
        assertEquals(
                "wamp.close.logout",
                assertInstanceOf(Message.Goodbye.class, second.hears()).reason());
        assertEquals(
                "wamp.error.authentication_failed",
                assertInstanceOf(Message.Abort.class, undecided.hears()).reason());
        // Who has another cookie is not touched.
        assertInstanceOf(Message.Welcome.class, other.says(new Message.Authenticate("ticket", Dict.EMPTY)));

        CookieLink late = new CookieLink("c1");
        assertInstanceOf(Message.Challenge.class, late.hello("cookie", "ticket"));
        late.close();
        other.close();
    }

    @Test
    @Conforms({Feature.COOKIE, Feature.SESSION_META_API})
    void who_is_killed_comes_back_neither_by_its_cookie_nor_by_its_ticket() throws InterruptedException {
        CookieLink killed = new CookieLink("c3");
        killed.helloOf("jim", "ticket");
        assertInstanceOf(Message.Welcome.class, killed.says(new Message.Authenticate("jims", Dict.EMPTY)));
        CookieLink begun = new CookieLink("c5");
        assertInstanceOf(Message.Challenge.class, begun.helloOf("jim", "ticket"));
        CookieLink killer = new CookieLink("c4");
        killer.hello("ticket");
        killer.says(new Message.Authenticate("ticket", Dict.EMPTY));
        Message.Call kill = new Message.Call(
                1, Dict.EMPTY, "wamp.session.kill_by_authid", Payloads.encode(Format.JSON, Arguments.of("jim")));
        assertInstanceOf(Message.Result.class, killer.says(kill));
        assertEquals(
                "wamp.close.killed",
                assertInstanceOf(Message.Goodbye.class, killed.hears()).reason());
        CookieLink back = new CookieLink("c3");
        Message challenge = back.helloOf("jim", "cookie", "ticket");
        assertInstanceOf(Message.Challenge.class, challenge, "not by the cookie");
        Message wrong = back.says(new Message.Authenticate("of somebody else", Dict.EMPTY));
        CookieLink again = new CookieLink("c3");
        assertEquals(challenge, again.helloOf("jim", "ticket"));
        assertEquals(wrong, again.says(new Message.Authenticate("jims", Dict.EMPTY)), "as if it were wrong");
        assertEquals(
                wrong,
                begun.says(new Message.Authenticate("jims", Dict.EMPTY)),
                "who was in the middle of it does not get in either");
        killer.close();
    }
}
