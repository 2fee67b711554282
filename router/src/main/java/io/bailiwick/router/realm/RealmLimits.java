package io.bailiwick.router.realm;

import io.bailiwick.router.session.RoleLimits.Traffic;

/**
 * What a realm takes. Who would be one session too many is refused with ABORT {@code bailiwick.error.limit_exceeded}.
 *
 * @param sessions the most sessions at a time
 * @param sessionsPerAuthid the most sessions of one authid at a time
 * @param traffic what may pass the link of each session, where its role says nothing else
 * @param queueBytes the most bytes that may wait for all sessions together, besides the first 64 KiB of each, which are not
 *     counted. When half of it is taken, every peer for whom more than those waits counts as slow; beyond it the link is cut
 *     whose queue would grow
 */
public record RealmLimits(int sessions, int sessionsPerAuthid, Traffic traffic, long queueBytes) {
    /** As many as there is room for: a listener bounds its connections. */
    public static final RealmLimits NONE = new RealmLimits(Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** All limits must be positive. */
    public RealmLimits {
        if (sessions < 1 || sessionsPerAuthid < 1 || queueBytes < 1) {
            throw new IllegalArgumentException("expected positive limits of a realm, but found one below 1");
        }
    }

    /** So many sessions, whatever passes their links. */
    public RealmLimits(int sessions, int sessionsPerAuthid) {
        this(sessions, sessionsPerAuthid, Traffic.UNLIMITED, Long.MAX_VALUE);
    }
}
