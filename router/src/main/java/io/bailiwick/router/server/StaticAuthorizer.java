package io.bailiwick.router.server;

import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.server.RealmRoles.Rule;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.SessionDetails;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rights of {@link RealmRoles}: of the rules of the session's role that cover the URI the most specific decides, exact
 * before prefix before wildcard, longer before shorter; no rule means no.
 *
 * <p>A pattern (SUBSCRIBE or REGISTER with match prefix or wildcard) stands for every URI that it may match. It is allowed
 * only if the rule that covers the pattern allows it and no rule for any URI below the pattern denies it.
 */
final class StaticAuthorizer implements Authorizer {
    private static final String AUTHID = "{authid}";

    private final RealmRoles roles;

    StaticAuthorizer(RealmRoles roles) {
        this.roles = roles;
    }

    @Override
    public Permission permits(SessionDetails session, Action action, String uri, MatchPolicy match) {
        List<Rule> rules = roles.roles().get(session.authrole());
        if (rules == null) {
            return Permission.DENIED;
        }
        Rule best = null;
        for (Rule rule : rules) {
            String pattern = patternFor(rule, session);
            // A prefix stands for URIs that an exact or wildcard rule does not cover, equal though they may look.
            boolean mayCover = match != MatchPolicy.PREFIX || rule.match() == MatchPolicy.PREFIX;
            if (mayCover && covers(rule.match(), pattern, uri) && (best == null || isMoreSpecific(rule, best))) {
                best = rule;
            }
            if (match != MatchPolicy.EXACT
                    && !rule.allow().contains(action)
                    && overlaps(match, uri, rule.match(), pattern)) {
                return Permission.DENIED;
            }
        }
        return best == null ? Permission.DENIED : new Permission(best.allow().contains(action), best.disclose());
    }

    private static String patternFor(Rule rule, SessionDetails session) {
        return rule.uri().contains(AUTHID) ? rule.uri().replace(AUTHID, session.authid()) : rule.uri();
    }

    private static boolean isMoreSpecific(Rule rule, @Nullable Rule than) {
        if (than == null || rule.match() != than.match()) {
            return than == null || rule.match().compareTo(than.match()) < 0;
        }
        return rule.uri().length() > than.uri().length();
    }

    private static boolean covers(MatchPolicy match, String pattern, String uri) {
        return switch (match) {
            case EXACT -> uri.equals(pattern);
            case PREFIX -> uri.startsWith(pattern);
            case WILDCARD -> sameComponents(pattern.split("\\.", -1), uri.split("\\.", -1));
        };
    }

    private static boolean sameComponents(String[] pattern, String[] uri) {
        if (pattern.length != uri.length) {
            return false;
        }
        for (int i = 0; i < pattern.length; i++) {
            if (!pattern[i].isEmpty() && !pattern[i].equals(uri[i])) {
                return false;
            }
        }
        return true;
    }

    /** Whether some URI may match both patterns; in doubt, yes. */
    private static boolean overlaps(MatchPolicy match, String pattern, MatchPolicy ruleMatch, String rule) {
        if (match == MatchPolicy.PREFIX && ruleMatch != MatchPolicy.WILDCARD) {
            return rule.startsWith(pattern) || (ruleMatch == MatchPolicy.PREFIX && pattern.startsWith(rule));
        }
        String[] left = pattern.split("\\.", -1);
        String[] right = rule.split("\\.", -1);
        boolean sameLength = match != MatchPolicy.PREFIX && ruleMatch != MatchPolicy.PREFIX;
        if (sameLength && left.length != right.length) {
            return false;
        }
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            boolean lastOfPrefix = (match == MatchPolicy.PREFIX && i == left.length - 1)
                    || (ruleMatch == MatchPolicy.PREFIX && i == right.length - 1);
            boolean equal = left[i].isEmpty()
                    || right[i].isEmpty()
                    || left[i].equals(right[i])
                    || (lastOfPrefix && (left[i].startsWith(right[i]) || right[i].startsWith(left[i])));
            if (!equal) {
                return false;
            }
        }
        return true;
    }
}
