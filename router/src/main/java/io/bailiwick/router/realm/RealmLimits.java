package io.bailiwick.router.realm;

/**
 * How many sessions a realm takes. Who would be one too many is refused with ABORT
 * {@code bailiwick.error.limit_exceeded}.
 *
 * @param sessions the most sessions at a time
 * @param sessionsPerAuthid the most sessions of one authid at a time
 */
public record RealmLimits(int sessions, int sessionsPerAuthid) {
    /** As many as there is room for: a listener bounds its connections. */
    public static final RealmLimits NONE = new RealmLimits(Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** All limits must be positive. */
    public RealmLimits {
        if (sessions < 1 || sessionsPerAuthid < 1) {
            throw new IllegalArgumentException("expected positive limits of a realm, but found one below 1");
        }
    }
}
