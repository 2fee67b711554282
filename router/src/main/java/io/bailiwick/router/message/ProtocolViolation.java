package io.bailiwick.router.message;

/**
 * A peer broke the protocol: its session is ended with ABORT {@code wamp.error.protocol_violation}, or
 * {@code wamp.error.payload_size_exceeded} where it sent more than it may.
 *
 * <p>The text names the place (message type, position, key), what was expected there and what came, and is safe to show
 * to the peer: it never repeats more than a few characters of what the peer sent.
 */
public final class ProtocolViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /** A violation described in one sentence. */
    public ProtocolViolation(String message) {
        this(Uris.PROTOCOL_VIOLATION, message);
    }

    private ProtocolViolation(String reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /**
     * A violation at a place.
     *
     * @param place message type and position, for example {@code CALL[2].timeout}
     * @param expected what the protocol asks for, for example {@code an integer}
     * @param found what came instead, for example {@code a string}
     */
    public ProtocolViolation(String place, String expected, String found) {
        this(sentence(place, expected, found));
    }

    /**
     * A message that is too large.
     *
     * @param place the transport's name for it
     * @param limit the most bytes that it may have
     * @param found what came instead
     */
    public static ProtocolViolation tooLarge(String place, int limit, String found) {
        String text = sentence(place, "at most " + limit + " bytes", found);
        return new ProtocolViolation(Uris.PAYLOAD_SIZE_EXCEEDED, text);
    }

    private static String sentence(String place, String expected, String found) {
        return place + ": expected " + expected + ", but found " + found;
    }

    /** The URI of the ABORT. */
    public String reason() {
        return reason;
    }
}
