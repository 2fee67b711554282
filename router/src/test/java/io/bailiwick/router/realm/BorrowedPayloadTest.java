package io.bailiwick.router.realm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.broker.BrokerOptions;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Event;
import io.bailiwick.router.message.Message.Invocation;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Message.Register;
import io.bailiwick.router.message.Message.Subscribe;
import io.bailiwick.router.message.Message.Yield;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Pending;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.PayloadCodec.Values;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * A payload is that of the sender while its message is handled, and no longer: its octets are used for the next message then.
 * Whatever the realm holds longer is a copy. Here they are overwritten as soon as each message has been handled.
 */
class BorrowedPayloadTest {
    private static final String PROCEDURE = "com.example.procedure";
    private static final String TOPIC = "com.example.topic";
    private static final byte[] ARGUMENTS = "[\"what was sent\"]".getBytes(StandardCharsets.UTF_8);
    private static final Payload SENT = Payload.owned(Format.JSON, ByteBuffer.wrap(ARGUMENTS), 1);

    private final byte[] scratch = new byte[ARGUMENTS.length];
    private Scenario scenario = new Scenario();

    /** The arguments, in octets that are overwritten by {@link #overwrite}. */
    private Payload borrowed() {
        System.arraycopy(ARGUMENTS, 0, scratch, 0, scratch.length);
        return Payload.view(Format.JSON, ByteBuffer.wrap(scratch), 1);
    }

    private void overwrite() {
        Arrays.fill(scratch, (byte) '!');
    }

    private void sends(TestPeer peer, Message.FromClient message) {
        assertTrue(scenario.realm().receive(peer, message), "it is handled at once");
        overwrite();
    }

    @Test
    void a_call_and_its_result_arrive_as_they_were_sent() {
        TestPeer caller = scenario.joins("caller");
        TestPeer callee = scenario.joins("callee");
        callee.registers(PROCEDURE);
        sends(caller, new Call(1, Dict.EMPTY, PROCEDURE, borrowed()));
        Invocation invocation = callee.receives(Invocation.class);
        assertEquals(SENT, invocation.payload());
        sends(callee, new Yield(invocation.request(), Dict.EMPTY, borrowed()));
        assertEquals(SENT, caller.receives(Message.Result.class).payload());
    }

    @Test
    void a_call_that_waits_for_a_callee_with_room_keeps_its_arguments() {
        TestPeer caller = scenario.joins("caller");
        TestPeer callee = scenario.joins("callee");
        callee.sends(new Register(1, Dict.of("concurrency", 1L), PROCEDURE));
        callee.receives(Message.Registered.class);
        sends(caller, new Call(1, Dict.EMPTY, PROCEDURE, borrowed()));
        sends(caller, new Call(2, Dict.EMPTY, PROCEDURE, borrowed()));
        Invocation first = callee.receives(Invocation.class);
        callee.receivesNothing();
        sends(callee, new Yield(first.request(), Dict.EMPTY, borrowed()));
        assertEquals(SENT, callee.receives(Invocation.class).payload());
    }

    @Test
    void a_call_that_goes_to_another_callee_keeps_its_arguments() {
        TestPeer caller = scenario.joins("caller");
        TestPeer one = scenario.joinsWith("one", "call_reroute");
        TestPeer other = scenario.joinsWith("other", "call_reroute");
        for (TestPeer callee : List.of(one, other)) {
            callee.sends(new Register(1, Dict.of("invoke", "roundrobin"), PROCEDURE));
            callee.receives(Message.Registered.class);
        }
        sends(caller, new Call(1, Dict.EMPTY, PROCEDURE, borrowed()));
        Invocation first = one.receives(Invocation.class);
        sends(
                one,
                new Message.ErrorReply(
                        Invocation.CODE, first.request(), Dict.EMPTY, "wamp.error.unavailable", Payload.EMPTY));
        assertEquals(SENT, other.receives(Invocation.class).payload());
    }

    @Test
    void a_retained_event_keeps_its_arguments() {
        TestPeer publisher = scenario.joins("publisher");
        sends(publisher, new Publish(1, Dict.of("retain", true), TOPIC, borrowed()));
        TestPeer late = scenario.joins("late");
        late.sends(new Subscribe(1, Dict.of("get_retained", true), TOPIC));
        late.receives(Message.Subscribed.class);
        assertEquals(SENT, late.receives(Event.class).payload());
    }

    @Test
    void an_event_of_the_history_keeps_its_arguments() {
        BrokerOptions.KeptTopic kept =
                new BrokerOptions.KeptTopic(TOPIC, MatchPolicy.EXACT, 10, 10_000, Duration.ofDays(1));
        scenario = new Scenario(RealmOptions.DEFAULT.with(BrokerOptions.DEFAULT.withHistory(List.of(kept))));
        TestPeer publisher = scenario.joins("publisher");
        Payload remembered = TextPayloads.payload("what was sent");
        byte[] octets = octets(remembered);
        Payload view = Payload.view(remembered.format(), ByteBuffer.wrap(octets), remembered.elements());
        publisher.sends(new Publish(1, Dict.EMPTY, TOPIC, view));
        Arrays.fill(octets, (byte) '!');
        Asker reader = new Asker(scenario.joins("reader"));
        String events = String.valueOf(reader.asks("wamp.subscription.get_events", 1L));
        assertTrue(events.contains("what was sent"), () -> "the history has the arguments: " + events);
    }

    private static byte[] octets(Payload payload) {
        byte[] octets = new byte[payload.length()];
        payload.bytes().get(octets);
        return octets;
    }

    @Test
    void a_testament_keeps_its_arguments() {
        TestPeer dying = scenario.joins("dying");
        TestPeer heir = scenario.joins("heir");
        heir.subscribes(TOPIC);
        Payload arguments = TextPayloads.payload(TOPIC, List.of("farewell"), Map.of());
        byte[] octets = octets(arguments);
        Payload view = Payload.view(arguments.format(), ByteBuffer.wrap(octets), arguments.elements());
        dying.sends(new Call(1, Dict.EMPTY, "wamp.session.add_testament", view));
        Arrays.fill(octets, (byte) '!');
        dying.leaves();
        assertEquals(
                TextPayloads.payload("farewell"), heir.receives(Event.class).payload());
    }

    @Test
    void requests_that_wait_for_a_decision_keep_their_arguments() {
        CompletableFuture<Permission> decision = new CompletableFuture<>();
        scenario = new Scenario((session, action, uri, match) ->
                action == Action.PUBLISH && !decision.isDone() ? new Pending(decision) : Permission.ALLOWED);
        TestPeer publisher = scenario.joins("publisher");
        TestPeer listener = scenario.joins("listener");
        listener.subscribes(TOPIC);
        sends(publisher, new Publish(1, Dict.EMPTY, TOPIC, borrowed()));
        sends(publisher, new Publish(2, Dict.EMPTY, TOPIC, borrowed()));
        listener.receivesNothing();
        decision.complete(Permission.ALLOWED);
        assertEquals(SENT, listener.receives(Event.class).payload());
        assertEquals(SENT, listener.receives(Event.class).payload());
    }

    @Test
    void what_the_realm_itself_has_called_is_read_before_the_answer_is_gone() {
        TestPeer callee = scenario.joins("callee");
        callee.registers(PROCEDURE);
        CompletableFuture<Values> answer =
                scenario.realm().call(PROCEDURE, List.of(), Map.of()).toCompletableFuture();
        Invocation invocation = callee.receives(Invocation.class);
        Payload result = TextPayloads.payload("what was sent");
        byte[] octets = octets(result);
        Payload view = Payload.view(result.format(), ByteBuffer.wrap(octets), result.elements());
        callee.sends(new Yield(invocation.request(), Dict.EMPTY, view));
        Arrays.fill(octets, (byte) '!');
        assertEquals("what was sent", answer.join().list().get(0));
    }
}
