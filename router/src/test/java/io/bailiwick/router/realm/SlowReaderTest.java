package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Message.Event;
import io.bailiwick.router.message.Message.Goodbye;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Message.Yield;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.SlowReaders;
import org.junit.jupiter.api.Test;

/** What becomes of a session whose peer does not read: nothing that others would notice. */
@Conforms(Feature.SLOW_READERS)
class SlowReaderTest {
    private static final String TOPIC = "com.example.topic";
    private static final String PROCEDURE = "com.example.procedure";

    private final CountingMetrics metrics = new CountingMetrics();
    private final Scenario scenario = new Scenario(RealmOptions.DEFAULT.with(SlowReaders.DROP_EVENTS), metrics);
    private final TestPeer publisher = scenario.joins("publisher");
    private final TestPeer slow = scenario.joins("slow");
    private final TestPeer quick = scenario.joins("quick");

    private void publishes(int from, int to) {
        for (int i = from; i <= to; i++) {
            publisher.sends(new Publish(i, Dict.EMPTY, TOPIC, payload(i)));
        }
    }

    private static void receivesEvent(TestPeer peer, int number, Dict details) {
        Event event = peer.receives(Event.class);
        assertEquals(payload(number), event.payload());
        assertEquals(details, event.details());
    }

    @Test
    void events_for_a_peer_that_does_not_read_are_dropped_and_the_next_tells_how_many() {
        slow.subscribes(TOPIC);
        quick.subscribes(TOPIC);
        publishes(1, 1);
        slow.fallsBehind();
        publishes(2, 5);
        receivesEvent(slow, 1, Dict.EMPTY);
        receivesEvent(slow, 2, Dict.EMPTY);
        slow.receivesNothing();
        slow.catchesUp();
        publishes(6, 7);
        receivesEvent(slow, 6, Dict.of("x_dropped", 3L));
        receivesEvent(slow, 7, Dict.EMPTY);
        for (int i = 1; i <= 7; i++) {
            receivesEvent(quick, i, Dict.EMPTY);
        }
        assertEquals(3, metrics.of("dropped"));
        assertEquals(1, metrics.of("behind"));
    }

    @Test
    void the_gap_is_told_once_and_by_an_event_of_whatever_topic() {
        slow.subscribes(TOPIC);
        slow.sends(new Message.Subscribe(2, Dict.EMPTY, "com.example.other"));
        slow.receives(Message.Subscribed.class);
        slow.fallsBehind();
        publishes(1, 3);
        receivesEvent(slow, 1, Dict.EMPTY);
        slow.catchesUp();
        publisher.sends(new Publish(4, Dict.EMPTY, "com.example.other", payload(4)));
        receivesEvent(slow, 4, Dict.of("x_dropped", 2L));
        publishes(5, 5);
        receivesEvent(slow, 5, Dict.EMPTY);
    }

    @Test
    void calls_and_answers_are_never_dropped() {
        slow.registers(PROCEDURE);
        slow.subscribes(TOPIC);
        slow.fallsBehind();
        publishes(1, 2);
        receivesEvent(slow, 1, Dict.EMPTY);
        quick.calls(1, PROCEDURE);
        slow.receives(Message.Invocation.class);
        slow.sends(new Yield(1, Dict.EMPTY, payload("answer")));
        quick.receives(Message.Result.class);
        slow.calls(9, "com.example.none");
        slow.receivesError(Message.Call.CODE, 9, Uris.NO_SUCH_PROCEDURE);
        slow.sends(new Message.Subscribe(10, Dict.EMPTY, "com.example.more"));
        slow.receives(Message.Subscribed.class);
    }

    @Test
    void a_peer_that_stays_behind_too_long_is_sent_goodbye_and_its_callers_are_told() {
        Scenario strict = new Scenario(RealmOptions.DEFAULT.with(SlowReaders.disconnectAfter(1_000)), metrics);
        TestPeer caller = strict.joins("caller");
        TestPeer hopeless = strict.joins("hopeless");
        hopeless.registers(PROCEDURE);
        hopeless.fallsBehind();
        caller.calls(1, PROCEDURE);
        strict.time().passes(999);
        assertTrue(hopeless.isOpen());
        hopeless.receives(Message.Invocation.class);
        strict.time().passes(1);
        hopeless.isEndedBy(new Goodbye(
                Dict.of("message", "expected the peer to read what it is sent, but it has not for too long"),
                Uris.SLOW_CONSUMER));
        caller.receivesError(Message.Call.CODE, 1, Uris.CANCELED);
        assertEquals(1, metrics.of("slow ended"));
        assertEquals(0, strict.time().waiting());
    }

    @Test
    void a_peer_that_catches_up_in_time_stays_however_often_it_falls_behind() {
        Scenario strict = new Scenario(RealmOptions.DEFAULT.with(SlowReaders.disconnectAfter(1_000)), metrics);
        TestPeer sender = strict.joins("sender");
        TestPeer wavering = strict.joins("wavering");
        wavering.subscribes(TOPIC);
        for (int i = 1; i <= 20; i++) {
            wavering.fallsBehind();
            sender.sends(new Publish(2L * i, Dict.EMPTY, TOPIC, payload(i)));
            strict.time().passes(400);
            wavering.catchesUp();
            sender.sends(new Publish(2L * i + 1, Dict.EMPTY, TOPIC, payload(i)));
            assertTrue(strict.time().waiting() <= 1, "one timer for each that is behind");
        }
        strict.time().passes(2_000);
        assertTrue(wavering.isOpen());
        assertEquals(40, wavering.inbox().size(), "nothing was dropped");
        assertEquals(0, strict.time().waiting());
    }

    @Test
    void a_peer_that_reads_again_without_being_sent_to_stays() {
        Scenario strict = new Scenario(RealmOptions.DEFAULT.with(SlowReaders.disconnectAfter(1_000)), metrics);
        TestPeer late = strict.joins("late");
        late.fallsBehind();
        late.calls(1, PROCEDURE);
        strict.time().passes(500);
        late.catchesUp();
        strict.time().passes(5_000);
        assertTrue(late.isOpen());
    }
}
