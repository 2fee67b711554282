package io.bailiwick.router.rights;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.rights.RealmRoles.Rule;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.RoleLimits;
import io.bailiwick.router.session.SessionDetails;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The rights of {@link RealmRoles} in one realm. Of one thread, that of the realm. */
public final class RealmRights implements Authorizer {
    private final Map<String, RoleRules> rules = new HashMap<>();
    private final Map<String, RoleLimits> limits;
    private final Set<String> authorizers;
    private final DecisionCache cache;
    private final AuthorizerCalls calls;

    /** The rules of a role: those without placeholders ready for use, those with as they are written. */
    private final class RoleRules {
        private final RuleIndex shared;
        private final List<Rule> templates;
        /** Those of all sessions that no rule with a placeholder holds for: of most. */
        private final SessionRights common;

        RoleRules(List<Rule> rules) {
            Map<Boolean, List<Rule>> parts =
                    rules.stream().collect(Collectors.partitioningBy(rule -> Placeholders.areIn(rule.uri())));
            this.shared = new RuleIndex(Objects.requireNonNull(parts.get(false)));
            this.templates = Objects.requireNonNull(parts.get(true));
            this.common = new SessionRights(shared, null, authorizers, calls);
        }

        SessionRights of(SessionDetails session) {
            if (templates.isEmpty()) {
                return common;
            }
            List<Rule> own = templates.stream()
                    .flatMap(rule ->
                            Optional.ofNullable(Placeholders.resolve(rule.uri(), session)).map(rule::at).stream())
                    .toList();
            return own.isEmpty() ? common : new SessionRights(shared, new RuleIndex(own), authorizers, calls);
        }
    }

    /**
     * The rights of these roles.
     *
     * @param call calls procedures that decide
     * @param millis a clock that never goes back, for the age of decisions
     */
    public RealmRights(RealmRoles roles, ProcedureCall call, LongSupplier millis) {
        this.limits = roles.limits();
        this.authorizers = roles.roles().values().stream()
                .flatMap(List::stream)
                .flatMap(rule -> Optional.ofNullable(rule.authorizer()).stream())
                .collect(Collectors.toUnmodifiableSet());
        this.cache = new DecisionCache(roles.caching(), millis);
        this.calls = new AuthorizerCalls(call, roles.caching(), cache);
        roles.roles().forEach((role, written) -> rules.put(role, new RoleRules(written)));
    }

    @Override
    public Verdict permits(SessionDetails session, Action action, String uri, MatchPolicy match) {
        return permits(session, action, uri, match, Dict.EMPTY);
    }

    @Override
    public Verdict permits(SessionDetails session, Action action, String uri, MatchPolicy match, Dict options) {
        return forSession(session).permits(session, action, uri, match, options);
    }

    @Override
    public Permission known(SessionDetails session, Action action, String uri, MatchPolicy match) {
        return forSession(session).known(session, action, uri, match);
    }

    @Override
    public Authorizer forSession(SessionDetails session) {
        RoleRules role = rules.get(session.authrole());
        if (role == null) {
            return (asking, action, uri, match) -> Permission.DENIED;
        }
        return role.of(session);
    }

    @Override
    public boolean hasRole(String authrole) {
        return rules.containsKey(authrole);
    }

    @Override
    public Optional<RoleLimits> limits(String authrole) {
        return Optional.ofNullable(limits.get(authrole));
    }

    @Override
    public void forget(Predicate<Subject> which) {
        cache.forget(which);
    }

    /** How many decisions are kept. */
    int keptDecisions() {
        return cache.size();
    }
}
