package io.bailiwick.router.session;

/**
 * What one session may hold in a realm. What would exceed a limit is refused with {@link #EXCEEDED} and a sentence that
 * names the limit and its value.
 *
 * @param subscriptions the most subscriptions of a session
 * @param registrations the most registrations of a session
 * @param wildcards the most wildcard patterns of a session, subscriptions and registrations together
 * @param pendingCalls the most calls of a session that wait for their final answer
 * @param uriLength the most characters of a topic or procedure; a longer one is refused as an invalid URI
 */
public record Limits(int subscriptions, int registrations, int wildcards, int pendingCalls, int uriLength) {
    /** The error URI of a request that would exceed a limit. WAMP has none for it. */
    public static final String EXCEEDED = "bailiwick.error.limit_exceeded";

    /** For sessions that come over a network. */
    public static final Limits DEFAULT = new Limits(1_000, 500, 100, 1_000, 255);

    /** All limits must be positive. */
    public Limits {
        if (subscriptions < 1 || registrations < 1 || wildcards < 1 || pendingCalls < 1 || uriLength < 1) {
            throw new IllegalArgumentException("expected positive limits, but found one below 1");
        }
    }

    /** The sentence for what would be one too many. */
    public static String excess(int limit, String of) {
        return "expected at most " + limit + " " + of + " of a session, but found one more";
    }
}
