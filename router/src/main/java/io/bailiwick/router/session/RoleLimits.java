package io.bailiwick.router.session;

/**
 * What the sessions of one role may hold and send.
 *
 * @param each what each of them may hold in the realm
 * @param sessions how many of them there may be in the realm at a time
 * @param traffic what each of them may send
 */
public record RoleLimits(Limits each, int sessions, Traffic traffic) {
    /** No number. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** At least one session. */
    public RoleLimits {
        if (sessions < 1) {
            throw new IllegalArgumentException("expected at least 1 session of a role, but found " + sessions);
        }
    }

    /**
     * What a session may send over a network from its WELCOME on. A message that is too large ends the session. One that comes
     * too soon is taken all the same, but the next is not read until its time has come: the peer waits, and nothing is lost.
     *
     * @param messageBytes the most bytes of a message, where that is less than its listener takes
     * @param messagesPerSecond how many messages may come in a second, in the long run
     * @param burst how many may come at once after a rest
     */
    public record Traffic(int messageBytes, int messagesPerSecond, int burst) {
        /** As much as the listener takes, as fast as the realm works. */
        public static final Traffic UNLIMITED =
                new Traffic(RoleLimits.UNLIMITED, RoleLimits.UNLIMITED, RoleLimits.UNLIMITED);

        /** All must be positive. */
        public Traffic {
            if (messageBytes < 1 || messagesPerSecond < 1 || burst < 1) {
                throw new IllegalArgumentException("expected positive limits of traffic, but found one below 1");
            }
        }

        /** Whether messages are counted at all. */
        public boolean hasRate() {
            return messagesPerSecond != RoleLimits.UNLIMITED;
        }
    }
}
