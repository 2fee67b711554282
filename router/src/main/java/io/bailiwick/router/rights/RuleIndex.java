package io.bailiwick.router.rights;

import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.pattern.PatternMap;
import io.bailiwick.router.rights.RealmRoles.Rule;
import io.bailiwick.router.session.Authorizer.Action;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a role, without placeholders, by URI. What one URI costs is its length and not the number of rules. A prefix
 * costs what stands below it as well, and a wildcard pattern what stands below its first literal components.
 */
final class RuleIndex {
    private final PatternMap<Grant> all = new PatternMap<>();
    private final PatternMap<Grant> prefixes = new PatternMap<>();
    private final PatternMap<Grant> wildcards = new PatternMap<>();
    /** Exact and prefix rules, so that those below a prefix stand together. */
    private final NavigableMap<String, List<Grant>> byName = new TreeMap<>();

    private final List<Grant> wildcardRules = new ArrayList<>();

    /** An index of these rules; of two for the same pattern the first counts. */
    RuleIndex(Collection<Rule> rules) {
        for (Rule rule : rules) {
            if (all.get(rule.match(), rule.uri()) == null) {
                add(new Grant(rule));
            }
        }
    }

    private void add(Grant grant) {
        Rule rule = grant.rule();
        all.put(rule.match(), rule.uri(), grant);
        if (rule.match() == MatchPolicy.PREFIX) {
            prefixes.put(rule.match(), rule.uri(), grant);
        }
        if (rule.match() == MatchPolicy.WILDCARD) {
            wildcards.put(rule.match(), rule.uri(), grant);
            wildcardRules.add(grant);
        } else {
            byName.computeIfAbsent(rule.uri(), uri -> new ArrayList<>(1)).add(grant);
        }
    }

    /** The rule that is responsible for a URI; or for all URIs of a pattern, as far as no other is for some of them. */
    @Nullable
    Grant responsible(MatchPolicy match, String uri) {
        // No wildcard comes before a prefix, as it does among registrations where the prefix ends inside a component:
        // who
        // forbids what begins with com.adm means com.admin too.
        Grant exact = match == MatchPolicy.EXACT ? all.get(match, uri) : null;
        Grant prefix = exact == null ? prefixes.best(Patterns.head(match, uri)) : null;
        if (exact != null || prefix != null) {
            return exact == null ? prefix : exact;
        }
        // A prefix stands for URIs that an exact or wildcard rule does not cover, equal though they may look.
        return match == MatchPolicy.PREFIX ? null : wildcards.best(uri);
    }

    /**
     * Whether some URI of a pattern may belong to another rule, which does not allow the action as the responsible one does.
     * Rules that cover the whole pattern and are less specific than that belong to none of its URIs.
     */
    boolean obstructs(Grant responsible, Action action, MatchPolicy match, String pattern) {
        String head = Patterns.head(match, pattern);
        for (List<Grant> grants : byName.tailMap(head, true).values()) {
            if (!grants.get(0).rule().uri().startsWith(head)) {
                break;
            }
            if (anyObstructs(grants, responsible, action, match, pattern)) {
                return true;
            }
        }
        // Below a prefix that covers the whole pattern no wildcard is responsible for anything.
        return responsible.rule().match() == MatchPolicy.WILDCARD
                && anyObstructs(wildcardRules, responsible, action, match, pattern);
    }

    private static boolean anyObstructs(
            List<Grant> grants, Grant responsible, Action action, MatchPolicy match, String pattern) {
        for (Grant grant : grants) {
            Rule rule = grant.rule();
            if (grant.obstructs(responsible, action) && Patterns.overlap(match, pattern, rule.match(), rule.uri())) {
                return true;
            }
        }
        return false;
    }
}
