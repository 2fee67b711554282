package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message.Event;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Message.Published;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.RoleLimits;
import io.bailiwick.router.session.SessionDetails;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Publishers wait for subscribers that are to miss nothing. */
@Conforms(Feature.SLOW_READERS)
class BackpressureTest {
    private static final String TOPIC = "com.example.topic";
    private static final String OTHER = "com.example.other";
    private static final Dict ACKNOWLEDGED = Dict.of("acknowledge", true);

    /** Everybody may do everything, and publishers wait for those of one role. */
    private static final Authorizer RIGHTS = new Authorizer() {
        @Override
        public Verdict permits(SessionDetails session, Action action, String uri, MatchPolicy match) {
            return Permission.ALLOWED;
        }

        @Override
        public Optional<RoleLimits> limits(String authrole) {
            return authrole.equals("backend") ? Optional.of(RoleLimits.AWAITED) : Optional.empty();
        }
    };

    private final Scenario scenario = new Scenario(RIGHTS);
    private final TestPeer backend = scenario.joins("controller", "backend");
    private final TestPeer first = scenario.joins("first", "node");
    private final TestPeer second = scenario.joins("second", "node");

    private static void publishes(TestPeer publisher, int request, String topic) {
        publisher.sends(new Publish(request, ACKNOWLEDGED, topic, payload(request)));
    }

    private static void receivesEvent(TestPeer peer, int number) {
        assertEquals(payload(number), peer.receives(Event.class).payload());
    }

    private void looksAgain() {
        scenario.time().passes(Backpressure.LOOK_MILLIS);
    }

    /** It has been sent more than it takes. */
    private void isBehind() {
        backend.subscribes(TOPIC);
        backend.fallsBehind();
        publishes(first, 1, TOPIC);
        receivesEvent(backend, 1);
        first.receives(Published.class);
    }

    @Test
    void while_an_awaited_subscriber_is_behind_publishers_wait_and_are_acknowledged_when_it_has_caught_up() {
        isBehind();
        publishes(first, 2, TOPIC);
        publishes(second, 1, TOPIC);
        looksAgain();
        first.receivesNothing();
        second.receivesNothing();
        backend.receivesNothing();
        backend.catchesUp();
        looksAgain();
        receivesEvent(backend, 2);
        receivesEvent(backend, 1);
        first.receives(Published.class);
        second.receives(Published.class);
        publishes(second, 2, TOPIC);
        receivesEvent(backend, 2);
    }

    @Test
    void what_a_session_sends_after_a_publish_that_waits_keeps_its_order() {
        isBehind();
        publishes(first, 2, TOPIC);
        publishes(first, 3, OTHER);
        publishes(first, 4, TOPIC);
        backend.catchesUp();
        looksAgain();
        assertEquals(
                List.of(2L, 3L, 4L),
                List.of(
                        first.receives(Published.class).request(),
                        first.receives(Published.class).request(),
                        first.receives(Published.class).request()));
        receivesEvent(backend, 2);
        receivesEvent(backend, 4);
    }

    @Test
    void who_waits_goes_on_one_by_one_until_the_subscriber_is_behind_again() {
        isBehind();
        publishes(first, 2, TOPIC);
        publishes(second, 1, TOPIC);
        backend.catchesUp();
        backend.reactsBy(message -> backend.fallsBehind());
        looksAgain();
        receivesEvent(backend, 2);
        backend.receivesNothing();
        second.receivesNothing();
        backend.catchesUp();
        looksAgain();
        receivesEvent(backend, 1);
        second.receives(Published.class);
    }

    @Test
    void what_is_for_others_does_not_wait() {
        isBehind();
        second.subscribes(OTHER);
        publishes(first, 2, OTHER);
        receivesEvent(second, 2);
        first.receives(Published.class);
    }

    @Test
    void a_publisher_with_much_that_waits_is_not_read_from() {
        isBehind();
        String large = "x".repeat((int) WaitingLine.MARK_BYTES);
        for (int i = 2; i <= 4; i++) {
            first.sends(new Publish(i, ACKNOWLEDGED, TOPIC, payload(large)));
        }
        assertEquals(List.of("wait"), first.wasAsked());
        backend.catchesUp();
        looksAgain();
        assertEquals(List.of("wait", "go on"), first.wasAsked());
        assertEquals(3, first.inbox().size());
    }

    @Test
    void nobody_waits_for_one_who_is_not_awaited_nor_for_one_who_has_left() {
        second.subscribes(TOPIC);
        second.fallsBehind();
        publishes(first, 1, TOPIC);
        publishes(first, 2, TOPIC);
        assertEquals(2, second.inbox().size());
        assertEquals(2, first.inbox().size());
        backend.subscribes(TOPIC);
        backend.fallsBehind();
        publishes(first, 3, TOPIC);
        publishes(first, 4, TOPIC);
        assertEquals(3, first.inbox().size(), "the fourth waits");
        backend.leaves();
        looksAgain();
        assertEquals(4, first.inbox().size());
    }

    @Test
    void a_publisher_that_leaves_while_it_waits_has_published_nothing() {
        isBehind();
        publishes(first, 2, TOPIC);
        first.leaves();
        backend.catchesUp();
        looksAgain();
        backend.receivesNothing();
    }

    @Test
    void an_awaited_subscriber_that_stays_behind_for_too_long_is_ended_and_publishers_go_on() {
        isBehind();
        publishes(first, 2, TOPIC);
        scenario.time().passes(20_000);
        assertFalse(backend.isOpen());
        looksAgain();
        first.receives(Published.class);
        assertTrue(first.isOpen());
        assertEquals(0, scenario.time().waiting());
    }
}
