package io.bailiwick.router.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
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

    /** Checks that nothing is held for a session that is not among these. */
    public void fit(Collection<PubSubSession> sessions) {
        broker.subscriptions().forEach((id, subscription) -> {
            assertEquals(id, subscription.id());
            assertFalse(subscription.subscribers().isEmpty(), "a subscription has subscribers");
            subscription.subscribers().forEach(subscriber -> {
                assertTrue(sessions.contains(subscriber), "a subscriber is in");
                assertTrue(subscriber.subscriptions.contains(subscription));
            });
        });
        sessions.forEach(session -> assertTrue(broker.subscriptions().keySet().containsAll(subscriptions(session))));
    }

    /** Whether nobody is subscribed to anything, and not even a branch is left that once led to somebody. */
    public boolean isEmpty() {
        return broker.subscriptions().isEmpty() && broker.topics().isEmpty();
    }
}
