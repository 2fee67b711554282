package io.bailiwick.router.broker;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.pattern.PatternMap;
import io.bailiwick.router.session.Limits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who is subscribed to what. */
final class Subscriptions {
    private final SubscriptionObserver observer;
    private final PatternMap<Subscription> byTopic = new PatternMap<>();
    private final Map<Long, Subscription> byId = new HashMap<>();
    private long last;

    /** Nobody is subscribed to anything. */
    Subscriptions(SubscriptionObserver observer) {
        this.observer = observer;
    }

    PatternMap<Subscription> byTopic() {
        return byTopic;
    }

    Map<Long, Subscription> byId() {
        return byId;
    }

    /**
     * SUBSCRIBE.
     *
     * @param granted what is to be done behind SUBSCRIBED, before others hear of it
     */
    void subscribe(
            PubSubSession subscriber, Message.Subscribe message, MatchPolicy match, Consumer<Subscription> granted) {
        String node = message.options().textOrNull("nkey");
        Subscription known = byTopic.get(match, message.topic());
        boolean isNew = known == null || !known.subscribers().contains(subscriber);
        String excess = isNew ? excess(subscriber, match) : null;
        if (excess != null) {
            subscriber.member().refuse(Message.Subscribe.CODE, message.request(), Limits.EXCEEDED, excess);
            return;
        }
        int longest = subscriber.member().limits().uriLength();
        if (node != null && node.length() > longest) {
            String text = "expected nkey of at most " + longest + " characters, but found " + node.length();
            subscriber.member().refuse(Message.Subscribe.CODE, message.request(), Uris.INVALID_ARGUMENT, text);
            return;
        }
        Subscription subscription = known == null ? create(message.topic(), match, null) : known;
        subscription.put(subscriber, node);
        if (isNew) {
            subscriber.add(subscription);
        }
        subscriber.member().send(new Message.Subscribed(message.request(), subscription.id()));
        granted.accept(subscription);
        if (known == null) {
            observer.created(subscriber, subscription);
        }
        if (isNew) {
            observer.subscribed(subscriber, subscription);
        }
    }

    /**
     * A subscription of nobody.
     *
     * @param kept how its events are kept; it stays then, whoever is subscribed
     */
    Subscription create(String topic, MatchPolicy match, BrokerOptions.@Nullable KeptTopic kept) {
        Subscription subscription = new Subscription(++last, topic, match, kept);
        byTopic.put(match, topic, subscription);
        byId.put(subscription.id(), subscription);
        return subscription;
    }

    private static @Nullable String excess(PubSubSession subscriber, MatchPolicy match) {
        Limits limits = subscriber.member().limits();
        boolean full = subscriber.subscriptions.size() >= limits.subscriptions();
        return full
                ? Limits.excess(limits.subscriptions(), "subscriptions")
                : subscriber.member().patternExcess(match);
    }

    /** UNSUBSCRIBE. */
    void unsubscribe(PubSubSession subscriber, Message.Unsubscribe message) {
        Subscription subscription = byId.get(message.subscription());
        if (subscription == null || !subscription.subscribers().contains(subscriber)) {
            String text = "expected a subscription of this session, but found " + message.subscription();
            subscriber.member().refuse(Message.Unsubscribe.CODE, message.request(), Uris.NO_SUCH_SUBSCRIPTION, text);
            return;
        }
        boolean gone = drop(subscription, subscriber);
        subscriber.member().send(new Message.Unsubscribed(message.request(), Dict.EMPTY));
        tellRemoved(subscriber, subscription, gone);
    }

    /** Ends a subscription of a session from the router's side; whether there was one. */
    boolean revoke(long id, long subscriber, @Nullable String reason) {
        Subscription subscription = byId.get(id);
        PubSubSession session = subscription == null ? null : find(subscription, subscriber);
        if (subscription == null || session == null) {
            return false;
        }
        boolean gone = drop(subscription, session);
        if (session.hearsOfRevocation()) {
            Dict details = Dict.of("subscription", id);
            session.member()
                    .send(new Message.Unsubscribed(0, reason == null ? details : details.with("reason", reason)));
        }
        tellRemoved(session, subscription, gone);
        return true;
    }

    private static @Nullable PubSubSession find(Subscription subscription, long session) {
        for (PubSubSession subscriber : subscription.subscribers()) {
            if (subscriber.member().id() == session) {
                return subscriber;
            }
        }
        return null;
    }

    /** A session has left: all its subscriptions end. */
    void leave(PubSubSession session) {
        for (Subscription subscription : List.copyOf(session.subscriptions)) {
            tellRemoved(session, subscription, drop(subscription, session));
        }
    }

    /** Removes a subscriber, and the subscription with the last one; whether the subscription is gone. */
    private boolean drop(Subscription subscription, PubSubSession subscriber) {
        subscriber.remove(subscription);
        subscription.remove(subscriber);
        boolean gone = subscription.subscribers().isEmpty() && subscription.kept() == null;
        if (gone) {
            byId.remove(subscription.id());
            byTopic.remove(subscription.match(), subscription.topic());
        }
        return gone;
    }

    private void tellRemoved(PubSubSession subscriber, Subscription subscription, boolean gone) {
        observer.unsubscribed(subscriber, subscription);
        if (gone) {
            observer.deleted(subscriber, subscription);
        }
    }
}
