package io.bailiwick.router.broker;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.pattern.PatternMap;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.SessionDetails;
import io.bailiwick.router.session.Surroundings;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The broker of a realm: who is subscribed to what, and the way of an event from its publisher to them. What arrives here
 * has a legal URI and is authorised.
 */
public final class Broker {
    private final Surroundings surroundings;
    private final SubscriptionObserver observer;
    private final PatternMap<Subscription> byTopic = new PatternMap<>();
    private final Map<Long, Subscription> byId = new HashMap<>();
    private long lastSubscription;

    /**
     * A broker without subscriptions.
     *
     * @param observer hears what becomes of subscriptions
     */
    public Broker(Surroundings surroundings, SubscriptionObserver observer) {
        this.surroundings = surroundings;
        this.observer = observer;
    }

    /** What is delivered of a publication, whichever subscription it reaches. */
    private record Publication(long id, String topic, Dict details, Payload payload, Audience audience) {

        void deliverTo(Subscription subscription) {
            Message.Event event = null;
            for (PubSubSession subscriber : subscription.subscribers()) {
                if (audience.admits(subscriber)) {
                    event = event == null ? event(subscription) : event;
                    subscriber.member().send(event);
                }
            }
        }

        private Message.Event event(Subscription subscription) {
            // Who subscribed to one topic knows which; a pattern does not tell.
            Dict full = subscription.match() == MatchPolicy.EXACT ? details : details.with("topic", topic);
            return new Message.Event(subscription.id(), id, full, payload);
        }
    }

    /** SUBSCRIBE. A second one of the same session for the same topic and policy changes nothing. */
    public void subscribe(PubSubSession subscriber, Message.Subscribe message, MatchPolicy match) {
        Subscription known = byTopic.get(match, message.topic());
        if (known != null && known.subscribers().contains(subscriber)) {
            subscriber.member().send(new Message.Subscribed(message.request(), known.id()));
            return;
        }
        String excess = excess(subscriber, match);
        if (excess != null) {
            subscriber.member().refuse(Message.Subscribe.CODE, message.request(), Limits.EXCEEDED, excess);
            return;
        }
        Subscription subscription = known == null ? create(message.topic(), match) : known;
        subscription.subscribers().add(subscriber);
        subscriber.add(subscription);
        subscriber.member().send(new Message.Subscribed(message.request(), subscription.id()));
        if (known == null) {
            observer.created(subscriber, subscription);
        }
        observer.subscribed(subscriber, subscription);
    }

    private Subscription create(String topic, MatchPolicy match) {
        Subscription subscription = new Subscription(++lastSubscription, topic, match);
        byTopic.put(match, topic, subscription);
        byId.put(subscription.id(), subscription);
        return subscription;
    }

    private @Nullable String excess(PubSubSession subscriber, MatchPolicy match) {
        Limits limits = subscriber.member().limits();
        boolean full = subscriber.subscriptions.size() >= limits.subscriptions();
        return full
                ? Limits.excess(limits.subscriptions(), "subscriptions")
                : subscriber.member().patternExcess(match);
    }

    /** UNSUBSCRIBE. */
    public void unsubscribe(PubSubSession subscriber, Message.Unsubscribe message) {
        Subscription subscription = byId.get(message.subscription());
        if (subscription == null || !subscription.subscribers().contains(subscriber)) {
            subscriber
                    .member()
                    .refuse(
                            Message.Unsubscribe.CODE,
                            message.request(),
                            Uris.NO_SUCH_SUBSCRIPTION,
                            "expected a subscription of this session, but found " + message.subscription());
            return;
        }
        boolean last = drop(subscription, subscriber);
        subscriber.member().send(new Message.Unsubscribed(message.request(), Dict.EMPTY));
        tellRemoved(subscriber, subscription, last);
    }

    /** Removes a subscriber, and the subscription with the last one; whether it was the last one. */
    private boolean drop(Subscription subscription, PubSubSession subscriber) {
        subscriber.remove(subscription);
        subscription.subscribers().remove(subscriber);
        boolean last = subscription.subscribers().isEmpty();
        if (last) {
            byId.remove(subscription.id());
            byTopic.remove(subscription.match(), subscription.topic());
        }
        return last;
    }

    private void tellRemoved(PubSubSession subscriber, Subscription subscription, boolean last) {
        observer.unsubscribed(subscriber, subscription);
        if (last) {
            observer.deleted(subscriber, subscription);
        }
    }

    /**
     * PUBLISH. The acknowledgement goes out before the events, so that the publisher knows the publication before it sees it.
     *
     * @param permission what was decided of it: it is allowed
     */
    public void publish(PubSubSession publisher, Message.Publish message, Permission permission) {
        Dict options = message.options();
        boolean acknowledge = options.flag("acknowledge", false);
        boolean disclose = permission.discloses(options.flag("disclose_me", false));
        Audience audience = Audience.of(publisher, options);

        long id = surroundings.ids().getAsLong();
        if (acknowledge) {
            publisher.member().send(new Message.Published(message.request(), id));
        }
        Dict details = disclose ? publisher(publisher.member().details()) : Dict.EMPTY;
        deliver(new Publication(id, message.topic(), details, message.payload(), audience));
    }

    /** An event of the realm itself. Its payload is worked out only when somebody listens. */
    public void publishOwn(String topic, Supplier<Payload> payload) {
        if (byTopic.best(topic) != null) {
            long id = surroundings.ids().getAsLong();
            deliver(new Publication(id, topic, Dict.EMPTY, payload.get(), Audience.EVERYONE));
        }
    }

    private void deliver(Publication publication) {
        byTopic.forEachMatch(publication.topic, publication::deliverTo);
    }

    private static Dict publisher(SessionDetails session) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("publisher", session.session());
        details.put("publisher_authid", session.authid());
        details.put("publisher_authrole", session.authrole());
        return Dict.of(details);
    }

    /** A session has left: all its subscriptions end. */
    public void leave(PubSubSession session) {
        for (Subscription subscription : List.copyOf(session.subscriptions)) {
            tellRemoved(session, subscription, drop(subscription, session));
        }
    }

    /** All subscriptions, by id. */
    public Map<Long, Subscription> subscriptions() {
        return byId;
    }

    /** All subscriptions, by topic or pattern. */
    public PatternMap<Subscription> topics() {
        return byTopic;
    }
}
