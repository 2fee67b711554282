package io.bailiwick.router.realm;

import io.bailiwick.router.broker.BrokerOptions;
import io.bailiwick.router.dealer.DealerOptions;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.session.Limits;

/**
 * How a realm behaves.
 *
 * @param rule which strings are URIs here
 * @param limits what each session may hold
 * @param dealer how calls are routed where WAMP leaves a choice
 * @param broker which events are kept, and for how long
 */
public record RealmOptions(UriRule rule, Limits limits, DealerOptions dealer, BrokerOptions broker) {
    /** The loose rule, the default limits, lenient towards the clients that are there. */
    public static final RealmOptions DEFAULT =
            new RealmOptions(UriRule.LOOSE, Limits.DEFAULT, DealerOptions.DEFAULT, BrokerOptions.DEFAULT);

    /** These options with other limits. */
    public RealmOptions with(Limits other) {
        return new RealmOptions(rule, other, dealer, broker);
    }

    /** These options with another broker. */
    public RealmOptions with(BrokerOptions other) {
        return new RealmOptions(rule, limits, dealer, other);
    }

    /** These options with another dealer. */
    public RealmOptions with(DealerOptions other) {
        return new RealmOptions(rule, limits, other, broker);
    }
}
