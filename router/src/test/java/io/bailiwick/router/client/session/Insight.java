package io.bailiwick.router.client.session;

/** Looks into a session, for tests. */
public final class Insight {
    private Insight() {}

    /** How many requests wait, in line or for the router. */
    public static int waiting(DirectSession session) {
        return session.waiting();
    }

    /** How many messages were ignored. */
    public static long ignored(DirectSession session) {
        return session.ignored();
    }
}
