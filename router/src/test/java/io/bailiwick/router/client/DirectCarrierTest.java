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
    void partsOfAResultComeInOrderBeforeItAndWereAskedFor() throws Exception {
        JoinedSession session = join();
        router.on(Message.Call.class, (wire, call) -> {
            wire.tell(new Message.Result(call.request(), Dict.of("progress", true), ScriptedRouter.payload()));
            wire.tell(new Message.Result(call.request(), Dict.of("progress", true), ScriptedRouter.payload()));
            wire.tell(new Message.Result(call.request(), Dict.EMPTY, ScriptedRouter.payload()));
        });
        List<Arguments> parts = new CopyOnWriteArrayList<>();
        within10s(session.call("p", Arguments.NONE, Duration.ofSeconds(10), parts::add));
        until(() -> parts.size() == 2);
        assertTrue(router.next(Message.Call.class).options().flag("receive_progress", false));
        within10s(session.call("p", Arguments.NONE, Duration.ofSeconds(10)));
        assertEquals(Dict.EMPTY, router.next(Message.Call.class).options());
        assertEquals(2, parts.size(), "nobody has asked for those of the second call");
    }

    @Test
    void whoCancelsACallHasItCanceledAtTheRouter() throws Exception {
        JoinedSession session = join();
        router.on(Message.Call.class, (wire, call) -> {});
        CompletableFuture<Arguments> waiting = session.call("p", Arguments.NONE, Duration.ofMinutes(1));
        long request = router.next(Message.Call.class).request();
        waiting.cancel(true);
        assertEquals(request, router.next(Message.Cancel.class).request());
        until(() -> {
            try {
                return waiting(session) == 0;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void aProcedureSendsPartsToWhoeverWantsThemAndNoneBehindTheAnswer() throws Exception {
        JoinedSession session = join();
        CompletableFuture<ClientSession.Caller> caller = new CompletableFuture<>();
        within10s(session.register("com.p", NO_OPTIONS, call -> {
            call.caller().progress(Arguments.of("part"));
            caller.complete(call.caller());
            return CompletableFuture.completedFuture(Arguments.of("whole"));
        }));
        long registration = router.next(Message.Register.class).request();
        Dict wanted = Dict.of("receive_progress", true);
        router.wire().tell(new Message.Invocation(3, registration, wanted, ScriptedRouter.payload()));
        assertTrue(router.next(Message.Yield.class).options().flag("progress", false));
        assertEquals(Dict.EMPTY, router.next(Message.Yield.class).options());
        within10s(caller).progress(Arguments.of("late"));
        router.wire().tell(new Message.Invocation(4, registration, Dict.EMPTY, ScriptedRouter.payload()));
        Message.Yield only = router.next(Message.Yield.class);
        assertEquals(4, only.request());
        assertEquals(Dict.EMPTY, only.options());
    }

    @Test
    void aProcedureIsToldThatItsCallerHasGivenUp() throws Exception {
        JoinedSession session = join();
        CompletableFuture<Void> gone = new CompletableFuture<>();
        CompletableFuture<Void> here = new CompletableFuture<>();
        within10s(session.register("com.p", NO_OPTIONS, call -> {
            call.caller().whenGone(() -> gone.complete(null));
            here.complete(null);
            return new CompletableFuture<>();
        }));
        long registration = router.next(Message.Register.class).request();
        router.wire().tell(new Message.Invocation(3, registration, Dict.EMPTY, ScriptedRouter.payload()));
        within10s(here);
        router.wire().tell(new Message.Interrupt(3, Dict.EMPTY));
        within10s(gone);
        assertEquals(Uris.CANCELED, router.next(Message.ErrorReply.class).error());
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
