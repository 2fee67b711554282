package io.bailiwick.router.codec;

import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Bytes to message and back, for one format. Stateless: one instance serves all connections on all threads. */
public interface Codec {

    /** The codec of a format. */
    static Codec of(Format format) {
        throw new UnsupportedOperationException(format.id());
    }

    /** The format. */
    Format format();

    /**
     * Reads one message. The bytes are checked first (see {@link RawCheck}); the payload of the result is a slice of the
     * given buffer, not a copy, and is not decoded.
     *
     * @param frame the bytes from position to limit; neither is moved
     * @throws ProtocolViolation naming message, position, expected and found
     */
    Message read(ByteBuffer frame);

    /**
     * Writes one message in its shortest form: absent arguments are left out. A payload of another format is transcoded.
     *
     * @throws IOException from the stream only
     */
    void write(Message message, OutputStream out) throws IOException;
}
