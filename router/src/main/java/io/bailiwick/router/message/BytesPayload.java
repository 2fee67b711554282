package io.bailiwick.router.message;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The one payload there is: a slice of a buffer. */
final class BytesPayload implements Payload {
    private final Format format;
    private final ByteBuffer bytes;
    private final int elements;
    private final boolean owned;

    BytesPayload(Format format, ByteBuffer bytes, int elements, boolean owned) {
        this.format = format;
        this.bytes = bytes.slice();
        this.elements = elements;
        this.owned = owned;
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
        if (owned) {
            return this;
        }
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(0, copy);
        return new BytesPayload(format, ByteBuffer.wrap(copy), elements, true);
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
