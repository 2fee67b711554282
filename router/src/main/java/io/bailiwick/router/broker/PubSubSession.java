package io.bailiwick.router.broker;

import io.bailiwick.router.pattern.LongMap;
import io.bailiwick.router.session.Member;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A session as the broker sees it: a publisher, a subscriber, or both, with all that the broker holds for it. */
public final class PubSubSession {
    /** Bits of {@link #forms}: what an EVENT for this session may say more than others. */
    static final int TRUSTLEVEL = 1;

    static final int CONFIRMATION = 2;

    private static final String CONFIRMS = "x_acknowledged_event_delivery";

    /** Never put into. */
    private static final LongMap<Confirmations.Awaited> NOTHING = new LongMap<>();

    private final Member member;
    private final boolean revocation;
    private final int forms;

    /** Its subscriptions, in the order they were made. */
    Set<Subscription> subscriptions = Set.of();

    // What many sessions never need is made when it is.

    /** Those of them for which it has asked for retained events: where a link brings more of these, they are for it too. */
    private @Nullable Set<Subscription> wantRetained;
    /** What it published and waits for the receivers of. */
    Set<Confirmations.Awaited> awaited = Set.of();
    /** What it has received and not yet confirmed, by publication. */
    LongMap<Confirmations.Awaited> unconfirmed = NOTHING;

    /** The terms of what it publishes without options; null before the first. */
    private @Nullable PublishTerms plainTerms;

    /** What is still to be sent to it of retained events; most sessions never ask for any. */
    private @Nullable Arrears arrears;

    /**
     * A session that joins.
     *
     * @throws io.bailiwick.router.message.ProtocolViolation when the roles it announced have the wrong shape
     */
    public PubSubSession(Member member) {
        this.member = member;
        this.revocation = member.details().announces("subscriber", "subscription_revocation");
        // Autobahn for Python, which does confirm as a subscriber, announces it as a publisher.
        boolean confirms = member.details().announces("subscriber", CONFIRMS)
                || member.details().announces("publisher", CONFIRMS);
        boolean trust = member.details().announces("subscriber", "publication_trustlevels");
        this.forms = (trust ? TRUSTLEVEL : 0) | (confirms ? CONFIRMATION : 0);
    }

    /** The session in its realm. */
    public Member member() {
        return member;
    }

    /** What an EVENT for it may say more than others, as bits. */
    int forms() {
        return forms;
    }

    /** Whether it may be told that the router has ended a subscription. */
    boolean hearsOfRevocation() {
        return revocation;
    }

    /** The terms of what it publishes without options: always the same. */
    PublishTerms plainTerms() {
        PublishTerms known = plainTerms;
        if (known == null) {
            known = PublishTerms.plain(member.details());
            plainTerms = known;
        }
        return known;
    }

    /** It has asked for the retained events of a subscription. */
    void wantRetained(Subscription subscription) {
        if (wantRetained == null) {
            wantRetained = new HashSet<>();
        }
        wantRetained.add(subscription);
    }

    /** Whether it has asked for the retained events of a subscription. */
    boolean wantsRetained(Subscription subscription) {
        return wantRetained != null && wantRetained.contains(subscription);
    }

    /** It has published what it waits for the receivers of. */
    void waitFor(Confirmations.Awaited publication) {
        if (awaited.isEmpty()) {
            awaited = new LinkedHashSet<>();
        }
        awaited.add(publication);
    }

    /** It waits no longer for the receivers of this. */
    void waitNoMore(Confirmations.Awaited publication) {
        if (!awaited.isEmpty()) {
            awaited.remove(publication);
        }
    }

    /** It has received what it is to confirm. */
    void owe(long publication, Confirmations.Awaited awaitedBy) {
        if (unconfirmed == NOTHING) {
            unconfirmed = new LongMap<>();
        }
        unconfirmed.put(publication, awaitedBy);
    }

    Arrears arrears() {
        if (arrears == null) {
            arrears = new Arrears(this);
        }
        return arrears;
    }

    /** Whether retained events wait for its peer to read. */
    boolean isInArrears() {
        return arrears != null && arrears.isWaiting();
    }

    void add(Subscription subscription) {
        if (subscriptions.isEmpty()) {
            subscriptions = new LinkedHashSet<>();
        }
        subscriptions.add(subscription);
        member.addPattern(subscription.match());
    }

    void remove(Subscription subscription) {
        if (!subscriptions.isEmpty()) {
            subscriptions.remove(subscription);
        }
        if (wantRetained != null) {
            wantRetained.remove(subscription);
        }
        if (arrears != null) {
            arrears.forget(subscription);
        }
        member.removePattern(subscription.match());
    }

    @Override
    public String toString() {
        return member.toString();
    }
}
