package io.bailiwick.router.realm;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A session in its realm, with all that broker and dealer hold for it. */
final class Member {
    private final Realm realm;
    private final Session session;
    private final SessionDetails details;
    private final boolean callCanceling;
    private final boolean progressiveResults;

    private final Set<Broker.Subscription> subscriptions = new LinkedHashSet<>();
    private final Set<Dealer.Registration> registrations = new LinkedHashSet<>();
    /** What this session called and has no final answer to, by the request id of the CALL. */
    final Map<Long, Dealer.PendingCall> calls = new HashMap<>();
    /** What this session was asked and has not finally answered, by the request id of the INVOCATION. */
    final Map<Long, Dealer.PendingCall> invocations = new HashMap<>();

    /** How many of its subscriptions and registrations are wildcard patterns. */
    private int wildcards;

    private long lastInvocation;
    private boolean gone;

    /**
     * A session that joins.
     *
     * @throws io.bailiwick.router.message.ProtocolViolation when the roles it announced have the wrong shape
     */
    Member(Realm realm, Session session) {
        this.realm = realm;
        this.session = session;
        this.details = session.details();
        // Older clients misspell the first; Autobahn for JavaScript announces the second without the first.
        this.callCanceling =
                details.announces("callee", "call_canceling") || details.announces("callee", "call_cancelling");
        this.progressiveResults = details.announces("callee", "progressive_call_results");
    }

    Session session() {
        return session;
    }

    SessionDetails details() {
        return details;
    }

    long id() {
        return details.session();
    }

    /** Whether INTERRUPT may be sent to it. */
    boolean canBeInterrupted() {
        return callCanceling;
    }

    /** Whether it may be asked for progressive results. */
    boolean givesProgress() {
        return progressiveResults;
    }

    /** The request id of the next INVOCATION: 1, 2, 3... for each session. */
    long nextInvocation() {
        return ++lastInvocation;
    }

    /** Whether an INVOCATION with this request id was ever sent to it. */
    boolean wasInvoked(long invocation) {
        return invocation >= 1 && invocation <= lastInvocation;
    }

    /** Its subscriptions, in the order they were made. */
    Set<Broker.Subscription> subscriptions() {
        return subscriptions;
    }

    void add(Broker.Subscription subscription) {
        subscriptions.add(subscription);
        wildcards += subscription.match() == MatchPolicy.WILDCARD ? 1 : 0;
    }

    void remove(Broker.Subscription subscription) {
        subscriptions.remove(subscription);
        wildcards -= subscription.match() == MatchPolicy.WILDCARD ? 1 : 0;
    }

    /** Its registrations, in the order they were made. */
    Set<Dealer.Registration> registrations() {
        return registrations;
    }

    void add(Dealer.Registration registration) {
        registrations.add(registration);
        wildcards += registration.match() == MatchPolicy.WILDCARD ? 1 : 0;
    }

    void remove(Dealer.Registration registration) {
        registrations.remove(registration);
        wildcards -= registration.match() == MatchPolicy.WILDCARD ? 1 : 0;
    }

    /** Why it may not have one pattern more; null when it may. */
    @Nullable
    String wildcardExcess(MatchPolicy match, Limits limits) {
        boolean full = match == MatchPolicy.WILDCARD && wildcards >= limits.wildcards();
        return full ? Limits.excess(limits.wildcards(), "wildcard patterns") : null;
    }

    /** Sends, unless the session has left. A session that fails to take a message harms no other: it leaves. */
    void send(Message message) {
        if (gone) {
            return;
        }
        try {
            if (!session.send(message)) {
                realm.countSlowSend();
            }
        } catch (RuntimeException failure) {
            realm.sendFailed(this, message, failure);
        }
    }

    /** Answers a request with ERROR. */
    void refuse(int requestType, long request, String error, String text) {
        Payload payload = realm.payloads().encode(PayloadCodec.Values.of(text));
        send(new Message.ErrorReply(requestType, request, Dict.EMPTY, error, payload));
    }

    /** From here on nothing is sent to it. */
    void markGone() {
        gone = true;
    }

    @Override
    public String toString() {
        return "session " + id() + " of " + details.authid();
    }
}
