package io.bailiwick.router.audit;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which records are wanted. What is null makes no difference.
 *
 * @param mrealm the oid of a management realm that it is about
 * @param object the oid of what it was done to
 * @param actor the authid, oid or public key of who did it
 * @param action the URI, or its beginning when it ends with a dot
 * @param from when at the earliest, ISO 8601
 * @param until before when, likewise
 */
public record AuditQuery(
        @Nullable String mrealm,
        @Nullable String object,
        @Nullable String actor,
        @Nullable String action,
        @Nullable String from,
        @Nullable String until)
        implements Predicate<AuditRecord> {

    /** All of them. */
    public static final AuditQuery ALL = new AuditQuery(null, null, null, null, null, null);

    @Override
    public boolean test(AuditRecord found) {
        return (mrealm == null
                        || found.mrealms().contains(mrealm)
                        || found.objects().contains(mrealm))
                && (object == null || found.objects().contains(object))
                && (actor == null || isBy(found))
                && (action == null
                        || (action.endsWith(".")
                                ? found.action().startsWith(action)
                                : found.action().equals(action)))
                && (from == null || found.time().compareTo(from) >= 0)
                && (until == null || found.time().compareTo(until) < 0);
    }

    private boolean isBy(AuditRecord found) {
        String who = String.valueOf(actor);
        return who.equals(found.actor("authid"))
                || who.equals(found.actor("user_oid"))
                || who.equals(found.actor("pubkey"));
    }
}
