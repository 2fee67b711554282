package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.TextPayloads.keywords;
import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message.ErrorReply;
import io.bailiwick.router.message.Message.Event;
import io.bailiwick.router.message.Message.Goodbye;
import io.bailiwick.router.message.Message.Interrupt;
import io.bailiwick.router.message.Message.Invocation;
import io.bailiwick.router.message.Message.Yield;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.PayloadCodec.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The router calls and publishes in a realm of its own. */
class InnerCallTest {
    private static final String ASK = "com.example.ask";

    private final Scenario scenario = new Scenario();
    private final TestPeer callee = scenario.joins("callee");

    private static CallFailed failure(CompletionStage<Values> outcome) {
        CompletableFuture<Values> future = outcome.toCompletableFuture();
        assertTrue(future.isDone(), "the call is over");
        CompletionException thrown = assertThrows(CompletionException.class, future::join);
        return assertInstanceOf(CallFailed.class, thrown.getCause());
    }

    private CompletableFuture<Values> ask(Object... arguments) {
        return scenario.realm().call(ASK, List.of(arguments), Map.of()).toCompletableFuture();
    }

    @Test
    void a_result_comes_back_with_arguments_and_keywords() {
        callee.registers(ASK);
        CompletableFuture<Values> outcome = scenario.realm()
                .call(ASK, List.of("who"), Map.of("strict", true))
                .toCompletableFuture();
        Invocation invocation = callee.receives(Invocation.class);
        assertEquals(keywords(Map.of("strict", true), "who"), invocation.payload());
        assertFalse(outcome.isDone());
        callee.sends(new Yield(invocation.request(), Dict.EMPTY, keywords(Map.of("role", "user"), 1L)));
        assertEquals(new Values(List.of(1L), Map.of("role", "user")), outcome.join());
    }

    @Test
    void an_error_comes_back_as_an_exception_with_its_uri_and_arguments() {
        callee.registers(ASK);
        CompletableFuture<Values> outcome = ask();
        long request = callee.receives(Invocation.class).request();
        callee.sends(new ErrorReply(Invocation.CODE, request, Dict.EMPTY, "com.example.no", payload("why")));
        CallFailed failure = failure(outcome);
        assertEquals("com.example.no", failure.error());
        assertEquals(Values.of("why"), failure.arguments());
        assertEquals("expected a result, but found com.example.no", failure.getMessage());
    }

    @Test
    void the_router_needs_no_right_to_call() {
        Scenario strict = new Scenario((session, action, uri, match) ->
                new Permission(!uri.equals(ASK) || session.authid().equals("callee"), false));
        TestPeer answering = strict.joins("callee");
        answering.registers(ASK, Dict.of("disclose_caller", true));
        strict.realm().call(ASK, List.of(), Map.of());
        Invocation invocation = answering.receives(Invocation.class);
        assertEquals("realm", invocation.details().text("caller_authrole").orElseThrow());
    }

    @Test
    void what_nobody_registered_is_no_such_procedure() {
        assertEquals(Uris.NO_SUCH_PROCEDURE, failure(ask()).error());
    }

    @Test
    void the_meta_api_answers_the_router_too() {
        CompletionStage<Values> outcome = scenario.realm().call("wamp.session.count", List.of(), Map.of());
        assertEquals(Values.of(1L), outcome.toCompletableFuture().join());
        CompletionStage<Values> testament =
                scenario.realm().call("wamp.session.add_testament", List.of("com.x", List.of(), Map.of()), Map.of());
        assertEquals(Uris.NO_SUCH_SESSION, failure(testament).error());
    }

    @Test
    void a_callee_that_is_silent_costs_a_timeout_and_is_interrupted() {
        callee.registers(ASK);
        CompletableFuture<Values> outcome =
                scenario.realm().call(ASK, Values.NONE, 500).toCompletableFuture();
        long request = callee.receives(Invocation.class).request();
        scenario.time().passes(499);
        assertFalse(outcome.isDone());
        scenario.time().passes(1);
        assertEquals(Uris.TIMEOUT, failure(outcome).error());
        assertEquals(request, callee.receives(Interrupt.class).request());
        callee.sends(new Yield(request, Dict.EMPTY, Payload.EMPTY));
        assertEquals(0, scenario.time().waiting());
    }

    @Test
    void an_answer_in_time_leaves_no_timer_behind() {
        callee.registers(ASK);
        CompletableFuture<Values> outcome = ask();
        assertEquals(1, scenario.time().waiting());
        long request = callee.receives(Invocation.class).request();
        callee.sends(new Yield(request, Dict.EMPTY, Payload.EMPTY));
        assertEquals(Values.NONE, outcome.join());
        assertEquals(0, scenario.time().waiting());
    }

    @Test
    void a_callee_that_leaves_cancels_the_call() {
        callee.registers(ASK);
        CompletableFuture<Values> outcome = ask();
        callee.leaves();
        assertEquals(Uris.CANCELED, failure(outcome).error());
    }

    @Test
    @Conforms(Feature.LIMITS)
    void calls_of_the_router_have_a_bound_of_their_own_and_not_that_of_a_session() {
        Scenario small = new Scenario(new Limits(10, 10, 10, 2, 255));
        TestPeer silent = small.joins("silent");
        silent.registers(ASK);
        List<CompletionStage<Values>> calls = Stream.generate(
                        () -> small.realm().call(ASK, List.of(), Map.of()))
                .limit(InnerCaller.MOST_CALLS)
                .toList();
        assertTrue(calls.stream().noneMatch(call -> call.toCompletableFuture().isDone()));
        assertEquals(
                Limits.EXCEEDED,
                failure(small.realm().call(ASK, List.of(), Map.of())).error());
    }

    @Test
    void a_call_whose_arguments_cannot_be_written_fails_at_once_and_leaves_nothing() {
        callee.registers(ASK);
        Object unwritable = new Object() {
            @Override
            public String toString() {
                throw new IllegalArgumentException("too deep");
            }
        };
        for (int i = 0; i <= InnerCaller.MOST_CALLS; i++) {
            CallFailed failure = failure(ask(unwritable));
            assertEquals(Uris.INVALID_ARGUMENT, failure.error());
            assertTrue(failure.isUnwritable());
        }
        assertEquals(0, scenario.time().waiting());
        ask("who");
        callee.receives(Invocation.class);
    }

    @Test
    void the_end_of_the_realm_ends_its_calls() {
        callee.registers(ASK);
        CompletableFuture<Values> outcome = ask();
        scenario.realm().close(new Goodbye(Dict.EMPTY, Uris.CLOSE_REALM), () -> {});
        assertEquals(Uris.CANCELED, failure(outcome).error());
        assertEquals(Uris.NO_SUCH_REALM, failure(ask()).error());
        assertEquals(0, scenario.time().waiting());
    }

    @Test
    void an_outcome_that_calls_again_never_re_enters_the_realm() {
        callee.registers(ASK);
        List<String> seen = new ArrayList<>();
        ask(1L).thenAccept(first -> {
            seen.add("first");
            ask(2L).thenAccept(second -> seen.add("second"));
            seen.add("asked again");
        });
        for (int i = 0; i < 2; i++) {
            long request = callee.receives(Invocation.class).request();
            callee.sends(new Yield(request, Dict.EMPTY, Payload.EMPTY));
        }
        assertEquals(List.of("first", "asked again", "second"), seen);
    }

    @Test
    void the_router_publishes_to_who_is_subscribed() {
        long subscription = callee.subscribes("com.example.news");
        scenario.realm().publish("com.example.news", new Values(List.of(1L), Map.of("a", 2L)));
        Event event = callee.receives(Event.class);
        assertEquals(subscription, event.subscription());
        assertEquals(keywords(Map.of("a", 2L), 1L), event.payload());
    }
}
