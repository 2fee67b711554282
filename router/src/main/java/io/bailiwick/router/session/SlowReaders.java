package io.bailiwick.router.session;

/**
 * What becomes of a session whose peer does not read what is sent to it. Below the hard bound of its link nothing but
 * events is ever held back from it; above that bound the link is cut, whatever is chosen here.
 *
 * @param policy what is done
 * @param millis how long a peer may be behind before {@link Policy#DISCONNECT} ends its session; it is looked at once in
 *     that time, so the end comes before twice of it has passed
 */
public record SlowReaders(Policy policy, long millis) {
    /** The name of the detail that tells, in the next EVENT, how many before it were dropped for this session. */
    public static final String DROPPED = "x_dropped";

    /** Events are dropped. */
    public static final SlowReaders DROP_EVENTS = new SlowReaders(Policy.DROP_EVENTS, 0);
    /** Ten seconds. */
    public static final SlowReaders DEFAULT = disconnectAfter(10_000);

    /** What is done. */
    public enum Policy {
        /**
         * While more waits for the peer than the mark of its link, its events are dropped and counted. The first that it gets
         * again tells how many are missing.
         */
        DROP_EVENTS,
        /** Whoever stays above the mark too long is sent GOODBYE {@code wamp.close.slow_consumer}; no event is dropped. */
        DISCONNECT
    }

    /** No negative time. */
    public SlowReaders {
        if (millis < 0) {
            throw new IllegalArgumentException("expected 0 or more milliseconds, but found " + millis);
        }
    }

    /** Sessions end whose peers stay behind for some time. */
    public static SlowReaders disconnectAfter(long millis) {
        return new SlowReaders(Policy.DISCONNECT, millis);
    }

    /** Whether events are dropped. */
    public boolean dropsEvents() {
        return policy == Policy.DROP_EVENTS;
    }
}
