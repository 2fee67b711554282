package io.bailiwick.router.message;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * The arguments of a message as they came from the wire: a format and bytes, opaque to the router.
 *
 * <p>The bytes hold {@link #elements()} values one after the other: none, the positional arguments (a list), or the
 * positional and the keyword arguments (a list, then a dictionary). In JSON the two are separated by a comma, in
 * MessagePack and CBOR by nothing. A payload that holds one value which is not a list is Autobahn's opaque payload and is
 * passed on as it is. The whole of it has been checked for structure when the message was read, so that it can be copied
 * behind another header of the same format without being looked at.
 *
 * <p>Two payloads are equal when format, element count and bytes are equal.
 */
public interface Payload {

    /** No arguments at all, in any format. */
    @SuppressWarnings("ClassInitializationDeadlock") // BytesPayload is made here alone, so this type comes first
    Payload EMPTY = new BytesPayload(Format.JSON, new byte[0], 0, 0, 0, true);

    /** The format of the bytes. Without meaning when {@link #isEmpty()}. */
    Format format();

    /** How many values the bytes hold: 0, 1 (arguments) or 2 (arguments and keyword arguments). */
    int elements();

    /** The number of bytes. */
    int length();

    /** Writes the bytes to a stream. */
    void copyTo(OutputStream out) throws IOException;

    /** Writes the bytes into an array, the first of them to this index. */
    default void copyTo(byte[] target, int at) {
        bytes().get(target, at, length());
    }

    /** The bytes as a new read-only buffer positioned at the first of them; valid as long as this payload is. */
    ByteBuffer bytes();

    /**
     * A payload that stays valid after the message it was read from has been handled: a copy of exactly these bytes, so that
     * nothing else of the message stays in memory; this one, if it is its own owner already.
     */
    Payload keep();

    /** Whether there are no arguments. */
    default boolean isEmpty() {
        return elements() == 0;
    }

    /**
     * A payload over bytes that nobody changes any more, and that stay in memory with it.
     *
     * @param format the format of the bytes
     * @param bytes the bytes, from position to limit
     * @param elements how many values they hold, 1 or 2
     */
    static Payload owned(Format format, ByteBuffer bytes, int elements) {
        return BytesPayload.of(format, bytes, elements, true);
    }

    /** As above, over a whole array. */
    static Payload owned(Format format, byte[] bytes, int elements) {
        return new BytesPayload(format, bytes, 0, bytes.length, elements, true);
    }

    /** As {@link #owned}, but valid only while its message is being handled: {@link #keep()} copies the bytes. */
    static Payload view(Format format, ByteBuffer bytes, int elements) {
        return BytesPayload.of(format, bytes, elements, false);
    }

    /** As above, over the range of an array. */
    static Payload view(Format format, byte[] bytes, int from, int to, int elements) {
        return new BytesPayload(format, bytes, from, to, elements, false);
    }
}
