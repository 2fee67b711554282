package io.bailiwick.router.codec;

import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads bytes of one format token by token. A token is a scalar value or the head of a list or a dictionary. The bytes are
 * not trusted: every read is checked for its form, its length, UTF-8, depth and number of items, and a fault is a
 * {@link ProtocolViolation}.
 *
 * <p>All who walk through values do it in the same way:
 *
 * <pre>
 * Kind kind = tokens.next();
 * int size = tokens.size;                                   // before anything else is read
 * for (int i = 0; tokens.more(kind, size, i); i++) {        // LIST and DICT only
 *     tokens.key();                                         // DICT only
 *     walk();                                               // the value
 * }
 * </pre>
 *
 * <p>What the last token holds is found in the fields that belong to its kind, until the next read. Who reads many payloads of
 * one kind, and knows what is in them, reads them with this, too, and makes no maps of them: {@link #ofPayload}.
 */
public abstract class TokenReader {
    /** What a token is. */
    public enum Kind {
        NULL("null"),
        BOOLEAN("a boolean"),
        /** An integer of at most 63 bits and a sign. */
        INTEGER("an integer"),
        /** Any other integer. */
        BIG_INTEGER("an integer of more than 64 bits"),
        FLOAT("a float"),
        TEXT("a string"),
        BINARY("binary"),
        LIST("a list"),
        DICT("a dictionary");

        /** This kind in an error text. */
        final String words;

        Kind(String words) {
            this.words = words;
        }

        /** This kind in an error text, with its article. */
        public String words() {
            return words;
        }
    }

    /** The size of a list or a dictionary that ends with a mark instead of announcing its size. */
    static final int UNKNOWN_SIZE = -1;

    /** Integers are smaller than this, in either direction. */
    static final BigInteger INTEGER_BOUND = BigInteger.TEN.pow(RawCheck.MAX_DIGITS);

    /** Eight octets at a time, the first of them lowest. */
    static final VarHandle EIGHT_OCTETS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** Octets of ASCII have none of these. */
    static final long EIGHT_HIGH_BITS = 0x8080808080808080L;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] NOTHING = {};

    byte[] bytes = NOTHING;
    int start;
    int end;
    int position;

    /** BOOLEAN: the value. */
    boolean flag;
    /** INTEGER: the value. */
    long integer;
    /** BIG_INTEGER: the value. */
    BigInteger bigInteger = BigInteger.ZERO;
    /** LIST and DICT: how many elements or entries follow, or {@link #UNKNOWN_SIZE}. */
    int size;

    private int depth;
    private int items;

    // TEXT and BINARY: the content; when it is not settled, the range holds its encoded form (escapes, chunks).
    private byte[] content = NOTHING;
    private int contentFrom;
    private int contentTo;
    private boolean settled;

    /** Readers are those of the formats. */
    TokenReader() {}

    /** A reader of messages, or else of payloads: in JSON it takes texts of U+0000 and base64 for binary there. */
    static TokenReader of(Format format, boolean payload) {
        return switch (format) {
            case JSON -> new JsonReader(payload);
            case MSGPACK -> new MsgPackReader();
            case CBOR -> new CborReader();
        };
    }

    /** A reader of one message. */
    static TokenReader of(Format format, byte[] bytes, int from, int to) {
        TokenReader reader = of(format, false);
        reader.begin(bytes, from, to);
        return reader;
    }

    /** A reader of one payload, at its positional arguments. */
    public static TokenReader ofPayload(Payload payload) {
        byte[] bytes = new byte[payload.length()];
        payload.copyTo(bytes, 0);
        TokenReader reader = of(payload.format(), true);
        reader.begin(bytes, 0, bytes.length);
        return reader;
    }

    /** Sets this reader to other bytes, whatever became of those before. */
    final void begin(byte[] newBytes, int from, int to) {
        bytes = newBytes;
        start = from;
        end = to;
        moveTo(from);
        contentAt(from, from, true);
    }

    /** Lets go of the bytes and of all that was read from them. */
    final void forget() {
        begin(NOTHING, 0, 0);
        bigInteger = BigInteger.ZERO;
    }

    // ---- what each format knows

    /** Reads a token of any kind, as it stands. */
    abstract Kind read();

    /** Reads a token that is a value, not a key. */
    Kind readValue() {
        return read();
    }

    /** Whether a list or dictionary of {@link #UNKNOWN_SIZE} goes on after so many elements; if not, reads its end mark. */
    abstract boolean hasMore(Kind container, int read);

    /** The value of a FLOAT. */
    abstract double real();

    /** The content of a TEXT or BINARY that is not stored in one piece, from its encoded form. */
    abstract byte[] decoded(int from, int to);

    /** Reads what stands between a key and its value. */
    void afterKey() {}

    /** Reads what stands between two values of a payload. */
    void separator() {}

    /** Passes over what may stand before a value and behind the last one. */
    void skipFiller() {}

    // ---- walking

    /** Reads the next value, or the head of it. */
    public final Kind next() {
        if (++items > RawCheck.MAX_ITEMS) {
            throw violation(position, "at most " + RawCheck.MAX_ITEMS + " values in all", "more");
        }
        Kind kind = readValue();
        if ((kind == Kind.LIST || kind == Kind.DICT) && ++depth > RawCheck.MAX_DEPTH) {
            throw violation(position, "at most " + RawCheck.MAX_DEPTH + " levels of nesting", "more");
        }
        return kind;
    }

    /**
     * Whether the list or dictionary has another element; if not, the reader has stepped out of it.
     *
     * @param container LIST or DICT
     * @param announced the {@link #size} that came with its head
     * @param read how many elements were read so far
     */
    public final boolean more(Kind container, int announced, int read) {
        if (announced == UNKNOWN_SIZE ? hasMore(container, read) : read < announced) {
            return true;
        }
        depth--;
        return false;
    }

    /** Reads the key of a dictionary entry: its text is the content until the next read. */
    public final void key() {
        int at = position;
        Kind kind = read();
        if (kind != Kind.TEXT) {
            throw violation(at, "a string as key", kind.words);
        }
        afterKey();
    }

    /** Goes to the start of a value and forgets what was read before. */
    final void moveTo(int valueStart) {
        position = valueStart;
        depth = 0;
        items = 0;
    }

    /** Checks that nothing follows. */
    final void finish() {
        skipFiller();
        if (position != end) {
            throw violation(position, "the end of the message", (end - position) + " bytes more");
        }
    }

    /** LIST and DICT: how many elements or entries follow, to be handed to {@link #more}. */
    public final int size() {
        return size;
    }

    /** INTEGER: the value. */
    public final long integer() {
        return integer;
    }

    /** FLOAT, INTEGER or BIG_INTEGER: the value as near as a double comes to it. */
    public final double number(Kind kind) {
        return switch (kind) {
            case FLOAT -> real();
            case INTEGER -> integer;
            case BIG_INTEGER -> bigInteger.doubleValue();
            default -> throw new IllegalArgumentException("expected the kind of a number, but came " + kind.words);
        };
    }

    /** Passes over the rest of a value whose head has just been read. */
    public final void skip(Kind kind) {
        int announced = size;
        if (kind == Kind.LIST || kind == Kind.DICT) {
            for (int i = 0; more(kind, announced, i); i++) {
                if (kind == Kind.DICT) {
                    key();
                }
                skip(next());
            }
        }
    }

    /** The next value, whole, as the plain types that {@link Arguments} names. */
    final @Nullable Object value() {
        return value(next());
    }

    /** A value whose head has just been read, whole, as the plain types that {@link Arguments} names. */
    public final @Nullable Object value(Kind kind) {
        return switch (kind) {
            case NULL -> null;
            case BOOLEAN -> flag;
            case INTEGER -> integer;
            case BIG_INTEGER -> bigInteger;
            case FLOAT -> real();
            case TEXT -> text();
            case BINARY -> binary();
            case LIST -> list(size);
            case DICT -> dict(size);
        };
    }

    private List<@Nullable Object> list(int announced) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = 0; more(Kind.LIST, announced, i); i++) {
            list.add(value());
        }
        return list;
    }

    /** The entries of the dictionary whose head has just been read. */
    final Map<String, @Nullable Object> dict(int announced) {
        Map<String, @Nullable Object> dict = new LinkedHashMap<>();
        for (int i = 0; more(Kind.DICT, announced, i); i++) {
            key();
            String key = text();
            dict.put(key, value());
        }
        return dict;
    }

    // ---- the content of texts and binaries

    /** Remembers where the content of a TEXT or BINARY is. */
    final void contentAt(int from, int to, boolean inOnePiece) {
        content = bytes;
        contentFrom = from;
        contentTo = to;
        settled = inOnePiece;
    }

    /** Puts other content in the place of what was read. */
    final void replaceContent(byte[] replacement) {
        content = replacement;
        contentFrom = 0;
        contentTo = replacement.length;
        settled = true;
    }

    /** Makes sure that the content is there in one piece. */
    private void settle() {
        if (!settled) {
            replaceContent(decoded(contentFrom, contentTo));
        }
    }

    /** The value of a TEXT, or of a key. */
    public final String text() {
        settle();
        return new String(content, contentFrom, contentTo - contentFrom, StandardCharsets.UTF_8);
    }

    /** The value of a TEXT which is likely to come again. */
    final String text(KnownTexts known) {
        settle();
        return known.text(content, contentFrom, contentTo);
    }

    /** Where the content of a TEXT starts and, in the lower half, ends; -1 when it is not in one piece. */
    final long place() {
        return settled ? (long) contentFrom << Integer.SIZE | contentTo : -1;
    }

    /** The value of a BINARY. */
    final byte[] binary() {
        settle();
        return Arrays.copyOfRange(content, contentFrom, contentTo);
    }

    /** The text that starts at this position; the reader stays where it is. */
    final String textAt(int at) {
        int here = position;
        position = at;
        read();
        String text = text();
        position = here;
        return text;
    }

    /** A hash of the content, the one that {@link Arrays#hashCode(byte[])} has. */
    public final int contentHash() {
        settle();
        return RawCheck.hash(content, contentFrom, contentTo);
    }

    /** Whether the content is these octets. */
    public final boolean hasContent(byte[] octets) {
        settle();
        return Arrays.equals(octets, 0, octets.length, content, contentFrom, contentTo);
    }

    /** Writes a TEXT or BINARY without making an object of it. */
    final void copyContent(Kind kind, TokenWriter out) {
        settle();
        if (kind == Kind.TEXT) {
            out.text(content, contentFrom, contentTo);
        } else {
            out.binary(content, contentFrom, contentTo);
        }
    }

    /** Writes a key without making an object of it. */
    final void copyKey(TokenWriter out) {
        settle();
        out.key(content, contentFrom, contentTo);
    }

    // ---- bytes

    /** The next octet, 0 to 255. */
    final int octet(String expected) {
        if (position >= end) {
            throw violation(position, expected, "the end of the message");
        }
        return bytes[position++] & 0xff;
    }

    /** The next 1, 2, 4 or 8 octets as a big-endian number; one of eight octets may come out negative. */
    final long bigEndian(int octets) {
        int at = position;
        if (end - at < octets) {
            throw violation(at, octets + " octets of a number", "the end of the message");
        }
        position = at + octets;
        return bigEndian(bytes, at, octets);
    }

    /** As above, of octets that are there. */
    static long bigEndian(byte[] bytes, int at, int octets) {
        return switch (octets) {
            case 1 -> bytes[at] & 0xff;
            case 2 -> (bytes[at] & 0xffL) << Byte.SIZE | (bytes[at + 1] & 0xffL);
            case 4 -> (int) INT.get(bytes, at) & 0xffff_ffffL;
            default -> (long) LONG.get(bytes, at);
        };
    }

    /** Passes over the content of a text or binary of this length, seen as an unsigned number. */
    final Kind content(Kind kind, long length) {
        if (length < 0 || length > end - position) {
            throw violation(position, "at most " + (end - position) + " bytes of content", "a greater length");
        }
        int from = position;
        position += (int) length;
        if (kind == Kind.TEXT) {
            checkUtf8(from, position);
        }
        contentAt(from, position, true);
        return kind;
    }

    /** Takes the size of a list or dictionary, seen as an unsigned number. Each element takes at least a byte. */
    final Kind container(Kind kind, long announced) {
        int bytesPerElement = kind == Kind.DICT ? 2 : 1;
        if (announced < 0 || announced > (end - position) / bytesPerElement) {
            throw violation(position, "at most " + (end - position) + " bytes of elements", "a greater size");
        }
        size = (int) announced;
        return kind;
    }

    /** Takes an integer of any size; one of 64 bits or less is an INTEGER. */
    final Kind anyInteger(BigInteger value) {
        if (value.bitLength() < Long.SIZE) {
            integer = value.longValue();
            return Kind.INTEGER;
        }
        if (value.abs().compareTo(INTEGER_BOUND) >= 0) {
            throw tooManyDigits();
        }
        bigInteger = value;
        return Kind.BIG_INTEGER;
    }

    final ProtocolViolation tooManyDigits() {
        return violation(position, "a number of at most " + RawCheck.MAX_DIGITS + " digits", "a longer one");
    }

    /** Takes eight octets as an unsigned number. */
    final Kind unsigned(long number) {
        if (number >= 0) {
            integer = number;
            return Kind.INTEGER;
        }
        return anyInteger(new BigInteger(Long.toUnsignedString(number)));
    }

    /** Checks that this range is UTF-8. */
    final void checkUtf8(int from, int to) {
        int at = RawCheck.afterAscii(bytes, from, to);
        while (at < to) {
            do {
                at = afterSequence(at, to);
            } while (at < to && bytes[at] < 0);
            at = RawCheck.afterAscii(bytes, at, to);
        }
    }

    /**
     * Passes over one character that takes two to four octets of UTF-8. Overlong forms, surrogates, numbers above
     * U+10FFFF and cut sequences are violations (RFC 3629, section 4).
     *
     * @return the position behind it
     */
    final int afterSequence(int at, int to) {
        int first = bytes[at] & 0xff;
        int length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        boolean valid = first >= 0xc2 && first <= 0xf4 && to - at >= length;
        if (valid) {
            // The second octet alone tells overlong forms, surrogates and numbers that are too great.
            int second = bytes[at + 1] & 0xff;
            int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
            int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
            valid = second >= least && second <= most;
        }
        for (int i = 2; valid && i < length; i++) {
            valid = (bytes[at + i] & 0xc0) == 0x80;
        }
        if (!valid) {
            throw violation(at, "valid UTF-8", "octet " + hex(first));
        }
        return at + length;
    }

    static String hex(int octet) {
        return String.format("0x%02x", octet);
    }

    /** A fault at a position in the bytes. */
    final ProtocolViolation violation(int at, String expected, String found) {
        return new ProtocolViolation("message at byte " + (at - start), expected, found);
    }
}
