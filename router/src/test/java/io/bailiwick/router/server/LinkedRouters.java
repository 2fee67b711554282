package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.rlink.RouterLink;
import io.bailiwick.router.rlink.RouterLinkOptions;
import io.bailiwick.router.transport.Endpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two routers, and more if a test wants them, with links between them over TCP. */
class LinkedRouters {
    static final String TOPIC = "com.example.news";
    static final String ADD = "com.example.add";

    final List<AutoCloseable> open = new ArrayList<>();
    private final Map<RunningRouter, ClientSession> askers = new HashMap<>();
    RunningRouter a;
    RunningRouter b;

    @BeforeEach
    void start() throws IOException {
        a = router();
        b = router();
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    RunningRouter router() throws IOException {
        RunningRouter router = new RunningRouter();
        open.add(router);
        return router;
    }

    /** A way that can be cut and mended. */
    static final class Line implements Connector {
        private final Connector real;
        private volatile boolean whole = true;
        private volatile @Nullable Link last;

        Line(Connector real) {
            this.real = real;
        }

        @Override
        public CompletionStage<Link> connect(Link.Listener listener) {
            return whole
                    ? real.connect(listener).thenApply(link -> last = link)
                    : CompletableFuture.failedFuture(new IOException("cut"));
        }

        void cut() {
            whole = false;
            Link now = last;
            if (now != null) {
                now.close();
            }
        }

        void mend() {
            whole = true;
        }
    }

    static Endpoint address(RunningRouter router) {
        return Endpoint.of("rs://127.0.0.1:" + router.tcp.port());
    }

    void link(RunningRouter from, RunningRouter to, UnaryOperator<RouterLinkOptions> change) throws Exception {
        link(from, to, from.network.connector(address(to), Format.CBOR, Optional.empty()), change);
    }

    void link(RunningRouter from, RunningRouter to, Connector way, UnaryOperator<RouterLinkOptions> change)
            throws Exception {
        String name = "link" + open.size();
        Login login = Login.Key.of(to.newKnownKey(name));
        RouterLink link = from.router.link(change.apply(RouterLinkOptions.of(name, RunningRouter.REALM, login)), way);
        open.add(link);
        until(link::isUp);
    }

    ClientSession join(RunningRouter router) {
        ClientSession session = router.join(router.network.connector(address(router), Format.CBOR, Optional.empty()));
        open.add(session);
        return session;
    }

    RawClient raw(RunningRouter router) throws InterruptedException {
        RawClient client = new RawClient(router.network.connector(address(router), Format.CBOR, Optional.empty()));
        open.add(client);
        Map<String, Object> features = Map.of(
                "features",
                Map.of("progressive_call_results", true, "progressive_call_invocations", true, "call_canceling", true));
        client.says(new Message.Hello(
                RunningRouter.REALM, Dict.of("roles", Map.of("caller", features, "callee", features))));
        client.hears(Message.Welcome.class);
        return client;
    }

    static CompletableFuture<Arguments> answer(Object value) {
        return CompletableFuture.completedFuture(Arguments.of(value));
    }

    static void adds(ClientSession callee, String procedure) {
        callee.register(procedure, Dict.EMPTY, call -> {
                    List<?> terms = call.arguments().list();
                    return answer((Long) terms.get(0) + (Long) terms.get(1));
                })
                .join();
    }

    static BlockingQueue<Object> events(ClientSession session, String topic, MatchPolicy match) {
        BlockingQueue<Object> events = new LinkedBlockingQueue<>();
        session.subscribe(
                        topic,
                        match,
                        event -> events.add(event.arguments().list().get(0)))
                .join();
        return events;
    }

    static Object next(BlockingQueue<Object> events) throws InterruptedException {
        Object event = events.poll(10, TimeUnit.SECONDS);
        assertTrue(event != null, "an event within ten seconds");
        return event;
    }

    /** The first text that comes: other events, as those of the router itself, are passed over. */
    static Object next(BlockingQueue<Object> events, String least) throws InterruptedException {
        Object event = next(events);
        while (!(event instanceof String)) {
            event = next(events);
        }
        assertEquals(least, event);
        return event;
    }

    /** Nothing more is on its way: an event that the session sends itself, to a topic of its own, overtakes none. */
    void isQuiet(BlockingQueue<Object> events, ClientSession session) throws InterruptedException {
        isQuiet(events, session, "com.example.flush.");
    }

    /** As above, by topics that begin so. */
    void isQuiet(BlockingQueue<Object> events, ClientSession session, String topics) throws InterruptedException {
        for (RunningRouter router : List.of(a, b)) {
            ClientSession other = join(router);
            other.publish(topics + "all", session.id()).join();
            other.call("wamp.session.count").join();
        }
        String topic = topics + session.id();
        BlockingQueue<Object> own = events(session, topic, MatchPolicy.EXACT);
        session.publish(topic, Arguments.of("end"), Dict.of("exclude_me", false))
                .join();
        next(own);
        assertNull(events.poll(200, TimeUnit.MILLISECONDS));
    }

    void mirrored(RunningRouter router, String topic) throws InterruptedException {
        mirrored(router, topic, MatchPolicy.EXACT);
    }

    void mirrored(RunningRouter router, String topic, MatchPolicy match) throws InterruptedException {
        until(() -> {
            Object id = subscription(router, topic, match);
            return id != null && linkHolds(router, "wamp.subscription.list_subscribers", id);
        });
    }

    void registered(RunningRouter router, String procedure) throws InterruptedException {
        until(() -> {
            Object id = asker(router)
                    .call("wamp.registration.lookup", procedure)
                    .join()
                    .list()
                    .get(0);
            return id != null && linkHolds(router, "wamp.registration.list_callees", id);
        });
    }

    boolean linkHolds(RunningRouter router, String list, Object id) {
        Object links = asker(router)
                .call("wamp.session.list", List.of("rlink"))
                .join()
                .list()
                .get(0);
        try {
            List<?> holders =
                    (List<?>) asker(router).call(list, id).join().list().get(0);
            return holders.stream().anyMatch(((List<?>) links)::contains);
        } catch (CompletionException gone) {
            return false;
        }
    }

    @Nullable
    Object subscription(RunningRouter router, String topic, MatchPolicy match) {
        return asker(router)
                .call("wamp.subscription.lookup", topic, Map.of("match", match.id()))
                .join()
                .list()
                .get(0);
    }

    long subscribers(RunningRouter router, String topic) {
        Object id = subscription(router, topic, MatchPolicy.EXACT);
        return count(router, "wamp.subscription.count_subscribers", id);
    }

    long callees(RunningRouter router, String procedure) {
        Object id = asker(router)
                .call("wamp.registration.lookup", procedure)
                .join()
                .list()
                .get(0);
        return count(router, "wamp.registration.count_callees", id);
    }

    /** How many hold a subscription or registration; none where it is gone, perhaps since its id was asked for. */
    private long count(RunningRouter router, String procedure, @Nullable Object id) {
        if (id == null) {
            return 0;
        }
        try {
            return (Long) asker(router).call(procedure, id).join().list().get(0);
        } catch (CompletionException gone) {
            return 0;
        }
    }

    ClientSession asker(RunningRouter router) {
        return askers.computeIfAbsent(router, this::join);
    }

    static void until(BooleanSupplier condition) throws InterruptedException {
        BlockingQueue<Object> never = new LinkedBlockingQueue<>();
        for (int i = 0; i < 1_000 && !condition.getAsBoolean(); i++) {
            never.poll(10, TimeUnit.MILLISECONDS);
        }
        assertTrue(condition.getAsBoolean(), "it comes to be within ten seconds");
    }

    static ApplicationError failure(CompletableFuture<Arguments> call) {
        Throwable thrown = assertThrows(CompletionException.class, () -> call.orTimeout(10, TimeUnit.SECONDS)
                .join());
        return (ApplicationError) thrown.getCause();
    }
}
