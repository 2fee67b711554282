package io.bailiwick.router.realm;

import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.RoleLimits;
import io.bailiwick.router.session.SessionDetails;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How many sessions of each authid and role there are, and whether one more fits. */
final class Population {
    private final RealmLimits limits;
    private final Map<String, Integer> byAuthid = new HashMap<>();
    private final Map<String, Integer> byRole = new HashMap<>();
    private int all;

    Population(RealmLimits limits) {
        this.limits = limits;
    }

    /** Why there is no room for a session more; null when there is. */
    @Nullable
    String excess(SessionDetails session, Authorizer roles) {
        if (all >= limits.sessions()) {
            return sentence(limits.sessions(), "in this realm");
        }
        if (byAuthid.getOrDefault(session.authid(), 0) >= limits.sessionsPerAuthid()) {
            return sentence(limits.sessionsPerAuthid(), "of one authid");
        }
        Optional<RoleLimits> role = roles.limits(session.authrole());
        if (role.isPresent() && byRole.getOrDefault(session.authrole(), 0) >= role.get().sessions()) {
            return sentence(role.get().sessions(), "of role " + session.authrole());
        }
        return null;
    }

    private static String sentence(int limit, String where) {
        return "expected at most " + limit + " sessions " + where + ", but found one more";
    }

    void add(SessionDetails session) {
        all++;
        byAuthid.merge(session.authid(), 1, Integer::sum);
        byRole.merge(session.authrole(), 1, Integer::sum);
    }

    void remove(SessionDetails session) {
        all--;
        byAuthid.computeIfPresent(session.authid(), (authid, count) -> count == 1 ? null : count - 1);
        byRole.computeIfPresent(session.authrole(), (role, count) -> count == 1 ? null : count - 1);
    }
}
