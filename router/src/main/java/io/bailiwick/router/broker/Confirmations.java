package io.bailiwick.router.broker;

import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.Timer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledged delivery, an addition of Crossbar.io and Autobahn to WAMP. A publisher that asks for it with
 * {@code acknowledge} and {@code x_acknowledged_delivery} is not acknowledged when the router has taken the event, but when
 * all those receivers have handled it that announced {@code x_acknowledged_event_delivery}: their EVENT says
 * {@code x_acknowledged_delivery}, and they answer it with EVENT_RECEIVED.
 *
 * <p>PUBLISHED then says that each of them has answered, or left before it could. If one has not when the time is over, ERROR
 * {@code wamp.error.timeout} says so: the event was published, and those who are quick have it. What is waited for is
 * bounded, for a session and in all. Nothing is sent twice.
 */
final class Confirmations {
    private final BrokerOptions.Confirmation options;
    private final Timer timer;
    private int outstanding;

    Confirmations(BrokerOptions.Confirmation options, Timer timer) {
        this.options = options;
        this.timer = timer;
    }

    /** A publication that waits for its receivers. */
    final class Awaited {
        private final PubSubSession publisher;
        private final long request;
        private final long publication;
        /** How many EVENTs each of them has yet to answer: one for each subscription that the event has reached it by. */
        private final Map<PubSubSession, Integer> missing = new HashMap<>();

        private int expected;
        private Timer.@Nullable Timeout timeout;

        private Awaited(PubSubSession publisher, long request, long publication) {
            this.publisher = publisher;
            this.request = request;
            this.publication = publication;
        }

        PubSubSession publisher() {
            return publisher;
        }

        /** Who has not confirmed yet. */
        Set<PubSubSession> missing() {
            return missing.keySet();
        }

        /** A receiver is asked for a confirmation. */
        void expect(PubSubSession receiver) {
            if (missing.merge(receiver, 1, Integer::sum) == 1) {
                receiver.owe(publication, this);
                outstanding++;
                expected++;
            }
        }

        /** All EVENTs are on their way. */
        void sent() {
            if (!finishedIfComplete()) {
                publisher.waitFor(this);
                timeout = timer.after(options.patience().toMillis(), this::timeOver);
            }
        }

        private void confirmed(PubSubSession receiver) {
            Integer left = missing.computeIfPresent(receiver, (key, events) -> events == 1 ? null : events - 1);
            if (left == null) {
                receiver.unconfirmed.remove(publication);
                outstanding--;
                finishedIfComplete();
            }
        }

        private void gone(PubSubSession receiver) {
            if (missing.remove(receiver) != null) {
                outstanding--;
                finishedIfComplete();
            }
        }

        private boolean finishedIfComplete() {
            if (missing.isEmpty()) {
                forget();
                publisher.member().send(new Message.Published(request, publication));
                return true;
            }
            return false;
        }

        private void timeOver() {
            if (publisher.awaited.contains(this)) {
                String text = "expected confirmations of publication " + publication + " from " + expected
                        + " sessions, but " + missing.size() + " did not confirm within "
                        + options.patience().toMillis() + " ms";
                forget();
                publisher.member().refuse(Message.Publish.CODE, request, Uris.TIMEOUT, text);
            }
        }

        private void forget() {
            publisher.waitNoMore(this);
            if (timeout != null) {
                timeout.cancel();
            }
            missing.keySet().forEach(receiver -> receiver.unconfirmed.remove(publication));
            outstanding -= missing.size();
            missing.clear();
        }
    }

    /** Why one more may not wait; null when it may. */
    @Nullable
    String excess(PubSubSession publisher) {
        if (publisher.awaited.size() >= options.perSession()) {
            return Limits.excess(options.perSession(), "publications that wait for confirmation");
        }
        boolean full = outstanding >= options.outstanding();
        return full ? "expected fewer confirmations to be waited for, but found " + outstanding : null;
    }

    Awaited await(PubSubSession publisher, long request, long publication) {
        return new Awaited(publisher, request, publication);
    }

    /** EVENT_RECEIVED. Without effect when nobody waits for it: the time may have been over. */
    void received(PubSubSession receiver, long publication) {
        Awaited awaited = receiver.unconfirmed.get(publication);
        if (awaited != null) {
            awaited.confirmed(receiver);
        }
    }

    /** A session has left: nobody waits for it any more, nor it for anybody. */
    void leave(PubSubSession session) {
        List.copyOf(session.awaited).forEach(Awaited::forget);
        for (long publication : session.unconfirmed.keys()) {
            Awaited awaited = session.unconfirmed.remove(publication);
            if (awaited != null) {
                awaited.gone(session);
            }
        }
    }

    /** How many confirmations are waited for. */
    int outstanding() {
        return outstanding;
    }
}
