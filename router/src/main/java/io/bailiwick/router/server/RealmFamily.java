package io.bailiwick.router.server;

import io.bailiwick.router.broker.EventStore;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.UriRule;
import java.time.Duration;
import java.util.function.Function;

/**
 * Realms that are made from one template, each when the first session joins it: all whose names match a pattern.
 *
 * @param name stands for the family in logs and refusals
 * @param match how names are matched
 * @param pattern what they match
 * @param template what each realm is made from
 * @param most how many of them there may be at a time
 * @param idle how long nobody is in a realm before it is closed; zero to keep it
 * @param histories makes, by the name of a realm, the place that keeps its events
 */
public record RealmFamily(
        String name,
        MatchPolicy match,
        String pattern,
        RealmTemplate template,
        int most,
        Duration idle,
        Function<String, EventStore> histories) {

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException naming what was expected
     */
    public RealmFamily {
        if (!UriRule.LOOSE.allows(pattern, match)) {
            throw new IllegalArgumentException(
                    "family " + name + ": expected a pattern for match " + match.id() + ", but found " + pattern);
        }
        if (most < 1 || idle.isNegative()) {
            throw new IllegalArgumentException(
                    "family " + name + ": expected 1 realm or more and no negative time, but found less");
        }
    }
}
