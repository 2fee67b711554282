package io.bailiwick.router.meta;

import io.bailiwick.router.broker.Broker;
import io.bailiwick.router.broker.EventStore;
import io.bailiwick.router.broker.HistoryQuery;
import io.bailiwick.router.broker.PubSubSession;
import io.bailiwick.router.broker.Subscription;
import io.bailiwick.router.broker.SubscriptionObserver;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.SessionDetails;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscription meta API (WAMP, "Subscription Meta API"): what is subscribed to, by whom, and what becomes of it. A
 * subscription to one of these events is told of like any other; the realm itself never subscribes.
 */
final class SubscriptionApi implements SubscriptionObserver {
    private static final Logger log = LoggerFactory.getLogger(SubscriptionApi.class);

    private final MetaHost host;
    private final MetaEvents events;
    private final Instant opened;
    private final Map<Long, Instant> created = new HashMap<>();

    SubscriptionApi(MetaHost host, MetaEvents events) {
        this.host = host;
        this.events = events;
        this.opened = host.surroundings().clock().instant();
    }

    // ---- the procedures

    @Procedure(
            value = "wamp.subscription.list",
            gives = "[{exact: list of id, prefix: list of id, wildcard: list of id}]",
            does = "Lists all subscriptions by match policy.")
    Values list(MetaCall call) {
        return MetaCall.idsByMatch(broker().subscriptions(), Subscription::match);
    }

    @Procedure(
            value = "wamp.subscription.lookup",
            takes = {"topic: uri", "options?: dict with match"},
            gives = "[subscription: id or null]",
            does = "Finds the subscription to exactly this topic or pattern under a match policy.")
    Values lookup(MetaCall call) throws Refused {
        String topic = call.text(0, "a topic");
        return MetaCall.idOrNull(broker().topics().get(call.match(1), topic), Subscription::id);
    }

    @Procedure(
            value = "wamp.subscription.match",
            takes = "topic: uri",
            gives = "[subscriptions: list of id, or null]",
            does = "Finds all subscriptions that an event of the topic would go to.")
    Values match(MetaCall call) throws Refused {
        List<Long> ids = new ArrayList<>();
        broker().topics().forEachMatch(call.text(0, "a topic"), subscription -> ids.add(subscription.id()));
        return MetaCall.orNull(ids.isEmpty() ? null : ids);
    }

    @Procedure(
            value = "wamp.subscription.get",
            takes = "subscription: id",
            gives = "[{id, created: RFC 3339, uri, match}]",
            errors = "no_such_subscription",
            does = "Describes a subscription.")
    Values get(MetaCall call) throws Refused {
        return Values.of(describe(subscription(call)));
    }

    @Procedure(
            value = "wamp.subscription.list_subscribers",
            takes = "subscription: id",
            gives = "[sessions: list of id]",
            errors = "no_such_subscription",
            does = "Lists who is subscribed, in the order they came.")
    Values listSubscribers(MetaCall call) throws Refused {
        return Values.of(subscribers(subscription(call)));
    }

    @Procedure(
            value = "wamp.subscription.count_subscribers",
            takes = "subscription: id",
            gives = "[count: int]",
            errors = "no_such_subscription",
            does = "Counts who is subscribed.")
    Values countSubscribers(MetaCall call) throws Refused {
        return Values.of((long) subscribers(subscription(call)).size());
    }

    @Procedure(
            value = "wamp.subscription.remove_subscriber",
            takes = {"subscription: id", "subscriber: id", "reason?: string"},
            errors = {"no_such_subscription", "no_such_session"},
            does = "Takes a subscription from one of its subscribers, which is told so if it announced"
                    + " subscription_revocation.")
    Values removeSubscriber(MetaCall call) throws Refused {
        long subscriber = call.id(1, "the session id of a subscriber");
        String reason = call.reason(2, host.limits().uriLength());
        Subscription subscription = subscription(call);
        if (!broker().revoke(subscription.id(), subscriber, reason)) {
            throw Refused.noPart(host, subscriber, "a subscriber of the subscription", Uris.NO_SUCH_SUBSCRIPTION);
        }
        return Values.NONE;
    }

    @Procedure(
            value = "wamp.subscription.get_events",
            takes = "subscription: id",
            keywords = {
                "reverse: bool",
                "limit: int > 0",
                "from_time: RFC 3339",
                "after_time: RFC 3339",
                "before_time: RFC 3339",
                "until_time: RFC 3339",
                "topic: uri",
                "from_publication: id",
                "after_publication: id",
                "before_publication: id",
                "until_publication: id"
            },
            gives = "the events, each {timestamp, subscription, publication, topic, details, args?, kwargs?}, or with"
                    + " `x_arguments_omitted: true` where the arguments are nested too deeply to be given out; keyword"
                    + " `more` when there are others",
            errors = {"no_such_subscription", "not_authorized", "authorization_failed", "history_unavailable"},
            does = "Reads the history of a subscription: the events that meet all conditions and that the caller could"
                    + " have received.")
    void getEvents(MetaCall call, MetaCall.Reply reply) throws Refused {
        HistoryQuery query;
        try {
            query = HistoryQuery.of(call.arguments());
        } catch (HistoryQuery.Refused refused) {
            throw new Refused(refused.error(), refused.text());
        }
        Subscription subscription = subscription(call);
        host.decide(
                call.caller(),
                Action.SUBSCRIBE,
                subscription.topic(),
                subscription.match(),
                permission -> reply.by(() -> {
                    checkReader(permission, query);
                    readEvents(call.caller(), query, reply);
                }));
    }

    private static void checkReader(@Nullable Permission permission, HistoryQuery query) throws Refused {
        if (permission == null) {
            throw new Refused(Uris.AUTHORIZATION_FAILED, "the rights of this session are not known");
        }
        if (!permission.allowed()) {
            throw new Refused(Uris.NOT_AUTHORIZED, "expected the right to subscribe to " + query.subscription());
        }
    }

    private void readEvents(SessionDetails reader, HistoryQuery query, MetaCall.Reply reply) throws Refused {
        try {
            broker().history(reader, query, new EventStore.Answer<Values>() {
                @Override
                public void found(Values events) {
                    host.execute(() -> reply.result(events));
                }

                @Override
                public void failed(Throwable why) {
                    log.error("realm {}: the history of events could not be read", host.name(), why);
                    host.execute(() -> reply.refused(Uris.RUNTIME_ERROR, "the history could not be read"));
                }
            });
        } catch (HistoryQuery.Refused refused) {
            throw new Refused(refused.error(), refused.text());
        }
    }

    private Broker broker() {
        return host.broker();
    }

    private Subscription subscription(MetaCall call) throws Refused {
        return call.known(0, broker().subscriptions(), "a subscription", Uris.NO_SUCH_SUBSCRIPTION);
    }

    private static List<Long> subscribers(Subscription subscription) {
        return subscription.subscribers().stream()
                .map(session -> session.member().id())
                .toList();
    }

    private Map<String, Object> describe(Subscription subscription) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("id", subscription.id());
        // Whose events are kept, those are there since the realm was opened.
        description.put(
                "created", created.getOrDefault(subscription.id(), opened).toString());
        description.put("uri", subscription.topic());
        description.put("match", subscription.match().id());
        return description;
    }

    // ---- the events

    @Override
    public void created(PubSubSession subscriber, Subscription subscription) {
        created.put(subscription.id(), host.surroundings().clock().instant());
        events.publish(
                MetaTopic.SUBSCRIPTION_CREATED,
                () -> Values.of(subscriber.member().id(), describe(subscription)));
    }

    @Override
    public void subscribed(PubSubSession subscriber, Subscription subscription) {
        publish(MetaTopic.SUBSCRIBED, subscriber, subscription);
    }

    @Override
    public void unsubscribed(PubSubSession subscriber, Subscription subscription) {
        publish(MetaTopic.UNSUBSCRIBED, subscriber, subscription);
    }

    @Override
    public void deleted(PubSubSession subscriber, Subscription subscription) {
        created.remove(subscription.id());
        publish(MetaTopic.SUBSCRIPTION_DELETED, subscriber, subscription);
    }

    private void publish(MetaTopic topic, PubSubSession subscriber, Subscription subscription) {
        events.publish(topic, () -> Values.of(subscriber.member().id(), subscription.id()));
    }
}
