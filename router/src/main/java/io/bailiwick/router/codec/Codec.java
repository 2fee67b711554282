package io.bailiwick.router.codec;

import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Bytes to message and back, for one format. Stateless: one instance serves all connections on all threads.
 *
 * <p>Only the header of a message, all that stands before the arguments, is ever decoded or encoded; the arguments travel as
 * {@link io.bailiwick.router.message.Payload}.
 */
public interface Codec {

    /** The codec of a format. */
    static Codec of(Format format) {
        return new WireCodec(format);
    }

    /** The format. */
    Format format();

    /**
     * Reads one message. All bytes are checked first, with the same verdict in every format (see {@link RawCheck}); of JSON
     * that includes that all of them are UTF-8. The payload of the result is not decoded and is a <b>view</b> of the given
     * array: it is valid as long as the bytes are not changed, and {@code keep()} copies exactly the payload. Nothing else of
     * the result refers to the array. URIs that come again on a thread are the same string.
     *
     * <p>What peers write differently is made the same here: absent, null and empty arguments are no payload; keyword
     * arguments alone get an empty list in front; ids that come as floats are ids if they are whole; arguments of ABORT
     * and GOODBYE and the dictionary that Autobahn adds to UNSUBSCRIBE and UNREGISTER are ignored. A payload that is a single
     * text or binary value in the place of a list is read if the options or details have {@code enc_algo} (Autobahn's
     * opaque payload). URIs are read as any text: which are allowed is for the realm to say. In header dictionaries of
     * JSON a text that starts with U+0000 stays a text.
     *
     * @param bytes an array with the message in it
     * @param from where it starts
     * @param to where it ends, exclusive
     * @throws ProtocolViolation naming message, position, expected and found
     */
    Message read(byte[] bytes, int from, int to);

    /**
     * Reads one message as {@link #read(byte[], int, int)} does. The payload is a view of the buffer's array; of a buffer
     * without an accessible one (direct or read-only) it is a view of a copy.
     *
     * @param frame the bytes from position to limit; neither is moved
     */
    default Message read(ByteBuffer frame) {
        int length = frame.remaining();
        if (frame.hasArray()) {
            int from = frame.arrayOffset() + frame.position();
            return read(frame.array(), from, from + length);
        }
        byte[] bytes = new byte[length];
        frame.get(frame.position(), bytes);
        return read(bytes, 0, length);
    }

    /**
     * Writes one message in its shortest form: absent arguments are left out, ABORT and GOODBYE have none. A payload of this
     * format is copied as it is; one of another format is transcoded (who sends one payload to many should call {@link
     * Payloads#transcode} once per format before).
     *
     * @throws UntranslatablePayloadException if this format has no form for a value of the payload or of a dictionary;
     *     nothing has been written then
     * @throws IOException from the stream only
     */
    void write(Message message, OutputStream out) throws IOException;

    /**
     * Writes one message in the same form behind those that are in a room: at once where it is to be, and not copied there.
     *
     * @throws UntranslatablePayloadException as above; the room is as it was
     */
    void write(Message message, Room room);

    /**
     * An array in which messages are written behind one another. Who writes may put a longer one in its place that begins with
     * the same octets.
     */
    interface Room {
        /** The array. */
        byte[] array();

        /** How many octets of it are taken. */
        int taken();

        /** A message was written: this is the array now, and so many octets of it are taken. */
        void take(byte[] array, int octets);
    }
}
