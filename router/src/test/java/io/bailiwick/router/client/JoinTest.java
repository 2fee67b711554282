package io.bailiwick.router.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.cryptosign.Challenge;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JoinTest extends EveryCarrier {
    private static final Identity GUEST = Identity.anonymous("r1");

    @Test
    void helloSaysWhoJoinsAndWhatItUnderstands() throws Exception {
        Identity identity = new Identity("r1", "joe", "user", new Login.Anonymous(), Dict.of("note", "x"));
        join(identity).close();
        Message.Hello hello = router.next(Message.Hello.class);
        assertEquals("r1", hello.realm());
        assertEquals("joe", hello.details().textOrNull("authid"));
        assertEquals("user", hello.details().textOrNull("authrole"));
        assertEquals(List.of("anonymous"), hello.details().texts("authmethods").orElseThrow());
        assertEquals("x", hello.details().dict("authextra").textOrNull("note"));
        Dict roles = hello.details().dict("roles");
        assertTrue(roles.dict("subscriber").dict("features").flag("pattern_based_subscription", false));
        assertTrue(roles.dict("caller").dict("features").flag("call_canceling", false));
        assertTrue(roles.dict("callee").dict("features").flag("shared_registration", false));
        assertTrue(roles.dict("publisher").dict("features").flag("publisher_exclusion", false));
        // jawampa has no way to give parts of a result on.
        assertEquals(
                carrier == Client.Carrier.DIRECT,
                roles.dict("caller").dict("features").has("progressive_call_results"));
    }

    @Test
    void aKeyIsProvenAndTheAssignedRealmAuthidAndRoleAreKnown() throws Exception {
        SigningKey key = SigningKey.generate();
        Challenge challenge = Challenge.issue();
        AtomicReference<Message.Hello> hello = new AtomicReference<>();
        router.on(Message.Hello.class, (wire, message) -> {
            hello.set(message);
            wire.tell(new Message.Challenge("cryptosign", Dict.of("challenge", challenge.hex())));
        });
        router.on(Message.Authenticate.class, (wire, message) -> {
            boolean proven = challenge.isAnsweredBy(message.signature(), key.publicKey());
            wire.tell(proven ? ScriptedRouter.welcome("assigned") : new Message.Abort(Dict.EMPTY, "no"));
        });
        JoinedSession session = join(Identity.of(null, null, "node", key));
        assertNull(hello.get().realm());
        assertFalse(hello.get().details().has("authid"));
        assertEquals("node", hello.get().details().textOrNull("authrole"));
        assertEquals(
                List.of("cryptosign"),
                hello.get().details().texts("authmethods").orElseThrow());
        assertEquals(
                key.publicKey().hex(), hello.get().details().dict("authextra").textOrNull("pubkey"));
        assertEquals("assigned", session.realm());
        assertEquals("someone", session.authid());
        assertEquals("user", session.authrole());
        assertEquals(4711, session.id());
        assertTrue(session.welcome().has("roles"));
        session.close();
    }

    @Test
    void aChallengeThatCannotBeAnsweredEndsTheAttempt() throws Exception {
        Map<Dict, String> reasons = Map.of(
                Dict.EMPTY,
                Uris.PROTOCOL_VIOLATION,
                Dict.of("challenge", "short"),
                Uris.PROTOCOL_VIOLATION,
                Dict.of("challenge", 7L),
                Uris.PROTOCOL_VIOLATION,
                Dict.of("challenge", Challenge.issue().hex(), "channel_binding", "tls-unique"),
                Uris.AUTHENTICATION_FAILED);
        for (Dict extra : reasons.keySet()) {
            router.on(Message.Hello.class, (wire, hello) -> wire.tell(new Message.Challenge("cryptosign", extra)));
            failureOf(
                    IOException.class,
                    Client.join(router, Identity.of(null, null, null, SigningKey.generate()), callbacks, carrier));
            assertEquals(reasons.get(extra), router.next(Message.Abort.class).reason());
        }
    }

    @Test
    void aLoginThatTheLinkDoesNotProvideForEndsTheAttempt() throws Exception {
        Login bound = new Login.Key(SigningKey.generate(), Optional.empty(), Optional.of("tls-exporter"));
        IOException failure = failureOf(
                IOException.class,
                Client.join(router, new Identity("r1", null, null, bound, Dict.EMPTY), callbacks, carrier));
        assertEquals(
                "channel binding tls-exporter: expected a connection that provides it, but found one that does not",
                failure.getMessage());
        until(() -> router.wire().closedByClient);
    }

    @Test
    void aTicketIsSentWhenItIsAskedFor() throws Exception {
        router.on(Message.Hello.class, (wire, hello) -> wire.tell(new Message.Challenge("ticket", Dict.EMPTY)));
        router.on(
                Message.Authenticate.class,
                (wire, message) -> wire.tell(
                        message.signature().equals("mine")
                                ? ScriptedRouter.welcome("r1")
                                : new Message.Abort(Dict.EMPTY, "no")));
        join(new Identity("r1", "joe", null, new Login.Ticket("mine"), Dict.EMPTY))
                .close();
    }

    @Test
    void aChallengeToOneWhoHasNoKeyEndsTheAttempt() throws Exception {
        router.on(Message.Hello.class, (wire, hello) -> wire.tell(new Message.Challenge("ticket", Dict.EMPTY)));
        failureOf(IOException.class, Client.join(router, GUEST, callbacks, carrier));
        assertEquals(
                Uris.NO_MATCHING_AUTH_METHOD, router.next(Message.Abort.class).reason());
    }

    @Test
    void aRefusalKeepsItsReasonAndItsText() throws Exception {
        router.on(
                Message.Hello.class,
                (wire, hello) -> wire.tell(
                        new Message.Abort(Dict.of("message", "who are you?"), "fabric.auth-failed.new-user")));
        JoinRefusedException refused =
                failureOf(JoinRefusedException.class, Client.join(router, GUEST, callbacks, carrier));
        assertEquals("fabric.auth-failed.new-user", refused.reason());
        assertEquals("fabric.auth-failed.new-user: who are you?", refused.getMessage());
        until(() -> router.wire().closedByClient);
    }

    @Test
    void aGoodbyeInsteadOfAWelcomeIsARefusalToo() throws Exception {
        router.on(
                Message.Hello.class,
                (wire, hello) -> wire.tell(new Message.Goodbye(Dict.of("message", "later"), Uris.SYSTEM_SHUTDOWN)));
        JoinRefusedException refused =
                failureOf(JoinRefusedException.class, Client.join(router, GUEST, callbacks, carrier));
        assertEquals(Uris.SYSTEM_SHUTDOWN, refused.reason());
        until(() -> router.wire().closedByClient);
    }

    @Test
    void aRouterThatCannotBeReachedIsAnIoExceptionWithItsOwnText() {
        IOException cause = new IOException("127.0.0.1:1: connection refused");
        Connector none = listener -> CompletableFuture.failedFuture(cause);
        assertSame(cause, failureOf(IOException.class, Client.join(none, GUEST, callbacks, carrier)));
    }

    @Test
    void aLinkThatBreaksInTheMiddleIsAnIoException() {
        router.on(Message.Hello.class, (wire, hello) -> wire.breaks(null));
        failureOf(IOException.class, Client.join(router, GUEST, callbacks, carrier));
    }

    @Test
    void aLinkThatIsGoneBeforeItIsUsedIsAnIoException() {
        Connector broken = listener -> {
            CompletableFuture<Link> link = router.connect(listener).toCompletableFuture();
            listener.closed(new IOException("reset"));
            return link;
        };
        IOException failure = failureOf(IOException.class, Client.join(broken, GUEST, callbacks, carrier));
        assertEquals("the link was closed as soon as it was open", failure.getMessage());
    }

    @Test
    void bytesThatAreNoMessageEndTheAttemptWithAbort() throws Exception {
        router.on(
                Message.Hello.class,
                (wire, hello) -> wire.client.violated(new ProtocolViolation("frame: expected a list, but found 7")));
        IOException failure = failureOf(IOException.class, Client.join(router, GUEST, callbacks, carrier));
        assertTrue(failure.getMessage().contains("expected a list"), failure.getMessage());
        assertEquals(Uris.PROTOCOL_VIOLATION, router.next(Message.Abort.class).reason());
    }

    @Test
    void aSilentRouterIsGivenUpInTime() throws Exception {
        router.silentOn(Message.Hello.class);
        long start = System.nanoTime();
        IOException failure =
                failureOf(IOException.class, Client.join(router, GUEST, callbacks, carrier, Duration.ofMillis(300)));
        assertTrue(failure.getMessage().startsWith("expected WELCOME within"), failure.getMessage());
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(5).toNanos());
        assertEquals(Uris.CLOSE_NORMAL, router.next(Message.Abort.class).reason());
    }

    @Test
    void aConnectorThatNeverAnswersIsGivenUpInTimeAndItsLateLinkIsClosed() throws Exception {
        CompletableFuture<Link> late = new CompletableFuture<>();
        AtomicReference<Link.Listener> listener = new AtomicReference<>();
        Connector slow = given -> {
            listener.set(given);
            return late;
        };
        failureOf(IOException.class, Client.join(slow, GUEST, callbacks, carrier, Duration.ofMillis(200)));
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Link.Listener noting = new Link.Listener() {
            @Override
            public void received(Message message) {}

            @Override
            public void violated(ProtocolViolation violation) {}

            @Override
            public void closed(Throwable cause) {
                closed.complete(null);
            }
        };
        late.complete(router.connect(noting).toCompletableFuture().join());
        within10s(closed);
    }

    @Test
    void aWelcomeWithoutARealmIsNoneWhenARealmWasToBeAssigned() {
        router.on(Message.Hello.class, (wire, hello) -> wire.tell(new Message.Welcome(1, Dict.EMPTY)));
        failureOf(IOException.class, Client.join(router, Identity.anonymous(null), callbacks, carrier));
    }

    @Test
    void whatARouterLeavesOutOfWelcomeIsKnownFromHelloOrEmpty() throws Exception {
        router.on(Message.Hello.class, (wire, hello) -> wire.tell(new Message.Welcome(1, Dict.EMPTY)));
        JoinedSession session = join();
        assertEquals("r1", session.realm());
        assertEquals("", session.authid());
        session.close();
    }

    @Test
    void threeHundredSessionsLiveOnOneThread() throws Exception {
        router.on(
                Message.Call.class,
                (wire, call) -> wire.tell(new Message.Result(call.request(), Dict.EMPTY, call.payload())));
        Map<String, Long> before = threads();
        List<CompletableFuture<ClientSession>> joins = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < 300; i++) {
            joins.add(Client.join(router, GUEST, callbacks, carrier));
        }
        List<ClientSession> sessions = new ArrayList<>();
        for (CompletableFuture<ClientSession> join : joins) {
            sessions.add(within10s(join));
        }
        System.out.println("300 joined in " + (System.nanoTime() - start) / 1_000_000 + " ms");
        for (int i = 0; i < 300; i++) {
            assertEquals(
                    List.of((long) i), within10s(sessions.get(i).call("p", i)).list());
        }
        if (carrier == Client.Carrier.JAWAMPA) {
            assertEquals(1, threads().get("client"));
        }
        assertTrue(threads().values().stream().mapToLong(n -> n).sum()
                <= before.values().stream().mapToLong(n -> n).sum() + 5);
        sessions.parallelStream().forEach(ClientSession::close);
    }

    private static Map<String, Long> threads() {
        Map<String, Long> names = new HashMap<>();
        Thread.getAllStackTraces().keySet().forEach(thread -> names.merge(thread.getName(), 1L, Long::sum));
        return names;
    }
}
