package io.bailiwick.router.broker;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.pattern.PatternMap;
import io.bailiwick.router.session.Authorizer.Disclosure;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.Member;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.SessionDetails;
import io.bailiwick.router.session.Surroundings;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The broker of a realm: its door, and the way of an event from its publisher to those who are subscribed. What arrives here
 * has a legal URI and is authorised. Who is subscribed is known to {@link Subscriptions}; how an event is delivered is {@link
 * Publication}'s matter; what is kept of it is that of {@link RetainedEvents} and {@link History}; who has confirmed it is
 * known to {@link Confirmations}.
 */
public final class Broker {
    private static final List<String> FEATURES = List.of(
            "event_retention",
            "pattern_based_subscription",
            "payload_encryption_cryptobox",
            "payload_passthru_mode",
            "payload_transparency",
            "publication_trustlevels",
            "publisher_exclusion",
            "publisher_identification",
            "sharded_subscription",
            "subscriber_blackwhite_listing",
            "subscription_revocation",
            "x_acknowledged_event_delivery",
            "x_retained_forwarding");

    /** How many events that links have brought are remembered. */
    private static final int ARRIVALS = 4_096;

    private final Surroundings surroundings;
    private final Subscriptions subscriptions;
    private final RetainedEvents retained;
    private final Confirmations confirmations;
    private final History history;
    private final Set<PublishTerms.Origin> arrived = new LinkedHashSet<>();

    /**
     * A broker to which nobody is subscribed. The topics whose events are kept have their subscriptions from the beginning, so
     * that their history can be asked for by id whoever is subscribed.
     *
     * @param store keeps the events of the history
     * @param observer hears what becomes of subscriptions
     */
    public Broker(BrokerOptions options, Surroundings surroundings, EventStore store, SubscriptionObserver observer) {
        this.surroundings = surroundings;
        this.subscriptions = new Subscriptions(observer);
        this.retained = new RetainedEvents(options.retention());
        this.confirmations = new Confirmations(options.confirmation(), surroundings.timer());
        this.history = new History(store, surroundings.payloads());
        options.history().forEach(kept -> subscriptions.create(kept.topic(), kept.match(), kept));
    }

    /** The features that it has, as WELCOME names them below {@code roles.broker.features}; the meta API is not its own. */
    public static List<String> features() {
        return FEATURES;
    }

    // ---- subscribing

    /**
     * SUBSCRIBE. A second one of the same session for the same topic and policy changes nothing but its node key. With
     * {@code get_retained} the retained events follow, each time it is asked for, and no faster than the peer reads: see
     * {@link Arrears}.
     */
    public void subscribe(PubSubSession subscriber, Message.Subscribe message, MatchPolicy match) {
        boolean wantsRetained = message.options().flag("get_retained", false);
        subscriptions.subscribe(subscriber, message, match, subscription -> {
            if (wantsRetained) {
                subscriber.wantRetained(subscription);
                subscriber.arrears().asked(subscription, retained, surroundings.clock(), surroundings.timer());
            }
        });
    }

    /** UNSUBSCRIBE. */
    public void unsubscribe(PubSubSession subscriber, Message.Unsubscribe message) {
        subscriptions.unsubscribe(subscriber, message);
    }

    /**
     * Ends a subscription from the router's side (WAMP, "Subscription Revocation"). A session that announced the feature is
     * told so; another one gets no more events, and is not told why.
     *
     * @param subscriber the session id
     * @param reason why, a URI or a sentence; null when there is nothing to say
     * @return whether there was one: false when the session is not subscribed, or there is no such subscription
     */
    public boolean revoke(long subscription, long subscriber, @Nullable String reason) {
        return subscriptions.revoke(subscription, subscriber, reason);
    }

    // ---- publishing

    /**
     * PUBLISH. The acknowledgement goes out before the events, so that the publisher knows the publication before it sees it;
     * but where it wants to hear of its receivers, after them: see {@link Confirmations}.
     *
     * @param permission what was decided of it: it is allowed
     * @throws io.bailiwick.router.message.ProtocolViolation when a known option has the wrong type, or one is used that the
     *     publisher would have had to announce
     */
    public void publish(PubSubSession publisher, Message.Publish message, Permission permission) {
        SessionDetails session = publisher.member().details();
        Dict options = message.options();
        PublishTerms terms = options.isEmpty() ? publisher.plainTerms() : PublishTerms.of(session, options);
        Refusal refusal = refusal(publisher, terms, permission, message.payload());
        if (refusal != null) {
            if (terms.acknowledge()) {
                publisher.member().refuse(Message.Publish.CODE, message.request(), refusal.error, refusal.text);
            }
            return;
        }
        long id = surroundings.ids().getAsLong();
        if (hasArrived(terms.origin())) {
            if (terms.acknowledge()) {
                publisher.member().send(new Message.Published(message.request(), id));
            }
            return;
        }
        Confirmations.Awaited awaited = null;
        if (terms.confirm()) {
            awaited = confirmations.await(publisher, message.request(), id);
        } else if (terms.acknowledge()) {
            publisher.member().send(new Message.Published(message.request(), id));
        }
        publish(publication(id, session, message.topic(), terms, message.payload(), permission), awaited);
        if (awaited != null) {
            awaited.sent();
        }
    }

    /** Whether a link has brought this event before: where routers are linked in a ring it comes more than one way. */
    private boolean hasArrived(PublishTerms.@Nullable Origin origin) {
        if (origin == null) {
            return false;
        }
        boolean isNew = arrived.add(origin);
        if (arrived.size() > ARRIVALS) {
            arrived.remove(arrived.iterator().next());
        }
        return !isNew;
    }

    /**
     * Publishes in the name of a session that is not there (any more), for its testament: as if it had sent a PUBLISH
     * that is not acknowledged.
     *
     * @param session who it was
     * @param options those of PUBLISH
     * @param permission what was decided of it
     * @return whether it was published: false when the session may not, may not be disclosed as it asks, or the event is too
     *     long to be retained as it asks
     * @throws io.bailiwick.router.message.ProtocolViolation as {@link #publish}; see {@link #checked}
     */
    public boolean publishFor(
            SessionDetails session, String topic, Dict options, Payload payload, Permission permission) {
        PublishTerms terms = PublishTerms.of(session, options);
        if (!permission.allowed() || refusal(terms, permission, payload) != null) {
            return false;
        }
        long id = surroundings.ids().getAsLong();
        publish(publication(id, session, topic, terms, payload, permission), null);
        return true;
    }

    /**
     * Checks the options of a PUBLISH that is to be made later, without an acknowledgement.
     *
     * @return those of them that mean something
     * @throws io.bailiwick.router.message.ProtocolViolation as {@link #publish}
     */
    public static Dict checked(SessionDetails publisher, Dict options) {
        Dict known = PublishTerms.lasting(options);
        PublishTerms.of(publisher, known);
        return known;
    }

    /** Whether what is published to a topic is for one of some sessions, or may be. */
    public boolean reaches(String topic, Predicate<Member> some) {
        boolean[] reached = new boolean[1];
        topics().forEachMatch(topic, subscription -> {
            for (PubSubSession subscriber : subscription.subscribers()) {
                reached[0] |= some.test(subscriber.member());
            }
        });
        return reached[0];
    }

    /** An event of the realm itself. Its payload is worked out only when somebody listens. */
    public void publishOwn(String topic, Supplier<Payload> payload) {
        if (topics().best(topic) != null) {
            long id = surroundings.ids().getAsLong();
            int trustlevel = Permission.NO_TRUSTLEVEL;
            publish(new Publication(id, topic, PublishTerms.PLAIN, Dict.EMPTY, trustlevel, payload.get()), null);
        }
    }

    /** Why a PUBLISH is refused. */
    private record Refusal(String error, String text) {}

    private @Nullable Refusal refusal(
            PubSubSession publisher, PublishTerms terms, Permission permission, Payload payload) {
        int longest = publisher.member().limits().uriLength();
        String rkey = terms.rkey();
        if (rkey != null && rkey.length() > longest) {
            String text = "expected rkey of at most " + longest + " characters, but found " + rkey.length();
            return new Refusal(Uris.INVALID_ARGUMENT, text);
        }
        String excess = terms.confirm() ? confirmations.excess(publisher) : null;
        return excess == null ? refusal(terms, permission, payload) : new Refusal(Limits.EXCEEDED, excess);
    }

    private @Nullable Refusal refusal(PublishTerms terms, Permission permission, Payload payload) {
        if (terms.disclose() && permission.disclosure() == Disclosure.FORBIDDEN) {
            return new Refusal(
                    Uris.DISCLOSE_ME_DISALLOWED, "expected no disclose_me, since this session is never made known");
        }
        // What a link brings is for those who are here, whether or not it can be kept for others.
        String excess = terms.retain() && terms.forwardFor() == null ? retained.excess(terms, payload) : null;
        return excess == null ? null : new Refusal(Uris.PAYLOAD_SIZE_EXCEEDED, excess);
    }

    private static Publication publication(
            long id,
            SessionDetails publisher,
            String topic,
            PublishTerms terms,
            Payload payload,
            Permission permission) {
        Dict details = terms.passed();
        if (permission.discloses(terms.disclose())) {
            details = disclosed(publisher, terms);
        }
        Payload lasting = terms.retain() ? payload.keep() : payload;
        return new Publication(id, topic, terms, details, permission.trustlevel(), lasting);
    }

    private static Dict disclosed(SessionDetails publisher, PublishTerms terms) {
        Map<String, @Nullable Object> disclosed = new LinkedHashMap<>();
        publisher.disclose("publisher", terms.forwardFor(), disclosed);
        disclosed.putAll(terms.passed().entries());
        return Dict.owned("dict", disclosed);
    }

    /** Keeps it where it is to be kept, and delivers it. */
    private void publish(Publication publication, Confirmations.@Nullable Awaited awaited) {
        if (publication.terms().retain() && retained.excess(publication.terms(), publication.payload()) == null) {
            retained.retain(publication, now());
        }
        if (publication.terms().isLate()) {
            deliverLate(publication);
            return;
        }
        topics().forEachMatch(publication.topic(), subscription -> {
            BrokerOptions.KeptTopic kept = subscription.kept();
            if (kept != null) {
                history.keep(kept, publication, now());
            }
            publication.deliverTo(subscription, awaited);
        });
    }

    /**
     * An event that was retained elsewhere is for those who have asked for retained events, and of these for whom it is the
     * most recent one of its topic; links get all, so that those behind them get theirs.
     */
    private void deliverLate(Publication publication) {
        topics().forEachMatch(publication.topic(), subscription -> {
            for (PubSubSession subscriber : subscription.subscribers()) {
                if (subscriber.wantsRetained(subscription)
                        && publication.isFor(subscriber, subscription)
                        && (subscriber.member().details().isRouterLink()
                                || retained.isLatestFor(subscriber, subscription, publication))) {
                    publication.deliverLate(
                            subscriber, subscription, publication.terms().age());
                }
            }
        });
    }

    /** EVENT_RECEIVED: a subscriber has handled an event. Without effect when nobody waits for that. */
    public void received(PubSubSession subscriber, Message.EventReceived message) {
        confirmations.received(subscriber, message.publication());
    }

    // ---- what is kept

    /**
     * Finds the events of a subscription that a session may read: {@code wamp.subscription.get_events}. The events are the
     * positional arguments of the result, each a dictionary of {@code timestamp}, {@code subscription}, {@code publication},
     * {@code topic}, {@code details}, and {@code args} and {@code kwargs} where there are any; at most 1,000 events of 1 MiB,
     * and the keyword {@code more} says that there are others.
     *
     * @param reader who asks, and may subscribe to it, as whoever calls this has seen to; the lists of eligible and excluded
     *     authids and authroles are put to it
     * @param answer takes the result: at once or later, on whatever thread the store answers
     * @throws HistoryQuery.Refused {@code no_such_subscription}; {@code history_unavailable} when its events are not kept
     */
    public void history(SessionDetails reader, HistoryQuery query, EventStore.Answer<Values> answer)
            throws HistoryQuery.Refused {
        Subscription subscription = subscriptions().get(query.subscription());
        if (subscription == null) {
            throw new HistoryQuery.Refused(
                    Uris.NO_SUCH_SUBSCRIPTION, "expected a subscription, but found " + query.subscription());
        }
        BrokerOptions.KeptTopic kept = subscription.kept();
        if (kept == null) {
            throw new HistoryQuery.Refused(
                    Uris.HISTORY_UNAVAILABLE, "expected a subscription whose events are kept, but these are not");
        }
        history.query(kept, query, reader, now(), answer);
    }

    /** Forgets what is retained of a topic. */
    public void forgetRetained(String topic) {
        retained.forget(topic);
    }

    private Instant now() {
        return surroundings.clock().instant();
    }

    // ---- leaving

    /** A session has left: all its subscriptions end. */
    public void leave(PubSubSession session) {
        subscriptions.leave(session);
        confirmations.leave(session);
    }

    /** All subscriptions, by id. */
    public Map<Long, Subscription> subscriptions() {
        return subscriptions.byId();
    }

    /** All subscriptions, by topic or pattern. */
    public PatternMap<Subscription> topics() {
        return subscriptions.byTopic();
    }

    // ---- for those who look into the tables

    RetainedEvents retained() {
        return retained;
    }

    Confirmations confirmations() {
        return confirmations;
    }
}
