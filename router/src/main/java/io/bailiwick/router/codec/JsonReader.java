package io.bailiwick.router.codec;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Tokens of JSON (RFC 8259) in UTF-8, without byte order mark. A number with a fraction or an exponent is a float and must
 * have a finite value as double. An escaped half of a surrogate pair is refused, as the other formats cannot hold it.
 */
final class JsonReader extends TokenReader {
    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
    private static final byte[] ESCAPED_NUL = {'\\', 'u', '0', '0', '0', '0'};
    /** Integers of so many digits always fit into a long. */
    private static final int SAFE_DIGITS = 18;

    private static final long EIGHT_ONES = 0x0101010101010101L;
    private static final long EIGHT_SPACES = EIGHT_ONES * ' ';
    private static final long EIGHT_QUOTES = EIGHT_ONES * '"';
    private static final long EIGHT_BACKSLASHES = EIGHT_ONES * '\\';

    private final boolean payload;
    /** Where the last text or number started. */
    private int textFrom;

    private int numberFrom;

    /**
     * A reader.
     *
     * @param payload whether texts of U+0000 and base64 are binary (WAMP, "Binary conversion of JSON Strings")
     */
    JsonReader(boolean payload) {
        this.payload = payload;
    }

    @Override
    Kind read() {
        int first = peek("a value");
        return switch (first) {
            case '"' -> text(position + 1);
            case '[' -> open(Kind.LIST);
            case '{' -> open(Kind.DICT);
            case 't' -> literal(TRUE, Kind.BOOLEAN);
            case 'f' -> literal(FALSE, Kind.BOOLEAN);
            case 'n' -> literal(NULL, Kind.NULL);
            case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> shortInteger() ? Kind.INTEGER : number();
            case '-' -> number();
            default -> throw violation(position, "a value", character(first));
        };
    }

    @Override
    Kind readValue() {
        Kind kind = read();
        return payload && kind == Kind.TEXT ? textOrBinary() : kind;
    }

    /** Tells binary from text; a text of U+0000 and something that is not base64 is a text. */
    private Kind textOrBinary() {
        int from = textFrom;
        int length = position - 1 - from;
        if (length < ESCAPED_NUL.length
                || !Arrays.equals(bytes, from, from + ESCAPED_NUL.length, ESCAPED_NUL, 0, ESCAPED_NUL.length)) {
            return Kind.TEXT;
        }
        byte[] base64 = binary();
        if (base64.length % 4 != 1) {
            return Kind.TEXT;
        }
        try {
            replaceContent(Base64.getDecoder().decode(Arrays.copyOfRange(base64, 1, base64.length)));
            return Kind.BINARY;
        } catch (IllegalArgumentException notBase64) {
            return Kind.TEXT;
        }
    }

    private Kind open(Kind container) {
        position++;
        size = UNKNOWN_SIZE;
        return container;
    }

    private Kind literal(byte[] word, Kind kind) {
        int to = position + word.length;
        if (to > end || !Arrays.equals(bytes, position, to, word, 0, word.length)) {
            throw violation(position, "a value", "an unknown word");
        }
        position = to;
        flag = word == TRUE;
        return kind;
    }

    // ---- texts

    private Kind text(int from) {
        boolean plain = true;
        int at = afterPlain(from);
        while (bytes[at] != '"') {
            if (bytes[at] == '\\') {
                plain = false;
                at = afterEscape(at);
            } else if (bytes[at] < 0) {
                do {
                    at = afterSequence(at, end);
                } while (at < end && bytes[at] < 0);
            } else {
                throw violation(at, "a character of a string", "octet " + hex(bytes[at]));
            }
            at = afterPlain(at);
        }
        position = at + 1;
        textFrom = from;
        contentAt(from, at, plain);
        return Kind.TEXT;
    }

    /** Passes over the characters of ASCII that stand for themselves, eight at a time as long as there are so many. */
    private int afterPlain(int from) {
        byte[] octets = bytes;
        int to = end;
        int at = from;
        for (; to - at >= Long.BYTES; at += Long.BYTES) {
            long special = notPlain((long) EIGHT_OCTETS.get(octets, at));
            if (special != 0) {
                return at + Long.numberOfTrailingZeros(special) / Byte.SIZE;
            }
        }
        for (; at < to; at++) {
            byte octet = octets[at];
            if (octet == '"' || octet == '\\' || octet < 0x20) {
                return at;
            }
        }
        throw violation(to, "the end of a string", "the end of the message");
    }

    /**
     * The high bits of the octets that do not stand for themselves: quotes, backslashes, controls, and those that are not
     * ASCII. The lowest is right; a subtraction that borrows may set others above it.
     */
    private static long notPlain(long eight) {
        long controls = eight - EIGHT_SPACES;
        long quotes = (eight ^ EIGHT_QUOTES) - EIGHT_ONES;
        long backslashes = (eight ^ EIGHT_BACKSLASHES) - EIGHT_ONES;
        return (controls | quotes | backslashes | eight) & EIGHT_HIGH_BITS;
    }

    /** Whether the eight octets that start here are ASCII that stands for itself. */
    static boolean arePlain(byte[] octets, int at) {
        return notPlain((long) EIGHT_OCTETS.get(octets, at)) == 0;
    }

    /** Passes over the escape, or the two of a surrogate pair, that start here. */
    private int afterEscape(int at) {
        if (at + 1 >= end || "\"\\/bfnrtu".indexOf(bytes[at + 1]) < 0) {
            throw violation(at, "an escape of JSON", "another one");
        }
        if (bytes[at + 1] != 'u') {
            return at + 2;
        }
        char unit = hexUnit(at);
        if (!Character.isSurrogate(unit)) {
            return at + 6;
        }
        boolean followed = at + 7 < end && bytes[at + 6] == '\\' && bytes[at + 7] == 'u';
        if (!followed || !Character.isSurrogatePair(unit, hexUnit(at + 6))) {
            throw violation(at, "a surrogate pair", "half of one");
        }
        return at + 12;
    }

    /** The UTF-16 unit of the escape that starts here. */
    private char hexUnit(int at) {
        int unit = 0;
        for (int i = at + 2; i < at + 6; i++) {
            int digit = i < end ? Character.digit(bytes[i], 16) : -1;
            if (digit < 0) {
                throw violation(at, "an escape of four hexadecimal digits", "another one");
            }
            unit = unit << 4 | digit;
        }
        return (char) unit;
    }

    @Override
    byte[] decoded(int from, int to) {
        byte[] plain = new byte[to - from];
        int length = 0;
        int at = from;
        while (at < to) {
            if (bytes[at] != '\\') {
                plain[length++] = bytes[at++];
            } else if (bytes[at + 1] == 'u') {
                int after = afterEscape(at);
                length += utf8(at, after, plain, length);
                at = after;
            } else {
                plain[length++] = (byte) "\"\\/\b\f\n\r\t".charAt("\"\\/bfnrt".indexOf(bytes[at + 1]));
                at += 2;
            }
        }
        return Arrays.copyOf(plain, length);
    }

    /** Writes the character of an escape, which is shorter in UTF-8, and returns how many octets it took. */
    private int utf8(int at, int after, byte[] target, int offset) {
        String character =
                after - at == 6 ? String.valueOf(hexUnit(at)) : new String(new char[] {hexUnit(at), hexUnit(at + 6)});
        byte[] octets = character.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(octets, 0, target, offset, octets.length);
        return octets.length;
    }

    // ---- numbers

    /** Reads an integer without a sign that fits into a long, as ids are; where something else stands, nothing. */
    private boolean shortInteger() {
        byte[] octets = bytes;
        int from = position;
        int to = Math.min(end, from + SAFE_DIGITS);
        int at = from;
        long value = 0;
        for (; at < to; at++) {
            int digit = octets[at] - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            value = value * 10 + digit;
        }
        boolean leadingZero = octets[from] == '0' && at > from + 1;
        if (leadingZero || (at < end && goesOn(octets[at]))) {
            return false;
        }
        integer = value;
        position = at;
        return true;
    }

    /** Whether an octet behind digits is of the same number. */
    private static boolean goesOn(byte octet) {
        return (octet >= '0' && octet <= '9') || octet == '.' || (octet | 0x20) == 'e';
    }

    private Kind number() {
        int from = position;
        int digitsFrom = bytes[from] == '-' ? from + 1 : from;
        int at = digits(digitsFrom);
        if (at > digitsFrom + 1 && bytes[digitsFrom] == '0') {
            throw violation(digitsFrom, "a number without leading zeros", "a zero");
        }
        int integerTo = at;
        if (at < end && bytes[at] == '.') {
            at = digits(at + 1);
        }
        boolean exponent = at < end && (bytes[at] | 0x20) == 'e';
        if (exponent) {
            boolean sign = at + 1 < end && (bytes[at + 1] == '+' || bytes[at + 1] == '-');
            at = digits(sign ? at + 2 : at + 1);
        }
        if (at - digitsFrom > RawCheck.MAX_DIGITS) {
            throw tooManyDigits();
        }
        position = at;
        numberFrom = from;
        if (at == integerTo) {
            return integer(from, digitsFrom, at);
        }
        // Only an exponent can lead out of the range of a double: the digits are few.
        if (exponent && Double.isInfinite(real())) {
            throw violation(from, "a number in the range of a double", "a greater one");
        }
        return Kind.FLOAT;
    }

    /** Passes over one or more digits. */
    private int digits(int from) {
        int at = from;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        if (at == from) {
            throw violation(at, "a digit", at < end ? character(bytes[at] & 0xff) : "the end of the message");
        }
        return at;
    }

    private Kind integer(int from, int digitsFrom, int to) {
        if (to - digitsFrom > SAFE_DIGITS) {
            return anyInteger(new BigInteger(numberText()));
        }
        long value = 0;
        for (int i = digitsFrom; i < to; i++) {
            value = value * 10 + (bytes[i] - '0');
        }
        integer = digitsFrom == from ? value : -value;
        return Kind.INTEGER;
    }

    private String numberText() {
        return new String(bytes, numberFrom, position - numberFrom, StandardCharsets.ISO_8859_1);
    }

    @Override
    double real() {
        return Double.parseDouble(numberText());
    }

    // ---- structure

    @Override
    boolean hasMore(Kind container, int read) {
        boolean list = container == Kind.LIST;
        int next = peek(list ? "',' or ']'" : "',' or '}'");
        if (next == (list ? ']' : '}')) {
            position++;
            return false;
        }
        if (read > 0) {
            pass(next, ',', "','");
        }
        return true;
    }

    @Override
    void afterKey() {
        pass(peek("':'"), ':', "':'");
    }

    @Override
    void separator() {
        pass(peek("','"), ',', "','");
    }

    private void pass(int found, char wanted, String expected) {
        if (found != wanted) {
            throw violation(position, expected, character(found));
        }
        position++;
    }

    @Override
    void skipFiller() {
        int at = position;
        while (at < end && isFiller(bytes[at])) {
            at++;
        }
        position = at;
    }

    private static boolean isFiller(byte octet) {
        return octet <= ' ' && (octet == ' ' || octet == '\n' || octet == '\r' || octet == '\t');
    }

    /** The next octet that is not white space; it is not passed over. */
    private int peek(String expected) {
        int at = position;
        if (at < end && bytes[at] > ' ') {
            return bytes[at];
        }
        return peekBehindFiller(expected);
    }

    private int peekBehindFiller(String expected) {
        skipFiller();
        if (position >= end) {
            throw violation(position, expected, "the end of the message");
        }
        return bytes[position] & 0xff;
    }

    private static String character(int octet) {
        return octet > 0x20 && octet < 0x7f ? "'" + (char) octet + "'" : "octet " + hex(octet);
    }
}
