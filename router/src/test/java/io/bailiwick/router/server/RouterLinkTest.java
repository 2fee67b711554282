package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.rlink.RouterLink;
import io.bailiwick.router.rlink.RouterLinkOptions;
import io.bailiwick.router.rlink.RouterLinkOptions.Backoff;
import io.bailiwick.router.rlink.RouterLinkOptions.Ways;
import io.bailiwick.router.rlink.UriFilter;
import io.bailiwick.router.transport.Endpoint;
import java.io.IOException;
import java.util.ArrayList;
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
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two and three routers with links between them, over TCP. */
class RouterLinkTest {
    private static final String TOPIC = "com.example.news";
    private static final String ADD = "com.example.add";

    private final List<AutoCloseable> open = new ArrayList<>();
    private RunningRouter a;
    private RunningRouter b;

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

    private RunningRouter router() throws IOException {
        RunningRouter router = new RunningRouter();
        open.add(router);
        return router;
    }

    // ---- events

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void an_event_reaches_the_subscribers_of_the_other_router_once_and_in_either_direction() throws Exception {
        link(a, b, UnaryOperator.identity());
        ClientSession here = join(a);
        ClientSession there = join(b);
        BlockingQueue<Object> atA = events(here, TOPIC, MatchPolicy.EXACT);
        BlockingQueue<Object> atB = events(there, TOPIC, MatchPolicy.EXACT);
        mirrored(a, TOPIC);
        mirrored(b, TOPIC);
        here.publish(TOPIC, "from a").join();
        there.publish(TOPIC, "from b").join();
        assertEquals("from a", next(atB));
        assertEquals("from b", next(atA));
        isQuiet(atA, here);
        isQuiet(atB, there);
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void an_event_that_meets_several_mirrored_subscriptions_crosses_once() throws Exception {
        link(a, b, UnaryOperator.identity());
        ClientSession there = join(b);
        BlockingQueue<Object> exact = events(there, TOPIC, MatchPolicy.EXACT);
        BlockingQueue<Object> prefix = events(there, "com.example.", MatchPolicy.PREFIX);
        BlockingQueue<Object> wildcard = events(there, "com..news", MatchPolicy.WILDCARD);
        mirrored(a, TOPIC);
        mirrored(a, "com.example.", MatchPolicy.PREFIX);
        mirrored(a, "com..news", MatchPolicy.WILDCARD);
        ClientSession here = join(a);
        here.publish(TOPIC, 1L).join();
        here.publish(TOPIC, 2L).join();
        for (BlockingQueue<Object> queue : List.of(exact, prefix, wildcard)) {
            assertEquals(1L, next(queue));
            assertEquals(2L, next(queue));
        }
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void the_order_of_the_events_of_a_publisher_is_kept() throws Exception {
        link(a, b, UnaryOperator.identity());
        BlockingQueue<Object> atB = events(join(b), "com.example.", MatchPolicy.PREFIX);
        mirrored(a, "com.example.", MatchPolicy.PREFIX);
        ClientSession here = join(a);
        List<CompletableFuture<Void>> sent = IntStream.range(0, 500)
                .mapToObj(i -> here.publish("com.example.t" + i % 3, (long) i))
                .toList();
        sent.forEach(CompletableFuture::join);
        for (long i = 0; i < 500; i++) {
            assertEquals(i, next(atB));
        }
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void what_was_subscribed_before_the_link_is_mirrored_and_what_is_given_up_is_not() throws Exception {
        ClientSession there = join(b);
        BlockingQueue<Object> atB = events(there, TOPIC, MatchPolicy.EXACT);
        link(a, b, UnaryOperator.identity());
        mirrored(a, TOPIC);
        join(a).publish(TOPIC, "x").join();
        assertEquals("x", next(atB));
        there.close();
        until(() -> subscription(a, TOPIC, MatchPolicy.EXACT) == null);
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void a_publisher_that_discloses_itself_is_known_at_the_other_router_and_no_other_one_is() throws Exception {
        link(a, b, UnaryOperator.identity());
        BlockingQueue<Object> publishers = new LinkedBlockingQueue<>();
        join(b).subscribe(
                        TOPIC,
                        MatchPolicy.EXACT,
                        event -> publishers.add(event.details().entries().getOrDefault("publisher", "nobody")))
                .join();
        mirrored(a, TOPIC);
        ClientSession here = join(a);
        here.publish(TOPIC, Arguments.of("x"), Dict.of("disclose_me", true)).join();
        here.publish(TOPIC, "y").join();
        assertEquals(here.id(), next(publishers));
        assertEquals("nobody", next(publishers));
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void who_is_excluded_by_name_is_so_at_the_other_router_and_who_is_not_eligible_too() throws Exception {
        link(a, b, UnaryOperator.identity());
        BlockingQueue<Object> anonymous = events(join(b), TOPIC, MatchPolicy.EXACT);
        ClientSession known = b.join(
                b.network.connector(address(b), Format.CBOR, Optional.empty()),
                Identity.of(RunningRouter.REALM, null, null, b.newKnownKey("known")));
        open.add(known);
        BlockingQueue<Object> atKnown = events(known, TOPIC, MatchPolicy.EXACT);
        mirrored(a, TOPIC);
        ClientSession here = join(a);
        here.publish(TOPIC, Arguments.of(1L), Dict.of("exclude_authid", List.of("known")))
                .join();
        here.publish(TOPIC, Arguments.of(2L), Dict.of("eligible_authid", List.of("known")))
                .join();
        here.publish(
                        TOPIC,
                        Arguments.of(3L),
                        Dict.of(
                                "eligible_authrole",
                                List.of("anything", "rlink"),
                                "exclude_authid",
                                List.of("anonymous")))
                .join();
        here.publish(TOPIC, 4L).join();
        assertEquals(3L, next(atKnown));
        assertEquals(4L, next(atKnown));
        assertEquals(1L, next(anonymous));
        assertEquals(4L, next(anonymous));
    }

    // ---- calls

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void a_caller_that_discloses_itself_is_known_at_the_other_router() throws Exception {
        link(a, b, UnaryOperator.identity());
        join(b).register(
                        ADD, Dict.EMPTY, call -> answer(call.details().entries().getOrDefault("caller", "nobody")))
                .join();
        registered(a, ADD);
        RawClient caller = raw(a);
        caller.says(new Message.Call(1, Dict.of("disclose_me", true), ADD, Payload.EMPTY));
        long told = (Long) new RealmPayloads()
                .decode(caller.hears(Message.Result.class).payload())
                .list()
                .get(0);
        assertTrue(((List<?>) asker(a).call("wamp.session.list", List.of("anything"))
                        .join()
                        .list()
                        .get(0))
                .contains(told));
        assertEquals(List.of("nobody"), join(a).call(ADD).join().list());
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void a_procedure_is_called_from_the_other_router_in_either_direction() throws Exception {
        link(a, b, UnaryOperator.identity());
        adds(join(b), ADD);
        adds(join(a), "com.example.plus");
        registered(a, ADD);
        registered(b, "com.example.plus");
        assertEquals(List.of(5L), join(a).call(ADD, 2L, 3L).join().list());
        assertEquals(
                List.of(9L), join(b).call("com.example.plus", 4L, 5L).join().list());
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void an_error_of_the_callee_comes_back_whole() throws Exception {
        link(a, b, UnaryOperator.identity());
        Arguments said = new Arguments(List.of("no", 7L), Map.of("why", "because"));
        join(b).register(ADD, Dict.EMPTY, call -> {
                    throw new ApplicationError("com.example.error.no", said);
                })
                .join();
        registered(a, ADD);
        ApplicationError error = failure(join(a).call(ADD));
        assertEquals("com.example.error.no", error.uri());
        assertEquals(said, error.arguments());
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void progressive_results_come_back_one_by_one() throws Exception {
        link(a, b, UnaryOperator.identity());
        RawClient callee = raw(b);
        callee.says(new Message.Register(1, Dict.EMPTY, ADD));
        callee.hears(Message.Registered.class);
        registered(a, ADD);
        RawClient caller = raw(a);
        caller.says(new Message.Call(1, Dict.of("receive_progress", true), ADD, Payload.EMPTY));
        Message.Invocation invocation = callee.hears(Message.Invocation.class);
        assertTrue(invocation.details().flag("receive_progress", false));
        Dict more = Dict.of("progress", true);
        for (String part : List.of("one", "two")) {
            callee.says(new Message.Yield(invocation.request(), more, RealmPayloads.text(part)));
            Message.Result result = caller.hears(Message.Result.class);
            assertTrue(result.details().flag("progress", false));
            assertEquals(
                    List.of(part), new RealmPayloads().decode(result.payload()).list());
        }
        callee.says(new Message.Yield(invocation.request(), Dict.EMPTY, RealmPayloads.text("end")));
        Message.Result last = caller.hears(Message.Result.class);
        assertFalse(last.details().flag("progress", false));
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void the_parts_of_a_progressive_call_arrive_in_one_call() throws Exception {
        link(a, b, UnaryOperator.identity());
        RawClient callee = raw(b);
        callee.says(new Message.Register(1, Dict.EMPTY, ADD));
        callee.hears(Message.Registered.class);
        registered(a, ADD);
        RawClient caller = raw(a);
        caller.says(new Message.Call(1, Dict.of("progress", true), ADD, RealmPayloads.text("one")));
        caller.says(new Message.Call(1, Dict.EMPTY, ADD, RealmPayloads.text("two")));
        Message.Invocation first = callee.hears(Message.Invocation.class);
        Message.Invocation second = callee.hears(Message.Invocation.class);
        assertEquals(first.request(), second.request());
        assertTrue(first.details().flag("progress", false));
        assertFalse(second.details().flag("progress", false));
        callee.says(new Message.Yield(first.request(), Dict.EMPTY, RealmPayloads.text("end")));
        caller.hears(Message.Result.class);
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void a_canceled_call_is_interrupted_at_the_other_router() throws Exception {
        link(a, b, UnaryOperator.identity());
        RawClient callee = raw(b);
        callee.says(new Message.Register(1, Dict.EMPTY, ADD));
        callee.hears(Message.Registered.class);
        registered(a, ADD);
        RawClient caller = raw(a);
        caller.says(new Message.Call(1, Dict.EMPTY, ADD, Payload.EMPTY));
        Message.Invocation invocation = callee.hears(Message.Invocation.class);
        caller.says(new Message.Cancel(1, Dict.of("mode", "kill")));
        Message.Interrupt interrupt = callee.hears(Message.Interrupt.class);
        assertEquals(invocation.request(), interrupt.request());
        assertEquals(Optional.of("kill"), interrupt.options().text("mode"));
        callee.says(new Message.ErrorReply(
                Message.Invocation.CODE,
                invocation.request(),
                Dict.EMPTY,
                "com.example.error.stopped",
                RealmPayloads.text("half done")));
        Message.ErrorReply ended = caller.hears(Message.ErrorReply.class);
        assertEquals("com.example.error.stopped", ended.error());
        assertEquals(
                List.of("half done"),
                new RealmPayloads().decode(ended.payload()).list());
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void a_timeout_interrupts_the_callee_at_the_other_router() throws Exception {
        link(a, b, UnaryOperator.identity());
        RawClient callee = raw(b);
        callee.says(new Message.Register(1, Dict.EMPTY, ADD));
        callee.hears(Message.Registered.class);
        registered(a, ADD);
        RawClient caller = raw(a);
        caller.says(new Message.Call(1, Dict.of("timeout", 100L), ADD, Payload.EMPTY));
        callee.hears(Message.Invocation.class);
        assertEquals(Uris.TIMEOUT, caller.hears(Message.ErrorReply.class).error());
        callee.hears(Message.Interrupt.class);
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void a_procedure_shared_by_callees_of_both_routers_is_answered_every_time() throws Exception {
        link(a, b, UnaryOperator.identity());
        Dict shared = Dict.of("invoke", "roundrobin");
        ClientSession calleeA = join(a);
        ClientSession calleeB = join(b);
        calleeA.register(ADD, shared, call -> answer("a")).join();
        calleeB.register(ADD, shared, call -> answer("b")).join();
        until(() -> callees(a, ADD) == 2 && callees(b, ADD) == 2);
        ClientSession caller = join(a);
        List<Object> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(caller.call(ADD).join().list().get(0));
        }
        assertTrue(answers.contains("a") && answers.contains("b"), answers.toString());
    }

    // ---- what may cross

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void only_what_the_filters_name_crosses() throws Exception {
        List<UriFilter> open = List.of(new UriFilter("com.example.open.", MatchPolicy.PREFIX));
        link(a, b, options -> options.with(open, open));
        ClientSession there = join(b);
        BlockingQueue<Object> closed = events(there, "com.example.closed.news", MatchPolicy.EXACT);
        BlockingQueue<Object> all = events(there, "com.example.open.news", MatchPolicy.EXACT);
        adds(there, "com.example.closed.add");
        adds(there, "com.example.open.add");
        mirrored(a, "com.example.open.news");
        registered(a, "com.example.open.add");
        ClientSession here = join(a);
        here.publish("com.example.closed.news", 1L).join();
        here.publish("com.example.open.news", 2L).join();
        assertEquals(2L, next(all));
        assertNull(closed.poll());
        assertNull(subscription(a, "com.example.closed.news", MatchPolicy.EXACT));
        assertEquals(
                Uris.NO_SUCH_PROCEDURE,
                failure(here.call("com.example.closed.add")).uri());
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void what_belongs_to_a_router_itself_never_crosses() throws Exception {
        link(a, b, UnaryOperator.identity());
        ClientSession there = join(b);
        BlockingQueue<Object> all = events(there, "", MatchPolicy.PREFIX);
        BlockingQueue<Object> joins = events(there, "wamp.session.on_join", MatchPolicy.EXACT);
        mirrored(a, "", MatchPolicy.PREFIX);
        ClientSession here = join(a);
        here.publish("crossbar.secret", "no").join();
        here.publish(TOPIC, "yes").join();
        assertEquals("yes", next(all, "yes"));
        long joined = here.id();
        assertFalse(joins.stream().anyMatch(one -> one.toString().contains("=" + joined)), joins.toString());
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void events_and_calls_go_only_the_ways_that_are_on() throws Exception {
        link(a, b, options -> options.with(Ways.OUT, Ways.IN));
        ClientSession here = join(a);
        ClientSession there = join(b);
        BlockingQueue<Object> atA = events(here, TOPIC, MatchPolicy.EXACT);
        BlockingQueue<Object> atB = events(there, TOPIC, MatchPolicy.EXACT);
        adds(here, ADD);
        adds(there, "com.example.plus");
        mirrored(a, TOPIC);
        registered(b, ADD);
        there.publish(TOPIC, "back").join();
        here.publish(TOPIC, "out").join();
        assertEquals("out", next(atB));
        assertEquals(0, atA.size());
        assertEquals(List.of(3L), there.call(ADD, 1L, 2L).join().list());
        assertEquals(
                Uris.NO_SUCH_PROCEDURE, failure(here.call("com.example.plus")).uri());
    }

    // ---- round and round

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void two_links_between_the_same_routers_neither_echo_nor_double() throws Exception {
        link(a, b, UnaryOperator.identity());
        link(b, a, UnaryOperator.identity());
        ClientSession here = join(a);
        ClientSession there = join(b);
        BlockingQueue<Object> atA = events(here, TOPIC, MatchPolicy.EXACT);
        BlockingQueue<Object> atB = events(there, TOPIC, MatchPolicy.EXACT);
        adds(there, ADD);
        registered(a, ADD);
        until(() -> subscribers(a, TOPIC) == 3 && subscribers(b, TOPIC) == 3);
        for (long i = 0; i < 20; i++) {
            here.publish(TOPIC, i).join();
        }
        for (long i = 0; i < 20; i++) {
            assertEquals(i, next(atB));
        }
        isQuiet(atB, there);
        isQuiet(atA, here);
        assertEquals(List.of(5L), here.call(ADD, 2L, 3L).join().list());
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void a_ring_of_three_neither_echoes_nor_doubles() throws Exception {
        RunningRouter c = router();
        link(a, b, UnaryOperator.identity());
        link(b, c, UnaryOperator.identity());
        link(c, a, UnaryOperator.identity());
        ring(c);
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void a_ring_of_three_with_transit_neither_echoes_nor_doubles() throws Exception {
        RunningRouter c = router();
        link(a, b, options -> options.withTransit(8));
        link(b, c, options -> options.withTransit(8));
        link(c, a, options -> options.withTransit(8));
        ring(c);
    }

    private void ring(RunningRouter c) throws Exception {
        List<RunningRouter> all = List.of(a, b, c);
        List<ClientSession> sessions = all.stream().map(this::join).toList();
        List<BlockingQueue<Object>> queues = new ArrayList<>();
        for (ClientSession session : sessions) {
            queues.add(events(session, TOPIC, MatchPolicy.EXACT));
        }
        for (RunningRouter router : all) {
            until(() -> subscribers(router, TOPIC) == 3);
        }
        adds(sessions.get(1), ADD);
        registered(a, ADD);
        registered(c, ADD);
        sessions.get(0).publish(TOPIC, "x").join();
        for (int i = 1; i < 3; i++) {
            assertEquals("x", next(queues.get(i)));
        }
        for (int i = 0; i < 3; i++) {
            isQuiet(queues.get(i), sessions.get(i));
        }
        assertEquals(List.of(5L), sessions.get(0).call(ADD, 2L, 3L).join().list());
        assertEquals(List.of(5L), sessions.get(2).call(ADD, 2L, 3L).join().list());
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void with_transit_a_row_of_three_is_crossed_and_no_more_hops_than_allowed() throws Exception {
        RunningRouter c = router();
        link(a, b, options -> options.withTransit(8));
        link(b, c, options -> options.withTransit(2));
        RunningRouter d = router();
        link(c, d, options -> options.withTransit(2));
        BlockingQueue<Object> atC = events(join(c), TOPIC, MatchPolicy.EXACT);
        BlockingQueue<Object> atD = events(join(d), TOPIC, MatchPolicy.EXACT);
        adds(join(c), ADD);
        mirrored(a, TOPIC);
        registered(a, ADD);
        until(() -> subscribers(c, TOPIC) == 2);
        join(a).publish(TOPIC, "far").join();
        join(b).publish(TOPIC, "near").join();
        assertEquals("far", next(atC));
        assertEquals("near", next(atC));
        assertEquals("near", next(atD));
        assertEquals(List.of(5L), join(a).call(ADD, 2L, 3L).join().list());
    }

    // ---- the end, and again

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void when_the_link_breaks_its_calls_end_and_its_mirrors_vanish_until_it_is_back() throws Exception {
        Line line = new Line(a.network.connector(address(b), Format.CBOR, Optional.empty()));
        link(a, b, line, options -> options.with(new Backoff(20, 50)));
        ClientSession there = join(b);
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        there.register("com.example.never", Dict.EMPTY, call -> {
                    arrived.complete(null);
                    return new CompletableFuture<>();
                })
                .join();
        adds(there, ADD);
        BlockingQueue<Object> atB = events(there, TOPIC, MatchPolicy.EXACT);
        registered(a, "com.example.never");
        registered(a, ADD);
        mirrored(a, TOPIC);
        ClientSession here = join(a);
        CompletableFuture<Arguments> pending = here.call("com.example.never");
        arrived.orTimeout(10, TimeUnit.SECONDS).join();
        line.cut();
        assertEquals(Uris.CANCELED, failure(pending).uri());
        until(() -> callees(a, ADD) == 0 && subscription(a, TOPIC, MatchPolicy.EXACT) == null);
        assertEquals(Uris.NO_SUCH_PROCEDURE, failure(here.call(ADD, 1L, 2L)).uri());
        line.mend();
        registered(a, ADD);
        mirrored(a, TOPIC);
        assertEquals(List.of(3L), here.call(ADD, 1L, 2L).join().list());
        here.publish(TOPIC, "again").join();
        assertEquals("again", next(atB));
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void a_link_that_is_not_given_the_role_of_links_does_not_come_up() throws Exception {
        RouterLinkOptions options = RouterLinkOptions.of("stray", RunningRouter.REALM, new Login.Anonymous());
        int[] attempts = new int[1];
        Connector real = a.network.connector(address(b), Format.CBOR, Optional.empty());
        RouterLink link = a.router.link(options.with(new Backoff(5, 10)), listener -> {
            attempts[0]++;
            return real.connect(listener);
        });
        open.add(link);
        until(() -> attempts[0] > 2);
        assertFalse(link.isUp());
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void a_procedure_that_was_taken_is_mirrored_once_it_is_free() throws Exception {
        ClientSession taker = join(a);
        taker.register(ADD, Dict.EMPTY, call -> answer("local")).join();
        join(b).register(ADD, Dict.EMPTY, call -> answer("remote")).join();
        link(a, b, UnaryOperator.identity());
        ClientSession here = join(a);
        assertEquals(List.of("local"), here.call(ADD).join().list());
        taker.close();
        registered(a, ADD);
        assertEquals(List.of("remote"), here.call(ADD).join().list());
    }

    // ---- the parts

    /** A way that can be cut and mended. */
    private static final class Line implements Connector {
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

    private static Endpoint address(RunningRouter router) {
        return Endpoint.of("rs://127.0.0.1:" + router.tcp.port());
    }

    private void link(RunningRouter from, RunningRouter to, UnaryOperator<RouterLinkOptions> change) throws Exception {
        link(from, to, from.network.connector(address(to), Format.CBOR, Optional.empty()), change);
    }

    private void link(RunningRouter from, RunningRouter to, Connector way, UnaryOperator<RouterLinkOptions> change)
            throws Exception {
        String name = "link" + open.size();
        Login login = Login.Key.of(to.newKnownKey(name));
        RouterLink link = from.router.link(change.apply(RouterLinkOptions.of(name, RunningRouter.REALM, login)), way);
        open.add(link);
        until(link::isUp);
    }

    private ClientSession join(RunningRouter router) {
        ClientSession session = router.join(router.network.connector(address(router), Format.CBOR, Optional.empty()));
        open.add(session);
        return session;
    }

    private RawClient raw(RunningRouter router) throws InterruptedException {
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

    private static CompletableFuture<Arguments> answer(Object value) {
        return CompletableFuture.completedFuture(Arguments.of(value));
    }

    private static void adds(ClientSession callee, String procedure) {
        callee.register(procedure, Dict.EMPTY, call -> {
                    List<?> terms = call.arguments().list();
                    return answer((Long) terms.get(0) + (Long) terms.get(1));
                })
                .join();
    }

    private static BlockingQueue<Object> events(ClientSession session, String topic, MatchPolicy match) {
        BlockingQueue<Object> events = new LinkedBlockingQueue<>();
        session.subscribe(
                        topic,
                        match,
                        event -> events.add(event.arguments().list().get(0)))
                .join();
        return events;
    }

    private static Object next(BlockingQueue<Object> events) throws InterruptedException {
        Object event = events.poll(10, TimeUnit.SECONDS);
        assertTrue(event != null, "an event within ten seconds");
        return event;
    }

    /** The first text that comes: other events, as those of the router itself, are passed over. */
    private static Object next(BlockingQueue<Object> events, String least) throws InterruptedException {
        Object event = next(events);
        while (!(event instanceof String)) {
            event = next(events);
        }
        assertEquals(least, event);
        return event;
    }

    /** Nothing more is on its way: an event that the session sends itself, to a topic of its own, overtakes none. */
    private void isQuiet(BlockingQueue<Object> events, ClientSession session) throws InterruptedException {
        for (RunningRouter router : List.of(a, b)) {
            ClientSession other = join(router);
            other.publish("com.example.flush", session.id()).join();
            other.call("wamp.session.count").join();
        }
        BlockingQueue<Object> own = events(session, "com.example.flush." + session.id(), MatchPolicy.EXACT);
        session.publish("com.example.flush." + session.id(), Arguments.of("end"), Dict.of("exclude_me", false))
                .join();
        next(own);
        assertNull(events.poll(200, TimeUnit.MILLISECONDS));
    }

    private void mirrored(RunningRouter router, String topic) throws InterruptedException {
        mirrored(router, topic, MatchPolicy.EXACT);
    }

    private void mirrored(RunningRouter router, String topic, MatchPolicy match) throws InterruptedException {
        until(() -> {
            Object id = subscription(router, topic, match);
            return id != null && linkHolds(router, "wamp.subscription.list_subscribers", id);
        });
    }

    private void registered(RunningRouter router, String procedure) throws InterruptedException {
        until(() -> {
            Object id = asker(router)
                    .call("wamp.registration.lookup", procedure)
                    .join()
                    .list()
                    .get(0);
            return id != null && linkHolds(router, "wamp.registration.list_callees", id);
        });
    }

    private boolean linkHolds(RunningRouter router, String list, Object id) {
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

    private @Nullable Object subscription(RunningRouter router, String topic, MatchPolicy match) {
        return asker(router)
                .call("wamp.subscription.lookup", topic, Map.of("match", match.id()))
                .join()
                .list()
                .get(0);
    }

    private long subscribers(RunningRouter router, String topic) {
        Object id = subscription(router, topic, MatchPolicy.EXACT);
        return id == null
                ? 0
                : (Long) asker(router)
                        .call("wamp.subscription.count_subscribers", id)
                        .join()
                        .list()
                        .get(0);
    }

    private long callees(RunningRouter router, String procedure) {
        Object id = asker(router)
                .call("wamp.registration.lookup", procedure)
                .join()
                .list()
                .get(0);
        return id == null
                ? 0
                : (Long) asker(router)
                        .call("wamp.registration.count_callees", id)
                        .join()
                        .list()
                        .get(0);
    }

    private final Map<RunningRouter, ClientSession> askers = new java.util.HashMap<>();

    private ClientSession asker(RunningRouter router) {
        return askers.computeIfAbsent(router, this::join);
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        BlockingQueue<Object> never = new LinkedBlockingQueue<>();
        for (int i = 0; i < 1_000 && !condition.getAsBoolean(); i++) {
            never.poll(10, TimeUnit.MILLISECONDS);
        }
        assertTrue(condition.getAsBoolean(), "it comes to be within ten seconds");
    }

    private static ApplicationError failure(CompletableFuture<Arguments> call) {
        Throwable thrown = assertThrows(CompletionException.class, () -> call.orTimeout(10, TimeUnit.SECONDS)
                .join());
        return (ApplicationError) thrown.getCause();
    }
}
