package io.bailiwick.router.broker;

import io.bailiwick.router.session.Member;
import java.util.LinkedHashSet;
import java.util.Set;

/** A session as the broker sees it: a publisher, a subscriber, or both, with all that the broker holds for it. */
public final class PubSubSession {
    private final Member member;

    /** Its subscriptions, in the order they were made. */
    final Set<Subscription> subscriptions = new LinkedHashSet<>();

    /**
     * A session that joins.
     *
     * @throws io.bailiwick.router.message.ProtocolViolation when the roles it announced have the wrong shape
     */
    public PubSubSession(Member member) {
        this.member = member;
    }

    /** The session in its realm. */
    public Member member() {
        return member;
    }

    void add(Subscription subscription) {
        subscriptions.add(subscription);
        member.addPattern(subscription.match());
    }

    void remove(Subscription subscription) {
        subscriptions.remove(subscription);
        member.removePattern(subscription.match());
    }

    @Override
    public String toString() {
        return member.toString();
    }
}
