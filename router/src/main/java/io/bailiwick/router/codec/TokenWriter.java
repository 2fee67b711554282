package io.bailiwick.router.codec;

import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Payload;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
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
    private static final int FIRST_CAPACITY = 256;
    /** Of a long. */
    private static final int MOST_DIGITS = 19;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] buffer = new byte[FIRST_CAPACITY];
    private int length;
    /** The buffer of its own, while it writes into another. */
    private byte @Nullable [] own;
    /** The octets of a short text of ASCII, on their way to where they are written. */
    private final byte[] shortText = new byte[FIRST_CAPACITY];

    /** A writer of a payload. */
    static TokenWriter ofPayload(Format format) {
        return of(format, true);
    }

    /** A writer of messages, or else of payloads: in JSON it refuses texts that would be taken for binary there. */
    static TokenWriter of(Format format, boolean payload) {
        return switch (format) {
            case JSON -> new JsonWriter(payload);
            case MSGPACK -> new MsgPackWriter();
            case CBOR -> new CborWriter();
        };
    }

    /** Starts again with nothing, whatever was left over. */
    void begin() {
        length = 0;
    }

    /** As {@link #begin}, but writes into this array, behind so many octets that are there. */
    final void beginIn(byte[] array, int taken) {
        begin();
        own = buffer;
        buffer = array;
        length = taken;
    }

    /** Tells what was written in the array that was given. */
    final void giveTo(Codec.Room room) {
        room.take(buffer, length);
    }

    /** Lets go of the array that was given, and of the memory that one message alone has needed. */
    final void forget() {
        if (own != null) {
            buffer = own;
            own = null;
            length = 0;
        }
        if (buffer.length > CodecTools.KEPT) {
            buffer = new byte[FIRST_CAPACITY];
        }
    }

    /** The bytes of working memory that it has now. */
    final int kept() {
        return buffer.length;
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
        if (isShortAscii(text)) {
            text(shortText, 0, text.length());
        } else {
            byte[] utf8 = utf8(text);
            text(utf8, 0, utf8.length);
        }
    }

    /** A key. */
    final void key(String key) {
        if (isShortAscii(key)) {
            key(shortText, 0, key.length());
        } else {
            byte[] utf8 = utf8(key);
            key(utf8, 0, utf8.length);
        }
    }

    /** Whether a text is short and all of ASCII, as URIs are: its octets are in {@link #shortText} then. */
    private boolean isShortAscii(String text) {
        int characters = text.length();
        if (characters > shortText.length) {
            return false;
        }
        for (int i = 0; i < characters; i++) {
            char character = text.charAt(i);
            if (character >= 0x80) {
                return false;
            }
            shortText[i] = (byte) character;
        }
        return true;
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
        if (map.isEmpty()) {
            dict(0);
            end(TokenReader.Kind.DICT);
        } else {
            dict(map, 0);
        }
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
        int at = room(1);
        buffer[at] = (byte) octet;
    }

    /** The lowest 1, 2, 4 or 8 octets of a number, the highest of them first. */
    final void bigEndian(long number, int octets) {
        int at = room(octets);
        switch (octets) {
            case 1 -> buffer[at] = (byte) number;
            case 2 -> {
                buffer[at] = (byte) (number >> Byte.SIZE);
                buffer[at + 1] = (byte) number;
            }
            case 4 -> INT.set(buffer, at, (int) number);
            default -> LONG.set(buffer, at, number);
        }
    }

    /** The decimal digits of a number that is not negative. */
    final void digits(long number) {
        int digits = 1;
        for (long bound = 10; digits < MOST_DIGITS && number >= bound; bound *= 10) {
            digits++;
        }
        int first = room(digits);
        long rest = number;
        for (int at = first + digits - 1; at > first; at--) {
            long tenth = rest / 10;
            buffer[at] = (byte) ('0' + (rest - tenth * 10));
            rest = tenth;
        }
        buffer[first] = (byte) ('0' + rest);
    }

    final void octets(byte[] octets, int from, int to) {
        int at = room(to - from);
        System.arraycopy(octets, from, buffer, at, to - from);
    }

    /** The bytes of a payload, as they are. */
    final void octets(Payload payload) {
        int at = room(payload.length());
        payload.copyTo(buffer, at);
    }

    /** As many characters as octets. */
    final void ascii(String text) {
        int at = room(text.length());
        for (int i = 0; i < text.length(); i++) {
            buffer[at + i] = (byte) text.charAt(i);
        }
    }

    /** Makes room for so many octets behind what was written, and returns where it is. */
    private int room(int octets) {
        int at = length;
        if (octets > buffer.length - at) {
            buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, Math.addExact(at, octets)));
        }
        length = at + octets;
        return at;
    }

    /** A copy of what was written. */
    final byte[] written() {
        return Arrays.copyOf(buffer, length);
    }

    /** Writes what was written here behind what another writer has written. */
    final void copyTo(TokenWriter other) {
        other.octets(buffer, 0, length);
    }

    /** Writes to the stream what was written here, and starts again with nothing. */
    final void flushTo(OutputStream out) throws IOException {
        if (length > 0) {
            out.write(buffer, 0, length);
            length = 0;
        }
    }
}
