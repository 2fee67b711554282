package io.bailiwick.router.rights;

import io.bailiwick.router.rights.RealmRoles.Caching;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Authorizer.Subject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Decisions that may be used again: a bounded number, each for a bounded time. */
final class DecisionCache {
    private final int most;
    private final long maxAgeMillis;
    private final LongSupplier millis;
    private final Map<Key, Kept> kept;
    private long generation;

    DecisionCache(Caching caching, LongSupplier millis) {
        this.most = caching.entries();
        this.maxAgeMillis = caching.maxAgeMillis();
        this.millis = millis;
        this.kept = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Kept> eldest) {
                return size() > most;
            }
        };
    }

    /**
     * What a decision is about.
     *
     * @param session the one session that it holds for; 0 when it holds for all of the authid in the role
     */
    record Key(long session, String authid, String authrole, AuthorizerCalls.Question question, String authorizer) {}

    private record Kept(Permission permission, long since) {}

    @Nullable
    Permission find(Key key) {
        Kept found = kept.get(key);
        if (found == null) {
            return null;
        }
        if (millis.getAsLong() - found.since >= maxAgeMillis) {
            kept.remove(key);
            return null;
        }
        return found.permission;
    }

    /** Grows when something is forgotten: what was asked before that is not kept after it. */
    long generation() {
        return generation;
    }

    void keep(Key key, Permission permission, long asked) {
        if (asked == generation && most > 0) {
            kept.put(key, new Kept(permission, millis.getAsLong()));
        }
    }

    void forget(Predicate<Subject> which) {
        generation++;
        kept.keySet().removeIf(key -> which.test(new Subject(key.authid, key.authrole)));
    }

    int size() {
        return kept.size();
    }
}
