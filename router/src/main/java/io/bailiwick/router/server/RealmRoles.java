package io.bailiwick.router.server;

import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.session.Authorizer.Action;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The static rights of the roles of a realm. A role that is not named here does not exist in the realm.
 *
 * @param roles role name to its rules; the most specific rule (exact, longest prefix, wildcard) that names the URI decides,
 *     and no rule means no
 */
public record RealmRoles(Map<String, List<Rule>> roles) {

    /**
     * One rule.
     *
     * @param uri the URI or pattern; {@code {authid}} in it stands for the authid of the session
     * @param match how the pattern is matched
     * @param allow the actions that are allowed
     * @param disclose whether the session is always made known to callees and subscribers
     */
    public record Rule(String uri, MatchPolicy match, Set<Action> allow, boolean disclose) {
        /** Allows actions below a prefix, and discloses who acts. */
        public static Rule prefix(String uri, Action... allow) {
            return new Rule(uri, MatchPolicy.PREFIX, Set.of(allow), true);
        }

        /** Allows actions on one URI, and discloses who acts. */
        public static Rule exact(String uri, Action... allow) {
            return new Rule(uri, MatchPolicy.EXACT, Set.of(allow), true);
        }
    }
}
