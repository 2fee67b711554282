package io.bailiwick.router.realm;

import io.bailiwick.router.broker.BrokerOptions;
import io.bailiwick.router.dealer.DealerOptions;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.meta.MetaOptions;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.Member;
import io.bailiwick.router.session.RequestIds;
import io.bailiwick.router.session.SlowReaders;

/**
 * How a realm behaves.
 *
 * @param rule which strings are URIs here
 * @param terms what holds for each session, where its role says nothing else
 * @param sessions how many sessions there may be
 * @param decisionMillis how long a request waits for somebody else's decision on it, in milliseconds
 * @param dealer how calls are routed where WAMP leaves a choice
 * @param broker which events are kept, and for how long
 * @param meta what the meta API keeps for sessions
 */
public record RealmOptions(
        UriRule rule,
        Member.Terms terms,
        RealmLimits sessions,
        long decisionMillis,
        DealerOptions dealer,
        BrokerOptions broker,
        MetaOptions meta) {
    /** The loose rule, the default limits, lenient towards the clients that are there. */
    public static final RealmOptions DEFAULT = new RealmOptions(
            UriRule.LOOSE,
            Member.Terms.DEFAULT,
            RealmLimits.NONE,
            5_000,
            DealerOptions.DEFAULT,
            BrokerOptions.DEFAULT,
            MetaOptions.DEFAULT);

    /** A decision needs some time. */
    public RealmOptions {
        if (decisionMillis < 1) {
            throw new IllegalArgumentException("expected 1 or more milliseconds, but found " + decisionMillis);
        }
    }

    /** What each session may hold, where its role says nothing else. */
    public Limits limits() {
        return terms.limits();
    }

    /** These options with another rule. */
    public RealmOptions with(UriRule other) {
        return new RealmOptions(other, terms, sessions, decisionMillis, dealer, broker, meta);
    }

    /** These options with other terms for each session. */
    public RealmOptions with(Member.Terms other) {
        return new RealmOptions(rule, other, sessions, decisionMillis, dealer, broker, meta);
    }

    /** These options with other limits of each session. */
    public RealmOptions with(Limits other) {
        return with(new Member.Terms(other, terms.requests(), terms.slowReaders()));
    }

    /** These options with request ids taken as strict as that. */
    public RealmOptions with(RequestIds.Order other) {
        return with(new Member.Terms(terms.limits(), other, terms.slowReaders()));
    }

    /** These options with something else done about slow readers. */
    public RealmOptions with(SlowReaders other) {
        return with(new Member.Terms(terms.limits(), terms.requests(), other));
    }

    /** These options with other limits of all sessions together. */
    public RealmOptions with(RealmLimits other) {
        return new RealmOptions(rule, terms, other, decisionMillis, dealer, broker, meta);
    }

    /** These options with other choices of the dealer. */
    public RealmOptions with(DealerOptions other) {
        return new RealmOptions(rule, terms, sessions, decisionMillis, other, broker, meta);
    }

    /** These options with another broker. */
    public RealmOptions with(BrokerOptions other) {
        return new RealmOptions(rule, terms, sessions, decisionMillis, dealer, other, meta);
    }

    /** These options with another meta API. */
    public RealmOptions with(MetaOptions other) {
        return new RealmOptions(rule, terms, sessions, decisionMillis, dealer, broker, other);
    }
}
