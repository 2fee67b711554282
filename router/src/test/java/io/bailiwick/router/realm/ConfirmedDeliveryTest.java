package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.Scenario.FIRST_PUBLICATION;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.broker.BrokerOptions;
import io.bailiwick.router.broker.BrokerOptions.Confirmation;
import io.bailiwick.router.broker.BrokerTables;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message.Event;
import io.bailiwick.router.message.Message.EventReceived;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Message.Published;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Limits;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Acknowledged delivery, which Crossbar.io and Autobahn have added to WAMP: a publisher hears that its event was handled. */
@Conforms(Feature.ACKNOWLEDGED_DELIVERY)
class ConfirmedDeliveryTest {
    private static final String TOPIC = "com.example.topic";
    private static final String FEATURE = "x_acknowledged_event_delivery";
    private static final Dict CONFIRM = Dict.of("acknowledge", true, "x_acknowledged_delivery", true);
    private static final Dict MARK = Dict.of("x_acknowledged_delivery", true);

    private final Scenario scenario = new Scenario(
            RealmOptions.DEFAULT.with(BrokerOptions.DEFAULT.with(new Confirmation(2, 3, Duration.ofSeconds(10)))));
    private final TestPeer publisher = scenario.joins("publisher");
    private final TestPeer plain = scenario.joinsPlainly("plain");
    private final TestPeer first = confirming("first");
    private final TestPeer second = confirming("second");

    private TestPeer confirming(String authid) {
        return scenario.joins(authid, "user", Scenario.roles("subscriber", FEATURE));
    }

    private void publishes(long request) {
        publisher.sends(new Publish(request, CONFIRM, TOPIC, Payload.EMPTY));
    }

    /** Whatever happened, nothing is waited for that cannot come. */
    @AfterEach
    void the_tables_agree() {
        BrokerTables tables = new BrokerTables(scenario.realm().broker());
        tables.fit(scenario.realm().roster().all().stream().map(Seat::pubSub).toList());
        scenario.time().passes(20_000);
        assertEquals(0, tables.outstanding());
        assertEquals(0, scenario.time().waiting(), "no step waits for what is over");
    }

    @ParameterizedTest
    @ValueSource(strings = {"subscriber", "publisher"})
    void an_event_asks_those_who_announced_it_to_confirm_whatever_the_role(String role) {
        TestPeer confirming = scenario.joins("confirming", "user", Scenario.roles(role, FEATURE));
        long subscription = plain.subscribes(TOPIC);
        confirming.subscribes(TOPIC);
        publishes(1);
        plain.receives(new Event(subscription, FIRST_PUBLICATION, Dict.EMPTY, Payload.EMPTY));
        confirming.receives(new Event(subscription, FIRST_PUBLICATION, MARK, Payload.EMPTY));
    }

    @Test
    void the_publisher_is_acknowledged_when_all_who_were_asked_have_confirmed() {
        plain.subscribes(TOPIC);
        first.subscribes(TOPIC);
        second.subscribes(TOPIC);
        publishes(1);
        publisher.receivesNothing();
        first.sends(new EventReceived(FIRST_PUBLICATION));
        first.sends(new EventReceived(FIRST_PUBLICATION));
        publisher.receivesNothing();
        second.sends(new EventReceived(FIRST_PUBLICATION));
        publisher.receives(new Published(1, FIRST_PUBLICATION));
        second.sends(new EventReceived(FIRST_PUBLICATION));
        publisher.receivesNothing();
    }

    @Test
    void who_gets_the_event_twice_confirms_it_twice() {
        first.subscribes(TOPIC);
        first.subscribes("com", Dict.of("match", "prefix"));
        publishes(1);
        first.sends(new EventReceived(FIRST_PUBLICATION));
        publisher.receivesNothing();
        first.sends(new EventReceived(FIRST_PUBLICATION));
        publisher.receives(new Published(1, FIRST_PUBLICATION));
    }

    @Test
    void where_nobody_can_confirm_the_publisher_is_acknowledged_at_once() {
        plain.subscribes(TOPIC);
        publishes(1);
        publisher.receives(new Published(1, FIRST_PUBLICATION));
    }

    @Test
    void who_does_not_ask_for_it_is_acknowledged_before_the_events_and_nobody_confirms() {
        long subscription = first.subscribes(TOPIC);
        publisher.sends(new Publish(1, Dict.of("acknowledge", true), TOPIC, Payload.EMPTY));
        publisher.receives(new Published(1, FIRST_PUBLICATION));
        first.receives(new Event(subscription, FIRST_PUBLICATION, Dict.EMPTY, Payload.EMPTY));
        publisher.sends(new Publish(2, MARK, TOPIC, Payload.EMPTY));
        publisher.receivesNothing();
        first.receives(new Event(subscription, FIRST_PUBLICATION + 1, Dict.EMPTY, Payload.EMPTY));
    }

    @Test
    void when_the_time_is_over_the_publisher_is_told_so_and_later_confirmations_are_ignored() {
        first.subscribes(TOPIC);
        second.subscribes(TOPIC);
        publishes(1);
        first.sends(new EventReceived(FIRST_PUBLICATION));
        scenario.time().passes(9_999);
        publisher.receivesNothing();
        scenario.time().passes(1);
        publisher.receivesError(Publish.CODE, 1, Uris.TIMEOUT);
        second.sends(new EventReceived(FIRST_PUBLICATION));
        publisher.receivesNothing();
    }

    @Test
    void who_leaves_is_not_waited_for() {
        first.subscribes(TOPIC);
        second.subscribes(TOPIC);
        publishes(1);
        first.leaves();
        publisher.receivesNothing();
        second.leaves();
        publisher.receives(new Published(1, FIRST_PUBLICATION));
    }

    @Test
    void when_the_publisher_leaves_nobody_is_waited_for() {
        first.subscribes(TOPIC);
        publishes(1);
        publisher.leaves();
        assertEquals(0, new BrokerTables(scenario.realm().broker()).outstanding());
        first.sends(new EventReceived(FIRST_PUBLICATION));
        publisher.receivesNothing();
    }

    @Test
    void nobody_confirms_for_another() {
        first.subscribes(TOPIC);
        publishes(1);
        second.sends(new EventReceived(FIRST_PUBLICATION));
        plain.sends(new EventReceived(FIRST_PUBLICATION));
        publisher.receivesNothing();
    }

    @Test
    @Conforms(Feature.LIMITS)
    void a_session_has_only_so_many_publications_that_wait() {
        long subscription = first.subscribes(TOPIC);
        publishes(1);
        publishes(2);
        publishes(3);
        publisher.receivesError(Publish.CODE, 3, Limits.EXCEEDED);
        first.receives(new Event(subscription, FIRST_PUBLICATION, MARK, Payload.EMPTY));
        first.receives(new Event(subscription, FIRST_PUBLICATION + 1, MARK, Payload.EMPTY));
        first.receivesNothing();
        first.sends(new EventReceived(FIRST_PUBLICATION));
        publisher.receives(new Published(1, FIRST_PUBLICATION));
        publishes(4);
        assertEquals(1, first.inbox().size());
    }

    @Test
    @Conforms(Feature.LIMITS)
    void a_realm_waits_for_only_so_many_confirmations() {
        TestPeer third = confirming("third");
        first.subscribes(TOPIC);
        second.subscribes(TOPIC);
        third.subscribes(TOPIC);
        publishes(1);
        third.sends(new Publish(2, CONFIRM, TOPIC, Payload.EMPTY));
        third.receives(Event.class);
        third.receivesError(Publish.CODE, 2, Limits.EXCEEDED);
    }
}
