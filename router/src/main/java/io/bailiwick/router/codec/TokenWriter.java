package io.bailiwick.router.codec;

import io.bailiwick.router.message.Format;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes tokens of one format into memory, each in its shortest form. Lists and dictionaries announce their size and are
 * closed by {@link #end}.
 */
abstract class TokenWriter {
    private byte[] buffer = new byte[256];
    private int length;

    /** A writer of a message. */
    static TokenWriter of(Format format) {
        return create(format, false);
    }

    /** A writer of a payload: in JSON it refuses texts that would be taken for binary. */
    static TokenWriter ofPayload(Format format) {
        return create(format, true);
    }

    private static TokenWriter create(Format format, boolean payload) {
        return switch (format) {
            case JSON -> new JsonWriter(payload);
            case MSGPACK -> new MsgPackWriter();
            case CBOR -> new CborWriter();
        };
    }

    // ---- what each format knows

    abstract void nothing();

    abstract void truth(boolean value);

    abstract void integer(long value);

    /** An integer of any size. */
    abstract void bigInteger(BigInteger value);

    abstract void real(double value);

    /** A text, given in valid UTF-8. */
    abstract void text(byte[] utf8, int from, int to);

    abstract void binary(byte[] octets, int from, int to);

    /** Starts a list of so many elements. */
    abstract void list(int size);

    /** Starts a dictionary of so many entries. */
    abstract void dict(int size);

    /** Ends a list or a dictionary. */
    abstract void end(TokenReader.Kind container);

    /** A key, given in valid UTF-8. */
    abstract void key(byte[] utf8, int from, int to);

    /** Makes the writer ready for a value that is copied behind what was written. */
    void beforeCopy() {}

    // ---- values

    /** A text. */
    final void text(String text) {
        byte[] utf8 = utf8(text);
        text(utf8, 0, utf8.length);
    }

    /** A key. */
    final void key(String key) {
        byte[] utf8 = utf8(key);
        key(utf8, 0, utf8.length);
    }

    /** A plain value as {@link Arguments} names them, or an object that Jackson can make one of. */
    final void value(@Nullable Object value) {
        value(value, 0);
    }

    private void value(@Nullable Object value, int depth) {
        if (value == null) {
            nothing();
        } else if (value instanceof String text) {
            text(text);
        } else if (value instanceof Number number) {
            number(number);
        } else if (value instanceof Boolean flag) {
            truth(flag);
        } else if (value instanceof byte[] octets) {
            binary(octets, 0, octets.length);
        } else if (value instanceof Collection<?> collection) {
            list(collection, depth);
        } else if (value instanceof Map<?, ?> map) {
            dict(map, depth);
        } else {
            value(Payloads.plain(value), depth);
        }
    }

    private void list(Collection<?> collection, int depth) {
        checkDepth(depth);
        list(collection.size());
        for (Object element : collection) {
            value(element, depth + 1);
        }
        end(TokenReader.Kind.LIST);
    }

    /** A dictionary with text keys. */
    final void dict(Map<?, ?> map) {
        dict(map, 0);
    }

    private void dict(Map<?, ?> map, int depth) {
        checkDepth(depth);
        dict(map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String key)) {
                throw new UntranslatablePayloadException("expected a string as key, but found another");
            }
            key(key);
            value(entry.getValue(), depth + 1);
        }
        end(TokenReader.Kind.DICT);
    }

    /** What is written here stands inside a message, whose list is the first level. */
    private static void checkDepth(int depth) {
        if (depth + 2 > RawCheck.MAX_DEPTH) {
            throw new UntranslatablePayloadException(
                    "expected at most " + RawCheck.MAX_DEPTH + " levels of nesting, but found more");
        }
    }

    private void number(Number number) {
        if (number instanceof Double || number instanceof Float || number instanceof BigDecimal) {
            real(number.doubleValue());
        } else if (number instanceof BigInteger integer) {
            wholeNumber(integer);
        } else {
            integer(number.longValue());
        }
    }

    /** An integer of any size, as small as it can be written. */
    final void wholeNumber(BigInteger value) {
        if (value.bitLength() < Long.SIZE) {
            integer(value.longValue());
        } else if (value.abs().compareTo(TokenReader.INTEGER_BOUND) < 0) {
            bigInteger(value);
        } else {
            throw new UntranslatablePayloadException(
                    "expected an integer of at most " + RawCheck.MAX_DIGITS + " digits, but found a longer one");
        }
    }

    /** The text in UTF-8; what Java would replace by a question mark is refused. */
    private static byte[] utf8(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (Character.isSurrogate(unit)) {
                boolean pair = i + 1 < text.length() && Character.isSurrogatePair(unit, text.charAt(i + 1));
                if (!pair) {
                    throw new UntranslatablePayloadException(
                            "expected a text of whole characters, but found half a surrogate pair");
                }
                i++;
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // ---- bytes

    final void octet(int octet) {
        if (length == buffer.length) {
            grow(1);
        }
        buffer[length++] = (byte) octet;
    }

    /** The lowest so many octets of a number, the highest of them first. */
    final void bigEndian(long number, int octets) {
        for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
            octet((int) (number >> shift));
        }
    }

    final void octets(byte[] octets, int from, int to) {
        int more = to - from;
        if (more > buffer.length - length) {
            grow(more);
        }
        System.arraycopy(octets, from, buffer, length, more);
        length += more;
    }

    /** As many characters as octets. */
    final void ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            octet(text.charAt(i));
        }
    }

    private void grow(int more) {
        buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, Math.addExact(length, more)));
    }

    /** What was written. */
    final ByteBuffer bytes() {
        return ByteBuffer.wrap(buffer, 0, length);
    }

    /** Writes to the stream what was written here, and starts again with nothing. */
    final void flushTo(OutputStream out) throws IOException {
        out.write(buffer, 0, length);
        length = 0;
    }
}
