package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.broker.MemoryEventStore;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.rights.RealmRoles.Rule;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Realms that are made from a template when somebody joins them, over real sockets. */
@Conforms(Feature.LIMITS)
class MadeRealmsTest {
    private static final String A = "com.example.tenant.a";
    private static final String B = "com.example.tenant.b";
    private static final String C = "com.example.tenant.c";
    private static final List<Rule> EVERYTHING =
            List.of(new Rule("", MatchPolicy.PREFIX, Set.of(Action.values()), false));

    /** By authid, realms that are assigned and cannot be: what an application's authenticator may come up with. */
    private static final Map<String, String> ODD =
            Map.of("long", "com.example.tenant." + "x".repeat(300), "spaced", "com.example.tenant.a b");

    private Network network;
    private Router router;
    private Endpoint tcp;

    @BeforeEach
    void start() throws IOException {
        network = Network.open(2);
        router = Router.start(network, claim -> CompletableFuture.completedFuture(decide(claim)));
        tcp = router.listen(new ListenerOptions(
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

    /** Everybody is let in as what is asked for, but mallory. */
    private static Decision decide(Claim claim) {
        return "mallory".equals(claim.authid())
                ? Decision.Refusal.UNPROVEN
                : new Decision.Admission(
                        ODD.getOrDefault(String.valueOf(claim.authid()), String.valueOf(claim.realm())),
                        "anybody",
                        claim.authrole() == null ? "user" : claim.authrole(),
                        "anonymous",
                        "test",
                        Dict.EMPTY,
                        Optional.empty());
    }

    private static RealmFamily family(int most, Duration idle, Set<String> roles) {
        Map<String, List<Rule>> rules =
                roles.stream().collect(java.util.stream.Collectors.toUnmodifiableMap(role -> role, role -> EVERYTHING));
        return new RealmFamily(
                "tenant",
                MatchPolicy.PREFIX,
                "com.example.tenant.",
                new RealmTemplate(new RealmRoles(rules)),
                most,
                idle,
                realm -> new MemoryEventStore());
    }

    private void offer(int most, Duration idle) {
        router.offerRealms(List.of(family(most, idle, Set.of("user"))), Set.of());
    }

    private RawClient hello(String realm, Map<String, Object> details) {
        Endpoint where = Endpoint.of("rs://127.0.0.1:" + tcp.port());
        RawClient client = new RawClient(network.connector(where, Format.CBOR, Optional.empty()));
        Dict all = RawClient.hello().details();
        for (Map.Entry<String, Object> each : details.entrySet()) {
            all = all.with(each.getKey(), each.getValue());
        }
        client.says(new Message.Hello(realm, all));
        return client;
    }

    private RawClient joined(String realm) throws InterruptedException {
        RawClient client = hello(realm, Map.of());
        client.hears(Message.Welcome.class);
        return client;
    }

    private static void isServed(RawClient client) throws InterruptedException {
        client.says(new Message.Call(1, Dict.EMPTY, "wamp.session.count", Payload.EMPTY));
        client.hears(Message.Result.class);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "in time");
            Thread.onSpinWait();
        }
    }

    @Test
    void a_realm_is_made_when_the_first_joins_and_is_the_same_for_the_next() throws InterruptedException {
        offer(2, Duration.ZERO);
        assertFalse(router.hasRealm(A));
        try (RawClient first = joined(A);
                RawClient second = joined(A);
                RawClient elsewhere = joined(B)) {
            assertEquals(Set.of(A, B), Set.copyOf(router.realmsMadeOf("tenant")));
            for (RawClient each : List.of(first, elsewhere)) {
                each.says(new Message.Subscribe(1, Dict.EMPTY, "com.example.topic"));
                each.hears(Message.Subscribed.class);
            }
            second.says(new Message.Publish(1, Dict.EMPTY, "com.example.topic", Payload.EMPTY));
            first.hears(Message.Event.class);
            elsewhere.says(new Message.Call(2, Dict.EMPTY, "wamp.session.count", Payload.EMPTY));
            elsewhere.hears(Message.Result.class);
        }
        assertTrue(router.hasRealm(A), "it stays: nothing is said of idle realms");
    }

    @Test
    void one_realm_too_many_is_refused_and_the_limit_named() throws InterruptedException {
        offer(2, Duration.ZERO);
        try (RawClient one = joined(A);
                RawClient two = joined(B);
                RawClient three = hello(C, Map.of())) {
            Message.Abort abort = three.hears(Message.Abort.class);
            assertEquals(Limits.EXCEEDED, abort.reason());
            assertEquals(
                    "expected at most 2 realms of this kind, but found one more",
                    abort.details().textOrNull("message"));
            joined(A).close();
            isServed(one);
            isServed(two);
        }
        assertFalse(router.hasRealm(C));
    }

    @Test
    void nothing_is_made_for_who_is_not_let_in_or_has_no_role() throws InterruptedException {
        offer(2, Duration.ZERO);
        try (RawClient stranger = hello(A, Map.of("authid", "mallory"));
                RawClient stray = hello(A, Map.of("authrole", "none"))) {
            stranger.isAborted(Uris.AUTHENTICATION_FAILED);
            stray.isAborted(Uris.NO_SUCH_ROLE);
        }
        assertEquals(List.of(), router.realmsMadeOf("tenant"));
        assertFalse(router.hasRealm(A));
    }

    @Test
    void a_name_that_matches_nothing_or_is_none_is_no_realm() throws InterruptedException {
        offer(2, Duration.ZERO);
        for (String name : List.of("com.example.tenants", "com.other")) {
            try (RawClient client = hello(name, Map.of())) {
                client.isAborted(Uris.NO_SUCH_REALM);
            }
        }
        for (String assigned : List.of("long", "spaced")) {
            try (RawClient client = hello(A, Map.of("authid", assigned))) {
                client.isAborted(Uris.NO_SUCH_REALM);
            }
        }
        assertEquals(List.of(), router.realmsMadeOf("tenant"));
    }

    @Test
    void a_realm_that_nobody_is_in_for_a_time_is_closed_and_made_again() throws InterruptedException {
        offer(1, Duration.ofMillis(50));
        RawClient first = joined(A);
        RawClient second = joined(A);
        first.close();
        first.isClosed();
        second.says(new Message.Call(1, Dict.EMPTY, "wamp.session.count", Payload.EMPTY));
        second.hears(Message.Result.class);
        assertTrue(router.hasRealm(A), "one is in it");
        second.close();
        await(() -> !router.hasRealm(A));
        assertEquals(List.of(), router.realmsMadeOf("tenant"));
        try (RawClient other = joined(B)) {
            assertTrue(router.hasRealm(B), "there is room again");
            isServed(other);
        }
        await(() -> !router.hasRealm(B));
        joined(A).close();
    }

    @Test
    void many_who_come_and_go_at_once_find_a_realm_however_short_it_lives() throws InterruptedException {
        offer(1, Duration.ofMillis(1));
        for (int i = 0; i < 200; i++) {
            RawClient client = joined(A);
            client.close();
            if (i % 3 == 0) {
                client.isClosed();
            }
        }
        await(() -> !router.hasRealm(A));
    }

    @Test
    void other_families_change_the_roles_of_their_realms_and_close_those_of_none() throws InterruptedException {
        offer(2, Duration.ZERO);
        try (RawClient user = joined(A);
                RawClient named = joined(B)) {
            router.offerRealms(List.of(family(2, Duration.ZERO, Set.of("other"))), Set.of(B));
            assertEquals(Uris.AUTH_CHANGED, user.hears(Message.Goodbye.class).reason());
            assertEquals(Uris.CLOSE_REALM, named.hears(Message.Goodbye.class).reason());
            assertEquals(List.of(A), router.realmsMadeOf("tenant"));
            router.offerRealms(List.of(), Set.of());
            assertFalse(router.hasRealm(A));
        }
    }
}
