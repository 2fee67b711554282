package io.bailiwick.router.realm;

import io.bailiwick.router.dealer.DealerOptions;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.RequestIds;
import io.bailiwick.router.session.SlowReaders;

/**
 * How a realm behaves.
 *
 * @param rule which strings are URIs here
 * @param limits what each session may hold, where its role says nothing else
 * @param sessions how many sessions there may be
 * @param requests how strict request ids are taken
 * @param slowReaders what becomes of sessions whose peers do not read
 * @param decisionMillis how long a request waits for somebody else's decision on it, in milliseconds
 * @param dealer how calls are routed where WAMP leaves a choice
 */
public record RealmOptions(
        UriRule rule,
        Limits limits,
        RealmLimits sessions,
        RequestIds.Order requests,
        SlowReaders slowReaders,
        long decisionMillis,
        DealerOptions dealer) {
    /** The loose rule, the default limits, lenient towards the clients that are there. */
    public static final RealmOptions DEFAULT = new RealmOptions(
            UriRule.LOOSE,
            Limits.DEFAULT,
            RealmLimits.NONE,
            RequestIds.Order.LENIENT,
            SlowReaders.DEFAULT,
            5_000,
            DealerOptions.DEFAULT);

    /** A decision needs some time. */
    public RealmOptions {
        if (decisionMillis < 1) {
            throw new IllegalArgumentException("expected 1 or more milliseconds, but found " + decisionMillis);
        }
    }

    /** These options with another rule. */
    public RealmOptions with(UriRule other) {
        return new RealmOptions(other, limits, sessions, requests, slowReaders, decisionMillis, dealer);
    }

    /** These options with other limits of each session. */
    public RealmOptions with(Limits other) {
        return new RealmOptions(rule, other, sessions, requests, slowReaders, decisionMillis, dealer);
    }

    /** These options with other limits of all sessions together. */
    public RealmOptions with(RealmLimits other) {
        return new RealmOptions(rule, limits, other, requests, slowReaders, decisionMillis, dealer);
    }

    /** These options with request ids taken as strict as that. */
    public RealmOptions with(RequestIds.Order other) {
        return new RealmOptions(rule, limits, sessions, other, slowReaders, decisionMillis, dealer);
    }

    /** These options with something else done about slow readers. */
    public RealmOptions with(SlowReaders other) {
        return new RealmOptions(rule, limits, sessions, requests, other, decisionMillis, dealer);
    }

    /** These options with other choices of the dealer. */
    public RealmOptions with(DealerOptions other) {
        return new RealmOptions(rule, limits, sessions, requests, slowReaders, decisionMillis, other);
    }
}
