package io.bailiwick.router.codec;

/**
 * A value has no form in the format that it should be written in. Nothing has been written when this is thrown.
 *
 * <p>These are all the cases:
 *
 * <ul>
 *   <li>a text that starts with U+0000 inside a JSON payload, where such a text means binary (WAMP, "Binary conversion of
 *       JSON Strings");
 *   <li>a float that is not a number or infinite, in JSON;
 *   <li>an integer below -2^63 or above 2^64-1, in MessagePack;
 *   <li>an integer of more than {@link RawCheck#MAX_DIGITS} decimal digits, in any format, because no peer of ours would
 *       read it;
 *   <li>a text with half a surrogate pair, which no format can hold;
 *   <li>lists and dictionaries nested more deeply than {@link RawCheck#MAX_DEPTH}, a dictionary key that is not a text,
 *       and an object of which Jackson cannot make plain values.
 * </ul>
 */
public final class UntranslatablePayloadException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** Says what cannot be written where. */
    public UntranslatablePayloadException(String message) {
        super(message);
    }

    /** As above, when another failure is the reason. */
    public UntranslatablePayloadException(String message, Throwable cause) {
        super(message, cause);
    }
}
