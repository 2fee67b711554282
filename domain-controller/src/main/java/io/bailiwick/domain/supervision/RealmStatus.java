package io.bailiwick.domain.supervision;

import io.bailiwick.router.child.Lifecycle;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How it stands with the controller of a realm.
 *
 * @param oid the object id of the realm's row
 * @param name the name of the realm
 * @param state {@code wanted}, {@code starting}, {@code ready}, {@code waiting}, {@code stopping}, {@code stopped}, {@code idle}
 *     or {@code failed}
 * @param reason why it failed last, one line for an operator; since it was ready, what is wrong with it by its own account, a
 *     full disk for one; null when nothing is
 * @param pid the process, or null when none runs
 * @param restarts how often it was started again since the domain has started
 * @param since when it came into this state
 * @param lastReason why it failed last since the domain has started, though it may be ready again; null when it has not
 * @param lastFailed when that was; null when it has not
 */
public record RealmStatus(
        UUID oid,
        String name,
        String state,
        @Nullable String reason,
        @Nullable Long pid,
        int restarts,
        Instant since,
        @Nullable String lastReason,
        @Nullable Instant lastFailed) {

    /** Why a controller failed, and when, as people read it: that was so whatever becomes of the clock. */
    record Failure(@Nullable String reason, Instant when) {}

    /** This with another time of its beginning. */
    RealmStatus since(Instant moment) {
        return new RealmStatus(oid, name, state, reason, pid, restarts, moment, lastReason, lastFailed);
    }

    static RealmStatus of(
            WantedRealm realm,
            Lifecycle.State state,
            @Nullable Long pid,
            @Nullable String trouble,
            @Nullable Failure last) {
        return new RealmStatus(
                realm.oid(),
                realm.name(),
                state.phase().name().toLowerCase(Locale.ROOT),
                state.reason() == null ? trouble : state.reason(),
                pid,
                Math.max(0, state.launches() - 1),
                state.since(),
                last == null ? null : last.reason(),
                last == null ? null : last.when());
    }
}
