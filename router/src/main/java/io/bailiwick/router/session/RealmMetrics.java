package io.bailiwick.router.session;

/**
 * Counts what happens in a realm. Called on the realm's thread, and where a link itself refuses something on that of the link:
 * safe on any thread. An implementation counts and returns. Each method stands for one counter that only grows.
 */
public interface RealmMetrics {
    /** Counts nothing. */
    RealmMetrics NONE = new RealmMetrics() {};

    /** A session has joined. */
    default void joined() {}

    /** A session has left, whoever ended it. */
    default void left() {}

    /**
     * A request was answered with ERROR by the router itself, a session was not let in, or it was ended for a message that was
     * too large.
     *
     * @param error the URI: one of a fixed number that this router uses, {@link Limits#EXCEEDED} for every limit but that of the
     *     size of a message, which is {@code wamp.error.payload_size_exceeded}
     */
    default void refused(String error) {}

    /** A session was ended because it broke the protocol. */
    default void violated() {}

    /** An EVENT was dropped for one subscriber that did not read. */
    default void eventDropped() {}

    /** A session has fallen behind: more waits for its peer than the mark of its link. */
    default void fellBehind() {}

    /** A session was ended because its peer did not read. */
    default void slowReaderEnded() {}

    /** A link was cut because more was to wait for its peer than may. */
    default void readerCutOff() {}

    /** A peer is not read from for a while because it has sent more than its rate. */
    default void throttled() {}

    /** A request waits for somebody else's decision. */
    default void decisionAwaited() {}

    /** A decision did not come, or not in time. */
    default void decisionFailed() {}
}
