package io.bailiwick.router.rights;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.rights.RealmRoles.Caching;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Disclosure;
import io.bailiwick.router.session.Authorizer.Pending;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Authorizer.Verdict;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.SessionDetails;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Asks the procedures that decide, as Crossbar.io asks its dynamic authorizers: with the details of the session, the URI, the
 * action in lower-case letters and the options of the request. The answer is a boolean, or a dictionary: {@code allow}, a
 * boolean; {@code disclose}, whether the session is made known, if the rule does not forbid it; {@code cache}, whether the
 * answer may be kept. What is kept answers for the URI and match of the request whatever its other options are.
 */
final class AuthorizerCalls {
    private final ProcedureCall call;
    private final Caching caching;
    private final DecisionCache cache;

    AuthorizerCalls(ProcedureCall call, Caching caching, DecisionCache cache) {
        this.call = call;
        this.caching = caching;
        this.cache = cache;
    }

    /** What is asked. */
    record Question(Action action, String uri, MatchPolicy match) {}

    /** The decision, if it is known; else it is asked for. */
    Verdict decide(SessionDetails session, Grant grant, Question question, Dict options) {
        DecisionCache.Key key = key(session, grant, question);
        Permission known = cache.find(key);
        if (known != null) {
            return known;
        }
        long generation = cache.generation();
        CompletionStage<Permission> decision = call.call(key.authorizer(), arguments(session, question, options))
                .thenApply(answer -> read(answer, grant, key, generation));
        return new Pending(decision);
    }

    /** The decision, if it is known. */
    @Nullable
    Permission known(SessionDetails session, Grant grant, Question question) {
        return cache.find(key(session, grant, question));
    }

    private DecisionCache.Key key(SessionDetails session, Grant grant, Question question) {
        long asker = caching.by() == Caching.By.SESSION ? session.session() : 0;
        String authorizer = Objects.requireNonNull(grant.rule().authorizer());
        return new DecisionCache.Key(asker, session.authid(), session.authrole(), question, authorizer);
    }

    private static Values arguments(SessionDetails session, Question question, Dict options) {
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("session", session.session());
        details.put("authid", session.authid());
        details.put("authrole", session.authrole());
        details.put("authmethod", session.authmethod());
        details.put("authprovider", session.authprovider());
        details.put("authextra", session.authextra().entries());
        if (!session.transport().isEmpty()) {
            details.put("transport", session.transport().entries());
        }
        Map<String, @Nullable Object> given = new LinkedHashMap<>(options.entries());
        if (question.action() == Action.SUBSCRIBE || question.action() == Action.REGISTER) {
            given.put("match", question.match().id());
        }
        String action = question.action().name().toLowerCase(Locale.ROOT);
        return new Values(List.of(details, question.uri(), action, given), Map.of());
    }

    private Permission read(Values answer, Grant grant, DecisionCache.Key key, long generation) {
        Object first = answer.list().isEmpty() ? answer.map() : answer.list().get(0);
        if (first instanceof Boolean allowed) {
            return allowed ? grant.permission() : Permission.DENIED;
        }
        if (!(first instanceof Map<?, ?> map)) {
            throw wrong("a boolean or a dictionary", first);
        }
        Boolean allowed = flag(map, "allow");
        if (allowed == null) {
            throw wrong("a boolean as allow", null);
        }
        Permission permission = allowed ? permission(grant, flag(map, "disclose")) : Permission.DENIED;
        if (Boolean.TRUE.equals(flag(map, "cache")) && grant.rule().cache()) {
            cache.keep(key, permission, generation);
        }
        return permission;
    }

    /** What the rule forbids stays forbidden. */
    private static Permission permission(Grant grant, @Nullable Boolean disclose) {
        Permission ruled = grant.permission();
        if (disclose == null || ruled.disclosure() == Disclosure.FORBIDDEN) {
            return ruled;
        }
        return new Permission(true, disclose ? Disclosure.ALWAYS : Disclosure.ON_REQUEST, ruled.trustlevel());
    }

    private static @Nullable Boolean flag(Map<?, ?> map, String key) {
        Object value = map.get(key);
        if (value == null || value instanceof Boolean) {
            return (Boolean) value;
        }
        throw wrong("a boolean as " + key, value);
    }

    private static IllegalStateException wrong(String expected, @Nullable Object found) {
        return new IllegalStateException(
                "expected " + expected + " from the authorizer, but found " + Dict.kind(found));
    }
}
