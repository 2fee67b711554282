package io.bailiwick.router.broker;

/** Hears what becomes of subscriptions, in the order of WAMP's meta events, after the session concerned was answered. */
public interface SubscriptionObserver {
    /** Hears nothing. */
    SubscriptionObserver NONE = new SubscriptionObserver() {};

    /** A subscription came to be, with its first subscriber. */
    default void created(PubSubSession subscriber, Subscription subscription) {}

    /** A subscriber was added, the first one included. */
    default void subscribed(PubSubSession subscriber, Subscription subscription) {}

    /** A subscriber was removed, whether it asked for it, was removed or left. */
    default void unsubscribed(PubSubSession subscriber, Subscription subscription) {}

    /** The last subscriber is gone, and the subscription with it. */
    default void deleted(PubSubSession subscriber, Subscription subscription) {}
}
