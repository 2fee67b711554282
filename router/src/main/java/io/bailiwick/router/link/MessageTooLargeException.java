package io.bailiwick.router.link;

/**
 * A message has more bytes than the peer takes; nothing of it was sent and the link is as before. A router answers a
 * CALL with {@code wamp.error.payload_size_exceeded} and drops an EVENT (WAMP, "Payload Size Limits").
 */
public final class MessageTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int limit;

    /**
     * A message over the limit.
     *
     * @param message the name of the message, for example {@code CALL}
     * @param limit the bytes of one message that the peer takes at most
     */
    public MessageTooLargeException(String message, int limit) {
        super(message + ": expected at most " + limit + " bytes, the most that the peer takes, but found more");
        this.limit = limit;
    }

    /** The bytes of one message that the peer takes at most. */
    public int limit() {
        return limit;
    }
}
