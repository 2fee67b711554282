package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Event;
import io.bailiwick.router.message.Message.Goodbye;
import io.bailiwick.router.message.Message.Invocation;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Message.Yield;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.Authorizer.Pending;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.RequestIds;
import io.bailiwick.router.session.SessionDetails;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Requests that somebody else decides on: their session waits, in order, and nobody else does. */
@Conforms(Feature.DYNAMIC_AUTHORIZATION)
class DecisionTest {
    private static final String ASKED = "asked.procedure";
    private static final String FREE = "com.example.procedure";
    private static final String TOPIC = "com.example.topic";

    private final CountingMetrics metrics = new CountingMetrics();
    private final List<CompletableFuture<Permission>> questions = new ArrayList<>();
    private final Scenario scenario =
            new Scenario(RealmOptions.DEFAULT.with(RequestIds.Order.STRICT), this::decide, Scenario.HERE, metrics);
    private final TestPeer waiting = scenario.joins("waiting");
    private final TestPeer other = scenario.joins("other");

    private Authorizer.Verdict decide(SessionDetails session, Authorizer.Action action, String uri, MatchPolicy match) {
        if (!uri.startsWith("asked.") || action == Authorizer.Action.REGISTER) {
            return Permission.ALLOWED;
        }
        questions.add(new CompletableFuture<>());
        return new Pending(questions.get(questions.size() - 1));
    }

    private void isDecided(int question, Permission permission) {
        questions.get(question).complete(permission);
    }

    @Test
    @Conforms(Feature.ORDERING)
    void what_a_session_sends_meanwhile_waits_in_order_and_others_go_on() {
        other.registers(ASKED);
        waiting.calls(1, ASKED);
        waiting.sends(new Message.Subscribe(2, Dict.EMPTY, TOPIC));
        waiting.calls(3, ASKED);
        waiting.calls(4, "com.example.none");
        waiting.receivesNothing();
        other.calls(2, "com.example.none");
        other.receivesError(Call.CODE, 2, Uris.NO_SUCH_PROCEDURE);

        isDecided(0, Permission.ALLOWED);
        other.receives(Invocation.class);
        other.receivesNothing();
        waiting.receives(Message.Subscribed.class);
        waiting.receivesNothing();

        isDecided(1, Permission.DENIED);
        waiting.receivesError(Call.CODE, 3, Uris.NOT_AUTHORIZED);
        waiting.receivesError(Call.CODE, 4, Uris.NO_SUCH_PROCEDURE);
        assertEquals(2, metrics.of("awaited"));
        assertEquals(0, scenario.time().waiting(), "no deadline is left behind");
    }

    @Test
    void every_kind_of_request_can_be_decided_on() {
        waiting.sends(new Message.Subscribe(1, Dict.EMPTY, "asked.topic"));
        isDecided(0, Permission.ALLOWED);
        waiting.receives(Message.Subscribed.class);
        other.sends(new Publish(1, Dict.of("acknowledge", true), "asked.topic", payload("one")));
        other.receivesNothing();
        isDecided(1, new Permission(true, true));
        other.receives(Message.Published.class);
        assertEquals(
                other.id(),
                waiting.receives(Event.class).details().integer("publisher").orElseThrow());
        other.sends(new Publish(2, Dict.EMPTY, "asked.topic", payload("two")));
        isDecided(2, Permission.DENIED);
        waiting.receivesNothing();
        other.receivesNothing();
    }

    @Test
    void answers_to_invocations_do_not_wait_for_they_may_be_the_decision() {
        waiting.registers(FREE);
        waiting.sends(new Message.Subscribe(2, Dict.EMPTY, "asked.topic"));
        other.calls(1, FREE);
        waiting.receives(Invocation.class);
        waiting.sends(new Yield(1, Dict.EMPTY, payload("answer")));
        other.receives(Message.Result.class);
    }

    @Test
    void a_decision_that_fails_refuses_the_request_and_what_waits_goes_on() {
        waiting.calls(1, ASKED);
        waiting.calls(2, "com.example.none");
        questions.get(0).completeExceptionally(new IllegalStateException("planted"));
        waiting.receivesError(Call.CODE, 1, Uris.AUTHORIZATION_FAILED);
        waiting.receivesError(Call.CODE, 2, Uris.NO_SUCH_PROCEDURE);
        assertEquals(1, metrics.of("undecided"));
    }

    @Test
    void a_decision_that_does_not_come_in_time_refuses_the_request_and_comes_too_late() {
        other.registers(ASKED);
        waiting.calls(1, ASKED);
        scenario.time().passes(4_999);
        waiting.receivesNothing();
        scenario.time().passes(1);
        waiting.receivesError(Call.CODE, 1, Uris.AUTHORIZATION_FAILED);
        isDecided(0, Permission.ALLOWED);
        waiting.receivesNothing();
        other.receivesNothing();
    }

    @Test
    void a_payload_that_waits_outlives_its_frame() {
        byte[] frame = "[1]".getBytes(StandardCharsets.UTF_8);
        other.registers(ASKED);
        waiting.sends(new Call(1, Dict.EMPTY, ASKED, Payload.view(Format.JSON, ByteBuffer.wrap(frame), 1)));
        frame[1] = '9';
        isDecided(0, Permission.ALLOWED);
        byte[] expected = "[1]".getBytes(StandardCharsets.UTF_8);
        assertEquals(
                Payload.owned(Format.JSON, ByteBuffer.wrap(expected), 1),
                other.receives(Invocation.class).payload());
    }

    @Test
    void a_session_that_leaves_takes_with_it_what_waits() {
        other.registers(ASKED);
        waiting.calls(1, ASKED);
        waiting.calls(2, FREE);
        waiting.leaves();
        isDecided(0, Permission.ALLOWED);
        other.receivesNothing();
        waiting.receivesNothing();
        assertEquals(0, scenario.time().waiting());
    }

    @Test
    void a_goodbye_waits_for_its_turn_and_ends_what_is_behind_it() {
        other.registers(ASKED);
        waiting.calls(1, ASKED);
        waiting.sends(new Goodbye(Dict.EMPTY, Uris.CLOSE_NORMAL));
        waiting.calls(2, FREE);
        assertTrue(waiting.isOpen());
        isDecided(0, Permission.ALLOWED);
        other.receives(Invocation.class);
        waiting.isEndedBy(new Goodbye(Dict.EMPTY, Uris.GOODBYE_AND_OUT));
    }

    @Test
    @Conforms(Feature.LIMITS)
    void the_peer_is_asked_to_wait_before_much_waits_and_ended_when_it_does_not() {
        waiting.calls(1, ASKED);
        Payload large = Payload.owned(Format.JSON, ByteBuffer.allocate(40_000), 1);
        waiting.sends(new Publish(2, Dict.EMPTY, TOPIC, large));
        assertEquals(List.of(), waiting.wasAsked());
        waiting.sends(new Publish(3, Dict.EMPTY, TOPIC, large));
        waiting.sends(new Publish(4, Dict.EMPTY, TOPIC, large));
        assertEquals(List.of("wait"), waiting.wasAsked());
        isDecided(0, Permission.DENIED);
        assertEquals(List.of("wait", "go on"), waiting.wasAsked());

        waiting.calls(5, ASKED);
        for (int i = 0; i <= WaitingLine.BOUND_BYTES / 40_000; i++) {
            waiting.sends(new Publish(6 + i, Dict.EMPTY, TOPIC, large));
        }
        waiting.isAborted(Limits.EXCEEDED);
        assertEquals(1, metrics.of(Limits.EXCEEDED));
    }

    @Test
    @Conforms(Feature.REALM_LIFECYCLE)
    void when_the_rights_change_what_waits_is_decided_by_the_new_ones() {
        other.registers(ASKED);
        waiting.calls(1, ASKED);
        waiting.calls(2, "com.example.none");
        scenario.realm()
                .change(
                        (session, action, uri, match) -> Permission.ALLOWED,
                        new Goodbye(Dict.EMPTY, Uris.AUTH_CHANGED),
                        ended -> {});
        other.receives(Invocation.class);
        waiting.receivesError(Call.CODE, 2, Uris.NO_SUCH_PROCEDURE);
        isDecided(0, Permission.DENIED);
        waiting.receivesNothing();
    }
}
