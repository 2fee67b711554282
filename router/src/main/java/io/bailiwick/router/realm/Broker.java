package io.bailiwick.router.realm;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The broker of a realm: who is subscribed to what, and the way of an event from its publisher to them. What arrives here
 * has a legal URI and is authorised.
 */
final class Broker {
    private final Limits limits;
    private final LongSupplier publicationIds;
    private final PatternMap<Subscription> byTopic = new PatternMap<>();
    private final Map<Long, Subscription> byId = new HashMap<>();
    private long lastSubscription;

    Broker(Limits limits, LongSupplier publicationIds) {
        this.limits = limits;
        this.publicationIds = publicationIds;
    }

    /**
     * A topic or pattern, and who is subscribed to it. It exists as long as somebody is; all of them know it by the same id.
     */
    static final class Subscription {
        private final long id;
        private final String topic;
        private final MatchPolicy match;
        private final Set<Member> subscribers = new LinkedHashSet<>();

        Subscription(long id, String topic, MatchPolicy match) {
            this.id = id;
            this.topic = topic;
            this.match = match;
        }

        long id() {
            return id;
        }

        MatchPolicy match() {
            return match;
        }

        Set<Member> subscribers() {
            return subscribers;
        }
    }

    /** What is delivered of a publication, whichever subscription it reaches. */
    private record Publication(long id, String topic, Dict details, Payload payload, Audience audience) {

        void deliverTo(Subscription subscription) {
            Message.Event event = null;
            for (Member subscriber : subscription.subscribers) {
                if (audience.admits(subscriber)) {
                    event = event == null ? event(subscription) : event;
                    subscriber.send(event);
                }
            }
        }

        private Message.Event event(Subscription subscription) {
            // Who subscribed to one topic knows which; a pattern does not tell.
            Dict full = subscription.match == MatchPolicy.EXACT ? details : details.with("topic", topic);
            return new Message.Event(subscription.id, id, full, payload);
        }
    }

    /** SUBSCRIBE. A second one of the same session for the same topic and policy changes nothing. */
    void subscribe(Member subscriber, Message.Subscribe message, MatchPolicy match) {
        Subscription subscription = byTopic.get(match, message.topic());
        if (subscription == null || !subscription.subscribers.contains(subscriber)) {
            String excess = excess(subscriber, match);
            if (excess != null) {
                subscriber.refuse(Message.Subscribe.CODE, message.request(), Limits.EXCEEDED, excess);
                return;
            }
            if (subscription == null) {
                subscription = new Subscription(++lastSubscription, message.topic(), match);
                byTopic.put(match, message.topic(), subscription);
                byId.put(subscription.id, subscription);
            }
            subscription.subscribers.add(subscriber);
            subscriber.add(subscription);
        }
        subscriber.send(new Message.Subscribed(message.request(), subscription.id));
    }

    private @Nullable String excess(Member subscriber, MatchPolicy match) {
        boolean full = subscriber.subscriptions().size() >= limits.subscriptions();
        return full ? Limits.excess(limits.subscriptions(), "subscriptions") : subscriber.wildcardExcess(match, limits);
    }

    /** UNSUBSCRIBE. */
    void unsubscribe(Member subscriber, Message.Unsubscribe message) {
        Subscription subscription = byId.get(message.subscription());
        if (subscription == null || !subscription.subscribers.contains(subscriber)) {
            subscriber.refuse(
                    Message.Unsubscribe.CODE,
                    message.request(),
                    Uris.NO_SUCH_SUBSCRIPTION,
                    "expected a subscription of this session, but found " + message.subscription());
            return;
        }
        subscriber.remove(subscription);
        drop(subscription, subscriber);
        subscriber.send(new Message.Unsubscribed(message.request(), Dict.EMPTY));
    }

    private void drop(Subscription subscription, Member subscriber) {
        subscription.subscribers.remove(subscriber);
        if (subscription.subscribers.isEmpty()) {
            byId.remove(subscription.id);
            byTopic.remove(subscription.match, subscription.topic);
        }
    }

    /**
     * PUBLISH. The acknowledgement goes out before the events, so that the publisher knows the publication before it sees it.
     *
     * @param disclosed whether the publisher is made known even if it did not ask for it
     */
    void publish(Member publisher, Message.Publish message, boolean disclosed) {
        Dict options = message.options();
        boolean acknowledge = options.flag("acknowledge", false);
        boolean disclose = options.flag("disclose_me", false) || disclosed;
        Audience audience = Audience.of(publisher, options);

        long id = publicationIds.getAsLong();
        if (acknowledge) {
            publisher.send(new Message.Published(message.request(), id));
        }
        Dict details = disclose ? publisher(publisher.details()) : Dict.EMPTY;
        deliver(new Publication(id, message.topic(), details, message.payload(), audience));
    }

    /** An event of the realm itself. Its payload is worked out only when somebody listens. */
    void publishOwn(String topic, Supplier<Payload> payload) {
        if (byTopic.best(topic) != null) {
            long id = publicationIds.getAsLong();
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
    void leave(Member member) {
        for (Subscription subscription : List.copyOf(member.subscriptions())) {
            member.remove(subscription);
            drop(subscription, member);
        }
    }

    /** All subscriptions, by id. */
    Map<Long, Subscription> subscriptions() {
        return byId;
    }

    /** All subscriptions, by topic or pattern. */
    PatternMap<Subscription> topics() {
        return byTopic;
    }
}
