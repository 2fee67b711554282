package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.server.RunningRouter.Way;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same scenarios over every way into the router, against a peer that came by another way and speaks CBOR. */
class ScenarioTest {
    private static RunningRouter running;

    @BeforeAll
    static void start() throws IOException {
        running = new RunningRouter();
    }

    @AfterAll
    static void stop() throws IOException {
        running.close();
    }

    static List<Way> ways() {
        return running.ways();
    }

    private static ClientSession other() {
        return running.join(running.router.local(RunningRouter.REALM, "other", "anything"));
    }

    private static String uri(Way way, String name) {
        return "com.example." + way.name().replace(' ', '_') + "." + name;
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aCallReachesTheCalleeAndItsResultTheCaller(Way way) {
        try (ClientSession callee = running.join(way.connector());
                ClientSession caller = other()) {
            Map<String, Object> named = Map.of("text", "ü\u20ac\uD83D\uDE00", "nested", List.of(Map.of("deep", true)));
            callee.register(uri(way, "echo"), Dict.EMPTY, call -> CompletableFuture.completedFuture(call.arguments()))
                    .join();
            Arguments sent = new Arguments(
                    java.util.Arrays.asList(
                            1L, -2.5, null, true, BigInteger.TWO.pow(62).longValueExact()),
                    named);
            Arguments result =
                    caller.call(uri(way, "echo"), sent, Duration.ofSeconds(10)).join();
            assertEquals(sent, result);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void binaryValuesSurviveAChangeOfFormat(Way way) {
        byte[] bytes = {0, 1, (byte) 0xff, (byte) 0xc3, 0x28};
        try (ClientSession callee = other();
                ClientSession caller = running.join(way.connector())) {
            callee.register(uri(way, "bytes"), Dict.EMPTY, call -> CompletableFuture.completedFuture(call.arguments()))
                    .join();
            Object back =
                    caller.call(uri(way, "bytes"), (Object) bytes).join().list().get(0);
            assertArrayEquals(bytes, (byte[]) back);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void anErrorOfTheCalleeReachesTheCallerWhole(Way way) {
        try (ClientSession callee = running.join(way.connector());
                ClientSession caller = other()) {
            callee.register(uri(way, "fail"), Dict.EMPTY, call -> {
                        throw new ApplicationError(
                                "com.example.error.no", new Arguments(List.of("no", 7L), Map.of("why", "because")));
                    })
                    .join();
            ApplicationError error = failure(caller.call(uri(way, "fail")));
            assertEquals("com.example.error.no", error.uri());
            assertEquals(new Arguments(List.of("no", 7L), Map.of("why", "because")), error.arguments());
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aCallOfWhatNobodyRegisteredFails(Way way) {
        try (ClientSession caller = running.join(way.connector())) {
            assertEquals(
                    "wamp.error.no_such_procedure",
                    failure(caller.call(uri(way, "nobody"))).uri());
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void callsOfACalleeThatLeavesAreCanceled(Way way) {
        try (ClientSession caller = other()) {
            ClientSession callee = running.join(way.connector());
            CompletableFuture<Void> arrived = new CompletableFuture<>();
            callee.register(uri(way, "never"), Dict.EMPTY, call -> {
                        arrived.complete(null);
                        return new CompletableFuture<>();
                    })
                    .join();
            CompletableFuture<Arguments> pending = caller.call(uri(way, "never"));
            arrived.orTimeout(10, TimeUnit.SECONDS).join();
            callee.close();
            assertEquals("wamp.error.canceled", failure(pending).uri());
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void eventsArriveInOrderByEveryMatchingSubscription(Way way) throws InterruptedException {
        try (ClientSession subscriber = running.join(way.connector());
                ClientSession publisher = other()) {
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            String topic = uri(way, "tick.a");
            subscriber
                    .subscribe(
                            topic,
                            MatchPolicy.EXACT,
                            e -> seen.add("exact " + e.arguments().list()))
                    .join();
            subscriber
                    .subscribe(uri(way, "tick"), MatchPolicy.PREFIX, e -> seen.add("prefix " + e.topic()))
                    .join();
            subscriber
                    .subscribe(
                            topic.replace(".tick.", ".."), MatchPolicy.WILDCARD, e -> seen.add("wildcard " + e.topic()))
                    .join();
            publisher.publish(topic, 1).join();
            publisher.publish(topic, 2).join();
            List<String> got = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                got.add(seen.poll(10, TimeUnit.SECONDS));
            }
            assertTrue(got.indexOf("exact [1]") < got.indexOf("exact [2]"), got.toString());
            assertEquals(2, got.stream().filter(("prefix " + topic)::equals).count(), got.toString());
            assertEquals(2, got.stream().filter(("wildcard " + topic)::equals).count(), got.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void manyCallsInFlightAreAnsweredEachByItsOwnResult(Way way) {
        try (ClientSession callee = other();
                ClientSession caller = running.join(way.connector())) {
            callee.register(uri(way, "square"), Dict.EMPTY, call -> {
                        long n = (Long) call.arguments().list().get(0);
                        return CompletableFuture.completedFuture(Arguments.of(n * n));
                    })
                    .join();
            List<CompletableFuture<Arguments>> calls = IntStream.range(0, 500)
                    .mapToObj(n -> caller.call(uri(way, "square"), (long) n))
                    .toList();
            for (int n = 0; n < calls.size(); n++) {
                assertEquals(
                        (long) n * n,
                        calls.get(n)
                                .orTimeout(20, TimeUnit.SECONDS)
                                .join()
                                .list()
                                .get(0));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void joinsAndLeavesAreToldAsMetaEvents(Way way) throws InterruptedException {
        try (ClientSession watcher = other()) {
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            watcher.subscribe(
                            "wamp.session.on_join",
                            MatchPolicy.EXACT,
                            event -> seen.add("join "
                                    + ((Map<?, ?>) event.arguments().list().get(0)).get("session")))
                    .join();
            watcher.subscribe(
                            "wamp.session.on_leave",
                            MatchPolicy.EXACT,
                            event ->
                                    seen.add("leave " + event.arguments().list().get(0)))
                    .join();
            ClientSession guest = running.join(way.connector());
            assertEquals("join " + guest.id(), seen.poll(10, TimeUnit.SECONDS));
            guest.close();
            assertEquals("leave " + guest.id(), seen.poll(10, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void theCallerIsDisclosedWhenItAsks(Way way) {
        try (ClientSession callee = running.join(way.connector());
                ClientSession caller = other()) {
            callee.register(
                            uri(way, "who"),
                            Dict.of("disclose_caller", true),
                            call -> CompletableFuture.completedFuture(Arguments.of(
                                    call.details().textOrNull("caller_authid"),
                                    call.details().integer("caller").orElse(0))))
                    .join();
            assertEquals(
                    List.of("other", caller.id()),
                    caller.call(uri(way, "who")).join().list());
        }
    }

    @Test
    void aRoleWithoutRightsIsRefused() {
        try (ClientSession reader = running.join(running.router.local(RunningRouter.REALM, "r", "reader"))) {
            assertEquals(
                    "wamp.error.not_authorized",
                    failure(reader.register("com.example.mine", Dict.EMPTY, call -> new CompletableFuture<>()))
                            .uri());
            assertEquals(
                    "wamp.error.not_authorized",
                    failure(reader.publish("com.example.mine")).uri());
            assertEquals(
                    "wamp.error.not_authorized",
                    failure(reader.call("org.example.theirs")).uri());
            assertEquals(
                    "wamp.error.no_such_procedure",
                    failure(reader.call("com.example.none")).uri());
        }
    }

    @Test
    void aClosedRealmEndsItsSessionsAndRefusesNewOnes() {
        running.router.openRealm("com.example.short", new RealmRoles(Map.of("anything", List.of())));
        ClientSession guest = running.join(running.router.local("com.example.short", "g", "anything"));
        running.router.closeRealm("com.example.short").join();
        assertEquals(
                "wamp.close.close_realm",
                guest.closed().orTimeout(10, TimeUnit.SECONDS).join().reason());
        assertFalse(running.router.hasRealm("com.example.short"));
        assertThrows(
                CompletionException.class,
                () -> running.join(running.router.local("com.example.short", "g", "anything")));
    }

    private static ApplicationError failure(CompletableFuture<?> future) {
        CompletionException failure =
                assertThrows(CompletionException.class, () -> future.orTimeout(20, TimeUnit.SECONDS)
                        .join());
        return (ApplicationError) failure.getCause();
    }
}
