package io.bailiwick.router.rights;

import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Disclosure;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.RoleLimits;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The roles of a realm. A role that is not named here does not exist in the realm. Several realms may share them.
 *
 * @param roles role name to its rules; the most specific rule that names the URI decides: exact, else the longest prefix,
 *     else the wildcard with the most literal components from the left. A prefix counts by its characters: {@code com.adm}
 *     decides on {@code com.admin.x} whatever a wildcard says, though among WAMP's registrations a prefix that ends inside a
 *     component gives way to a wildcard. No rule means no
 * @param limits role name to what its sessions may hold and send, for roles that have limits of their own
 * @param caching how decisions of procedures are kept
 */
public record RealmRoles(Map<String, List<Rule>> roles, Map<String, RoleLimits> limits, Caching caching) {

    /** Roles without limits of their own. */
    public RealmRoles(Map<String, List<Rule>> roles) {
        this(roles, Map.of(), Caching.DEFAULT);
    }

    /** Copies. */
    public RealmRoles {
        roles = Map.copyOf(roles);
        limits = Map.copyOf(limits);
    }

    /**
     * One rule.
     *
     * @param uri the URI or pattern. In it {@code {authid}}, {@code {authrole}} and {@code {session}} stand for those of the
     *     session; the rule does not hold for a session whose value is not one component of a URI, and in a prefix a dot
     *     has to follow: otherwise {@code n1} could take the names of {@code n10}
     * @param match how the pattern is matched
     * @param allow the actions that are allowed; with an authorizer, those that it is asked about
     * @param disclosure whether the session is made known to callees and subscribers
     * @param trustlevel how far receivers may trust what comes, 0 or more, or {@link Permission#NO_TRUSTLEVEL}
     * @param authorizer the procedure that decides; null where the rule itself does
     * @param cache whether decisions of the procedure may be kept, if they say that they may
     */
    public record Rule(
            String uri,
            MatchPolicy match,
            Set<Action> allow,
            Disclosure disclosure,
            int trustlevel,
            @Nullable String authorizer,
            boolean cache) {

        /**
         * Checks the rule.
         *
         * @throws IllegalArgumentException naming what was expected
         */
        public Rule {
            allow = Set.copyOf(allow);
            if (trustlevel < Permission.NO_TRUSTLEVEL) {
                throw new IllegalArgumentException("rule " + uri + ": expected a trust level of 0 or more, or "
                        + Permission.NO_TRUSTLEVEL + " for none, but found " + trustlevel);
            }
            if (match == MatchPolicy.PREFIX && Placeholders.isOpen(uri)) {
                throw new IllegalArgumentException(
                        "rule " + uri + ": expected a dot after the placeholder of a prefix, but found none");
            }
        }

        /** A rule that decides itself and says nothing about trust; discloses always or on request. */
        public Rule(String uri, MatchPolicy match, Set<Action> allow, boolean disclose) {
            this(
                    uri,
                    match,
                    allow,
                    disclose ? Disclosure.ALWAYS : Disclosure.ON_REQUEST,
                    Permission.NO_TRUSTLEVEL,
                    null,
                    false);
        }

        /** Allows actions below a prefix, and discloses who acts. */
        public static Rule prefix(String uri, Action... allow) {
            return new Rule(uri, MatchPolicy.PREFIX, Set.of(allow), true);
        }

        /** Allows actions on one URI, and discloses who acts. */
        public static Rule exact(String uri, Action... allow) {
            return new Rule(uri, MatchPolicy.EXACT, Set.of(allow), true);
        }

        /** This rule, but a procedure is asked about what it allows, and its decisions are kept if they may. */
        public Rule decidedBy(String procedure) {
            return new Rule(uri, match, allow, disclosure, trustlevel, procedure, true);
        }

        /** This rule with another disclosure. */
        public Rule with(Disclosure other) {
            return new Rule(uri, match, allow, other, trustlevel, authorizer, cache);
        }

        /** This rule for another URI. */
        Rule at(String other) {
            return new Rule(other, match, allow, disclosure, trustlevel, authorizer, cache);
        }
    }

    /**
     * How decisions of procedures are kept.
     *
     * @param by for whom a decision holds
     * @param entries how many are kept in a realm; those not needed for longest give way. 0 keeps none
     * @param maxAgeMillis how long one is kept, in milliseconds
     */
    public record Caching(By by, int entries, long maxAgeMillis) {
        /** For an authid in its role, 10,000 decisions, a minute. */
        public static final Caching DEFAULT = new Caching(By.PRINCIPAL, 10_000, 60_000);

        /** For whom a decision holds. */
        public enum By {
            /** For all sessions of an authid in a role. */
            PRINCIPAL,
            /** For the one session. */
            SESSION
        }

        /** Nothing negative. */
        public Caching {
            if (entries < 0 || maxAgeMillis < 0) {
                throw new IllegalArgumentException("expected 0 or more entries and milliseconds, but found less");
            }
        }
    }
}
