package io.bailiwick.router.message;

/**
 * A peer broke the protocol: its session is ended with ABORT {@code wamp.error.protocol_violation}.
 *
 * <p>The text names the place (message type, position, key), what was expected there and what came, and is safe to show
 * to the peer: it never repeats more than a few characters of what the peer sent.
 */
public final class ProtocolViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A violation described in one sentence. */
    public ProtocolViolation(String message) {
        super(message, null, false, false);
    }

    /**
     * A violation at a place.
     *
     * @param place message type and position, for example {@code CALL[2].timeout}
     * @param expected what the protocol asks for, for example {@code an integer}
     * @param found what came instead, for example {@code a string}
     */
    public ProtocolViolation(String place, String expected, String found) {
        this(place + ": expected " + expected + ", but found " + found);
    }
}
