package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Calls over a link between two routers. */
class RouterLinkCallTest extends LinkedRouters {
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
    void a_part_of_a_call_that_has_ended_is_no_call_of_its_own() throws Exception {
        link(a, b, UnaryOperator.identity());
        RawClient callee = raw(b);
        callee.says(new Message.Register(1, Dict.EMPTY, ADD));
        callee.hears(Message.Registered.class);
        registered(a, ADD);
        RawClient caller = raw(a);
        long last = 0;
        for (int i = 1; i <= 200; i++) {
            caller.says(new Message.Call(i, Dict.of("progress", true), ADD, RealmPayloads.text("one")));
            caller.says(new Message.Call(i, Dict.EMPTY, ADD, RealmPayloads.text("two")));
            Message.Invocation next = callee.hears(Message.Invocation.class);
            // The second part of the call before may have come in time, and belongs to that call then.
            next = next.request() == last ? callee.hears(Message.Invocation.class) : next;
            assertEquals(RealmPayloads.text("one"), next.payload());
            last = next.request();
            callee.says(new Message.Yield(last, Dict.EMPTY, Payload.EMPTY));
            assertEquals(i, caller.hears(Message.Result.class).request());
        }
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

    /** A client within the process of a router: for it no message is too large. */
    private RawClient unbounded(RunningRouter router) throws InterruptedException {
        return raw(router.router.local(RunningRouter.REALM, "unbounded", "anything"));
    }

    /** More than the connection between the routers takes. */
    private static Payload tooMuch() {
        return RealmPayloads.text("x".repeat(1_500_000));
    }

    @Test
    @Conforms({Feature.ROUTER_LINKS, Feature.PROGRESSIVE_CALL_RESULTS})
    void a_progressive_result_that_is_too_large_for_the_link_ends_the_call_at_both_routers() throws Exception {
        link(a, b, UnaryOperator.identity());
        RawClient callee = unbounded(a);
        callee.says(new Message.Register(1, Dict.EMPTY, ADD));
        callee.hears(Message.Registered.class);
        registered(b, ADD);
        RawClient caller = raw(b);
        caller.says(new Message.Call(1, Dict.of("receive_progress", true), ADD, Payload.EMPTY));
        long invocation = callee.hears(Message.Invocation.class).request();
        Dict more = Dict.of("progress", true);
        callee.says(new Message.Yield(invocation, more, tooMuch()));
        callee.says(new Message.Yield(invocation, more, Payload.EMPTY));
        Message.ErrorReply failed = caller.hears(Message.ErrorReply.class);
        assertEquals(Uris.PAYLOAD_SIZE_EXCEEDED, failed.error());
        assertEquals(invocation, callee.hears(Message.Interrupt.class).request());
        callee.says(new Message.Yield(invocation, Dict.EMPTY, Payload.EMPTY));
        caller.says(new Message.Call(2, Dict.EMPTY, ADD, Payload.EMPTY));
        long next = callee.hears(Message.Invocation.class).request();
        callee.says(new Message.Yield(next, Dict.EMPTY, Payload.EMPTY));
        assertEquals(2, caller.hears(Message.Result.class).request());
    }

    @Test
    @Conforms({Feature.ROUTER_LINKS, Feature.PROGRESSIVE_CALL_INVOCATIONS})
    void a_later_part_of_a_call_that_is_too_large_for_the_link_ends_it_at_both_routers() throws Exception {
        link(a, b, UnaryOperator.identity());
        RawClient callee = raw(b);
        callee.says(new Message.Register(1, Dict.EMPTY, ADD));
        callee.hears(Message.Registered.class);
        registered(a, ADD);
        RawClient caller = unbounded(a);
        Dict more = Dict.of("progress", true);
        caller.says(new Message.Call(1, more, ADD, Payload.EMPTY));
        long invocation = callee.hears(Message.Invocation.class).request();
        caller.says(new Message.Call(1, more, ADD, tooMuch()));
        Message.ErrorReply failed = caller.hears(Message.ErrorReply.class);
        assertEquals(Uris.PAYLOAD_SIZE_EXCEEDED, failed.error());
        assertEquals(invocation, callee.hears(Message.Interrupt.class).request());
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
}
