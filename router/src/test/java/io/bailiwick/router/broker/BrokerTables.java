package io.bailiwick.router.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.message.MatchPolicy;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks into the tables of a broker and checks that they fit together. */
public final class BrokerTables {
    private final Broker broker;

    /** The tables of this broker. */
    public BrokerTables(Broker broker) {
        this.broker = broker;
    }

    /** The ids of the subscriptions of a session. */
    public static Set<Long> subscriptions(PubSubSession session) {
        return session.subscriptions.stream().map(Subscription::id).collect(Collectors.toSet());
    }

    /** How many events are retained. */
    public int retained() {
        return broker.retained().inOrder().size();
    }

    /** Whether nothing is retained, and not even a branch is left that once led to an event. */
    public boolean isRetainingNothing() {
        RetainedEvents retained = broker.retained();
        return retained.inOrder().isEmpty() && retained.topics().isEmpty() && retained.bytes() == 0;
    }

    /**
     * How many timers these sessions have: one for each of their publications that wait for confirmation, and one while
     * retained events wait for their peer.
     */
    public static int timers(Collection<PubSubSession> sessions) {
        return sessions.stream()
                .mapToInt(session -> session.awaited.size() + (session.isInArrears() ? 1 : 0))
                .sum();
    }

    /** How many confirmations are waited for. */
    public int outstanding() {
        return broker.confirmations().outstanding();
    }

    /** Checks that nothing is held for a session that is not among these, and that what is retained is in both its tables. */
    public void fit(Collection<PubSubSession> sessions) {
        fitSubscriptions(sessions);
        fitConfirmations(sessions);
        fitRetained();
    }

    private void fitConfirmations(Collection<PubSubSession> sessions) {
        int unconfirmed = 0;
        for (PubSubSession session : sessions) {
            unconfirmed += session.unconfirmed.size();
            session.unconfirmed.values().forEach(awaited -> {
                assertTrue(sessions.contains(awaited.publisher()), "who waits is in");
                assertTrue(awaited.publisher().awaited.contains(awaited), "what is unconfirmed is waited for");
                assertTrue(awaited.missing().contains(session), "who has not confirmed is missing");
            });
            session.awaited.forEach(awaited -> {
                assertFalse(awaited.missing().isEmpty(), "what is waited for can come");
                assertTrue(sessions.containsAll(awaited.missing()), "who is missing is in");
            });
        }
        assertEquals(unconfirmed, outstanding());
    }

    /** Checks that what is retained is in both its tables, in order. */
    public void fitRetained() {
        RetainedEvents retained = broker.retained();
        Set<RetainedEvents.Retained> found = new HashSet<>();
        retained.topics().forEachMatch(MatchPolicy.PREFIX, "", events -> {
            RetainedEvents.Retained previous = null;
            assertFalse(events.isEmpty(), "a topic is held for its events");
            for (RetainedEvents.Retained event : events) {
                assertTrue(
                        previous == null || RetainedEvents.ORDER.compare(event, previous) < 0,
                        "the latest stands first");
                previous = event;
                found.add(event);
            }
        });
        assertEquals(retained.inOrder(), found);
        assertEquals(
                retained.bytes(),
                found.stream().mapToLong(RetainedEvents.Retained::size).sum());
    }

    private void fitSubscriptions(Collection<PubSubSession> sessions) {
        broker.subscriptions().forEach((id, subscription) -> {
            assertEquals(id, subscription.id());
            assertTrue(
                    !subscription.subscribers().isEmpty() || subscription.kept() != null,
                    "a subscription has subscribers, or a history");
            assertTrue(subscription.subscribers().containsAll(subscription.nodes()), "a node is a subscriber");
            subscription.subscribers().forEach(subscriber -> {
                assertTrue(sessions.contains(subscriber), "a subscriber is in");
                assertTrue(subscriber.subscriptions.contains(subscription));
            });
        });
        sessions.forEach(session -> assertTrue(broker.subscriptions().keySet().containsAll(subscriptions(session))));
    }

    /**
     * Whether nobody is subscribed to anything or waits for a confirmation, and not even a branch is left that once led to
     * somebody; the subscriptions of kept topics aside, which stay.
     */
    public boolean isEmpty() {
        Set<Subscription> held = new HashSet<>(broker.subscriptions().values());
        boolean keptOnly = held.stream()
                .allMatch(subscription -> subscription.kept() != null
                        && subscription.subscribers().isEmpty());
        return keptOnly
                && outstanding() == 0
                && (!held.isEmpty() || broker.topics().isEmpty());
    }
}
