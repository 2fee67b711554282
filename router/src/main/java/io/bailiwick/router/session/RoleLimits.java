package io.bailiwick.router.session;

/**
 * What the sessions of one role may hold and send.
 *
 * @param each what each of them may hold in the realm
 * @param sessions how many of them there may be in the realm at a time
 * @param traffic what may pass the link of each of them
 * @param awaited whether publishers wait for them: while one of them is behind, what would reach it is published later, and who
 *     publishes it is not read from for so long. One that stays behind too long is ended as any other slow reader
 */
public record RoleLimits(Limits each, int sessions, Traffic traffic, boolean awaited) {
    /** No number. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** No limits but the default ones; publishers wait for them. */
    public static final RoleLimits AWAITED = new RoleLimits(Limits.DEFAULT, UNLIMITED, Traffic.UNLIMITED, true);

    /** What nobody waits for. */
    public RoleLimits(Limits each, int sessions, Traffic traffic) {
        this(each, sessions, traffic, false);
    }

    /** At least one session. */
    public RoleLimits {
        if (sessions < 1) {
            throw new IllegalArgumentException("expected at least 1 session of a role, but found " + sessions);
        }
    }

    /**
     * What may pass the link of a session from its WELCOME on. A message that is too large ends the session with ABORT
     * {@code wamp.error.payload_size_exceeded}. One that comes too soon is taken all the same, but the next is not read until its
     * time has come: the peer waits, and nothing is lost.
     *
     * @param messageBytes the most bytes of a message from the network, where that is less than its listener takes
     * @param messagesPerSecond how many messages may come in a second, in the long run; also from within the process
     * @param burst how many may come at once after a rest
     * @param queueBytes the most bytes that may wait to be sent to it, where that is less than its listener lets wait: beyond it
     *     the link is cut. The mark above which it counts as slow falls in proportion
     */
    public record Traffic(int messageBytes, int messagesPerSecond, int burst, int queueBytes) {
        /** As much as the listener takes, as fast as the realm works. */
        public static final Traffic UNLIMITED =
                new Traffic(RoleLimits.UNLIMITED, RoleLimits.UNLIMITED, RoleLimits.UNLIMITED, RoleLimits.UNLIMITED);

        /** All must be positive. */
        public Traffic {
            if (messageBytes < 1 || messagesPerSecond < 1 || burst < 1 || queueBytes < 1) {
                throw new IllegalArgumentException("expected positive limits of traffic, but found one below 1");
            }
        }

        /** This with messages of at most so many bytes. */
        public Traffic withMessageBytes(int bytes) {
            return new Traffic(bytes, messagesPerSecond, burst, queueBytes);
        }

        /** This at another rate. */
        public Traffic withRate(int perSecond, int atOnce) {
            return new Traffic(messageBytes, perSecond, atOnce, queueBytes);
        }

        /** This with at most so many bytes waiting. */
        public Traffic withQueueBytes(int bytes) {
            return new Traffic(messageBytes, messagesPerSecond, burst, bytes);
        }

        /** Whether messages are counted at all. */
        public boolean hasRate() {
            return messagesPerSecond != RoleLimits.UNLIMITED;
        }
    }
}
