package io.bailiwick.router.rlink;

import io.bailiwick.router.message.MatchPolicy;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What somebody in a realm has subscribed to or registered.
 *
 * @param uri the URI or pattern
 * @param match how it matches
 * @param invoke the invocation policy of a registration; null for a subscription
 */
record Target(String uri, MatchPolicy match, @Nullable String invoke) {
    /** What tells two of them apart in a realm. */
    record Key(String uri, MatchPolicy match) {}

    Key key() {
        return new Key(uri, match);
    }

    /** Another URI or pattern that is held in the same way. */
    Target as(String otherUri, MatchPolicy otherMatch) {
        return new Target(otherUri, otherMatch, invoke);
    }

    /** Reads the description that the meta API gives. */
    static Target of(Map<?, ?> description) {
        String uri = (String) Objects.requireNonNull(description.get("uri"), "uri");
        Object invoke = description.get("invoke");
        String match = String.valueOf(description.get("match"));
        for (MatchPolicy policy : MatchPolicy.values()) {
            if (policy.id().equals(match)) {
                return new Target(uri, policy, invoke instanceof String text ? text : null);
            }
        }
        throw new IllegalArgumentException("expected a match policy, but found another text");
    }
}
