package io.bailiwick.router.realm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.broker.BrokerOptions;
import io.bailiwick.router.broker.BrokerOptions.Retention;
import io.bailiwick.router.codec.Codec;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is held for a session counts as the memory that it takes, however the session has written it. */
class HeldBytesTest {
    private static final int LONG = 100_000;
    private static final String TOPIC = "com.example.topic";
    private static final String LONG_TEXT = "x".repeat(LONG);

    private final Scenario scenario = new Scenario();

    private static Message.FromClient read(String json) {
        return (Message.FromClient) Codec.of(Format.JSON).read(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static void isSmall(Payload payload) {
        assertEquals(3, payload.length());
        assertTrue(payload.length() < 300, () -> "held: " + payload.length());
    }

    @Test
    @Conforms(Feature.EVENT_RETENTION)
    void a_retained_event_does_not_hold_the_message_that_it_was_read_from() {
        scenario.joins("publisher")
                .sends(read("[16,1,{\"retain\":true,\"x\":\"" + LONG_TEXT + "\"},\"" + TOPIC + "\",[1]]"));
        TestPeer late = scenario.joins("late");
        late.subscribes(TOPIC, Dict.of("get_retained", true));
        isSmall(late.receives(Message.Event.class).payload());
    }

    @Test
    @Conforms(Feature.EVENT_RETENTION)
    void what_goes_on_with_a_retained_event_counts_as_it_does() {
        Retention narrow = new Retention(10, 1 << 20, 1_000, 4, Duration.ofDays(1), 10);
        Scenario small = new Scenario(RealmOptions.DEFAULT.with(BrokerOptions.DEFAULT.with(narrow)));
        TestPeer publisher = small.joins("publisher");
        Dict options = Dict.of("retain", true, "acknowledge", true).with("transaction_hash", LONG_TEXT);
        publisher.sends(new Message.Publish(1, options, TOPIC, Payload.EMPTY));
        publisher.receivesError(Message.Publish.CODE, 1, Uris.PAYLOAD_SIZE_EXCEEDED);
        Retention few = new Retention(1_000, 10_000, 1_000, 4, Duration.ofDays(1), 1_000);
        Scenario tight = new Scenario(RealmOptions.DEFAULT.with(BrokerOptions.DEFAULT.with(few)));
        TestPeer busy = tight.joins("publisher");
        for (int i = 1; i <= 20; i++) {
            Dict hashed = Dict.of("retain", true, "transaction_hash", "x".repeat(400));
            busy.sends(new Message.Publish(i, hashed, TOPIC + i, Payload.EMPTY));
        }
        TestPeer late = tight.joins("late");
        late.subscribes(TOPIC, Dict.of("get_retained", true, "match", "prefix"));
        int found = late.inbox().size();
        assertTrue(
                found > 2 && found < 10, () -> "expected fewer than the bound allows of bare ones, but found " + found);
    }

    @Test
    @Conforms(Feature.SHARDED_SUBSCRIPTION)
    void a_routing_key_is_no_longer_than_a_uri_may_be() {
        TestPeer publisher = scenario.joins("publisher");
        Dict acknowledged = Dict.of("acknowledge", true);
        publisher.sends(new Message.Publish(1, acknowledged.with("rkey", "x".repeat(256)), TOPIC, Payload.EMPTY));
        publisher.receivesError(Message.Publish.CODE, 1, Uris.INVALID_ARGUMENT);
        publisher.sends(new Message.Publish(2, acknowledged.with("rkey", "x".repeat(255)), TOPIC, Payload.EMPTY));
        publisher.receives(Message.Published.class);
    }

    @Test
    @Conforms(Feature.SHARED_REGISTRATION)
    void a_call_that_waits_does_not_hold_the_message_that_it_was_read_from() {
        TestPeer callee = scenario.joins("callee");
        callee.registers("com.example.work", Dict.of("concurrency", 1L));
        TestPeer caller = scenario.joins("caller");
        caller.calls(1, "com.example.work");
        long first = callee.isInvoked();
        caller.sends(read("[48,2,{\"x\":\"" + LONG_TEXT + "\"},\"com.example.work\",[1]]"));
        callee.receivesNothing();
        callee.yields(first);
        isSmall(callee.receives(Message.Invocation.class).payload());
    }

    @Test
    @Conforms(Feature.SESSION_TESTAMENT)
    void the_options_of_a_testament_count_and_those_that_nobody_knows_are_not_kept() {
        Asker leaver = new Asker(scenario.joins("leaver"));
        String add = "wamp.session.add_testament";
        Object[] event = {TOPIC, java.util.List.of(), Map.of()};
        for (int i = 0; i < 5; i++) {
            leaver.asks(Map.of("publish_options", Map.of("x", LONG_TEXT)), add, event);
        }
        Map<String, Object> counted = Map.of("publish_options", Map.of("transaction_hash", LONG_TEXT));
        leaver.asks(counted, add, event);
        leaver.isRefused("bailiwick.error.limit_exceeded", counted, add, event);
        Map<String, Object> key = Map.of("publish_options", Map.of("rkey", LONG_TEXT));
        leaver.isRefused(Uris.INVALID_ARGUMENT, key, add, event);
    }

    @Test
    @Conforms(Feature.DYNAMIC_AUTHORIZATION)
    void what_waits_for_a_decision_counts_with_all_that_is_kept_of_it() {
        for (String json : new String[] {
            "[16,1,{},\"" + TOPIC + "\",[\"" + LONG_TEXT + "\"]]",
            "[16,1,{\"x\":\"" + LONG_TEXT + "\"},\"" + TOPIC + "\"]",
            "[32,1,{\"x\":\"" + LONG_TEXT + "\"},\"" + TOPIC + "\"]",
            "[64,1,{},\"" + LONG_TEXT + "\"]"
        }) {
            WaitingLine line = new WaitingLine();
            line.decideOn(read("[32,1,{},\"" + TOPIC + "\"]"));
            line.add(read(json));
            assertTrue(line.stopsPeer(), json.substring(0, 20));
            line.decided();
            line.next();
            assertTrue(line.freesPeer(), "and counts no more");
        }
        WaitingLine line = new WaitingLine();
        line.add(read("[32,1,{},\"" + TOPIC + "\"]"));
        assertFalse(line.stopsPeer());
    }
}
