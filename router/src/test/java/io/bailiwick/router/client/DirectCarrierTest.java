package io.bailiwick.router.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Uris;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only the carrier of this house does: jawampa cannot. */
@Timeout(60)
class DirectCarrierTest extends Scene {

    @Test
    void requestIdsGoUpByOneOnTheWireWhateverManyThreadsAskAndWhateverCannotBeSent() throws Exception {
        JoinedSession session = join();
        router.wire().refusing = true;
        failureOf(ApplicationError.class, session.publish("t"));
        router.wire().refusing = false;
        ExecutorService many = Executors.newFixedThreadPool(4);
        try {
            List<CompletableFuture<?>> done = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                done.add(CompletableFuture.supplyAsync(() -> session.publish("t"), many)
                        .thenCompose(publication -> publication));
            }
            within10s(CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)));
        } finally {
            many.shutdownNow();
        }
        List<Message.Publish> heard = router.heard(Message.Publish.class);
        for (int i = 0; i < 2_000; i++) {
            assertEquals(i + 1, heard.get(i).request());
        }
    }

    @Test
    void aRequestWhoseTimeIsOverBeforeTheLinkHasTakenItIsNotSentAtAll() throws Exception {
        JoinedSession session = join();
        router.wire().mark = 0;
        router.wire().keepingUp = false;
        session.publish("t");
        ApplicationError error =
                failureOf(ApplicationError.class, session.call("p", Arguments.NONE, Duration.ofMillis(50)));
        assertEquals(Uris.TIMEOUT, error.uri());
        router.wire().mark = Integer.MAX_VALUE;
        router.wire().keepingUp = true;
        within10s(session.publish("t"));
        assertEquals(List.of(), router.heard(Message.Call.class));
        assertEquals(List.of(), router.heard(Message.Cancel.class));
    }

    @Test
    void aLinkThatDoesNotKeepUpIsGivenNothingMoreAndTakesTheRestInOrderWhenItDoes() throws Exception {
        JoinedSession session = join();
        router.wire().mark = 0;
        router.wire().keepingUp = false;
        List<CompletableFuture<Void>> publications = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            publications.add(session.publish("t" + i));
        }
        within10s(publications.get(0));
        within10s(CompletableFuture.runAsync(
                () -> {}, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS, callbacks)));
        assertEquals(1, router.heard(Message.Publish.class).size());
        router.wire().mark = Integer.MAX_VALUE;
        router.wire().keepingUp = true;
        within10s(CompletableFuture.allOf(publications.toArray(CompletableFuture[]::new)));
        List<Message.Publish> heard = router.heard(Message.Publish.class);
        for (int i = 0; i < 100; i++) {
            assertEquals("t" + i, heard.get(i).topic());
        }
    }

    @Test
    void anAnswerThatIsTooLargeForTheRouterIsAnErrorForTheCallerAndNotSilence() throws Exception {
        JoinedSession session = join();
        within10s(session.register(
                "com.p", NO_OPTIONS, call -> CompletableFuture.completedFuture(Arguments.of("x".repeat(2_000)))));
        router.wire().mostBytes = 1_000;
        long registration = router.next(Message.Register.class).request();
        router.wire().tell(new Message.Invocation(3, registration, Dict.EMPTY, ScriptedRouter.payload()));
        Message.ErrorReply error = router.next(Message.ErrorReply.class);
        assertEquals(3, error.request());
        assertEquals(Uris.PAYLOAD_SIZE_EXCEEDED, error.error());
    }

    @Test
    void nothingGoesOutBehindTheLastWord() throws Exception {
        JoinedSession session = join();
        CompletableFuture<Arguments> late = new CompletableFuture<>();
        within10s(session.register("com.p", NO_OPTIONS, call -> late));
        long registration = router.next(Message.Register.class).request();
        router.wire().tell(new Message.Invocation(3, registration, Dict.EMPTY, ScriptedRouter.payload()));
        router.on(Message.Goodbye.class, (wire, goodbye) -> {
            late.complete(Arguments.NONE);
            wire.tell(new Message.Goodbye(Dict.EMPTY, Uris.GOODBYE_AND_OUT));
        });
        session.close();
        assertEquals(List.of(), router.heard(Message.Yield.class));
        assertEquals(1, router.heard(Message.Goodbye.class).size());
    }

    @Test
    void whoLeavesGetsAnswersStillButNoNews() throws Exception {
        JoinedSession session = join();
        List<Object> events = new CopyOnWriteArrayList<>();
        within10s(session.subscribe("t", MatchPolicy.EXACT, events::add));
        long subscription = router.next(Message.Subscribe.class).request();
        router.on(
                Message.Goodbye.class,
                (wire, goodbye) -> wire.tell(
                        new Message.Event(subscription, 1, Dict.EMPTY, ScriptedRouter.payload()),
                        new Message.Result(
                                router.heard(Message.Call.class).get(0).request(),
                                Dict.EMPTY,
                                ScriptedRouter.payload("in time")),
                        new Message.Goodbye(Dict.EMPTY, Uris.GOODBYE_AND_OUT)));
        CompletableFuture<Arguments> call = session.call("p");
        session.close();
        assertEquals(List.of("in time"), within10s(call).list());
        within10s(CompletableFuture.runAsync(() -> {}, callbacks));
        assertTrue(events.isEmpty());
    }
}
