package io.bailiwick.router.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CalleeTest extends EveryCarrier {
    private static CompletableFuture<Arguments> echo(Invocation call) {
        return CompletableFuture.completedFuture(call.arguments());
    }

    private static Message.Invocation invocation(long request, long registration, Object... arguments) {
        return new Message.Invocation(request, registration, Dict.EMPTY, ScriptedRouter.payload(arguments));
    }

    /** Registers and gives the registration's id. */
    private long registered(JoinedSession session, Function<Invocation, CompletableFuture<Arguments>> procedure)
            throws Exception {
        within10s(session.register("com.p", NO_OPTIONS, procedure));
        return router.next(Message.Register.class).request();
    }

    @Test
    void anInvocationRightBehindRegisteredIsNotLost() throws Exception {
        int registrations = 500;
        AtomicInteger ids = new AtomicInteger();
        router.on(
                Message.Register.class,
                (wire, register) -> wire.tell(
                        new Message.Registered(register.request(), register.request()),
                        invocation(ids.incrementAndGet(), register.request(), register.procedure())));
        JoinedSession session = join();
        List<CompletableFuture<?>> confirmed = new ArrayList<>();
        for (int i = 0; i < registrations; i++) {
            confirmed.add(session.register("com.p" + i, NO_OPTIONS, CalleeTest::echo));
        }
        within10s(CompletableFuture.allOf(confirmed.toArray(CompletableFuture[]::new)));
        until(() -> router.heard(Message.Yield.class).size() == registrations);
        assertEquals(List.of(), router.heard(Message.ErrorReply.class));
    }

    @Test
    void theCallerIsKnownToTheProcedureAndKeywordsGoBothWays() throws Exception {
        AtomicReference<Invocation> seen = new AtomicReference<>();
        JoinedSession session = join();
        long registration = registered(session, call -> {
            seen.set(call);
            return CompletableFuture.completedFuture(new Arguments(List.of("yes"), Map.of("more", 1L)));
        });
        Dict details = Dict.of(Map.of("caller", 42L, "caller_authid", "joe", "caller_authrole", "user"));
        Payload payload = Payloads.encode(Format.JSON, new Arguments(List.of(1L), Map.of("status", "online")));
        router.wire().tell(new Message.Invocation(7, registration, details, payload));
        Message.Yield yield = router.next(Message.Yield.class);
        assertEquals(7, yield.request());
        assertEquals(new Arguments(List.of("yes"), Map.of("more", 1L)), Payloads.decode(yield.payload()));
        assertEquals("com.p", seen.get().procedure());
        assertEquals(42, seen.get().details().integer("caller").orElseThrow());
        assertEquals("joe", seen.get().details().textOrNull("caller_authid"));
        assertEquals(Map.of("status", "online"), seen.get().arguments().map());
    }

    @Test
    void optionsOfARegistrationGoOutAsGivenAndPatternsTellWhatWasCalled() throws Exception {
        JoinedSession session = join();
        AtomicReference<String> called = new AtomicReference<>();
        Dict prefix = Dict.of("match", "prefix", "invoke", "roundrobin");
        within10s(session.register("com.node.", prefix, call -> {
            called.set(call.procedure());
            return CompletableFuture.completedFuture(Arguments.NONE);
        }));
        within10s(session.register("com.node..stop", Dict.of("match", "wildcard"), CalleeTest::echo));
        within10s(session.register("com.node", NO_OPTIONS, CalleeTest::echo));
        Message.Register register = router.next(Message.Register.class);
        assertEquals("com.node.", register.procedure());
        assertEquals("prefix", register.options().textOrNull("match"));
        assertEquals("roundrobin", register.options().textOrNull("invoke"));
        assertEquals("com.node..stop", router.next(Message.Register.class).procedure());
        router.wire()
                .tell(new Message.Invocation(
                        1, register.request(), Dict.of("procedure", "com.node.start"), Payload.EMPTY));
        router.next(Message.Yield.class);
        assertEquals("com.node.start", called.get());
    }

    @Test
    void oneUriMayBeRegisteredOncePerMatchPolicyAndUnregisteredAtOnce() throws Exception {
        JoinedSession session = join();
        within10s(session.register("com.p", NO_OPTIONS, CalleeTest::echo));
        within10s(session.register("com.p", Dict.of("match", "prefix"), CalleeTest::echo));
        within10s(session.unregister("com.p"));
        assertEquals(2, router.heard(Message.Unregister.class).size());
        assertEquals(
                Uris.NO_SUCH_REGISTRATION,
                failureOf(ApplicationError.class, session.unregister("com.p")).uri());
    }

    @Test
    void aRegistrationThatIsRefusedFailsAndMayBeTriedAgain() throws Exception {
        router.on(
                Message.Register.class,
                (wire, register) -> wire.tell(new Message.ErrorReply(
                        Message.Register.CODE,
                        register.request(),
                        Dict.EMPTY,
                        Uris.PROCEDURE_ALREADY_EXISTS,
                        ScriptedRouter.payload("taken"))));
        JoinedSession session = join();
        ApplicationError error =
                failureOf(ApplicationError.class, session.register("com.p", NO_OPTIONS, CalleeTest::echo));
        assertEquals(Uris.PROCEDURE_ALREADY_EXISTS, error.uri());
        assertEquals("taken", error.arguments().list().get(0));
        router.on(Message.Register.class, (wire, m) -> wire.tell(new Message.Registered(m.request(), 5)));
        within10s(session.register("com.p", NO_OPTIONS, CalleeTest::echo));
        router.wire().tell(invocation(1, 5, "again"));
        router.next(Message.Yield.class);
    }

    @Test
    void anExceptionIsAnsweredWithAReferenceAndTheRegistrationStays() throws Exception {
        JoinedSession session = join();
        AtomicInteger calls = new AtomicInteger();
        long registration = registered(session, call -> switch (calls.getAndIncrement()) {
            case 0 -> throw new IllegalStateException("the secret is 1234");
            case 1 -> CompletableFuture.failedFuture(new IllegalStateException("the secret is 1234"));
            case 2 -> throw new AssertionError("the secret is 1234");
            case 3 -> null;
            case 4 -> CompletableFuture.completedFuture(Arguments.of(new Unreadable()));
            default -> echo(call);
        });
        for (int i = 0; i < 5; i++) {
            router.wire().tell(invocation(i + 1, registration));
            Message.ErrorReply error = router.next(Message.ErrorReply.class);
            assertEquals(Message.Invocation.CODE, error.requestType());
            assertEquals(i + 1, error.request());
            assertEquals(Uris.RUNTIME_ERROR, error.error());
            String text = (String) Payloads.decode(error.payload()).list().get(0);
            assertTrue(text.matches("internal error, reference [0-9a-f]{8}"), text);
        }
        router.wire().tell(invocation(9, registration, "fine"));
        assertEquals(9, router.next(Message.Yield.class).request());
        assertEquals(List.of(), router.heard(Message.Unregister.class));
    }

    @Test
    void anApplicationErrorIsAnsweredAsItIs() throws Exception {
        JoinedSession session = join();
        Arguments arguments = new Arguments(List.of("no such node"), Map.of("node", "n1"));
        long registration = registered(
                session,
                call -> CompletableFuture.supplyAsync(() -> {
                    throw new ApplicationError("fabric.no-such-object", arguments);
                }));
        router.wire().tell(invocation(1, registration));
        Message.ErrorReply error = router.next(Message.ErrorReply.class);
        assertEquals("fabric.no-such-object", error.error());
        assertEquals(arguments, Payloads.decode(error.payload()));
    }

    @Test
    void anErrorUriThatIsNoneBecomesARuntimeError() throws Exception {
        JoinedSession session = join();
        long registration =
                registered(session, call -> CompletableFuture.failedFuture(new ApplicationError("not a uri", "x")));
        router.wire().tell(invocation(1, registration));
        assertEquals(Uris.RUNTIME_ERROR, router.next(Message.ErrorReply.class).error());
    }

    @Test
    void invocationsBeyondAThousandUnansweredAreUnavailableAndOthersGoOn() throws Exception {
        JoinedSession session = join();
        List<CompletableFuture<Arguments>> open = new ArrayList<>();
        CountDownLatch running = new CountDownLatch(1_000);
        long registration = registered(session, call -> {
            CompletableFuture<Arguments> never = new CompletableFuture<>();
            synchronized (open) {
                open.add(never);
            }
            running.countDown();
            return never;
        });
        Message[] burst = new Message[1_001];
        for (int i = 0; i < burst.length; i++) {
            burst[i] = invocation(i + 1, registration);
        }
        router.wire().tell(burst);
        Message.ErrorReply full = router.next(Message.ErrorReply.class);
        assertEquals(Uris.UNAVAILABLE, full.error());
        assertEquals(1_001, full.request());
        assertTrue(running.await(10, TimeUnit.SECONDS));
        synchronized (open) {
            open.get(0).complete(Arguments.NONE);
        }
        router.next(Message.Yield.class);
        router.wire().tell(invocation(2_000, registration));
        until(() -> open.size() == 1_001);
        assertEquals(1, router.heard(Message.ErrorReply.class).size());
        session.close();
    }

    @Test
    void invocationsRunAsTheExecutorAllowsAndOneThatBlocksDoesNotStopTheSession() throws Exception {
        JoinedSession session = join();
        CountDownLatch release = new CountDownLatch(1);
        long registration = registered(session, call -> {
            if (call.arguments().list().get(0).equals("block")) {
                try {
                    release.await(10, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return echo(call);
        });
        router.wire().tell(invocation(1, registration, "block"), invocation(2, registration, "go"));
        assertEquals(2, router.next(Message.Yield.class).request());
        release.countDown();
        assertEquals(1, router.next(Message.Yield.class).request());
    }

    @Test
    void anInterruptFreesThePlaceAndALateResultIsDropped() throws Exception {
        JoinedSession session = join();
        CompletableFuture<Arguments> late = new CompletableFuture<>();
        CountDownLatch running = new CountDownLatch(1);
        long registration = registered(session, call -> {
            running.countDown();
            return late;
        });
        router.wire().tell(new Message.Interrupt(5, Dict.EMPTY), invocation(5, registration));
        assertTrue(running.await(10, TimeUnit.SECONDS));
        router.wire().tell(new Message.Interrupt(5, Dict.of("mode", "kill")));
        Message.ErrorReply error = router.next(Message.ErrorReply.class);
        assertEquals(5, error.request());
        assertEquals(Uris.CANCELED, error.error());
        late.complete(Arguments.NONE);
        within10s(session.publish("marker"));
        assertEquals(List.of(), router.heard(Message.Yield.class));
    }

    @Test
    void anInvocationAfterTheExecutorIsShutDownIsUnavailable() throws Exception {
        JoinedSession session = join();
        long registration = registered(session, CalleeTest::echo);
        callbacks.shutdown();
        router.wire().tell(invocation(1, registration));
        assertEquals(Uris.UNAVAILABLE, router.next(Message.ErrorReply.class).error());
        session.close();
    }

    @Test
    void anUnregisteredProcedureAnswersNoMore() throws Exception {
        JoinedSession session = join();
        long registration = registered(session, CalleeTest::echo);
        within10s(session.unregister("com.p"));
        assertEquals(registration, router.next(Message.Unregister.class).registration());
        router.wire().tell(invocation(1, registration));
        assertEquals(
                Uris.NO_SUCH_PROCEDURE, router.next(Message.ErrorReply.class).error());
    }

    @Test
    void aRouterThatDoesNotConfirmIsNotWaitedForForEverAndTheProcedureIsUnknown() throws Exception {
        router.silentOn(Message.Register.class);
        JoinedSession session = join();
        CompletableFuture<Message> answer = new CompletableFuture<>();
        session.session.register(
                "com.p", NO_OPTIONS, (call, reply) -> {}, java.time.Duration.ofMillis(50), answer::complete);
        Message.ErrorReply error = (Message.ErrorReply) within10s(answer);
        assertEquals(Uris.TIMEOUT, error.error());
        assertFalse(error.payload().isEmpty());
        assertEquals(0, waiting(session));
    }
}
