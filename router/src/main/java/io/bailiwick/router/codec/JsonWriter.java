package io.bailiwick.router.codec;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;

/** Tokens of JSON, without white space. */
final class JsonWriter extends TokenWriter {
    private static final String HEX = "0123456789abcdef";

    private final boolean payload;
    /** Whether the next value or key must be parted from the one before. */
    private boolean comma;

    /**
     * A writer.
     *
     * @param payload whether a text that starts with U+0000 would be taken for binary, and so is refused
     */
    JsonWriter(boolean payload) {
        this.payload = payload;
    }

    @Override
    void begin() {
        super.begin();
        comma = false;
    }

    @Override
    void beforeCopy() {
        if (comma) {
            octet(',');
        }
        comma = true;
    }

    @Override
    void nothing() {
        word("null");
    }

    @Override
    void truth(boolean value) {
        word(value ? "true" : "false");
    }

    @Override
    void integer(long value) {
        beforeCopy();
        if (value == Long.MIN_VALUE) {
            ascii("-9223372036854775808");
        } else if (value < 0) {
            octet('-');
            digits(-value);
        } else {
            digits(value);
        }
    }

    @Override
    void bigInteger(BigInteger value) {
        word(value.toString());
    }

    @Override
    void real(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new UntranslatablePayloadException("expected a finite number for JSON, but found " + value);
        }
        word(Double.toString(value));
    }

    private void word(String word) {
        beforeCopy();
        ascii(word);
    }

    @Override
    void text(byte[] utf8, int from, int to) {
        if (payload && from < to && utf8[from] == 0) {
            throw new UntranslatablePayloadException(
                    "expected a text that JSON can hold, but found one that starts with U+0000, which means binary there");
        }
        beforeCopy();
        quoted(utf8, from, to);
    }

    private void quoted(byte[] utf8, int from, int to) {
        octet('"');
        int copied = from;
        for (int at = from; at < to; at++) {
            if (to - at >= Long.BYTES && JsonReader.arePlain(utf8, at)) {
                at += Long.BYTES - 1;
                continue;
            }
            byte octet = utf8[at];
            if (octet == '"' || octet == '\\' || (octet >= 0 && octet < 0x20)) {
                octets(utf8, copied, at);
                escape(octet);
                copied = at + 1;
            }
        }
        octets(utf8, copied, to);
        octet('"');
    }

    private void escape(byte octet) {
        int named = "\"\\\b\f\n\r\t".indexOf(octet);
        octet('\\');
        if (named >= 0) {
            octet("\"\\bfnrt".charAt(named));
        } else {
            ascii("u00");
            octet(HEX.charAt(octet >> 4));
            octet(HEX.charAt(octet & 0x0f));
        }
    }

    @Override
    void binary(byte[] octets, int from, int to) {
        byte[] base64 = Base64.getEncoder().encode(Arrays.copyOfRange(octets, from, to));
        beforeCopy();
        ascii("\"\\u0000");
        octets(base64, 0, base64.length);
        octet('"');
    }

    @Override
    void list(int size) {
        open('[');
    }

    @Override
    void dict(int size) {
        open('{');
    }

    private void open(char bracket) {
        beforeCopy();
        octet(bracket);
        comma = false;
    }

    @Override
    void end(TokenReader.Kind container) {
        octet(container == TokenReader.Kind.LIST ? ']' : '}');
        comma = true;
    }

    @Override
    void key(byte[] utf8, int from, int to) {
        beforeCopy();
        quoted(utf8, from, to);
        octet(':');
        comma = false;
    }
}
