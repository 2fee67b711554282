package io.bailiwick.router.message;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The one payload there is: a range of an array. */
final class BytesPayload implements Payload {
    private final Format format;
    private final byte[] bytes;
    private final int from;
    private final int length;
    private final int elements;
    private final boolean owned;

    BytesPayload(Format format, byte[] bytes, int from, int to, int elements, boolean owned) {
        Objects.checkFromToIndex(from, to, bytes.length);
        this.format = format;
        this.bytes = bytes;
        this.from = from;
        this.length = to - from;
        this.elements = elements;
        this.owned = owned;
    }

    /** Over a buffer from position to limit; one without an accessible array is copied. */
    static BytesPayload of(Format format, ByteBuffer buffer, int elements, boolean owned) {
        if (buffer.hasArray()) {
            int from = buffer.arrayOffset() + buffer.position();
            return new BytesPayload(format, buffer.array(), from, from + buffer.remaining(), elements, owned);
        }
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(buffer.position(), copy);
        return new BytesPayload(format, copy, 0, copy.length, elements, true);
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
        return length;
    }

    @Override
    public void copyTo(OutputStream out) throws IOException {
        out.write(bytes, from, length);
    }

    @Override
    public void copyTo(byte[] target, int at) {
        System.arraycopy(bytes, from, target, at, length);
    }

    @Override
    public ByteBuffer bytes() {
        return ByteBuffer.wrap(bytes, from, length).slice().asReadOnlyBuffer();
    }

    @Override
    public Payload keep() {
        return owned
                ? this
                : new BytesPayload(format, Arrays.copyOfRange(bytes, from, from + length), 0, length, elements, true);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Payload that
                && elements == that.elements()
                && (elements == 0 || format == that.format())
                && bytes().equals(that.bytes());
    }

    @Override
    public int hashCode() {
        return 31 * bytes().hashCode() + elements;
    }

    @Override
    public String toString() {
        return elements == 0 ? "no payload" : format.id() + " payload, " + length + " bytes";
    }
}
