package io.bailiwick.router.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ClientSession.Closed;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EndTest extends EveryCarrier {

    @Test
    void closeSaysGoodbyeAndWaitsForTheAnswer() throws Exception {
        JoinedSession session = join();
        session.close();
        assertEquals(Uris.CLOSE_NORMAL, router.next(Message.Goodbye.class).reason());
        assertEquals(new Closed(Uris.CLOSE_NORMAL, ""), within10s(session.closed()));
        session.close();
        assertEquals(1, router.heard(Message.Goodbye.class).size());
    }

    @Test
    void whatWasSentBeforeCloseIsSentBeforeGoodbye() throws Exception {
        JoinedSession session = join();
        for (int i = 0; i < 1_000; i++) {
            session.publish("t", i);
        }
        session.close();
        assertEquals(1_000, router.heard(Message.Publish.class).size());
    }

    @Test
    void closeWithAPeerThatDoesNotReadTakesTwoSeconds() throws Exception {
        JoinedSession session = join();
        router.wire().stuck = true;
        for (int i = 0; i < 10_000; i++) {
            session.publish("t", i);
        }
        CompletableFuture<Arguments> call = session.call("p");
        long start = System.nanoTime();
        session.close();
        long took = (System.nanoTime() - start) / 1_000_000;
        System.out.println("close with a stuck peer took " + took + " ms");
        assertTrue(took < 4_000, () -> took + " ms");
        assertTrue(took >= 1_500, () -> took + " ms");
        within10s(session.closed());
        assertEquals(
                Uris.NETWORK_FAILURE, failureOf(ApplicationError.class, call).uri());
    }

    @Test
    void closeWithAPeerThatDoesNotAnswerGoodbyeIsBoundedToo() throws Exception {
        router.silentOn(Message.Goodbye.class);
        JoinedSession session = join();
        long start = System.nanoTime();
        session.close();
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(4).toNanos());
        within10s(session.closed());
    }

    @Test
    void theLinkStaysOpenUntilGoodbyeIsAnswered() throws Exception {
        AtomicBoolean early = new AtomicBoolean();
        router.on(Message.Goodbye.class, (wire, goodbye) -> {
            LockSupport.parkNanos(200_000_000);
            early.set(wire.closedByClient);
            wire.tell(new Message.Goodbye(Dict.EMPTY, Uris.GOODBYE_AND_OUT));
        });
        join().close();
        assertEquals(1, router.heard(Message.Goodbye.class).size());
        assertFalse(early.get());
        assertTrue(router.wire().closedByClient);
    }

    @Test
    void closeDoesNotWaitForWhatAStuckPeerDoesNotTake() throws Exception {
        JoinedSession session = join();
        router.wire().stuck = true;
        router.wire().mark = 0;
        for (int i = 0; i < 20_000; i++) {
            session.publish("t", i);
        }
        session.close();
        assertTrue(session.session.ended().isDone());
    }

    @Test
    void aGoodbyeOfTheRouterEndsTheSessionEvenWhenTheLinkDoesNotClose() throws Exception {
        JoinedSession session = join();
        router.wire().stuck = true;
        router.wire().tell(new Message.Goodbye(Dict.EMPTY, Uris.CLOSE_REALM));
        assertEquals(Uris.CLOSE_REALM, within10s(session.closed()).reason());
    }

    @Test
    void aGoodbyeOfTheRouterIsAnsweredAndItsReasonIsKept() throws Exception {
        JoinedSession session = join();
        CompletableFuture<Arguments> call = session.call("p");
        router.wire().tell(new Message.Goodbye(Dict.of("message", "be back at noon"), Uris.SYSTEM_SHUTDOWN));
        assertEquals(new Closed(Uris.SYSTEM_SHUTDOWN, "be back at noon"), within10s(session.closed()));
        assertEquals(Uris.GOODBYE_AND_OUT, router.next(Message.Goodbye.class).reason());
        ApplicationError error = failureOf(ApplicationError.class, call);
        assertEquals(Uris.NETWORK_FAILURE, error.uri());
        assertTrue(error.getMessage().contains(Uris.SYSTEM_SHUTDOWN), error.getMessage());
    }

    @Test
    void anAbortOfTheRouterIsNotAnsweredAndItsReasonIsKept() throws Exception {
        JoinedSession session = join();
        router.wire().tell(new Message.Abort(Dict.of("message", "CALL[1]: no"), Uris.PROTOCOL_VIOLATION));
        assertEquals(new Closed(Uris.PROTOCOL_VIOLATION, "CALL[1]: no"), within10s(session.closed()));
        assertEquals(List.of(), router.heard(Message.Goodbye.class));
        assertEquals(List.of(), router.heard(Message.Abort.class));
    }

    @Test
    void aLostLinkIsTheReasonWithItsCause() throws Exception {
        JoinedSession session = join();
        AtomicInteger times = new AtomicInteger();
        session.closed().thenRun(times::incrementAndGet);
        router.wire().client.closed(new IOException("no pong within 5 s"));
        assertEquals(new Closed("wamp.close.transport_lost", "no pong within 5 s"), within10s(session.closed()));
        until(() -> times.get() == 1);
        session.close();
        router.wire().client.closed(null);
        within10s(CompletableFuture.runAsync(() -> {}, callbacks));
        assertEquals(1, times.get());
    }

    @Test
    void bytesThatAreNoMessageEndTheSessionWithAbort() throws Exception {
        JoinedSession session = join();
        router.wire().client.violated(new ProtocolViolation("frame: expected a list, but found 7"));
        Closed closed = within10s(session.closed());
        assertEquals(new Closed(Uris.PROTOCOL_VIOLATION, "frame: expected a list, but found 7"), closed);
        assertEquals(Uris.PROTOCOL_VIOLATION, router.next(Message.Abort.class).reason());
    }

    @Test
    void aMessageThatDoesNotFitTheStateEndsTheSessionWithAbort() throws Exception {
        JoinedSession session = join();
        router.wire().tell(ScriptedRouter.welcome("r1"));
        assertEquals(Uris.PROTOCOL_VIOLATION, within10s(session.closed()).reason());
        assertEquals(Uris.PROTOCOL_VIOLATION, router.next(Message.Abort.class).reason());
    }

    @Test
    void aWrongDetailEndsTheSessionWithAbort() throws Exception {
        JoinedSession session = join();
        router.wire().tell(new Message.Result(1, Dict.of("progress", "yes"), ScriptedRouter.payload()));
        assertEquals(Uris.PROTOCOL_VIOLATION, within10s(session.closed()).reason());
    }

    @Test
    void closeFromACallbackDoesNotHang() throws Exception {
        JoinedSession session = join();
        within10s(CompletableFuture.runAsync(session::close, callbacks));
        assertTrue(within10s(session.closed()).message().isEmpty());
    }

    @Test
    void stagesEndEvenWhenTheExecutorIsShutDown() throws Exception {
        JoinedSession session = join();
        CompletableFuture<Arguments> call = session.call("p");
        callbacks.shutdownNow();
        router.wire().breaks(null);
        failureOf(ApplicationError.class, call);
        within10s(session.closed());
    }

    @Test
    void whoCompletesTheStageOfClosedHarmsNobody() throws Exception {
        JoinedSession session = join();
        session.closed().complete(new Closed("x", ""));
        assertFalse(session.closed().isDone());
        session.close();
        assertEquals(Uris.CLOSE_NORMAL, within10s(session.closed()).reason());
    }

    @Test
    void theEndOfTheLinkDoesNotOvertakeTheGoodbyeBehindAConfirmation() throws Exception {
        JoinedSession session = join();
        router.on(Message.Subscribe.class, (wire, subscribe) -> {
            wire.tell(
                    new Message.Subscribed(subscribe.request(), subscribe.request()),
                    new Message.Goodbye(Dict.EMPTY, Uris.SYSTEM_SHUTDOWN));
            wire.breaks(null);
        });
        CompletableFuture<?> confirmed = session.subscribe("com.t", MatchPolicy.EXACT, event -> {});
        assertEquals(Uris.SYSTEM_SHUTDOWN, within10s(session.closed()).reason());
        within10s(confirmed);
    }
}
