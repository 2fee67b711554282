package io.bailiwick.router.broker;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.session.Authorizer.Permission;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is delivered of a publication, whichever subscription it reaches.
 *
 * @param id the publication id
 * @param topic what it was published to
 * @param terms the options it was published with
 * @param details what every receiver is told
 * @param trustlevel how far it may be trusted; {@link Permission#NO_TRUSTLEVEL} where nobody has said
 * @param payload its arguments
 */
record Publication(long id, String topic, PublishTerms terms, Dict details, int trustlevel, Payload payload) {
    /** A bit beside those of {@link PubSubSession#forms}: the receiver is a link to another router. */
    private static final int FORWARDED = 4;

    private static final int FORMS = 8;

    /**
     * Sends it to all subscribers of a subscription that it is for. Receivers that are told the same share one EVENT.
     *
     * @param awaited counts who is asked for a confirmation; null where nobody is
     */
    void deliverTo(Subscription subscription, Confirmations.@Nullable Awaited awaited) {
        int offered =
                (trustlevel >= 0 ? PubSubSession.TRUSTLEVEL : 0) | (awaited == null ? 0 : PubSubSession.CONFIRMATION);
        Audience audience = terms.audience();
        boolean sharded = terms.rkey() != null;
        boolean isForwarded = terms.forwardFor() != null || terms.retain() || audience.hasLists();
        String node = terms.rkey() == null ? null : subscription.nodeFor(terms.rkey());
        Message.@Nullable Event[] shared = new Message.Event[FORMS];
        for (PubSubSession subscriber : subscription.subscribers()) {
            if (!audience.admits(subscriber.member().details()) || (sharded && !subscription.isAt(subscriber, node))) {
                continue;
            }
            int form = (subscriber.forms() & offered)
                    | ((isForwarded && subscriber.member().details().isRouterLink()) ? FORWARDED : 0);
            Message.Event event = shared[form];
            if (event == null) {
                event = event(subscription, form);
                shared[form] = event;
            }
            if (awaited != null && (form & PubSubSession.CONFIRMATION) != 0) {
                awaited.expect(subscriber);
            }
            subscriber.member().send(event);
        }
    }

    private Message.Event event(Subscription subscription, int form) {
        // Who subscribed to one topic knows which; a pattern does not tell.
        Dict full = subscription.match() == MatchPolicy.EXACT ? details : details.with("topic", topic);
        if ((form & PubSubSession.TRUSTLEVEL) != 0) {
            full = full.with("trustlevel", (long) trustlevel);
        }
        if ((form & PubSubSession.CONFIRMATION) != 0) {
            full = full.with("x_acknowledged_delivery", true);
        }
        if ((form & FORWARDED) != 0) {
            full = forwarded(full);
        }
        return new Message.Event(subscription.id(), id, full, payload);
    }

    /**
     * What a link is told besides: the way it has come, that it is retained, and the names on the lists, which hold on the
     * other side too.
     */
    private Dict forwarded(Dict plain) {
        List<?> forwardFor = terms.forwardFor();
        Dict full = forwardFor == null ? plain : plain.with("forward_for", forwardFor);
        full = terms.retain() ? full.with("retain", true) : full;
        full = listed(full, "eligible", terms.audience().eligible());
        return listed(full, "exclude", terms.audience().exclude());
    }

    private static Dict listed(Dict plain, String key, Audience.@Nullable Lists lists) {
        Dict full = plain;
        if (lists != null && lists.authids() != null) {
            full = full.with(key + "_authid", List.copyOf(lists.authids()));
        }
        if (lists != null && lists.authroles() != null) {
            full = full.with(key + "_authrole", List.copyOf(lists.authroles()));
        }
        return full;
    }

    /** Whether it is for a subscriber of this subscription. */
    boolean isFor(PubSubSession subscriber, Subscription subscription) {
        return terms.audience().admits(subscriber.member().details())
                && (terms.rkey() == null || subscription.isAt(subscriber, subscription.nodeFor(terms.rkey())));
    }

    /**
     * Sends it again, to one who has subscribed since.
     *
     * @param age for how many milliseconds it has been retained, which a link is told
     */
    void deliverLate(PubSubSession subscriber, Subscription subscription, long age) {
        boolean isLink = subscriber.member().details().isRouterLink();
        int offered = trustlevel >= 0 ? PubSubSession.TRUSTLEVEL : 0;
        Message.Event event = event(subscription, (subscriber.forms() & offered) | (isLink ? FORWARDED : 0));
        Dict retained = event.details().with("retained", true);
        retained = isLink ? retained.with(PublishTerms.AGE, age) : retained;
        subscriber.member().send(new Message.Event(subscription.id(), id, retained, payload));
    }
}
