package io.bailiwick.router.rights;

import io.bailiwick.router.rights.RealmRoles.Rule;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Permission;

/** A rule as it is applied: what it answers is made once. */
final class Grant {
    private final Rule rule;
    private final Permission permission;
    private final int actions;

    Grant(Rule rule) {
        this.rule = rule;
        this.permission = new Permission(true, rule.disclosure(), rule.trustlevel());
        this.actions = rule.allow().stream().mapToInt(Grant::bit).sum();
    }

    private static int bit(Action action) {
        return 1 << action.ordinal();
    }

    Rule rule() {
        return rule;
    }

    /** The answer to an action that is allowed. */
    Permission permission() {
        return permission;
    }

    boolean allows(Action action) {
        return (actions & bit(action)) != 0;
    }

    /** Whether this rule takes away what another one grants for a pattern, on the URIs that it is responsible for. */
    boolean obstructs(Grant other, Action action) {
        String authorizer = rule.authorizer();
        return !allows(action) || (authorizer != null && !authorizer.equals(other.rule.authorizer()));
    }

    /** Whether this rule comes before another one that names the same URI as well. */
    boolean isMoreSpecificThan(Grant other) {
        if (rule.match() != other.rule.match()) {
            return rule.match().compareTo(other.rule.match()) < 0;
        }
        return switch (rule.match()) {
            case EXACT -> false;
            case PREFIX -> rule.uri().length() > other.rule.uri().length();
            case WILDCARD -> Patterns.isMoreLiteral(rule.uri(), other.rule.uri());
        };
    }
}
