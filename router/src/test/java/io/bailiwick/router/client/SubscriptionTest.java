package io.bailiwick.router.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ClientSession.Event;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Uris;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SubscriptionTest extends EveryCarrier {
    private static Message.Event event(long subscription, Object... arguments) {
        return new Message.Event(subscription, 1, Dict.EMPTY, ScriptedRouter.payload(arguments));
    }

    @Test
    void theFirstEventsRightBehindSubscribedAreNotLostAndStayInOrder() throws Exception {
        int topics = 1_000;
        router.on(
                Message.Subscribe.class,
                (wire, subscribe) -> wire.tell(
                        new Message.Subscribed(subscribe.request(), subscribe.request()),
                        event(subscribe.request(), subscribe.topic(), 1),
                        event(subscribe.request(), subscribe.topic(), 2)));
        JoinedSession session = join();
        List<List<Object>> seen = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<?>> confirmed = new ArrayList<>();
        for (int i = 0; i < topics; i++) {
            String topic = "com.t" + i;
            confirmed.add(session.subscribe(topic, MatchPolicy.EXACT, event -> {
                assertEquals(topic, event.arguments().list().get(0));
                seen.add(event.arguments().list());
            }));
        }
        within10s(CompletableFuture.allOf(confirmed.toArray(CompletableFuture[]::new)));
        until(() -> seen.size() == 2 * topics);
        for (int i = 0; i < topics; i++) {
            assertEquals(List.of("com.t" + i, 1L), seen.get(2 * i));
            assertEquals(List.of("com.t" + i, 2L), seen.get(2 * i + 1));
        }
    }

    @Test
    void patternsGoOutAndTheTopicComesIn() throws Exception {
        JoinedSession session = join();
        CompletableFuture<Event> seen = new CompletableFuture<>();
        within10s(session.subscribe("com.node.", MatchPolicy.PREFIX, seen::complete));
        Message.Subscribe subscribe = router.next(Message.Subscribe.class);
        assertEquals("com.node.", subscribe.topic());
        assertEquals("prefix", subscribe.options().textOrNull("match"));
        Dict details = Dict.of("topic", "com.node.on_start", "publisher_authid", "n1");
        router.wire()
                .tell(new Message.Event(
                        subscribe.request(),
                        1,
                        details,
                        Payloads.encode(Format.CBOR, new Arguments(List.of("x"), Map.of("k", 1L)))));
        Event event = within10s(seen);
        assertEquals("com.node.on_start", event.topic());
        assertEquals("n1", event.details().textOrNull("publisher_authid"));
        assertEquals(new Arguments(List.of("x"), Map.of("k", 1L)), event.arguments());
    }

    @Test
    void twoConsumersOfOneTopicShareOneSubscription() throws Exception {
        JoinedSession session = join();
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        within10s(session.subscribe("t", MatchPolicy.EXACT, event -> first.incrementAndGet()));
        within10s(session.subscribe("t", MatchPolicy.EXACT, event -> second.incrementAndGet()));
        within10s(session.subscribe("t", MatchPolicy.PREFIX, event -> {}));
        assertEquals(2, router.heard(Message.Subscribe.class).size());
        router.wire().tell(event(router.next(Message.Subscribe.class).request()));
        until(() -> first.get() == 1 && second.get() == 1);
    }

    @Test
    void aSubscriptionThatIsRefusedFailsAndMayBeTriedAgain() throws Exception {
        router.on(
                Message.Subscribe.class,
                (wire, subscribe) -> wire.tell(new Message.ErrorReply(
                        Message.Subscribe.CODE,
                        subscribe.request(),
                        Dict.EMPTY,
                        Uris.NOT_AUTHORIZED,
                        ScriptedRouter.payload("not you"))));
        JoinedSession session = join();
        ApplicationError error =
                failureOf(ApplicationError.class, session.subscribe("t", MatchPolicy.EXACT, event -> {}));
        assertEquals(Uris.NOT_AUTHORIZED, error.uri());
        router.on(Message.Subscribe.class, (wire, m) -> wire.tell(new Message.Subscribed(m.request(), 5)));
        CompletableFuture<Event> seen = new CompletableFuture<>();
        within10s(session.subscribe("t", MatchPolicy.EXACT, seen::complete));
        router.wire().tell(event(5));
        within10s(seen);
    }

    @Test
    void aConsumerThatThrowsKeepsItsSubscription() throws Exception {
        JoinedSession session = join();
        List<Object> seen = new CopyOnWriteArrayList<>();
        within10s(session.subscribe("t", MatchPolicy.EXACT, event -> {
            seen.add(event.arguments().list().get(0));
            if (seen.size() == 1) {
                throw new IllegalStateException("at the first");
            }
            if (seen.size() == 2) {
                throw new AssertionError("at the second");
            }
        }));
        long id = router.next(Message.Subscribe.class).request();
        router.wire().tell(event(id, 1), event(id, 2), event(id, 3));
        until(() -> seen.size() == 3);
        assertEquals(List.of(), router.heard(Message.Unsubscribe.class));
    }

    @Test
    void eventsComeOneAtATimeAndInOrderOnAnExecutorOfManyThreads() throws Exception {
        ExecutorService many = Executors.newFixedThreadPool(8);
        try {
            ClientSession session = within10s(Client.join(router, Identity.anonymous("r1"), many, carrier));
            List<Object> seen = new ArrayList<>();
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger overlaps = new AtomicInteger();
            CountDownLatch all = new CountDownLatch(5_000);
            within10s(session.subscribe("t", MatchPolicy.EXACT, event -> {
                overlaps.addAndGet(inside.getAndIncrement());
                seen.add(event.arguments().list().get(0));
                inside.decrementAndGet();
                all.countDown();
            }));
            long id = router.next(Message.Subscribe.class).request();
            for (int i = 0; i < 5_000; i++) {
                router.wire().tell(event(id, i));
            }
            assertTrue(all.await(20, TimeUnit.SECONDS));
            assertEquals(0, overlaps.get());
            for (int i = 0; i < 5_000; i++) {
                assertEquals((long) i, seen.get(i));
            }
            session.close();
        } finally {
            many.shutdownNow();
        }
    }

    @Test
    void aConsumerThatDoesNotKeepUpCostsABoundedBacklogAndNothingElse() throws Exception {
        JoinedSession session = join();
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger seen = new AtomicInteger();
        within10s(session.subscribe("t", MatchPolicy.EXACT, event -> {
            seen.incrementAndGet();
            try {
                release.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        long id = router.next(Message.Subscribe.class).request();
        until(() -> {
            router.wire().tell(event(id));
            return seen.get() == 1;
        });
        for (int i = 0; i < 15_000; i++) {
            router.wire().tell(event(id));
        }
        router.on(
                Message.Call.class,
                (wire, call) -> wire.tell(new Message.Result(call.request(), Dict.EMPTY, call.payload())));
        assertEquals(List.of(1L), within10s(session.call("p", 1)).list());
        release.countDown();
        until(() -> seen.get() >= 10_000);
        within10s(session.call("p", 1));
        assertTrue(seen.get() <= 10_010, () -> "delivered " + seen.get());
        assertFalse(session.closed().isDone());
    }

    @Test
    void theBacklogIsBoundInBytesTooButTakesOneOfAnySize() {
        Backlog backlog = new Backlog(10, 100);
        assertTrue(backlog.enter(1_000));
        assertFalse(backlog.enter(1));
        backlog.leave(1_000);
        assertTrue(backlog.enter(60));
        assertTrue(backlog.enter(40));
        assertFalse(backlog.enter(1));
    }
}
