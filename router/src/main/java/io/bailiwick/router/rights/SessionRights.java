package io.bailiwick.router.rights;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.SessionDetails;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rights of one session: the rules of its role, and those of them that name it by a placeholder.
 *
 * <p>A pattern (SUBSCRIBE or REGISTER with match prefix or wildcard) stands for every URI that it may match. It is allowed
 * only if the rule that covers the pattern allows it and no rule for any URI below the pattern denies it or leaves it to
 * another authorizer. A procedure that decides can be registered only under its own name, where a rule names it outright:
 * otherwise a stranger could decide while its owner is away.
 */
final class SessionRights implements Authorizer {
    private final RuleIndex shared;
    private final @Nullable RuleIndex own;
    private final Set<String> authorizers;
    private final AuthorizerCalls calls;

    /**
     * The rights of a session.
     *
     * @param shared the rules without placeholders
     * @param own the rules with placeholders, as they are for this session; null where there are none
     * @param authorizers the procedures that decide in this realm
     */
    SessionRights(RuleIndex shared, @Nullable RuleIndex own, Set<String> authorizers, AuthorizerCalls calls) {
        this.shared = shared;
        this.own = own;
        this.authorizers = authorizers;
        this.calls = calls;
    }

    @Override
    public Verdict permits(SessionDetails session, Action action, String uri, MatchPolicy match) {
        return permits(session, action, uri, match, Dict.EMPTY);
    }

    @Override
    public Verdict permits(SessionDetails session, Action action, String uri, MatchPolicy match, Dict options) {
        Grant grant = grant(action, uri, match);
        if (grant == null) {
            return Permission.DENIED;
        }
        return grant.rule().authorizer() == null
                ? grant.permission()
                : calls.decide(session, grant, new AuthorizerCalls.Question(action, uri, match), options);
    }

    @Override
    public Permission known(SessionDetails session, Action action, String uri, MatchPolicy match) {
        Grant grant = grant(action, uri, match);
        if (grant == null) {
            return Permission.DENIED;
        }
        Permission permission = grant.rule().authorizer() == null
                ? grant.permission()
                : calls.known(session, grant, new AuthorizerCalls.Question(action, uri, match));
        return permission == null ? Permission.DENIED : permission;
    }

    @Override
    public @Nullable Permission settled(SessionDetails session, Action action, String uri, MatchPolicy match) {
        Grant grant = grant(action, uri, match);
        if (grant == null) {
            return Permission.DENIED;
        }
        return grant.rule().authorizer() == null ? grant.permission() : null;
    }

    /** The rule that allows an action, or lets somebody else decide on it; null when it is not allowed. */
    private @Nullable Grant grant(Action action, String uri, MatchPolicy match) {
        Grant grant = responsible(match, uri);
        if (grant == null || !grant.allows(action)) {
            return null;
        }
        if (match != MatchPolicy.EXACT && isObstructed(grant, action, match, uri)) {
            return null;
        }
        boolean taken = action == Action.REGISTER && !authorizers.isEmpty() && takesAuthorizer(grant, match, uri);
        return taken ? null : grant;
    }

    /** Of two rules that are equally specific the one that needs no placeholder counts. */
    private @Nullable Grant responsible(MatchPolicy match, String uri) {
        Grant common = shared.responsible(match, uri);
        Grant personal = own == null ? null : own.responsible(match, uri);
        if (common == null || personal == null) {
            return common == null ? personal : common;
        }
        return personal.isMoreSpecificThan(common) ? personal : common;
    }

    private boolean isObstructed(Grant grant, Action action, MatchPolicy match, String pattern) {
        return shared.obstructs(grant, action, match, pattern)
                || (own != null && own.obstructs(grant, action, match, pattern));
    }

    private boolean takesAuthorizer(Grant grant, MatchPolicy match, String uri) {
        if (match == MatchPolicy.EXACT) {
            return authorizers.contains(uri) && grant.rule().match() != MatchPolicy.EXACT;
        }
        return authorizers.stream().anyMatch(name -> Patterns.overlap(match, uri, MatchPolicy.EXACT, name));
    }
}
