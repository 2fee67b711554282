package io.bailiwick.router.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class CallTest extends EveryCarrier {
    private static final Arguments NOTHING = Arguments.NONE;

    private void echo() {
        router.on(
                Message.Call.class,
                (wire, call) -> wire.tell(new Message.Result(call.request(), Dict.EMPTY, call.payload())));
    }

    @Test
    void argumentsAndKeywordsGoOutAndComeBack() throws Exception {
        echo();
        JoinedSession session = join();
        byte[] bytes = {1, 2, 3};
        Arguments sent = new Arguments(List.of("a", 1L, bytes), Map.of("k", List.of(true)));
        Arguments back = within10s(session.call("com.p", sent, Duration.ofSeconds(5)));
        assertEquals(List.of("a", 1L), back.list().subList(0, 2));
        assertArrayEquals(bytes, (byte[]) back.list().get(2));
        assertEquals(Map.of("k", List.of(true)), back.map());
        assertEquals("com.p", router.next(Message.Call.class).procedure());
    }

    @Test
    void aResultComesAsItCameForWhoReadsItHimselfAndAnErrorAsEver() throws Exception {
        echo();
        JoinedSession session = join();
        Payload back = within10s(session.callForPayload("p", Arguments.of("x", 1L), Duration.ofSeconds(5)));
        assertEquals(Format.MSGPACK, back.format());
        assertEquals(Arguments.of("x", 1L), Payloads.decode(back));
        assertTrue(within10s(session.callForPayload("p", NOTHING, Duration.ofSeconds(5)))
                .isEmpty());
        router.on(
                Message.Call.class,
                (wire, call) -> wire.tell(new Message.ErrorReply(
                        Message.Call.CODE, call.request(), Dict.EMPTY, "com.error.no", Payload.EMPTY)));
        ApplicationError error =
                failureOf(ApplicationError.class, session.callForPayload("p", NOTHING, Duration.ofSeconds(5)));
        assertEquals("com.error.no", error.uri());
    }

    @Test
    void payloadsAreMadeInTheFormatOfTheLinkAndInCborWhereThereIsNone() throws Exception {
        echo();
        within10s(join().call("p", "x"));
        assertEquals(Format.MSGPACK, router.next(Message.Call.class).payload().format());
        router.peer = Peer.LOCAL;
        within10s(join().call("p", "x"));
        assertEquals(Format.CBOR, router.next(Message.Call.class).payload().format());
    }

    @Test
    void anErrorKeepsItsUriArgumentsAndKeywords() throws Exception {
        Payload payload = Payloads.encode(Format.MSGPACK, new Arguments(List.of("not so"), Map.of("code", 7L)));
        router.on(
                Message.Call.class,
                (wire, call) -> wire.tell(new Message.ErrorReply(
                        Message.Call.CODE, call.request(), Dict.EMPTY, "com.error.no", payload)));
        ApplicationError error = failureOf(ApplicationError.class, join().call("p"));
        assertEquals("com.error.no", error.uri());
        assertEquals(List.of("not so"), error.arguments().list());
        assertEquals(7L, error.arguments().map().get("code"));
    }

    @Test
    void progressiveResultsAreSkippedAndTheFinalOneIsTheResult() throws Exception {
        Dict progress = Dict.of("progress", true);
        router.on(
                Message.Call.class,
                (wire, call) -> wire.tell(
                        new Message.Result(call.request(), progress, ScriptedRouter.payload(1)),
                        new Message.Result(call.request(), progress, ScriptedRouter.payload(2)),
                        new Message.Result(call.request(), Dict.EMPTY, ScriptedRouter.payload(3))));
        assertEquals(List.of(3L), within10s(join().call("p")).list());
    }

    @Test
    void aCallThatIsNotAnsweredIsCanceledAtTheRouterAndALateAnswerIsHarmless() throws Exception {
        JoinedSession session = join();
        ApplicationError error = failureOf(ApplicationError.class, session.call("p", NOTHING, Duration.ofMillis(50)));
        assertEquals(Uris.TIMEOUT, error.uri());
        Message.Cancel cancel = router.next(Message.Cancel.class);
        assertEquals(router.heard(Message.Call.class).get(0).request(), cancel.request());
        assertEquals("killnowait", cancel.options().textOrNull("mode"));
        router.wire()
                .tell(
                        new Message.Result(cancel.request(), Dict.EMPTY, Payload.EMPTY),
                        new Message.ErrorReply(
                                Message.Call.CODE, cancel.request(), Dict.EMPTY, Uris.CANCELED, Payload.EMPTY));
        echo();
        assertEquals(
                List.of("still here"),
                within10s(session.call("p", "still here")).list());
    }

    @Test
    void aHundredThousandTimedOutCallsLeaveNoEntryBehind() throws Exception {
        JoinedSession session = join();
        int calls = 100_000;
        AtomicLong timedOut = new AtomicLong();
        List<CompletableFuture<?>> ends = new ArrayList<>(calls);
        long start = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            ends.add(session.call("p", NOTHING, Duration.ofMillis(100)).handle((result, failure) -> {
                if (failure instanceof ApplicationError error && error.uri().equals(Uris.TIMEOUT)) {
                    timedOut.incrementAndGet();
                }
                return null;
            }));
        }
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        System.out.println(calls + " calls timed out in " + (System.nanoTime() - start) / 1_000_000 + " ms");
        assertEquals(calls, timedOut.get());
        assertEquals(0, waiting(session));
        assertEquals(0, waiting(session));
        until(() -> router.heard(Message.Cancel.class).size() == calls);
    }

    @Test
    void whenTheLinkBreaksEveryCallEndsWithNetworkFailure() throws Exception {
        JoinedSession session = join();
        List<CompletableFuture<Arguments>> calls = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            calls.add(session.call("p"));
        }
        until(() -> router.heard(Message.Call.class).size() == 1_000);
        router.wire().breaks(new IOException("connection reset"));
        for (CompletableFuture<Arguments> call : calls) {
            ApplicationError error = failureOf(ApplicationError.class, call);
            assertEquals(Uris.NETWORK_FAILURE, error.uri());
            assertTrue(error.getMessage().contains("connection reset"), error.getMessage());
        }
        assertEquals(0, waiting(session));
    }

    @Test
    void everyRequestOfAnEndedSessionEndsAtOnceWithNetworkFailure() throws Exception {
        JoinedSession session = join();
        within10s(session.register("kept", NO_OPTIONS, call -> CompletableFuture.completedFuture(NOTHING)));
        session.close();
        List<CompletableFuture<?>> requests = List.of(
                session.call("p"),
                session.publish("t"),
                session.subscribe("t", MatchPolicy.EXACT, event -> {}),
                session.register("q", NO_OPTIONS, call -> CompletableFuture.completedFuture(NOTHING)));
        for (CompletableFuture<?> request : requests) {
            assertEquals(
                    Uris.NETWORK_FAILURE,
                    failureOf(ApplicationError.class, request).uri());
        }
        ApplicationError gone = failureOf(ApplicationError.class, session.unregister("kept"));
        assertEquals(Uris.NETWORK_FAILURE, gone.uri());
    }

    @Test
    void anUriThatIsNoneIsRefusedHere() throws Exception {
        JoinedSession session = join();
        for (String uri : List.of("", "a..b", "a b", "#", "a.".repeat(50_000))) {
            assertEquals(
                    Uris.INVALID_URI,
                    failureOf(ApplicationError.class, session.call(uri)).uri());
            assertEquals(
                    Uris.INVALID_URI,
                    failureOf(ApplicationError.class, session.publish(uri)).uri());
        }
        assertEquals(List.of(), router.heard(Message.Call.class));
    }

    @Test
    void aTimeoutOfNothingIsRefused() throws Exception {
        JoinedSession session = join();
        assertThrows(IllegalArgumentException.class, () -> session.call("p", NOTHING, Duration.ZERO));
    }

    @Test
    void argumentsThatCannotBeEncodedFailTheCallAndNothingElse() throws Exception {
        echo();
        JoinedSession session = join();
        ApplicationError error = failureOf(ApplicationError.class, session.call("p", new Unreadable()));
        assertEquals(Uris.INVALID_ARGUMENT, error.uri());
        assertEquals(List.of(1L), within10s(session.call("p", 1)).list());
    }

    @Test
    void aPublicationIsAlwaysAcknowledgedAndItsOptionsGoOutAsGiven() throws Exception {
        JoinedSession session = join();
        within10s(session.publish(
                "t",
                Arguments.of("x"),
                Dict.of("exclude_me", false).with("disclose_me", true).with("retain", true)));
        Message.Publish publish = router.next(Message.Publish.class);
        assertTrue(publish.options().flag("acknowledge", false));
        assertFalse(publish.options().flag("exclude_me", true));
        assertTrue(publish.options().flag("disclose_me", false));
        assertTrue(publish.options().flag("retain", false));
        assertEquals(List.of("x"), Payloads.decode(publish.payload()).list());
    }

    @Test
    void aPublicationThatIsRefusedFails() throws Exception {
        router.on(
                Message.Publish.class,
                (wire, publish) -> wire.tell(new Message.ErrorReply(
                        Message.Publish.CODE, publish.request(), Dict.EMPTY, Uris.NOT_AUTHORIZED, Payload.EMPTY)));
        assertEquals(
                Uris.NOT_AUTHORIZED,
                failureOf(ApplicationError.class, join().publish("t")).uri());
    }

    @Test
    void aRouterThatDoesNotKeepUpIsNotOverrun() throws Exception {
        JoinedSession session = join();
        router.wire().mark = 10;
        router.on(Message.Publish.class, (wire, publish) -> {
            LockSupport.parkNanos(200_000);
            wire.tell(new Message.Published(publish.request(), 1));
        });
        List<CompletableFuture<Void>> publications = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            publications.add(session.publish("t", i));
        }
        CompletableFuture.allOf(publications.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        int most = router.wire().mostQueued.get();
        assertTrue(most < 2_000, () -> most + " messages waited at once");
    }

    @Test
    void requestsBeyondTheBoundAreUnavailableAndThereIsRoomAgainWhenTheyAreAnswered() throws Exception {
        JoinedSession session = join();
        byte[] large = new byte[40 << 20];
        CompletableFuture<Arguments> first = session.call("p", Arguments.of((Object) large), Duration.ofMillis(500));
        ApplicationError error = failureOf(ApplicationError.class, session.call("p", (Object) large));
        assertEquals(Uris.UNAVAILABLE, error.uri());
        assertEquals(Uris.TIMEOUT, failureOf(ApplicationError.class, first).uri());
        CompletableFuture<Arguments> second = session.call("p", Arguments.of((Object) large), Duration.ofMillis(50));
        assertEquals(Uris.TIMEOUT, failureOf(ApplicationError.class, second).uri());
    }

    @Test
    void optionsThatCannotBeEncodedFailTheRequestAndNothingElse() throws Exception {
        echo();
        JoinedSession session = join();
        router.wire().refusing = true;
        ApplicationError error = failureOf(ApplicationError.class, session.publish("t"));
        assertEquals(Uris.INVALID_ARGUMENT, error.uri());
        router.wire().refusing = false;
        assertEquals(List.of(1L), within10s(session.call("p", 1)).list());
        assertEquals(0, waiting(session));
    }

    @Test
    void messagesForNobodyAreIgnoredAndCounted() throws Exception {
        echo();
        JoinedSession session = join();
        router.wire()
                .tell(
                        new Message.Hello("r1", Dict.EMPTY),
                        new Message.Cancel(1, Dict.EMPTY),
                        new Message.EventReceived(9),
                        new Message.Interrupt(99, Dict.EMPTY),
                        new Message.Result(12345, Dict.EMPTY, Payload.EMPTY),
                        new Message.Unregistered(0, Dict.of("registration", 5L)),
                        new Message.Unsubscribed(0, Dict.of("subscription", 5L)),
                        new Message.ErrorReply(Message.Cancel.CODE, 1, Dict.EMPTY, "x.y", Payload.EMPTY));
        assertEquals(List.of(1L), within10s(session.call("p", 1)).list());
        assertEquals(3, ignored(session));
    }

    @Test
    void anErrorOfAnotherRequestTypeDoesNotStopTheClockOfACall() throws Exception {
        router.on(
                Message.Call.class,
                (wire, call) -> wire.tell(
                        new Message.ErrorReply(Message.Cancel.CODE, call.request(), Dict.EMPTY, "x.y", Payload.EMPTY)));
        ApplicationError error = failureOf(ApplicationError.class, join().call("p", NOTHING, Duration.ofMillis(100)));
        assertEquals(Uris.TIMEOUT, error.uri());
    }

    @Test
    void stagesCompleteOnTheOwnersExecutorAndCallsMayBeMadeFromThere() throws Exception {
        CompletableFuture<Void> composed = new CompletableFuture<>();
        router.on(
                Message.Call.class,
                (wire, call) -> composed.thenRun(
                        () -> wire.tell(new Message.Result(call.request(), Dict.EMPTY, call.payload()))));
        JoinedSession session = join();
        CompletableFuture<String> second = session.call("p", 1)
                .thenCompose(one -> session.call("p", 2))
                .thenApply(two -> Thread.currentThread().getName());
        composed.complete(null);
        assertEquals("callbacks", within10s(second));
    }
}
