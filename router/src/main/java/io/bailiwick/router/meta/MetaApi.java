package io.bailiwick.router.meta;

import io.bailiwick.router.broker.SubscriptionObserver;
import io.bailiwick.router.dealer.RegistrationObserver;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.Session;
import io.bailiwick.router.session.SessionDetails;
import java.util.List;

/** The meta API of a realm, as the realm holds it: the session that answers, and what must be told to it. */
public final class MetaApi {
    private final MetaEvents events;
    private final RegistrationApi registrations;
    private final SubscriptionApi subscriptions;
    private final TestamentApi testaments;
    private final ReflectionApi reflection;
    private final MetaSession session;

    /**
     * The meta API of a realm.
     *
     * @param host the realm
     * @param options what is kept for sessions
     * @param id the id of the realm's own session
     */
    public MetaApi(MetaHost host, MetaOptions options, long id) {
        this.events = new MetaEvents(host);
        this.registrations = new RegistrationApi(host, events);
        this.subscriptions = new SubscriptionApi(host, events);
        this.testaments = new TestamentApi(host, options);
        this.reflection = new ReflectionApi(host, events, options);
        List<BoundProcedure> procedures =
                BoundProcedure.of(List.of(new SessionApi(host), registrations, subscriptions, testaments, reflection));
        reflection.describeOwn(procedures);
        this.session = new MetaSession(host, id, procedures);
    }

    /** What a broker with this meta API announces. */
    public static List<String> brokerFeatures() {
        return List.of("session_meta_api", "subscription_meta_api", "event_history", "reflection");
    }

    /** What a dealer with this meta API announces. */
    public static List<String> dealerFeatures() {
        return List.of("session_meta_api", "registration_meta_api", "testament_meta_api", "reflection");
    }

    /** The session that answers. */
    public Session session() {
        return session;
    }

    /** What it has to register. */
    public List<Message.Register> registrations() {
        return session.registrations();
    }

    /** Hears what becomes of registrations, and tells of it. */
    public RegistrationObserver registrationObserver() {
        return registrations;
    }

    /** Hears what becomes of subscriptions, and tells of it. */
    public SubscriptionObserver subscriptionObserver() {
        return subscriptions;
    }

    /** A session has joined, and knows it. */
    public void joined(SessionDetails joined) {
        events.publish(MetaTopic.SESSION_JOINED, () -> Values.of(SessionApi.describe(joined)));
    }

    /**
     * A session has left, and so have its registrations and subscriptions, of which was told: now its descriptions go, its
     * testaments are published, and then the last event tells that it is gone.
     */
    public void left(SessionDetails left) {
        reflection.left(left.session());
        if (events.areSilent()) {
            testaments.forget(left.session());
        } else {
            testaments.publish(left.session());
        }
        events.publish(MetaTopic.SESSION_LEFT, () -> Values.of(left.session(), left.authid(), left.authrole()));
    }

    /** Runs a step of which no event and no testament tells: {@code wamp.session.kill_all}, and the end of the realm. */
    public void silently(Runnable step) {
        events.silently(step);
    }
}
