package io.bailiwick.router.message;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The one payload there is: a slice of a buffer. */
final class BytesPayload implements Payload {
    /** So many bytes are held in vain rather than copied; beyond them, a quarter of the payload. */
    private static final int SLACK = 256;

    private final Format format;
    private final ByteBuffer bytes;
    private final int elements;
    private final boolean owned;
    private final int held;

    BytesPayload(Format format, ByteBuffer bytes, int elements, boolean owned, int held) {
        this.format = format;
        this.bytes = bytes.slice();
        this.elements = elements;
        this.owned = owned;
        this.held = held;
    }

    @Override
    public Format format() {
        return format;
    }

    @Override
    public int elements() {
        return elements;
    }

    @Override
    public int length() {
        return bytes.remaining();
    }

    @Override
    public void copyTo(OutputStream out) throws IOException {
        if (bytes.hasArray()) {
            out.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
        } else {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(0, copy);
            out.write(copy);
        }
    }

    @Override
    public ByteBuffer bytes() {
        return bytes.asReadOnlyBuffer();
    }

    @Override
    public Payload keep() {
        return owned ? this : copy();
    }

    /** The array may be longer than the message: a batch is one array. */
    @Override
    public Payload compact() {
        int length = bytes.remaining();
        boolean fits = bytes.hasArray() && bytes.array().length - length <= Math.max(SLACK, length / 4);
        return owned && fits ? this : copy();
    }

    private Payload copy() {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(0, copy);
        return new BytesPayload(format, ByteBuffer.wrap(copy), elements, true, copy.length);
    }

    @Override
    public int held() {
        return held;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Payload that
                && elements == that.elements()
                && (elements == 0 || format == that.format())
                && bytes.equals(that.bytes());
    }

    @Override
    public int hashCode() {
        return 31 * bytes.hashCode() + elements;
    }

    @Override
    public String toString() {
        return elements == 0 ? "no payload" : format.id() + " payload, " + length() + " bytes";
    }
}
