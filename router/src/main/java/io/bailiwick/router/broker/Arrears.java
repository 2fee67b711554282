package io.bailiwick.router.broker;

import io.bailiwick.router.broker.RetainedEvents.Rest;
import io.bailiwick.router.broker.RetainedEvents.Retained;
import io.bailiwick.router.session.Timer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is retained to one session that has asked for it, no faster than its peer reads: what is retained altogether is
 * more than may wait for a peer. While the peer is behind, nothing is sent, and only the place is kept where it goes on. What
 * has been retained since then it gets as it happens; an older event of the same topic is not sent after that.
 */
final class Arrears {
    /** How long the peer is given at first, in milliseconds; twice as long each time that it has read nothing. */
    private static final long FIRST_WAIT = 10;

    private static final long LONGEST_WAIT = 1_000;

    private final PubSubSession subscriber;
    private final Map<Subscription, Rest> open = new LinkedHashMap<>();
    private long wait = FIRST_WAIT;
    private Timer.@Nullable Timeout timeout;

    /** Nothing is to be sent. */
    Arrears(PubSubSession subscriber) {
        this.subscriber = subscriber;
    }

    /** It has asked, perhaps not for the first time. */
    void asked(Subscription subscription, RetainedEvents retained, InstantSource clock, Timer timer) {
        open.remove(subscription);
        if (!send(subscription, retained, null, clock.instant())) {
            goOnLater(retained, clock, timer);
        }
    }

    /** Sends what there is, as long as the peer keeps up; whether that was all. */
    private boolean send(Subscription subscription, RetainedEvents retained, @Nullable Rest rest, Instant now) {
        List<Retained> events = retained.find(subscriber, subscription, rest, now);
        for (int i = 0; i < events.size() && !subscriber.member().isGone(); i++) {
            Retained next = events.get(i);
            if (subscriber.member().isBehind()) {
                open.put(subscription, retained.rest(rest, next, events.size() - i));
                return false;
            }
            wait = FIRST_WAIT;
            next.publication().deliverLate(subscriber, subscription, next.age(now));
        }
        return true;
    }

    private void goOnLater(RetainedEvents retained, InstantSource clock, Timer timer) {
        if (timeout == null) {
            timeout = timer.after(wait, () -> {
                timeout = null;
                goOn(retained, clock, timer);
            });
            wait = Math.min(2 * wait, LONGEST_WAIT);
        }
    }

    private void goOn(RetainedEvents retained, InstantSource clock, Timer timer) {
        if (subscriber.member().isGone()) {
            open.clear();
        }
        for (Subscription subscription : List.copyOf(open.keySet())) {
            if (subscriber.member().isBehind()) {
                break;
            }
            Rest rest = open.remove(subscription);
            if (rest != null) {
                send(subscription, retained, rest, clock.instant());
            }
        }
        if (!open.isEmpty()) {
            goOnLater(retained, clock, timer);
        }
    }

    /** Nothing more is to be sent for a subscription. */
    void forget(Subscription subscription) {
        open.remove(subscription);
        if (open.isEmpty() && timeout != null) {
            timeout.cancel();
            timeout = null;
        }
    }

    /** Whether its peer is waited for. */
    boolean isWaiting() {
        return timeout != null;
    }
}
